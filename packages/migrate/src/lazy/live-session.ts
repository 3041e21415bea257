import { type CallOptions, readSession, type Session, type SignedIn, type UserError, userError } from '@userport/core'
import * as E from '#fp-ts/Either'
import { isGone } from '../mapping/marks.js'
import { judge } from '../run/judge.js'
import { aliveThere, carryAnonymous } from './carry-anonymous.js'
import { markGone } from './gone.js'
import { ask, type Outcome, type Parts } from './parts.js'
import { isChosen } from './rollout.js'
import { notesOf, travellingOptions } from './travelling-session.js'

const soon = 60_000
const later = 3_600_000

export const expired = ({ to }: Pick<Parts, 'to'>, operation: string): UserError =>
  userError('SessionExpired', { vendor: to.vendor, operation }, {})

/** Can this session be exchanged for one at the target, without a password? */
const mayMove = ({ to, ledger, settings }: Parts, { kind, userId }: Session): boolean =>
  isChosen(userId, settings.rollout) && (kind === 'anonymous' ? to.capabilities.anonymous !== false : ledger?.exchange !== undefined)

/** It is due: neither tried a moment ago nor out of the question. */
export const isDue = (parts: Parts, session: Session): boolean =>
  mayMove(parts, session) && Number(notesOf(session).postponed ?? 0) <= Date.now()

const waits = (parts: Parts, { user, session }: SignedIn, milliseconds: number, arriving?: string): E.Either<UserError, SignedIn> => {
  const postponed = String(Date.now() + milliseconds)
  return E.right({ user, session: parts.travels(session, { postponed, ...(arriving === undefined ? {} : { arriving }) }) })
}

// The target has judged the user, not the moment. Some call the very password wrong that was just set for somebody suspended.
const barred = new Set<UserError['_tag']>(['UserDisabled', 'Forbidden', 'InvalidCredentials'])

/** The old session goes on for now, for longer where another try would hardly fare better, and ends where the user is barred. */
const putOff = (parts: Parts, alive: SignedIn, error: UserError, arriving?: Session): E.Either<UserError, SignedIn> => {
  if (barred.has(error._tag) && alive.session.kind === 'registered') {
    parts.problem(error)
    return E.left(expired(parts, 'renewSession'))
  }
  const isForNow = ['limited', 'down', 'lost'].includes(judge(error))
  return waits(parts, alive, isForNow ? soon : later, arriving === undefined ? undefined : JSON.stringify(arriving))
}

/** Goes on with a session that was exchanged. There is no second one, so it is kept with the old one until the target has answered. */
const arrive = async (parts: Parts, alive: SignedIn, session: Session, call: CallOptions): Outcome<SignedIn> => {
  let arriving = session
  const keep = async (renewed: Session): Promise<void> => {
    arriving = renewed
    await call.keep?.(parts.travels(alive.session, { arriving: JSON.stringify(renewed) }))
  }
  const there = await aliveThere(parts, session, { ...call, keep })
  if (E.isLeft(there)) return putOff(parts, alive, there.left, arriving)
  if (there.right === null) return E.left(expired(parts, 'renewSession'))
  await markGone(parts, alive.session, call)
  parts.moved({ previousId: alive.user.id, id: there.right.user.id, how: 'session' })
  return E.right(there.right)
}

const exchange = async (parts: Parts, alive: SignedIn, arriving: Session | undefined, call: CallOptions): Outcome<SignedIn> => {
  const { ledger } = parts
  // One that began as an anonymous user's is not what this user's was exchanged for.
  if (arriving?.kind === 'registered') return arrive(parts, alive, arriving, call)
  if (ledger?.exchange === undefined) return E.right({ ...alive, session: parts.travels(alive.session) })
  const offer = ledger.exchange.bind(ledger)
  const answer = await ask(parts, call, (limits) => offer(alive.session, limits))
  if (E.isLeft(answer)) return answer.left._tag === 'SessionExpired' ? answer : putOff(parts, alive, answer.left)
  switch (answer.right.outcome) {
    case 'come':
      return E.left(expired(parts, 'renewSession'))
    case 'stays':
      return waits(parts, { ...alive, session: answer.right.session }, later)
    case 'exchanged':
      return arrive(parts, alive, answer.right.session, call)
  }
}

const carry = async (parts: Parts, alive: SignedIn, arriving: Session | undefined, call: CallOptions): Outcome<SignedIn> => {
  const carried = await carryAnonymous(parts, alive, arriving, call)
  return E.isRight(carried.outcome) ? carried.outcome : putOff(parts, alive, carried.outcome.left, carried.arriving)
}

/**
 * What takes a live session of the source's place: one at the target where that can be had without a password, else the old one for
 * now. Fails with `SessionExpired` where the source calls it dead, or its user has moved on another device.
 */
export const moveSession = async (parts: Parts, travelling: Session, inner: Session, call: CallOptions): Outcome<SignedIn> => {
  const { source, travels, settings } = parts
  const limits = travellingOptions(travelling, inner, call)
  const seen = await source.fetchUser(inner, limits)()
  const alive = E.isLeft(seen) && seen.left._tag === 'SessionExpired' ? await source.renewSession(inner, limits)() : seen
  if (E.isLeft(alive)) return alive
  const { user, session } = alive.right
  if (isGone(user)) return E.left(expired(parts, 'renewSession'))
  // Upgraded or renewed meanwhile: what it is now decides.
  if (!isDue(parts, travels(session, notesOf(travelling)))) return E.right({ user, session: travels(session, notesOf(travelling)) })
  // Whoever waits has a session that works: moving it must not keep them waiting for long.
  const soonOver: CallOptions = { ...call, deadline: Math.min(call.deadline ?? settings.deadline, settings.patience) }
  const { arriving: noted } = notesOf(travelling)
  const arriving = noted === undefined ? undefined : readSession(noted)
  return session.kind === 'anonymous' ? carry(parts, alive.right, arriving, soonOver) : exchange(parts, alive.right, arriving, soonOver)
}
