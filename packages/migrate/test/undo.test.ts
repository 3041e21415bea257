import { userId } from '@userport/core'
import type { Vendor } from '@userport/sandbox'
import { describe, expect, it, vi } from 'vitest'
import * as E from '#fp-ts/Either'
import type { RunProgress } from '../src/migration.js'
import { vendors } from './support/mapping-targets.js'
import { between, newLedger, stopping } from './support/migration.js'
import { populate, value } from './support/population.js'

const sourceFor = (target: Vendor): Vendor => (target === 'kinvey' ? 'kii' : 'kinvey')

describe.each(vendors)('undo at %s', (vendor) => {
  it('removes exactly whom the ledger made', async () => {
    const { target, from, to, start } = between(sourceFor(vendor), vendor)
    await populate(from, 36)
    await populate(to, 12)
    const before = target.users()
    const migration = await start()
    const { created } = await value(migration.run())
    expect(target.users()).toHaveLength(12 + created)
    expect(await value(migration.undo())).toEqual({ removed: created, kept: [], keptBy: {}, status: 'done' })
    expect(target.users()).toEqual(before)
    expect((await value(migration.status())).counts.byState).toMatchObject({ undone: created, created: 0, undoing: 0 })
  })

  it('leaves people who have come since, unless it is told to', async () => {
    const { source, target, from, start } = between(sourceFor(vendor), vendor)
    await populate(from, 12)
    const migration = await start()
    const { created } = await value(migration.run())
    const sourceId = userId(source.users().find(({ anonymous }) => !anonymous)?.id ?? '')
    await migration.ledger.change([{ sourceId, password: 'set' }])
    expect(await value(migration.undo())).toEqual({
      removed: created - 1,
      kept: [{ sourceId, reason: 'has come since' }],
      keptBy: { 'has come since': 1 },
      status: 'done',
    })
    expect(target.users()).toHaveLength(1)
    expect(await value(migration.undo({ includeClaimed: true }))).toEqual({ removed: 1, kept: [], keptBy: {}, status: 'done' })
    expect(target.users()).toEqual([])
  })
})

it('undo leaves somebody who is not the user that was made', async () => {
  const { source, target, from, to, start } = between('kinvey', 'monaca')
  await populate(from, 12)
  const migration = await start()
  const { created } = await value(migration.run())
  const other = await value(to.create({ identifiers: { username: 'somebody-else' } }))
  const sourceId = userId(source.users().find(({ anonymous, disabled }) => !anonymous && !disabled)?.id ?? '')
  await migration.ledger.change([{ sourceId, targetId: other.id }])
  expect(await value(migration.undo())).toEqual({
    removed: created - 1,
    kept: [{ sourceId, reason: 'is not the user that this ledger made' }],
    keptBy: { 'is not the user that this ledger made': 1 },
    status: 'done',
  })
  expect(target.users().map(({ id }) => id)).toContain(other.id)
})

describe('an undo that is stopped', () => {
  it('is gone on with', async () => {
    const { target, from, start } = between('kii', 'kinvey')
    await populate(from, 60)
    const { ledger } = await newLedger()
    const migration = await start({ ledger, limits: { concurrency: 4 } })
    await value(migration.run())
    target.faults.add({ method: 'DELETE', kind: { type: 'latency', milliseconds: 20 } })
    const stopped = await value(migration.undo({ signal: AbortSignal.timeout(120) }))
    expect(stopped.status).toBe('interrupted')
    expect(target.users().length).toBeGreaterThan(0)
    target.faults.clear()
    const { removed } = await value(migration.undo())
    expect(stopped.removed + removed).toBe(60)
    expect(target.users()).toEqual([])
  })

  it('by lost replies is none', async () => {
    const { target, from, start } = between('kii', 'kinvey')
    await populate(from, 24)
    const migration = await start()
    await value(migration.run())
    target.faults.add({ method: 'DELETE', times: 10, kind: { type: 'reset', after: 'write' } })
    expect(await value(migration.undo())).toEqual({ removed: 24, kept: [], keptBy: {}, status: 'done' })
    expect(target.users()).toEqual([])
  })
})

it('undo takes back a run that was interrupted, with whoever was on the way', async () => {
  const { target, from, to, start } = between('kii', 'kinvey')
  await populate(from, 60)
  target.faults.add({ method: 'POST', times: 2, kind: { type: 'hang' } })
  target.faults.add({ method: 'POST', times: 3, kind: { type: 'reset', after: 'write' } })
  const stop = stopping(to, 'request', 15)
  const migration = await start({ to: stop.to, limits: { concurrency: 8, pageSize: 10 } })
  const outcome = await value(migration.run({ signal: stop.signal }))
  expect(outcome).toMatchObject({ status: 'interrupted' })
  expect(outcome.counts.byState.creating).toBeGreaterThan(0)
  expect(target.users().length).toBeGreaterThan(0)
  target.faults.clear()
  expect(await value(migration.undo())).toMatchObject({ kept: [], status: 'done' })
  expect(target.users()).toEqual([])
  expect((await value(migration.status())).counts.byState).toMatchObject({ creating: 0, created: 0, undoing: 0 })
  expect(await value(migration.run())).toMatchObject({ status: 'refused', reasons: ['The ledger was undone: begin another one.'] })
})

