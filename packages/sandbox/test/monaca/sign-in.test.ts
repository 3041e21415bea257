import { describe, expect, it } from 'vitest'
import { newPerson, random, useBackends } from './backend.js'

const newBackend = useBackends()

describe('User.login', () => {
  it('answers the whole user, a login token and a session', async () => {
    const backend = newBackend()
    const person = await backend.register({ age: 21 })
    const { result, session } = await backend.login(person)
    expect(result?.user).toMatchObject({ _id: person.id, _username: person.username, age: 21 })
    expect(result?.loginToken).not.toBe(person.loginToken)
    expect(session).not.toBe(person.session)
    expect(await backend.isLive(session)).toBe(true)
    expect(await backend.isLive(person.session)).toBe(true)
  })

  it('answers an unknown user and a wrong password alike', async () => {
    const backend = newBackend()
    const { username } = await backend.register()
    const [wrong, unknown] = await Promise.all([backend.login({ username, password: random('wrong') }), backend.login(newPerson())])
    expect(wrong).toMatchObject({ status: 200, session: null, error: { code: -32602, data: { password: expect.any(String) } } })
    expect(unknown).toEqual(wrong)
  })

  it('tells them apart, if so set', async () => {
    const backend = newBackend({ loginFailuresAlike: false })
    const { username } = await backend.register()
    expect((await backend.login({ username, password: random('wrong') })).error?.data).toEqual({ password: expect.any(String) })
    expect((await backend.login(newPerson())).error?.data).toEqual({ username: expect.any(String) })
  })

  it.each(['username', 'password'])('needs a %s', async (name) => {
    const reply = await newBackend().call('User.login', { ...newPerson(), [name]: undefined })
    expect(reply.error).toMatchObject({ code: -32602, data: { [name]: expect.any(String) } })
  })

  it('gives no login token while auto-login is disabled', async () => {
    const backend = newBackend({ autoLogin: false })
    const reply = await backend.login(await backend.register())
    expect(Object.keys(reply.result ?? {})).toEqual(['user'])
  })
})

describe('User.autoLogin', () => {
  it('signs in with a login token', async () => {
    const backend = newBackend()
    const { id, loginToken } = await backend.register({ age: 21 })
    const { result, session } = await backend.call('User.autoLogin', { loginToken })
    expect(result).toMatchObject({ user: { _id: id, age: 21 }, loginToken })
    expect(await backend.isLive(session)).toBe(true)
  })

  it.each(['', 'wrong', 'toString'])('refuses the token "%s"', async (loginToken) => {
    const reply = await newBackend().call('User.autoLogin', { loginToken })
    expect(reply).toMatchObject({ session: null, error: { code: -32602, data: { loginToken: expect.any(String) } } })
  })

  it('fails with 13 while it is disabled, also with a token from before', async () => {
    const backend = newBackend()
    const { loginToken } = await backend.register()
    backend.world.set({ autoLogin: false })
    expect((await backend.call('User.autoLogin', { loginToken })).error?.code).toBe(13)
  })

  it('refuses a token when its lifetime is over, not before', async () => {
    const backend = newBackend({ loginTokenLifetime: 5_000, autoLoginToken: 'unchanged' })
    backend.world.clock.freeze()
    const { loginToken } = await backend.register()
    backend.world.clock.advance(4_999)
    expect((await backend.call('User.autoLogin', { loginToken })).error).toBeUndefined()
    backend.world.clock.advance(1)
    expect((await backend.call('User.autoLogin', { loginToken })).error?.data).toEqual({ loginToken: expect.any(String) })
  })

  it.each([
    ['extended', 'same', true],
    ['replaced', 'other', false],
    ['unchanged', 'none', false],
  ] as const)('%s: answers the %s token, and the old one outlives its first lifetime: %s', async (autoLoginToken, answered, outlives) => {
    const backend = newBackend({ loginTokenLifetime: 5_000, autoLoginToken })
    backend.world.clock.freeze()
    const { loginToken } = await backend.register()
    backend.world.clock.advance(4_000)
    const token = (await backend.call('User.autoLogin', { loginToken })).result?.loginToken
    expect(token === undefined ? 'none' : token === loginToken ? 'same' : 'other').toBe(answered)
    backend.world.clock.advance(4_000)
    expect((await backend.call('User.autoLogin', { loginToken })).error === undefined).toBe(outlives)
  })

  it('kills a replaced token at once', async () => {
    const backend = newBackend({ autoLoginToken: 'replaced' })
    const { loginToken } = await backend.register()
    const { result } = await backend.call('User.autoLogin', { loginToken })
    expect((await backend.call('User.autoLogin', { loginToken })).error?.code).toBe(-32602)
    expect((await backend.call('User.autoLogin', { loginToken: result?.loginToken })).error).toBeUndefined()
  })
})

