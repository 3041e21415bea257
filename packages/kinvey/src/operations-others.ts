import { brokenRule, kindOf, orLookUp, pathSegment, userError } from '@userport/core'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import { capabilities } from './capabilities.js'
import { toPublicUser } from './codecs.js'
import type { Desk, KinveyOperations } from './desk.js'
import { done, origin } from './log-in.js'
import { lookupFilter } from './lookup-filter.js'
import { isOutdated } from './reset-link.js'

type Others = Pick<
  KinveyOperations,
  'requestPasswordReset' | 'completePasswordReset' | 'forgotUsername' | 'usernameExists' | 'findUser' | 'findUsers'
>

/** Resets, and questions about users other than the own one. */
export const others = ({ calls, at, names, trimmed, verify }: Desk): Others => ({
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

  forgotUsername: ({ email }) => calls.forgotUsername(email),

  usernameExists: (username) => calls.exists(trimmed(username)),

  findUser: ({ username, email }, session) =>
    pipe(
      calls.lookup({ session, filter: lookupFilter(username === undefined ? { email } : { username: trimmed(username) }) }),
      TE.map(([found]) => ({ user: found === undefined ? null : toPublicUser(found, names), session })),
    ),

  findUsers: (criteria, session) =>
    pipe(
      calls.lookup({ session, filter: lookupFilter(criteria) }),
      TE.map((found) => ({ users: found.map((wire) => toPublicUser(wire, names)), session })),
    ),
})
