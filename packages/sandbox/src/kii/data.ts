/** A secret that was sent to a user: a verification code, a PIN or the code of a link. */
export interface IssuedCode {
  readonly code: string
  readonly issuedAt: number
}

/** An e-mail address or a phone number of a user. */
export interface Address {
  value?: string
  /** The owner has proved it. Where verification is not required, an unproved one counts as well. */
  proved: boolean
  /** The new value that waits for its proof, while the old one stays in force. */
  pending?: string
  verification?: IssuedCode
}

export interface KiiUser {
  readonly userID: string
  readonly internalUserID: number
  loginName?: string
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
}

export interface KiiToken {
  /** A user's session, the app's administrator, or an app without a user. */
  readonly kind: 'user' | 'admin' | 'anonymous'
  /** The user's id, or the client's. */
  readonly id: string
  readonly createdAt: number
  readonly expiresAt: number
  readonly refreshToken?: string
}

export interface ResetLink {
  readonly userID: string
  readonly channel: 'email' | 'sms'
  readonly issuedAt: number
}

/** Everything a Kii app knows, as plain JSON. */
export interface KiiData {
  /** By user id, in the order of registration. */
  readonly users: Record<string, KiiUser>
  /** By access token. */
  readonly tokens: Record<string, KiiToken>
  /** By the code in the link. */
  readonly resetLinks: Record<string, ResetLink>
  lastInternalUserID: number
}

export const emptyKiiData = (): KiiData => ({ users: {}, tokens: {}, resetLinks: {}, lastInternalUserID: 0 })
