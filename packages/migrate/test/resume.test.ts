import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { type UserDirectory, userError, userId } from '@userport/core'
import type { Vendor } from '@userport/sandbox'
import { describe, expect, it, vi } from 'vitest'
import * as E from '#fp-ts/Either'
import { type Ledger, type LedgerCounts, moveStates } from '../src/ledger/ledger.js'
import { refusedState } from '../src/run/move-everybody.js'
import { between, newLedger, stopping } from './support/migration.js'
import { compare, nothingWrong } from './support/outside.js'
import { populate, value } from './support/population.js'

const few = { concurrency: 4, pageSize: 10, latestArrival: 200 }

describe('a run that is told to stop', () => {
  it('begins nothing new, ends soon, and is gone on with: nobody is lost, nobody doubled', async () => {
    const { source, target, from, to, start } = between('kii', 'kinvey')
    await populate(from, 120)
    target.faults.add({ method: 'POST', kind: { type: 'latency', milliseconds: 5 } })
    const { ledger } = await newLedger()
    for (let round = 0; round < 20; round += 1) {
      const stop = stopping(to, round % 2 === 0 ? 'request' : 'reply', 1 + Math.floor(Math.random() * 5))
      const migration = await start({ ledger, to: stop.to, limits: few })
      const { signal } = stop
      const outcome = await value(round % 3 === 0 ? migration.run({ signal }) : migration.resume({ signal }))
      expect(outcome).toMatchObject({ status: 'interrupted' })
    }
    const migration = await start({ ledger, limits: few })
    const outcome = await value(migration.resume())
    expect(outcome.status).toBe('done')
    // Only a list of Kii's users shows when they were made.
    expect(outcome.counts.byLoss['created-at-changed']).toBeUndefined()
    expect(compare(source, target)).toEqual(nothingWrong(120))
    expect(await value(migration.undo())).toMatchObject({ removed: 120, kept: [], status: 'done' })
    expect(target.users()).toEqual([])
  }, 30_000)

  it('lets go of what hangs, and looks it up later', async () => {
    const { source, target, from, to, start } = between('kii', 'kinvey')
    await populate(from, 24)
    target.faults.add({ method: 'POST', times: 3, kind: { type: 'hang' } })
    const { ledger } = await newLedger()
    const stop = stopping(to, 'reply', 21)
    const begun = Date.now()
    const outcome = await value((await start({ ledger, to: stop.to })).run({ signal: stop.signal }))
    expect(Date.now() - begun).toBeLessThan(8_000)
    expect(outcome).toMatchObject({ status: 'interrupted', reasons: ['It was told to stop.'], counts: { byState: { creating: 3 } } })
    expect(await value((await start({ ledger })).resume())).toMatchObject({ status: 'done', resolved: 3 })
    expect(compare(source, target)).toEqual(nothingWrong(24))
  }, 20_000)

  it('before it began does nothing', async () => {
    const { target, from, start } = between('kii', 'kinvey')
    await populate(from, 12)
    const migration = await start()
    expect(await value(migration.run({ signal: AbortSignal.abort() }))).toMatchObject({ status: 'interrupted', created: 0 })
    expect(target.requests.all()).toEqual([])
    expect(await value(migration.run())).toMatchObject({ status: 'done', created: 12 })
  })

  it('before anybody was read is gone on with like any other, whatever it waited for', async () => {
    const { target, from, start } = between('kii', 'kinvey')
    await populate(from, 12)
    const migration = await start({ limits: { ...few, patience: 200 } })
    target.faults.add({ kind: { type: 'status', status: 503 } })
    expect(await value(migration.run())).toMatchObject({ status: 'interrupted', reasons: ['kinvey was down for too long: Unavailable.'] })
    target.faults.clear()
    expect(await value(migration.resume())).toMatchObject({ status: 'done', created: 12 })
  })
})

describe('a ledger whose process died', () => {
  /** From some write on nothing is answered any more, as if the process were gone: what was written before is all that is left. */
  const dying = (ledger: Ledger, lives: number) => {
    let left = lives
    let die = (): void => undefined
    const death = new Promise<void>((resolve) => {
      die = resolve
    })
    const unless = <A extends readonly unknown[], B>(call: (...args: A) => Promise<B>) => {
      return async (...args: A): Promise<B> => {
        left -= 1
        if (left >= 0) return call(...args)
        die()
        return new Promise<B>(() => undefined)
      }
    }
    return { ledger: { ...ledger, append: unless(ledger.append), change: unless(ledger.change) }, death }
  }

  it.each(Array.from({ length: 12 }, (_, lives) => lives + 1))('after %i writes is gone on with', async (lives) => {
    const { source, target, from, start } = between('kinvey', 'kii')
    await populate(from, 48)
    const { path, ledger } = await newLedger()
    const mortal = dying(ledger, lives)
    const dead = await start({ ledger: mortal.ledger, limits: few })
    await Promise.race([dead.run()(), mortal.death])
    // What it has sent still arrives.
    await wait(50)
    const again = await newLedger(path)
    const migration = await start({ ledger: withFreeLease(again.ledger), limits: few })
    expect(await value(migration.resume())).toMatchObject({ status: 'done' })
    expect(compare(source, target)).toEqual(nothingWrong(48))
  })

  it.each([2, 3, 4, 5])('after %i writes keeps to the policy for twins', async (lives) => {
    const { target, from, start } = between('kinvey', 'monaca')
    const name = `user-${randomUUID().slice(0, 8)}`
    for (const username of [name, name.toUpperCase(), `${name}-2`]) await value(from.create({ identifiers: { username } }))
    const { path, ledger } = await newLedger()
    const mortal = dying(ledger, lives)
    const options = { limits: few, policy: { conflicts: 'skip' as const } }
    const dead = await start({ ...options, ledger: mortal.ledger })
    await Promise.race([dead.run()(), mortal.death])
    await wait(50)
    const again = await newLedger(path)
    const migration = await start({ ...options, ledger: withFreeLease(again.ledger) })
    expect(await value(migration.resume())).toMatchObject({ status: 'done', counts: { byState: { created: 2, skipped: 1 } } })
    expect(target.users()).toHaveLength(2)
  })

  /** The lease of a process that is gone is nobody's; here it is still there. */
  const withFreeLease = (ledger: Ledger): Ledger => ({
    ...ledger,
    lease: async () => ({ held: () => true, release: async () => undefined }),
  })
})

