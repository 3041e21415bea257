import { type UserDirectory, userId } from '@userport/core'
import type { World } from '@userport/sandbox'
import { describe, expect, it } from 'vitest'
import * as E from '#fp-ts/Either'
import type { RunProgress } from '../src/migration.js'
import { between } from './support/migration.js'
import { populate, value } from './support/population.js'

/** Somebody at the target, by whom they were at the source. */
const movedFrom = (target: Pick<World, 'users'>, sourceId: string) => {
  const found = target.users().find(({ document }) => document['migratedFrom'] === sourceId)
  if (found === undefined) throw new Error('has not moved')
  return userId(found.id)
}

const moved = async () => {
  const apps = between('kii', 'kinvey')
  await populate(apps.from, 36)
  const told: RunProgress[] = []
  const migration = await apps.start({ onProgress: (progress) => told.push(progress) })
  await value(migration.run())
  const registered = apps.source.users().filter(({ anonymous, disabled, username }) => !anonymous && !disabled && username !== undefined)
  return { ...apps, migration, registered, told }
}

describe('verify', () => {
  it('names every field that differs, and writes down who does not', async () => {
    const { migration, registered, target, to } = await moved()
    const [a, b, c] = registered.map(({ id }) => id)
    await value(to.update(movedFrom(target, a ?? ''), { displayName: 'Somebody', set: { extra: 1 } }))
    await value(to.update(movedFrom(target, b ?? ''), { identifiers: { username: 'another-name', email: 'other@example.com' } }))
    await value(to.suspend(movedFrom(target, c ?? '')))
    const found = await value(migration.verify())
    expect(found).toMatchObject({ compared: 36, equal: 33, different: 3, changedSince: 0, goneAtSource: 0, goneAtTarget: 0, notMoved: 0 })
    const fieldsOf = (id: string | undefined) => found.mismatches.find(({ sourceId }) => sourceId === id)?.fields
    expect(fieldsOf(a)).toEqual(['displayName'])
    expect(fieldsOf(b)).toEqual(['username', 'email.address', 'email.verified'])
    expect(fieldsOf(c)).toEqual(['status'])
    const { counts } = await value(migration.status())
    expect(counts.byState).toMatchObject({ verified: 33, created: 3 })
    expect(counts.byProblem.map(({ code, detail }) => `${code} ${detail}`).sort()).toEqual([
      'mismatch displayName',
      'mismatch status',
      'mismatch username, email.address, email.verified',
    ])
  })

  it('counts no more users on its way than there are to compare', async () => {
    const { migration, start, from } = await moved()
    await populate(from, 12)
    const seen: RunProgress[] = []
    const again = await start({ ledger: migration.ledger, onProgress: (progress) => seen.push(progress) })
    await value(again.verify())
    expect(seen.at(-1)).toMatchObject({ phase: 'verifying', done: 36, total: 36 })
  })

  it('tells who has gone, who has come and who has changed', async () => {
    const { migration, registered, source, target, from, to, told } = await moved()
    const [a, b, c] = registered.map(({ id }) => userId(id))
    if (a === undefined || b === undefined || c === undefined) throw new Error('nobody is there')
    await value(from.erase(a))
    await value(to.erase(movedFrom(target, b)))
    await value(from.update(c, { set: { level: 2 } }))
    await populate(from, 12)
    expect(await value(migration.verify())).toMatchObject({
      compared: 33,
      equal: 33,
      different: 0,
      changedSince: 1,
      goneAtSource: 1,
      goneAtTarget: 1,
      notMoved: 12,
    })
    expect(source.users()).toHaveLength(47)
    expect(told.at(-1)).toMatchObject({ phase: 'verifying', done: 36, total: 36 })
  })

  it('forgets a difference that is mended', async () => {
    const { migration, registered, target, to } = await moved()
    const [a] = registered.map(({ id }) => id)
    const id = movedFrom(target, a ?? '')
    await value(to.suspend(id))
    expect(await value(migration.verify())).toMatchObject({ different: 1 })
    await value(to.restore(id))
    expect(await value(migration.verify())).toMatchObject({ different: 0, equal: 36 })
    const { counts } = await value(migration.status())
    expect(counts).toMatchObject({ byState: { verified: 36 }, byProblem: [] })
  })

  it('does not judge what somebody who has come has changed', async () => {
    const { migration, registered, target, to } = await moved()
    const [a] = registered.map(({ id }) => userId(id))
    if (a === undefined) throw new Error('nobody is there')
    await migration.ledger.change([{ sourceId: a, password: 'set' }])
    await value(to.update(movedFrom(target, a), { displayName: 'Mine' }))
    expect(await value(migration.verify())).toMatchObject({ different: 0, equal: 36 })
  })

  it('takes nobody for gone who is in the midst of coming, and leaves that to them', async () => {
    const { migration, registered } = await moved()
    const sourceId = userId(registered[0]?.id ?? '')
    await migration.ledger.change([{ sourceId, problem: { code: 'claiming', detail: '' } }])
    expect(await value(migration.verify())).toMatchObject({ compared: 36, equal: 36, goneAtSource: 0 })
    expect((await value(migration.status())).counts.byProblem).toMatchObject([{ code: 'claiming', count: 1 }])
  })

  it('fails with what a vendor refuses, and takes nobody for gone or different', async () => {
    const { migration, apps, start, withWrongKeys } = await moved()
    const { ledger } = migration
    for (const wrong of [{ to: withWrongKeys('kinvey', apps.to) }, { from: withWrongKeys('kii', apps.from) }]) {
      const ended = await (await start({ ...wrong, ledger })).verify()()
      const [vendor] = Object.values(wrong).map((directory) => directory.vendor)
      expect(E.isLeft(ended) && ended.left).toMatchObject({ vendor })
      expect(await ledger.counts()).toMatchObject({ byState: { created: 36, verified: 0 }, byProblem: [] })
    }
    expect(await value(migration.verify())).toMatchObject({ compared: 36, equal: 36 })
  })

  it('ends soon when it is told to, and writes nothing at either vendor', async () => {
    const { migration, source, target } = await moved()
    const reads = (world: Pick<World, 'requests'>, from: number): readonly string[] => [
      ...new Set(
        world.requests
          .all()
          .slice(from)
          .map(
            ({ method, path }) =>
              `${method} ${path
                .replace(/\?.*/, '')
                .split('/')
                .at(-1)
                ?.replace(/.*\d.*/, 'ID')}`,
          ),
      ),
    ]
    const marks = [source.requests.all().length, target.requests.all().length] as const
    await value(migration.verify())
    expect(reads(source, marks[0])).toEqual(['POST query', 'GET ID'])
    expect(reads(target, marks[1])).toEqual(['GET ID'])
    target.faults.add({ kind: { type: 'latency', milliseconds: 50 } })
    const ended = await migration.verify({ signal: AbortSignal.timeout(60) })()
    expect(E.isLeft(ended) && ended.left._tag).toBe('Cancelled')
  })
})

it('a directory that cannot count or find is enough for a source', async () => {
  const { from, target, start } = between('kii', 'kinvey')
  await populate(from, 12)
  const plain: UserDirectory = { ...from, capabilities: { ...from.capabilities, count: false, find: false } }
  const migration = await start({ from: plain })
  expect(await value(migration.run())).toMatchObject({ status: 'done', created: 12 })
  expect(target.users()).toHaveLength(12)
})
