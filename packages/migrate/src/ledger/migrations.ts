import { randomBytes } from 'node:crypto'
import { type Kysely, type Migration, Migrator, type RawBuilder, sql } from 'kysely'
import type { LedgerDatabase } from './engine.js'
import { LedgerFailure } from './ledger.js'
import type { LedgerTables } from './tables.js'

/** How an engine spells what SQL leaves open. */
export interface Spelling {
  /** A text that is ordered byte by byte, so that pages follow each other in the same order in both engines. */
  readonly text: RawBuilder<unknown>
  /** Ends the definition of a table whose rows are kept in the order of its key. */
  readonly byKey: RawBuilder<unknown>
}

export const spellings: Readonly<Record<'sqlite' | 'postgres', Spelling>> = {
  sqlite: { text: sql`text`, byKey: sql`without rowid` },
  postgres: { text: sql`text collate "C"`, byKey: sql`` },
}

const firstTables = ({ text, byKey }: Spelling): Migration => ({
  up: async (database: Kysely<LedgerTables>): Promise<void> => {
    const { schema } = database
    await schema
      .createTable('moves')
      .addColumn('source_id', text, (column) => column.primaryKey())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('state', text, (column) => column.notNull())
      .addColumn('target_id', 'text')
      .addColumn('target_name', 'text')
      .addColumn('digest', 'text', (column) => column.notNull())
      .addColumn('losses', 'text', (column) => column.notNull())
      .addColumn('problem_code', 'text')
      .addColumn('problem_detail', 'text')
      .addColumn('attempts', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('password', 'text', (column) => column.notNull().defaultTo('unset'))
      .addColumn('updated_at', 'bigint', (column) => column.notNull())
      .modifyEnd(byKey)
      .execute()
    await schema.createIndex('moves_by_state').on('moves').columns(['state', 'source_id']).execute()
    await schema.createIndex('moves_by_target').on('moves').column('target_id').where('target_id', 'is not', null).execute()
    await schema
      .createTable('identifiers')
      .addColumn('hash', text, (column) => column.primaryKey())
      .addColumn('source_id', 'text', (column) => column.notNull())
      .modifyEnd(byKey)
      .execute()
    const tally = ['state', 'kind', 'password', 'losses', 'problem_code', 'problem_detail'] as const
    await schema
      .createTable('tallies')
      .addColumn('shard', 'integer', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('password', 'text', (column) => column.notNull())
      .addColumn('losses', 'text', (column) => column.notNull())
      .addColumn('problem_code', 'text', (column) => column.notNull())
      .addColumn('problem_detail', 'text', (column) => column.notNull())
      .addColumn('users', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('tallies_key', ['shard', ...tally])
      .execute()
    await schema
      .createTable('ledger')
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('salt', 'text', (column) => column.notNull())
      .addColumn('key_check', 'text')
      .addColumn('keyed', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('source', 'text')
      .addColumn('target', 'text')
      .addColumn('fingerprint', 'text')
      .addColumn('policy', 'text')
      .addColumn('reading', 'text', (column) => column.notNull().defaultTo('unread'))
      .addColumn('next_page', 'text')
      .addColumn('passes', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('purged', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('started_at', 'bigint', (column) => column.notNull())
      .addColumn('finished_at', 'bigint')
      .execute()
    await schema
      .createTable('lease')
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('token', 'text')
      .addColumn('holder', 'text', (column) => column.notNull())
      .addColumn('machine', 'text', (column) => column.notNull())
      .addColumn('pid', 'integer', (column) => column.notNull())
      .addColumn('since', 'bigint', (column) => column.notNull())
      .addColumn('beat', 'bigint', (column) => column.notNull())
      .execute()
    await schema
      .createTable('samples')
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('created', 'bigint', (column) => column.notNull())
      .addColumn('concurrency', 'integer', (column) => column.notNull())
      .execute()
    const salt = randomBytes(16).toString('base64url')
    await database
      .insertInto('ledger')
      .values({ id: 1, salt, keyed: 0, reading: 'unread', passes: 0, purged: 0, started_at: Date.now() })
      .execute()
    await database.insertInto('lease').values({ id: 1, holder: '', machine: '', pid: 0, since: 0, beat: 0 }).execute()
  },
})

const sharing = ({ text }: Spelling): Migration => ({
  up: async ({ schema }: Kysely<LedgerTables>): Promise<void> => {
    await schema
      .createTable('workers')
      .addColumn('id', text, (column) => column.primaryKey())
      .addColumn('queue_name', 'text', (column) => column.notNull())
      .addColumn('machine', 'text', (column) => column.notNull())
      .addColumn('pid', 'integer', (column) => column.notNull())
      .addColumn('since', 'bigint', (column) => column.notNull())
      .addColumn('beat', 'bigint', (column) => column.notNull())
      .execute()
    await schema
      .createTable('pages')
      .addColumn('number', 'integer', (column) => column.primaryKey())
      .addColumn('pass', 'text', (column) => column.notNull())
      .addColumn('cursor', 'text', (column) => column.notNull())
      .addColumn('listed', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('done', 'integer', (column) => column.notNull().defaultTo(0))
      .execute()
  },
})

/** Newest last. A ledger of an older version gets what it lacks when it is opened; what was released is never changed. */
const migrations = (spelling: Spelling): Record<string, Migration> => ({
  '001-first-tables': firstTables(spelling),
  '002-sharing': sharing(spelling),
})

const tables = { migrationTableName: 'ledger_migrations', migrationLockTableName: 'ledger_migrations_lock' }

/** Brings the tables up to date. Rejects with `LedgerFailure` where the ledger is of a newer version than this one. */
export const migrate = async (database: LedgerDatabase, spelling: Spelling, schema?: string): Promise<void> => {
  const provider = { getMigrations: () => Promise.resolve(migrations(spelling)) }
  const migrator = new Migrator({ db: database, provider, ...tables, ...(schema === undefined ? {} : { migrationTableSchema: schema }) })
  const { error } = await migrator.migrateToLatest()
  if (error === undefined) return
  if (error instanceof Error && error.message.startsWith('corrupted migrations'))
    throw new LedgerFailure('broken', 'The ledger was made by a newer version of userport: use that one.')
  throw error
}