describe('User.logout', () => {
  it('ends the session and the login token of the device, and no other', async () => {
    const backend = newBackend()
    const person = await backend.register()
    const other = await backend.login(person, { __device: 'device-2' })
    const reply = await backend.call('User.logout', { __session: person.session })
    expect(reply).toMatchObject({ status: 200, session: null, result: {} })
    expect(await backend.isLive(person.session)).toBe(false)
    expect((await backend.call('User.autoLogin', { loginToken: person.loginToken })).error?.code).toBe(-32602)
    expect(await backend.isLive(other.session)).toBe(true)
    expect((await backend.call('User.autoLogin', { loginToken: other.result?.loginToken })).error).toBeUndefined()
  })

  it('ends every id that the session has had', async () => {
    const backend = newBackend()
    const { session } = await backend.register()
    const renewed = await backend.call('User.getProperties', { names: [], __session: session })
    await backend.call('User.logout', { __session: session })
    expect(await backend.isLive(renewed.session)).toBe(false)
  })

  it('needs a session', async () => {
    expect((await newBackend().call('User.logout')).error?.code).toBe(11)
  })
})

describe('a session', () => {
  it('ends when its lifetime is over, not before', async () => {
    const backend = newBackend({ sessionLifetime: 5_000, renewSession: 'never' })
    backend.world.clock.freeze()
    const { session } = await backend.register()
    backend.world.clock.advance(4_999)
    expect(await backend.isLive(session)).toBe(true)
    backend.world.clock.advance(1)
    expect(await backend.isLive(session)).toBe(false)
  })

  it('keeps its id and its end, if so set', async () => {
    const backend = newBackend({ renewSession: 'never' })
    const { session } = await backend.register()
    expect((await backend.call('User.getProperties', { names: [], __session: session })).session).toBeNull()
  })

  it('gets a new id with a full lifetime from each call, also from one that fails', async () => {
    const backend = newBackend({ sessionLifetime: 5_000 })
    backend.world.clock.freeze()
    const { session } = await backend.register()
    backend.world.clock.advance(4_000)
    const failed = await backend.call('User.saveProperties', { properties: { _x: 1 }, __session: session })
    expect(failed).toMatchObject({ error: { code: -32602 }, session: expect.stringMatching(/^[0-9a-f]{40}$/) })
    expect(failed.session).not.toBe(session)
    backend.world.clock.advance(4_000)
    expect(await backend.isLive(failed.session)).toBe(true)
  })

  it('keeps a renewed id for the grace period, not longer', async () => {
    const backend = newBackend({ renewedSessionGrace: 1_000 })
    backend.world.clock.freeze()
    const { session } = await backend.register()
    await backend.call('User.getProperties', { names: [], __session: session })
    backend.world.clock.advance(999)
    expect(await backend.isLive(session)).toBe(true)
    backend.world.clock.advance(1)
    expect(await backend.isLive(session)).toBe(false)
  })

  it('forgets a renewed id at once without a grace period', async () => {
    const backend = newBackend({ renewedSessionGrace: 0 })
    const { session } = await backend.register()
    expect(await backend.isLive(session)).toBe(true)
    expect(await backend.isLive(session)).toBe(false)
  })

  it('does not work at another backend', async () => {
    const { session } = await newBackend().register()
    expect(await newBackend().isLive(session)).toBe(false)
  })
})
