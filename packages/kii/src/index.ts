import {
  defineVendor,
  type Identifiers,
  kindOf,
  notDone,
  orLookUp,
  type Profile,
  type ResetChannel,
  type ResetIdentifier,
  type ResetTicket,
  type Result,
  type Session,
  type SignedIn,
  type User,
  userError,
} from '@userport/core'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import { capabilities } from './capabilities.js'
import { KiiConfig } from './config.js'
import { address, endpoints, loginName } from './endpoints.js'
import { errors } from './errors.js'
import { rules } from './rules.js'

const isLocal = (phone: string | undefined): boolean => phone !== undefined && !phone.startsWith('+')

const channelFor = (identifier: ResetIdentifier): ResetChannel => (kindOf(identifier) === 'phone' ? 'sms-code' : 'email-link')

const userIn = (identifier: ResetIdentifier): string => ('id' in identifier ? encodeURIComponent(identifier.id) : address(identifier))

/** What a user signs in with: a login name, else an address Kii has verified, else any. */
const identifiersOf = ({ username, email, phone }: User): Identifiers => {
  if (username !== undefined) return { username }
  const usable = email?.verified === true || phone?.verified !== true ? (email ?? phone) : phone
  return usable === email ? { email: email?.address } : { phone: phone?.address }
}

const fieldsOf = ({ attributes, ...predefined }: Profile, before: Profile['attributes'] = {}): object => ({ ...before, ...attributes, ...predefined })

