import { describe, expect, it } from 'vitest'
import { newPerson, random, useBackends } from './backend.js'

const newBackend = useBackends()

const brokenUsernames = [
  ['has a space', 'some body@example.com'],
  ['has a line break', 'some\nbody'],
  ['is too short', 'abc'],
  ['is too long', 'x'.repeat(256)],
  ['is missing', undefined],
  ['is a number', 12345],
] as const

const brokenPasswords = [
  ['has a space', 'pass word'],
  ['is too short', 'abcde'],
  ['is too long', 'x'.repeat(81)],
  ['is missing', undefined],
] as const

const brokenProperties = [
  ['has a leading underscore', { _id: 1 }],
  ['has a leading digit', { '1st': 1 }],
  ['has another character', { 'e-mail': 1 }],
  ['is too large', { text: 'x'.repeat(500 * 1024) }],
  ['is a list', []],
  ['is text', '{}'],
] as const

describe('User.register', () => {
  it('creates the user and signs them in', async () => {
    const backend = newBackend()
    backend.world.clock.freeze(1_600_000_000_123)
    const person = newPerson()
    const { status, id, session, result } = await backend.call('User.register', { ...person, properties: { age: 21, tags: ['a'] } })
    expect({ status, id }).toEqual({ status: 200, id: '1' })
    expect(result).toEqual({
      user: {
        _id: expect.stringMatching(/^[0-9a-f]{24}$/),
        _username: person.username,
        _createdAt: 1_600_000_000_123,
        _updatedAt: 1_600_000_000_123,
        age: 21,
        tags: ['a'],
      },
      loginToken: expect.stringMatching(/^[0-9a-f]{40}$/),
    })
    expect(await backend.isLive(session)).toBe(true)
  })

  it('tells the time as it is set to', async () => {
    const backend = newBackend({ timestampUnit: 'seconds', updatedAtName: '_updateAt' })
    backend.world.clock.freeze(1_600_000_000_123)
    const reply = await backend.call('User.register', newPerson())
    expect(reply.result?.user).toMatchObject({ _createdAt: 1_600_000_000, _updateAt: 1_600_000_000 })
    expect(reply.result?.user).not.toHaveProperty('_updatedAt')
  })

  it.each(brokenUsernames)('refuses a username that %s', async (_, username) => {
    const reply = await newBackend().call('User.register', { ...newPerson(), username })
    expect(reply).toMatchObject({ status: 200, session: null, error: { code: -32602, data: { username: expect.any(String) } } })
  })

  it.each(brokenPasswords)('refuses a password that %s', async (_, password) => {
    const reply = await newBackend().call('User.register', { ...newPerson(), password })
    expect(reply).toMatchObject({ session: null, error: { code: -32602, data: { password: expect.any(String) } } })
  })

  it.each(brokenProperties)('refuses properties when one %s', async (_, properties) => {
    const reply = await newBackend().call('User.register', { ...newPerson(), properties })
    expect(reply).toMatchObject({ session: null, error: { code: -32602, data: { properties: expect.any(String) } } })
  })

  it('names every parameter at fault', async () => {
    const reply = await newBackend().call('User.register', { username: 'a b', password: '1', properties: { _x: 1 } })
    expect(Object.keys(reply.error?.data ?? {})).toEqual(['username', 'password', 'properties'])
  })

  it('refuses a taken username', async () => {
    const backend = newBackend()
    const { username } = await backend.register()
    const reply = await backend.call('User.register', { ...newPerson(), username })
    expect(reply.error).toMatchObject({ code: -32602, data: { username: expect.any(String) } })
  })

  it('gives a name to one of several who ask at the same time', async () => {
    const backend = newBackend()
    const person = newPerson()
    const replies = await Promise.all(Array.from({ length: 5 }, () => backend.call('User.register', person)))
    expect(replies.filter(({ result }) => result !== undefined)).toHaveLength(1)
    expect(backend.world.users()).toHaveLength(1)
  })

  it('asks for the lengths that are set', async () => {
    const backend = newBackend({ minimumUsernameLength: 2, minimumPasswordLength: 10 })
    expect((await backend.call('User.register', { username: 'ab', password: '1234567890' })).error).toBeUndefined()
    expect((await backend.call('User.register', { username: 'a', password: '123456789' })).error?.data).toEqual({
      username: expect.any(String),
      password: expect.any(String),
    })
  })

  it('accepts a username of 255 characters and a password of 80', async () => {
    const backend = newBackend()
    const person = { username: 'u'.repeat(255), password: 'p'.repeat(80) }
    await backend.call('User.register', person)
    expect((await backend.login(person)).result?.user?._username).toBe(person.username)
  })

  it('keeps the password hashed', async () => {
    const backend = newBackend()
    const { password } = await backend.register()
    expect(JSON.stringify(backend.world.data)).not.toContain(password)
  })
})

