// Moves two thousand users from Kii Cloud to Kinvey, is killed half-way, goes on, proves what it did, and lets somebody come.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { toPromises } from '@userport/core'
import { createKii, createKiiBackend } from '@userport/kii'
import { createKinvey, createKinveyBackend } from '@userport/kinvey'
import { createMigration, directoryLedger, type MigrationPlan, openLedger, renderReport } from '@userport/migrate'
import { migrating } from '@userport/migrate/lazy'
import { startSandbox } from '@userport/sandbox'
import { ann, register } from './people.js'
import { openDirectories, type Sides } from './sides.js'

const users = 2_000
const began = Date.now()
const say = (step: string, text: string): void => console.log(`${step.padEnd(9)} ${text}`)

const sandbox = await startSandbox({ vendors: ['kii', 'kinvey'] })
const kii = sandbox.connection('kii')
const kinvey = sandbox.connection('kinvey')
const sides: Sides = {
  kii: {
    site: kii.site ?? '',
    appId: kii.appId ?? '',
    appKey: kii.appKey ?? '',
    clientId: kii.clientId ?? '',
    clientSecret: kii.clientSecret ?? '',
  },
  kinvey: {
    host: kinvey.host ?? '',
    appKey: kinvey.appKey ?? '',
    appSecret: kinvey.appSecret ?? '',
    masterSecret: kinvey.masterSecret ?? '',
  },
}
const atKinvey = () => sandbox.app('kinvey', sides.kinvey.appKey).users()

const folder = await mkdtemp(join(tmpdir(), 'userport-'))
const report = join(tmpdir(), 'userport-migration.html')
const ledgerFile = `file:${join(folder, 'move.ledger')}`
const { from, to, close } = openDirectories(sides)

const show = ({ sampled, kinds, findings, refused }: MigrationPlan): string =>
  [
    `${sampled} looked at: ${kinds.registered} registered, ${kinds.anonymous} anonymous, ${kinds.disabled} disabled; ${refused ? 'REFUSED' : 'may run'}`,
    ...findings.map(
      ({ severity, detail, users: found }) => `          ${severity.padEnd(7)} ${found === null ? '' : `${found}: `}${detail}`,
    ),
  ].join('\n')

/** The process of the run, which does not live to its end. */
const runUntilKilled = async (): Promise<string> => {
  const script = fileURLToPath(new URL('./killed-run.js', import.meta.url))
  const child = spawn(process.execPath, [script, JSON.stringify({ sides, ledger: ledgerFile, killedAt: users / 2 })], { stdio: 'inherit' })
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
  return signal ?? `ended with ${code}`
}

/** Somebody opens the app, which now has both vendors in it, and signs in with the password she has always had. */
const comes = async (ledger: Awaited<ReturnType<typeof openLedger>>): Promise<string> => {
  const { site, appId, appKey } = sides.kii
  const { host, appKey: kid, appSecret } = sides.kinvey
  const app = toPromises(
    migrating({
      from: createKii({ site, appId, appKey }),
      to: createKinvey({ host, appKey: kid, appSecret }),
      ledger: directoryLedger({
        ledger,
        from: { directory: from, backend: createKiiBackend({ site, appId, appKey }) },
        to: { directory: to, backend: createKinveyBackend({ host, appKey: kid, appSecret }) },
      }),
    }),
  )
  const { username, vendor, attributes } = await app.signIn({ identifier: { username: ann.username }, password: ann.password })
  const { come, waiting } = await app.migration.tail()
  app.close()
  return `${username} came with her old password: at ${vendor} now, ${attributes.points === ann.points ? 'points kept' : 'POINTS LOST'}; ${come} came, ${waiting} to come`
}

try {
  await register(toPromises(from), sides, users)
  say('source', `${users} users of every kind at Kii, none at Kinvey (${sandbox.origin})`)

  let ledger = await openLedger(ledgerFile)
  const options = { from, to, apps: { from: sides.kii.appId, to: sides.kinvey.appKey } }
  const plan = await toPromises(createMigration({ ...options, ledger })).plan()
  say('plan', show(plan))
  const rehearsed = await toPromises(createMigration({ ...options, ledger })).dryRun()
  say('dry run', `${rehearsed.sampled} looked at, ${atKinvey().length} written; ${rehearsed.refused ? 'REFUSED' : 'may run'}`)
  await ledger.close()

  const end = await runUntilKilled()
  say('run', `${end} with ${atKinvey().length} users at Kinvey`)

  ledger = await openLedger(ledgerFile)
  const migration = toPromises(createMigration({ ...options, ledger }))
  const outcome = await migration.resume()
  const origins = atKinvey().map(({ document }) => String(document.migratedFrom))
  const doubled = origins.length - new Set(origins).size
  say('resume', `${outcome.status}: ${outcome.created} made, ${outcome.resolved} in doubt looked up`)
  say('', `${origins.length} at Kinvey, ${outcome.counts.byState.left} anonymous left for later, ${doubled} doubled`)

  const verification = await migration.verify()
  say('verify', `${verification.compared} compared field by field, ${verification.different} different`)
  say('sign in', await comes(ledger))

  await writeFile(
    report,
    renderReport({ from: 'kii', to: 'kinvey', plan, outcome, verification, status: await migration.status(), at: Date.now() }),
  )
  say('report', report)
  await ledger.close()
  console.log(`Done in ${((Date.now() - began) / 1_000).toFixed(1)} s.`)
} finally {
  await close()
  await sandbox.stop()
  await rm(folder, { recursive: true, force: true })
}
