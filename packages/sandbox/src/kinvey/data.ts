import type { Json } from '../json.js'
import type { World } from '../world.js'
import type { KinveySettings } from './settings.js'

export type EmailVerificationStatus = 'sent' | 'resent' | 'delivered' | 'bounce' | 'deferred' | 'dropped' | 'confirmed'

/** The `_kmd` of a user as it is stored: ISO-8601 times, no authtoken. */
export interface UserMetadata {
  ect: string
  lmt: string
  llt?: string
  emailVerification?: {
    readonly status: EmailVerificationStatus
    readonly lastStateChangeAt?: string
    readonly lastConfirmedAt?: string
    readonly emailAddress?: string
  }
  passwordReset?: { readonly status: 'InProgress'; readonly lastStateChangeAt: string }
  status?: { readonly val: 'disabled'; readonly lastChange: string }
  roles?: readonly unknown[]
}

/** A third party's account as its provider describes it: `id`, and what else is known of it. */
export type Identity = Json

/** A generator of one-time codes that the user has set up, or is about to. */
export interface Authenticator {
  readonly id: string
  readonly name: string
  /** Base32. */
  readonly secret: string
  /** A code of it was given once; before, it counts for nothing. */
  readonly verified: boolean
}

export interface SecondFactors {
  readonly authenticators: readonly Authenticator[]
  readonly recoveryCodes: readonly string[]
  /** When the trust in a device ends, by its token. */
  readonly devices: Readonly<Record<string, number>>
}

export interface StoredUser {
  readonly _id: string
  readonly username: string
  passwordHash: string
  /** Signed up without a username of its own, and not renamed since. */
  implicit: boolean
  lockedDown: boolean
  /** Everything the app stores with the user, `email` included. */
  attributes: Json
  /** By provider. */
  socialIdentity: Readonly<Record<string, Identity>>
  acl: Json & { readonly creator: string }
  kmd: UserMetadata
  secondFactors?: SecondFactors
}

export interface StoredSession {
  readonly userId: string
  readonly createdAt: number
  /** With Mobile Identity Connect a session ends with the access token that opened it. */
  readonly expiresAt?: number
}

/** A log-in whose password was right and whose second factor is missing. */
export interface MfaSession {
  readonly userId: string
  readonly expiresAt: number
  /** Of the authenticator that was chosen. */
  readonly authenticatorId?: string
  readonly wrongCodes: number
}

/** A link that was mailed, by its nonce. Times are in milliseconds since 1970. */
export interface MailedLink {
  readonly purpose: 'verification' | 'password-reset'
  readonly userId: string
  readonly email: string
  readonly time: number
  readonly expiresAt: number
}

/** What an app asked of Mobile Identity Connect when it sent a user to log in. */
export interface MicRequest {
  readonly clientId: string
  readonly redirectUri: string
  readonly state?: string
  /** S256 of the verifier that the code must be redeemed with. */
  readonly codeChallenge?: string
  readonly expiresAt: number
}

/** Mobile Identity Connect: log-ins under way by the token in their address, codes, access tokens, and these by their refresh token. */
export interface MicData {
  readonly logIns: Record<string, MicRequest & { readonly shownAsPage: boolean }>
  readonly codes: Record<string, MicRequest & { readonly username: string }>
  readonly tokens: Record<string, MicToken>
  readonly refreshTokens: Record<string, string>
}

export interface MicToken {
  readonly username: string
  readonly clientId: string
  readonly refreshToken: string
  readonly expiresAt: number
}

/** Users by id, sessions by token, links by nonce, unfinished log-ins by token. */
export interface KinveyData {
  readonly users: Record<string, StoredUser>
  readonly sessions: Record<string, StoredSession>
  readonly links: Record<string, MailedLink>
  readonly mfaSessions: Record<string, MfaSession>
  readonly mic: MicData
}

export type KinveyWorld = World<KinveySettings, KinveyData>

export const emptyData = (): KinveyData => ({
  users: {},
  sessions: {},
  links: {},
  mfaSessions: {},
  mic: { logIns: {}, codes: {}, tokens: {}, refreshTokens: {} },
})

/** The entry that the record itself holds, never one of `Object.prototype`. */
export const entry = <A>(record: Readonly<Record<string, A>>, key: string): A | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined

export const isoNow = (world: KinveyWorld): string => new Date(world.clock.now()).toISOString()
