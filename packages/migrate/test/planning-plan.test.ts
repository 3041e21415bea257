import type { NewUser } from '@userport/core'
import { capabilities as kii } from '@userport/kii'
import { capabilities as kinvey } from '@userport/kinvey'
import { type Sandbox, startSandbox, type Vendor } from '@userport/sandbox'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mapUser } from '../src/mapping/map-user.js'
import type { Finding, MigrationPlan } from '../src/migration.js'
import { creatingCalls, readingCalls } from '../src/planning/calls-per-user.js'
import { plan } from '../src/planning/plan.js'
import { defaultPolicy } from '../src/policy.js'
import { vendors } from './support/mapping-targets.js'
import { user } from './support/mapping-users.js'
import { appAt, failure, value } from './support/planning-apps.js'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await startSandbox()
})
afterAll(() => sandbox.stop())

const people = (count: number): NewUser[] => Array.from({ length: count }, (_, index) => ({ identifiers: { username: `user-${index}` } }))

const found = ({ findings }: MigrationPlan, code: Finding['code']): readonly Finding[] =>
  findings.filter((finding) => finding.code === code)

describe('a plan', () => {
  it('says what becomes of whom, and writes nothing', async () => {
    const [from, to] = [appAt(sandbox, 'kinvey'), appAt(sandbox, 'kii')]
    await from.add([
      ...people(3),
      { identifiers: { username: 'two words' } },
      { identifiers: { username: 'with-mail', email: 'a@b.example' }, verified: { email: true }, profile: { attributes: { level: 1 } } },
      { identifiers: { username: 'WITH-MAIL' }, profile: { displayName: 'x'.repeat(60) } },
      {},
    ])
    const [barred] = await from.add([{ identifiers: { username: 'barred' } }])
    if (barred !== undefined) await value(from.directory.suspend(barred.id))
    from.world.requests.clear()

    const strict = await value(plan({ from: from.directory, to: to.directory }))
    expect(strict).toMatchObject({ from: 'kinvey', to: 'kii', users: 8, sampled: 8, refused: true, policy: defaultPolicy })
    expect(strict.kinds).toEqual({ registered: 7, anonymous: 1, disabled: 1 })
    expect(found(strict, 'invalid')).toEqual([
      expect.objectContaining({ severity: 'blocks', users: 1, detail: 'displayName: must have at most 50 characters' }),
      expect.objectContaining({ severity: 'blocks', users: 1, detail: expect.stringMatching(/^username: must be 3 to 64/) }),
    ])
    expect(found(strict, 'anonymous')).toMatchObject([{ severity: 'notes', users: 1 }])

    const lenient = await value(
      plan({ from: from.directory, to: to.directory, policy: { invalid: 'adapt', conflicts: 'rename', anonymous: 'move' } }),
    )
    expect(lenient.refused).toBe(false)
    expect(found(lenient, 'username-adapted')).toMatchObject([{ severity: 'changes', users: 1 }])
    expect(found(lenient, 'profile-adapted')).toMatchObject([{ severity: 'changes', users: 1 }])
    expect(found(lenient, 'twin')).toMatchObject([{ severity: 'changes', users: 1 }])
    expect(found(lenient, 'anonymous')).toMatchObject([{ severity: 'changes', users: 1 }])
    expect(found(lenient, 'password-not-moved')).toMatchObject([{ users: 7 }])
    expect(found(lenient, 'created-at-changed')).toMatchObject([{ users: 8 }])

    expect(from.requests().filter(({ method }) => method !== 'GET')).toEqual([])
    expect(to.requests()).toEqual([])
  })

  it('is not refused for those who stay behind by the policy', async () => {
    const [from, to] = [appAt(sandbox, 'kinvey'), appAt(sandbox, 'monaca')]
    const [barred] = await from.add(['barred', 'two words', 'somebody', 'SOMEBODY'].map((username) => ({ identifiers: { username } })))
    if (barred !== undefined) await value(from.directory.suspend(barred.id))
    const skipping = await value(plan({ from: from.directory, to: to.directory, policy: { invalid: 'skip', conflicts: 'skip' } }))
    expect(skipping.refused).toBe(false)
    for (const code of ['disabled-not-carried', 'invalid', 'twin'] as const)
      expect(found(skipping, code)).toMatchObject([{ severity: 'loses', users: 1 }])
  })

  it('looks at a sample', async () => {
    const [from, to] = [appAt(sandbox, 'kinvey'), appAt(sandbox, 'monaca')]
    await from.add(people(30))
    expect(await value(plan({ from: from.directory, to: to.directory, sample: 12, limits: { pageSize: 5 } }))).toMatchObject({
      users: 30,
      sampled: 12,
      kinds: { registered: 12 },
    })
    const uncounted = appAt(sandbox, 'kii')
    await uncounted.add(people(2))
    expect(await value(plan({ from: uncounted.directory, to: to.directory }))).toMatchObject({ users: null, sampled: 2 })
  })

  it('of nobody is empty, and has the differences of the vendors', async () => {
    const [from, to] = [appAt(sandbox, 'kii'), appAt(sandbox, 'kinvey')]
    const empty = await value(plan({ from: from.directory, to: to.directory, userSide: { from: kii, to: kinvey } }))
    expect(empty).toMatchObject({ sampled: 0, refused: false, ceiling: null })
    expect(empty.findings.length).toBeGreaterThan(10)
    expect(empty.findings.every(({ users }) => users === null)).toBe(true)
    const severities = empty.findings.map(({ severity }) => severity)
    expect(severities).toEqual(
      [...severities].sort((a, b) => ['loses', 'changes', 'notes'].indexOf(a) - ['loses', 'changes', 'notes'].indexOf(b)),
    )
  })

  it.each<[Vendor, Parameters<typeof plan>[0]['policy'], RegExp]>([
    ['kii', { originAttribute: '_from' }, /^originAttribute must be a name without an underscore/],
    ['kii', { originAttribute: 'loginName' }, /^originAttribute must not be the name of a field of kii/],
    ['kinvey', { originAttribute: 'phone' }, /^originAttribute must not be the name of a field of kinvey/],
    ['monaca', { originAttribute: 'migrated_from' }, /^originAttribute must be letters and digits/],
    ['kii', { conflicts: 'rename', renameTo: '{username}-x' }, /^renameTo must contain {n}/],
  ])('at %s is refused with the policy %j', async (vendor, policy, detail) => {
    const refused = await value(plan({ from: appAt(sandbox, 'kinvey').directory, to: appAt(sandbox, vendor).directory, policy }))
    expect(refused.refused).toBe(true)
    expect(refused.findings[0]).toMatchObject({ severity: 'blocks', code: 'rules', detail: expect.stringMatching(detail) })
  })

  it.each(['monaca', 'kii'] as const)('fails as the source does: %s', async (vendor) => {
    const [from, to] = [appAt(sandbox, vendor), appAt(sandbox, 'kii')]
    from.world.faults.add({ kind: { type: 'status', status: 403 } })
    const error = await failure(plan({ from: from.directory, to: to.directory }))
    expect(error).toMatchObject({ vendor, status: 403 })
    const cancelled = await failure(plan({ from: from.directory, to: to.directory, signal: AbortSignal.abort() }))
    expect(cancelled._tag).toBe('Cancelled')
  })
})

