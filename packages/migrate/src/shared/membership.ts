import { randomUUID } from 'node:crypto'
import type { LedgerDatabase, LedgerEngine } from '../ledger/engine.js'
import { holderOf } from '../ledger/lease.js'
import { isGone, machine, type SignsOfLife, signsOfLife } from '../ledger/processes.js'
import type { Queue } from './queue.js'

/** Milliseconds between two signs of life, and two looks for workers that died. */
const beatEvery = 2_000

export interface Membership extends Pick<SignsOfLife, 'held'> {
  /** By what name the queue knows this process. */
  named(name: string): Promise<void>
  leave(): Promise<void>
}

/** Frees the jobs of workers that died, so that others take them. */
const bury = async (database: LedgerDatabase, engine: LedgerEngine, queue: Queue): Promise<void> => {
  const workers = await database.selectFrom('workers').selectAll().select(engine.now.as('now')).forUpdate().skipLocked().execute()
  const dead = workers.filter(({ now, ...worker }) => isGone(worker, now))
  if (dead.length > 0)
    await database
      .deleteFrom('workers')
      .where(
        'id',
        'in',
        dead.map(({ id }) => id),
      )
      .execute()
  const living = await database.selectFrom('workers').select('queue_name').execute()
  await queue.free(
    database,
    dead.map((worker) => worker.queue_name),
    living.map((worker) => worker.queue_name),
  )
}

/**
 * Makes this process one of those that share a run, unless somebody has the ledger alone, or had it and left it as `refuse` says;
 * both that and `begin` are part of the same transaction.
 * While it lives it looks after the others.
 */
export const join = async (
  engine: LedgerEngine,
  queue: Queue,
  refuse: (database: LedgerDatabase) => Promise<string | undefined>,
  begin: (database: LedgerDatabase, isFirst: boolean) => Promise<void>,
): Promise<Membership | { readonly refused: string }> => {
  const id = randomUUID()
  const refused = await engine.write(async (database) => {
    const holder = await holderOf(database, engine)
    if (holder?.alone === true) return `The ledger is in use by ${holder.heldBy}, since ${new Date(holder.since).toISOString()}.`
    const refusal = await refuse(database)
    if (refusal !== undefined) return refusal
    const sign = { machine: machine(), pid: process.pid, since: engine.now, beat: engine.now }
    await bury(database, engine, queue)
    await begin(database, holder === undefined)
    await database
      .insertInto('workers')
      .values({ id, queue_name: '', ...sign })
      .execute()
    return undefined
  })
  if (refused !== undefined) return { refused }

  const mine = (database: LedgerDatabase) => database.updateTable('workers').where('id', '=', id)
  const signs = signsOfLife(async () => {
    const beat = await engine.write((database) => mine(database).set({ beat: engine.now }).executeTakeFirstOrThrow())
    await engine.write((database) => bury(database, engine, queue))
    return beat.numUpdatedRows === 1n
  }, beatEvery)
  return {
    held: signs.held,
    named: async (queue_name) => {
      await engine.write((database) => mine(database).set({ queue_name }).execute())
    },
    leave: async () => {
      signs.end()
      await engine.write((database) => database.deleteFrom('workers').where('id', '=', id).execute())
    },
  }
}
