// Killed when half of them are there: how long until the process that goes on has made the first new user?
import { setTimeout as pause } from 'node:timers/promises'
import { startJsonChild } from '../../lib/json-child.mjs'
import { audit, countOf, startApps } from './sandbox.mjs'

const ours = new URL('./ours.mjs', import.meta.url)

const untilMoreThan = async (target, count, between) => {
  for (;;) {
    const found = await countOf(target)
    if (found > count) return found
    await pause(between)
  }
}

export const measureResume = async ({ users, concurrency, pageSize, newLedger, note }) => {
  const apps = await startApps()
  try {
    const [source, target] = [await apps.source(users), await apps.target()]
    const input = { kii: source.connection, kinvey: target.connection, ledger: newLedger(), concurrency, pageSize }
    const first = startJsonChild(ours, input)
    await Promise.race([untilMoreThan(target, users / 2, 100), first.ended])
    first.kill()
    await first.ended
    const before = await countOf(target)
    const began = performance.now()
    const second = startJsonChild(ours, { ...input, command: 'resume' })
    const found = await untilMoreThan(target, before, 10)
    const seconds = (performance.now() - began) / 1000
    note(`killed at ${before} of ${users}, the first of the rest came after ${seconds.toFixed(2)} s (${found - before} seen then)`)
    await second.ended
    return { users, killedAt: before, seconds, ...(await audit(target, users)) }
  } finally {
    apps.stop()
  }
}
