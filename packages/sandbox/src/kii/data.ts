/** A secret that was sent to a user: a verification code, a PIN or the code of a link. */
export interface IssuedCode {
  readonly code: string
  readonly issuedAt: number
  /** How often another code was given instead. */
  wrongTries?: number
}

/** An e-mail address or a phone number of a user. */
export interface Address {
  /** Changed through the index alone. */
  readonly value?: string
  /** The owner has proved it. Where verification is not required, an unproved one counts as well. */
  proved: boolean
  /** The new value that waits for its proof, while the old one stays in force. */
  pending?: string
  verification?: IssuedCode
}

/** What a user who has enrolled in the second factor must give after the password. */
export interface SecondFactor {
  /** The TOTP key in base32. */
  readonly secret: string
  /** Those not yet used. */
  recoveryCodes: readonly string[]
  /** The time step of the last accepted code: it works no second time. */
  lastStep?: number
}

/** An object in a bucket. */
export interface StoredObject {
  readonly id: string
  readonly createdAt: number
  modifiedAt: number
  version: number
  /** The type in the content type it was saved with. */
  dataType?: string
  fields: Readonly<Record<string, unknown>>
}

/** By object id. */
export type Bucket = Record<string, StoredObject>

export interface KiiUser {
  readonly userID: string
  readonly internalUserID: number
  /** Changed through the index alone. */
  readonly loginName?: string
  displayName?: string
  country?: string
  locale?: string
  readonly email: Address
  readonly phone: Address
  passwordHash?: string
  disabled: boolean
  custom: Record<string, unknown>
  readonly createdAt: number
  modifiedAt: number
  passwordChangedAt?: number
  resetPin?: IssuedCode
  secondFactor?: SecondFactor
  /** Linked social accounts by network, e.g. `facebook`. */
  thirdPartyAccounts?: Record<string, Readonly<Record<string, unknown>>>
  /** Topic ids in the order of creation. */
  topics?: string[]
  /** By name; the name of an encrypted one begins with `CRYPTO:`. */
  buckets?: Record<string, Bucket>
}

export interface KiiToken {
  /** A user's session, the app's administrator, or an app without a user. */
  readonly kind: 'user' | 'admin' | 'anonymous'
  /** The user's id, or the client's. */
  readonly id: string
  readonly createdAt: number
  readonly expiresAt: number
  readonly refreshToken?: string
  /** Good for the second factor alone. */
  readonly limited?: true
  /** How often a wrong second factor was given with it. */
  wrongTries?: number
}

export interface ResetLink {
  readonly userID: string
  readonly channel: 'email' | 'sms'
  readonly issuedAt: number
}

/** A group outlives its owner. */
export interface KiiGroup {
  readonly groupID: string
  readonly name: string
  /** A user id; absent where the administrator made the group for nobody. */
  readonly owner?: string
  /** User ids, the owner's included. */
  members: readonly string[]
}

/** Everything a Kii app knows, as plain JSON. */
export interface KiiData {
  /** By user id, in the order of registration. */
  readonly users: Record<string, KiiUser>
  /** By access token. */
  readonly tokens: Record<string, KiiToken>
  /** By the code in the link. */
  readonly resetLinks: Record<string, ResetLink>
  /** By group id. */
  readonly groups: Record<string, KiiGroup>
  lastInternalUserID: number
}

export const emptyKiiData = (): KiiData => ({ users: {}, tokens: {}, resetLinks: {}, groups: {}, lastInternalUserID: 0 })
