import { type CallOptions, readSession, type Session, type SignedIn, type UserError, type UserId, userError } from '@userport/core'
import * as E from '#fp-ts/Either'
import { locked } from './lock.js'
import { asNewcomer } from './newcomer.js'
import type { Outcome, Parts } from './parts.js'
import { notesOf, sourceSessionOf } from './travelling-session.js'

/** `arriving`: the session at the target that is kept with the old one by now, whatever the outcome. */
interface Carried {
  readonly outcome: E.Either<UserError, SignedIn>
  readonly arriving: Session | undefined
}

const isDead = ({ _tag }: UserError): boolean => _tag === 'SessionExpired' || _tag === 'UserNotFound'

/** The user of a session at the target, renewed where that is needed. `null`: there is none. */
export const aliveThere = async ({ to }: Parts, session: Session, call: CallOptions): Outcome<SignedIn | null> => {
  const seen = await to.fetchUser(session, call)()
  if (E.isRight(seen) || !isDead(seen.left)) return seen
  const renewed = await to.renewSession(session, call)()
  return E.isLeft(renewed) && isDead(renewed.left) ? E.right(null) : renewed
}

/** Another tab was quicker: whom the store holds now came from the same user. */
const arrivedAlready = async (parts: Parts, id: UserId, call: CallOptions): Promise<Session | SignedIn | undefined> => {
  const stored = await parts.stored()
  if (stored === undefined) return undefined
  const inner = sourceSessionOf(stored)
  if (inner !== undefined) return inner.userId === id ? stored : undefined
  const there = await parts.to.fetchUser(stored, call)()
  return E.isRight(there) && there.right.user.attributes[parts.settings.originAttribute] === id ? there.right : undefined
}

const noteIn = (travelling: Session | undefined): Session | undefined => {
  const arriving = travelling === undefined ? undefined : notesOf(travelling).arriving
  return arriving === undefined ? undefined : readSession(arriving)
}

/**
 * Makes an anonymous user of the source at the target. Its session there is stored together with the old one before it takes the old
 * one's place, so that an app that dies on the way finds both: nobody is lost, and no second one comes into use.
 */
export const carryAnonymous = async (parts: Parts, old: SignedIn, noted: Session | undefined, call: CallOptions): Promise<Carried> => {
  const { to, ledger, travels, moved } = parts
  let arriving = noted
  const keep = async (session: Session): Promise<void> => {
    arriving = session
    await call.keep?.(travels(old.session, { arriving: JSON.stringify(session) }))
  }
  const arrived = (there: SignedIn): E.Either<UserError, SignedIn> => {
    moved({ previousId: old.user.id, id: there.user.id, how: 'anonymous' })
    return E.right(there)
  }

  const outcome = await locked<SignedIn>(`userport.moving.${old.user.id}`, async () => {
    const already = await arrivedAlready(parts, old.user.id, call)
    if (already !== undefined && 'user' in already) return arrived(already)
    arriving = noteIn(already) ?? arriving
    if (arriving !== undefined) {
      const there = await aliveThere(parts, arriving, { ...call, keep })
      if (E.isLeft(there)) return there
      if (there.right !== null) return arrived(there.right)
      arriving = undefined
    }
    const made = await asNewcomer(parts, old.user, ({ profile }) => to.signInAnonymously(profile, { ...call, keep }))
    if (E.isLeft(made)) return made
    if (made.right === null)
      return E.left(userError('Unsupported', { vendor: to.vendor, operation: 'renewSession' }, { capability: 'anonymous' }))
    const there = made.right
    const stored = await keep(there.session).then(
      () => true,
      () => false,
    )
    if (!stored) {
      // The old credential is the one that survives, so nobody may begin to use the new one.
      await to.deleteUser({}, there.session, call)()
      arriving = undefined
      return E.left(
        userError(
          'Unavailable',
          { vendor: to.vendor, operation: 'renewSession' },
          { message: 'The session could not be stored, so the anonymous user stays where it is.' },
        ),
      )
    }
    const recorded = await ledger?.record({ from: old.session, targetId: there.user.id }, call)()
    if (recorded !== undefined && E.isLeft(recorded)) parts.problem(recorded.left)
    return arrived(there)
  })
  return { outcome, arriving }
}