describe('resume', () => {
  it('is refused where nothing has begun', async () => {
    const { from, target, start } = between('kii', 'kinvey')
    await populate(from, 12)
    const migration = await start()
    expect(await value(migration.resume())).toMatchObject({ status: 'refused', reasons: ['Nothing has begun that could be resumed.'] })
    expect(target.requests.all()).toEqual([])
    expect(await value(migration.run())).toMatchObject({ status: 'done', created: 12 })
  })

  it('tries again who failed, as they are by now', async () => {
    const { source, target, from, to, start } = between('kii', 'kinvey')
    const [one, two] = [`user-${randomUUID().slice(0, 8)}`, `user-${randomUUID().slice(0, 8)}`]
    for (const username of [one, two]) await value(from.create({ identifiers: { username } }))
    const holders = await Promise.all([one, two].map((username) => value(to.create({ identifiers: { username } }))))
    const migration = await start({ policy: { conflicts: 'fail' } })
    expect(await value(migration.run())).toMatchObject({ status: 'done-with-failures', created: 0, counts: { byState: { failed: 2 } } })
    await value(to.erase(userId(holders[0]?.id ?? '')))
    expect(await value(migration.run())).toMatchObject({ status: 'done-with-failures', created: 0 })
    expect(await value(migration.resume())).toMatchObject({
      status: 'done-with-failures',
      created: 1,
      counts: { byState: { failed: 1, created: 1 } },
    })
    await value(from.erase(userId(source.users().find(({ username }) => username === two)?.id ?? '')))
    expect(await value(migration.resume())).toMatchObject({ status: 'done', counts: { byState: { failed: 0, skipped: 1, created: 1 } } })
    expect(target.users()).toHaveLength(2)
  })

  it('tries again under the name that the user has by now', async () => {
    const { target, from, to, start } = between('kinvey', 'kii')
    for (const username of ['ada', 'Ada', 'bob']) await value(from.create({ identifiers: { username } }))
    await value(to.create({ identifiers: { username: 'bob' } }))
    const migration = await start({ policy: { conflicts: 'fail' } })
    expect(await value(migration.run())).toMatchObject({ status: 'done-with-failures', created: 1, counts: { byState: { failed: 2 } } })
    const failed = (await value(migration.failures())).flatMap(({ sourceIds }) => sourceIds)
    for (const [index, id] of failed.entries()) await value(from.update(userId(id), { identifiers: { username: `new-${index}` } }))
    expect(await value(migration.resume())).toMatchObject({ status: 'done', created: 2, counts: { byState: { created: 3, failed: 0 } } })
    expect(target.users().map(({ username }) => username)).toEqual(expect.arrayContaining(['new-0', 'new-1']))
    expect((await value(migration.status())).counts.byLoss).not.toHaveProperty('username-renamed')
  })
})

