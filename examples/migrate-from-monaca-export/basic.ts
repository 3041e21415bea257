// Monaca Backend has ended; what is left is the file that it exported. Moves the people in it to Kinvey, where they come by a reset.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toPromises } from '@userport/core'
import { createKinvey } from '@userport/kinvey'
import { createKinveyDirectory } from '@userport/kinvey/directory'
import { createMigration, openLedger } from '@userport/migrate'
import { createMonacaExportDirectory } from '@userport/monaca/directory'
import { startSandbox } from '@userport/sandbox'

const sandbox = await startSandbox({ vendors: ['kinvey'] })
const { host = '', appKey = '', appSecret = '', masterSecret = '' } = sandbox.connection('kinvey')
const { outbox, users: atKinvey } = sandbox.app('kinvey', appKey)
const folder = await mkdtemp(join(tmpdir(), 'userport-'))
const say = (step: string, text: string): void => console.log(`${step.padEnd(9)} ${text}`)

const header = '_id,_username,_createdAt,_updatedAt,email,displayName,points,address'
const row = (index: number): string => {
  const created = Date.UTC(2019, 0, 1) + index * 60_000
  const address = `"{""city"":""Tokyo"",""zip"":""${String(index).padStart(7, '0')}""}"`
  return [
    `5c2a${String(index).padStart(20, '0')}`,
    `member-${index}`,
    created,
    created,
    `member-${index}@example.com`,
    `"Member ${index}, 会員"`,
    index,
    address,
  ].join()
}

/** Nobody's old password is known to anybody: the person proves the mailbox and chooses a new one. */
const comes = async (username: string): Promise<string> => {
  const app = toPromises(createKinvey({ host, appKey, appSecret }))
  await app.requestPasswordReset({ identifier: { username } })
  const { to, link = '' } = await outbox.next({ purpose: 'password-reset' })
  await app.completePasswordReset({ link: await app.parseResetLink(link), newPassword: 'a new password 1' })
  const user = await app.signIn({ identifier: { username }, password: 'a new password 1' })
  app.close()
  return `${user.username} reset the password by a mail to ${to} and is in: ${user.displayName}, ${JSON.stringify(user.attributes.address)}`
}

try {
  const file = join(folder, 'export.csv')
  await writeFile(file, [header, ...Array.from({ length: 500 }, (_, index) => row(index)), ''].join('\n'))
  say('export', '500 users in a CSV file, without passwords')

  const ledger = await openLedger(`file:${join(folder, 'move.ledger')}`)
  const migration = toPromises(
    createMigration({
      from: createMonacaExportDirectory(file),
      to: createKinveyDirectory({ host, appKey, appSecret, masterSecret }),
      ledger,
      apps: { from: 'export.csv', to: appKey },
    }),
  )
  const { refused, findings } = await migration.dryRun()
  say('dry run', refused ? 'REFUSED' : `may run; ${findings.length} findings, the first: ${findings[0]?.detail}`)
  const { status, created } = await migration.run()
  say('run', `${status}: ${created} made, ${atKinvey().length} at Kinvey`)
  const { compared, different } = await migration.verify()
  say('verify', `${compared} compared field by field, ${different} different`)
  say('reset', await comes('member-42'))
  await ledger.close()
} finally {
  await sandbox.stop()
  await rm(folder, { recursive: true, force: true })
}
