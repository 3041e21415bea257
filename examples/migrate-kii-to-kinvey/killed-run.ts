// A run that a power cut ends half-way: it kills its own process, without any warning, with requests on their way.
import { createMigration, openLedger } from '@userport/migrate'
import { openDirectories, type Sides } from './sides.js'

const { sides, ledger, killedAt } = JSON.parse(process.argv[2] ?? '{}') as {
  readonly sides: Sides
  readonly ledger: string
  readonly killedAt: number
}

const { from, to } = openDirectories(sides)
let sent = 0
const create: typeof to.create = (...args) => {
  sent += 1
  if (sent > killedAt) process.kill(process.pid, 'SIGKILL')
  return to.create(...args)
}
await createMigration({
  from,
  to: { ...to, create },
  ledger: await openLedger(ledger),
  apps: { from: sides.kii.appId, to: sides.kinvey.appKey },
}).run()()
