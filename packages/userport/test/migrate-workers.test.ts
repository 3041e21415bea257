import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type LedgerCounts, moveStates } from '@userport/migrate'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { findPostgres, type PostgresServer, startPostgres } from '../../migrate/test/support/ledger-postgres.mjs'
import { together } from '../src/cli/migrate/workers.js'
import { jsonLines, type Running } from './support/command-line.js'
import { places } from './support/migrating.js'

const place = places()
const found = findPostgres()
if ('missing' in found) console.warn(found.missing)
let server: PostgresServer | undefined

beforeAll(async () => {
  const started = await startPostgres()
  if (!('missing' in started)) server = started
}, 60_000)
afterAll(async () => {
  await server?.stop()
}, 30_000)

let ledgers = 0
const newLedger = (): readonly string[] => {
  ledgers += 1
  return ['--ledger', `${server?.url}?schema=ledger_${ledgers}`]
}

const listOf = (pid: number | undefined): string => `/proc/${pid}/task/${pid}/children`

/** The workers that a command has started, in that order. */
const workersOf = ({ child: { pid } }: Running): Promise<readonly number[]> =>
  vi.waitFor(
    () => {
      const pids = readFileSync(listOf(pid), 'utf8').trim().split(' ').map(Number)
      expect(pids).toHaveLength(2)
      return pids
    },
    { timeout: 20_000, interval: 5 },
  )

it.each([
  [['refused', 'interrupted'], 'interrupted', ['interrupted first', 'refused first']],
  [['refused', 'refused'], 'refused', ['refused first']],
  [['refused', 'done', 'interrupted'], 'done', []],
] as const)('workers that are %j have come to %s, and say why', (statuses, status, reasons) => {
  const byState = Object.fromEntries(moveStates.map((state) => [state, 0])) as LedgerCounts['byState']
  const counts: LedgerCounts = { byState, byLoss: {}, byProblem: [], byKind: { registered: 0, anonymous: 0 }, waiting: 0 }
  const ended = statuses.map((one) => ({
    outcome: { status: one, reasons: one === 'done' ? [] : [`${one} first`], counts, took: 1, created: 1, resolved: 0 },
  }))
  const silent = { code: 1, result: {}, text: '' } as const
  expect(together(ended, silent, counts, 2)).toMatchObject({ outcome: { status, reasons, created: statuses.length } })
})

