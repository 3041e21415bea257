import {
  afterwards,
  type DirectoryUpdate,
  defineVendorDirectory,
  fieldsWhere,
  type Identifier,
  type Identifiers,
  type NewUser,
  notDone,
  orLookUp,
  type Result,
  type User,
  type UserError,
} from '@userport/core'
import * as E from '#fp-ts/Either'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import { KiiDirectoryConfig } from './directory/config.js'
import { directoryEndpoints } from './directory/endpoints.js'
import { directoryErrors } from './directory/errors.js'
import { gather } from './directory/gather.js'
import { createAdminToken } from './directory/token.js'
import { brokenAccount, brokenIdentifier } from './input.js'
import { address, identity } from './request.js'
import { rules } from './rules.js'

/** What an administrator can do with the users of an app at Kii Cloud. */
export const directoryCapabilities = {
  count: false,
  signIn: { identifiers: ['username', 'email', 'phone'] },
  list: { paging: 'cursor' },
  find: { identifiers: ['username', 'email', 'phone'] },
  create: { placeholder: true, verified: ['email', 'phone'], chosenId: false, createdAt: false },
  update: true,
  setPassword: true,
  suspend: true,
  erase: true,
} as const

const usersOnAPage = 200

const isGone = ({ _tag }: UserError): boolean => _tag === 'UserNotFound'

const orNull =
  (result: Result<User>): Result<User | null> =>
  async () => {
    const answer = await result()
    return E.isLeft(answer) && isGone(answer.left) ? E.right(null) : answer
  }

// Whoever knows a password that was made up here and kept nowhere, nobody does.
const unknownPassword = (): string => globalThis.crypto.randomUUID()

const hasIdentifier = ({ username, email, phone }: Identifiers): boolean => (username ?? email ?? phone) !== undefined

/** All users of an app at Kii Cloud, for an operator with the app's client id and client secret. */
export const createKiiDirectory = defineVendorDirectory(directoryCapabilities)({
  vendor: 'kii',
  rules,
  config: KiiDirectoryConfig,
  endpoints: directoryEndpoints,
  errors: directoryErrors,

  check: (operation, [input]) => {
    if (operation === 'create') {
      const user = input as NewUser
      if (user.password !== undefined && !hasIdentifier(user.identifiers ?? {}))
        return { field: 'identifiers', rule: 'must be given with a password' }
      return brokenAccount(user)
    }
    if (operation === 'find') return brokenIdentifier(input as Identifier)
    // In the place of an id, Kii takes these for somebody's address.
    return typeof input === 'string' && (input === 'me' || input.includes(':')) ? { field: 'id', rule: 'must be a Kii user id' } : undefined
  },

  operations: ({ readsAtOnce = 32 }) => {
    const withToken = createAdminToken()

    return (calls, { at, signal, carriedOut }) => {
      const issue = calls.adminToken(undefined)
      const asAdmin = <A>(call: (token: string) => Result<A>): Result<A> =>
        pipe(
          withToken({ signal, issue }, call),
          // Another operation may have asked for the token.
          TE.mapLeft((error) => ({ ...error, operation: at.operation })),
        )

      const read = (user: string): Result<User> => asAdmin((token) => calls.getUser({ token, user }))
      const find = (identifiers: Identifiers): Result<User | null> => orNull(read(address(identifiers)))

      const verify = (user: string, { identifiers = {}, verified = {} }: NewUser): Result<void> => {
        const { email, phone } = identifiers
        return pipe(
          verified.email === true && email !== undefined
            ? asAdmin((token) => calls.verifyEmail({ token, user, address: email }))
            : TE.right(undefined),
          TE.flatMap(() =>
            verified.phone === true && phone !== undefined
              ? asAdmin((token) => calls.verifyPhone({ token, user, address: phone }))
              : TE.right(undefined),
          ),
        )
      }

      const registered = ({ identifiers = {}, password = unknownPassword(), profile = {} }: NewUser): Result<string> => {
        if (!hasIdentifier(identifiers)) return calls.registerPseudoUser(profile)
        const { username } = identifiers
        return pipe(
          calls.register({ identifiers, password, profile }),
          orLookUp((unknown) =>
            username === undefined
              ? TE.left(unknown)
              : pipe(
                  find({ username }),
                  TE.mapLeft(() => unknown),
                  // Whoever has the name may be somebody else: only its absence tells.
                  TE.flatMap((holder) => TE.left(holder === null ? notDone(unknown) : unknown)),
                ),
          ),
        )
      }

      // Kii deletes the custom fields that an update does not send, so all of them are sent.
      const fieldsAfter = (before: User, { identifiers = {}, set = {}, remove = [], ...predefined }: DirectoryUpdate) => ({
        ...fieldsWhere({ ...before.attributes, ...set }, (name) => !remove.includes(name)),
        ...predefined,
        ...identity(identifiers),
        // A pseudo user gets identifiers only together with a password.
        ...(before.kind === 'anonymous' && hasIdentifier(identifiers) ? { password: unknownPassword() } : {}),
      })

      const suspended = (id: string, disabled: boolean): Result<void> =>
        asAdmin((token) => calls.setStatus({ token, user: encodeURIComponent(id), disabled }))

      return {
        // A row of the query lacks locale and custom fields, so each user is read by itself.
        list: ({ cursor, limit = usersOnAPage }) =>
          pipe(
            asAdmin((token) => calls.queryUsers({ token, cursor, limit })),
            TE.flatMap(({ rows, next }) =>
              pipe(
                gather(rows, readsAtOnce, (row) =>
                  orNull(asAdmin((token) => calls.getUser({ token, user: encodeURIComponent(row.userID), row }))),
                ),
                // Whoever was removed in between is not listed.
                TE.map((users) => ({ users: users.filter((user) => user !== null), next })),
              ),
            ),
          ),

        get: (id) => orNull(read(encodeURIComponent(id))),

        find,

        create: (input) =>
          pipe(
            registered(input),
            TE.map(encodeURIComponent),
            TE.flatMap((user) =>
              pipe(
                verify(user, input),
                TE.flatMap(() => read(user)),
                afterwards(carriedOut, { accountCreated: true }),
              ),
            ),
          ),

        update: (id, change) => {
          const user = encodeURIComponent(id)
          return pipe(
            read(user),
            TE.flatMap((before) => asAdmin((token) => calls.updateUser({ token, user, fields: fieldsAfter(before, change) }))),
            TE.flatMap(() => read(user)),
          )
        },

        setPassword: (id, newPassword) => asAdmin((token) => calls.setPassword({ token, user: encodeURIComponent(id), newPassword })),

        suspend: (id) => suspended(id, true),

        restore: (id) => suspended(id, false),

        erase: (id) =>
          pipe(
            asAdmin((token) => calls.removeUser({ token, user: encodeURIComponent(id) })),
            TE.orElse((error) => (isGone(error) ? TE.right(undefined) : TE.left(error))),
          ),
      }
    }
  },
})

export { KiiDirectoryConfig } from './directory/config.js'
