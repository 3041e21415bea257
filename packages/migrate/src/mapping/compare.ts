import type { Contact, JsonObject, NewUser, User } from '@userport/core'
import { canonicalJson } from './canonical-json.js'

/** Kii keeps a local number in its international form, by the country of the user (its REST guide, "predefined fields"). */
const isInternational = (actual: string, local: string): boolean =>
  !local.startsWith('+') && actual.startsWith('+') && actual.endsWith(local.replace(/^0+/, ''))

const isSamePhone = (expected: string | undefined, actual: string | undefined): boolean =>
  expected === actual || (expected !== undefined && actual !== undefined && isInternational(actual, expected))

// Kinvey gives a name to whoever is made without one; the directory says of these that they are anonymous.
const isSameName = (expected: string | undefined, { username, kind }: User): boolean =>
  expected === username || (expected === undefined && kind === 'anonymous')

// Whether Kii stores country codes in upper case is not documented; in which case they are written means nothing.
const isSameCountry = (expected: string | undefined, actual: string | undefined): boolean =>
  expected?.toUpperCase() === actual?.toUpperCase()

const isSameTime = (expected: string | undefined, actual: string | undefined): boolean =>
  expected === undefined || (actual !== undefined && Date.parse(expected) === Date.parse(actual))

// Kii says of every address that it is verified where its console asks for no verification, so only what was wanted is looked at.
const isVerified = (wanted: boolean | undefined, contact: Contact | undefined): boolean => wanted !== true || contact?.verified === true

// A vendor without a way to disable says `unknown`.
const isSameStatus = (suspended: boolean, { status }: User): boolean => (suspended ? status === 'disabled' : status !== 'disabled')

const differingAttributes = (expected: JsonObject, actual: JsonObject): readonly string[] =>
  Object.entries(expected)
    .filter(([name, value]) => {
      const found = Object.hasOwn(actual, name) ? actual[name] : undefined
      return found === undefined || (found !== value && canonicalJson(found) !== canonicalJson(value))
    })
    .map(([name]) => `attributes.${name}`)

/**
 * Field names, as in `email.address` or `attributes.NAME`, in which a user at the target is not what the mapping wanted. Never values.
 * Attributes that the target has besides are no difference: apps and vendors add some.
 */
export const differences = (expected: NewUser & { readonly suspended: boolean }, actual: User): readonly string[] => {
  const { identifiers = {}, profile = {}, verified = {}, createdAt, suspended } = expected
  const same: Readonly<Record<string, boolean>> = {
    username: isSameName(identifiers.username, actual),
    'email.address': identifiers.email === actual.email?.address,
    'email.verified': isVerified(verified.email, actual.email),
    'phone.address': isSamePhone(identifiers.phone, actual.phone?.address),
    'phone.verified': isVerified(verified.phone, actual.phone),
    displayName: profile.displayName === actual.displayName,
    locale: profile.locale === actual.locale,
    country: isSameCountry(profile.country, actual.country),
    createdAt: isSameTime(createdAt, actual.createdAt),
    status: isSameStatus(suspended, actual),
  }
  return [...Object.keys(same).filter((field) => same[field] !== true), ...differingAttributes(profile.attributes ?? {}, actual.attributes)]
}

/** Did this migration make the user? It is told by the attribute that holds the id at the source. */
export const isOurs = (actual: User, sourceId: string, originAttribute: string): boolean =>
  Object.hasOwn(actual.attributes, originAttribute) && actual.attributes[originAttribute] === sourceId
