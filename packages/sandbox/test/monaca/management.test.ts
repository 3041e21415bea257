import { describe, expect, it } from 'vitest'
import { newPerson, random, useBackends } from './backend.js'

const newBackend = useBackends()

describe('the management endpoint', () => {
  it('answers with the id it was given', async () => {
    expect(await newBackend().manage('User.getPropertyNames')).toMatchObject({ status: 200, id: 1, result: { names: [] } })
  })

  it('refuses another key with 4', async () => {
    const backend = newBackend()
    expect(await backend.manage('User.getPropertyNames', {}, 'wrong')).toMatchObject({ status: 200, error: { code: 4 } })
  })

  it('refuses the api key of the app, and no key at all, with 4', async () => {
    const backend = newBackend()
    const body = JSON.stringify({ jsonrpc: '2.0', method: 'User.getPropertyNames', id: 1 })
    expect((await backend.manage('User.getPropertyNames', {}, backend.connection.apiKey)).error?.code).toBe(4)
    expect((await backend.post(`${backend.connection.managementUrl}`, body)).error?.code).toBe(4)
  })

  it('takes the keys that are set instead, or none', async () => {
    const backend = newBackend({ managementKeys: ['other'] })
    expect((await backend.manage('User.getPropertyNames', {}, 'other')).error).toBeUndefined()
    expect((await backend.manage('User.getPropertyNames')).error?.code).toBe(4)
    backend.world.set({ managementKeys: [] })
    expect((await backend.manage('User.getPropertyNames', {}, 'other')).error?.code).toBe(4)
  })

  it.each(['User.login', 'User.setPassword', 'toString'])('knows no method %s', async (method) => {
    expect((await newBackend().manage(method, {})).error?.code).toBe(-32601)
  })

  it('does not serve apps', async () => {
    expect((await newBackend().call('User.list', { page: 1, itemsInPage: 1, sortProperty: '_id' })).error?.code).toBe(-32601)
  })
})

describe('User.create', () => {
  it('creates a user who can sign in', async () => {
    const backend = newBackend()
    const person = newPerson()
    const { result } = await backend.manage('User.create', { ...person, properties: { age: 21 } })
    expect(result?.user).toMatchObject({ _id: expect.any(String), _username: person.username, age: 21 })
    expect((await backend.login(person)).result?.user).toEqual(result?.user)
  })

  it('follows the rules', async () => {
    const reply = await newBackend().manage('User.create', { username: 'a b', password: '1', properties: { _x: 1 } })
    expect(reply.error?.code).toBe(-32602)
    expect(Object.keys(reply.error?.data ?? {})).toEqual(['username', 'password', 'properties'])
  })

  it('refuses a taken username', async () => {
    const backend = newBackend()
    const { username } = await backend.register()
    expect((await backend.manage('User.create', { ...newPerson(), username })).error?.data).toEqual({ username: expect.any(String) })
  })
})

describe('User.get', () => {
  it('answers the whole user', async () => {
    const backend = newBackend()
    const { id, username } = await backend.register({ age: 21 })
    expect((await backend.manage('User.get', { _id: id })).result?.user).toMatchObject({ _id: id, _username: username, age: 21 })
  })

  it.each(['unknown', undefined])('refuses the id %s', async (_id) => {
    expect((await newBackend().manage('User.get', { _id })).error).toMatchObject({ code: -32602, data: { _id: expect.any(String) } })
  })
})

describe('User.update', () => {
  it('adds and changes properties, and ignores the system ones', async () => {
    const backend = newBackend()
    const { id } = await backend.register({ age: 21, icon: 'cat' })
    const before = (await backend.manage('User.get', { _id: id })).result?.user
    const user = { ...before, _id: 'other', _createdAt: 1, _updatedAt: 1, age: 22 }
    expect(await backend.manage('User.update', { _id: id, user })).toMatchObject({ status: 200, result: null })
    const after = (await backend.manage('User.get', { _id: id })).result?.user
    expect(after).toEqual({ ...before, _updatedAt: after?._updatedAt, age: 22 })
    expect(after?._updatedAt).toBeGreaterThan(1)
  })

  it('renames a user, who keeps the id and the session', async () => {
    const backend = newBackend()
    const person = await backend.register()
    const { username } = newPerson()
    await backend.manage('User.update', { _id: person.id, user: { _username: username } })
    expect((await backend.login({ ...person, username })).result?.user?._id).toBe(person.id)
    expect((await backend.login(person)).error?.code).toBe(-32602)
    expect((await backend.call('User.validate', { username: person.username })).error).toBeUndefined()
    expect(await backend.isLive(person.session)).toBe(true)
  })

  it.each(['a b', 'abc', 7])('refuses the username %s', async (_username) => {
    const backend = newBackend()
    const { id } = await backend.register()
    expect((await backend.manage('User.update', { _id: id, user: { _username } })).error?.data).toEqual({ _username: expect.any(String) })
  })

  it('refuses a taken username and changes nothing', async () => {
    const backend = newBackend()
    const [one, other] = [await backend.register(), await backend.register({ age: 21 })]
    const reply = await backend.manage('User.update', { _id: other.id, user: { _username: one.username, age: 22 } })
    expect(reply.error).toMatchObject({ code: -32602, data: { _username: expect.any(String) } })
    expect((await backend.login(other)).result?.user?.age).toBe(21)
  })

  it('leaves the username alone, if so set', async () => {
    const backend = newBackend({ managementMayRename: false })
    const { id, username } = await backend.register()
    await backend.manage('User.update', { _id: id, user: { _username: newPerson().username } })
    expect((await backend.manage('User.get', { _id: id })).result?.user?._username).toBe(username)
  })

  it('refuses a broken property name', async () => {
    const backend = newBackend()
    const { id } = await backend.register()
    expect((await backend.manage('User.update', { _id: id, user: { _secret: 1 } })).error?.data).toEqual({ user: expect.any(String) })
  })

  it('refuses an unknown id', async () => {
    expect((await newBackend().manage('User.update', { _id: 'unknown', user: {} })).error?.data).toEqual({ _id: expect.any(String) })
  })
})

describe('User.delete', () => {
  it('deletes the listed users with their sessions, and ignores unknown ids', async () => {
    const backend = newBackend()
    const [one, two, three] = [await backend.register(), await backend.register(), await backend.register()]
    const reply = await backend.manage('User.delete', { idList: [one.id, 'unknown', two.id] })
    expect(reply).toMatchObject({ status: 200, result: null })
    expect(backend.world.users().map(({ id }) => id)).toEqual([three.id])
    expect(await backend.isLive(one.session)).toBe(false)
    expect((await backend.call('User.autoLogin', { loginToken: two.loginToken })).error?.code).toBe(-32602)
  })

  it.each([[undefined], ['id'], [[7]]])('refuses the list %s', async (idList) => {
    expect((await newBackend().manage('User.delete', { idList })).error?.data).toEqual({ idList: expect.any(String) })
  })
})

describe('User.getPropertyNames', () => {
  it('knows the names of the latest 100 users only', async () => {
    const backend = newBackend()
    await backend.register({ forgotten: 1 })
    await backend.register({ age: 1, icon: 1 })
    const body = { password: random('password'), properties: { age: 2 } }
    await Promise.all(Array.from({ length: 99 }, () => backend.manage('User.create', { ...body, username: random('user') })))
    const { result } = await backend.manage('User.getPropertyNames')
    expect([...(result?.names ?? [])].sort()).toEqual(['age', 'icon'])
  })
})
