import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { UserDirectory } from '@userport/core'
import { describe, expect, it, vi } from 'vitest'
import { createMigration } from '../src/create-migration.js'
import type { Migration, RunProgress } from '../src/migration.js'
import { vendors } from './support/mapping-targets.js'
import { between, newLedger, type Settings } from './support/migration.js'
import { compare, nothingWrong } from './support/outside.js'
import { populate, value } from './support/population.js'

const pairs = vendors.flatMap((from) => vendors.filter((to) => to !== from).map((to) => [from, to] as const))

describe.each(pairs)('from %s to %s', (fromVendor, toVendor) => {
  it('everybody moves who can, with everything the target takes', async () => {
    const { source, target, from, to, start } = between(fromVendor, toVendor)
    const { disabled } = await populate(from, 60)
    const migration = await start()
    const outcome = await value(migration.run())
    const barred = to.capabilities.suspend ? 0 : disabled
    expect(outcome).toMatchObject({ status: 'done', created: 60 - barred, resolved: 0, reasons: [] })
    expect(outcome.counts.byState).toMatchObject({ created: 60 - barred, skipped: barred, failed: 0, planned: 0, creating: 0 })
    expect(target.users()).toHaveLength(60 - barred)
    expect(compare(source, target, (user) => barred === 0 || !user.disabled)).toEqual(nothingWrong(60 - barred))
    expect(await value(migration.verify())).toMatchObject({
      compared: 60 - barred,
      equal: 60 - barred,
      different: 0,
      goneAtTarget: 0,
      notMoved: 0,
    })
  })

  it('anonymous users stay where the policy says so', async () => {
    const { source, target, from, start } = between(fromVendor, toVendor)
    const { anonymous } = await populate(from, 36)
    const outcome = await value((await start({ policy: { anonymous: 'leave' } })).run())
    expect(outcome.counts.byState.left).toBe(anonymous)
    expect(outcome.counts.byKind.anonymous).toBe(anonymous)
    const { lost, doubled, different } = compare(source, target, (user) => !user.anonymous && !(user.disabled && toVendor === 'monaca'))
    expect({ lost, doubled, different }).toEqual({ lost: [], doubled: [], different: [] })
    expect(compare(source, target, (user) => user.anonymous).lost).toHaveLength(anonymous)
  })
})

it('tells how far it has come, up to the end', async () => {
  const { from, start } = between('kinvey', 'monaca')
  const { disabled } = await populate(from, 60)
  const seen: RunProgress[] = []
  const migration = await start({ onProgress: (progress) => seen.push(progress), limits: { concurrency: 3, callsPerSecond: 100 } })
  await value(migration.run())
  expect(seen.every(({ total, ceiling }) => (total === null || total === 60) && ceiling === 50)).toBe(true)
  expect(seen.map(({ done }) => done)).toEqual(seen.map(({ done }) => done).sort((a, b) => a - b))
  expect(seen.at(-1)).toMatchObject({ done: 60, total: 60, failed: 0 })
  expect(Math.max(...seen.map(({ concurrency }) => concurrency))).toBe(3)
  const { samples, counts } = await value(migration.status())
  expect(samples.at(-1)).toMatchObject({ created: 60 - disabled })
  expect(counts.waiting).toBe(60 - disabled)
})

it('is refused where the target could take nobody, before anything is written', async () => {
  const { from, to, target, start } = between('kinvey', 'monaca')
  await populate(from, 12)
  const refused = async (more: Settings): Promise<readonly string[]> => {
    const outcome = await value((await start(more)).run())
    expect(outcome).toMatchObject({ status: 'refused', created: 0 })
    return outcome.reasons
  }
  expect(await refused({ policy: { originAttribute: 'not_for_monaca' } })).toEqual([
    expect.stringMatching(/^originAttribute must be letters/),
  ])
  expect(await refused({ policy: { conflicts: 'rename', renameTo: 'always-this' } })).toHaveLength(1)
  const readOnly: UserDirectory = { ...to, capabilities: { ...to.capabilities, create: false } }
  expect(await refused({ to: readOnly })).toEqual(['Nobody can be made at monaca through this directory.'])
  expect(target.requests.all()).toEqual([])
})