describe('somebody on the way whom the source removes', () => {
  it('after they were made and yet failed is mapped, so that undo takes them back', async () => {
    const { target, from, start } = between('kinvey', 'kii')
    const { id } = await value(from.create({ identifiers: { username: 'ada' } }))
    await value(from.suspend(id))
    target.faults.add({ method: 'PUT', path: 'status$', kind: { type: 'status', status: 400 } })
    const migration = await start()
    expect(await value(migration.run())).toMatchObject({ counts: { byState: { failed: 1 } } })
    expect(target.users()).toHaveLength(1)
    target.faults.clear()
    await value(from.erase(id))
    expect(await value(migration.resume())).toMatchObject({ status: 'done', counts: { byState: { created: 1 } } })
    expect(await value(migration.undo())).toMatchObject({ removed: 1 })
    expect(target.users()).toEqual([])
  })

  it.each(['ada', 'ada@example.com', undefined])('before they arrived stays behind, and ends the run: %s', async (username) => {
    const { target, from, to, start } = between('kinvey', 'kii')
    const { id } = await value(from.create(username === undefined ? {} : { identifiers: { username } }))
    target.faults.add({ method: 'POST', path: 'users$', kind: { type: 'reset', after: 'request' } })
    const stop = stopping(to, 'reply', 1)
    const { ledger } = await newLedger()
    const limits = { latestArrival: 100 }
    const stopped = await value((await start({ ledger, to: stop.to, limits })).run({ signal: stop.signal }))
    expect(stopped.status).toBe('interrupted')
    target.faults.clear()
    await value(from.erase(id))
    const resumed = await value((await start({ ledger, limits })).resume())
    expect(resumed).toMatchObject({ status: 'done', counts: { byState: { skipped: 1 } } })
    expect(target.users()).toEqual([])
  })

  it('and who cannot move any more is mapped if they have arrived', async () => {
    const { target, from, to, start } = between('kinvey', 'monaca')
    const { id } = await value(from.create({ identifiers: { username: 'somebody' } }))
    target.faults.add({ rpc: 'User.create', kind: { type: 'latency', milliseconds: 60_000, after: 'write' } })
    const stop = stopping(to, 'request', 1)
    const { ledger } = await newLedger()
    await value((await start({ ledger, to: stop.to })).run({ signal: stop.signal }))
    target.faults.clear()
    await value(from.suspend(id))
    const migration = await start({ ledger })
    expect(await value(migration.resume())).toMatchObject({ status: 'done', counts: { byState: { created: 1 } } })
    expect(await value(migration.undo())).toMatchObject({ removed: 1 })
    expect(target.users()).toEqual([])
  })

  it.each([
    ['kii', 'kinvey', { identifiers: { username: 'ada' } }],
    ['kinvey', 'kii', {}],
  ] as const)('once they have come stays where they are, and is linked: from %s to %s', async (fromVendor, toVendor, about) => {
    const { target, from, to, start } = between(fromVendor, toVendor)
    const { id } = await value(from.create(about))
    target.faults.add({ method: 'POST', kind: { type: 'reset', after: 'write' }, ...(toVendor === 'kii' ? { path: 'users$' } : {}) })
    const stop = stopping(to, 'reply', 1)
    const { ledger } = await newLedger()
    await value((await start({ ledger, to: stop.to })).run({ signal: stop.signal }))
    target.faults.clear()
    const [made] = target.users()
    await value(to.update(userId(made?.id ?? ''), { set: { migratedBy: 'sign-in' } }))
    await value(from.erase(id))
    const migration = await start({ ledger, limits: { latestArrival: 100 } })
    expect(await value(migration.resume())).toMatchObject({ status: 'done', counts: { byState: { linked: 1 } } })
    expect(await value(migration.undo())).toMatchObject({ removed: 0 })
    expect(target.users()).toHaveLength(1)
  })
})

it.each([400, 401])(
  'somebody in doubt whom the source has removed does not keep a run from its end where the target refuses to look: %i',
  async (status) => {
    const { target, from, to, start } = between('kinvey', 'kii')
    const { id } = await value(from.create({ identifiers: { username: 'ada' } }))
    target.faults.add({ method: 'POST', path: 'users$', kind: { type: 'reset', after: 'write' } })
    const stop = stopping(to, 'reply', 1)
    const { ledger } = await newLedger()
    const limits = { latestArrival: 100 }
    await value((await start({ ledger, to: stop.to, limits })).run({ signal: stop.signal }))
    target.faults.clear()
    await value(from.erase(id))
    target.faults.add({ method: 'GET', kind: { type: 'status', status }, path: 'users/', times: 1_000 })
    const migration = await start({ ledger, limits })
    const resumed = await migration.resume()()
    // The keys may be mended; what was judged of this user alone is told.
    expect(resumed).toMatchObject(
      status === 401
        ? { left: { _tag: 'Forbidden', vendor: 'kii' } }
        : { right: { status: 'done-with-failures', counts: { byState: { failed: 1 } } } },
    )
    target.faults.clear()
    expect(await value(migration.resume())).toMatchObject({ status: 'done', counts: { byState: { created: 1 } } })
    expect(await value(migration.undo())).toMatchObject({ removed: 1 })
  },
)

it('somebody in doubt whose number the target cannot look for is made where nothing else finds them', async () => {
  const { target, from, start } = between('kinvey', 'kii')
  await value(from.create({ identifiers: { username: 'ada', phone: '09012345678' }, profile: { country: 'JP' } }))
  target.faults.add({ method: 'POST', path: 'users$', times: 1, kind: { type: 'reset', after: 'request' } })
  target.faults.add({ method: 'GET', path: 'LOGIN_NAME', times: 3, kind: { type: 'status', status: 503 } })
  const migration = await start()
  expect(await value(migration.run())).toMatchObject({ status: 'done', created: 1 })
  expect(target.users()).toMatchObject([{ phone: '+819012345678' }])
})

it('somebody in doubt who has nothing but a number that the target cannot look for is found among all users there', async () => {
  const { target, from, start } = between('kinvey', 'kii')
  await value(from.create({ identifiers: { username: '0', phone: '09012345678' }, profile: { country: 'JP' } }))
  target.faults.add({ method: 'POST', path: 'users$', times: 1, kind: { type: 'reset', after: 'write' } })
  const migration = await start({ limits: { latestArrival: 100 } })
  expect(await value(migration.run())).toMatchObject({ status: 'done', created: 1, resolved: 1 })
  expect(target.users()).toMatchObject([{ phone: '+819012345678' }])
  expect(await value(migration.undo())).toMatchObject({ removed: 1 })
})

