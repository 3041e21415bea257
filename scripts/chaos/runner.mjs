// A run of ours in a process that may be killed. Its input: both sides, the ledger, the policy, the limits and what to do.
import { undiciClient } from '@userport/core/undici'
import { createKiiDirectory } from '@userport/kii/directory'
import { createKinveyDirectory } from '@userport/kinvey/directory'
import { createMigration, openLedger } from '@userport/migrate'
import { createMonacaDirectory } from '@userport/monaca/directory'

const { from, to, ledger: url, policy, limits, command, deadline } = JSON.parse(process.argv[2] ?? '{}')
const say = (event) => process.stdout.write(`${JSON.stringify(event)}\n`)

const http = undiciClient()
const only = (connection, names) => Object.fromEntries(names.map((name) => [name, connection[name]]))
const directories = {
  kii: { create: createKiiDirectory, keys: ['site', 'appId', 'appKey', 'clientId', 'clientSecret'] },
  kinvey: { create: createKinveyDirectory, keys: ['host', 'appKey', 'appSecret', 'masterSecret'] },
  monaca: { create: createMonacaDirectory, keys: ['managementUrl', 'managementKey'] },
}
const directoryOf = ({ vendor, connection }) => {
  const { create, keys } = directories[vendor]
  return create(only(connection, keys), { http, ...(deadline === undefined ? {} : { deadline }) })
}

let ledger
try {
  ledger = await openLedger(url)
} catch (error) {
  say({ failed: { _tag: error.name, vendor: 'ledger', reason: error.reason, message: error.message } })
  process.exit(0)
}
say({ opened: true })
const migration = createMigration({
  from: directoryOf(from),
  to: directoryOf(to),
  ledger,
  policy,
  limits,
  apps: { from: from.appId, to: to.appId },
  onProgress: ({ phase, waiting }) => say({ phase, ...(waiting === undefined ? {} : { waiting }) }),
})
const answer = await migration[command]()()
await ledger.close().catch(() => undefined)
await http.close()
say(answer._tag === 'Left' ? { failed: answer.left } : { outcome: answer.right })
