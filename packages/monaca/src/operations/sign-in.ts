import { userError } from '@userport/core'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import { toProperties } from '../codecs.js'
import { randomText } from '../random-text.js'
import { anonymousPrefix } from '../rules.js'
import { isIdentified, unborn } from '../session.js'
import type { Operations, Parts } from './parts.js'

const autoLoginIsOff = 'Auto-login is disabled in the Monaca console, so a login token signs nobody in.'

/** The ways in, the way out, and the way back. */
export const signingIn = ({
  calls,
  context: { at, keep },
  fields,
  steps,
  upgrading: { settled },
  signedIn,
}: Parts): Pick<
  Operations,
  'signUp' | 'signIn' | 'signInWithToken' | 'signInAnonymously' | 'signOut' | 'fetchUser' | 'renewSession' | 'usernameExists'
> => {
  const { from } = steps
  return {
    signUp: ({ identifiers, password, profile = {} }) =>
      pipe(
        steps.register({ username: identifiers.username ?? '', password }, toProperties(identifiers, profile, fields)),
        TE.map(signedIn),
      ),

    signIn: ({ identifier: { username = '' }, password }) => pipe(steps.login({ username, password }), TE.map(signedIn)),

    signInWithToken: ({ token: loginToken }) =>
      pipe(
        calls.autoLogin({ from: from(undefined), loginToken }),
        TE.mapLeft((error) =>
          error.code === '13' ? userError('Forbidden', at, { code: error.code, status: error.status, message: autoLoginIsOff }) : error,
        ),
        TE.map(signedIn),
      ),

    signInAnonymously: (profile) => {
      const credentials = { username: `${anonymousPrefix}${randomText(32)}`, password: randomText(64) }
      const { device } = from(undefined)
      return pipe(
        keep(unborn(credentials, device)),
        TE.flatMap(() => steps.register(credentials, toProperties({}, profile, fields))),
        TE.map(signedIn),
      )
    },

    // A login token outlives the session, and only a session can end it.
    signOut: (session) =>
      pipe(
        calls.logout({ from: from(session) }),
        TE.orElse((error) =>
          error._tag !== 'SessionExpired'
            ? TE.left(error)
            : pipe(
                steps.current(session),
                TE.flatMap((current) => calls.logout({ from: from(current.session) })),
                TE.orElse((failure) => (failure._tag === 'SessionExpired' ? TE.right(undefined) : TE.left(failure))),
              ),
        ),
        TE.map(() => ({ server: 'revoked' })),
      ),

    fetchUser: (session) => pipe(settled(session, steps.current), TE.map(signedIn)),

    // Of an old library's session there is the token alone, and whoever asks has tried that.
    renewSession: (session) =>
      isIdentified(session) ? pipe(settled(session, steps.renew), TE.map(signedIn)) : TE.left(userError('SessionExpired', at, {})),

    usernameExists: (username) =>
      pipe(
        steps.accepts(username, {}),
        TE.map((accepted) => !accepted),
      ),
  }
}
