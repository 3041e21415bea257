import { randomUUID } from 'node:crypto'
import type { LedgerDatabase, LedgerEngine } from './engine.js'
import type { Lease } from './ledger.js'
import { isGone, machine, signsOfLife } from './processes.js'

/** Milliseconds. */
const beatEvery = 5_000

/** Who has the ledger now, alone or as one of several workers; `undefined`: nobody. */
export const holderOf = async (
  database: LedgerDatabase,
  engine: LedgerEngine,
): Promise<{ readonly heldBy: string; readonly since: number; readonly alone: boolean } | undefined> => {
  const query = database.selectFrom('lease').selectAll().select(engine.now.as('now'))
  const { now, ...lease } = await (engine.name === 'postgres' ? query.forUpdate() : query).executeTakeFirstOrThrow()
  if (lease.token !== null && !isGone(lease, now)) return { heldBy: lease.holder, since: lease.since, alone: true }
  const workers = (await database.selectFrom('workers').selectAll().execute()).filter((worker) => !isGone(worker, now))
  const [first] = workers.sort((one, other) => one.since - other.since)
  return (
    first && {
      heldBy: workers.length === 1 ? 'a worker of a shared run' : `${workers.length} workers of a shared run`,
      since: first.since,
      alone: false,
    }
  )
}

/** Takes the ledger's lease, and shows signs of life until it is released. */
export const takeLease = async (
  engine: LedgerEngine,
  holder: string,
): Promise<Lease | { readonly heldBy: string; readonly since: number }> => {
  const token = randomUUID()
  const other = await engine.write(async (database) => {
    const held = await holderOf(database, engine)
    if (held !== undefined) return { heldBy: held.heldBy, since: held.since }
    const sign = { machine: machine(), pid: process.pid, since: engine.now, beat: engine.now }
    await database
      .updateTable('lease')
      .set({ token, holder, ...sign })
      .execute()
    return undefined
  })
  if (other !== undefined) return other

  const mine = (database: LedgerDatabase) => database.updateTable('lease').where('token', '=', token)
  const signs = signsOfLife(async () => {
    const beat = await engine.write((database) => mine(database).set({ beat: engine.now }).executeTakeFirstOrThrow())
    return beat.numUpdatedRows === 1n
  }, beatEvery)
  return {
    held: signs.held,
    release: async () => {
      signs.end()
      await engine.write((database) => mine(database).set({ token: null }).execute())
    },
  }
}
