import { createTraffic, type MemoryFaults, type Traffic } from './faults.js'
import { createOutbox, type MemoryMessage, type MemoryOutbox, type WritableOutbox } from './outbox.js'
import { setNewPassword } from './reset.js'
import { capabilitiesOf, type MemorySettings, type OfferedCapabilities } from './settings.js'
import { change, emptyState, endSessions, type MemoryState } from './state.js'

/** The other side of a memory provider, for tests: what the service sent, whom it knows, and what goes wrong. */
export interface MemoryControl {
  readonly inbox: MemoryOutbox
  /** Opens the page behind a reset link; the new password is chosen there, unless the service makes it. */
  readonly openResetPage: (message: MemoryMessage, newPassword?: string) => Promise<void>
  /** Follows a verification message. */
  readonly confirmContact: (message: MemoryMessage) => Promise<void>
  /** From now on new addresses count only once they are verified, or not. */
  readonly requireVerification: (required: boolean) => void
  /** Forgets the sessions of one user, or of all, with every means to renew them. */
  readonly expireSessions: (userId?: string) => void
  /** Lets the sessions of one user run out; they can be renewed. */
  readonly outdateSessions: (userId: string) => void
  /** Bars a user and ends the sessions. */
  readonly disable: (userId: string) => void
  readonly faults: MemoryFaults
  /** Requests so far. */
  readonly requestCount: () => number
  /** Users, anonymous ones included. */
  readonly userCount: () => number
}

/** What the operations work on. */
export interface ServiceParts {
  readonly capabilities: OfferedCapabilities
  readonly settings: MemorySettings
  readonly state: MemoryState
  readonly outbox: WritableOutbox
  readonly traffic: Traffic
  readonly mustVerify: () => boolean
}

/** A user service in memory, shared by all providers that are given it. */
export interface MemoryService extends MemoryControl {
  readonly parts: ServiceParts
}

export const createMemoryService = (settings: MemorySettings = {}): MemoryService => {
  const state = emptyState()
  const outbox = createOutbox()
  const traffic = createTraffic(settings.latency ?? 1)
  let mustVerify = settings.verificationRequired === true
  const parts: ServiceParts = { capabilities: capabilitiesOf(settings), settings, state, outbox, traffic, mustVerify: () => mustVerify }

  const end = (userId?: string): void => {
    for (const id of userId === undefined ? state.accounts.keys() : [userId]) endSessions(state, id)
  }

  return {
    parts,
    inbox: { messages: outbox.messages, next: outbox.next },
    openResetPage: async ({ code = '', channel }, newPassword) => {
      if (!setNewPassword(parts, code, channel, newPassword)) throw new Error('this link is not valid any more')
    },
    confirmContact: async ({ code = '' }) => {
      const verification = state.verifications.get(code)
      const account = verification === undefined ? undefined : state.accounts.get(verification.userId)
      const contact = verification === undefined ? undefined : account?.[verification.kind]
      if (verification === undefined || account === undefined || contact === undefined) throw new Error('this code is not valid any more')
      state.verifications.delete(code)
      change(state, account, { [verification.kind]: { ...contact, verified: true } })
    },
    requireVerification: (required) => {
      mustVerify = required
    },
    expireSessions: end,
    outdateSessions: (userId) => {
      for (const [token, owner] of state.sessions) if (owner === userId) state.sessions.delete(token)
    },
    disable: (userId) => {
      const account = state.accounts.get(userId)
      if (account === undefined) throw new Error(`there is no user ${userId}`)
      change(state, account, { disabled: true })
      end(userId)
    },
    faults: traffic.faults,
    requestCount: traffic.count,
    userCount: () => state.accounts.size,
  }
}
