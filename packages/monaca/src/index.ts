import {
  defineVendor,
  type InAppResetTicket,
  kindOf,
  orLookUp,
  type Profile,
  type ProfileChange,
  type ResetRequest,
  type SignedIn,
  type SignUp,
  userError,
} from '@userport/core'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import { capabilities } from './capabilities.js'
import { toProperties, toUser } from './codecs.js'
import { fieldsOf, MonacaConfig } from './config.js'
import { endpoints } from './endpoints.js'
import { errors } from './errors.js'
import { randomText } from './random-text.js'
import { anonymousPrefix, rules } from './rules.js'
import { type Account, unborn } from './session.js'
import { createSteps, isUnexplained } from './steps.js'
import { createUpgrade } from './upgrade.js'

const sessionsEnd = { end: 'at-completion', stay: 'never' } as const

type Named = Partial<Profile & ProfileChange & Pick<SignUp, 'profile'>>

const attributeNames = ({ profile, attributes, set }: Named): readonly string[] =>
  Object.keys({ ...profile?.attributes, ...attributes, ...set })

/** Monaca Backend as a value, e.g. for `createUserProvider(config, { vendors: { monaca } })`. */
export const monaca = defineVendor(capabilities)({
  name: 'monaca',
  rules,
  endpoints,
  errors,
  config: MonacaConfig,
  usesDevice: true,
  appId: ({ backendId }) => backendId,

  check: (operation, input, config) => {
    if (operation === 'requestPasswordReset' && kindOf((input as ResetRequest).identifier) !== 'username') {
      return { field: 'identifier', rule: 'must be a username: Monaca finds nobody by anything else' }
    }
    const used = attributeNames((input ?? {}) as Named)
    const [field, name] = Object.entries(fieldsOf(config)).find(([, property]) => used.includes(property)) ?? []
    return name === undefined ? undefined : { field: `attributes.${name}`, rule: `holds the ${field} of the user` }
  },

  operations: (calls, context, config) => {
    const { at, keep } = context
    const fields = fieldsOf(config)
    const steps = createSteps(calls, context, fields)
    const { settled, upgrade } = createUpgrade(steps, calls, context, fields)
    const { from } = steps

    const signedIn = ({ wire, session }: Account): SignedIn => ({ user: toUser(wire, fields), session })

    return {
      signUp: ({ identifiers, password, profile = {} }) =>
        pipe(
          steps.register({ username: identifiers.username ?? '', password }, toProperties(identifiers, profile, fields)),
          TE.map(signedIn),
        ),

      signIn: ({ identifier: { username = '' }, password }) => pipe(steps.login({ username, password }), TE.map(signedIn)),

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

      renewSession: (session) => pipe(settled(session, steps.renew), TE.map(signedIn)),

      updateProfile: ({ set, ...predefined }, session) =>
        pipe(
          calls.saveProperties({ from: from(session), properties: toProperties({}, { ...predefined, attributes: set }, fields) }),
          TE.flatMap(steps.current),
          TE.map(signedIn),
        ),

      upgrade: (input, session) =>
        pipe(
          upgrade(input, session),
          TE.map(({ account, previousId, warnings }) => ({ ...signedIn(account), identity: 'replaced', previousId, warnings })),
        ),

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
              calls.updatePassword({ from: from(before.session), oldPassword: current, newPassword: next }),
              TE.map((renewed): Account => ({ ...before, session: renewed })),
              orLookUp((unknown) =>
                pipe(
                  steps.login({ username: before.wire._username, password: next }),
                  TE.mapLeft(() => unknown),
                ),
              ),
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
          calls.sendPasswordResetToken({ from: from(undefined), username, emailPropertyName }),
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
          calls.resetPasswordAndLogin({ from: from(undefined), username, newPassword, token }),
          orLookUp((unknown) =>
            pipe(
              steps.login({ username, password: newPassword }),
              TE.mapLeft(() => unknown),
            ),
          ),
          TE.map((account) => ({ temporaryPasswordDelivered: false, signedIn: signedIn(account) })),
        )
      },

      usernameExists: (username) =>
        pipe(
          steps.accepts(username, {}),
          TE.map((accepted) => !accepted),
        ),

      deleteUser: ({ password = '' }, session) =>
        session.kind === 'registered'
          ? steps.unregister(session, password)
          : pipe(
              steps.loginAgain(session),
              TE.flatMap((again) => steps.unregister(again.session, session.secrets.password ?? '')),
            ),
    }
  },
})

export { capabilities } from './capabilities.js'
export { MonacaConfig } from './config.js'
export { rules } from './rules.js'

/** Monaca Backend without state: the caller keeps the sessions. For servers. */
export const createMonacaBackend = monaca.createBackend

/** Monaca Backend with one active user. For apps. */
export const createMonaca = monaca.createProvider
