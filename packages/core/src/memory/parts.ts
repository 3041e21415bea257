import type { Capabilities } from '../capabilities.js'
import type { Session } from '../user.js'
import type { Traffic } from './faults.js'
import type { WritableOutbox } from './outbox.js'
import type { MemorySettings } from './settings.js'
import type { Account, MemoryState } from './state.js'

/** What the operations work on. */
export interface ServiceParts {
  readonly capabilities: Capabilities
  readonly settings: MemorySettings
  readonly state: MemoryState
  readonly outbox: WritableOutbox
  readonly traffic: Traffic
  readonly mustVerify: () => boolean
  readonly newSession: (account: Account) => Session
}
