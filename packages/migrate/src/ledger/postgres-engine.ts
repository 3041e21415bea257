import { setTimeout as sleep } from 'node:timers/promises'
import { CompiledQuery, type DatabaseConnection, Kysely, sql } from 'kysely'
import type { ColumnTypes, LedgerDatabase, LedgerEngine } from './engine.js'
import { failureOf } from './failures.js'
import { migrate, spellings } from './migrations.js'
import { addressOf } from './postgres-address.js'
import { SchemaDialect } from './postgres-dialect.js'
import { openPool } from './postgres-pool.js'
import type { LedgerTables } from './tables.js'

// A machine that froze in the middle of a write must not keep the others out for ever.
const settings = (patience: number): string => `
  set synchronous_commit = on;
  set lock_timeout = ${Math.max(1, Math.ceil(patience))};
  set statement_timeout = '10min';
  set idle_in_transaction_session_timeout = '30s';
`

/** PostgreSQL ends one of two transactions that wait for each other; it is run again. */
const attempts = 5
const isDeadlock = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === '40P01' || error.code === '40001')

const numbers = new Set([20, 1700])

/** Are there the tables of a ledger? */
export const isOnPostgres = async (address: string): Promise<boolean> => {
  const { connectionString, schema } = addressOf(address)
  const pool = await openPool({ connectionString, max: 1, query_timeout: 10_000 })
  try {
    const { rowCount } = await pool.query("select from pg_tables where schemaname = $1 and tablename = 'ledger'", [schema])
    return rowCount === 1
  } catch (error) {
    throw failureOf(error)
  } finally {
    await pool.end()
  }
}

/** The ledger on a server, for one machine or several. `?schema=` in the address keeps ledgers in one database apart. */
export const openPostgres = async (address: string, patience: number): Promise<LedgerEngine> => {
  const { default: pg } = await import('pg')
  const { connectionString, schema } = addressOf(address)
  const pool = await openPool({
    connectionString,
    max: 8,
    types: { getTypeParser: (oid, format) => (numbers.has(oid) ? Number : pg.types.getTypeParser(oid, format)) },
  })
  const onCreateConnection = async (connection: DatabaseConnection): Promise<void> => {
    await connection.executeQuery(CompiledQuery.raw(settings(patience)))
  }
  const dialect = new SchemaDialect({ pool, onCreateConnection }, schema)
  const plain = new Kysely<LedgerTables>({ dialect })
  const database: LedgerDatabase = plain.withSchema(schema)

  const orFailure = async <A>(work: () => Promise<A>): Promise<A> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work()
      } catch (error) {
        if (!isDeadlock(error) || attempt === attempts) throw failureOf(error)
        await sleep(Math.random() * 50 * attempt)
      }
    }
  }

  return orFailure(async () => {
    try {
      await migrate(database, spellings.postgres, schema)
    } catch (error) {
      await plain.destroy()
      throw error
    }
    return {
      name: 'postgres',
      shards: 16,
      now: sql<number>`cast(extract(epoch from clock_timestamp()) * 1000 as bigint)`,
      read: (work) => orFailure(() => work(database)),
      write: (work) => orFailure(() => database.transaction().execute(work)),
      table: <Row extends object>(columns: ColumnTypes<Row>, rows: readonly Row[]) => {
        const names = Object.entries(columns).map(([column, type]) => sql`${sql.ref(column)} ${sql.raw(String(type))}`)
        return sql<Row>`(select * from json_to_recordset(cast(${JSON.stringify(rows)} as json)) as row(${sql.join(names)}))`
      },
      compact: () =>
        orFailure(async () => {
          for (const table of ['moves', 'identifiers', 'tallies', 'ledger', 'pages'] as const)
            await sql`vacuum full ${sql.id(schema, table)}`.execute(plain)
        }),
      close: () => orFailure(() => plain.destroy()),
    }
  })
}
