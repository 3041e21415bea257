import {
  type Contact,
  defined,
  fieldsWhere,
  type Json,
  type JsonObject,
  type PublicUser,
  type User,
  type UserKind,
  userId,
} from '@userport/core'
import * as t from '#io-ts'
import { rules } from './rules.js'

/** A user as Kii sends it: known fields beside the app's own, all at the top level. */
export const KiiUser = t.intersection([
  t.type({ userID: t.string }),
  t.partial({
    loginName: t.string,
    displayName: t.string,
    country: t.string,
    locale: t.string,
    emailAddress: t.string,
    emailAddressVerified: t.boolean,
    phoneNumber: t.string,
    phoneNumberVerified: t.boolean,
    _hasPassword: t.boolean,
    _disabled: t.boolean,
    _emailAddressPending: t.string,
    _phoneNumberPending: t.string,
    _thirdPartyAccounts: t.UnknownRecord,
  }),
  t.UnknownRecord,
])
export type KiiUser = t.TypeOf<typeof KiiUser>

export const KiiToken = t.intersection([
  t.type({ id: t.string, access_token: t.string }),
  t.partial({ expires_in: t.number, refresh_token: t.string, scope: t.unknown }),
])
export type KiiToken = t.TypeOf<typeof KiiToken>

export const KiiRegistered = t.intersection([KiiUser, t.type({ _accessToken: t.string }), t.partial({ _refreshToken: t.string })])
export type KiiRegistered = t.TypeOf<typeof KiiRegistered>

const contact = (address: string | undefined, verified: boolean | undefined, pending: string | undefined): Contact | undefined => {
  // A first address that waits for its verification is not verified, whether or not Kii says so.
  if (address === undefined) return pending === undefined ? undefined : { address: pending, verified: false, pending }
  return { address, verified: verified ?? 'unknown', ...(pending === undefined ? {} : { pending }) }
}

const reserved = new Set(rules.attributes.reserved)

// Kii may tell them in a document, and keeps whatever else an app has called so.
const times = new Set(['created', 'createdAt', 'modified', 'modifiedAt', 'passwordChangedAt'])

const latest = 8.64e15

const isTime = (value: unknown): value is number => typeof value === 'number' && Math.abs(value) <= latest

const isOwnField = (name: string, value: unknown): boolean =>
  name.startsWith('_') || (reserved.has(name) && (isTime(value) || !times.has(name)))

/** The app's own fields: the only ones that an update must send back, since Kii deletes those it does not get. */
const attributesOf = (wire: KiiUser): JsonObject => fieldsWhere(wire, (name, value) => !isOwnField(name, value)) as JsonObject

const secret = ['_accessToken', '_refreshToken']
const mapped = ['userID', 'loginName', 'displayName', 'country', 'locale', 'emailAddress', 'phoneNumber', 'createdAt', 'modifiedAt']
const hidden = new Set([...secret, ...mapped])

const vendorDataOf = (wire: KiiUser): JsonObject =>
  fieldsWhere(wire, (name, value) => isOwnField(name, value) && !hidden.has(name)) as JsonObject

export const when = (milliseconds: number | undefined): string | undefined =>
  milliseconds === undefined ? undefined : new Date(milliseconds).toISOString()

const timeOf = (value: unknown): string | undefined => when(isTime(value) ? value : undefined)

/** When a user was made and changed, where Kii says so. */
export const timesOf = ({ createdAt, modifiedAt }: Readonly<Record<string, unknown>>): Pick<User, 'createdAt' | 'updatedAt'> =>
  defined({ createdAt: timeOf(createdAt), updatedAt: timeOf(modifiedAt) })

const userOf = <Kind extends PublicUser['kind']>(wire: KiiUser, kind: Kind) =>
  defined({
    id: userId(wire.userID),
    vendor: 'kii',
    kind,
    username: wire.loginName,
    email: contact(wire.emailAddress, wire.emailAddressVerified, wire._emailAddressPending),
    phone: contact(wire.phoneNumber, wire.phoneNumberVerified, wire._phoneNumberPending),
    displayName: wire.displayName,
    locale: wire.locale,
    country: wire.country,
    identities: Object.entries(wire._thirdPartyAccounts ?? {}).map(([provider, account]) => {
      const { id } = (account ?? {}) as { readonly id?: Json }
      return typeof id === 'string' ? { provider, id } : { provider }
    }),
    attributes: attributesOf(wire),
    ...timesOf(wire),
    status: wire._disabled === undefined ? 'unknown' : wire._disabled ? 'disabled' : 'enabled',
    vendorData: { kii: vendorDataOf(wire) },
  })

const kindOf = (hasPassword: boolean): UserKind => (hasPassword ? 'registered' : 'anonymous')

/** One's own user. Kii says whether it has a password; where it does not say, an identifier tells as much. */
export const toUser = (wire: KiiUser): User =>
  userOf(wire, kindOf(wire._hasPassword ?? (wire.loginName ?? wire.emailAddress ?? wire.phoneNumber) !== undefined))

/** Somebody else: unless the console exposes full user data, only id, login name and display name. */
export const toPublicUser = (wire: KiiUser): PublicUser =>
  userOf(wire, wire._hasPassword === undefined ? 'unknown' : kindOf(wire._hasPassword))
