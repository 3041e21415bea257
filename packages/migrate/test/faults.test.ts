import { randomUUID } from 'node:crypto'
import type { Fault, Vendor } from '@userport/sandbox'
import { describe, expect, it, vi } from 'vitest'
import * as E from '#fp-ts/Either'
import { type Ledger, LedgerFailure } from '../src/ledger/ledger.js'
import type { RunProgress } from '../src/migration.js'
import { between, calling, newLedger } from './support/migration.js'
import { compare, everybodyAt, nothingWrong } from './support/outside.js'
import { populate, value } from './support/population.js'

/** The request that makes a user, at each vendor. */
const creation: Readonly<Record<Vendor, Pick<Fault, 'method' | 'path' | 'rpc'>>> = {
  kii: { method: 'POST', path: 'users$' },
  kinvey: { method: 'POST', path: '^/user/[^/]+$' },
  monaca: { rpc: 'User.create' },
}

const routes = [
  ['kii', 'kinvey'],
  ['kinvey', 'kii'],
  ['kinvey', 'monaca'],
] as const

const users = 36
const quick = { latestArrival: 100, pageSize: 20, concurrency: 8 }

/** Who is to be at the target in the end. */
const expected = (to: Vendor) => (user: { readonly disabled: boolean }) => to !== 'monaca' || !user.disabled

describe.each(routes)('from %s to %s', (fromVendor, toVendor) => {
  const faulty = async (faults: readonly Fault[]) => {
    const apps = between(fromVendor, toVendor)
    const { disabled } = await populate(apps.from, users)
    for (const fault of faults) apps.target.faults.add(fault)
    const migration = await apps.start({ limits: quick })
    const outcome = await value(migration.run())
    const left = apps.target.faults.list().length
    apps.target.faults.clear()
    const moved = toVendor === 'monaca' ? users - disabled : users
    return { ...apps, migration, outcome, left, moved, count: compare(apps.source, apps.target, expected(toVendor)) }
  }

  const on = creation[toVendor]
  const kinds: readonly (readonly [string, readonly Fault[]])[] = [
    ['replies that are lost after the work was done', [{ ...on, times: 12, kind: { type: 'reset', after: 'write' } }]],
    ['requests that are lost', [{ ...on, times: 12, kind: { type: 'reset', after: 'request' } }]],
    ['requests that arrive twice', [{ ...on, times: 12, kind: { type: 'duplicate' } }]],
    ['replies that break off', [{ ...on, times: 12, kind: { type: 'truncate' } }]],
    ['a proxy’s page in place of replies', [{ ...on, times: 12, kind: { type: 'html' } }]],
    ['replies of another shape', [{ ...on, times: 12, kind: { type: 'shape' } }]],
    ['late replies', [{ probability: 0.3, kind: { type: 'latency', milliseconds: 60 } }]],
    ['502 for some', [{ ...on, times: 6, kind: { type: 'status', status: 502 } }]],
    ['everything lost by chance', [{ probability: 0.15, kind: { type: 'reset', after: 'write' } }]],
  ]
  it.each(kinds)(
    '%s: nobody is lost, nobody doubled, every field arrives',
    async (_, faults) => {
      const { outcome, count, moved, migration, target, left } = await faulty(faults)
      expect(outcome).toMatchObject({ status: 'done', created: moved })
      if (faults.every(({ times }) => times !== undefined)) expect(left).toBe(0)
      expect(count).toEqual(nothingWrong(moved))
      expect(await value(migration.verify())).toMatchObject({ compared: moved, equal: moved })
      expect(await value(migration.undo())).toMatchObject({ removed: moved, kept: [], status: 'done' })
      expect(target.users()).toEqual([])
    },
    20_000,
  )
})

