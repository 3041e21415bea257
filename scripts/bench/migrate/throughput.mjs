// 100,000 users of Kii to Kinvey: ours beside a bare axios loop, and a few of them one by one through the vendors' SDKs.
import { startJsonChild } from '../../lib/json-child.mjs'
import { median } from '../calls.mjs'
import { audit, startApps } from './sandbox.mjs'

const race = async (script, users, { latency, ...extra }) => {
  const apps = await startApps()
  try {
    const [source, target] = [await apps.source(users), await apps.target()]
    if (latency > 0) for (const app of [source, target]) await apps.slowDown(app, latency)
    const input = { kii: source.connection, kinvey: target.connection, users, ...extra }
    const { moved, seconds, cpu, peak } = await startJsonChild(script, input).ended
    const { lost, doubled, strangers } = await audit(target, users)
    if (lost + doubled + strangers > 0) throw new Error(`${script.pathname}: ${lost} lost, ${doubled} doubled, ${strangers} unknown`)
    return { rate: moved / seconds, cpu: (cpu * 1e6) / moved, peak }
  } finally {
    apps.stop()
  }
}

const contestants = (users, fewer) => [
  { name: 'userport', script: new URL('./ours.mjs', import.meta.url), users },
  { name: 'axios loop', script: new URL('./axios-loop.mjs', import.meta.url), users },
  { name: 'vendors’ SDKs, one by one', script: new URL('./sdk-loop.mjs', import.meta.url), users: fewer },
]

/**
 * `latency`: milliseconds that each reply of both vendors takes longer. Every contestant runs once in each round, so that a busy moment
 * of the machine meets all of them alike; ratios are those of one round.
 */
export const measureThroughput = async ({ users, rounds, latency, concurrency, pageSize, newLedger, note }) => {
  const all = contestants(users, Math.max(1_000, Math.round(users / 20)))
  const samples = all.map(() => [])
  for (let round = 0; round < rounds; round += 1) {
    const order = [...all.entries()]
    // Who comes second finds a warmer machine: they take turns at that too.
    if (round % 2 === 1) order.reverse()
    for (const [at, { name, script, users: count }] of order) {
      const sample = await race(script, count, { latency, concurrency, pageSize, ledger: newLedger() })
      samples[at].push(sample)
      note(`round ${round + 1}: ${name} ${sample.rate.toFixed(0)} users/s`)
    }
  }
  const of = (at, figure) => median(samples[at].map((sample) => sample[figure]))
  const against = (at) => median(samples[0].map(({ rate }, round) => rate / samples[at][round].rate))
  return all.map(({ name, users: count }, at) => ({
    name,
    users: count,
    rate: of(at, 'rate'),
    cpu: of(at, 'cpu'),
    peak: of(at, 'peak'),
    ours: against(at),
  }))
}
