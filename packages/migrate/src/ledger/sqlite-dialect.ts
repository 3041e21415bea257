import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { SqliteThread } from './sqlite-thread.js'

/** The one connection to a file: whoever has it keeps all others waiting. */
class ThreadDriver implements Driver {
  readonly #thread: SqliteThread
  readonly #connection: DatabaseConnection
  #last: Promise<void> = Promise.resolve()
  #release: () => void = () => undefined

  constructor(thread: SqliteThread) {
    this.#thread = thread
    this.#connection = {
      executeQuery: <Row>({ sql, parameters }: CompiledQuery) =>
        thread.query(sql, parameters) as Promise<unknown> as Promise<QueryResult<Row>>,
      streamQuery: () => {
        throw new Error('The ledger reads in pages.')
      },
    }
  }

  async init(): Promise<void> {
    // The thread begins by itself.
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const before = this.#last
    let release = (): void => undefined
    this.#last = new Promise((resolve) => {
      release = resolve
    })
    await before
    this.#release = release
    return this.#connection
  }

  async releaseConnection(): Promise<void> {
    this.#release()
  }

  beginTransaction(): Promise<void> {
    return this.#thread.exec('begin immediate')
  }

  commitTransaction(): Promise<void> {
    return this.#thread.exec('commit')
  }

  rollbackTransaction(): Promise<void> {
    return this.#thread.rollback()
  }

  destroy(): Promise<void> {
    return this.#thread.close()
  }
}

/** SQLite for kysely, in a thread. */
export const sqliteDialect = (thread: SqliteThread): Dialect => ({
  createAdapter: () => new SqliteAdapter(),
  createDriver: () => new ThreadDriver(thread),
  createIntrospector: (database) => new SqliteIntrospector(database),
  createQueryCompiler: () => new SqliteQueryCompiler(),
})
