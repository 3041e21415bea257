import { describe, expect, it } from 'vitest'
import { type Backend, useBackends } from './backend.js'

const newBackend = useBackends()

const people = [
  { username: 'anna', properties: { age: 40, country: 'US', nickname: 'An' } },
  { username: 'bert', properties: { age: 9, country: 'DE' } },
  { username: 'carl', properties: { age: 30, country: 'US' } },
  { username: 'dora', properties: { country: 'JP', nickname: null } },
]

const populated = async (): Promise<Backend> => {
  const backend = newBackend()
  backend.world.clock.freeze(1_600_000_000_000)
  for (const { username, properties } of people) {
    await backend.register(properties, { username, password: 'password' })
    backend.world.clock.advance(1_000)
  }
  return backend
}

const list = (backend: Backend, params: object = {}) =>
  backend.manage('User.list', { page: 1, itemsInPage: 10, sortProperty: '_createdAt', ...params })

const namesIn = async (backend: Backend, params: object): Promise<unknown> =>
  (await list(backend, params)).result?.items?.map(({ _username }) => _username)

describe('User.list', () => {
  it('answers the system properties', async () => {
    const { result } = await list(await populated(), { itemsInPage: 1 })
    const anna = { _id: expect.any(String), _username: 'anna', _createdAt: 1_600_000_000_000, _updatedAt: 1_600_000_000_000 }
    expect(result).toEqual({ items: [anna], totalItems: 4 })
  })

  it.each([[['age', 'nickname']], ['age, nickname']])('answers the named properties too: %j', async (propertyNames) => {
    const { result } = await list(await populated(), { propertyNames })
    expect(result?.items?.map(({ age, nickname, country }) => [age, nickname, country])).toEqual([
      [40, 'An', undefined],
      [9, undefined, undefined],
      [30, undefined, undefined],
      [undefined, null, undefined],
    ])
  })

  it('pages', async () => {
    const backend = await populated()
    expect(await namesIn(backend, { itemsInPage: 3 })).toEqual(['anna', 'bert', 'carl'])
    expect(await namesIn(backend, { itemsInPage: 3, page: 2 })).toEqual(['dora'])
    expect((await list(backend, { itemsInPage: 3, page: 3 })).result).toEqual({ items: [], totalItems: 4 })
  })

  it.each([
    [{ sortProperty: '_username', sortOrder: 'desc' }, ['dora', 'carl', 'bert', 'anna']],
    [{ sortProperty: '_createdAt', sortOrder: 'desc' }, ['dora', 'carl', 'bert', 'anna']],
    [{ sortProperty: 'age' }, ['bert', 'carl', 'anna', 'dora']],
    [{ sortProperty: 'age', sortOrder: 'desc' }, ['dora', 'anna', 'carl', 'bert']],
    [{ sortProperty: 'country', sortOrder: 'asc' }, ['bert', 'dora', 'anna', 'carl']],
  ])('sorts by %j', async (params, names) => {
    expect(await namesIn(await populated(), params)).toEqual(names)
  })

  it('filters by a part of the username or by the id', async () => {
    const backend = await populated()
    const { items = [] } = (await list(backend)).result ?? {}
    expect(await namesIn(backend, { nameFilter: 'ar' })).toEqual(['carl'])
    expect(await namesIn(backend, { nameFilter: items[1]?._id })).toEqual(['bert'])
    expect((await list(backend, { nameFilter: 'nobody' })).result).toEqual({ items: [], totalItems: 0 })
  })

  it.each([
    ['country == ?', ['US'], ['anna', 'carl']],
    ['country == ? && age > ?', ['US', 30], ['anna']],
    ['country == "US" && age > 20', [], ['anna', 'carl']],
    ['age >= 30', [], ['anna', 'carl']],
    ['age < 30', [], ['bert']],
    ['age <= ?', [30], ['bert', 'carl']],
    ['country != ?', ['US'], ['bert', 'dora']],
    ['country IN ["DE", "JP"]', [], ['bert', 'dora']],
    ['country NIN ?', [['DE', 'JP']], ['anna', 'carl']],
    ['age == 9 || age == 40 && country == "US"', [], ['anna', 'bert']],
    ['(age == 9 || age == 40) && country == "DE"', [], ['bert']],
    ['!(country == "US" || age == 9)', [], ['dora']],
    ['nickname == "say \\"hi\\""', [], []],
    ['age == "9"', [], []],
  ])('finds by %s', async (userQuery, userQueryBindParams, names) => {
    expect(await namesIn(await populated(), { userQuery, userQueryBindParams })).toEqual(names)
  })

  it('counts what it found, not what the page holds', async () => {
    const { result } = await list(await populated(), { userQuery: 'country == "US"', itemsInPage: 1, page: 2 })
    expect(result).toMatchObject({ items: [{ _username: 'carl' }], totalItems: 2 })
  })

  it.each([
    ['page', { page: 0 }],
    ['page', { page: undefined }],
    ['itemsInPage', { itemsInPage: 10_001 }],
    ['itemsInPage', { itemsInPage: 1.5 }],
    ['sortProperty', { sortProperty: undefined }],
    ['sortOrder', { sortOrder: 'up' }],
    ['propertyNames', { propertyNames: [7] }],
    ['nameFilter', { nameFilter: 7 }],
    ['userQuery', { userQuery: 'age ==' }],
    ['userQuery', { userQuery: 'age = 9' }],
    ['userQuery', { userQuery: '(age == 9' }],
    ['userQuery', { userQuery: 'age == 9 age == 9' }],
    ['userQuery', { userQuery: '"age" == 9' }],
    ['userQuery', { userQuery: 'age toString 9' }],
    ['userQuery', { userQuery: 'age == nine' }],
    ['userQueryBindParams', { userQuery: 'age == ?' }],
    ['userQueryBindParams', { userQuery: 'age == 9', userQueryBindParams: [9] }],
    ['userQueryBindParams', { userQuery: 'age == ?', userQueryBindParams: 9 }],
  ])('refuses a broken %s: %j', async (name, params) => {
    expect((await list(newBackend(), params)).error).toMatchObject({ code: -32602, data: { [name]: expect.any(String) } })
  })

  it('reads 10,000 users in one page', async () => {
    const backend = newBackend()
    const ids = backend.world.seed(10_000).map(({ id }) => id)
    const { result } = await list(backend, { itemsInPage: 10_000 })
    expect(result?.totalItems).toBe(10_000)
    expect(new Set(result?.items?.map(({ _id }) => _id))).toEqual(new Set(ids))
  })
})