describe('what goes wrong after a user was made at Kii', () => {
  it.each([
    ['PUT', 'email-address$', 'reset'],
    ['PUT', 'email-address$', 'status'],
    ['GET', '/users/[^/]*$', 'reset'],
    ['PUT', 'status$', 'reset'],
    ['PUT', 'status$', 'status'],
  ] as const)('is made good: %s %s (%s)', async (method, path, type) => {
    const { source, target, from, start } = between('kinvey', 'kii')
    target.set({ emailVerificationRequired: true })
    for (const name of Array.from({ length: 6 }, () => randomUUID().slice(0, 8))) {
      const email = `mail-${name}@example.com`
      const { id } = await value(from.create({ identifiers: { username: `user-${name}`, email }, verified: { email: true } }))
      await value(from.suspend(id))
    }
    target.faults.add({ method, path, times: 4, kind: type === 'reset' ? { type, after: 'request' } : { type, status: 503 } })
    const migration = await start({ limits: quick })
    expect(await value(migration.run())).toMatchObject({ status: 'done', created: 6 })
    expect(target.faults.list()).toEqual([])
    expect(compare(source, target)).toEqual(nothingWrong(6))
    expect(everybodyAt(target).map(({ disabled, emailVerified }) => ({ disabled, emailVerified }))).toEqual(
      Array.from({ length: 6 }, () => ({ disabled: true, emailVerified: true })),
    )
  })
})

describe('a vendor that is down for a while', () => {
  it.each([
    ['kii', 'kinvey', { type: 'status', status: 503 }],
    ['kinvey', 'kii', { type: 'reset', after: 'request' }],
    ['kinvey', 'monaca', { type: 'html' }],
  ] as const)(
    'from %s to %s: the run waits and goes on by itself',
    async (fromVendor, toVendor, kind) => {
      const { source, target, from, start } = between(fromVendor, toVendor)
      const { disabled } = await populate(from, users)
      const moved = toVendor === 'monaca' ? users - disabled : users
      const outages = [source, target].map(({ faults }) => faults.add({ kind }))
      const seen: RunProgress[] = []
      const migration = await start({ limits: quick, onProgress: (progress) => seen.push(progress) })
      const running = value(migration.run())
      for (const { remove } of outages) {
        const told = seen.length
        await vi.waitFor(() => expect(seen.slice(told).some(({ waiting }) => waiting?.reason === 'down')).toBe(true), 10_000)
        remove()
      }
      expect(await running).toMatchObject({ status: 'done', created: moved })
      expect(compare(source, target, expected(toVendor))).toEqual(nothingWrong(moved))
    },
    20_000,
  )
})

describe('a target that asks to wait', () => {
  it('is left alone until then by everybody, and asked by fewer at a time afterwards', async () => {
    const { source, target, from, start } = between('kii', 'kinvey')
    await populate(from, users)
    target.faults.add({ ...creation.kinvey, times: 20, kind: { type: 'status', status: 429, retryAfter: '1' } })
    const seen: RunProgress[] = []
    const migration = await start({ limits: { concurrency: 16, pageSize: 48 }, onProgress: (progress) => seen.push(progress) })
    const begun = Date.now()
    expect(await value(migration.run())).toMatchObject({ status: 'done', created: users, resolved: 0 })
    expect(Date.now() - begun).toBeGreaterThanOrEqual(1_000)
    const waiting = seen.filter(({ phase }) => phase === 'waiting')
    expect(waiting.length).toBeGreaterThan(1)
    expect(waiting[0]?.waiting).toMatchObject({ vendor: 'kinvey', reason: 'rate-limited' })
    expect(waiting.at(-1)?.concurrency).toBeLessThanOrEqual(8)
    const refused = target.requests.all().filter(({ status }) => status === 429)
    expect(refused).toHaveLength(20)
    expect(compare(source, target)).toEqual(nothingWrong(users))
  })

  it('is asked no more often than the operator allows', async () => {
    const { target, from, start } = between('kii', 'kinvey')
    await populate(from, 36)
    const seen: RunProgress[] = []
    const migration = await start({ limits: { callsPerSecond: 40 }, onProgress: (progress) => seen.push(progress) })
    const begun = Date.now()
    await value(migration.run())
    const seconds = (Date.now() - begun) / 1000
    expect(target.requests.all().length / (seconds + 0.1)).toBeLessThan(44)
    expect(seen[0]?.ceiling).toBe(40)
  })
})

