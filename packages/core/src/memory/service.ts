import * as E from '#fp-ts/Either'
import { proveAddress } from './contacts.js'
import { createTraffic, type MemoryFaults } from './faults.js'
import { createOutbox, type MemoryMessage, type MemoryOutbox } from './outbox.js'
import type { ServiceParts } from './parts.js'
import { setNewPassword } from './reset.js'
import { enrol, type MemorySecondFactor } from './second-factor.js'
import { capabilitiesOf, type MemorySettings } from './settings.js'
import { type Account, change, emptyState, endSessions, openSession, randomId } from './state.js'

/** Where an older library of this service would keep its session. */
export const legacyName = 'memory.session'

/** The other side of a memory provider, for tests: what the service sent, whom it knows, and what goes wrong. */
export interface MemoryControl {
  readonly inbox: MemoryOutbox
  /** Opens the page behind a reset link; the new password is chosen there, unless the service makes it. */
  readonly openResetPage: (message: MemoryMessage, newPassword?: string) => Promise<void>
  /** Follows a verification message. */
  readonly confirmContact: (message: MemoryMessage) => Promise<void>
  /** From now on new addresses count only once they are verified, or not; returns what held before. */
  readonly requireVerification: (required: boolean) => boolean
  /** Forgets the sessions of one user, or of all, with every means to renew them. */
  readonly expireSessions: (userId?: string) => void
  /** Lets the sessions of one user run out; they can be renewed. */
  readonly outdateSessions: (userId: string) => void
  /** Bars a user and ends the sessions. */
  readonly disable: (userId: string) => void
  /** Users with a second factor. */
  readonly secondFactor: {
    /** From now on the password alone does not sign this user in. */
    readonly enrol: (userId: string) => MemorySecondFactor
    readonly codesWorkOnce: true
    readonly trustsDevices: true
  }
  /** What a third party gives out as proof that somebody has this identity. */
  readonly identityProof: (provider: string, id: string) => { readonly access_token: string }
  /** What an older library would have left behind for a user: entries of its store by name. */
  readonly legacySession: (userId: string) => { readonly [legacyName]: string }
  readonly faults: MemoryFaults
  /** Requests so far. */
  readonly requestCount: () => number
  /** Users, anonymous ones included. */
  readonly userCount: () => number
}

const day = 86_400_000

/** A user service in memory, shared by all providers that are given it. */
export interface MemoryService extends MemoryControl {
  readonly parts: ServiceParts
}

export const createMemoryService = (settings: MemorySettings = {}): MemoryService => {
  const state = emptyState()
  const outbox = createOutbox()
  const traffic = createTraffic(settings.latency ?? 1)
  let mustVerify = settings.verificationRequired === true
  const parts: ServiceParts = {
    capabilities: capabilitiesOf(settings),
    settings,
    state,
    outbox,
    traffic,
    mustVerify: () => mustVerify,
    newSession: (account) => openSession(state, account, settings.sessionLifetime ?? day),
  }

  const end = (userId?: string): void => {
    for (const id of userId === undefined ? state.accounts.keys() : [userId]) endSessions(state, id)
  }

  const known = (userId: string): Account => {
    const account = state.accounts.get(userId)
    if (account === undefined) throw new Error(`there is no user ${userId}`)
    return account
  }

  return {
    parts,
    inbox: { messages: outbox.messages, next: outbox.next },
    openResetPage: async ({ code = '', channel }, newPassword) => {
      if (!setNewPassword(parts, code, channel, newPassword)) throw new Error('this link is not valid any more')
    },
    confirmContact: async ({ code = '' }) => {
      if (E.isLeft(proveAddress(parts, code))) throw new Error('this code is not valid any more')
    },
    requireVerification: (required) => {
      const before = mustVerify
      mustVerify = required
      return before
    },
    expireSessions: end,
    outdateSessions: (userId) => {
      for (const [token, { userId: owner }] of state.sessions) if (owner === userId) state.sessions.delete(token)
    },
    disable: (userId) => {
      change(state, known(userId), { disabled: true })
      end(userId)
    },
    secondFactor: { enrol: (userId) => enrol(state, known(userId)), codesWorkOnce: true, trustsDevices: true },
    identityProof: (provider, id) => {
      const token = randomId()
      state.identities.set(token, { provider, id })
      return { access_token: token }
    },
    legacySession: (userId) => ({ [legacyName]: JSON.stringify(parts.newSession(known(userId))) }),
    faults: traffic.faults,
    requestCount: traffic.count,
    userCount: () => state.accounts.size,
  }
}
