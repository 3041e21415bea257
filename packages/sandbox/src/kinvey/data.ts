import type { World } from '../world.js'
import type { KinveySettings } from './settings.js'

export type Json = Readonly<Record<string, unknown>>

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

export interface StoredUser {
  readonly _id: string
  readonly username: string
  passwordHash: string
  /** Signed up without a username of its own, and not renamed since. */
  implicit: boolean
  lockedDown: boolean
  /** Everything the app stores with the user, `email` included. */
  attributes: Json
  socialIdentity: Json
  acl: Json & { readonly creator: string }
  kmd: UserMetadata
}

export interface StoredSession {
  readonly userId: string
  readonly createdAt: number
}

/** A link that was mailed, by its nonce. Times are in milliseconds since 1970. */
export interface MailedLink {
  readonly purpose: 'verification' | 'password-reset'
  readonly userId: string
  readonly email: string
  readonly time: number
  readonly expiresAt: number
}

/** Users by id, ids by username, sessions by token, links by nonce. */
export interface KinveyData {
  readonly users: Record<string, StoredUser>
  readonly usernames: Record<string, string>
  readonly sessions: Record<string, StoredSession>
  readonly links: Record<string, MailedLink>
}

export type KinveyWorld = World<KinveySettings, KinveyData>

export const emptyData = (): KinveyData => ({ users: {}, usernames: {}, sessions: {}, links: {} })

/** The entry that the record itself holds, never one of `Object.prototype`. */
export const entry = <A>(record: Readonly<Record<string, A>>, key: string): A | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined

export const isoNow = (world: KinveyWorld): string => new Date(world.clock.now()).toISOString()
