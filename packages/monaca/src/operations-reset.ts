import { type InAppResetTicket, orLookUp, type UserOperations, userError } from '@userport/core'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import { capabilities } from './capabilities.js'
import type { Kit } from './kit.js'
import { isUnexplained } from './steps.js'

const sessionsEnd = { end: 'at-completion', stay: 'never' } as const

/** A new password without the old one. */
export const reset = ({
  calls,
  config,
  context: { at },
  fields,
  steps,
  signedIn,
}: Kit): Pick<UserOperations, 'requestPasswordReset' | 'completePasswordReset'> => ({
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
      orLookUp((unknown) =>
        pipe(
          steps.login({ username, password: newPassword }),
          TE.mapLeft(() => unknown),
        ),
      ),
      TE.map((found) => ({ temporaryPasswordDelivered: false, signedIn: signedIn(found) })),
    )
  },
})