it('failed users are told by what they failed with, the most first', async () => {
  const { from, start } = between('kinvey', 'kii')
  await value(from.create({ identifiers: { username: 'eve' }, profile: { displayName: 'x'.repeat(70) } }))
  for (const username of ['a', 'b', 'ada', 'ADA', 'bob']) await value(from.create({ identifiers: { username } }))
  const migration = await start({ policy: { invalid: 'fail', conflicts: 'fail' } })
  expect(await value(migration.run())).toMatchObject({ status: 'done-with-failures', created: 2 })
  const groups = await value(migration.failures())
  expect(groups.map(({ code, sourceIds }) => `${code} ${sourceIds.length}`).sort()).toEqual(['invalid 1', 'invalid 2', 'twin 1'])
  expect(groups[0]).toMatchObject({ code: 'invalid', detail: expect.stringMatching(/^username: /) })
})

describe('somebody in doubt whom the source does not show for a while', () => {
  const inDoubt = async (after: 'write' | 'request') => {
    const apps = between('kinvey', 'kii')
    await value(apps.from.create({}))
    apps.target.faults.add({ method: 'POST', path: 'users$', kind: { type: 'reset', after } })
    const stop = stopping(apps.to, 'reply', 1)
    const { ledger } = await newLedger()
    const limits = { latestArrival: 100 }
    await value((await apps.start({ ledger, to: stop.to, limits })).run({ signal: stop.signal }))
    apps.target.faults.clear()
    apps.source.faults.add({ kind: { type: 'status', status: 400 }, path: apps.source.users()[0]?.id ?? '' })
    return { ...apps, migration: await apps.start({ ledger, limits }) }
  }

  it('is found at the target, and removed by undo', async () => {
    const { target, migration } = await inDoubt('write')
    expect(await value(migration.resume())).toMatchObject({ status: 'done', resolved: 1, counts: { byState: { created: 1 } } })
    expect(await value(migration.undo())).toMatchObject({ removed: 1, kept: [] })
    expect(target.users()).toEqual([])
  })

  it('fails if they never arrived, and is made once they are shown', async () => {
    const { source, target, migration } = await inDoubt('request')
    expect(await value(migration.resume())).toMatchObject({ status: 'done-with-failures', counts: { byState: { failed: 1 } } })
    source.faults.clear()
    expect(await value(migration.resume())).toMatchObject({ status: 'done', counts: { byState: { created: 1 } } })
    expect(target.users()).toHaveLength(1)
  })
})

it('somebody in doubt to whom the target refuses what is missing is not told as moved', async () => {
  const { target, from, to, start } = between('kii', 'kinvey')
  await value(from.create({ identifiers: { username: 'ada' }, profile: { displayName: 'Ada' } }))
  target.faults.add({ method: 'POST', kind: { type: 'reset', after: 'write' } })
  const stop = stopping(to, 'reply', 1)
  const { ledger } = await newLedger()
  await value((await start({ ledger, to: stop.to })).run({ signal: stop.signal }))
  target.faults.clear()
  const [made] = target.users()
  await value(to.update(userId(made?.id ?? ''), { displayName: 'A' }))
  target.faults.add({ method: 'PUT', kind: { type: 'status', status: 400 } })
  const migration = await start({ ledger })
  expect(await value(migration.resume())).toMatchObject({ status: 'done-with-failures', counts: { byState: { failed: 1 } } })
  target.faults.clear()
  expect(await value(migration.resume())).toMatchObject({ status: 'done', counts: { byState: { created: 1 } } })
  expect(await value(migration.verify())).toMatchObject({ equal: 1, different: 0 })
})