describe('the requests that a user takes', () => {
  const input: NewUser = { identifiers: { username: 'ada', email: 'a@b.example', phone: '+819012345678' } }

  it.each(vendors)('to be made at %s are counted as they are', async (vendor) => {
    const { directory, world, requests } = appAt(sandbox, vendor)
    await value(directory.list({}))
    for (const status of ['enabled', 'disabled'] as const) {
      const verified = status === 'disabled'
      const phone = { address: verified ? '+819012345678' : '+819012345679', verified }
      const about = user({ status, username: `is-${status}`, email: { address: `${status}@b.example`, verified }, phone })
      const mapped = mapUser(about, directory, defaultPolicy)
      if (mapped.decision !== 'move') {
        expect([vendor, mapped.decision]).toEqual(['monaca', 'skip'])
        continue
      }
      world.requests.clear()
      const { id } = await value(directory.create(mapped.input))
      if (mapped.suspend) await value(directory.suspend(id))
      expect(requests()).toHaveLength(creatingCalls(directory.capabilities, mapped))
    }
  })

  it.each(vendors)('to be read at %s are counted as they are, but for the pages', async (vendor) => {
    const { directory, world, requests, add } = appAt(sandbox, vendor)
    await add(people(20))
    await value(directory.list({}))
    world.requests.clear()
    await value(directory.list({ limit: 10 }))
    const pages = vendor === 'monaca' ? 2 : 1
    expect(requests()).toHaveLength(Math.floor(readingCalls(directory.capabilities)) * 10 + pages)
  })

  it('give the ceiling of a run', async () => {
    const [from, to] = [appAt(sandbox, 'kinvey'), appAt(sandbox, 'kii')]
    await from.add([{ ...input, verified: { email: true } }, ...people(1)])
    const limited = await value(plan({ from: from.directory, to: to.directory, limits: { callsPerSecond: 10 } }))
    expect(limited.callsPerUser.to).toBe(2.5)
    expect(limited.ceiling).toBe((3600 * 10) / 2.5)
  })
})
