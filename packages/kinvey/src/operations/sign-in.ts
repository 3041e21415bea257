import { afterwards, orLookUp, type PendingSignIn, type Result, type Session, type SignedIn, userError } from '@userport/core'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import { fieldsOf, kindOfUser } from '../codecs.js'
import { generatedCredentials, micMeans, pendingCredentials, pendingSignIn, sessionOf, tokenSession } from '../session.js'
import { done, isEnded, isRefused, origin } from './log-in.js'
import { renewedByMic } from './mic-session.js'
import type { Operations, Parts } from './parts.js'

type SigningIn = Pick<
  Operations,
  | 'signUp'
  | 'signIn'
  | 'continueSignIn'
  | 'signInWithToken'
  | 'signInAnonymously'
  | 'signOut'
  | 'signOutEverywhere'
  | 'fetchUser'
  | 'renewSession'
>

/** The ways in, the ways out, and what keeps a session alive. */
export const signingIn = (parts: Parts): SigningIn => {
  const { calls, context, at, config, names, signedIn, signedInAs, continued, ending } = parts
  const { credentialsOf, logIn, whoHas, secondFactor } = parts
  const { keep, trustedDevice } = context

  const byRecoveryCode = (pending: Session, recoveryCode: string): Result<SignedIn> =>
    pipe(
      calls.recoveryLogin({ ...pendingCredentials(pending), recoveryCode: recoveryCode.trim() }),
      TE.flatMap((answer) => ('token' in answer ? TE.right(signedInAs(answer.document, answer.token)) : TE.left(secondFactor))),
    )

  return {
    signUp: ({ identifiers, password, profile = {} }) => {
      const credentials = credentialsOf(identifiers, password)
      return pipe(
        calls.signUp({ ...fieldsOf(profile, identifiers, names), ...credentials }),
        TE.flatMap((wire) => {
          const token = wire._kmd?.authtoken
          return token === undefined
            ? pipe(
                logIn(credentials, 'registered', calls.firstLogin),
                afterwards(context.carriedOut, { accountCreated: true, userAction: 'sign-in' }),
              )
            : TE.right(signedIn(wire, sessionOf(wire, 'registered', token)))
        }),
        // Whoever can sign in with this password is the one who was just registered.
        orLookUp((unknown) =>
          pipe(
            logIn(credentials),
            TE.orElse((error) =>
              isRefused(error) && unknown.accountCreated === undefined ? whoHas(credentials.username)(unknown) : TE.left(unknown),
            ),
          ),
        ),
      )
    },

    signIn: ({ identifier, password }) => {
      const credentials = credentialsOf(identifier, password)
      const trusted = config.apiVersion === 6 && trustedDevice !== undefined ? { deviceToken: trustedDevice } : {}
      return pipe(
        calls.login({ ...credentials, ...trusted }),
        TE.map((answer): SignedIn | PendingSignIn =>
          'token' in answer ? signedInAs(answer.document, answer.token) : pendingSignIn(answer, credentials),
        ),
      )
    },

    continueSignIn: ({ factor, code, authenticator: chosen, trustDevice = false }, pending) => {
      if (factor === 'recovery-code') return byRecoveryCode(pending, code)
      const authenticator = chosen ?? pending.secrets.authenticator
      if (authenticator === undefined) {
        return TE.left(userError('InvalidInput', at, { field: 'authenticator', rule: 'must be set up first: the user has none' }))
      }
      return pipe(
        calls.mfaChallenge({ session: pending, authenticator }),
        TE.flatMap(() => calls.mfaComplete({ session: pending, code: code.trim(), createDeviceToken: trustDevice })),
        TE.map(({ document, token, deviceToken }) => ({
          ...signedInAs(document, token),
          ...(deviceToken === undefined ? {} : { trustedDevice: deviceToken }),
        })),
      )
    },

    signInWithToken: ({ token }) =>
      pipe(
        calls.me({ session: tokenSession(token) }),
        TE.map((wire) => signedIn(wire, sessionOf(wire, kindOfUser(wire), wire._kmd?.authtoken ?? token))),
      ),

    signInAnonymously: (profile) =>
      pipe(
        calls.signUpAnonymously(fieldsOf(profile, {}, names)),
        TE.flatMap((wire) => {
          const { username, password } = wire
          const token = wire._kmd?.authtoken
          const known = signedIn(wire, sessionOf(wire, 'anonymous', token, { username, password }))
          if (token !== undefined) return TE.right(known)
          return pipe(
            keep(known.session),
            TE.orElse(() => done),
            TE.flatMap(() => logIn({ username, password }, 'anonymous', calls.firstLogin)),
            // The credentials are all there is: they must not be lost, and `renewSession` signs in with them later.
            TE.orElse((error) => (error.retryable || error._tag === 'OutcomeUnknown' ? TE.right(known) : TE.left(error))),
            afterwards(context.carriedOut, { accountCreated: true }),
          )
        }),
      ),

    signOut: (session) =>
      pipe(
        calls.logout({ session }),
        TE.orElse((error) => (isEnded(error) ? done : TE.left(error))),
        TE.map(() => ({ server: 'revoked' as const })),
      ),

    signOutEverywhere: (session) => ending(session, calls.logoutEverywhere({ session })),

    fetchUser: (session) => pipe(calls.me({ session }), TE.map(continued(session))),

    renewSession: (session) => {
      const means = micMeans(session)
      if (means !== undefined) return renewedByMic(parts, session, means)
      const credentials = generatedCredentials(session)
      if (credentials === undefined) return TE.left(userError('SessionExpired', at, {}))
      return pipe(
        logIn(credentials, 'anonymous'),
        TE.mapLeft((error) => (isRefused(error) ? userError('SessionExpired', at, origin(error)) : error)),
      )
    },
  }
}
