import { defineVendor, kindOf, notDone, orLookUp, type Session, type SignedIn, type UserError, userError } from '@userport/core'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import { capabilities } from './capabilities.js'
import { fieldsOf, type KinveyUser, toPublicUser, toUser, writable } from './codecs.js'
import { fieldNames, KinveyConfig } from './config.js'
import { endpoints } from './endpoints.js'
import { errors } from './errors.js'
import { done, isRefused, logInWith } from './log-in.js'
import { isOutdated, parseResetLink } from './reset-link.js'
import { rules, usedField } from './rules.js'
import { generatedCredentials, sessionAfter, sessionOf } from './session.js'

const isEnded = ({ _tag }: UserError): boolean => _tag === 'SessionExpired' || _tag === 'UserNotFound'

const origin = ({ code, status }: UserError): Pick<UserError, 'code' | 'status'> => ({ code, status })

/** Kinvey as a value, e.g. for `createUserProvider(config, { vendors: { kinvey } })`. */
export const kinvey = defineVendor(capabilities)({
  name: 'kinvey',
  rules,
  endpoints,
  errors,
  config: KinveyConfig,
  appId: ({ appKey }) => appKey,
  parseResetLink,

  check: (_operation, input, config) => usedField(input, config),

  operations: (calls, { at, keep }, config) => {
    const names = fieldNames(config)
    const { trimmed, credentialsOf, logIn, verify, ifTheyWork, whoHas } = logInWith(calls, at, config)

    const signedIn = (wire: KinveyUser, session: Session): SignedIn => ({ user: toUser(wire, session.kind, names), session })

    const continued =
      (session: Session) =>
      (wire: KinveyUser): SignedIn =>
        signedIn(wire, sessionAfter(session, wire))

    const keptAttribute = userError('Vendor', at, { message: 'Kinvey kept an attribute that the update had left out.' })

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
                  TE.mapLeft((error) => ({ ...error, accountCreated: true as const })),
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

      signIn: ({ identifier, password }) => logIn(credentialsOf(identifier, password)),

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
            )
          }),
        ),

      signOut: (session) =>
        pipe(
          calls.logout({ session }),
          TE.orElse((error) => (isEnded(error) ? done : TE.left(error))),
          TE.map(() => ({ server: 'revoked' as const })),
        ),

      fetchUser: (session) => pipe(calls.me({ session }), TE.map(continued(session))),

      renewSession: (session) => {
        const credentials = generatedCredentials(session)
        return credentials === undefined
          ? TE.left(userError('SessionExpired', at, {}))
          : pipe(
              logIn(credentials, 'anonymous'),
              TE.mapLeft((error) => (isRefused(error) ? userError('SessionExpired', at, origin(error)) : error)),
            )
      },

      // A PUT replaces the whole user, so that what an update leaves out is removed.
      updateProfile: ({ set, remove = [], ...profile }, session) =>
        pipe(
          calls.me({ session }),
          TE.flatMap((wire) => {
            const now = sessionAfter(session, wire)
            const fields = { ...writable(wire), ...fieldsOf({ ...profile, attributes: set }, {}, names) }
            const document = Object.fromEntries(Object.entries(fields).filter(([name]) => !remove.includes(name)))
            return pipe(calls.update({ session: now, document }), TE.map(continued(now)))
          }),
          TE.flatMap((updated) =>
            remove.some((name) => Object.hasOwn(updated.user.attributes, name)) ? TE.left(keptAttribute) : TE.right(updated),
          ),
        ),

      upgrade: ({ identifiers, password, profile = {} }, session) =>
        pipe(
          calls.me({ session }),
          TE.flatMap((wire) => {
            const now = sessionAfter(session, wire)
            if (now.kind === 'registered') return TE.left(userError('NotAnonymous', at, {}))
            const credentials = credentialsOf(identifiers, password)
            return pipe(
              calls.upgrade({ session: now, document: { ...writable(wire), ...fieldsOf(profile, identifiers, names), ...credentials } }),
              TE.map((reply) => signedIn(reply, sessionOf(reply, 'registered', reply._kmd?.authtoken ?? now.secrets.token))),
              orLookUp((unknown) =>
                pipe(
                  ifTheyWork(credentials)(unknown),
                  TE.flatMap((found) => (found.user.id === session.userId ? TE.right(found) : TE.left(notDone(unknown)))),
                ),
              ),
              TE.map((after) => ({ ...after, identity: 'kept' as const, previousId: session.userId, warnings: [] })),
            )
          }),
        ),

      // The PUT itself asks for no old password.
      changePassword: ({ current, next }, session) =>
        pipe(
          calls.me({ session }),
          TE.flatMap((wire) => {
            const now = sessionAfter(session, wire)
            if (now.kind === 'anonymous') {
              return TE.left(userError('Forbidden', at, { message: 'An anonymous user has no password of its own yet. Upgrade it.' }))
            }
            const withPassword = (password: string) => ({ username: wire.username ?? '', password: trimmed(password) })
            return pipe(
              current === undefined ? done : verify(withPassword(current)),
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

      requestPasswordReset: ({ identifier }) => {
        const { username, email } = identifier
        const usernameOrEmail = username ?? email
        return usernameOrEmail === undefined
          ? TE.left(
              userError('Unsupported', at, {
                capability: `passwordReset.${kindOf(identifier) ?? 'id'}`,
                instead: 'a username or an email',
              }),
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

      usernameExists: (username) => calls.exists(username),

      findUser: (identifier, session) =>
        pipe(
          calls.lookup({
            session,
            filter: identifier.username === undefined ? { email: identifier.email } : { username: identifier.username },
          }),
          TE.map(([found]) => ({ user: found === undefined ? null : toPublicUser(found, names), session })),
        ),

      deleteUser: (_, session) =>
        pipe(
          calls.remove({ session }),
          // The token dies with the user.
          orLookUp((unknown) =>
            pipe(
              calls.me({ session }),
              TE.matchE(
                (error) => (isEnded(error) ? TE.right(undefined) : TE.left(unknown)),
                () => TE.left(notDone(unknown)),
              ),
            ),
          ),
        ),
    }
  },
})

export { capabilities } from './capabilities.js'
export { KinveyConfig } from './config.js'
export { rules } from './rules.js'

/** Kinvey without state: the caller keeps the sessions. For servers. */
export const createKinveyBackend = kinvey.createBackend

/** Kinvey with one active user. For apps. */
export const createKinvey = kinvey.createProvider
