import { existsSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { userId } from '@userport/core'
import { createKiiDirectory, type KiiDirectoryConfig } from '@userport/kii/directory'
import { createKinveyDirectory, type KinveyDirectoryConfig } from '@userport/kinvey/directory'
import { openLedger } from '@userport/migrate'
import { describe, expect, it, vi } from 'vitest'
import { SqliteThread } from '../../migrate/src/ledger/sqlite-thread.js'
import { jsonLines } from './support/command-line.js'
import { type Place, places } from './support/migrating.js'

const place = places()

/** All users of the target. */
const targetOf = ({ to: { admin, vendor: _, ...app } }: Place) =>
  createKinveyDirectory({ ...app, ...admin } as unknown as KinveyDirectoryConfig)

/** Somebody at the target has the username of the first user of the source already. */
const withConflict = async (): Promise<{ readonly here: Place; readonly taken: string }> => {
  const here = await place()
  const [first] = here.kii.seed(3)
  const taken = first?.username ?? ''
  const made = await targetOf(here).create({ identifiers: { username: taken } })()
  expect(made._tag).toBe('Right')
  return { here, taken }
}

const resultOf = (stdout: string): Readonly<Record<string, unknown>> => {
  const lines = jsonLines(stdout)
  const last = lines[lines.length - 1]
  expect(last).toMatchObject({ type: 'result' })
  return last ?? {}
}

describe('a migration from the first command to the last', () => {
  it('plans, looks, moves, compares, reports, takes back and forgets', async () => {
    const here = await place()
    here.kii.seed(40)

    const plan = await here.migrate('plan')
    expect(plan).toMatchObject({ code: 0, stderr: '' })
    expect(plan.stdout).toContain('40 with a login')
    expect(plan.stdout).toContain('Nothing stands in the way of a run.')
    expect((await here.migrate('plan', ['--sample', '7'])).stdout).toContain('7 with a login')

    const dry = await here.migrate('run', ['--dry-run', '--json'])
    expect(resultOf(dry.stdout)).toMatchObject({ exitCode: 0, refused: false, sampled: 40 })
    expect(here.kinvey.users()).toHaveLength(0)
    expect(await readdir(here.folder)).toEqual(['new.json', 'old.json'])

    const run = await here.migrate('run', ['--report', 'run.html'])
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(run.stdout).toContain('40 users created')
    expect(here.kinvey.users()).toHaveLength(40)
    expect(await readFile(join(here.folder, 'run.html'), 'utf8')).toContain('From Kii Cloud to Kinvey')
    expect((await stat(join(here.folder, 'userport-migration.db'))).mode & 0o077).toBe(0)

    const verify = await here.migrate('verify', ['--json'])
    expect(verify.code).toBe(0)
    expect(resultOf(verify.stdout)).toMatchObject({ status: 'equal', compared: 40, equal: 40, different: 0 })

    const status = await here.migrate('status', ['--json'])
    expect(resultOf(status.stdout)).toMatchObject({ counts: { byState: { verified: 40 }, waiting: 40 } })

    const asked = await here.migrate('undo')
    expect(asked).toMatchObject({ code: 2, stdout: 'This removes 40 users from kinvey for good. To do it, add --yes.\n' })
    expect(here.kinvey.users()).toHaveLength(40)

    const undo = await here.migrate('undo', ['--yes'])
    expect(undo.code).toBe(0)
    expect(undo.stdout).toContain('40 users removed, 0 kept.')
    expect(here.kinvey.users()).toHaveLength(0)

    expect(await here.migrate('purge')).toMatchObject({ code: 2, stdout: expect.stringContaining('add --yes') })
    expect(await here.migrate('purge', ['--yes'])).toMatchObject({ code: 0, stdout: 'The ledger holds no personal data any more.\n' })
    expect(await here.migrate('verify')).toMatchObject({
      code: 1,
      stderr: 'ledger: It was purged: what moved can be undone, nothing else.\n',
    })
    expect((await here.migrate('report', ['--out', 'last.html'])).code).toBe(0)
    expect(await readFile(join(here.folder, 'last.html'), 'utf8')).toContain('Personal data in the ledger')
  }, 60_000)
})

describe('ends with', () => {
  it('2 where the dry run finds what a run cannot do, and writes nothing', async () => {
    const { here } = await withConflict()
    const dry = await here.migrate('run', ['--dry-run'])
    expect(dry.code).toBe(2)
    expect(dry.stdout).toMatch(/cannot move +conflict +1 user /)
    expect(dry.stdout).toContain('A run would move everybody else. --conflicts and --invalid say what becomes of those who cannot move.')
    expect(here.kinvey.users()).toHaveLength(1)
    expect(existsSync(join(here.folder, 'userport-migration.db'))).toBe(false)
  }, 20_000)

  it('3 where users are left over, who are in the retry file by what they failed with, and by nothing personal', async () => {
    const { here, taken } = await withConflict()
    const run = await here.migrate('run', ['--json'])
    expect(run.code).toBe(3)
    const { retryFile, status } = resultOf(run.stdout)
    expect(status).toBe('done-with-failures')
    const file = join(here.folder, 'userport-migration.retry.jsonl')
    expect(retryFile).toBe(file)
    const text = await readFile(file, 'utf8')
    expect(jsonLines(text)).toEqual([{ code: 'conflict', detail: expect.any(String), users: 1, sourceIds: [here.kii.users()[0]?.id] }])
    expect(text).not.toContain(taken)
    expect((await stat(file)).mode & 0o077).toBe(0)

    // The ledger goes on only with the policy it began with.
    const other = await here.migrate('resume', ['--conflicts', 'rename'])
    expect(other).toMatchObject({ code: 2, stdout: expect.stringContaining('another policy') })
    expect(here.kinvey.users()).toHaveLength(3)
  }, 20_000)

  it('0 once the leftovers are settled, and the retry file is gone', async () => {
    const { here, taken } = await withConflict()
    expect((await here.migrate('run', ['--retry-file', 'left.jsonl'])).code).toBe(3)
    expect(existsSync(join(here.folder, 'left.jsonl'))).toBe(true)
    const directory = targetOf(here)
    const found = await directory.find({ username: taken })()
    if (found._tag === 'Left' || found.right === null) throw new Error('the target has lost the user')
    await directory.erase(found.right.id)()
    expect((await here.migrate('resume', ['--retry-file', 'left.jsonl'])).code).toBe(0)
    expect(existsSync(join(here.folder, 'left.jsonl'))).toBe(false)
    expect(here.kinvey.users()).toHaveLength(3)
  }, 20_000)

  it('3 where a comparison finds users that differ', async () => {
    const here = await place()
    here.kii.seed(3)
    expect((await here.migrate('run')).code).toBe(0)
    const directory = targetOf(here)
    const page = await directory.list({})()
    if (page._tag === 'Left') throw new Error('the target does not list')
    await directory.update(page.right.users[0]?.id as never, { set: { points: 99 } })()
    const verify = await here.migrate('verify', ['--report', 'verify.html'])
    expect(verify.code).toBe(3)
    expect(verify.stdout).toContain('2 equal, 1 different')
    expect(verify.stdout).toMatch(/attributes\.points +1 user/)
    const listed = jsonLines(await readFile(join(here.folder, 'userport-migration.retry.jsonl'), 'utf8'))
    expect(listed).toEqual([{ code: 'mismatch', detail: 'attributes.points', users: 1, sourceIds: [expect.any(String)] }])
    expect(await readFile(join(here.folder, 'verify.html'), 'utf8')).toContain('attributes.points')
  }, 20_000)

  it('3 where a comparison misses users, who are listed too', async () => {
    const here = await place()
    here.kii.seed(2)
    expect((await here.migrate('run')).code).toBe(0)
    const directory = targetOf(here)
    const [gone] = here.kinvey.users()
    await directory.erase(gone?.id as never)()
    const verify = await here.migrate('verify', ['--json'])
    expect(verify.code).toBe(3)
    expect(resultOf(verify.stdout)).toMatchObject({ status: 'different', goneAtTarget: 1, retryFile: expect.any(String) })
    const listed = jsonLines(await readFile(join(here.folder, 'userport-migration.retry.jsonl'), 'utf8'))
    const sourceIds = [gone?.document.migratedFrom]
    expect(listed).toEqual([{ code: 'gone-at-target', detail: 'removed after the move', users: 1, sourceIds }])
  }, 20_000)

  it('1 where a vendor refuses the keys', async () => {
    const here = await place()
    here.kii.seed(1)
    await here.write('new.json', { ...here.to, admin: { masterSecret: 'not-the-master-secret' } })
    const run = await here.migrate('run', ['--json'])
    expect(run).toMatchObject({ code: 1 })
    expect(resultOf(run.stdout)).toMatchObject({ exitCode: 1, status: 'failed', error: { vendor: 'kinvey' } })
    const told = await here.migrate('run')
    expect(told.stderr).toMatch(/^kinvey: /)
    expect(told.stderr).not.toContain('not-the-master-secret')
  }, 20_000)

  it('2 where the ledger is another migration’s', async () => {
    const [here, there] = [await place(), await place()]
    here.kii.seed(1)
    const ledger = ['--ledger', `file:${join(here.folder, 'shared.db')}`]
    expect((await here.migrate('run', ledger)).code).toBe(0)
    expect(await there.migrate('run', ledger)).toMatchObject({ code: 2, stdout: expect.stringContaining('between other apps') })
    for (const command of ['undo', 'purge']) {
      const confirmed = await there.migrate(command, [...ledger, '--yes', '--json'])
      expect(resultOf(confirmed.stdout)).toMatchObject({
        status: 'failed',
        error: { message: expect.stringContaining('between other apps') },
      })
      // Nobody is asked to confirm what would be refused.
      expect(await there.migrate(command, [...ledger, '--json'])).toEqual(confirmed)
    }
    expect(here.kinvey.users()).toHaveLength(1)
  }, 20_000)

  it('2 where there is nobody to compare, since nobody has moved or everybody was taken back', async () => {
    const here = await place()
    await (await openLedger(join(here.folder, 'userport-migration.db'))).close()
    expect(await here.migrate('verify')).toMatchObject({ code: 0, stdout: expect.stringContaining('0 users compared') })
    here.kii.seed(2)
    const told = { code: 2, stdout: expect.stringContaining('Nobody has moved: there is nothing to compare.\n') }
    expect(await here.migrate('verify')).toMatchObject(told)
    expect((await here.migrate('run')).code).toBe(0)
    expect((await here.migrate('undo', ['--yes'])).code).toBe(0)
    expect(await here.migrate('verify')).toMatchObject(told)
    const { stdout } = await here.migrate('verify', ['--json'])
    expect(resultOf(stdout)).toMatchObject({ exitCode: 2, status: 'refused', compared: 0 })
  }, 30_000)

  it('1 where the failed users cannot be read at the end, and keeps the file that lists them', async () => {
    const { here, taken } = await withConflict()
    expect((await here.migrate('run')).code).toBe(3)
    const failed = here.kii.users().find(({ document }) => document.loginName === taken)
    const { admin, vendor: _, ...app } = here.from
    const source = createKiiDirectory({ ...app, ...admin } as unknown as KiiDirectoryConfig)
    expect(await source.erase(userId(failed?.id ?? ''))()).toMatchObject({ _tag: 'Right' })
    const file = join(here.folder, 'userport-migration.retry.jsonl')
    const listed = await readFile(file, 'utf8')
    const thread = new SqliteThread(join(here.folder, 'userport-migration.db'))
    await thread.exec(`update moves set target_name = '\\' where state = 'failed'`)
    await thread.close()
    expect(await here.migrate('verify')).toMatchObject({ code: 1, stderr: expect.stringContaining('ledger: ') })
    expect(await readFile(file, 'utf8')).toBe(listed)
  }, 20_000)
})

it('undo says beforehand whom it would leave: those who have come, and not those whose removal was cut short', async () => {
  const here = await place()
  const [first] = here.kii.seed(5)
  expect((await here.migrate('run')).code).toBe(0)
  const ledger = await openLedger(join(here.folder, 'userport-migration.db'))
  await ledger.change([{ sourceId: userId(first?.id ?? ''), password: 'set' }])
  await ledger.close()
  const told = 'This removes 5 users from kinvey for good, except 1 user who came since. To do it, add --yes.\n'
  expect(await here.migrate('undo')).toMatchObject({ code: 2, stdout: told })

  here.kinvey.faults.add({ method: 'DELETE', kind: { type: 'hang' } })
  const cut = here.start('undo', ['--yes'])
  await vi.waitFor(() => expect(here.kinvey.requests.all().at(-1)?.method).toBe('DELETE'), 10_000)
  cut.child.kill('SIGKILL')
  await cut.ended
  expect(await here.migrate('undo')).toMatchObject({ code: 2, stdout: told })

  here.kinvey.faults.clear()
  const undo = await here.migrate('undo', ['--yes', '--json'])
  expect(resultOf(undo.stdout)).toMatchObject({ exitCode: 0, removed: 4, kept: 1, keptBy: { 'has come since': 1 } })
  const all = 'This removes 1 user from kinvey for good. To do it, add --yes.\n'
  expect(await here.migrate('undo', ['--include-claimed'])).toMatchObject({ code: 2, stdout: all })
  expect(await here.migrate('undo', ['--include-claimed', '--yes'])).toMatchObject({ code: 0 })
  expect(here.kinvey.users()).toEqual([])
}, 40_000)

describe('interrupted', () => {
  it('by a vendor that is down for longer than the operator waits, it ends with 130 and says who', async () => {
    const here = await place()
    here.kii.seed(5)
    here.kinvey.faults.add({ method: 'POST', kind: { type: 'status', status: 503 } })
    const run = await here.migrate('run', ['--patience', '1s'])
    expect(run).toMatchObject({ code: 130, stdout: expect.stringContaining('kinvey was down for too long') })
    here.kinvey.faults.clear()
    expect((await here.migrate('resume')).code).toBe(0)
    expect(here.kinvey.users()).toHaveLength(5)
  }, 30_000)

  it('it lets nobody else in meanwhile: a second operator is refused with 2', async () => {
    const here = await place()
    here.kii.seed(200)
    const first = here.start('run', ['--json', '--calls-per-second', '40'])
    await first.line((line) => line.includes('"phase":"moving"'))
    expect(await here.migrate('run')).toMatchObject({ code: 2, stdout: expect.stringContaining('The ledger is in use by ') })
    first.child.kill('SIGTERM')
    expect((await first.ended).code).toBe(130)
  }, 30_000)

  it('by a reader who leaves (`… | head -1`) it ends with 130 as by Ctrl-C', async () => {
    const here = await place()
    here.kii.seed(300)
    const running = here.start('run', ['--json', '--calls-per-second', '60'])
    await running.line((line) => line.includes('"phase":"moving"') && here.kinvey.users().length > 5)
    running.child.stdout?.destroy()
    expect(await running.ended).toMatchObject({ code: 130, stderr: '' })
    const { byState } = resultOf((await here.migrate('status', ['--json'])).stdout).counts as { readonly byState: object }
    expect(byState).toMatchObject({ creating: 0, created: here.kinvey.users().length })
  }, 30_000)

  it('by Ctrl-C it ends with 130, and resumed it moves everybody once', async () => {
    const here = await place()
    here.kii.seed(300)
    const running = here.start('run', ['--json', '--calls-per-second', '60'])
    await running.line((line) => (JSON.parse(line) as { readonly done?: number }).done !== undefined && here.kinvey.users().length > 5)
    running.child.kill('SIGINT')
    const ended = await running.ended
    expect(ended).toMatchObject({ code: 130, stderr: '' })
    expect(resultOf(ended.stdout)).toMatchObject({ status: 'interrupted', exitCode: 130 })
    expect(jsonLines(ended.stdout).map(({ type }) => type)).toContain('interrupted')
    const made = here.kinvey.users().length
    expect(made).toBeGreaterThan(5)
    expect(made).toBeLessThan(300)

    const again = await here.migrate('status')
    expect(again.stdout).toContain('“userport migrate resume” goes on')
    const resumed = await here.migrate('resume', ['--json'])
    expect(resumed.code).toBe(0)
    expect(here.kinvey.users()).toHaveLength(300)
    expect(new Set(here.kinvey.users().map(({ username }) => username)).size).toBe(300)
  }, 40_000)

  it.each([['verify'], ['plan'], ['run', '--dry-run']])(
    'by Ctrl-C it ends with 130 where it only looks: %s',
    async (command, ...flags) => {
      const here = await place()
      here.kii.seed(60)
      expect((await here.migrate('run')).code).toBe(0)
      here.kii.faults.add({ kind: { type: 'latency', milliseconds: 300 } })
      here.kii.requests.clear()
      const running = here.start(command, [...flags, '--json'])
      await vi.waitFor(() => expect(here.kii.requests.all().length).toBeGreaterThan(1), 10_000)
      running.child.kill('SIGINT')
      const ended = await running.ended
      expect(ended).toMatchObject({ code: 130, stderr: '' })
      expect(resultOf(ended.stdout)).toMatchObject({ status: 'interrupted', exitCode: 130 })
    },
    30_000,
  )

  it('by Ctrl-C twice it ends at once, though the target hangs, and can be resumed', async () => {
    const here = await place()
    here.kii.seed(20)
    const running = here.start('run', ['--json'])
    here.kinvey.faults.add({ method: 'POST', kind: { type: 'hang' } })
    await running.line((line) => line.includes('"phase":"moving"'))
    running.child.kill('SIGINT')
    await running.line((line) => line.includes('"interrupted"'))
    running.child.kill('SIGINT')
    const asked = performance.now()
    expect((await running.ended).code).toBe(130)
    expect(performance.now() - asked).toBeLessThan(1_500)
    here.kinvey.faults.clear()
    const resumed = await here.migrate('resume', ['--json'])
    expect(resumed.code).toBe(0)
    expect(here.kinvey.users()).toHaveLength(20)
  }, 40_000)
})

describe('what is printed', () => {
  it('holds no key, no name and no address, in text, in JSON, in the retry file and on the page', async () => {
    const { here } = await withConflict()
    const { clientSecret, clientId } = here.from.admin
    const { masterSecret } = here.to.admin
    const { appSecret, appKey } = here.to as unknown as { readonly appSecret: string; readonly appKey: string }
    const people = here.kii.users().flatMap(({ username, email }) => [username, email])
    const planted = [clientSecret, clientId, masterSecret, appSecret, 'the-key-of-the-ledger', ...people]
    const environment = { USERPORT_LEDGER_KEY: 'the-key-of-the-ledger' }
    const flags = ['--report', 'page.html', '--with-ids']
    const ended = [
      await here.migrate('plan', [], environment),
      await here.migrate('run', flags, environment),
      await here.migrate('resume', [...flags, '--json'], environment),
      await here.migrate('verify', [...flags, '--json'], environment),
      await here.migrate('status', [], environment),
      await here.migrate('undo', ['--yes', '--json'], environment),
    ]
    expect(ended.map(({ code }) => code)).toEqual([0, 3, 3, 0, 0, 0])
    const page = await readFile(join(here.folder, 'page.html'), 'utf8')
    const all = [...ended.flatMap(({ stdout, stderr }) => [stdout, stderr]), page].join('\n')
    expect(page).toContain(here.kii.users()[0]?.id)
    for (const secret of planted) {
      if (secret !== undefined) expect.soft(all).not.toContain(secret)
    }
    expect(appKey).toMatch(/^new-/)
  }, 40_000)

  it('is a line every few seconds where nobody watches, with the measured rate and the ceiling', async () => {
    const here = await place()
    here.kii.seed(120)
    const run = await here.migrate('run', ['--calls-per-second', '40'])
    const lines = run.stdout.split('\n').filter((line) => line.startsWith('moving: '))
    expect(lines.length).toBeGreaterThan(0)
    expect(lines.join('\n')).toMatch(/\d\/s of at most \d+\/s/)
    expect(lines.length).toBeLessThan(6)
  }, 20_000)
})
