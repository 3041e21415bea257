import { type CallOptions, type IdentitySignIn, type Result, type SignedIn, type User, type UserBackend, userError } from '@userport/core'
import * as E from '#fp-ts/Either'
import { isGone } from '../mapping/marks.js'
import { markGone, unmarkGone } from './gone.js'
import { moveSession } from './live-session.js'
import { asNewcomer } from './newcomer.js'
import { ask, type Outcome, type Parts, within } from './parts.js'
import { isChosen } from './rollout.js'

type Entered = SignedIn & { readonly created: boolean }

/** Nothing but what a third party says lets this user in. */
const hasOnlyIdentities = ({ username, email, phone }: User): boolean =>
  username === undefined && email === undefined && phone === undefined

/** The ways in without a password. */
export const otherWaysIn = (parts: Parts): Pick<UserBackend, 'signInWithToken' | 'signInWithIdentity'> => {
  const { to, source, settings, travels } = parts

  /** Somebody the source knows by this identity. Whoever has a password too moves with that, so that both lead to one account. */
  const move = async (input: IdentitySignIn, { user, session }: SignedIn, call: CallOptions): Outcome<Entered> => {
    const at = { vendor: to.vendor, operation: 'signInWithIdentity' }
    if (isGone(user) && !hasOnlyIdentities(user)) {
      return E.left(userError('UserNotFound', at, { message: 'The user has moved. Sign in with the password, then link the identity.' }))
    }
    if (!hasOnlyIdentities(user) || !isChosen(user.id, settings.rollout))
      return E.right({ user, session: travels(session), created: false })
    const marked = isGone(user) ? E.right(session) : await markGone(parts, session, call)
    if (E.isLeft(marked)) return marked
    const made = await asNewcomer(parts, user, ({ profile }) => to.signInWithIdentity({ ...input, create: true, profile }, call))
    if (E.isLeft(made)) return made
    if (made.right === null) return E.right({ user, session: travels(await unmarkGone(parts, marked.right, call)), created: false })
    parts.moved({ previousId: user.id, id: made.right.user.id, how: 'identity' })
    return E.right({ ...made.right, created: false })
  }

  const withIdentity = (input: IdentitySignIn, options: CallOptions): Result<Entered> =>
    within(parts, 'signInWithIdentity', options, async (call) => {
      const there = await to.signInWithIdentity({ ...input, create: false }, call)()
      if (E.isRight(there) || there.left._tag !== 'UserNotFound') return there
      const here = await ask(parts, call, (limits) => source.signInWithIdentity({ ...input, create: false }, limits))
      if (E.isRight(here)) return move(input, here.right, call)
      const isNobody = ['UserNotFound', 'InvalidCredentials', 'InvalidInput', 'Unsupported'].includes(here.left._tag)
      if (!isNobody) return here
      return input.create === false ? there : to.signInWithIdentity(input, call)()
    })

  return {
    signInWithIdentity: (input, options = {}) =>
      settings.retired || !source.capabilities.identities || typeof input !== 'object' || input === null
        ? to.signInWithIdentity(input, options)
        : withIdentity(input, options),

    // A token of the source that the app kept: the session that it stands for is a live one.
    signInWithToken: (input, options = {}) =>
      within(parts, 'signInWithToken', options, async (call) => {
        const there = await to.signInWithToken(input, call)()
        if (E.isRight(there) || there.left._tag !== 'SessionExpired' || settings.retired || !source.capabilities.accessToken) return there
        const here = await ask(parts, call, (limits) => source.signInWithToken(input, limits))
        if (E.isLeft(here)) return here.left._tag === 'SessionExpired' || here.left._tag === 'InvalidInput' ? there : here
        return moveSession(parts, travels(here.right.session), here.right.session, call)
      }),
  }
}
