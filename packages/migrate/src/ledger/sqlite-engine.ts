import { closeSync, openSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Kysely, sql } from 'kysely'
import type { ColumnTypes, LedgerDatabase, LedgerEngine } from './engine.js'
import { failureOf } from './failures.js'
import { LedgerFailure } from './ledger.js'
import { migrate, spellings } from './migrations.js'
import { sqliteDialect } from './sqlite-dialect.js'
import { SqliteThread } from './sqlite-thread.js'
import type { LedgerTables } from './tables.js'

// "usrp": what a file says it is, so that somebody else's database is not taken for a ledger.
const applicationId = 0x75737270

const settings = `
  pragma journal_mode = wal;
  pragma synchronous = full;
  pragma cache_size = -4000;
  pragma wal_autocheckpoint = 8000;
  pragma journal_size_limit = 67108864;
`

// SQLite's own waiting would hold up the whole process.
const whileBusy = async <A>(patience: number, attempt: () => A | Promise<A>): Promise<A> => {
  const until = Date.now() + patience
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (failureOf(error).reason !== 'busy' || Date.now() > until) throw error
      await sleep(5 + Math.random() * 20)
    }
  }
}

const transaction = async <A>(
  thread: SqliteThread,
  database: LedgerDatabase,
  patience: number,
  work: (database: LedgerDatabase) => Promise<A>,
): Promise<A> =>
  database.connection().execute(async (connection) => {
    await whileBusy(patience, () => thread.exec('begin immediate'))
    try {
      const result = await work(connection)
      await thread.exec('commit')
      return result
    } catch (error) {
      await thread.rollback()
      throw error
    }
  })

const refuseForeign = async (thread: SqliteThread): Promise<void> => {
  const { rows } = await thread.query(
    'select (select application_id from pragma_application_id) as id, (select count(*) from sqlite_schema) as tables',
    [],
  )
  const [given] = rows as readonly { readonly id: number; readonly tables: number }[]
  if (given?.id === applicationId || (given?.id === 0 && given.tables === 0)) return
  throw new LedgerFailure('broken', 'The file is a database, but not a ledger: name another file.')
}

const checkpoint = async (thread: SqliteThread): Promise<boolean> => {
  const { rows } = await thread.query('pragma wal_checkpoint(truncate)', [])
  const [done] = rows as readonly { readonly busy: number }[]
  return done?.busy === 0
}

/** The ledger in a file. The file is made, for its owner only, where there is none. */
export const openSqlite = async (path: string, patience: number): Promise<LedgerEngine> => {
  const orFailure = <A>(work: () => Promise<A>): Promise<A> => work().catch((error: unknown) => Promise.reject(failureOf(error)))

  return orFailure(async () => {
    // SQLite gives its other files the rights of this one.
    closeSync(openSync(path, 'a', 0o600))
    const thread = new SqliteThread(path)
    const database: LedgerDatabase = new Kysely<LedgerTables>({ dialect: sqliteDialect(thread) })
    try {
      await whileBusy(patience, () => refuseForeign(thread))
      await whileBusy(patience, () => thread.exec(settings))
      await transaction(thread, database, patience, async (connection) => {
        await thread.exec(`pragma application_id = ${applicationId}`)
        await migrate(connection, spellings.sqlite)
      })
    } catch (error) {
      await thread.close()
      throw error
    }

    return {
      name: 'sqlite',
      shards: 1,
      now: sql<number>`cast(unixepoch('subsec') * 1000 as integer)`,
      read: (work) => orFailure(() => whileBusy(patience, () => work(database))),
      write: (work) => orFailure(() => transaction(thread, database, patience, work)),
      table: <Row extends object>(columns: ColumnTypes<Row>, rows: readonly Row[]) => {
        const names = Object.keys(columns) as (keyof Row & string)[]
        const values = names.map((name, index) => sql`value ->> ${sql.lit(index)} as ${sql.ref(name)}`)
        // Without their names: to find a value by its name takes SQLite half as long again.
        return sql<Row>`(select ${sql.join(values)} from json_each(${JSON.stringify(rows.map((row) => names.map((name) => row[name])))}))`
      },
      compact: () =>
        orFailure(() =>
          whileBusy(patience, async () => {
            await thread.exec('vacuum')
            if (!(await checkpoint(thread)))
              throw new LedgerFailure('busy', 'Another process has the ledger open: end it, and purge again.')
          }),
        ),
      close: () =>
        orFailure(async () => {
          // Where somebody else has it open, or there is no space, the next one to open it does this.
          await checkpoint(thread).catch(() => false)
          await thread.close()
        }),
    }
  })
}
