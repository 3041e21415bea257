import * as E from '#fp-ts/Either'
import { withDeadline } from '../deadline.js'
import type { UserError } from '../errors.js'
import type { Result } from '../result.js'
import type { SessionKernel } from '../session-kernel.js'
import type { Held } from '../session-storage.js'
import type { Session } from '../user.js'
import type { CallOptions, SignedIn, UserBackend } from '../user-backend.js'
import type { CallWith, Outcome } from './step.js'

export const isDead = (answer: E.Either<UserError, unknown>): boolean => E.isLeft(answer) && answer.left._tag === 'SessionExpired'

/** What the server says now. */
export const fresh = ({ user, session }: SignedIn): Omit<Held, 'stored'> => ({
  user,
  session,
  fetchedAt: new Date().toISOString(),
  stale: false,
})

/** Calls with a session that may be dead, and a new one in its place. */
export interface Renewing {
  /** Calls with the session; a dead one is renewed once, where it can be, and ends the active user where it cannot. */
  readonly withSession: <A>(held: Held, callWith: CallWith, call: (session: Session, options: CallOptions) => Result<A>) => Outcome<A>
  /** The same for a refresh itself, which no refresh is waited for. */
  readonly withRenewal: Renewing['withSession']
  /** The refresh that was begun last, and the session that it was begun with. */
  readonly lastRefresh: { of?: Session; work?: Promise<unknown> }
}

export const renewing = (backend: UserBackend, kernel: SessionKernel, ownDeadline: number): Renewing => {
  let keptByRenewal: Session | undefined
  let current: { readonly of: Session; readonly outcome: Outcome<SignedIn> } | undefined

  /** Waits for what others wait for too. Whoever gives up does so alone: the work goes on. */
  const joined = <A>(name: string, { signal, deadline }: CallOptions, work: Outcome<A>): Outcome<A> =>
    withDeadline<A>({ vendor: backend.vendor, operation: name }, { signal, deadline }, () => () => work)()

  const expire = async (held: Held): Promise<void> => {
    if (kernel.held?.session !== held.session) return
    // Where its last trace cannot be stored, the next one who hears of the end tries again.
    if (held.session.kind === 'anonymous' && !(await kernel.storage.keepLost(held.session))) return
    await kernel.takeUpSuccessor(held.session)
    if (kernel.held?.session === held.session) await kernel.commit(null, 'expired')
  }

  const renewNow = async (session: Session): Outcome<SignedIn> => {
    const noted = (kept: Session): Promise<void> => {
      keptByRenewal = kept
      return kernel.keep(kept)
    }
    const limits = { deadline: ownDeadline, keep: noted, device: backend.usesDevice ? await kernel.storage.device() : undefined }
    /** What another tab made of it. Once stored, another session in the store is newer than this one. One that never got there is not. */
    const byAnother = async (old: Session): Promise<E.Either<UserError, SignedIn> | undefined> => {
      const stored = kernel.held?.stored === true ? await kernel.storedInstead(old) : undefined
      if (stored === undefined) return undefined
      const known = await backend.fetchUser(stored, limits)()
      return isDead(known) ? byUs(stored) : known
    }
    const byUs = async (old: Session): Outcome<SignedIn> => {
      const answer = await backend.renewSession(old, limits)()
      if (!isDead(answer)) return answer
      // Perhaps another tab has used up the means to renew it, and is about to store what it got.
      await kernel.othersMayStore()
      return (await byAnother(old)) ?? answer
    }
    const renewed = (await byAnother(session)) ?? (await byUs(session))
    if (E.isLeft(renewed)) return renewed
    const now = renewed.right
    await kernel.renewed(session, now.session, keptByRenewal)
    // The session may have moved to another id: who is active must not wait for the next answer that holds a user.
    const isMoved = now.user.id !== session.userId && kernel.held?.session === now.session && kernel.kept === undefined
    if (isMoved) await kernel.commit(fresh(now), 'refreshed')
    return renewed
  }

  /**
   * One renewal at a time: a refresh token that is used twice would end the session. Nobody who gives up ends it either,
   * since the old session may be dead already and the new one on its way.
   */
  const renew = (session: Session): Outcome<SignedIn> => {
    if (current?.of === session) return current.outcome
    const mine = {
      of: session,
      outcome: renewNow(session).finally(() => {
        if (current === mine) current = undefined
      }),
    }
    current = mine
    return mine.outcome
  }

  const lastRefresh: Renewing['lastRefresh'] = {}

  const calling =
    (refreshOf: (session: Session) => Promise<unknown> | undefined): Renewing['withSession'] =>
    async <A>(held: Held, callWith: CallWith, call: (session: Session, options: CallOptions) => Result<A>) => {
      const answer = await call(held.session, callWith())()
      if (E.isRight(answer) || answer.left._tag !== 'SessionExpired') return answer
      const { operation: name, carriedOut } = answer.left
      const refresh = refreshOf(held.session)
      if (refresh !== undefined) {
        // It may have used up the means to renew the session, and bring what takes its place.
        const waited = await joined(name, callWith(), refresh.then(E.right))
        if (E.isLeft(waited)) return carriedOut ? answer : waited
      }
      const again = (session: Session): Outcome<A> => (carriedOut ? Promise.resolve(answer) : call(session, callWith())())
      const now = kernel.held
      if (now && now.session !== held.session && kernel.isActive(held.user.id)) return again(now.session)
      const renewed = await joined(name, callWith(), renew(held.session))
      if (E.isRight(renewed)) return again(renewed.right.session)
      // What kept the session from being renewed may pass, but does not make the operation one to try again.
      if (renewed.left._tag !== 'SessionExpired') return carriedOut ? answer : renewed
      await expire(held)
      // The server's own word, with its code.
      return answer
    }

  const withSession = calling((session) => (lastRefresh.of === session ? lastRefresh.work : undefined))
  const withRenewal = calling(() => undefined)

  return { withSession, withRenewal, lastRefresh }
}
