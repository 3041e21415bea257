import { closeSync, openSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Kysely, type SqliteDatabase, SqliteDialect, type SqliteStatement, sql } from 'kysely'
import type { Database } from 'libsql'
import type { ColumnTypes, LedgerDatabase, LedgerEngine } from './engine.js'
import { failureOf } from './failures.js'
import { LedgerFailure } from './ledger.js'
import { migrate, spellings } from './migrations.js'
import type { LedgerTables } from './tables.js'

// "usrp": what a file says it is, so that somebody else's database is not taken for a ledger.
const applicationId = 0x75737270

const settings = `
  pragma journal_mode = wal;
  pragma synchronous = full;
  pragma cache_size = -8000;
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

/** Statements are prepared once. One that failed is prepared anew: it may be left half-way. */
const preparing = (database: SqliteDatabase): SqliteDatabase => {
  const prepared = new Map<string, SqliteStatement>()
  const guarded = (text: string): SqliteStatement => {
    const statement = database.prepare(text)
    const orForget = <A>(run: () => A): A => {
      try {
        return run()
      } catch (error) {
        prepared.delete(text)
        throw error
      }
    }
    return {
      reader: statement.reader,
      all: (parameters) => orForget(() => statement.all(parameters)),
      run: (parameters) => orForget(() => statement.run(parameters)),
      iterate: (parameters) => statement.iterate(parameters),
    }
  }
  return {
    prepare: (text) => {
      const known = prepared.get(text) ?? guarded(text)
      prepared.set(text, known)
      return known
    },
    close: () => {
      prepared.clear()
      database.close()
    },
  }
}

// Not prepared: libsql leaves a `begin` that found the lock taken half-way, and nothing can be committed beside it.
const transaction = async <A>(
  file: Database,
  database: LedgerDatabase,
  patience: number,
  work: (database: LedgerDatabase) => Promise<A>,
): Promise<A> =>
  database.connection().execute(async (connection) => {
    await whileBusy(patience, () => file.exec('begin immediate'))
    try {
      const result = await work(connection)
      file.exec('commit')
      return result
    } catch (error) {
      if (file.inTransaction) file.exec('rollback')
      throw error
    }
  })

const refuseForeign = (file: Database): void => {
  const [given] = file
    .prepare('select (select application_id from pragma_application_id) as id, (select count(*) from sqlite_schema) as tables')
    .all() as {
    readonly id: number
    readonly tables: number
  }[]
  if (given?.id === applicationId || (given?.id === 0 && given.tables === 0)) return
  throw new LedgerFailure('broken', 'The file is a database, but not a ledger: name another file.')
}

/** The ledger in a file. The file is made, for its owner only, where there is none. */
export const openSqlite = async (path: string, patience: number): Promise<LedgerEngine> => {
  const { default: Sqlite } = await import('libsql')
  const orFailure = <A>(work: () => Promise<A>): Promise<A> => work().catch((error: unknown) => Promise.reject(failureOf(error)))

  return orFailure(async () => {
    // SQLite gives its other files the rights of this one.
    closeSync(openSync(path, 'a', 0o600))
    const file = new Sqlite(path)
    const database: LedgerDatabase = new Kysely<LedgerTables>({
      dialect: new SqliteDialect({ database: preparing(file as SqliteDatabase) }),
    })
    try {
      await whileBusy(patience, () => refuseForeign(file))
      await whileBusy(patience, () => file.exec(settings))
      await transaction(file, database, patience, async (connection) => {
        file.exec(`pragma application_id = ${applicationId}`)
        await migrate(connection, spellings.sqlite)
      })
    } catch (error) {
      await database.destroy()
      throw error
    }

    return {
      name: 'sqlite',
      shards: 1,
      now: sql<number>`cast(unixepoch('subsec') * 1000 as integer)`,
      read: (work) => orFailure(() => whileBusy(patience, () => work(database))),
      write: (work) => orFailure(() => transaction(file, database, patience, work)),
      table: <Row extends object>(columns: ColumnTypes<Row>, rows: readonly Row[]) => {
        const values = Object.keys(columns).map((column) => sql`value ->> ${sql.lit(column)} as ${sql.ref(column)}`)
        return sql<Row>`(select ${sql.join(values)} from json_each(${JSON.stringify(rows)}))`
      },
      compact: () =>
        orFailure(() =>
          whileBusy(patience, async () => {
            file.exec('vacuum')
            const [done] = file.pragma('wal_checkpoint(truncate)') as readonly { readonly busy: number }[]
            if (done?.busy !== 0) throw new LedgerFailure('busy', 'Another process has the ledger open: end it, and purge again.')
          }),
        ),
      close: () =>
        orFailure(async () => {
          try {
            file.pragma('wal_checkpoint(truncate)')
          } catch {
            // Somebody else has it open, or there is no space: the next one to open it does this.
          }
          await database.destroy()
        }),
    }
  })
}