it('is refused within one app, where everybody would be made a second time', async () => {
  const { apps, source, from, start } = between('kii', 'kinvey')
  await populate(from, 12)
  const same: Settings = { to: from, apps: { from: apps.from, to: apps.from }, policy: { conflicts: 'rename' } }
  const migration = await start(same)
  const reasons = ['Source and target are the same app of kii.']
  expect(await value(migration.run())).toMatchObject({ status: 'refused', reasons, created: 0 })
  expect(await value(migration.dryRun())).toMatchObject({ refused: true })
  expect(source.users()).toHaveLength(12)
})

it('never sets a password, and leaves none in the ledger', async () => {
  const { target, from, start } = between('kii', 'kinvey')
  const password = `secret-${randomUUID()}`
  await value(from.create({ identifiers: { username: 'ada' }, password }))
  const { path, ledger } = await newLedger()
  await value((await start({ ledger })).run())
  const asked = vi.fn<(password: unknown) => void>()
  const { to } = between('kii', 'kinvey')
  const watched: UserDirectory = {
    ...to,
    create: (input, call) => {
      asked(input.password)
      return to.create(input, call)
    },
  }
  await value((await start({ to: watched, apps: { from: 'a', to: 'b' } })).run())
  expect(asked.mock.calls).toEqual([[undefined]])
  expect(target.users()).toHaveLength(1)
  expect(readFileSync(path, 'latin1')).not.toContain(password)
})

describe('before a run goes on with a ledger, what it would do is told', () => {
  it('by the policy that the ledger began with, where nothing else is said', async () => {
    const { apps, from, to } = between('kii', 'kinvey')
    await populate(from, 12)
    const { ledger } = await newLedger()
    const policy = { invalid: 'adapt', anonymous: 'move', originAttribute: 'formerId' } as const
    expect(await value(createMigration({ from, to, apps, ledger, policy }).run())).toMatchObject({ status: 'done' })
    const again = createMigration({ from, to, apps, ledger })
    for (const told of [await value(again.plan()), await value(again.dryRun())]) expect(told).toMatchObject({ refused: false, policy })
    expect(await value(again.run())).toMatchObject({ status: 'done', created: 0 })
  })

  it('and does that where the target could not have taken the attribute that is used by default', async () => {
    const { apps, from, to: plain } = between('kii', 'kinvey')
    await populate(from, 12)
    const attributes = { ...plain.rules.attributes, reserved: [...plain.rules.attributes.reserved, 'migratedFrom'] }
    const to: UserDirectory = { ...plain, rules: { ...plain.rules, attributes } }
    const { ledger } = await newLedger()
    const policy = { invalid: 'adapt', anonymous: 'move', originAttribute: 'formerId' } as const
    expect(await value(createMigration({ from, to, apps, ledger, policy }).run())).toMatchObject({ status: 'done' })
    const again = createMigration({ from, to, apps, ledger })
    expect(await value(again.plan())).toMatchObject({ refused: false })
    for (const outcome of [await value(again.resume()), await value(again.run())])
      expect(outcome).toMatchObject({ status: 'done', reasons: [] })
  })

  it('and whether the ledger refuses it', async () => {
    const { from, start } = between('kii', 'kinvey')
    await populate(from, 12)
    const migration = await start()
    const { ledger } = migration
    expect(await value(migration.run())).toMatchObject({ status: 'done' })
    const refusals = async (asked: Migration): Promise<void> => {
      const { status, reasons } = await value(asked.run())
      expect(status).toBe('refused')
      const blocks = { severity: 'blocks', code: 'ledger', detail: reasons[0], users: null }
      for (const told of [await value(asked.plan()), await value(asked.dryRun())])
        expect(told).toMatchObject({ refused: true, findings: expect.arrayContaining([blocks]) })
    }
    await refusals(await start({ ledger, policy: { conflicts: 'skip' } }))
    await refusals(await start({ ledger, apps: { from: 'others', to: 'others' } }))
    await value(migration.undo())
    await refusals(migration)
    await value(migration.purge())
    await refusals(migration)
  })
})
