import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { type KinveyApp, newPerson, type Person } from './kinvey-app.js'
import { kinveyApps } from './kinvey-apps.js'
import type { KinveyClient, UserReply } from './kinvey-client.js'

const startApp = kinveyApps()
let app: KinveyApp
let client: KinveyClient

beforeEach(() => {
  ;({ app, client } = startApp())
})

const find = async (query: object, more: Readonly<Record<string, string>> = {}): Promise<readonly UserReply[]> => {
  const parameters = new URLSearchParams({ query: JSON.stringify(query), ...more }).toString()
  return (await client.call('GET', `/user/:kid?${parameters}`, { as: 'master' })).body as UserReply[]
}

const ids = (users: readonly UserReply[]): readonly string[] => users.map(({ _id }) => _id)

/** No index serves `$and`: every user is looked at. */
const expectSameAsScan = async (query: object): Promise<void> => {
  const scanned = await find({ $and: [query] })
  expect(ids(await find(query))).toEqual(ids(scanned))
  expect(ids(await find(query, { sort: '{"_id":1}' }))).toEqual(ids(scanned).toSorted())
}

describe('a user who was changed', () => {
  let old: Person
  let now: Person
  let user: UserReply

  const expectFoundAsNow = async (): Promise<void> => {
    for (const query of [
      { username: old.username },
      { username: now.username },
      { email: old.email },
      { email: now.email },
      { _id: user._id },
    ])
      await expectSameAsScan(query)
    expect(await find({ username: now.username })).toMatchObject([{ _id: user._id }])
    expect(await find({ email: old.email })).toEqual([])
  }

  beforeEach(async () => {
    old = newPerson()
    now = newPerson()
    user = await client.signUp(old)
    await client.signUp(newPerson())
    await client.call('PUT', `/user/:kid/${user._id}`, { as: 'master', body: now })
  })

  it('is found by the names of now', () => expectFoundAsNow())

  it('is found after a restore', async () => {
    const snapshot = app.world.snapshot()
    app.world.reset()
    app.world.restore(snapshot)
    await expectFoundAsNow()
  })

  it('is found by nothing once deleted', async () => {
    await client.call('DELETE', `/user/:kid/${user._id}?hard=true`, { as: 'master' })
    for (const query of [{ username: now.username }, { email: now.email }, { _id: user._id }]) {
      await expectSameAsScan(query)
      expect(await find(query)).toEqual([])
    }
  })
})

it('several users of one address are all found by it', async () => {
  const email = newPerson().email
  for (const username of ['a', 'b']) await client.signUp({ username, email })
  await expectSameAsScan({ email })
  expect((await find({ email })).map(({ username }) => username)).toEqual(['a', 'b'])
})

it('a condition besides the name counts too', async () => {
  const { username } = await client.signUp({ ...newPerson(), age: 30 })
  await expectSameAsScan({ username, age: { $gt: 30 } })
  await expectSameAsScan({ username, age: 30 })
})

describe('paging by id', () => {
  const importUser = (_id: string): Promise<unknown> =>
    client.call('POST', '/user/:kid', { as: 'master', body: { _id }, headers: { 'x-kinvey-master-create-user': 'true' } })

  it.each(['$gt', '$gte'])('with %s walks through every user once, in order, whatever order they came in', async (operator) => {
    const wanted = Array.from({ length: 25 }, () => randomUUID())
    for (const id of wanted) await importUser(id)
    const seen: string[] = []
    for (;;) {
      const from = seen.at(-1)
      const found = await find(from === undefined ? {} : { _id: { [operator]: from } }, { sort: '{"_id":1}', limit: '7' })
      const page = ids(found).filter((id) => id !== from)
      if (page.length === 0) break
      seen.push(...page)
    }
    expect(seen).toEqual(wanted.toSorted())
  })

  it('finds those who come between two pages in their place, and not those who went', async () => {
    const sort = '{"_id":1}'
    for (const id of ['b', 'd', 'f']) await importUser(id)
    expect(ids(await find({}, { sort }))).toEqual(['b', 'd', 'f'])
    for (const id of ['c', 'a', 'g']) await importUser(id)
    await client.call('DELETE', '/user/:kid/d?hard=true', { as: 'master' })
    expect(ids(await find({ _id: { $gt: 'a' } }, { sort }))).toEqual(['b', 'c', 'f', 'g'])
    await importUser('e')
    await client.call('DELETE', '/user/:kid/a?hard=true', { as: 'master' })
    expect(ids(await find({}, { sort }))).toEqual(['b', 'c', 'e', 'f', 'g'])
  })

  it('has other conditions, an upper bound and a place to begin', async () => {
    for (const id of ['a', 'b', 'c', 'd', 'e']) await importUser(id)
    const sort = '{"_id":1}'
    expect(ids(await find({ _id: { $gt: 'a', $lte: 'd' } }, { sort }))).toEqual(['b', 'c', 'd'])
    expect(ids(await find({ _id: { $gt: 'a', $ne: 'c' } }, { sort, limit: '2' }))).toEqual(['b', 'd'])
    expect(ids(await find({}, { sort, skip: '3', limit: '5' }))).toEqual(['d', 'e'])
    expect(ids(await find({}, { sort, limit: '0' }))).toEqual([])
    expect(ids(await find({}, { sort: '{"_id":-1}', limit: '2' }))).toEqual(['e', 'd'])
  })
})

it('a page among many looks only at its own users', async () => {
  const sorted = app.world
    .seed(2_000)
    .map(({ id }) => id)
    .toSorted()
  const { users } = app.world.data
  let looks = 0
  for (const [id, user] of Object.entries(users)) {
    Object.defineProperty(users, id, {
      get: () => {
        looks += 1
        return user
      },
    })
  }
  expect(ids(await find({ _id: { $gt: sorted[999] } }, { sort: '{"_id":1}', limit: '10' }))).toEqual(sorted.slice(1_000, 1_010))
  expect(await find({ _id: sorted[0] })).toHaveLength(1)
  expect(looks).toBeLessThanOrEqual(12)
})