describe('another pass', () => {
  it('moves who came since, and carries over what changed of those who have not come yet', async () => {
    const { source, target, from, start } = between('kii', 'kinvey')
    await populate(from, 36)
    const migration = await start()
    await value(migration.run())
    await populate(from, 12)
    const [changed, claimed, barred] = source.users().filter(({ anonymous, disabled }) => !anonymous && !disabled)
    await value(from.update(userId(changed?.id ?? ''), { displayName: 'Changed', set: { level: 3 } }))
    await value(from.update(userId(claimed?.id ?? ''), { displayName: 'Too late' }))
    await value(from.suspend(userId(barred?.id ?? '')))
    await migration.ledger.change([{ sourceId: userId(claimed?.id ?? ''), password: 'set' }])

    expect(await value(migration.run())).toMatchObject({ status: 'done', created: 12, resolved: 0 })
    const { lost, doubled, different } = compare(source, target)
    expect({ lost, doubled }).toEqual({ lost: [], doubled: [] })
    expect(different).toEqual([`${claimed?.id} displayName`])
    expect(await value(migration.verify())).toMatchObject({ compared: 47, equal: 47, changedSince: 1, notMoved: 0 })
  })

  it('counts an address that was verified at the source and that an update at the target cannot verify', async () => {
    const { from, to, start } = between('kii', 'kinvey')
    const ada = await value(from.create({ identifiers: { username: 'ada', email: 'ada@example.com' }, verified: { email: true } }))
    const migration = await start()
    await value(migration.run())
    await value(from.update(ada.id, { identifiers: { email: 'other@example.com' } }))
    expect(await value(from.get(ada.id))).toMatchObject({ email: { address: 'other@example.com', verified: true } })
    const { counts } = await value(migration.run())
    expect(counts.byLoss).toMatchObject({ 'email-unverified': 1 })
    const [moved] = (await value(to.list({}))).users
    expect(moved).toMatchObject({ email: { address: 'other@example.com', verified: false } })
    expect(await value(migration.verify())).toMatchObject({ compared: 1, equal: 1, different: 0 })
  })

  it('says whom a change could not be carried over to, and tries again', async () => {
    const { target, from, to, start } = between('kii', 'kinvey')
    const [one, two] = await Promise.all(['one', 'two'].map((username) => value(from.create({ identifiers: { username } }))))
    const migration = await start()
    await value(migration.run())
    for (const user of [one, two]) await value(from.update(userId(user?.id ?? ''), { displayName: 'Changed' }))
    await value(to.erase(userId(target.users().find(({ username }) => username === 'one')?.id ?? '')))
    target.faults.add({ method: 'PUT', kind: { type: 'status', status: 400 } })
    const { counts } = await value(migration.run())
    expect(counts.byState).toMatchObject({ created: 2 })
    expect(counts.byProblem.map(({ code }) => code).sort()).toEqual(['Vendor', 'gone-at-target'])
    target.faults.clear()
    expect((await value(migration.run())).counts.byProblem.map(({ code }) => code)).toEqual(['gone-at-target'])
    expect(target.users()).toMatchObject([{ username: 'two', document: { displayName: 'Changed' } }])
  })

  it('says how many have changed whom the target cannot be told of', async () => {
    const { from, to, start } = between('kii', 'kinvey')
    const { id } = await value(from.create({ identifiers: { username: 'ada' } }))
    const { ledger } = await newLedger()
    const migration = await start({ ledger, to: { ...to, capabilities: { ...to.capabilities, update: false } } })
    await value(migration.run())
    await value(from.update(id, { displayName: 'Changed' }))
    const { reasons } = await value(migration.run())
    expect(reasons).toEqual(['1 users changed at the source after they had moved, and the target cannot be told.'])
  })

  it('moves who was left as anonymous and has an account by now', async () => {
    const { target, from, start } = between('kii', 'kinvey')
    const { id } = await value(from.create({}))
    const migration = await start({ policy: { anonymous: 'leave' } })
    expect(await value(migration.run())).toMatchObject({ status: 'done', counts: { byState: { left: 1 }, byKind: { anonymous: 1 } } })
    await value(from.update(id, { identifiers: { username: 'ada' } }))
    expect(await value(migration.run())).toMatchObject({
      status: 'done',
      created: 1,
      counts: { byState: { left: 0, created: 1 }, byKind: { registered: 1, anonymous: 0 } },
    })
    expect(target.users()).toMatchObject([{ username: 'ada' }])
    expect(await value(migration.verify())).toMatchObject({ equal: 1, different: 0 })
  })

  it('moves who was skipped and is what the target takes by now, and leaves whoever is not', async () => {
    const { target, from, start } = between('kinvey', 'monaca')
    const barred = await Promise.all(['ada.lovelace', 'bob.hope'].map((username) => value(from.create({ identifiers: { username } }))))
    for (const { id } of barred) await value(from.suspend(id))
    const migration = await start()
    const seen: number[] = []
    expect(await value(migration.run())).toMatchObject({ status: 'done', created: 0, counts: { byState: { skipped: 2 } } })
    await value(from.restore(userId(barred[0]?.id ?? '')))
    await value(from.update(userId(barred[1]?.id ?? ''), { displayName: 'Bob' }))
    const again = await start({ ledger: migration.ledger, onProgress: ({ done }) => seen.push(done) })
    expect(await value(again.run())).toMatchObject({ status: 'done', created: 1, counts: { byState: { skipped: 1, created: 1 } } })
    expect(target.users()).toMatchObject([{ username: 'ada.lovelace' }])
    expect(seen.at(-1)).toBe(2)
  })

  it('carries over another username, unless the run has given the user one', async () => {
    const { source, from, to, start } = between('kii', 'kinvey')
    const free = await value(from.create({ identifiers: { username: 'ada' } }))
    const taken = await value(from.create({ identifiers: { username: 'bob' } }))
    await value(to.create({ identifiers: { username: 'bob' } }))
    const migration = await start({ policy: { conflicts: 'rename' } })
    expect(await value(migration.run())).toMatchObject({ status: 'done', created: 2 })
    for (const { id, username } of [free, taken]) await value(from.update(id, { identifiers: { username: `${username}-married` } }))
    expect(source.users().map(({ username }) => username)).toEqual(['ada-married', 'bob-married'])
    expect(await value(migration.run())).toMatchObject({ status: 'done', created: 0, counts: { byLoss: { 'username-renamed': 1 } } })
    const nameOf = async ({ id }: typeof free) => {
      const [row] = await migration.ledger.get([id])
      const there = await value(to.get(userId(row?.targetId ?? '')))
      expect(row?.targetName).toBe(there?.username)
      return there?.username
    }
    expect([await nameOf(free), await nameOf(taken)]).toEqual(['ada-married', 'bob-2'])
    expect(await value(migration.verify())).toMatchObject({ equal: 2, different: 0 })
  })

  it.each(['kii', 'kinvey', 'monaca'] as const)(
    'gives a user without a login at %s the one that they have got since, and counts them so',
    async (vendor) => {
      const { from, to, start } = between(vendor === 'kinvey' ? 'kii' : 'kinvey', vendor)
      const { id } = await value(from.create({}))
      const migration = await start()
      expect((await value(migration.run())).counts.byKind).toEqual({ registered: 0, anonymous: 1 })
      await value(from.update(id, { identifiers: { username: 'ann.smith' } }))
      expect((await value(migration.run())).counts.byKind).toEqual({ registered: 1, anonymous: 0 })
      const [row] = await migration.ledger.get([id])
      expect(await value(to.get(userId(row?.targetId ?? '')))).toMatchObject({ username: 'ann.smith', kind: 'registered' })
    },
  )

  it.each(['kii', 'kinvey', 'monaca'] as const)(
    'takes an attribute away at %s that the source has no more, and no other',
    async (vendor) => {
      const { from, to, start } = between(vendor === 'kinvey' ? 'kii' : 'kinvey', vendor)
      const make = (username: string) =>
        value(from.create({ identifiers: { username }, profile: { attributes: { color: 'red', plan: 1 } } }))
      const [ann, bob] = [await make('ann.smith'), await make('bob.hope')]
      const migration = await start()
      expect(await value(migration.run())).toMatchObject({ status: 'done', created: 2 })
      // What a user gets later comes from the source as well.
      await value(from.update(ann.id, { set: { size: 3 } }))
      await value(migration.run())
      const rows = await migration.ledger.get([ann.id, bob.id])
      const idOf = ({ id }: typeof ann) => userId(rows.find(({ sourceId }) => sourceId === id)?.targetId ?? '')
      for (const user of [ann, bob]) await value(to.update(idOf(user), { set: { ours: true } }))
      // Bob comes first: what he has is his own by now.
      await value(to.update(idOf(bob), { set: { migratedBy: 'sign-in' } }))
      await value(from.update(ann.id, { remove: ['color', 'size'] }))
      await value(from.update(bob.id, { remove: ['color'] }))
      const again = await start({ ledger: migration.ledger })
      expect(await value(again.run())).toMatchObject({ status: 'done', created: 0 })
      const attributesOf = async (user: typeof ann) => (await value(to.get(idOf(user))))?.attributes ?? {}
      expect(await attributesOf(ann)).toEqual({
        plan: 1,
        ours: true,
        migratedFrom: ann.id,
        // Monaca removes none.
        ...(vendor === 'monaca' ? { color: null, size: null } : {}),
      })
      expect(await attributesOf(bob)).toMatchObject({ color: 'red', ours: true })
      expect(await value(again.verify())).toMatchObject({ different: 0, changedSince: 1 })
    },
  )

  it('asks the target for nobody when nothing has changed', async () => {
    const { target, from, start } = between('kii', 'kinvey')
    await populate(from, 24)
    const migration = await start()
    await value(migration.run())
    const requests = target.requests.all().length
    expect(await value(migration.run())).toMatchObject({ status: 'done', created: 0 })
    expect(
      target.requests
        .all()
        .slice(requests)
        .map(({ path }) => path.split('/').at(-1)),
    ).toEqual(['_count'])
  })
})

