import type { UserId, UserKind, VendorName } from '@userport/core'
import type { LossCode } from '../losses.js'
import type { MovePolicy } from '../policy.js'

/**
 * Where a user of the source is on the way.
 * `planned` → `creating` (written before the request goes out) → `created` → `verified`; `undoing` (written before the request) → `undone`.
 * `linked`: mapped to an account that was there before. `skipped`, `left`: stays behind, by policy or as anonymous. `failed`: see `problem`.
 */
export const moveStates = [
  'planned',
  'creating',
  'created',
  'verified',
  'linked',
  'skipped',
  'left',
  'failed',
  'undoing',
  'undone',
] as const
export type MoveState = (typeof moveStates)[number]

/** Why a user did not move or does not match. Never holds a value of the user's. */
export interface MoveProblem {
  /** A tag of `UserError`, or `conflict`, `invalid`, `twin`, `mismatch`, `gone-at-source`, `gone-at-target`, `claiming`. */
  readonly code: string
  /** For an operator: which field, which rule, the vendor's code. */
  readonly detail: string
}

/** One row for each user of the source. */
export interface MoveRecord {
  readonly sourceId: UserId
  readonly kind: UserKind
  readonly state: MoveState
  /** Known once created; before that where the target lets us choose it. */
  readonly targetId: UserId | null
  /** The username at the target, by which an unknown outcome is looked up. Personal: encrypted where the ledger has a key, gone after `purge`. */
  readonly targetName: string | null
  /** `Ledger.hash` of the fields as they were at the source when they were moved. */
  readonly digest: string
  readonly losses: readonly LossCode[]
  readonly problem: MoveProblem | null
  readonly attempts: number
  /**
   * May a password be set for the user by proving the old one? `unset`: nobody has one yet. `exchanged`: nobody has one, but a device
   * of the user's lives on the account. `set`: the user has come.
   */
  readonly password: 'unset' | 'exchanged' | 'set'
  /** Milliseconds since 1970. */
  readonly updatedAt: number
}

export interface NewRecord
  extends Pick<MoveRecord, 'sourceId' | 'kind' | 'state' | 'targetId' | 'targetName' | 'digest' | 'losses' | 'problem'> {
  /** Identifiers of the user, folded (see `fold`); kept as hashes, to find twins. */
  readonly folded: readonly string[]
}

export type HeldIdentifiers = Pick<NewRecord, 'sourceId' | 'folded'>

export type RecordChange = Pick<MoveRecord, 'sourceId'> &
  Partial<Pick<MoveRecord, 'kind' | 'state' | 'targetId' | 'targetName' | 'digest' | 'losses' | 'problem' | 'password'>> & {
    /** Count one more attempt. */
    readonly attempted?: boolean
    /** Change nothing unless the row still says this, as it was read: somebody may have come meanwhile. */
    readonly ifStill?: Pick<MoveRecord, 'state' | 'password' | 'problem'>
  }

/** Whose ledger it is. A run with another source, target or policy is refused. */
export interface LedgerIdentity {
  readonly from: VendorName
  readonly to: VendorName
  /** Which apps and which policy, as a hash. */
  readonly fingerprint: string
  /** With what it began, so that whoever goes on need not say it again. */
  readonly policy: MovePolicy
}

/** How far a run has come. */
export interface LedgerProgress {
  /** Where the next page of the source begins; `null`: it was read to its end. `undefined`: not begun. */
  readonly cursor: string | null | undefined
  /** How many times the source was read to its end. */
  readonly passes: number
  readonly purged: boolean
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly finishedAt: number | null
}

/** A count of users made at a moment, for the report's chart. */
export interface RateSample {
  readonly at: number
  readonly created: number
  readonly concurrency: number
}

/** A user counted by what happened. */
export interface LedgerCounts {
  readonly byState: Readonly<Record<MoveState, number>>
  /** Of users who are at the target. */
  readonly byLoss: Readonly<Partial<Record<LossCode, number>>>
  readonly byProblem: readonly { readonly code: string; readonly detail: string; readonly count: number }[]
  readonly byKind: Readonly<Record<UserKind, number>>
  /** Moved users whose password is not set yet: they have not come. */
  readonly waiting: number
}

/**
 * What a run has done and is about to do, one row for each user, kept so that the process may be killed at any instant.
 * When a promise of a writing method is fulfilled, what it wrote outlives `kill -9` and a power cut. Every writing method is one transaction.
 * Rejects with `LedgerFailure` where the database refuses (a full disk, a lost connection): nothing of that call was written then.
 * Only where the connection to a server breaks in the moment of its commit it may have been: read again before going on.
 */
export interface Ledger {
  readonly engine: 'sqlite' | 'postgres'
  /** A hash that only this ledger makes: salted, and keyed where the ledger has a key. For `digest`. */
  hash(text: string): string
  /** Whose it is; `null` where it is nobody's yet. */
  identity(): Promise<LedgerIdentity | null>
  /** Claims an empty ledger for a migration, or checks that it is this one's. */
  identify(identity: LedgerIdentity): Promise<'new' | 'known' | { readonly belongsTo: LedgerIdentity }>
  /** Keeps a second operator out while a run works: `null`, or who holds it. A lease of a dead process runs out by itself. */
  lease(holder: string): Promise<Lease | { readonly heldBy: string; readonly since: number }>
  progress(): Promise<LedgerProgress>
  /**
   * A page of the source: its new users as rows, and where the next page begins; `undefined`: it is no page, and the place stays. Users that
   * the ledger knows are left as they are. Answers with the ids that were new.
   */
  append(records: readonly NewRecord[], cursor: string | null | undefined): Promise<ReadonlySet<string>>
  /** Changes rows. */
  change(changes: readonly RecordChange[]): Promise<void>
  get(sourceIds: readonly string[]): Promise<readonly MoveRecord[]>
  byTarget(targetId: string): Promise<MoveRecord | null>
  /** Rows in these states, by source id, after one of them. */
  list(states: readonly MoveState[], page: { readonly after?: string; readonly limit: number }): Promise<readonly MoveRecord[]>
  /** Which of these folded identifiers belong to other users of the source: by folded identifier, that user's id. */
  holders(folded: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** Folded identifiers that users have got since they were appended: each belongs to whoever has it first. */
  hold(identifiers: readonly HeldIdentifiers[]): Promise<void>
  /** Folded identifiers that these users have no more. */
  release(identifiers: readonly HeldIdentifiers[]): Promise<void>
  /** Whatever identifiers these users have: they are gone. */
  releaseAll(sourceIds: readonly string[]): Promise<void>
  counts(): Promise<LedgerCounts>
  addSample(sample: RateSample): Promise<void>
  samples(): Promise<readonly RateSample[]>
  /** Starts another pass over the source. */
  rewind(): Promise<void>
  finish(at: number): Promise<void>
  /** Erases every name, hash and detail; ids and counts stay. */
  purge(): Promise<void>
  close(): Promise<void>
}

export interface Lease {
  /** Still ours? A run that was frozen for minutes may have lost it. */
  readonly held: () => boolean
  release(): Promise<void>
}

/** The ledger's database refused. Its message is for an operator and holds nothing of a user's. */
export class LedgerFailure extends Error {
  override readonly name = 'LedgerFailure'
  constructor(
    /**
     * `full`: no space left. `lost`: the connection broke. `busy`: locked by another process, or the server takes no more connections.
     * `broken`: not a ledger, or damaged.
     */
    readonly reason: 'full' | 'lost' | 'busy' | 'broken',
    message: string,
  ) {
    super(message)
  }
}