describe('a vendor that is down for longer than the operator’s patience', () => {
  it.each(['source', 'target'] as const)(
    '%s: the run stops, and can be gone on with',
    async (which) => {
      const { source, target, from, to, start } = between('kii', 'kinvey')
      // More than are read ahead of those who move.
      const many = 80
      await populate(from, many)
      const { faults } = which === 'source' ? source : target
      const failing = calling(to, 'reply', 3, () => faults.add({ kind: { type: 'status', status: 503 } }))
      const { ledger } = await newLedger()
      const migration = await start({ ledger, to: failing, limits: { patience: 700, pageSize: 5, concurrency: 2 } })
      const reasons = [`${which === 'source' ? 'kii' : 'kinvey'} was down for too long: Unavailable.`]
      expect(await value(migration.run())).toMatchObject({ status: 'interrupted', reasons })
      faults.clear()
      expect(await value((await start({ ledger })).resume())).toMatchObject({ status: 'done' })
      expect(compare(source, target)).toEqual(nothingWrong(many))
    },
    20_000,
  )
})

describe('keys that are refused', () => {
  it.each(['source', 'target'] as const)('of the %s end the run at once', async (which) => {
    const { apps, source, target, from, start, withWrongKeys } = between('kii', 'kinvey')
    await populate(from, 24)
    const refused = which === 'source' ? { from: withWrongKeys('kii', apps.from) } : { to: withWrongKeys('kinvey', apps.to) }
    const { ledger } = await newLedger()
    const begun = Date.now()
    const ended = await (await start({ ledger, ...refused })).run()()
    expect(E.isLeft(ended) && ended.left).toMatchObject({ _tag: 'Configuration', vendor: which === 'source' ? 'kii' : 'kinvey' })
    expect(Date.now() - begun).toBeLessThan(2_000)
    expect(target.users()).toEqual([])
    expect(await value((await start({ ledger })).run())).toMatchObject({ status: 'done', created: 24 })
    expect(compare(source, target)).toEqual(nothingWrong(24))
  })
})

describe('a ledger that refuses', () => {
  /** A real ledger on a full disk: the call of that number is refused, and every one after it. */
  const full = (ledger: Ledger, after: number): Ledger => {
    let left = after
    const unless = <A extends readonly unknown[], B>(call: (...args: A) => Promise<B>) => {
      return (...args: A): Promise<B> => {
        left -= 1
        return left < 0 ? Promise.reject(new LedgerFailure('full', 'No space is left.')) : call(...args)
      }
    }
    return { ...ledger, append: unless(ledger.append), change: unless(ledger.change) }
  }

  const pages = { 'small pages': { pageSize: 5, writes: 8 }, 'a page larger than a group': { pageSize: 100, writes: 6 } }
  const moments = Object.entries(pages).flatMap(([name, { pageSize, writes }]) =>
    Array.from({ length: writes }, (_, after) => [name, after, pageSize] as const),
  )
  it.each(moments)('%s, after %i writes: no request goes out that was not written ahead', async (_, after, pageSize) => {
    const { source, target, from, start } = between('kii', 'kinvey')
    await populate(from, 72)
    const { ledger } = await newLedger()
    const ended = await (await start({ ledger: full(ledger, after), limits: { concurrency: 2, pageSize } })).run()()
    expect(E.isLeft(ended) && ended.left).toMatchObject({ _tag: 'Unavailable', vendor: 'ledger', code: 'full' })
    const rows = await ledger.get(source.users().map(({ id }) => id))
    const written = new Set(
      rows.filter(({ state }) => state === 'creating' || state === 'created').map(({ targetId }) => targetId as string),
    )
    expect(target.users().filter(({ id }) => !written.has(id))).toEqual([])
    expect(await value((await start({ ledger, limits: quick })).run())).toMatchObject({ status: 'done' })
    expect(compare(source, target)).toEqual(nothingWrong(72))
  })
})

describe('a source that changes during the run', () => {
  it('whoever is there before and after has moved, once', async () => {
    const { source, target, from, start } = between('monaca', 'kinvey')
    await populate(from, users)
    const before = new Set(source.users().map(({ id }) => id))
    target.faults.add({ ...creation.kinvey, kind: { type: 'latency', milliseconds: 15 } })
    const migration = await start({ limits: { pageSize: 10, concurrency: 4 } })
    const running = value(migration.run())
    for (const { id } of source.users().filter((_, index) => index % 9 === 0)) await value(from.erase(id as never))
    await populate(from, 12)
    expect(await running).toMatchObject({ status: 'done' })
    expect(compare(source, target, ({ id }) => before.has(id))).toMatchObject({ lost: [], doubled: [], different: [] })
    await value(migration.run())
    expect(compare(source, target)).toMatchObject({ lost: [], doubled: [], different: [] })
  })
})
