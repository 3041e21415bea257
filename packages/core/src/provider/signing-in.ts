import * as E from '#fp-ts/Either'
import * as TE from '#fp-ts/TaskEither'
import type { ChangeReason } from '../change-reason.js'
import { withDeadline } from '../deadline.js'
import { type SecondFactorStep, userError } from '../errors.js'
import type { Result } from '../result.js'
import type { Identifier, Identifiers, Session, User } from '../user.js'
import type { CallOptions, DeviceTrust, PendingSignIn, SignedIn } from '../user-backend.js'
import type { ProviderCall, Replacing, UserProvider } from '../user-provider.js'
import { kindOf } from '../validation.js'
import type { ActiveSession } from './active-session.js'
import { type Entering, leaveOf } from './entering.js'

// A first factor is good for one sign-in on its way; an older one is begun anew.
const pendingAtMost = 8

interface Waiting {
  readonly session: Session
  readonly person: string | undefined
}

interface Besides<Answer> {
  /** Whose trust in this device may stand in for a second factor. */
  readonly person?: string | undefined
  /** What is stored besides, once the user is in. */
  readonly store?: (answer: Answer) => Promise<void>
}

/** Who signs in, as the app says it: before the answer nobody knows whose password it is. */
const personOf = (identifier: Identifier | undefined): string | undefined => {
  const kind = identifier ? kindOf(identifier) : undefined
  const name: unknown = kind === undefined ? undefined : (identifier as Identifiers)[kind]
  return typeof name === 'string' ? `${kind}:${name}` : undefined
}

/** The ways in and the way out. */
export const signingIn = (
  { backend, kernel, at, inTurn, withSession, signedInOnly, isActive }: ActiveSession,
  { obstacle, enter }: Entering,
): Pick<
  UserProvider,
  'signUp' | 'signIn' | 'continueSignIn' | 'signInWithToken' | 'signInWithIdentity' | 'signOut' | 'signOutEverywhere'
> => {
  const pending = new Map<string, Waiting>()

  const remember = ({ pending: session, factors, authenticators }: PendingSignIn, person: string | undefined): SecondFactorStep => {
    const id = globalThis.crypto.randomUUID()
    pending.set(id, { session, person })
    const oldest = pending.keys().next().value
    if (pending.size > pendingAtMost && oldest !== undefined) pending.delete(oldest)
    return { type: 'second-factor', id, factors, authenticators }
  }

  const entrance = <A extends SignedIn | PendingSignIn>(
    name: string,
    reason: ChangeReason,
    choice: ProviderCall & Replacing,
    call: (options: CallOptions) => Result<A>,
    { person, store }: Besides<A & SignedIn> = {},
  ): Result<{ readonly user: User; readonly answer: A & SignedIn }> =>
    inTurn(name, choice, async (held, callWith, running, meant) => {
      const leave = leaveOf(choice, meant)
      const refused = obstacle(name, held, leave)
      if (refused !== undefined) return E.left(refused)
      const trustedDevice =
        person !== undefined && backend.capabilities.secondFactor ? await kernel.storage.trustedDevice(person) : undefined
      const answer = await call(trustedDevice === undefined ? callWith() : { ...callWith(), trustedDevice })()
      if (E.isLeft(answer)) return answer
      if ('pending' in answer.right) return E.left(userError('SecondFactorRequired', at(name), { step: remember(answer.right, person) }))
      const signedIn = answer.right as A & SignedIn
      const entered = await enter(name, signedIn, reason, leave, running)
      // Who is signed in does not wait any longer than the app does for a store that hangs.
      if (E.isRight(entered) && store !== undefined) await withDeadline(at(name), callWith(), () => TE.fromTask(() => store(signedIn)))()
      return E.map((user: User) => ({ user, answer: signedIn }))(entered)
    })

  const userOf =
    <A>(result: Result<{ readonly user: User; readonly answer: A }>): Result<User> =>
    async () =>
      E.map(({ user }: { readonly user: User }) => user)(await result())

  return {
    signUp: (input, choice = {}) => userOf(entrance('signUp', 'signedUp', choice, (options) => backend.signUp(input, options))),
    signIn: (input, choice = {}) =>
      userOf(entrance('signIn', 'signedIn', choice, (options) => backend.signIn(input, options), { person: personOf(input?.identifier) })),

    continueSignIn:
      (step, input, choice = {}) =>
      async () => {
        const waiting = pending.get(step?.id)
        if (waiting === undefined && backend.capabilities.secondFactor) {
          return E.left(userError('InvalidInput', at('continueSignIn'), { field: 'step', rule: 'is not waiting any more: sign in again' }))
        }
        const trust = async ({ trustedDevice }: DeviceTrust): Promise<void> => {
          if (trustedDevice !== undefined && waiting?.person !== undefined) await kernel.storage.trustDevice(waiting.person, trustedDevice)
        }
        const ended = await entrance<SignedIn & DeviceTrust>(
          'continueSignIn',
          'signedIn',
          choice,
          (options) => backend.continueSignIn(input, waiting?.session as Session, options),
          { store: trust },
        )()
        if (E.isLeft(ended)) return ended
        pending.delete(step.id)
        return E.right(ended.right.user)
      },

    signInWithToken: (input, choice = {}) =>
      userOf(entrance('signInWithToken', 'signedIn', choice, (options) => backend.signInWithToken(input, options))),

    signInWithIdentity:
      (input, choice = {}) =>
      async () => {
        const ended = await entrance('signInWithIdentity', 'signedIn', choice, (options) => backend.signInWithIdentity(input, options))()
        return E.isLeft(ended) ? ended : E.right({ user: ended.right.user, created: ended.right.answer.created })
      },

    signOut: (choice = {}) =>
      inTurn('signOut', choice, async (held, callWith, { carriedOut }, meant) => {
        if (held === null) return E.right({ server: 'local' as const, remains: [] })
        const mayBeLost = choice.discardAnonymous === true && meant !== null && isActive(meant)
        if (held.user.kind === 'anonymous' && !mayBeLost) {
          return E.left(userError('WouldLoseAnonymousUser', at('signOut'), {}))
        }
        carriedOut({})
        await kernel.commit(null, 'signedOut')
        const told = await backend.signOut(held.session, callWith())()
        const remains = held.user.identities.map(({ provider }) => provider)
        return E.right({ ...(E.isRight(told) ? told.right : { server: 'failed' as const }), remains })
      }),

    signOutEverywhere: (choice = {}) =>
      inTurn(
        'signOutEverywhere',
        choice,
        signedInOnly('signOutEverywhere', async (held, callWith, { carriedOut }) => {
          if (held.user.kind === 'anonymous' && choice.discardAnonymous !== true) {
            return E.left(userError('WouldLoseAnonymousUser', at('signOutEverywhere'), {}))
          }
          const answer = await withSession(held, callWith, (session, options) => backend.signOutEverywhere(session, options))
          if (E.isLeft(answer)) return answer
          carriedOut({})
          if (isActive(held)) await kernel.commit(null, 'signedOut')
          return answer
        }),
      ),
  }
}
