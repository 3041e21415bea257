import type { JsonObject } from './json.js'

declare const userIdBrand: unique symbol
/** A user's id as the vendor gave it. Branded, so that a username is not taken for one. */
export type UserId = string & { readonly [userIdBrand]: true }

/** Marks a string as a user id; for values read back from your own database. */
export const userId = (id: string): UserId => id as UserId

/** The name of a vendor package, e.g. `kii`. */
export type VendorName = string

export type UserKind = 'registered' | 'anonymous'

/** What a person can be recognised by. */
export type IdentifierKind = 'username' | 'email' | 'phone'

/** Exactly one identifier, its kind said: a ten-digit username is not a phone number. */
export type Identifier =
  | { readonly username: string; readonly email?: never; readonly phone?: never }
  | { readonly email: string; readonly username?: never; readonly phone?: never }
  | { readonly phone: string; readonly username?: never; readonly email?: never }

/** The identifier of a kind that is known only when the program runs. */
export const identifierOf = (kind: IdentifierKind, value: string): Identifier => ({ [kind]: value }) as unknown as Identifier

/** One or more identifiers of the same person. */
export interface Identifiers {
  readonly username?: string
  readonly email?: string
  readonly phone?: string
}

/** An e-mail address or phone number and how far the vendor trusts it. */
export interface Contact {
  readonly address: string
  readonly verified: boolean | 'unknown'
  /** The address that takes this one's place once it is verified. */
  readonly pending?: string
  /** How the vendor's last verification message fared, in the vendor's own word, and since when (ISO 8601). */
  readonly delivery?: { readonly status: string; readonly since?: string }
}

/** A social or enterprise identity linked to the user. */
export interface LinkedIdentity {
  readonly provider: string
  readonly id?: string
}

/** A user as userport sees it: plain data, fit for `JSON.stringify`, without any token or password. */
export interface User {
  readonly id: UserId
  readonly vendor: VendorName
  readonly kind: UserKind
  readonly username?: string
  readonly email?: Contact
  readonly phone?: Contact
  readonly displayName?: string
  readonly locale?: string
  readonly country?: string
  readonly identities: readonly LinkedIdentity[]
  /** The app's own fields. */
  readonly attributes: JsonObject
  /** ISO 8601, UTC. */
  readonly createdAt?: string
  /** ISO 8601, UTC. */
  readonly updatedAt?: string
  readonly status: 'enabled' | 'disabled' | 'unknown'
  /** Whatever else the vendor sent, untouched, under the vendor's name. */
  readonly vendorData: Readonly<Record<VendorName, JsonObject>>
}

/** Somebody else's user, as far as the vendor shows it. What is absent may exist and be hidden. */
export interface PublicUser extends Partial<Omit<User, 'id' | 'vendor' | 'kind' | 'status'>> {
  readonly id: UserId
  readonly vendor: VendorName
  readonly kind: UserKind | 'unknown'
  readonly status: User['status']
}

/** What an app may say about a user when creating it. */
export interface Profile {
  readonly displayName?: string
  readonly locale?: string
  /** ISO 3166-1 alpha-2. */
  readonly country?: string
  readonly attributes?: JsonObject
}

/** A change of the active user's profile. What is not named stays as it is. */
export interface ProfileChange {
  readonly displayName?: string
  readonly locale?: string
  readonly country?: string
  /** Attributes to add or replace. */
  readonly set?: JsonObject
  /** Attributes to remove. Needs capability `attributeRemoval`. */
  readonly remove?: readonly string[]
}

/**
 * What proves who somebody is. Plain data, so that a server can keep it; `secrets` must be kept as carefully as a password.
 * Read and written by the vendor package alone.
 */
export interface Session {
  readonly vendor: VendorName
  readonly userId: UserId
  readonly kind: UserKind
  readonly secrets: Readonly<Record<string, string>>
  /** Milliseconds since 1970, where the vendor says. */
  readonly expiresAt?: number
}
