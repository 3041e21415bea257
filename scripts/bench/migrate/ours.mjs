// Our run, or its going on, from Kii to Kinvey; with `workers`, as one of so many that share a ledger on PostgreSQL.
import { undiciClient } from '@userport/core/undici'
import { createKiiDirectory } from '@userport/kii/directory'
import { createKinveyDirectory } from '@userport/kinvey/directory'
import { createMigration, openLedger, runShared } from '@userport/migrate'
import { cpuSeconds, input, peakMemory, say } from './say.mjs'

const { kii, kinvey, ledger: url, concurrency, pageSize, command = 'run', workers } = input
const only = (connection, ...names) => Object.fromEntries(names.map((name) => [name, connection[name]]))

const http = undiciClient({ connections: concurrency })
const options = {
  from: createKiiDirectory(only(kii, 'site', 'appId', 'appKey', 'clientId', 'clientSecret'), { http }),
  to: createKinveyDirectory(only(kinvey, 'host', 'appKey', 'appSecret', 'masterSecret'), { http }),
  limits: { concurrency, pageSize },
  apps: { from: kii.appId, to: kinvey.appKey },
  onProgress: ({ phase, done, rate }) => say({ phase, done, rate }),
}

const alone = async () => {
  const ledger = await openLedger(url)
  try {
    return await createMigration({ ...options, ledger })[command]()()
  } finally {
    await ledger.close()
  }
}

const began = Date.now()
const answer = await (workers === undefined ? alone() : runShared({ ...options, ledger: url, workers })())
const ended = Date.now()
await http.close()
if (answer._tag === 'Left') throw new Error(JSON.stringify(answer.left))
const { status, created, counts, reasons } = answer.right
if (status !== 'done') throw new Error(`${status}: ${reasons.join('; ')} ${JSON.stringify(counts.byState)}`)
say({ moved: created, began, ended, seconds: (ended - began) / 1_000, cpu: cpuSeconds(), peak: peakMemory() })
