import type { Capabilities, Result, UserDirectory } from '@userport/core'
import type { Ledger, LedgerCounts, LedgerProgress, MoveProblem, RateSample } from './ledger/ledger.js'
import type { LossCode } from './losses.js'
import type { MovePolicy } from './policy.js'

/** What the two vendors are told at most. */
export interface Limits {
  /** Requests at a time, at most (default 64). A run finds by itself how many the target bears. */
  readonly concurrency?: number
  /** Calls per second at the target, at most (default: no limit of ours). `Retry-After` is honoured in any case. */
  readonly callsPerSecond?: number
  /** Users on a page of the source (default: the vendor's). */
  readonly pageSize?: number
  /** Milliseconds to wait for a vendor that is down before the run stops (default 15 minutes). It can be resumed then. */
  readonly patience?: number
  /**
   * Milliseconds after which a request whose connection broke arrives at the target no more (default 30,000). Waited for at the end of a
   * run alone, and only where a user in doubt has nothing to be looked up by: an anonymous one at Kii.
   */
  readonly latestArrival?: number
}

export interface MigrationOptions {
  readonly from: UserDirectory
  readonly to: UserDirectory
  readonly ledger: Ledger
  readonly policy?: Partial<MovePolicy>
  readonly limits?: Limits
  /** Which apps the directories are, so that a ledger is not used for others: e.g. the app ids. No secret. */
  readonly apps?: { readonly from: string; readonly to: string }
  /** What the users of the two vendors can do in an app: with it, a plan says what changes for them. */
  readonly userSide?: { readonly from: Capabilities; readonly to: Capabilities }
  readonly onProgress?: (progress: RunProgress) => void
}

/** Told a few times a second while a run works. */
export interface RunProgress {
  readonly phase: 'reading' | 'moving' | 'settling' | 'waiting' | 'verifying' | 'undoing'
  /** Users done, and all of them where the source can count. */
  readonly done: number
  readonly total: number | null
  readonly failed: number
  /** Users per second over the last seconds, and the most that the limits allow (`null`: no limit is known). */
  readonly rate: number
  readonly ceiling: number | null
  /** Seconds left; `null` while it cannot be known. */
  readonly eta: number | null
  readonly concurrency: number
  /** Why it waits: which vendor, until when. */
  readonly waiting?: { readonly vendor: string; readonly reason: 'rate-limited' | 'down'; readonly until: number }
}

/** Something that a plan or a dry run found, with how many users it is about. */
export interface Finding {
  /** `blocks`: a run is refused, or these users fail where it is about some. `loses`: moves with a loss. `changes`: moves, but is not the same. `notes`: worth knowing. */
  readonly severity: 'blocks' | 'loses' | 'changes' | 'notes'
  readonly code:
    | LossCode
    | 'conflict'
    | 'twin'
    | 'invalid'
    | 'anonymous'
    | 'capability'
    | 'rules'
    | 'password-rules'
    | 'vendor-data'
    | 'ledger'
  readonly detail: string
  /** Users it was found at; `null` for what is about all of them. */
  readonly users: number | null
}

export interface MigrationPlan {
  readonly from: string
  readonly to: string
  readonly policy: MovePolicy
  /** How many there are; `null` where the source cannot count. */
  readonly users: number | null
  /** How many were looked at. */
  readonly sampled: number
  /** Of those: registered, anonymous, disabled. */
  readonly kinds: { readonly registered: number; readonly anonymous: number; readonly disabled: number }
  readonly findings: readonly Finding[]
  /** Requests that one user takes, at each side. */
  readonly callsPerUser: { readonly from: number; readonly to: number }
  /** Users per hour at most, by the limits given: 3600 × rate ÷ calls per user. */
  readonly ceiling: number | null
  readonly refused: boolean
}

export type RunStatus =
  /** Every user is where the policy wants it. */
  | 'done'
  /** The same, but some users failed: they are in the retry rows. */
  | 'done-with-failures'
  /** Nothing was written: see `reasons`. */
  | 'refused'
  /** Stopped before its end; `resume` goes on. */
  | 'interrupted'

export interface RunOutcome {
  readonly status: RunStatus
  readonly reasons: readonly string[]
  readonly counts: LedgerCounts
  /** Milliseconds. */
  readonly took: number
  /** Users created by this call. */
  readonly created: number
  /** Users whose outcome was unknown and was looked up. */
  readonly resolved: number
}

/** A user that differs between source and target. Field names, never values. */
export interface Mismatch {
  readonly sourceId: string
  readonly targetId: string
  readonly fields: readonly string[]
}

export interface Verification {
  readonly compared: number
  readonly equal: number
  readonly mismatches: readonly Mismatch[]
  /** How many there are in all: of `mismatches` at most a thousand are listed. */
  readonly different: number
  /** Changed at the source after they were moved. */
  readonly changedSince: number
  readonly goneAtSource: number
  readonly goneAtTarget: number
  /** At the source, but not in the ledger: they came after the run. */
  readonly notMoved: number
}

export interface UndoOutcome {
  readonly removed: number
  /** Not removed: people who have come since (unless `includeClaimed`), or who are not the ones this ledger made. */
  readonly kept: readonly { readonly sourceId: string; readonly reason: string }[]
  /** How many there are in all, by reason: of `kept` at most a thousand are listed. */
  readonly keptBy: Readonly<Record<string, number>>
  readonly status: 'done' | 'interrupted'
}

export interface MigrationStatus {
  readonly progress: LedgerProgress
  readonly counts: LedgerCounts
  readonly samples: readonly RateSample[]
}

/** Failed users by what they failed with, for a retry file. */
export interface RetryGroup extends MoveProblem {
  readonly sourceIds: readonly string[]
}

export type MigrationCall = { readonly signal?: AbortSignal }

/**
 * Moves the users of one vendor to another. Every operation fails with the `UserError` of the vendor that ended it;
 * what the ledger's database refuses is `Unavailable` with vendor `ledger`.
 */
export interface Migration {
  /** What would happen, from both vendors' capabilities and rules and a sample of users (default 500). Reads only. */
  plan(options?: MigrationCall & { readonly sample?: number }): Result<MigrationPlan>
  /** Every check of a run, for every user, against the real target. Writes nothing, neither there nor to the ledger. */
  dryRun(options?: MigrationCall): Result<MigrationPlan>
  /** Moves everybody who is not moved yet. On a ledger that has begun it goes on; on one that is finished it moves who came since and carries over what changed. */
  run(options?: MigrationCall): Result<RunOutcome>
  /** The same for a ledger that has begun; failed users are tried again. Refused on an empty one. */
  resume(options?: MigrationCall): Result<RunOutcome>
  /** Compares every moved user, field by field, with the source as it is now. */
  verify(options?: MigrationCall): Result<Verification>
  /** Removes from the target what this ledger created, and nothing else. */
  undo(options?: MigrationCall & { readonly includeClaimed?: boolean }): Result<UndoOutcome>
  /** Erases the ledger's personal data. A purged ledger can be looked at and undone, not resumed. */
  purge(options?: MigrationCall): Result<void>
  status(options?: MigrationCall): Result<MigrationStatus>
  /** The failed users, grouped. */
  failures(options?: MigrationCall): Result<readonly RetryGroup[]>
}
