import {
  afterwards,
  type Identifiers,
  kindOf,
  orLookUp,
  type ResetChannel,
  type ResetIdentifier,
  type ResetTicket,
  type Result,
  type User,
  userError,
} from '@userport/core'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import { capabilities } from '../capabilities.js'
import { address, loginName } from '../request.js'
import type { Operations, Parts } from './parts.js'
import { passwordSignIn } from './sign-in.js'

const channelFor = (identifier: ResetIdentifier): ResetChannel => (kindOf(identifier) === 'phone' ? 'sms-code' : 'email-link')

const userIn = (identifier: ResetIdentifier): string => ('id' in identifier ? encodeURIComponent(identifier.id) : address(identifier))

/** What a user signs in with: a login name, else an address Kii has verified, else any. */
const identifiersOf = ({ username, email, phone }: User): Identifiers => {
  if (username !== undefined) return { username }
  const isPhone = email === undefined || (email.verified !== true && phone?.verified === true)
  return isPhone ? { phone: phone?.address } : { email: email.address }
}

const unlessUnverified = (channel: ResetChannel): (<A>(result: Result<A>) => Result<A>) =>
  TE.mapLeft((error) => (error._tag === 'NotVerified' ? { ...error, what: channel === 'email-link' ? 'email' : 'phone' } : error))

/** Changing the password, and setting a new one without the old. */
export const password = (parts: Parts): Pick<Operations, 'changePassword' | 'requestPasswordReset' | 'completePasswordReset'> => {
  const { calls, at, config, carriedOut } = parts
  const signIn = passwordSignIn(parts)

  /** Where the console has Kii make the passwords, the one that was sent along counts for nothing: unless configured, only a sign-in can tell. */
  const wasReplaced = (identifier: ResetIdentifier, newPassword: string | undefined): Result<boolean> =>
    newPassword === undefined || config.resetPassword !== undefined || 'id' in identifier
      ? TE.right(newPassword === undefined || config.resetPassword === 'generated')
      : pipe(
          calls.token({ username: loginName(identifier), password: newPassword }),
          TE.match(
            ({ _tag }) => _tag === 'InvalidCredentials',
            () => false,
          ),
          TE.fromTask,
        )

  return {
    // Kii ends every session of the user with the old password, so a new one is begun in the same breath.
    changePassword: ({ current = '', next }, session) =>
      pipe(
        calls.me({ session }),
        TE.flatMap(({ user }) => {
          const identifiers = identifiersOf(user)
          return pipe(
            calls.changePassword({ session, oldPassword: current, newPassword: next }),
            orLookUp((unknown) =>
              pipe(
                calls.token({ username: loginName(identifiers), password: next }),
                TE.mapLeft(() => unknown),
                TE.map(() => undefined),
              ),
            ),
            TE.flatMap(() =>
              pipe(
                signIn(identifiers, next),
                // The old session is dead and the new one waits for a code that nobody has given yet.
                TE.flatMap((answer) => ('pending' in answer ? TE.left(userError('SessionExpired', at, {})) : TE.right(answer))),
                // The password is right: it is the identifier that Kii does not take, e.g. an address to be verified since.
                TE.mapLeft((error) =>
                  error._tag === 'InvalidCredentials' ? userError('SessionExpired', at, { code: error.code, status: error.status }) : error,
                ),
                afterwards(carriedOut, {
                  message: 'The password was changed, but signing in with it did not succeed yet.',
                  userAction: 'sign-in',
                }),
              ),
            ),
          )
        }),
      ),

    requestPasswordReset: ({ identifier, channel = channelFor(identifier) }) =>
      pipe(
        calls.requestReset({ user: userIn(identifier), channel }),
        unlessUnverified(channel),
        TE.map(() => {
          const facts = capabilities.passwordReset[channel as keyof typeof capabilities.passwordReset]
          return {
            ...facts,
            ...(config.resetPassword === undefined ? {} : { newPassword: config.resetPassword }),
            type: 'password-reset',
            vendor: 'kii',
            channel,
            identifier,
            requestedAt: new Date().toISOString(),
          } as ResetTicket
        }),
      ),

    completePasswordReset: (input) => {
      if (!('ticket' in input)) return TE.left(userError('Unsupported', at, { capability: 'resetByLink' }))
      const { ticket, code, newPassword } = input
      return pipe(
        calls.completeReset({ user: userIn(ticket.identifier), pinCode: code, newPassword }),
        TE.flatMap(() => afterwards(carriedOut, { userAction: 'sign-in' })(wasReplaced(ticket.identifier, newPassword))),
        TE.map((temporaryPasswordDelivered) => ({ temporaryPasswordDelivered })),
      )
    },
  }
}
