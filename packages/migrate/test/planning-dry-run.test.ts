import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type NewUser, type User, type UserDirectory, userError, userId } from '@userport/core'
import { type Sandbox, startSandbox } from '@userport/sandbox'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import * as TE from '#fp-ts/TaskEither'
import type { Finding, MigrationPlan, RunProgress } from '../src/migration.js'
import { dryRun } from '../src/planning/dry-run.js'
import { directoryAt } from './support/mapping-targets.js'
import { user } from './support/mapping-users.js'
import { appAt, failure, value } from './support/planning-apps.js'

let sandbox: Sandbox
let temporary: string
beforeAll(async () => {
  sandbox = await startSandbox()
  temporary = await mkdtemp(join(tmpdir(), 'userport-test-'))
  vi.stubEnv('TMPDIR', temporary)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await sandbox.stop()
  await rm(temporary, { recursive: true })
})

const people = (
  count: number,
  about: (index: number) => NewUser = (index) => ({ identifiers: { username: `user-${index}` } }),
): NewUser[] => Array.from({ length: count }, (_, index) => about(index))

const found = ({ findings }: MigrationPlan, code: Finding['code']): readonly Finding[] =>
  findings.filter((finding) => finding.code === code)

/** A source that makes its users up as they are asked for, for numbers that no server need hold. */
const endless = (size: number): UserDirectory => {
  const { rules, capabilities, ...other } = directoryAt(sandbox, 'kinvey')
  const about = (index: number): User => user({ id: userId(`id-${index}`), username: `user-${index}` })
  return {
    ...other,
    rules,
    capabilities,
    count: () => TE.right(size),
    list: ({ cursor = '0', limit = 500 }) => {
      const [begin, end] = [Number(cursor), Math.min(size, Number(cursor) + limit)]
      const users = Array.from({ length: end - begin }, (_, index) => about(begin + index))
      return TE.right({ users, next: end < size ? String(end) : null })
    },
  }
}