describe('a ledger', () => {
  it('is refused to a second operator, who is told of the first', async () => {
    const { target, from, start } = between('kii', 'kinvey')
    await populate(from, 24)
    target.faults.add({ method: 'POST', kind: { type: 'latency', milliseconds: 50 } })
    const { path, ledger } = await newLedger()
    const other = await newLedger(path)
    const first = (await start({ ledger, limits: few })).run()()
    await vi.waitFor(() => expect(target.users()).not.toEqual([]), { interval: 1 })
    const second = await value((await start({ ledger: other.ledger })).run())
    expect(second).toMatchObject({ status: 'refused', created: 0 })
    expect(second.reasons[0]).toMatch(/^The ledger is in use by .*, process \d+, since 20.*Z\.$/)
    expect(E.isRight(await first) && (await first)).toMatchObject({ right: { status: 'done', created: 24 } })
  })

  it('is refused to another policy, other apps and other vendors', async () => {
    const { from, apps, start } = between('kii', 'kinvey')
    await populate(from, 12)
    const { ledger } = await newLedger()
    await value((await start({ ledger })).run())
    const refused = async (more: Parameters<typeof start>[0]): Promise<string | undefined> => {
      const outcome = await value((await start({ ledger, ...more })).run())
      expect(outcome).toMatchObject({ status: 'refused', created: 0 })
      return outcome.reasons[0]
    }
    expect(await refused({ policy: { conflicts: 'link' } })).toBe('The ledger began with another policy: conflicts is fail there.')
    expect(await refused({ apps: { ...apps, to: 'another' } })).toBe('The ledger belongs to a migration between other apps.')
    const { from: monaca } = between('monaca', 'kinvey')
    expect(await refused({ from: monaca })).toBe('The ledger belongs to a migration from kii to kinvey.')
  })
})

