import {
  type Complaint,
  type DirectoryUpdate,
  defined,
  defineVendorDirectory,
  fieldsWhere,
  type Json,
  type JsonObject,
  type NewUser,
  notDone,
  orLookUp,
  type Result,
  type User,
  type UserError,
  userError,
} from '@userport/core'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import { fieldsOf, type KinveyUser, kindOfUser, toUser, writable } from './codecs.js'
import { KinveyDirectoryConfig } from './directory/config.js'
import { directoryEndpoints } from './directory/endpoints.js'
import { directoryErrors } from './directory/errors.js'
import { fieldNames, usedField } from './fields.js'
import { rules } from './rules.js'

/** What the holder of the master secret can do with the users of an app at Kinvey. */
export const directoryCapabilities = {
  count: true,
  signIn: { identifiers: ['username'] },
  list: { paging: 'keyset' },
  find: { identifiers: ['username', 'email'] },
  create: { placeholder: true, verified: ['email'], chosenId: true, createdAt: true },
  update: true,
  setPassword: true,
  suspend: true,
  erase: true,
} as const

const usersOnAPage = 500
/** Kinvey refuses to answer with more. */
const mostOnAPage = 10_000

const isGone = ({ _tag }: UserError): boolean => _tag === 'UserNotFound'

// Of other ids with 12 or 24 characters Kinvey makes ids of the database's own kind.
const isChangedId = (id: string): boolean => [12, 24].includes(id.length) && !/^[0-9a-f]{24}$/.test(id)

const newUserComplaint = ({ id, identifiers, password }: NewUser): Complaint => {
  if (id !== undefined && isChangedId(id))
    return { field: 'id', rule: 'must not have 12 or 24 characters, unless it is 24 hexadecimal digits' }
  return password !== undefined && identifiers?.username === undefined
    ? { field: 'username', rule: 'must be given with a password: nothing else can sign in here' }
    : undefined
}

const metadataOf = ({ identifiers, verified, createdAt }: NewUser): JsonObject => {
  const metadata: Record<string, Json> = {}
  if (createdAt !== undefined) metadata['ect'] = new Date(createdAt).toISOString()
  if (verified?.email === true && identifiers?.email !== undefined) {
    const now = new Date().toISOString()
    metadata['emailVerification'] = { status: 'confirmed', emailAddress: identifiers.email, lastStateChangeAt: now, lastConfirmedAt: now }
  }
  return metadata
}

/** All users of an app at Kinvey, for an operator with the app's master secret. */
export const createKinveyDirectory = defineVendorDirectory(directoryCapabilities)({
  vendor: 'kinvey',
  rules,
  config: KinveyDirectoryConfig,
  endpoints: directoryEndpoints,
  errors: directoryErrors,

  check: (operation, [input, change], config) =>
    (operation === 'create' ? newUserComplaint(input as NewUser) : undefined) ?? usedField(operation === 'update' ? change : input, config),

  operations:
    (config) =>
    (calls, { at }) => {
      const names = fieldNames(config)
      const toListed = (wire: KinveyUser): User => toUser(wire, kindOfUser(wire), names)

      const find = (filter: { readonly username?: string; readonly email?: string }): Result<User | null> =>
        pipe(
          calls.find(filter),
          TE.map((wire) => (wire === null ? null : toListed(wire))),
        )

      const get = (id: string): Result<User | null> =>
        pipe(
          calls.read(id),
          TE.map(toListed),
          TE.orElse((error) => (isGone(error) ? TE.right(null) : TE.left(error))),
        )

      const documentAfter = (before: KinveyUser, { identifiers = {}, set, remove = [], ...named }: DirectoryUpdate): JsonObject => {
        const { username } = identifiers
        const fields = {
          ...writable(before),
          ...fieldsOf({ ...named, attributes: set }, identifiers, names),
          ...(username === undefined ? {} : { username }),
        }
        return fieldsWhere(fields, (name) => !remove.includes(name))
      }

      const keptAttribute = userError('Vendor', at, { message: 'Kinvey kept an attribute that the update had left out.' })

      return {
        count: () => calls.count(undefined),

        // Only an empty page is the last one: a short one may be the server's own limit.
        list: ({ cursor: after, limit = usersOnAPage }) =>
          pipe(
            calls.list({ after, limit: Math.min(limit, mostOnAPage) }),
            TE.map((page) => ({ users: page.map(toListed), next: page.at(-1)?._id ?? null })),
          ),

        get,

        find: ({ username, email }) => find(username === undefined ? { email } : { username }),

        // A username or a password that is left out is made up by Kinvey; the reply has them in clear, and neither is kept.
        create: (input) => {
          const { id, identifiers = {}, password, profile = {} } = input
          const { username } = identifiers
          const create = id === undefined ? calls.create : calls.createWithId
          // Whoever has the name may be somebody else.
          const holder = id !== undefined ? get(id) : username !== undefined ? find({ username }) : undefined
          return pipe(
            create(
              Object.assign(fieldsOf(profile, identifiers, names), defined({ _id: id, username, password }), { _kmd: metadataOf(input) }),
            ),
            TE.map(toListed),
            orLookUp((unknown) =>
              holder === undefined
                ? TE.left(unknown)
                : pipe(
                    holder,
                    TE.mapLeft(() => unknown),
                    TE.flatMap((found) => TE.left(found === null ? notDone(unknown) : unknown)),
                  ),
            ),
          )
        },

        update: (id, change) =>
          pipe(
            calls.read(id),
            TE.flatMap((before) => calls.replace({ id, document: documentAfter(before, change) })),
            TE.map(toListed),
            TE.flatMap((user) =>
              (change.remove ?? []).some((name) => Object.hasOwn(user.attributes, name)) ? TE.left(keptAttribute) : TE.right(user),
            ),
          ),

        setPassword: (id, password) =>
          pipe(
            calls.read(id),
            TE.flatMap((before) => calls.replace({ id, document: { ...writable(before), password } })),
            TE.map(() => undefined),
          ),

        suspend: calls.suspend,

        restore: calls.restore,

        erase: (id) =>
          pipe(
            calls.erase(id),
            TE.orElse((error) => (isGone(error) ? TE.right(undefined) : TE.left(error))),
          ),
      }
    },
})

export { KinveyDirectoryConfig } from './directory/config.js'
