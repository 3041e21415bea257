import { brokenRule, kindOf, orLookUp, pathSegment, userError } from '@userport/core'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import { capabilities } from '../capabilities.js'
import { writable } from '../codecs.js'
import { isOutdated } from '../reset-link.js'
import { sessionAfter } from '../session.js'
import { done, origin } from './log-in.js'
import type { Operations, Parts } from './parts.js'

type Password = Pick<Operations, 'changePassword' | 'requestPasswordReset' | 'completePasswordReset'>

/** A new password, with the old one and without. */
export const password = ({ calls, at, continued, accountOnly, trimmed, verify, ifTheyWork }: Parts): Password => ({
  // The PUT itself asks for no old password.
  changePassword: ({ current, next }, session) =>
    pipe(
      calls.me({ session }),
      TE.flatMap((wire) => {
        const now = sessionAfter(session, wire)
        const withPassword = (password: string) => ({ username: wire.username ?? '', password: trimmed(password) })
        return pipe(
          accountOnly(now, 'An anonymous user has no password of its own yet. Upgrade it.'),
          TE.flatMap(() => (current === undefined ? done : verify(withPassword(current)))),
          TE.flatMap(() => {
            const credentials = withPassword(next)
            return pipe(
              calls.changePassword({ session: now, document: { ...writable(wire), password: credentials.password } }),
              TE.map(continued(now)),
              orLookUp(ifTheyWork(credentials)),
            )
          }),
        )
      }),
    ),

  requestPasswordReset: ({ identifier: given }) => {
    const identifier = given.username === undefined ? given : { ...given, username: trimmed(given.username) }
    const usernameOrEmail = identifier.username ?? identifier.email
    // Kinvey lets people have such names, so only what cannot be asked for is refused.
    const rule = usernameOrEmail === undefined ? undefined : brokenRule(pathSegment, usernameOrEmail)
    if (rule !== undefined) return TE.left(userError('InvalidInput', at, { field: 'username', rule }))
    return usernameOrEmail === undefined
      ? TE.left(
          userError('Unsupported', at, { capability: `passwordReset.${kindOf(identifier) ?? 'id'}`, instead: 'a username or an email' }),
        )
      : pipe(
          calls.requestReset(usernameOrEmail),
          TE.map(() => ({
            ...capabilities.passwordReset['email-link'],
            type: 'password-reset' as const,
            vendor: 'kinvey',
            channel: 'email-link' as const,
            identifier,
            requestedAt: new Date().toISOString(),
          })),
        )
  },

  completePasswordReset: (input) => {
    if (!('link' in input)) return TE.left(userError('Unsupported', at, { capability: 'resetByCode' }))
    const { link } = input
    const newPassword = trimmed(input.newPassword)
    return pipe(
      calls.completeReset({ link, newPassword }),
      TE.flatMap((isKinveys) => (isKinveys ? done : TE.left(userError('OutcomeUnknown', at, {})))),
      orLookUp((unknown) =>
        pipe(
          verify({ username: link.identifier, password: newPassword }),
          TE.mapLeft(() => unknown),
        ),
      ),
      TE.mapLeft((error) =>
        error._tag === 'ResetCodeInvalid' && isOutdated(link.parameters) ? userError('ResetCodeExpired', at, origin(error)) : error,
      ),
      TE.map(() => ({ temporaryPasswordDelivered: false })),
    )
  },
})
