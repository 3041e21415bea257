import {
  type Contact,
  checked,
  defined,
  fieldsWhere,
  type Identifiers,
  type Json,
  type JsonObject,
  type Profile,
  type User,
  type UserKind,
  userId,
} from '@userport/core'
import * as t from '#io-ts'
import type { FieldNames } from './fields.js'
import { anonymousPrefix } from './rules.js'

// The documentation says "unixtime" without its unit; as seconds, this limit is in the year 5138, as milliseconds in 1973.
const firstMillisecond = 100_000_000_000

const date = (time: number): Date => new Date(time < firstMillisecond ? time * 1000 : time)

const isTime = (value: unknown): value is number => typeof value === 'number' && !Number.isNaN(date(value).getTime())

/** A point in time as Monaca writes it. A number that is beyond all calendars is none. */
export const Time = checked('a unix time', isTime)

const when = (time: number | undefined): string | undefined => (time === undefined ? undefined : date(time).toISOString())

/** A user as Monaca sends it: system fields with an underscore beside all properties. */
export const MonacaUser = t.intersection([
  t.type({ _id: t.string, _username: t.string }),
  // The reference spells the last one both ways.
  t.partial({ _createdAt: Time, _updatedAt: Time, _updateAt: Time }),
  t.UnknownRecord,
])
export type MonacaUser = t.TypeOf<typeof MonacaUser>

/** The reply of every call that signs in. */
export const SignedInReply = t.type({
  result: t.intersection([t.type({ user: MonacaUser }), t.partial({ loginToken: t.union([t.string, t.null]) })]),
})
export type SignedInReply = t.TypeOf<typeof SignedInReply>

export const PropertiesReply = t.type({ result: t.type({ properties: t.UnknownRecord }) })

const Anything = t.union([t.UnknownRecord, t.UnknownArray, t.string, t.number, t.boolean, t.null])

/** The reply of a call that says nothing but that it was carried out. */
export const DoneReply = t.type({ result: Anything })

/** An anonymous user is told by the username that this library made for it. */
export const kindOfUsername = (username: string): UserKind => (username.startsWith(anonymousPrefix) ? 'anonymous' : 'registered')

const isSystemField = (name: string): boolean => name.startsWith('_')

/** All properties of a user, the mapped ones too: what a copy of the account must have. */
export const propertiesOf = (wire: MonacaUser): JsonObject => fieldsWhere(wire, (name) => !isSystemField(name)) as JsonObject

/** Identifiers and profile as properties; what is absent stays as it is. The username is no property. */
export const toProperties = (
  { email, phone }: Identifiers,
  { displayName, locale, country, attributes }: Profile,
  fields: FieldNames,
): JsonObject =>
  defined({
    ...attributes,
    [fields.email]: email,
    [fields.phone]: phone,
    [fields.displayName]: displayName,
    [fields.locale]: locale,
    [fields.country]: country,
  }) as JsonObject

const mappedSystemFields = new Set(['_id', '_username', '_createdAt', '_updatedAt', '_updateAt'])

/** Anybody may write these properties, so a value that is no text stays in `vendorData`. */
const vendorDataOf = (wire: MonacaUser, kind: UserKind, names: ReadonlySet<string>): JsonObject =>
  fieldsWhere(wire, (name, value) => {
    if (names.has(name)) return typeof value !== 'string' && value !== null
    return isSystemField(name) && (!mappedSystemFields.has(name) || (name === '_username' && kind === 'anonymous'))
  }) as JsonObject

/** One's own user. Monaca verifies no addresses and disables nobody, so both are unknown. */
export const toUser = (wire: MonacaUser, fields: FieldNames): User => {
  const kind = kindOfUsername(wire._username)
  const names = new Set<string>(Object.values(fields))
  const text = (name: string): string | undefined => {
    const value = wire[name] as Json | undefined
    return typeof value === 'string' ? value : undefined
  }
  const contact = (name: string): Contact | undefined => {
    const address = text(name)
    return address === undefined ? undefined : { address, verified: 'unknown' }
  }
  return defined({
    id: userId(wire._id),
    vendor: 'monaca',
    kind,
    username: kind === 'registered' ? wire._username : undefined,
    email: contact(fields.email),
    phone: contact(fields.phone),
    displayName: text(fields.displayName),
    locale: text(fields.locale),
    country: text(fields.country),
    identities: [],
    attributes: fieldsWhere(wire, (name) => !isSystemField(name) && !names.has(name)) as JsonObject,
    createdAt: when(wire._createdAt),
    updatedAt: when(wire._updatedAt ?? wire._updateAt),
    status: 'unknown' as const,
    vendorData: { monaca: vendorDataOf(wire, kind, names) },
  })
}
