import {
  afterwards,
  type DirectoryUpdate,
  defineVendorDirectory,
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
import { type MonacaUser, propertiesOf, toProperties, toUser } from './codecs.js'
import { MonacaDirectoryConfig } from './directory/config.js'
import { parsed, start, written } from './directory/cursor.js'
import { directoryEndpoints } from './directory/endpoints.js'
import { directoryErrors } from './directory/errors.js'
import { listAfter } from './directory/list.js'
import { fieldNames, usedField } from './fields.js'
import { randomText } from './random-text.js'
import { anonymousPrefix, rules } from './rules.js'

/** What the holder of a management key can do with the users of an app at Monaca Backend. */
export const directoryCapabilities = {
  count: true,
  signIn: { identifiers: ['username'] },
  list: { paging: 'page-number' },
  find: { identifiers: ['username'] },
  create: { placeholder: true, verified: [], chosenId: false, createdAt: false },
  update: true,
  setPassword: false,
  suspend: false,
  erase: true,
} as const

const usersOnAPage = 500
/** A page of Monaca has at most 10,000 users, and about half of one is for finding where the last one ended. */
const mostOnAPage = 4_000
const namesOnAPage = 100

const isGone = ({ _tag }: UserError): boolean => _tag === 'UserNotFound'

/** All users of an app at Monaca Backend, for an operator with a key of its management API. */
export const createMonacaDirectory = defineVendorDirectory(directoryCapabilities)({
  vendor: 'monaca',
  rules,
  config: MonacaDirectoryConfig,
  endpoints: directoryEndpoints,
  errors: directoryErrors,

  check: (operation, [input, more], config) => {
    if (operation === 'list') {
      const { cursor } = input as { readonly cursor?: string }
      return cursor === undefined || parsed(cursor) !== undefined ? undefined : { field: 'cursor', rule: 'is not one of this list' }
    }
    if (operation === 'create') {
      const { identifiers, password } = input as NewUser
      return password !== undefined && identifiers?.username === undefined
        ? { field: 'username', rule: 'must be given with a password: nothing else can sign in here' }
        : usedField(input as NewUser, config)
    }
    if (operation !== 'update') return undefined
    const change = more as DirectoryUpdate
    return (change.remove ?? []).length > 0
      ? { capability: 'attributeRemoval', instead: 'set the attribute to null' }
      : usedField(change, config)
  },

  operations:
    (config) =>
    (calls, { at, carriedOut }) => {
      const fields = fieldNames(config)

      const names = pipe(
        calls.propertyNames(undefined),
        TE.map((found) => [...new Set([...Object.values<string>(fields), ...(config.propertyNames ?? []), ...found])]),
      )

      // A filter also finds those who merely contain the name.
      const withName = (username: string, page = 1): Result<MonacaUser | undefined> =>
        pipe(
          calls.list({ page, itemsInPage: namesOnAPage, nameFilter: username }),
          TE.flatMap(({ items, totalItems }) => {
            const found = items.find(({ _username }) => _username === username)
            return found !== undefined || items.length === 0 || page * namesOnAPage >= totalItems
              ? TE.right(found)
              : withName(username, page + 1)
          }),
        )

      const read = (id: string): Result<User> =>
        pipe(
          calls.get(id),
          TE.map((wire) => toUser(wire, fields)),
        )

      const orNull = <A>(result: Result<A>): Result<A | null> =>
        pipe(
          result,
          TE.orElse((error) => (isGone(error) ? TE.right(null) : TE.left(error))),
        )

      /** A refused name is taken or ill-formed, and Monaca may not even say that it is the name. */
      const explained = <A>(result: Result<A>, username: string | undefined, exceptId?: string): Result<A> =>
        pipe(
          result,
          TE.orElse((error) => {
            const isAboutName = error._tag === 'IdentifierTaken'
            const perhaps = isAboutName || (error._tag === 'Vendor' && error.code === '-32602')
            if (username === undefined || !perhaps) return TE.left(error)
            const { code, status } = error
            return pipe(
              withName(username),
              TE.flatMap((holder): Result<never> => {
                if (holder !== undefined && holder._id !== exceptId) {
                  return TE.left(userError('IdentifierTaken', at, { identifier: 'username', code, status }))
                }
                const refused = { field: 'username', rule: 'was refused by Monaca', code, status }
                return TE.left(isAboutName ? userError('InvalidInput', at, refused) : error)
              }),
            )
          }),
        )

      return {
        count: () =>
          pipe(
            calls.list({ page: 1, itemsInPage: 1 }),
            TE.map(({ totalItems }) => totalItems),
          ),

        list: ({ cursor, limit = usersOnAPage }) =>
          pipe(
            names,
            TE.flatMap((propertyNames) =>
              listAfter((window) => calls.list({ ...window, propertyNames }))(
                (cursor === undefined ? undefined : parsed(cursor)) ?? start,
                Math.min(limit, mostOnAPage),
              ),
            ),
            TE.map(({ users, next }) => ({
              users: users.map((wire) => toUser(wire, fields)),
              next: next === null ? null : written(next),
            })),
          ),

        get: (id) => orNull(read(id)),

        // The list shows some properties, the user itself has them all.
        find: ({ username = '' }) =>
          pipe(
            withName(username),
            TE.flatMap((found) => (found === undefined ? TE.right(null) : orNull(read(found._id)))),
          ),

        create: ({ identifiers = {}, password = randomText(64), profile = {} }) => {
          const { username } = identifiers
          const credentials = { username: username ?? `${anonymousPrefix}${randomText(32)}`, password }
          return pipe(
            explained(calls.create({ ...credentials, properties: toProperties(identifiers, profile, fields) }), username),
            orLookUp((unknown) =>
              pipe(
                withName(credentials.username),
                TE.mapLeft(() => unknown),
                TE.flatMap((found) => {
                  if (found === undefined) return TE.left(notDone(unknown))
                  // A name that was made up here is nobody else's.
                  return username === undefined ? TE.right(found._id) : TE.left(unknown)
                }),
              ),
            ),
            TE.flatMap((id) => pipe(read(id), afterwards(carriedOut, { accountCreated: true }))),
          )
        },

        // All properties are sent: whether those left out would stay is not documented.
        update: (id, { identifiers = {}, set, ...named }) => {
          const { username } = identifiers
          const changed = toProperties(identifiers, { ...named, attributes: set }, fields)
          const name: JsonObject = username === undefined ? {} : { _username: username }
          return pipe(
            calls.get(id),
            TE.flatMap((before) => explained(calls.update({ id, user: { ...propertiesOf(before), ...changed, ...name } }), username, id)),
            TE.flatMap(() => read(id)),
            TE.flatMap((user) =>
              username === undefined || user.username === username
                ? TE.right(user)
                : TE.left(userError('Vendor', at, { message: 'Monaca did not change the username.' })),
            ),
          )
        },

        erase: (id) => calls.erase(id),
      }
    },
})

export { MonacaDirectoryConfig, MonacaExportConfig } from './directory/config.js'
export { type ExportedUser, type ExportOptions, readMonacaExport } from './directory/export.js'
export { createMonacaExportDirectory, type ExportDirectoryOptions, exportCapabilities } from './directory/export-port.js'
export type { BrokenRow, ExportFormat } from './directory/export-rows.js'
