import { type InAppResetTicket, orLookUp, userError } from '@userport/core'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import { capabilities } from '../capabilities.js'
import { type Account, withPassword } from '../session.js'
import type { Operations, Parts } from './parts.js'
import { isUnexplained } from './steps.js'

const sessionsEnd = { end: 'at-completion', stay: 'never' } as const

/** A new password, with the old one and without. */
export const password = ({
  calls,
  config,
  context: { at },
  fields,
  steps,
  signedIn,
}: Parts): Pick<Operations, 'changePassword' | 'requestPasswordReset' | 'completePasswordReset'> => ({
  // The user is read before, so that nothing can go wrong after the change.
  changePassword: ({ current = '', next }, session) => {
    // The generated password is the only credential: a session that was copied would not learn of the new one.
    if (session.kind === 'anonymous') {
      return TE.left(userError('Forbidden', at, { message: 'An anonymous user has no password of its own. Upgrade it.' }))
    }
    return pipe(
      steps.known(session),
      TE.flatMap((before) =>
        pipe(
          calls.updatePassword({ from: steps.from(before.session), oldPassword: current, newPassword: next }),
          TE.map((renewed): Account => ({ ...before, session: withPassword(renewed) })),
          orLookUp(steps.ifTheyWork({ username: before.wire._username, password: next })),
          TE.orElse((error) =>
            isUnexplained(error)
              ? pipe(
                  steps.login({ username: before.wire._username, password: current }),
                  TE.flatMap(() => TE.left(userError('PasswordRejected', at, { code: error.code }))),
                )
              : TE.left(error),
          ),
        ),
      ),
      TE.map(signedIn),
    )
  },

  requestPasswordReset: ({ identifier, channel = 'email-code' }) => {
    const { username = '' } = identifier
    const emailPropertyName = config.emailPropertyName ?? fields.email
    return pipe(
      calls.sendPasswordResetToken({ from: steps.from(undefined), username, emailPropertyName }),
      TE.orElse((error) =>
        isUnexplained(error)
          ? pipe(
              steps.accepts(username, {}),
              TE.flatMap((isFree) => TE.left(isFree ? userError('UserNotFound', at, { code: error.code }) : error)),
            )
          : TE.left(error),
      ),
      TE.map(
        (): InAppResetTicket => ({
          ...capabilities.passwordReset['email-code'],
          ...(config.sessionsAfterReset === undefined ? {} : { sessionsEnd: sessionsEnd[config.sessionsAfterReset] }),
          ...(config.resetTokenLifetime === undefined ? {} : { lifetime: config.resetTokenLifetime }),
          type: 'password-reset',
          vendor: 'monaca',
          channel,
          identifier,
          requestedAt: new Date().toISOString(),
        }),
      ),
    )
  },

  completePasswordReset: (input) => {
    if (!('ticket' in input)) return TE.left(userError('Unsupported', at, { capability: 'resetByLink' }))
    const { username = '' } = input.ticket.identifier
    const { code: token, newPassword = '' } = input
    return pipe(
      calls.resetPasswordAndLogin({ from: steps.from(undefined), username, newPassword, token }),
      orLookUp(steps.ifTheyWork({ username, password: newPassword })),
      TE.map((found) => ({ temporaryPasswordDelivered: false, signedIn: signedIn(found) })),
    )
  },
})
