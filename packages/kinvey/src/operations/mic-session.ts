import { type Result, type Session, type SignedIn, userError } from '@userport/core'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import { type MicMeans, micProof, withMicMeans } from '../session.js'
import { done, isEnded, isRefused, origin } from './log-in.js'
import type { Parts } from './parts.js'

/**
 * A session of Mobile Identity Connect in place of a dead one. The refresh token works once, so the next one is kept before anything
 * else is done: should the login fail that follows, it can still be renewed.
 */
export const renewedByMic = (parts: Parts, session: Session, { clientId, redirectUri, refreshToken }: MicMeans): Result<SignedIn> => {
  const { calls, context, at, secondFactor, signedInAs } = parts
  const redirect: Readonly<Record<string, string>> = redirectUri === undefined ? {} : { redirect_uri: redirectUri }
  return pipe(
    calls.micRefresh({ clientId, grant: { grant_type: 'refresh_token', refresh_token: refreshToken, ...redirect } }),
    TE.flatMap((tokens) => {
      const means = { clientId, redirectUri, refreshToken: tokens.refresh_token ?? refreshToken }
      return pipe(
        context.keep(withMicMeans(session, means)),
        // In memory the session lives on, whatever the store says.
        TE.orElse(() => done),
        TE.flatMap(() => calls.identityLogin(micProof(tokens, means))),
        TE.flatMap((answer) => {
          if (!('token' in answer)) return TE.left(secondFactor)
          const { user, session: fresh } = signedInAs(answer.document, answer.token)
          return TE.right({ user, session: withMicMeans(fresh, means) })
        }),
      )
    }),
    TE.mapLeft((error) => (isRefused(error) || isEnded(error) ? userError('SessionExpired', at, origin(error)) : error)),
  )
}
