import { randomUUID } from 'node:crypto'
import type { Identifiers, User, UserDirectory } from '@userport/core'
import type { Vendor } from '@userport/sandbox'
import { describe, expect, it } from 'vitest'
import type { MovePolicy } from '../src/policy.js'
import { between } from './support/migration.js'
import { value } from './support/population.js'

const vendors = [
  ['kii', 'kinvey'],
  ['kinvey', 'kii'],
  ['kinvey', 'monaca'],
  ['monaca', 'kinvey'],
] as const

const freshNames = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, number) => `n${number}-${randomUUID().slice(0, 8)}`)

/** Users who have moved, each on a page of its own, and can be given other names at the source. */
const moved = async (
  [fromVendor, toVendor]: readonly [from: Vendor, to: Vendor],
  count: number,
  policy: Partial<MovePolicy> = {},
  identifiersOf: (name: string, number: number) => Identifiers = (username) => ({ username }),
) => {
  const apps = between(fromVendor, toVendor)
  // One more than are used at first.
  const names = freshNames(count + 1)
  const users: User[] = []
  for (const [number, one] of names.slice(0, count).entries())
    users.push(await value(apps.from.create({ identifiers: identifiersOf(one, number) })))
  const settings = { policy: { conflicts: 'fail', ...policy }, limits: { pageSize: 1 } } as const
  const migration = await apps.start(settings)
  await value(migration.run())
  /** User number n gets the name with the number at n. */
  const rename = async (numbers: readonly number[]): Promise<void> => {
    const given = numbers.map((number) => names[number] ?? '')
    // No vendor lets two users change their names at once.
    const before = given.map((_, number) => `${number}-${randomUUID()}`)
    for (const step of [before, given])
      for (const [number, user] of users.entries())
        await value(apps.from.update(user.id, { identifiers: identifiersOf(step[number] ?? '', number) }))
  }
  const thereOf = async (user: User | undefined): Promise<User | null> => {
    const [row] = await migration.ledger.get([user?.id ?? ''])
    return row?.targetId === undefined || row.targetId === null ? null : value(apps.to.get(row.targetId))
  }
  const namesThere = async () => Promise.all(users.map(async (user) => (await thereOf(user))?.username))
  const again = (to: UserDirectory) => apps.start({ ...settings, to, ledger: migration.ledger })
  return { ...apps, names, users, migration, rename, thereOf, namesThere, again }
}

describe.each(vendors)('users who have moved from %s to %s, and exchange their names at the source', (...vendor) => {
  it.each([
    ['two of them', [1, 0]],
    ['three in a ring', [1, 2, 0]],
    ['two pairs, and one who keeps the own', [1, 0, 3, 2, 4]],
    ['one after the other', [1, 2, 3]],
    ['one after the other, the other way round', [3, 0, 1]],
  ])('have them at the target after one run: %s', async (_, numbers) => {
    const { users, names, migration, rename, namesThere, target } = await moved(vendor, numbers.length)
    await rename(numbers)
    expect(await value(migration.run())).toMatchObject({ status: 'done', counts: { byProblem: [] } })
    expect(await namesThere()).toEqual(numbers.map((number) => names[number]))
    expect(target.users()).toHaveLength(users.length)
    expect(await value(migration.verify())).toMatchObject({ equal: users.length, different: 0, changedSince: 0 })
  })

  it('have them under `rename` too, and no other ones', async () => {
    const { names, migration, rename, namesThere } = await moved(vendor, 3, { conflicts: 'rename' })
    await rename([1, 2, 0])
    await value(migration.run())
    expect(await namesThere()).toEqual([names[1], names[2], names[0]])
    expect((await value(migration.status())).counts.byLoss).not.toHaveProperty('username-renamed')
  })

  it('have them whenever the run is ended on the way and resumed', async () => {
    const { names, migration, again, to, rename, namesThere, target } = await moved(vendor, 3)
    await rename([1, 2, 0])
    for (let after = 1; ; after += 1) {
      const controller = new AbortController()
      let left = after
      const update: UserDirectory['update'] =
        (...args) =>
        async () => {
          const answer = await to.update(...args)()
          left -= 1
          if (left === 0) controller.abort()
          return answer
        }
      const { status } = await value((await again({ ...to, update })).run({ signal: controller.signal }))
      if (status === 'done') break
    }
    expect(await namesThere()).toEqual([names[1], names[2], names[0]])
    expect(target.users()).toHaveLength(3)
    expect(await value(migration.verify())).toMatchObject({ equal: 3, different: 0 })
  })

  it('do not where one of them has come: who waits for that one keeps the old name', async () => {
    const { names, users, migration, rename, namesThere } = await moved(vendor, 3)
    const [first] = users
    if (first === undefined) throw new Error('was made')
    await migration.ledger.change([{ sourceId: first.id, password: 'set' }])
    await rename([1, 2, 0])
    const { counts } = await value(migration.run())
    expect(counts.byProblem).toEqual([{ code: 'twin', detail: 'username like that of another user of the source', count: 2 }])
    expect(await namesThere()).toEqual(names.slice(0, 3))
  })
})

describe('users who have moved, and exchange their addresses at the source', () => {
  const byAddress = async (vendor: readonly [from: Vendor, to: Vendor]) => {
    const own = new Map<string, string>()
    return moved(vendor, 2, {}, (name, number) => {
      const username = own.get(`${number}`) ?? name
      own.set(`${number}`, username)
      return { username, email: `${name}@example.com` }
    })
  }

  it('have them at a target that signs nobody in by an address', async () => {
    const { users, names, migration, rename, thereOf } = await byAddress(['monaca', 'kinvey'])
    await rename([1, 0])
    expect(await value(migration.run())).toMatchObject({ status: 'done', counts: { byProblem: [] } })
    expect((await Promise.all(users.map(thereOf))).map((user) => user?.email?.address)).toEqual([
      `${names[1]}@example.com`,
      `${names[0]}@example.com`,
    ])
    expect(await value(migration.verify())).toMatchObject({ equal: 2, different: 0, changedSince: 0 })
  })

  it('keep the old ones at Kii, which takes no address from anybody, and have them once one had a third address', async () => {
    const { users, names, from, migration, rename, thereOf } = await byAddress(['kinvey', 'kii'])
    const addresses = async () => (await Promise.all(users.map(thereOf))).map((user) => user?.email?.address)
    await rename([1, 0])
    const { counts } = await value(migration.run())
    expect(counts.byProblem).toEqual([{ code: 'twin', detail: 'email like that of another user of the source', count: 2 }])
    expect(await addresses()).toEqual([`${names[0]}@example.com`, `${names[1]}@example.com`])
    const [first] = users
    if (first === undefined) throw new Error('was made')
    await value(from.update(first.id, { identifiers: { email: `third-${names[0]}@example.com` } }))
    await value(migration.run())
    await rename([1, 0])
    await value(migration.run())
    expect(await addresses()).toEqual([`${names[1]}@example.com`, `${names[0]}@example.com`])
  })
})

it('a name that a user has left goes to whoever is new at the source, with the run that is resumed', async () => {
  const { from, names, users, migration, rename, target } = await moved(['kinvey', 'kii'], 1)
  await rename([1])
  await value(from.create({ identifiers: { username: names[0] ?? '' } }))
  await value(migration.run())
  expect(await value(migration.resume())).toMatchObject({ status: 'done' })
  expect(
    target
      .users()
      .map(({ username }) => username)
      .sort(),
  ).toEqual(names.slice(0, users.length + 1).sort())
})
