import { userId } from '@userport/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { everybody, failure, ids, value } from '../../core/test/support/vendor-results.js'
import { advance, start as beginning, parsed, windowFrom, written } from '../src/directory/cursor.js'
import { createMonacaDirectory } from '../src/directory.js'
import { start } from './support/directories.js'

const sorted = (texts: readonly string[]): readonly string[] => [...texts].sort()

describe('count and list', () => {
  it.each(['milliseconds', 'seconds'] as const)('give every user once, whose times are in %s', async (timestampUnit) => {
    const { world, directory } = start({ timestampUnit })
    const seeded = world.seed(450)
    const users = await everybody(directory, { limit: 100 })
    expect(users).toHaveLength(450)
    expect(sorted(ids(users))).toEqual(sorted(ids(seeded)))
    expect(await value(directory.count())).toBe(450)
    expect(users.find(({ id }) => id === seeded[7]?.id)).toMatchObject({
      username: seeded[7]?.username,
      email: { address: seeded[7]?.email },
      attributes: { nickname: expect.stringMatching(/^user-/) },
      kind: 'registered',
      createdAt: expect.stringMatching(/^20.*Z$/),
    })
  })

  it('go on from any cursor', async () => {
    const { world, directory } = start()
    const all = sorted(ids(world.seed(90)))
    const seen: string[] = []
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await value(directory.list({ cursor, limit: 25 }))
      const rest = ids(await everybody(directory, { ...(cursor === undefined ? {} : { cursor }), limit: 40 }))
      expect(sorted([...seen, ...rest])).toEqual(all)
      seen.push(...ids(page.users))
      cursor = page.next
    }
    expect(sorted(seen)).toEqual(all)
  })

  it.each([1, 7, 30, 100])('lose nobody and list nobody twice while users come and go, %i on a page', async (limit) => {
    const { world, directory } = start()
    const seeded = [...ids(world.seed(130))]
    const listed: string[] = []
    const removed = new Set<string>()
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await value(directory.list({ cursor, limit }))
      expect(page.users.length).toBeLessThanOrEqual(limit)
      listed.push(...ids(page.users))
      cursor = page.next
      // Those who have been listed go, so that all others move forward; the last one among them is where the list had ended.
      for (const id of [...ids(page.users).slice(-2), listed[0] ?? '']) {
        await value(directory.erase(userId(id)))
        removed.add(id)
      }
      world.clock.advance(10)
      if (listed.length < 90) seeded.push(...ids(world.seed(1)))
    }
    expect(removed.size).toBeGreaterThan(1)
    expect(sorted(listed)).toEqual(sorted(seeded))
  })

  it('end although all who are left were listed', async () => {
    const { world, directory } = start()
    const seeded = ids(world.seed(40))
    const first = await value(directory.list({ limit: 30 }))
    for (const id of seeded.filter((one) => !ids(first.users).includes(one))) await value(directory.erase(userId(id)))
    expect(await value(directory.list({ cursor: first.next ?? '', limit: 30 }))).toEqual({ users: [], next: null })
  })

  it('show the properties that Monaca names, and those it is asked for', async () => {
    const { directory, config } = start()
    const { id } = await value(directory.create({ profile: { displayName: 'Dora', attributes: { rare: 1 } } }))
    for (let count = 0; count < 100; count += 1) await value(directory.create({ profile: { attributes: { common: count } } }))
    const [seen] = await everybody(directory)
    expect(seen).toMatchObject({ id, displayName: 'Dora', attributes: {} })
    const [asked] = await everybody(createMonacaDirectory({ ...config, propertyNames: ['rare'] }))
    expect(asked).toMatchObject({ id, attributes: { rare: 1 } })
  })

  it.each(['elsewhere', '1', '-1 5', '1 NaN', 'x 5'])('refuse the cursor "%s"', async (cursor) => {
    expect(await failure(start().directory.list({ cursor }))).toMatchObject({ _tag: 'InvalidInput', field: 'cursor' })
  })
})

describe('a cursor', () => {
  it('is read as it was written', () => {
    const cursor = advance(
      beginning,
      [
        { _id: 'a', _username: 'a', _createdAt: 5 },
        { _id: 'b', _username: 'b', _createdAt: 5 },
      ],
      2,
    )
    expect(parsed(written(cursor))).toEqual({ position: 2, createdAt: 5, ids: ['a', 'b'] })
  })

  it('leads to a page that begins at the last listed user or before, and has room for at least one more', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2_000_000 }), fc.integer({ min: 1, max: 4_000 }), (position, wanted) => {
        const { page, itemsInPage } = windowFrom(position, wanted)
        const first = (page - 1) * itemsInPage
        expect(itemsInPage).toBeLessThanOrEqual(10_000)
        expect(first).toBeLessThanOrEqual(Math.max(0, position - 1))
        expect(first + itemsInPage).toBeGreaterThan(position)
      }),
    )
  })
})
