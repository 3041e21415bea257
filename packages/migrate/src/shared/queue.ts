import { EventEmitter } from 'node:events'
import { Logger, type Runner, run, runMigrations, type TaskList, type WorkerEvents } from 'graphile-worker'
import { sql } from 'kysely'
import type { LedgerDatabase } from '../ledger/engine.js'
import { openPool } from '../ledger/postgres-pool.js'

/** What is done by whoever is free: one page of the source, or what is left over when all pages are done. */
export type JobName = 'page' | 'settle'

export interface Job {
  readonly pass: string
  /** The number of the page; 0 for what is left over. */
  readonly page: number
}

export interface QueueAddress {
  readonly connectionString: string
  /** Schema of the queue's own tables. */
  readonly schema: string
  /** Milliseconds to wait for a lock that another process holds. */
  readonly patience: number
}

export interface Queue {
  /** Adds a job in the transaction of the ledger that it belongs to. One that is there already stays as it is. */
  add(database: LedgerDatabase, name: JobName, job: Job): Promise<void>
  /** Has jobs that wait after a failure tried again now. */
  retryNow(database: LedgerDatabase): Promise<void>
  /** Gives up what dead workers had: by the names of these, and whatever is nobody's of `living` for half a minute. These keep what they have. */
  free(database: LedgerDatabase, dead: readonly string[], living: readonly string[]): Promise<void>
  /** Has the jobs that a worker leaves taken up now, by its name. Its own word that they failed may be on its way yet: it counts no more. */
  leave(database: LedgerDatabase, name: string): Promise<void>
  /** Takes jobs until it is stopped. `broken` is told why it can take none, or cannot write down what became of one. */
  work(tasks: TaskList, jobsAtATime: number, broken: (cause: unknown) => void): Promise<{ readonly name: string; readonly runner: Runner }>
  /** Ends the connections; whoever waits for another one gets none. */
  close(): Promise<void>
}

/** Its messages may quote what a job failed with; the outcome of a run says what there is to say. */
const silent = new Logger(() => () => undefined)

/** A job that is interrupted is no failure of its own: it is tried again as often as workers come back. */
const attempts = 30_000

/** The queue of one ledger, with its tables up to date. */
export const openQueue = async ({ connectionString, schema, patience }: QueueAddress): Promise<Queue> => {
  // A machine that froze in the middle of something must not keep the others out for ever.
  const pgPool = await openPool({
    connectionString,
    max: 4,
    // A pooler refuses whoever begins with such a setting. The pool waits for the answer, though its types do not tell.
    onConnect: (client): unknown =>
      client.query(`set lock_timeout = ${Math.max(1, Math.ceil(patience))}; set idle_in_transaction_session_timeout = '30s'`),
  })
  // Not in a batch, what becomes of a job is written by a promise that nobody awaits: where that fails, it would end the process.
  const preset = { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } }
  const options = { pgPool, schema, logger: silent, noHandleSignals: true, preset }
  try {
    await runMigrations(options)
  } catch (error) {
    await pgPool.end()
    throw error
  }
  const jobs = sql.id(schema, 'jobs')
  let closing: Promise<void> | undefined
  const locks = sql.id(schema, '_private_jobs')
  const call = (name: string) => sql.id(schema, name)

  const retryNow: Queue['retryNow'] = async (database) => {
    await sql`select ${call('reschedule_jobs')}(array(select id from ${jobs} where locked_at is null and run_at > now()),
      run_at := now(), attempts := 0)`.execute(database)
  }

  return {
    add: async (database, name, { pass, page }) => {
      const payload = JSON.stringify({ pass, page })
      await sql`select ${call('add_job')}(${name}, payload := cast(${payload} as json), max_attempts := ${sql.lit(attempts)},
        job_key := ${`${name} ${page} ${pass}`}, job_key_mode := 'unsafe_dedupe')`.execute(database)
    },

    retryNow,

    free: async (database, dead, living) => {
      await sql`select ${call('force_unlock_workers')}(array(select distinct locked_by from ${jobs} where locked_by = any(${dead})
        or (locked_by <> all(${living}) and locked_at < now() - interval '30 seconds')))`.execute(database)
      // The queue takes a lock of four hours for one of the dead: what is left over of a large run may take longer.
      await sql`update ${locks} set locked_at = now()
        where locked_by = any(${living}) and locked_at < now() - interval '1 hour'`.execute(database)
    },

    leave: async (database, name) => {
      await sql`select ${call('force_unlock_workers')}(${[name]})`.execute(database)
      await retryNow(database)
    },

    work: async (taskList, concurrency, broken) => {
      const events: WorkerEvents = new EventEmitter()
      let name = ''
      events.on('pool:create', ({ workerPool }) => {
        name = workerPool.id
      })
      events.on('pool:fatalError', ({ error }) => broken(error))
      // It would ask again, but where its first question failed, it never gets another answer.
      events.on('worker:getJob:error', ({ error }) => broken(error))
      // Every queue of a database hears when one of them gets its tables, and stops: another ledger's are not ours.
      events.on('pool:listen:notification', ({ message }) => {
        if (message.channel === 'worker:migrate') delete message.payload
      })
      const runner = await run({ ...options, taskList, concurrency, events, pollInterval: 1000 })
      return { name, runner }
    },

    close: () => {
      closing ??= pgPool.end()
      return closing
    },
  }
}
