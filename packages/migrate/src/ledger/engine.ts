import type { Kysely, RawBuilder } from 'kysely'
import type { LedgerTables } from './tables.js'

export type LedgerDatabase = Kysely<LedgerTables>

export type ColumnTypes<Row> = { readonly [Column in keyof Row]: 'text' | 'bigint' }

/** What SQLite and PostgreSQL do differently; everything else is written once. */
export interface LedgerEngine {
  readonly name: 'sqlite' | 'postgres'
  /** For reading. What the database refuses is a `LedgerFailure`. */
  read<A>(work: (database: LedgerDatabase) => Promise<A>): Promise<A>
  /** One transaction: all of it is on the disk when the promise is fulfilled, or nothing. `work` may be run again. */
  write<A>(work: (database: LedgerDatabase) => Promise<A>): Promise<A>
  /** Rows as a table to select from. They are one parameter, whatever their number: the statement is prepared once. */
  table<Row extends object>(columns: ColumnTypes<Row>, rows: readonly Row[]): RawBuilder<Row>
  /** Milliseconds since 1970, by the database's clock. */
  readonly now: RawBuilder<number>
  /** How many writers there may be at a time. */
  readonly shards: number
  /** Removes from the files what was removed from the tables. */
  compact(): Promise<void>
  close(): Promise<void>
}