it('a shared run that was stopped before its first page was done can be gone on with', () => {
  const progress = { cursor: undefined, passes: 0, purged: false, startedAt: 0, finishedAt: null }
  const byState = Object.fromEntries(moveStates.map((state) => [state, 0])) as LedgerCounts['byState']
  const counts = { byState, byLoss: {}, byProblem: [], byKind: { registered: 0, anonymous: 0 }, waiting: 0 }
  expect(refusedState('resume', progress, counts)).toBe('Nothing has begun that could be resumed.')
  expect(refusedState('resume', progress, { ...counts, byState: { ...byState, creating: 3 } })).toBeUndefined()
})

it('what is not said of the policy is as it was when the ledger began', async () => {
  const { from, start } = between('kii', 'kinvey')
  await populate(from, 12)
  const { ledger } = await newLedger()
  const policy = { conflicts: 'rename', invalid: 'adapt', anonymous: 'move', originAttribute: 'oldId' } as const
  await value((await start({ ledger, policy })).run())
  expect(await value((await start({ ledger, policy: {} })).verify())).toMatchObject({ compared: 12, equal: 12 })
  expect(await value((await start({ ledger, policy: { originAttribute: 'oldId' } })).undo())).toMatchObject({ removed: 12, kept: [] })
})

it('a cursor that the source no longer knows has it read from its beginning', async () => {
  const { source, target, from, to, start } = between('kii', 'kinvey')
  await populate(from, 60)
  const { ledger } = await newLedger()
  const stop = stopping(to, 'reply', 25)
  await value((await start({ ledger, to: stop.to, limits: few })).run({ signal: stop.signal }))
  await ledger.append([], 'a cursor of long ago')
  expect(await value((await start({ ledger, limits: few })).resume())).toMatchObject({ status: 'done' })
  expect(compare(source, target)).toEqual(nothingWrong(60))
})

describe('somebody whose outcome is not known when the run ends, and who changes at the source before it is resumed', () => {
  const inDoubt = async (fromVendor: Vendor, toVendor: Vendor, arrives: boolean, before = `user-${randomUUID().slice(0, 8)}`) => {
    const apps = between(fromVendor, toVendor)
    const { id } = await value(apps.from.create({ identifiers: { username: before } }))
    const controller = new AbortController()
    const create: UserDirectory['create'] =
      (...args) =>
      async () => {
        if (arrives) await value(apps.to.create(...args))
        controller.abort()
        return E.left(userError('OutcomeUnknown', { vendor: toVendor, operation: 'create' }, {}))
      }
    const cut = await apps.start({ to: { ...apps.to, create } })
    await value(cut.run({ signal: controller.signal }))
    const { ledger } = cut
    expect(await ledger.get([id])).toMatchObject([{ state: 'creating' }])
    expect(apps.target.users()).toHaveLength(arrives ? 1 : 0)
    return { ...apps, id, ledger, again: await apps.start({ ledger, limits: { latestArrival: 50 } }) }
  }

  it.each([
    ['kii', 'kinvey', true],
    ['kii', 'kinvey', false],
    ['kinvey', 'kii', true],
    ['kinvey', 'kii', false],
    ['kinvey', 'monaca', true],
  ] as const)('has the new name after the next run: %s to %s, arrived: %s', async (fromVendor, toVendor, arrives) => {
    const { from, target, id, again } = await inDoubt(fromVendor, toVendor, arrives)
    const after = `user-${randomUUID().slice(0, 8)}`
    await value(from.update(id, { identifiers: { username: after } }))
    await value(again.resume())
    const { counts } = await value(again.run())
    expect(target.users().map(({ username }) => username)).toEqual([after])
    expect(counts.byLoss).not.toHaveProperty('username-renamed')
    expect(await value(again.verify())).toMatchObject({ equal: 1, different: 0, changedSince: 0 })
  })

  const address = (): string => `user-${randomUUID().slice(0, 8)}@example.com`

  // Kii takes no name that is an address: the user has the address alone there.
  it.each([true, false])('is made once though only an address told who it is, arrived: %s', async (arrives) => {
    const { from, target, id, again } = await inDoubt('monaca', 'kii', arrives, address())
    const after = address()
    await value(from.update(id, { identifiers: { username: after } }))
    expect(await value(again.resume())).toMatchObject({ status: 'done', counts: { byState: { created: 1 } } })
    // Who was made only now is as the source is now.
    if (!arrives) expect(await value(again.verify())).toMatchObject({ equal: 1, changedSince: 0 })
    await value(again.run())
    expect(target.users().map(({ email }) => email)).toEqual([after])
  })

  it('is not taken for one who never arrived, by undo, though only an address told who it is', async () => {
    const { from, target, id, again } = await inDoubt('monaca', 'kii', true, address())
    await value(from.update(id, { identifiers: { username: address() } }))
    expect(await value(again.undo())).toMatchObject({ removed: 1, kept: [] })
    expect(target.users()).toEqual([])
  })

  it.each([true, false])('and who is gone from it is looked for at the target though the move failed, arrived: %s', async (arrives) => {
    const apps = between('monaca', 'kii')
    const { id } = await value(apps.from.create({ identifiers: { username: address() } }))
    const create: UserDirectory['create'] =
      (...args) =>
      async () => {
        if (arrives) await value(apps.to.create(...args))
        return E.left(userError('OutcomeUnknown', { vendor: 'kii', operation: 'create' }, {}))
      }
    const find: UserDirectory['find'] = () => async () => E.left(userError('Vendor', { vendor: 'kii', operation: 'find' }, { code: 'ODD' }))
    const first = await apps.start({ to: { ...apps.to, create, find } })
    await value(first.run())
    const { ledger } = first
    expect(await ledger.get([id])).toMatchObject([{ state: 'failed', targetId: null, targetName: null }])
    await value(apps.from.erase(id))
    const again = await apps.start({ ledger, limits: { latestArrival: 50 } })
    expect(await value(again.resume())).toMatchObject({ status: 'done', counts: { byState: arrives ? { created: 1 } : { skipped: 1 } } })
    await value(again.undo())
    expect(apps.target.users()).toEqual([])
  })

  it.each([true, false])('and who cannot move any more is known to be there, and is removed by undo, arrived: %s', async (arrives) => {
    const { from, target, id, ledger, again } = await inDoubt('kinvey', 'monaca', arrives)
    await value(from.suspend(id))
    expect((await value(again.resume())).counts.byState).toMatchObject(arrives ? { created: 1, skipped: 0 } : { created: 0, skipped: 1 })
    expect((await ledger.get([id]))[0]?.targetId ?? undefined).toBe(target.users()[0]?.id)
    expect(await value(again.undo())).toMatchObject({ removed: arrives ? 1 : 0, kept: [] })
    expect(target.users()).toEqual([])
  })
})

