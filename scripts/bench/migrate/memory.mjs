// The most memory that the process of a run holds, for few users and for many.
import { startJsonChild } from '../../lib/json-child.mjs'
import { audit, startApps } from './sandbox.mjs'

const ours = new URL('./ours.mjs', import.meta.url)

/** Bytes at its peak for each of the sizes. */
export const measureMemory = async ({ sizes, concurrency, pageSize, newLedger, note }) => {
  const measured = []
  for (const users of sizes) {
    const apps = await startApps()
    try {
      const [source, target] = [await apps.source(users), await apps.target()]
      const input = { kii: source.connection, kinvey: target.connection, ledger: newLedger(), concurrency, pageSize }
      const { peak, seconds } = await startJsonChild(ours, input).ended
      const found = await audit(target, users)
      note(`${users} users: ${(peak / 2 ** 20).toFixed(0)} MB, ${(users / seconds).toFixed(0)} users/s`)
      measured.push({ users, peak, rate: users / seconds, ...found })
    } finally {
      apps.stop()
    }
  }
  return measured
}