/** Kii Cloud as a value, e.g. for `createUserProvider(config, { vendors: { kii } })`. */
export const kii = defineVendor(capabilities)({
  name: 'kii',
  rules,
  endpoints,
  errors,
  config: KiiConfig,
  appId: ({ appId }) => appId,

  check: (_operation, input) => {
    const { identifiers, profile } = (input ?? {}) as { readonly identifiers?: Identifiers; readonly profile?: Profile }
    return isLocal(identifiers?.phone) && profile?.country === undefined
      ? { field: 'phone', rule: 'must begin with + and the country code, unless profile.country is given' }
      : undefined
  },

  operations: (calls, { at }, config) => {
    const signIn = (identifiers: Identifiers, password: string): Result<SignedIn> =>
      pipe(
        calls.token({ username: loginName(identifiers), password }),
        TE.flatMap((session) => calls.me({ session })),
      )

    /** Where the console has Kii make the passwords, the one that was sent along counts for nothing: only a sign-in can tell. */
    const wasReplaced = (identifier: ResetIdentifier, newPassword: string | undefined): Result<boolean> =>
      newPassword === undefined || config.resetPassword === 'chosen' || 'id' in identifier
        ? TE.right(newPassword === undefined)
        : pipe(
            calls.token({ username: loginName(identifier), password: newPassword }),
            TE.match(
              ({ _tag }) => _tag === 'InvalidCredentials',
              () => false,
            ),
            TE.fromTask,
          )

    const unlessUnverified = (channel: ResetChannel): (<A>(result: Result<A>) => Result<A>) =>
      TE.mapLeft((error) => (error._tag === 'NotVerified' ? { ...error, what: channel === 'email-link' ? 'email' : 'phone' } : error))

    return {
      signUp: ({ identifiers, password, profile = {} }) =>
        pipe(
          calls.register({ identifiers, password, profile }),
          TE.flatMap(({ user, session, complete }) =>
            complete
              ? TE.right({ user, session })
              : pipe(
                  calls.me({ session }),
                  TE.mapLeft((error) => ({ ...error, accountCreated: true as const })),
                ),
          ),
          // Whoever can sign in with this password is the one who was just registered.
          orLookUp((unknown) => pipe(signIn(identifiers, password), TE.mapLeft(() => unknown))),
        ),

      signIn: ({ identifier, password }) => signIn(identifier, password),

      signInAnonymously: (profile) =>
        pipe(
          calls.registerPseudoUser(profile),
          TE.flatMap(({ user, session, complete }) => {
            const known: SignedIn = { user, session }
            // The token is the only credential: a read that fails must not lose it.
            return complete ? TE.right(known) : pipe(calls.me({ session }), TE.alt(() => TE.right(known)))
          }),
        ),

      signOut: () => TE.right({ server: 'local' }),

      fetchUser: (session) => calls.me({ session }),

      renewSession: (session) => {
        const { refreshToken } = session.secrets
        return refreshToken === undefined
          ? TE.left(userError('SessionExpired', at, {}))
          : pipe(
              calls.renew(refreshToken),
              TE.flatMap((renewed) => calls.me({ session: renewed })),
            )
      },

      // Kii deletes the custom fields that an update does not send, so all of them are sent.
      updateProfile: ({ set = {}, remove = [], ...predefined }, session) =>
        pipe(
          calls.me({ session }),
          TE.flatMap(({ user }) => {
            const fields = Object.entries({ ...user.attributes, ...set }).filter(([name]) => !remove.includes(name))
            return calls.update({ session, fields: { ...Object.fromEntries(fields), ...predefined } })
          }),
          TE.flatMap(() => calls.me({ session })),
        ),

      upgrade: ({ identifiers, password, profile = {} }, session) =>
        pipe(
          calls.me({ session }),
          TE.flatMap(({ user: before }) => {
            if (before.kind === 'registered') return TE.left(userError('NotAnonymous', at, {}))
            const registered: Session = { ...session, kind: 'registered' }
            const upgraded = (after: SignedIn) => ({ ...after, identity: 'kept' as const, previousId: before.id, warnings: [] })
            const read = calls.me({ session: registered })
            return pipe(
              calls.putIdentity({ session, identifiers, password, fields: fieldsOf(profile, before.attributes) }),
              TE.map(() => 'done' as const),
              orLookUp((unknown) =>
                pipe(
                  read,
                  TE.mapLeft(() => unknown),
                  TE.flatMap(({ user }) => (user.kind === 'registered' ? TE.right('done' as const) : TE.left(notDone(unknown)))),
                ),
              ),
              TE.flatMap(() => read),
              TE.map(upgraded),
            )
          }),
        ),

      // Kii ends every session of the user with the old password, so a new one is begun in the same breath.
      changePassword: ({ current = '', next }, session) =>
        pipe(
          calls.me({ session }),
          TE.flatMap(({ user }) => {
            const again = signIn(identifiersOf(user), next)
            return pipe(
              calls.changePassword({ session, oldPassword: current, newPassword: next }),
              TE.map(() => 'done' as const),
              orLookUp((unknown) => pipe(again, TE.mapLeft(() => unknown), TE.map(() => 'done' as const))),
              TE.flatMap(() =>
                pipe(
                  again,
                  TE.mapLeft((error) => ({
                    ...error,
                    message: 'The password was changed, but signing in with it did not succeed yet.',
                    userAction: 'sign-in' as const,
                  })),
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
          TE.flatMap(() => wasReplaced(ticket.identifier, newPassword)),
          TE.map((temporaryPasswordDelivered) => ({ temporaryPasswordDelivered })),
        )
      },

      findUser: (identifier, session) =>
        pipe(
          calls.find({ session, user: address(identifier) }),
          TE.orElse((error) => (error._tag === 'UserNotFound' ? TE.right(null) : TE.left(error))),
          TE.map((user) => ({ user, session })),
        ),

      deleteUser: (_, session) =>
        pipe(
          calls.remove({ session }),
          // The token dies with the user, and with nothing else that could have happened meanwhile.
          orLookUp((unknown) =>
            pipe(
              calls.me({ session }),
              TE.matchE(
                ({ _tag }) => (_tag === 'SessionExpired' || _tag === 'UserNotFound' ? TE.right(undefined) : TE.left(unknown)),
                () => TE.left(notDone(unknown)),
              ),
            ),
          ),
        ),
    }
  },
})

export { capabilities } from './capabilities.js'
export { KiiConfig } from './config.js'
export { rules } from './rules.js'

/** Kii Cloud without state: the caller keeps the sessions. For servers. */
export const createKiiBackend = kii.createBackend

/** Kii Cloud with one active user. For apps. */
export const createKii = kii.createProvider
