import * as E from '#fp-ts/Either'
import type { ChangeReason } from '../change-reason.js'
import type { Running } from '../deadline.js'
import { type UserError, userError } from '../errors.js'
import { type Aftermath, inTheEnd } from '../outcome.js'
import type { Held } from '../session-storage.js'
import type { User } from '../user.js'
import type { SignedIn } from '../user-backend.js'
import type { Replacing } from '../user-provider.js'
import type { ActiveSession } from './active-session.js'
import type { Outcome } from './step.js'

/** What the app said about the active user, and whom it meant. */
export interface Leave extends Replacing {
  readonly meant: Held | null
}

export const leaveOf = ({ replace = false, anonymous }: Replacing, meant: Held | null): Leave => ({ replace, anonymous, meant })

export interface Entering {
  /** May somebody else sign in now? `undefined`: yes. */
  readonly obstacle: (name: string, held: Held | null, leave: Leave) => UserError | undefined
  /** Makes a new session the active one, unless the app gave up meanwhile or another tab brought in somebody who must not be lost. */
  readonly enter: (name: string, signedIn: SignedIn, reason: ChangeReason, leave: Leave, running: Running) => Outcome<User>
}

/** Operations that the vendor has carried out once it answers with a session: a second time it would refuse them. */
const worksOnce: ReadonlySet<string> = new Set(['signUp', 'continueSignIn', 'completePasswordReset'])

const made = (reason: ChangeReason): Aftermath => (reason === 'signedUp' ? { accountCreated: true } : {})

const afterSuccess = (blocked: UserError, reason: ChangeReason): UserError =>
  inTheEnd(blocked, { message: blocked.message, ...made(reason) })

/** The guard at the door: nobody takes the place of an active user by accident, least of all of an anonymous one. */
export const entering = ({ backend, kernel, at, isActive, fresh }: ActiveSession): Entering => {
  const obstacle: Entering['obstacle'] = (name, held, { replace, anonymous, meant }) => {
    if (held === null) return undefined
    if (held.user.kind === 'registered') return replace === true ? undefined : userError('AlreadySignedIn', at(name), {})
    if (anonymous === 'discard' && meant !== null && isActive(meant)) return undefined
    if (anonymous === 'discard' || anonymous === undefined) return userError('WouldLoseAnonymousUser', at(name), {})
    return anonymous.vendor === backend.vendor && kernel.isActive(anonymous.anonymousId)
      ? undefined
      : userError('InvalidInput', at(name), { field: 'anonymous', rule: 'must be the merge ticket of the active anonymous user' })
  }

  /** Makes way: an anonymous user that a ticket names is set aside before anything takes its place. */
  const makeWay = async (name: string, held: Held | null, { anonymous }: Replacing): Promise<UserError | undefined> => {
    if (held?.user.kind !== 'anonymous' || anonymous === 'discard' || anonymous === undefined) return undefined
    const aside = await kernel.aside()
    if (E.isLeft(aside)) return aside.left
    if (aside.right !== null) {
      const pending = 'Another anonymous user is set aside already, and there is room for one: complete that merge first.'
      return userError('WouldLoseAnonymousUser', at(name), { message: pending })
    }
    const message = 'The anonymous user could not be set aside in the session store, so nobody was signed in.'
    return (await kernel.setAside(held)) ? undefined : userError('Unavailable', at(name), { message })
  }

  return {
    obstacle,
    enter: async (name, signedIn, reason, leave, { signal, carriedOut }) => {
      if (worksOnce.has(name)) carriedOut({ ...made(reason), userAction: 'sign-in' })
      if (signal.aborted) return E.left(userError('Cancelled', at(name), {}))
      const active = await kernel.lookAgain()
      const blocked = obstacle(name, active, leave) ?? (await makeWay(name, active, leave))
      if (blocked !== undefined) return E.left(worksOnce.has(name) ? afterSuccess(blocked, reason) : blocked)
      carriedOut(made(reason))
      await kernel.commit(fresh(signedIn), reason)
      return E.right(signedIn.user)
    },
  }
}
