import { defined } from '../fields.js'
import type { JsonObject } from '../json.js'
import { type Identifiers, type LinkedIdentity, type Session, type User, type UserKind, userId } from '../user.js'

export interface Address {
  readonly address: string
  readonly verified: boolean
  /** What takes its place once it is verified. */
  readonly pending?: string
}

/** The codes that a user with a second factor may give, each once. */
export interface SecondFactorCodes {
  readonly totp: Set<string>
  readonly recovery: Set<string>
}

/** A user as the service keeps it. Passwords are kept as they are: this service lives in a test and dies with it. */
export interface Account {
  readonly id: string
  readonly kind: UserKind
  readonly username?: string
  readonly email?: Address
  readonly phone?: Address
  readonly password?: string
  /** With it, an anonymous user comes back even after its session died. */
  readonly credential?: string
  readonly displayName?: string
  readonly locale?: string
  readonly country?: string
  readonly identities: readonly Required<LinkedIdentity>[]
  readonly secondFactor?: SecondFactorCodes
  readonly attributes: JsonObject
  readonly disabled: boolean
  readonly createdAt: string
  readonly updatedAt: string
}

/** Whose address a code proves, and which. */
export interface Verification {
  readonly userId: string
  readonly kind: 'email' | 'phone'
  readonly address: string
}

/** Everything the service knows. */
export interface MemoryState {
  readonly accounts: Map<string, Account>
  /** By token; `expiresAt` in milliseconds since 1970. */
  readonly sessions: Map<string, { readonly userId: string; readonly expiresAt: number }>
  /** User ids by the token that renews a session, once. */
  readonly renewals: Map<string, string>
  /** User ids by reset code. */
  readonly resets: Map<string, string>
  /** By code. */
  readonly verifications: Map<string, Verification>
  /** User ids by the token that stands for the first of two factors. */
  readonly firstFactors: Map<string, string>
  /** User ids by the token of a device that is not asked for a second factor. */
  readonly trustedDevices: Map<string, string>
  /** By the token that a third party gave out for it. */
  readonly identities: Map<string, Required<LinkedIdentity>>
}

export const emptyState = (): MemoryState => ({
  accounts: new Map(),
  sessions: new Map(),
  renewals: new Map(),
  resets: new Map(),
  verifications: new Map(),
  firstFactors: new Map(),
  trustedDevices: new Map(),
  identities: new Map(),
})

export const randomId = (): string => globalThis.crypto.randomUUID()

const removeWhere = <Value>(entries: Map<string, Value>, unwanted: (value: Value) => boolean): void => {
  for (const [key, value] of entries) if (unwanted(value)) entries.delete(key)
}

export const endSessions = (state: MemoryState, id: string): void => {
  removeWhere(state.sessions, ({ userId: owner }) => owner === id)
  removeWhere(state.renewals, (owner) => owner === id)
  removeWhere(state.firstFactors, (owner) => owner === id)
}

export const forgetDevices = (state: MemoryState, id: string): void => removeWhere(state.trustedDevices, (owner) => owner === id)

/** @param lifetime Milliseconds that the token is good; with the means to renew it the session goes on. */
export const openSession = (state: MemoryState, account: Account, lifetime: number): Session => {
  const token = randomId()
  const renewal = randomId()
  const expiresAt = Date.now() + lifetime
  state.sessions.set(token, { userId: account.id, expiresAt })
  state.renewals.set(renewal, account.id)
  const { credential } = account
  return {
    vendor: 'memory',
    userId: userId(account.id),
    kind: account.kind,
    secrets: { token, renewal, ...(credential === undefined ? {} : { credential }) },
    expiresAt,
  }
}

/** The account of a live session. */
export const accountOf = (state: MemoryState, session: Session): Account | undefined => {
  const known = state.sessions.get(session.secrets.token ?? '')
  return known === undefined || known.expiresAt <= Date.now() ? undefined : state.accounts.get(known.userId)
}

const holds = (account: Account, { username, email, phone }: Identifiers): boolean =>
  (username !== undefined && account.username === username) ||
  (email !== undefined && account.email?.address.toLowerCase() === email.toLowerCase()) ||
  (phone !== undefined && account.phone?.address === phone)

const hasProved = (account: Account, { email, phone }: Identifiers): boolean =>
  (email === undefined || account.email?.verified === true) && (phone === undefined || account.phone?.verified === true)

/** Whoever it is about: of several who gave the same address, the one who has proved it. */
export const findAccount = (state: MemoryState, identifiers: Identifiers, except?: string): Account | undefined => {
  const holders = [...state.accounts.values()].filter((account) => account.id !== except && holds(account, identifiers))
  return holders.find((account) => hasProved(account, identifiers)) ?? holders[0]
}

export const findByIdentity = (state: MemoryState, wanted: LinkedIdentity): Account | undefined =>
  [...state.accounts.values()].find(({ identities }) =>
    identities.some(({ provider, id }) => provider === wanted.provider && id === wanted.id),
  )

export const change = (state: MemoryState, account: Account, changes: Partial<Account>): Account => {
  const changed = { ...account, ...changes, updatedAt: new Date().toISOString() }
  state.accounts.set(account.id, changed)
  return changed
}

export const toUser = (account: Account): User => {
  const { id, kind, username, email, phone, displayName, locale, country, identities, attributes, disabled, createdAt, updatedAt } = account
  const optional = { username, email, phone, displayName, locale, country }
  return {
    id: userId(id),
    vendor: 'memory',
    kind,
    ...defined(optional),
    identities,
    attributes,
    createdAt,
    updatedAt,
    status: disabled ? 'disabled' : 'enabled',
    vendorData: { memory: {} },
  }
}
