import {
  afterwards,
  type Identifiers,
  orLookUp,
  type PendingSignIn,
  type Result,
  type Session,
  type SignedIn,
  userError,
  userId,
} from '@userport/core'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import { capabilities } from '../capabilities.js'
import { loginName } from '../request.js'
import type { Operations, Parts } from './parts.js'

const { factors } = capabilities.secondFactor

/** A first factor that was right. Kii does not list the devices that make a code. */
const waiting = (pending: Session): PendingSignIn => ({ pending, factors, authenticators: [] })

/** Signs in with a password, as far as that alone goes. */
export const passwordSignIn =
  ({ calls }: Parts) =>
  (identifiers: Identifiers, password: string, country?: string): Result<SignedIn | PendingSignIn> =>
    pipe(
      calls.token({ username: loginName(identifiers, country), password }),
      TE.flatMap(({ session, scoped }) =>
        pipe(
          calls.me({ session }),
          TE.map((signedIn): SignedIn | PendingSignIn => signedIn),
          // A token with a scope that does not even open the user's own data waits for the second factor.
          TE.orElse(
            (error): Result<SignedIn | PendingSignIn> =>
              scoped && error._tag === 'SessionExpired' ? TE.right(waiting(session)) : TE.left(error),
          ),
        ),
      ),
    )

type Names = 'signUp' | 'signIn' | 'continueSignIn' | 'signInWithToken' | 'signInAnonymously' | 'signOut' | 'fetchUser' | 'renewSession'

/** The ways in and the way out. */
export const signingIn = (parts: Parts): Pick<Operations, Names> => {
  const { calls, at, keep, carriedOut } = parts
  const signIn = passwordSignIn(parts)

  const keptRead = (session: Session): Result<SignedIn> =>
    pipe(
      keep(session),
      // In memory the session lives on, whatever the store says.
      TE.orElse((): Result<void> => TE.right(undefined)),
      TE.flatMap(() => calls.me({ session })),
    )

  return {
    signUp: ({ identifiers, password, profile = {} }) =>
      pipe(
        calls.register({ identifiers, password, profile }),
        TE.flatMap(({ user, session, complete }) =>
          complete
            ? TE.right({ user, session })
            : afterwards(carriedOut, { accountCreated: true, userAction: 'sign-in' })(calls.me({ session })),
        ),
        // Whoever can sign in with this password, and without a second factor, is the one who was just registered.
        orLookUp((unknown) =>
          pipe(
            signIn(identifiers, password, profile.country),
            TE.mapLeft(() => unknown),
            TE.flatMap((answer) => ('pending' in answer ? TE.left(unknown) : TE.right(answer))),
          ),
        ),
      ),

    signIn: ({ identifier, password }) => signIn(identifier, password),

    continueSignIn: ({ factor, code }, pending) =>
      pipe(
        calls.secondFactor({ session: pending, factor, code }),
        // A code works once, and so does the token that waited for it.
        TE.flatMap((session) => afterwards(carriedOut, { userAction: 'sign-in' })(calls.me({ session }))),
      ),

    // Whose token it is, and what for, only the server knows.
    signInWithToken: ({ token, expiresAt }) => {
      const unowned: Session = {
        vendor: 'kii',
        userId: userId(''),
        kind: 'registered',
        secrets: { accessToken: token },
        ...(expiresAt === undefined ? {} : { expiresAt }),
      }
      return pipe(
        calls.me({ session: unowned }),
        TE.map(({ user, session }) => ({ user, session: { ...session, userId: user.id } })),
      )
    },

    signInAnonymously: (profile) =>
      pipe(
        calls.registerPseudoUser(profile),
        TE.flatMap(({ user, session, complete }) => {
          const known: SignedIn = { user, session }
          // The token is the only credential: a read that fails, or takes too long, must not lose it.
          return complete
            ? TE.right(known)
            : pipe(
                keptRead(session),
                TE.alt(() => TE.right(known)),
              )
        }),
      ),

    signOut: () => TE.right({ server: 'local' }),

    fetchUser: (session) => calls.me({ session }),

    renewSession: (session) => {
      const { refreshToken } = session.secrets
      // An anonymous user has nothing but the token, and only the server knows whether it still opens anything.
      if (session.kind === 'anonymous') return calls.me({ session })
      return refreshToken === undefined
        ? TE.left(userError('SessionExpired', at, {}))
        : pipe(
            calls.renew(refreshToken),
            // The refresh token is used up: what it gave must outlive a read that fails.
            TE.flatMap(keptRead),
          )
    },
  }
}