it('a ledger in a file has no room for several workers', async () => {
  const here = await place()
  expect(await here.migrate('run', ['--workers', '2'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('can share a PostgreSQL ledger only'),
  })
}, 20_000)

describe.skipIf('missing' in found)('a ledger in a database', () => {
  it('is not made by a look ahead, which would decide whether it has a key', async () => {
    const here = await place()
    here.kii.seed(2)
    const ledger = newLedger()
    expect(await here.migrate('plan', ledger)).toMatchObject({ code: 0 })
    expect(await here.migrate('run', [...ledger, '--dry-run'])).toMatchObject({ code: 0 })
    expect(await here.migrate('run', ledger, { USERPORT_LEDGER_KEY: 'a key' })).toMatchObject({ code: 0, stderr: '' })
    expect(here.kinvey.users()).toHaveLength(2)
  }, 40_000)

  it.each(['resume', 'verify', 'status'])(
    'is not made by %s, which is told that there is none',
    async (command) => {
      const here = await place()
      const ledger = newLedger()
      for (const _ of [1, 2])
        expect(await here.migrate(command, ledger)).toMatchObject({
          code: 1,
          stderr: expect.stringContaining('There is no ledger at that address.'),
        })
    },
    20_000,
  )
})

describe.skipIf('missing' in found)('several workers', () => {
  it('move everybody once, and what they have done is told once', async () => {
    const here = await place()
    here.kii.seed(400)
    const ledger = newLedger()
    const run = await here.migrate('run', [...ledger, '--workers', '3', '--page-size', '20', '--report', 'page.html', '--json'])
    expect(run).toMatchObject({ code: 0, stderr: '' })
    const lines = jsonLines(run.stdout)
    expect(lines[lines.length - 1]).toMatchObject({ type: 'result', status: 'done', created: 400, counts: { byState: { created: 400 } } })
    expect(new Set(here.kinvey.users().map(({ username }) => username)).size).toBe(400)
    expect(here.kinvey.users()).toHaveLength(400)
    expect(await readFile(join(here.folder, 'page.html'), 'utf8')).toContain('400 users')
    expect((await here.migrate('verify', ledger)).stdout).toContain('400 equal, 0 different')
  }, 60_000)

  it('try again who had failed when they resume, with a ledger that has a key', async () => {
    const here = await place()
    here.kii.seed(6)
    const [flags, environment] = [[...newLedger(), '--workers', '2', '--concurrency', '2'], { USERPORT_LEDGER_KEY: 'a key' }]
    const refusal = here.kinvey.faults.add({ method: 'POST', times: 1, kind: { type: 'status', status: 400 } })
    expect(await here.migrate('run', flags, environment)).toMatchObject({ code: 3, stderr: '' })
    refusal.remove()
    expect(here.kinvey.users()).toHaveLength(5)
    expect(await here.migrate('run', flags, environment)).toMatchObject({ code: 3 })
    expect(await here.migrate('resume', flags, environment)).toMatchObject({ code: 0, stderr: '' })
    expect(here.kinvey.users()).toHaveLength(6)
  }, 60_000)

  it('are interrupted together, leave no process behind, and are resumed together', async () => {
    const here = await place()
    here.kii.seed(300)
    const ledger = newLedger()
    const running = here.start('run', [...ledger, '--workers', '2', '--page-size', '20', '--calls-per-second', '60', '--json'])
    await running.line(() => here.kinvey.users().length > 100)
    running.child.kill('SIGINT')
    const ended = await running.ended
    expect(ended).toMatchObject({ code: 130, stderr: '' })
    const made = here.kinvey.users().length
    expect(made).toBeLessThan(300)
    const requests = here.kinvey.requests.all().length
    expect((await here.migrate('status', ledger)).code).toBe(0)
    expect(here.kinvey.requests.all()).toHaveLength(requests)
    const resumed = await here.migrate('resume', [...ledger, '--workers', '2'])
    expect(resumed, resumed.stdout).toMatchObject({ code: 0, stderr: '' })
    expect(here.kinvey.users()).toHaveLength(300)
  }, 60_000)

  it('are interrupted before they have begun anything', async () => {
    const here = await place()
    here.kii.seed(5)
    const ledger = newLedger()
    const { child, ended } = here.start('run', [...ledger, '--workers', '2', '--json'])
    const parents = (): readonly string[] => spawnSync('ps', ['-A', '-o', 'ppid='], { encoding: 'utf8' }).stdout.split('\n')
    await vi.waitFor(() => expect(parents().filter((id) => Number(id) === child.pid)).toHaveLength(2), { timeout: 10_000, interval: 5 })
    child.kill('SIGINT')
    const { code, stdout, stderr } = await ended
    expect({ code, stderr }).toEqual({ code: 130, stderr: '' })
    expect(jsonLines(stdout).at(-1)).toMatchObject({ type: 'result', exitCode: 130, status: 'interrupted' })
    expect(await here.migrate('run', ledger)).toMatchObject({ code: 0 })
    expect(here.kinvey.users()).toHaveLength(5)
  }, 30_000)

  it.runIf(existsSync(listOf(process.pid)))(
    'go on without the first of them, and show how far they are',
    async () => {
      const here = await place()
      here.kii.seed(300)
      const running = here.start('run', [...newLedger(), '--workers', '2', '--page-size', '20', '--calls-per-second', '60', '--json'])
      await running.line(() => here.kinvey.users().length > 40)
      const [first = 0] = await workersOf(running)
      process.kill(first, 'SIGKILL')
      const atKill = here.kinvey.users().length
      await running.line((line) => JSON.parse(line).done > atKill + 60)
      const { code, stdout } = await running.ended
      expect(code).toBe(0)
      expect(jsonLines(stdout).at(-1)).toMatchObject({ status: 'done', reasons: ['1 of 2 workers did not stay to the end.'] })
      expect(here.kinvey.users()).toHaveLength(300)
    },
    60_000,
  )

  it('stop in good order where nobody is there any more to be told', async () => {
    const here = await place()
    here.kii.seed(300)
    const ledger = newLedger()
    const running = here.start('run', [...ledger, '--workers', '2', '--page-size', '20', '--calls-per-second', '60', '--json'])
    await running.line(() => here.kinvey.users().length > 40)
    running.child.kill('SIGKILL')
    expect(await running.ended).toMatchObject({ stderr: '' })
    expect(here.kinvey.users().length).toBeLessThan(300)
    expect(await here.migrate('resume', ledger)).toMatchObject({ code: 0, stderr: '' })
    expect(here.kinvey.users()).toHaveLength(300)
  }, 60_000)

  it('say no more than that the server of their ledger is gone, and are resumed', async () => {
    const here = await place()
    here.kii.seed(300)
    const ledger = newLedger()
    const running = here.start('run', [...ledger, '--workers', '2', '--page-size', '20', '--calls-per-second', '60', '--json'])
    await running.line(() => here.kinvey.users().length > 40)
    await server?.crash()
    const ended = await running.ended
    await server?.start()
    expect(ended).toMatchObject({ code: 1, stderr: '' })
    expect(jsonLines(ended.stdout).at(-1)).toMatchObject({ status: 'failed', error: { tag: 'Ledger', reason: 'lost' } })
    expect(await here.migrate('resume', ledger)).toMatchObject({ code: 0, stderr: '' })
    expect(here.kinvey.users()).toHaveLength(300)
  }, 60_000)

  it('fail together where the keys are wrong', async () => {
    const here = await place()
    here.kii.seed(5)
    await here.write('old.json', { ...here.from, admin: { ...here.from.admin, clientSecret: 'planted' } })
    const run = await here.migrate('run', [...newLedger(), '--workers', '2'])
    expect(run).toMatchObject({ code: 1, stderr: expect.stringMatching(/^kii: /) })
    expect(run.stdout + run.stderr).not.toContain('planted')
  }, 60_000)
})
