import type { MoveState } from './ledger.js'

/** One row for each user of the source. */
export interface MoveRow {
  source_id: string
  kind: string
  state: MoveState
  target_id: string | null
  target_name: string | null
  digest: string
  /** Codes with commas between them, in the order of the alphabet. */
  losses: string
  problem_code: string | null
  problem_detail: string | null
  attempts: number
  password: string
  updated_at: number
}

/** Who was the first to have a folded identifier. */
export interface IdentifierRow {
  hash: string
  source_id: string
}

/** What users of one kind have in common, and how many they are: counted with every write, so that counting never reads every row. */
export interface TallyRow {
  /** Several writers would wait for each other's row: each takes one of some. */
  shard: number
  state: MoveState
  kind: string
  password: string
  losses: string
  problem_code: string
  problem_detail: string
  users: number
}

export interface LedgerRow {
  id: 1
  salt: string
  /** What the key, or its absence, makes of a known text; `null`: nobody has opened the ledger yet. */
  key_check: string | null
  keyed: number
  source: string | null
  target: string | null
  fingerprint: string | null
  /** JSON. */
  policy: string | null
  /** `unread`: not begun. `reading`: see `next_page`. `read`: to its end. */
  reading: 'unread' | 'reading' | 'read'
  next_page: string | null
  passes: number
  purged: number
  started_at: number
  finished_at: number | null
}

/** A process and its signs of life. */
export interface ProcessRow {
  machine: string
  pid: number
  since: number
  beat: number
}

export interface LeaseRow extends ProcessRow {
  id: 1
  /** `null`: nobody holds it. */
  token: string | null
  holder: string
}

/** One of several processes that share a run. */
export interface WorkerRow extends ProcessRow {
  id: string
  /** By what name the queue knows it; `''` before it takes jobs. */
  queue_name: string
}

/** A page of the source while several share a run. There are none while nobody does. */
export interface PageRow {
  number: number
  /** Tells the jobs of this pass over the source from those of any other. */
  pass: string
  cursor: string
  /** 1: its users are in the ledger, and the page after it is in this table, if there is one. */
  listed: number
  /** 1: nobody of it is on the way any more. */
  done: number
}

export interface SampleRow {
  at: number
  created: number
  concurrency: number
}

export interface LedgerTables {
  moves: MoveRow
  identifiers: IdentifierRow
  tallies: TallyRow
  ledger: LedgerRow
  lease: LeaseRow
  samples: SampleRow
  workers: WorkerRow
  pages: PageRow
}
