import type { World } from '../world.js'
import type { MonacaSettings } from './settings.js'

export type MonacaWorld = World<MonacaSettings, MonacaData>

/** What an app adds to a user or a device: any JSON under names of letters and digits. */
export type Properties = Readonly<Record<string, unknown>>

/** All that one backend stores. Plain JSON. */
export interface MonacaData {
  /** By `_id`, in the order of creation. */
  readonly users: Record<string, StoredUser>
  /** `_id` by `keyed(username)`. */
  readonly usernames: Record<string, string>
  /** By session id. */
  readonly sessions: Record<string, StoredSession>
  /** By login token. */
  readonly loginTokens: Record<string, StoredLoginToken>
  /** The newest one of each user, by `_id`. */
  readonly resetTokens: Record<string, StoredResetToken>
  /** By `keyed(device id)`. */
  readonly devices: Record<string, Properties>
}

export interface StoredUser {
  readonly id: string
  readonly username: string
  readonly passwordHash: string
  readonly createdAt: number
  readonly updatedAt: number
  readonly properties: Properties
}

export interface StoredSession {
  readonly userId: string
  /** The sign-in it comes from: a renewed session id keeps it. */
  readonly signIn: string
  readonly createdAt: number
  readonly expiresAt: number
}

export interface StoredLoginToken {
  readonly userId: string
  readonly deviceId: string
  readonly expiresAt: number
}

export interface StoredResetToken {
  readonly token: string
  readonly expiresAt: number
}

export const emptyData = (): MonacaData => ({ users: {}, usernames: {}, sessions: {}, loginTokens: {}, resetTokens: {}, devices: {} })

/** A record key for text that somebody else chose: a user may be called `__proto__`. */
export const keyed = (text: string): string => `=${text}`

/** What a record holds under that key itself, not what it inherits. */
export const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined

export const removeWhere = <T>(record: Record<string, T>, unwanted: (entry: T, key: string) => boolean): void => {
  for (const [key, entry] of Object.entries(record)) {
    if (unwanted(entry, key)) delete record[key]
  }
}