it.each(['link', 'skip', 'fail'] as const)(
  'somebody in doubt who is like another one of the source by now is known to be there, under %s',
  async (conflicts) => {
    const { from, to, target, start } = between('kinvey', 'kii')
    const { ledger } = await newLedger()
    const settings = { ledger, policy: { conflicts }, limits: { latestArrival: 50, concurrency: 1 } }
    const own = (name: string) => ({ identifiers: { username: name, email: `${name}@example.com` } })
    await value(from.create(own('ada')))
    await value((await start(settings)).run())
    const { id } = await value(from.create(own('bob')))
    const controller = new AbortController()
    const create: UserDirectory['create'] =
      (...args) =>
      async () => {
        await value(to.create(...args))
        controller.abort()
        return E.left(userError('OutcomeUnknown', { vendor: 'kii', operation: 'create' }, {}))
      }
    await value((await start({ ...settings, to: { ...to, create } })).run({ signal: controller.signal }))
    expect(await ledger.get([id])).toMatchObject([{ state: 'creating' }])
    expect(target.users()).toHaveLength(2)
    await value(from.update(id, { identifiers: { email: 'ada@example.com' } }))
    const migration = await start(settings)
    await value(migration.resume())
    expect(await ledger.get([id])).toMatchObject([
      { state: 'created', targetId: target.users().find(({ username }) => username === 'bob')?.id },
    ])
    expect((await value(migration.run())).counts.byProblem).toMatchObject([{ code: 'twin', count: 1 }])
    await value(migration.undo())
    expect(target.users()).toEqual([])
  },
)

it('who changes at the source while they wait is moved as they are by then, and has not changed since', async () => {
  const { from, to, target, start } = between('kinvey', 'kii')
  const ids = []
  for (const name of ['ann', 'ben', 'cyd']) ids.push((await value(from.create({ identifiers: { username: name } }))).id)
  const controller = new AbortController()
  const create: UserDirectory['create'] = () => async () => {
    controller.abort()
    return E.left(userError('Unavailable', { vendor: 'kii', operation: 'create' }, {}))
  }
  const { run, ledger } = await start({ to: { ...to, create } })
  await value(run({ signal: controller.signal }))
  expect((await ledger.counts()).byState).toMatchObject({ planned: 3 })
  for (const [number, id] of ids.entries()) await value(from.update(id, { identifiers: { username: `new-${number}` } }))
  await value(from.create({ identifiers: { username: 'NEW-0' } }))
  const again = await start({ ledger })
  expect(await value(again.run())).toMatchObject({ counts: { byState: { created: 3, failed: 1 }, byProblem: [{ code: 'twin' }] } })
  expect(target.users()).toHaveLength(3)
  expect(await value(again.verify())).toMatchObject({ equal: 3, changedSince: 0 })
})

it('an anonymous user whose outcome is not known, and who is removed at the source, keeps no run from its end', async () => {
  const { from, to, target, start } = between('kinvey', 'kii')
  const { id } = await value(from.create({}))
  const controller = new AbortController()
  const create: UserDirectory['create'] = () => async () => {
    controller.abort()
    return E.left(userError('OutcomeUnknown', { vendor: 'kii', operation: 'create' }, {}))
  }
  const { run, ledger } = await start({ to: { ...to, create } })
  await value(run({ signal: controller.signal }))
  expect(await ledger.get([id])).toMatchObject([{ state: 'creating' }])
  await value(from.erase(id))
  const again = await start({ ledger, limits: { latestArrival: 50 } })
  expect(await value(again.resume())).toMatchObject({ status: 'done', counts: { byState: { skipped: 1, creating: 0 } } })
  expect(target.users()).toEqual([])
})