describe('User.validate', () => {
  it('accepts what could be registered, and registers nobody', async () => {
    const backend = newBackend()
    const reply = await backend.call('User.validate', { username: newPerson().username, properties: { age: 21 } })
    expect(reply).toMatchObject({ status: 200, session: null, result: {} })
    expect(backend.world.users()).toEqual([])
  })

  it.each(brokenUsernames)('refuses a username that %s', async (_, username) => {
    const reply = await newBackend().call('User.validate', { username })
    expect(reply.error).toMatchObject({ code: -32602, data: { username: expect.any(String) } })
  })

  it.each(brokenProperties)('refuses properties when one %s', async (_, properties) => {
    const reply = await newBackend().call('User.validate', { username: newPerson().username, properties })
    expect(reply.error).toMatchObject({ code: -32602, data: { properties: expect.any(String) } })
  })

  it('refuses a taken username', async () => {
    const backend = newBackend()
    const { username } = await backend.register()
    expect((await backend.call('User.validate', { username })).error).toMatchObject({
      code: -32602,
      data: { username: expect.any(String) },
    })
  })
})

describe('User.unregister', () => {
  it('removes the user, their sessions and login tokens, and frees the name', async () => {
    const backend = newBackend()
    const person = await backend.register()
    const reply = await backend.call('User.unregister', { password: person.password, __session: person.session })
    expect(reply).toMatchObject({ status: 200, session: null, result: {} })
    expect(backend.world.data).toEqual({ users: {}, usernames: {}, sessions: {}, loginTokens: {}, resetTokens: {}, devices: {} })
    expect(await backend.isLive(person.session)).toBe(false)
    expect((await backend.call('User.autoLogin', { loginToken: person.loginToken })).error?.code).toBe(-32602)
    expect((await backend.login(person)).error?.code).toBe(-32602)
    expect((await backend.call('User.validate', person)).error).toBeUndefined()
  })

  it('needs the right password', async () => {
    const backend = newBackend()
    const { session } = await backend.register()
    const reply = await backend.call('User.unregister', { password: random('wrong'), __session: session })
    expect(reply.error).toMatchObject({ code: -32602, data: { password: expect.any(String) } })
    expect(backend.world.users()).toHaveLength(1)
  })

  it('needs a session', async () => {
    expect((await newBackend().call('User.unregister', { password: 'password' })).error?.code).toBe(11)
  })
})

describe('User.updatePassword', () => {
  it('changes the password and keeps the session', async () => {
    const backend = newBackend()
    const person = await backend.register()
    const newPassword = random('new')
    const reply = await backend.call('User.updatePassword', { oldPassword: person.password, newPassword, __session: person.session })
    expect(reply).toMatchObject({ status: 200, result: {} })
    expect(await backend.isLive(reply.session)).toBe(true)
    expect((await backend.login(person)).error?.code).toBe(-32602)
    expect((await backend.login({ ...person, password: newPassword })).result?.user?._id).toBe(person.id)
  })

  it('needs the right old password', async () => {
    const backend = newBackend()
    const { session } = await backend.register()
    const params = { oldPassword: random('wrong'), newPassword: random('new'), __session: session }
    expect((await backend.call('User.updatePassword', params)).error?.data).toEqual({ oldPassword: expect.any(String) })
  })

  it.each(brokenPasswords)('refuses a new password that %s', async (_, newPassword) => {
    const backend = newBackend()
    const { password, session } = await backend.register()
    const reply = await backend.call('User.updatePassword', { oldPassword: password, newPassword, __session: session })
    expect(reply.error).toMatchObject({ code: -32602, data: { newPassword: expect.any(String) } })
  })

  it('needs a session', async () => {
    expect((await newBackend().call('User.updatePassword', { oldPassword: 'a', newPassword: 'b' })).error?.code).toBe(11)
  })

  it.each([
    [true, false],
    [false, true],
  ])('ends the other sessions and login tokens: %s', async (passwordChangeEndsOtherSessions, othersLive) => {
    const backend = newBackend({ passwordChangeEndsOtherSessions })
    const person = await backend.register()
    const other = await backend.login(person, { __device: 'device-2' })
    const params = { oldPassword: person.password, newPassword: random('new'), __session: person.session }
    const { session } = await backend.call('User.updatePassword', params)
    const token = await backend.call('User.autoLogin', { loginToken: other.result?.loginToken, __device: 'device-2' })
    expect(await backend.isLive(session)).toBe(true)
    expect(await backend.isLive(other.session)).toBe(othersLive)
    expect(token.error === undefined).toBe(othersLive)
    expect((await backend.call('User.autoLogin', { loginToken: person.loginToken })).error).toBeUndefined()
  })

  it('happens once when it is asked twice at the same time', async () => {
    const backend = newBackend({ renewSession: 'never' })
    const { password, session } = await backend.register()
    const change = () => backend.call('User.updatePassword', { oldPassword: password, newPassword: random('new'), __session: session })
    const replies = await Promise.all([change(), change()])
    expect(replies.map(({ error }) => error?.data).sort()).toEqual([{ oldPassword: expect.any(String) }, undefined])
  })
})
