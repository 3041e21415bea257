import {
  type Contact,
  defined,
  fieldsWhere,
  type Identifiers,
  type Json,
  type JsonObject,
  type Profile,
  type PublicUser,
  type User,
  userId,
} from '@userport/core'
import * as t from '#io-ts'
import type { FieldNames } from './fields.js'

/** A user as Kinvey sends it: its own fields, most with an underscore in front, beside the app's. */
export const KinveyUser = t.intersection([
  t.type({ _id: t.string }),
  t.partial({
    username: t.string,
    _kmd: t.partial({
      ect: t.string,
      lmt: t.string,
      authtoken: t.string,
      emailVerification: t.partial({ status: t.string, lastStateChangeAt: t.string, emailAddress: t.string }),
      status: t.partial({ val: t.string }),
    }),
    _socialIdentity: t.union([t.UnknownRecord, t.null]),
  }),
  t.UnknownRecord,
])
export type KinveyUser = t.TypeOf<typeof KinveyUser>

/** The reply to a sign-up without a username: what Kinvey made up comes in clear, this once. */
export const ImplicitUser = t.intersection([KinveyUser, t.type({ username: t.string, password: t.string })])

/** A user with the token of a session: the answer to a login, and what the old SDK keeps. */
export const Tokened = t.intersection([KinveyUser, t.type({ _kmd: t.type({ authtoken: t.string }) })])
const Wrapped = t.type({ user: KinveyUser, authToken: t.string })
/** A device or program that makes codes. `type` is `totp`. */
export const Authenticator = t.type({ id: t.string, name: t.string, type: t.string })
export type Authenticator = Readonly<t.TypeOf<typeof Authenticator>>

const SecondFactorWanted = t.type({
  mfaRequired: t.literal(true),
  userId: t.string,
  mfaSessionToken: t.string,
  authenticators: t.array(Authenticator),
})
export type SecondFactorWanted = t.TypeOf<typeof SecondFactorWanted>

/** A login answers with the user and the token in it; API version 6 may put both side by side, or ask for a second factor. */
export const Login = t.union([Tokened, Wrapped, SecondFactorWanted])

export interface LoggedIn {
  readonly document: KinveyUser
  readonly token: string
}

/** The user that came in, or what is wanted besides. */
export const loggedIn = (wire: t.TypeOf<typeof Login>): LoggedIn | SecondFactorWanted => {
  if (Tokened.is(wire)) return { document: wire, token: wire._kmd.authtoken }
  return Wrapped.is(wire) ? { document: wire.user, token: wire.authToken } : wire
}

// Kinvey makes up names of this form for users without one.
const isGenerated = (username: string | undefined): boolean =>
  username === undefined || /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(username)

/** The identities that are linked: `null` is how one is taken away. */
export const identitiesOf = ({ _socialIdentity: identities }: KinveyUser): readonly (readonly [string, unknown])[] =>
  Object.entries(identities ?? {}).filter(([, account]) => account !== null)

/** Kinvey does not say who is anonymous: it is whoever has neither chosen a name nor linked an identity. */
export const kindOfUser = (wire: KinveyUser): User['kind'] =>
  isGenerated(wire.username) && identitiesOf(wire).length === 0 ? 'anonymous' : 'registered'

const own = new Set(['username', 'password', 'email'])

// An app may keep anything under such a name: what is no text is an attribute like any other, and `null` is nothing.
const text = (wire: KinveyUser, name: string): string | undefined => {
  const value = wire[name]
  return typeof value === 'string' ? value : undefined
}

/** Where mails go. Kinvey itself looks at it no sooner than that, so an app may keep anything there. */
export const addressOf = (wire: KinveyUser): string | undefined => text(wire, 'email') || undefined

const attributesOf = (wire: KinveyUser, names: FieldNames): JsonObject => {
  const fields: readonly string[] = Object.values(names)
  return fieldsWhere(
    wire,
    (name, value) => !name.startsWith('_') && !own.has(name) && !(fields.includes(name) && (typeof value === 'string' || value === null)),
  ) as JsonObject
}

const mapped = new Set(['_id', '_socialIdentity', '_kmd'])
const mappedMetadata = new Set(['authtoken', 'ect', 'lmt'])

const vendorDataOf = (wire: KinveyUser): JsonObject => {
  const others = fieldsWhere(wire, (name) => name.startsWith('_') && !mapped.has(name))
  const metadata = fieldsWhere(wire._kmd ?? {}, (name) => !mappedMetadata.has(name))
  if (Object.keys(metadata).length > 0) others['_kmd'] = metadata
  const { email = null } = wire
  if (email !== null && typeof email !== 'string') others['email'] = email
  return others as JsonObject
}

const emailOf = (wire: KinveyUser): Contact | undefined => {
  const address = addressOf(wire)
  if (address === undefined) return undefined
  const { status, lastStateChangeAt: since, emailAddress = address } = wire._kmd?.emailVerification ?? {}
  if (status === undefined || emailAddress !== address) return { address, verified: false }
  return { address, verified: status === 'confirmed', delivery: { status, ...(since === undefined ? {} : { since }) } }
}

/** What a reply means differently, depending on whose it is. */
interface Seen<Kind> {
  readonly kind: Kind
  readonly email: Contact | undefined
  readonly status: User['status']
}

const userOf = <Kind extends PublicUser['kind']>(wire: KinveyUser, names: FieldNames, { kind, email, status }: Seen<Kind>) => {
  const phone = text(wire, names.phone)
  return defined({
    id: userId(wire._id),
    vendor: 'kinvey',
    kind,
    username: wire.username,
    email,
    phone: phone === undefined ? undefined : { address: phone, verified: false },
    displayName: text(wire, names.displayName),
    locale: text(wire, names.locale),
    country: text(wire, names.country),
    identities: identitiesOf(wire).map(([provider, account]) => {
      const { id } = (account ?? {}) as { readonly id?: unknown }
      return typeof id === 'string' ? { provider, id } : { provider }
    }),
    attributes: attributesOf(wire, names),
    createdAt: wire._kmd?.ect,
    updatedAt: wire._kmd?.lmt,
    status,
    vendorData: { kinvey: vendorDataOf(wire) },
  })
}

/** One's own user. Kinvey does not say whether a user is an implicit one: the session knows. */
export const toUser = (wire: KinveyUser, kind: User['kind'], names: FieldNames): User =>
  userOf(wire, names, { kind, email: emailOf(wire), status: wire._kmd?.status?.val === 'disabled' ? 'disabled' : 'enabled' })

/** Somebody else: a lookup shows the names and the address alone. */
export const toPublicUser = (wire: KinveyUser, names: FieldNames): PublicUser => {
  const address = addressOf(wire)
  const email = address === undefined ? undefined : { address, verified: 'unknown' as const }
  return userOf(wire, names, { kind: 'unknown', email, status: 'unknown' })
}

/** What an app says about a user, as Kinvey's fields. */
export const fieldsOf = ({ attributes, ...profile }: Profile, { email, phone }: Identifiers, names: FieldNames): JsonObject => {
  const given: Partial<FieldNames> = { ...profile, phone }
  const fields: Record<string, Json> = defined(attributes ?? {})
  for (const field of Object.keys(names) as (keyof FieldNames)[]) {
    const value = given[field]
    if (value !== undefined) fields[names[field]] = value
  }
  if (email !== undefined) fields['email'] = email
  return fields
}

/** The document as an update must send it: whole, without what is the server's alone. */
export const writable = ({ _kmd, password: _, ...document }: KinveyUser): JsonObject => document as JsonObject
