import type { Json } from '../json.js'
import { internationalPhone } from './calling-codes.js'
import { invalidInput, KiiError } from './errors.js'
import type { KiiSettings } from './settings.js'

/** What a registration or an update may set, checked. */
export interface Attributes {
  readonly loginName?: string
  readonly displayName?: string
  readonly country?: string
  readonly locale?: string
  readonly emailAddress?: string
  /** In international form. */
  readonly phoneNumber?: string
  readonly password?: string
  readonly custom: Record<string, unknown>
}

/** Keys that a client may echo: the SDKs send back whatever they once got. */
const readOnly = new Set([
  'userID',
  'id',
  'internalUserID',
  'created',
  'createdAt',
  'modified',
  'modifiedAt',
  'emailAddressVerified',
  'phoneNumberVerified',
  'passwordChangedAt',
  'disabled',
])
const predefined = new Set(['loginName', 'displayName', 'country', 'locale', 'emailAddress', 'phoneNumber', 'password'])
const maximumCustomBytes = 63 * 1024

/** @param knownCountry The user's country so far, for a phone number in local form. */
export function attributesOf(body: Json, settings: KiiSettings, knownCountry?: string): Attributes {
  const country = text(body, 'country', /^[a-z]{2}$/i, 'must be two letters')
  const phone = text(body, 'phoneNumber', /^\+?[0-9]+$/, 'must be digits, with a leading + where international')
  const password = text(body, 'password', /^/, '')
  return {
    ...given(
      'loginName',
      text(body, 'loginName', /^[a-zA-Z0-9_.-]{3,64}$/, 'must be 3 to 64 letters, digits, dashes, dots or underscores'),
    ),
    ...given('displayName', text(body, 'displayName', /^.{1,50}$/su, 'must be 1 to 50 characters')),
    ...given('country', settings.upperCaseCountry ? country?.toUpperCase() : country),
    ...given('locale', text(body, 'locale', /^/, '')),
    ...given('emailAddress', text(body, 'emailAddress', /^[^@]+@[^@]+$/, 'must be an e-mail address')),
    ...given('phoneNumber', phone === undefined ? undefined : internationalPhone(phone, country ?? knownCountry)),
    ...given('password', password === undefined ? undefined : checkedPassword(password, settings)),
    custom: customFields(body),
  }
}

/** Fails with PASSWORD_TOO_SHORT, also where there is none, or INVALID_INPUT_DATA. */
export function checkedPassword(password: unknown, { minimumPasswordLength }: KiiSettings): string {
  if (password === undefined || password === null) throw passwordTooShort(minimumPasswordLength)
  if (typeof password !== 'string') throw invalidInput('password must be a string')
  if (password.length < minimumPasswordLength) throw passwordTooShort(minimumPasswordLength)
  if (!/^[\x20-\x7E]{0,50}$/.test(password)) throw invalidInput('password must be at most 50 printable ASCII characters')
  return password
}

export function hasIdentity({ loginName, emailAddress, phoneNumber }: Attributes): boolean {
  return loginName !== undefined || emailAddress !== undefined || phoneNumber !== undefined
}

function passwordTooShort(minimumLength: number): KiiError {
  return new KiiError('PASSWORD_TOO_SHORT', `Passwords must be at least ${minimumLength} characters long`, { minimumLength })
}

function customFields(body: Json): Record<string, unknown> {
  const custom = Object.fromEntries(
    Object.entries(body).filter(([key]) => !key.startsWith('_') && !readOnly.has(key) && !predefined.has(key)),
  )
  if (Buffer.byteLength(JSON.stringify(custom)) > maximumCustomBytes) throw invalidInput('custom fields exceed 63 KB')
  return custom
}

/** Null counts as absent: clients send it for what they do not set. */
function text(body: Json, field: string, pattern: RegExp, rule: string): string | undefined {
  const value = body[field]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') throw invalidInput(`${field} must be a string`)
  if (!pattern.test(value)) throw invalidInput(`${field} ${rule}`)
  return value
}

function given<Field extends string>(field: Field, value: string | undefined): { readonly [Key in Field]?: string } {
  return value === undefined ? {} : ({ [field]: value } as { [Key in Field]: string })
}
