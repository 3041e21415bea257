// Several processes on one ledger in PostgreSQL, where each of them waits for the target more than it works.
import { startPostgres } from '../../../packages/migrate/test/support/ledger-postgres.mjs'
import { startJsonChild } from '../../lib/json-child.mjs'
import { audit, startApps } from './sandbox.mjs'

const ours = new URL('./ours.mjs', import.meta.url)

/** Milliseconds that every reply of the target takes longer, as over a network. */
const latency = 30
/** Requests at a time of each worker: so many that the machine is not their limit. */
const concurrency = 8

const race = async ({ users, workers, pageSize, ledger }) => {
  const apps = await startApps()
  try {
    const [source, target] = [await apps.source(users), await apps.target()]
    await apps.slowDown(target, latency)
    const input = { kii: source.connection, kinvey: target.connection, ledger, concurrency, pageSize, workers }
    const children = Array.from({ length: workers }, () => startJsonChild(ours, input))
    const ends = await Promise.all(children.map(({ ended }) => ended))
    const seconds = (Math.max(...ends.map(({ ended }) => ended)) - Math.min(...ends.map(({ began }) => began))) / 1_000
    return { workers, users, rate: users / seconds, ...(await audit(target, users)) }
  } finally {
    apps.stop()
  }
}

/** `missing`: why it could not be measured. */
export const measureWorkers = async ({ users, pageSize, note }) => {
  const server = await startPostgres()
  if ('missing' in server) return { missing: server.missing }
  try {
    const rows = []
    for (const workers of [1, 4]) {
      const row = await race({ users, workers, pageSize, ledger: `${server.url}?schema=workers_${workers}` })
      note(`${workers} on PostgreSQL: ${row.rate.toFixed(0)} users/s`)
      rows.push({ ...row, against: row.rate / (rows[0]?.rate ?? row.rate) })
    }
    return { rows, latency, concurrency }
  } finally {
    await server.stop()
  }
}