describe('a dry run', () => {
  it('finds who is in the way at the target, and who has moved already', async () => {
    const [from, to] = [appAt(sandbox, 'kii'), appAt(sandbox, 'kinvey')]
    const [moved] = await from.add([
      { identifiers: { username: 'moved', email: 'moved@b.example' } },
      { identifiers: { username: 'taken' } },
      { identifiers: { username: 'mail', email: 'taken@b.example' } },
      { identifiers: { email: 'name@b.example' } },
      { identifiers: { username: 'free' } },
    ])
    await to.add([
      { identifiers: { username: 'moved', email: 'moved@b.example' }, profile: { attributes: { migratedFrom: String(moved?.id) } } },
      { identifiers: { username: 'taken' } },
      { identifiers: { username: 'other', email: 'taken@b.example' } },
      { identifiers: { username: 'name@b.example' } },
    ])
    to.world.requests.clear()
    const before = JSON.stringify(to.world.users())

    const strict = await value(dryRun({ from: from.directory, to: to.directory }))
    expect(found(strict, 'conflict')).toEqual([
      { severity: 'blocks', code: 'conflict', detail: 'username: taken at the target', users: 2 },
      { severity: 'blocks', code: 'conflict', detail: 'email: taken at the target', users: 1 },
    ])
    expect(strict).toMatchObject({ users: 5, sampled: 5, refused: true })
    const linked = await value(dryRun({ from: from.directory, to: to.directory, policy: { conflicts: 'link' } }))
    expect(linked.refused).toBe(false)
    expect(found(linked, 'conflict').map(({ severity }) => severity)).toEqual(['changes', 'changes'])

    expect(to.requests().filter(({ method }) => method !== 'GET')).toEqual([])
    expect(JSON.stringify(to.world.users())).toBe(before)
    expect(await readdir(temporary)).toEqual([])
  })

  it('finds twins on different pages, and rules that are broken anywhere', async () => {
    const [from, to] = [appAt(sandbox, 'kinvey'), appAt(sandbox, 'kii')]
    await from.add(people(40))
    await from.add([
      { identifiers: { username: 'USER-7' } },
      { identifiers: { username: 'ｕｓｅｒ-8' } },
      { identifiers: { username: 'a' } },
    ])
    const strict = await value(dryRun({ from: from.directory, to: to.directory, policy: { invalid: 'adapt' }, limits: { pageSize: 7 } }))
    expect(found(strict, 'twin')).toEqual([
      { severity: 'blocks', code: 'twin', detail: 'username: like that of another user of the source', users: 2 },
    ])
    expect(found(strict, 'username-adapted')).toMatchObject([{ users: 2 }])
    expect(strict).toMatchObject({ users: 43, sampled: 43, refused: true })
    // Nobody lives there, so nobody need be looked for.
    expect(to.requests().length).toBeLessThan(5)
  })

  it('counts nobody twice whom a source shows twice', async () => {
    const to = appAt(sandbox, 'kii')
    const one = user({ username: 'one' })
    const shaky: UserDirectory = {
      ...endless(0),
      list: ({ cursor }) => TE.right({ users: [one, one], next: cursor === undefined ? '2' : null }),
    }
    expect(await value(dryRun({ from: shaky, to: to.directory }))).toMatchObject({ sampled: 1 })
  })

  it('fails where the target cannot be reached or the key does not open it', async () => {
    const from = appAt(sandbox, 'kinvey')
    await from.add(people(1))
    const { directory } = appAt(sandbox, 'kinvey')
    const unopened = directoryAt({ connection: (...of) => ({ ...sandbox.connection(...of), masterSecret: 'wrong' }) }, 'kinvey')
    expect(await failure(dryRun({ from: from.directory, to: unopened }))).toMatchObject({ _tag: 'Configuration', vendor: 'kinvey' })
    const dead = directoryAt({ connection: (...of) => ({ ...sandbox.connection(...of), host: 'http://127.0.0.1:1' }) }, 'kinvey')
    expect((await failure(dryRun({ from: from.directory, to: dead, limits: { patience: 100 } })))._tag).toBe('Network')
    expect((await failure(dryRun({ from: dead, to: directory, limits: { patience: 100 } })))._tag).toBe('Network')
    expect(await readdir(temporary)).toEqual([])
  })

  it('fails where there is no room for what it remembers, and says where that would be', async () => {
    const [from, to] = [appAt(sandbox, 'kinvey'), appAt(sandbox, 'kinvey')]
    vi.stubEnv('TMPDIR', join(temporary, 'nowhere'))
    onTestFinished(() => void vi.stubEnv('TMPDIR', temporary))
    expect(await failure(dryRun({ from: from.directory, to: to.directory }))).toMatchObject({
      _tag: 'Unavailable',
      vendor: 'ledger',
      message: `No ledger for the time of a dry run can be made in ${join(temporary, 'nowhere')}. (ENOENT)`,
    })
  })

  it('fails where the target says of nobody whether they are there: it could not promise that nobody is in the way', async () => {
    const [from, to] = [appAt(sandbox, 'kinvey'), appAt(sandbox, 'kinvey')]
    await from.add(people(2))
    await to.add(people(2))
    const find = () => TE.left(userError('Forbidden', { vendor: 'kinvey', operation: 'find' }, {}))
    const error = await failure(dryRun({ from: from.directory, to: { ...to.directory, find } }))
    expect(error).toMatchObject({ _tag: 'Forbidden', operation: 'find' })
  })

  it('asks the target no more often than the operator allows', async () => {
    const [from, to] = [appAt(sandbox, 'kinvey'), appAt(sandbox, 'kinvey')]
    await from.add(people(30))
    await to.add(people(1))
    const begun = performance.now()
    await value(dryRun({ from: from.directory, to: to.directory, limits: { callsPerSecond: 40 } }))
    expect(performance.now() - begun).toBeGreaterThan(600)
  })

  it('outlasts a storm of refusals', async () => {
    const [from, to] = [appAt(sandbox, 'kinvey'), appAt(sandbox, 'kinvey')]
    await from.add(people(20))
    await to.add(people(20))
    to.world.faults.add({ times: 10, kind: { type: 'status', status: 429, retryAfter: '0' } })
    const outcome = await value(dryRun({ from: from.directory, to: to.directory }))
    expect(outcome.findings).toContainEqual(expect.objectContaining({ code: 'conflict', users: 20 }))
  })

  it('tells how far it is, and stops when it is told to', async () => {
    const { directory } = appAt(sandbox, 'kinvey')
    const told: RunProgress[] = []
    await value(dryRun({ from: endless(2_000), to: directory, onProgress: (progress) => told.push(progress) }))
    expect(told.at(-1)).toMatchObject({ phase: 'reading', done: 2_000, total: 2_000 })

    const abort = new AbortController()
    const stopping = failure(
      dryRun({ from: endless(1_000_000), to: directory, signal: abort.signal, onProgress: ({ done }) => done > 0 && abort.abort() }),
    )
    expect((await stopping)._tag).toBe('Cancelled')
    expect(await readdir(temporary)).toEqual([])
  })
})
