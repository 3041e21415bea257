import type { User, UserDirectory } from '@userport/core'
import type { Ledger } from '../ledger/ledger.js'
import type { Target } from '../mapping/map-user.js'
import type { MovePolicy } from '../policy.js'
import type { RunControl } from './control.js'
import type { Pace } from './pace.js'
import type { Tracker } from './tracker.js'

/** What everything that works for one run shares. */
export interface RunContext {
  readonly from: UserDirectory
  readonly to: UserDirectory
  readonly ledger: Ledger
  readonly policy: MovePolicy
  /** `to`, as the mapping needs it: complete for the users that were last shown to `learn`. */
  readonly target: Target
  readonly learn: (users: readonly User[]) => Promise<void>
  readonly control: RunControl
  /** How fast the source is asked, and the target. */
  readonly source: Pace
  readonly goal: Pace
  readonly tracker: Tracker
  /** Folded usernames that this process has given instead of others; those of earlier ones only the target knows, as they are written. */
  readonly givenNames: Set<string>
  /** Attributes that the ledger knows to be given by this migration. */
  readonly givenAttributes: Set<string>
  /** Is the lease still ours? */
  readonly held: () => boolean
  /** See `Limits`. */
  readonly latestArrival: number
  /** Milliseconds since 1970: users of the target that were made before are not this ledger's. */
  readonly startedAt: number
  /** The target may hold e-mail addresses of others without minding a second user with one: it must be asked about each. */
  asksForEmail: boolean
  /** The users last read were known to the ledger, some at least: those read next are looked for before they are written down. */
  meetsKnown: boolean
}