it('undo writes down whom it removes before it asks for that, so that no run goes on with them', async () => {
  const { target, from, start } = between('kii', 'kinvey')
  await populate(from, 12)
  const migration = await start()
  await value(migration.run())
  target.requests.clear()
  target.faults.add({ method: 'DELETE', kind: { type: 'hang' } })
  const leaving = new AbortController()
  const ending = value(migration.undo({ signal: leaving.signal }))
  await vi.waitFor(() => expect(target.requests.all().map(({ method }) => method)).toContain('DELETE'), 5_000)
  expect((await value(migration.status())).counts.byState).toMatchObject({ undoing: 12, created: 0 })
  leaving.abort()
  expect(await ending).toMatchObject({ removed: 0, status: 'interrupted' })
  target.faults.clear()
  expect(await value(migration.run())).toMatchObject({ status: 'refused', reasons: ['The ledger was undone: begin another one.'] })
  expect(await value(migration.undo())).toMatchObject({ removed: 12, status: 'done' })
  expect(target.users()).toEqual([])
})

it('undo fails with what the target refuses the keys with', async () => {
  const { apps, target, from, start, withWrongKeys } = between('kii', 'kinvey')
  await populate(from, 12)
  const { ledger } = await newLedger()
  await value((await start({ ledger })).run())
  const ended = await (await start({ ledger, to: withWrongKeys('kinvey', apps.to) })).undo()()
  expect(E.isLeft(ended) && ended.left).toMatchObject({ _tag: 'Configuration', path: 'masterSecret' })
  expect(target.users()).toHaveLength(12)
  expect(await value((await start({ ledger })).undo())).toMatchObject({ removed: 12 })
})

it('undo removes somebody who failed after they were made', async () => {
  const { target, from, start } = between('kinvey', 'kii')
  const users = await Promise.all(['one', 'two'].map((name) => value(from.create({ identifiers: { username: name } }))))
  for (const { id } of users) await value(from.suspend(id))
  target.faults.add({ method: 'PUT', path: 'status$', kind: { type: 'status', status: 400 } })
  const told: RunProgress[] = []
  const migration = await start({ onProgress: (progress) => told.push(progress) })
  expect(await value(migration.run())).toMatchObject({ status: 'done-with-failures', counts: { byState: { failed: 2 } } })
  expect(target.users()).toHaveLength(2)
  target.faults.clear()
  expect(await value(migration.undo())).toEqual({ removed: 2, kept: [], keptBy: {}, status: 'done' })
  expect(told.at(-1)).toMatchObject({ phase: 'undoing', done: 2, total: 2 })
  expect(target.users()).toEqual([])
})

it('undo looks for people who have no username where they have another identifier', async () => {
  const { target, from, to, start } = between('kinvey', 'kii')
  await value(from.create({ identifiers: { username: 'ada@example.com' } }))
  await value(from.create({ identifiers: { username: 'another' } }))
  target.faults.add({ method: 'GET', path: '/users/', kind: { type: 'hang' } })
  const stop = stopping(to, 'request', 2)
  const migration = await start({ to: stop.to })
  expect(await value(migration.run({ signal: stop.signal }))).toMatchObject({ status: 'interrupted', counts: { byState: { creating: 2 } } })
  expect(target.users()).toHaveLength(2)
  target.faults.clear()
  expect(await value(migration.undo())).toEqual({ removed: 2, kept: [], keptBy: {}, status: 'done' })
  expect(target.users()).toEqual([])
})

it('undo looks among all users of the target for people whom nothing else tells apart', async () => {
  const { target, from, to, start } = between('kinvey', 'kii')
  for (const about of [{ identifiers: { username: 'ada' } }, {}, {}]) await value(from.create(about))
  const { ledger } = await newLedger()
  const limits = { latestArrival: 100, concurrency: 1 }
  target.faults.add({ method: 'POST', path: 'users$', times: 3, kind: { type: 'reset', after: 'write' } })
  const stop = stopping(to, 'reply', 3)
  expect(await value((await start({ ledger, to: stop.to, limits })).run({ signal: stop.signal }))).toMatchObject({ status: 'interrupted' })
  target.faults.clear()
  const made = target.users().length
  expect(made).toBeGreaterThan(1)
  const migration = await start({ ledger, limits })
  expect(await value(migration.undo())).toEqual({ removed: made, kept: [], keptBy: {}, status: 'done' })
  expect(target.users()).toEqual([])
  expect((await value(migration.status())).counts.byState).toMatchObject({ creating: 0, undoing: 0 })
})

it('undo goes on where the target does not remove somebody, and says so', async () => {
  const { target, from, start } = between('kii', 'kinvey')
  await populate(from, 12)
  const migration = await start({ limits: { concurrency: 1 } })
  await value(migration.run())
  target.faults.add({ method: 'DELETE', times: 1, kind: { type: 'status', status: 400 } })
  const undone = await value(migration.undo())
  expect(undone).toMatchObject({ removed: 11, keptBy: { 'the target refused: Vendor': 1 }, status: 'done' })
  expect(target.users()).toHaveLength(1)
  expect(await value(migration.undo())).toMatchObject({ removed: 1, kept: [] })
  expect(target.users()).toEqual([])
})

it('undo counts all who stay, and lists some', async () => {
  const { start } = between('kii', 'kinvey')
  const { ledger } = await newLedger()
  const plain = { kind: 'registered', state: 'created', targetName: null, digest: '', losses: [], problem: null, folded: [] } as const
  const ids = Array.from({ length: 1_200 }, (_, index) => userId(`id-${index}`))
  await ledger.append(
    ids.map((sourceId) => ({ ...plain, sourceId, targetId: sourceId })),
    null,
  )
  await ledger.change(ids.map((sourceId) => ({ sourceId, password: 'set' })))
  const { kept, keptBy } = await value((await start({ ledger })).undo())
  expect(kept).toHaveLength(1_000)
  expect(keptBy).toEqual({ 'has come since': 1_200 })
})
