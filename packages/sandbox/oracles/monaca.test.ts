import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { type MonacaSettings, type Sandbox, startSandbox, type World } from '../src/index.js'
import { MonacaClient, type MonacaConnection, type MonacaDevice, type SignedIn } from './monaca-client.js'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await startSandbox({ vendors: ['monaca'] })
})
afterAll(() => sandbox.stop())
afterEach(() => {
  vi.restoreAllMocks()
})

const password = 'pass-1234'
const freshName = (): string => `${randomUUID()}@example.com`
const newDevice = (): MonacaDevice => ({ id: randomUUID(), storage: new Map() })
const storedToken = (device: MonacaDevice): string | undefined => device.storage.get('monacaCloudLoginToken')
const invalid = (...parameters: readonly string[]): object => ({
  code: -32602,
  message: expect.any(String),
  data: expect.objectContaining(Object.fromEntries(parameters.map((name) => [name, expect.any(String)]))),
})

interface App {
  readonly world: Pick<World<MonacaSettings>, 'clock' | 'faults' | 'outbox' | 'set' | 'settings'>
  readonly connection: MonacaConnection
  /** Starts the app on a device; on the same device again, it is the app after a restart. */
  readonly start: (device?: MonacaDevice) => MonacaClient
}

function newApp(settings: Partial<MonacaSettings> = {}): App {
  const appId = randomUUID()
  const world = sandbox.app('monaca', appId)
  world.set(settings)
  const { endpoint = '', backendId = '', apiKey = '' }: Partial<MonacaConnection> = sandbox.connection('monaca', appId)
  const connection = { endpoint, backendId, apiKey }
  return { world, connection, start: (device = newDevice()) => new MonacaClient(connection, device) }
}

interface Member extends App, SignedIn {
  readonly name: string
  readonly device: MonacaDevice
  readonly client: MonacaClient
}

async function member(settings: Partial<MonacaSettings> = {}, properties: object = {}): Promise<Member> {
  const app = newApp(settings)
  const [name, device] = [freshName(), newDevice()]
  const client = app.start(device)
  return { ...app, name, device, client, ...(await client.register(name, password, { ...properties })) }
}

/** What goes over the wire from here on. */
function recordedCalls(): {
  readonly params: (index: number) => Record<string, unknown>
  readonly newSession: (index: number) => Promise<string | null | undefined>
} {
  const spy = vi.spyOn(globalThis, 'fetch')
  return {
    params: (index) => JSON.parse(String(spy.mock.calls[index]?.[1]?.body)).params,
    newSession: async (index) => (await spy.mock.results[index]?.value)?.headers.get('X-Set-Monaca-Cloud-Session'),
  }
}

const illFormedNames = { 'with a space': 'some body', 'shorter than the minimum': 'abcdefg', 'of 256 characters': 'a'.repeat(256) }
const illFormedPasswords = { 'with a space': 'some secret', 'shorter than the minimum': 'abcdefg', 'of 81 characters': 'a'.repeat(81) }
const illFormedProperties = {
  'a key with an underscore in front': { _nickname: 'John' },
  'a key with a digit in front': { '1nickname': 'John' },
  'a key with a dash': { 'nick-name': 'John' },
  'a key with an underscore inside': { nick_name: 'John' },
  'an empty key': { '': 'John' },
  'more than 500 KB': { icon: 'x'.repeat(520_000) },
}
const minimums = { minimumUsernameLength: 8, minimumPasswordLength: 8 }

describe('what the client sends', () => {
  test.each<[string, object, (client: MonacaClient) => Promise<unknown>]>([
    ['User.register', { username: 'u', password: 'p', properties: {} }, (client) => client.register('u', 'p')],
    ['User.validate', { username: 'u' }, (client) => client.validate('u')],
    ['User.unregister', { password: 'p' }, (client) => client.unregister('p')],
    ['User.login', { username: 'u', password: 'p' }, (client) => client.login('u', 'p')],
    ['User.autoLogin', { loginToken: '' }, (client) => client.autoLogin()],
    ['User.logout', {}, (client) => client.logout()],
    ['User.updatePassword', { oldPassword: 'o', newPassword: 'n' }, (client) => client.updatePassword('o', 'n')],
    ['User.sendPasswordResetToken', { username: 'u' }, (client) => client.sendPasswordResetToken('u')],
    [
      'User.resetPasswordAndLogin',
      { username: 'u', newPassword: 'n', token: 't' },
      (client) => client.resetPasswordAndLogin('u', 'n', 't'),
    ],
    ['User.getProperties', { names: ['a'] }, (client) => client.getProperty('a')],
    ['User.getProperties', { names: ['a', 'b'] }, (client) => client.getProperties(['a', 'b'])],
    ['User.saveProperties', { properties: { a: 1 } }, (client) => client.saveProperty('a', 1)],
    ['User.saveProperties', { properties: {} }, (client) => client.saveProperty(undefined, 1)],
    ['User.saveProperties', { properties: { a: 1, b: 2 } }, (client) => client.saveProperties({ a: 1, b: 2 })],
  ])('%s %j', async (method, params, call) => {
    const { connection, start } = newApp()
    const device = newDevice()
    const sent = vi.spyOn(globalThis, 'fetch')
    await call(start(device)).catch(() => undefined)
    expect(sent).toHaveBeenCalledExactlyOnceWith(connection.endpoint + connection.backendId, expect.objectContaining({ method: 'POST' }))
    const { headers, body } = sent.mock.calls[0]?.[1] ?? {}
    expect(headers).toEqual({ Accept: 'application/json', 'Content-Type': 'application/x-www-form-urlencoded' })
    const everyCall = { __api_key: connection.apiKey, __device: device.id }
    expect(JSON.parse(String(body))).toEqual({ jsonrpc: '2.0', method, params: { ...params, ...everyCall }, id: '1' })
  })

  test('the session of the last reply', async () => {
    const { client } = await member({ renewSession: 'always' })
    const calls = recordedCalls()
    await client.getProperties([])
    await client.getProperties([])
    expect(await calls.newSession(0)).toEqual(expect.any(String))
    expect(calls.params(1).__session).toBe(await calls.newSession(0))
  })

  test('the same session again after a reply that brought none', async () => {
    const { client } = await member({ renewSession: 'never' })
    const calls = recordedCalls()
    await client.getProperties([])
    await client.getProperties([])
    expect(await calls.newSession(0)).toBeNull()
    expect(calls.params(0).__session).toEqual(expect.any(String))
    expect(calls.params(1).__session).toBe(calls.params(0).__session)
  })

  test('no session after a restart, which forgets it', async () => {
    const { device, start } = await member()
    const calls = recordedCalls()
    await start(device).validate(freshName())
    expect(calls.params(0)).not.toHaveProperty('__session')
  })

  test('a session from a reply that is an error', async () => {
    const { client } = await member({ renewSession: 'always' })
    const calls = recordedCalls()
    await expect(client.updatePassword('wrong-1234', password)).rejects.toMatchObject({ code: -32602 })
    await client.getProperties([])
    expect(await calls.newSession(0)).toEqual(expect.any(String))
    expect(calls.params(1).__session).toBe(await calls.newSession(0))
  })
})

describe('register (MO01)', () => {
  test('signs in and answers with the whole user', async () => {
    const { world, start } = newApp()
    world.clock.freeze(1_600_000_000_000)
    const [name, device] = [freshName(), newDevice()]
    const client = start(device)
    const { user, loginToken } = await client.register(name, password, { age: 21 })
    expect(user).toEqual({
      _id: expect.any(String),
      _username: name,
      _createdAt: 1_600_000_000_000,
      _updatedAt: 1_600_000_000_000,
      age: 21,
    })
    expect(client._oid).toBe(user._id)
    expect(client.isAuthenticated()).toBe(true)
    expect(storedToken(device)).toBe(loginToken)
    expect(await client.getProperty('age')).toBe(21)
  })

  test('takes names of 255 characters, passwords of 80 and properties of nearly 500 KB', async () => {
    const client = newApp().start()
    const [name, icon] = [randomUUID().padEnd(255, 'n'), 'x'.repeat(499_000)]
    await client.register(name, 'p'.repeat(80), { icon })
    expect(await client.getProperty('icon')).toBe(icon)
  })

  test('refuses a name that is taken', async () => {
    const { name, start } = await member()
    const other = start()
    await expect(other.register(name, 'other-1234')).rejects.toMatchObject(invalid('username'))
    expect(other.isAuthenticated()).toBe(false)
  })

  test.each(Object.entries(illFormedNames))('refuses a name %s', async (_, name) => {
    await expect(newApp(minimums).start().register(name, password)).rejects.toMatchObject(invalid('username'))
  })

  test.each(Object.entries(illFormedPasswords))('refuses a password %s', async (_, secret) => {
    await expect(newApp(minimums).start().register(freshName(), secret)).rejects.toMatchObject(invalid('password'))
  })

  test.each(Object.entries(illFormedProperties))('refuses properties with %s', async (_, properties) => {
    const [client, name] = [newApp().start(), freshName()]
    await expect(client.register(name, password, properties)).rejects.toMatchObject(invalid('properties'))
    await expect(client.login(name, password)).rejects.toMatchObject({ code: -32602 })
  })
})

describe('validate (MO02)', () => {
  test('accepts what register would, and creates nobody', async () => {
    const [client, name] = [newApp().start(), freshName()]
    await client.validate(name, { age: 21 })
    expect(client._oid).toBeNull()
    expect((await client.register(name, password)).user._username).toBe(name)
  })

  test('refuses a name that is taken', async () => {
    const { name, start } = await member()
    await expect(start().validate(name)).rejects.toMatchObject(invalid('username'))
  })

  test.each(Object.entries(illFormedNames))('refuses a name %s', async (_, name) => {
    await expect(newApp(minimums).start().validate(name)).rejects.toMatchObject(invalid('username'))
  })

  test.each(Object.entries(illFormedProperties))('refuses properties with %s', async (_, properties) => {
    await expect(newApp().start().validate(freshName(), properties)).rejects.toMatchObject(invalid('properties'))
  })
})

describe('unregister (MO03)', () => {
  test('removes the user and everything the client knew', async () => {
    const { client, device, name } = await member()
    await client.unregister(password)
    expect(client._oid).toBeNull()
    expect(client.isAuthenticated()).toBe(false)
    expect(storedToken(device)).toBeUndefined()
    const calls = recordedCalls()
    await expect(client.login(name, password)).rejects.toMatchObject({ code: -32602 })
    expect(calls.params(0)).not.toHaveProperty('__session')
  })

  test('changes nothing for a wrong password', async () => {
    const { client, device, loginToken, user } = await member()
    await expect(client.unregister('wrong-1234')).rejects.toMatchObject(invalid('password'))
    expect(client._oid).toBe(user._id)
    expect(storedToken(device)).toBe(loginToken)
    await expect(client.getProperties([])).resolves.toEqual({})
  })
})

describe('login (MO04)', () => {
  test('answers with the same user as register', async () => {
    const { name, start, user } = await member({}, { age: 21, nickname: 'John' })
    const device = newDevice()
    const client = start(device)
    const signedIn = await client.login(name, password)
    expect(signedIn.user).toEqual(user)
    expect(client._oid).toBe(user._id)
    expect(storedToken(device)).toBe(signedIn.loginToken)
    expect(storedToken(device)).toEqual(expect.any(String))
  })

  test('refuses an unknown name and a wrong password alike', async () => {
    const { name, start } = await member()
    const client = start()
    const failure = (call: Promise<unknown>): Promise<unknown> =>
      call.then(
        () => 'signed in',
        ({ code, message, data }) => ({ code, message, data }),
      )
    const wrongPassword = await failure(client.login(name, 'wrong-1234'))
    expect(wrongPassword).toMatchObject({ code: -32602 })
    expect(await failure(client.login(freshName(), password))).toEqual(wrongPassword)
    expect(client._oid).toBeNull()
  })
})

describe('isAuthenticated (MO05) and _oid (MO15)', () => {
  test('nobody is signed in when the app starts, even on a device with a login token', async () => {
    const { device, start } = await member()
    const restarted = start(device)
    expect(restarted._oid).toBeNull()
    expect(restarted.isAuthenticated()).toBe(false)
  })

  test('both are local: they outlive the session, and asking sends nothing', async () => {
    const { client, user, world } = await member()
    world.clock.advance(world.settings.sessionLifetime + 1)
    await expect(client.getProperties([])).rejects.toMatchObject({ code: 11 })
    const sent = vi.spyOn(globalThis, 'fetch')
    expect(client.isAuthenticated()).toBe(true)
    expect(client._oid).toBe(user._id)
    expect(sent).not.toHaveBeenCalled()
  })
})

describe('autoLogin (MO06)', () => {
  test('signs in after a restart, with the login token alone', async () => {
    const { device, start, user } = await member({}, { age: 21 })
    const restarted = start(device)
    expect((await restarted.autoLogin()).user).toEqual(user)
    expect(restarted._oid).toBe(user._id)
    expect(await restarted.getProperty('age')).toBe(21)
  })

  test('works again after it worked', async () => {
    const { device, start, user } = await member()
    await start(device).autoLogin()
    expect((await start(device).autoLogin()).user._id).toBe(user._id)
  })

  test.each(['', 'nonsense'])('refuses the login token %j', async (token) => {
    const device = newDevice()
    if (token !== '') device.storage.set('monacaCloudLoginToken', token)
    const client = newApp().start(device)
    await expect(client.autoLogin()).rejects.toMatchObject({ code: -32602 })
    expect(client._oid).toBeNull()
  })

  test('refuses an expired login token', async () => {
    const { device, start, world } = await member()
    world.clock.advance(world.settings.loginTokenLifetime + 1)
    await expect(start(device).autoLogin()).rejects.toMatchObject(invalid('loginToken'))
  })
})

describe('logout (MO07)', () => {
  test('forgets the user, the session and the login token', async () => {
    const { client, device } = await member()
    await client.logout()
    expect(client._oid).toBeNull()
    expect(client.isAuthenticated()).toBe(false)
    expect(storedToken(device)).toBeUndefined()
    const calls = recordedCalls()
    await expect(client.getProperties([])).rejects.toMatchObject({ code: 11 })
    expect(calls.params(0)).not.toHaveProperty('__session')
  })

  test('disables auto-login, even for a copy of the login token', async () => {
    const { client, device, start } = await member()
    const copy = { ...device, storage: new Map(device.storage) }
    await client.logout()
    await expect(start(device).autoLogin()).rejects.toMatchObject({ code: -32602 })
    await expect(start(copy).autoLogin()).rejects.toMatchObject({ code: -32602 })
  })
})

describe('updatePassword (MO08)', () => {
  test('replaces the password and keeps the user signed in', async () => {
    const { client, name, start, user } = await member()
    await client.updatePassword(password, 'fresh-1234')
    expect(client._oid).toBe(user._id)
    await expect(client.getProperties([])).resolves.toEqual({})
    await expect(start().login(name, password)).rejects.toMatchObject({ code: -32602 })
    expect((await start().login(name, 'fresh-1234')).user._id).toBe(user._id)
  })

  test('refuses a wrong old password', async () => {
    const { client, name, start, user } = await member()
    await expect(client.updatePassword('wrong-1234', 'fresh-1234')).rejects.toMatchObject(invalid('oldPassword'))
    expect((await start().login(name, password)).user._id).toBe(user._id)
  })

  test.each(Object.entries(illFormedPasswords))('refuses a new password %s', async (_, secret) => {
    const { client } = await member(minimums)
    await expect(client.updatePassword(password, secret)).rejects.toMatchObject(invalid('newPassword'))
  })
})

describe('sendPasswordResetToken (MO09)', () => {
  test('mails the token to the address that is the name', async () => {
    const { name, start, world } = await member()
    const client = start()
    await client.sendPasswordResetToken(name)
    const { code, text, channel } = await world.outbox.next({ to: name, purpose: 'password-reset' })
    expect(channel).toBe('email')
    expect(code).toEqual(expect.stringMatching(/./))
    expect(text).toContain(code)
    expect(client._oid).toBeNull()
  })

  test('mails to the property named by emailPropertyName, with the template named by templateName', async () => {
    const email = freshName()
    const { name, start, world } = await member(
      { mailTemplates: { welcome_back: { subject: 'Welcome back', body: 'Your token: %PASSWORD_RESET_TOKEN%.' } } },
      { email },
    )
    await start().sendPasswordResetToken(name, { emailPropertyName: 'email', templateName: 'welcome_back' })
    const { code, subject, text } = await world.outbox.next({ to: email })
    expect(subject).toBe('Welcome back')
    expect(text).toBe(`Your token: ${code}.`)
  })

  test.each<[string, (member: Member) => readonly [string, object?]]>([
    ['an unknown name', () => [freshName()]],
    ['an unknown template', ({ name }) => [name, { templateName: 'nothing_like_it' }]],
    ['a property the user lacks', ({ name }) => [name, { emailPropertyName: 'email' }]],
  ])('refuses %s, and sends nothing', async (_, input) => {
    const account = await member()
    await expect(account.start().sendPasswordResetToken(...input(account))).rejects.toMatchObject({
      code: -32602,
      data: expect.any(Object),
    })
    expect(account.world.outbox.messages()).toEqual([])
  })
})

describe('resetPasswordAndLogin (MO10)', () => {
  async function forgetful(settings: Partial<MonacaSettings> = {}): Promise<Member & { readonly token: string }> {
    const account = await member(settings, { age: 21 })
    await account.start().sendPasswordResetToken(account.name)
    const { code = '' } = await account.world.outbox.next({ to: account.name })
    return { ...account, token: code }
  }

  test('sets the new password and signs in', async () => {
    const { name, start, token, user } = await forgetful()
    const device = newDevice()
    const client = start(device)
    const signedIn = await client.resetPasswordAndLogin(name, 'fresh-1234', token)
    expect(signedIn.user).toMatchObject({ _id: user._id, _username: name, age: 21 })
    expect(client._oid).toBe(user._id)
    expect(storedToken(device)).toBe(signedIn.loginToken)
    expect(await client.getProperty('age')).toBe(21)
    await expect(start().login(name, password)).rejects.toMatchObject({ code: -32602 })
    expect((await start().login(name, 'fresh-1234')).user._id).toBe(user._id)
  })

  test('refuses a token that was used, has expired, or is wrong', async () => {
    const { name, start, token, world } = await forgetful()
    const client = start()
    await expect(client.resetPasswordAndLogin(name, 'fresh-1234', 'nonsense')).rejects.toMatchObject(invalid('token'))
    expect(client._oid).toBeNull()
    await client.resetPasswordAndLogin(name, 'fresh-1234', token)
    await expect(start().resetPasswordAndLogin(name, 'other-1234', token)).rejects.toMatchObject(invalid('token'))
    await start().sendPasswordResetToken(name)
    const { code = '' } = await world.outbox.next({ to: name })
    world.clock.advance(world.settings.resetTokenLifetime + 1)
    await expect(start().resetPasswordAndLogin(name, 'other-1234', code)).rejects.toMatchObject(invalid('token'))
  })

  test("refuses somebody else's token", async () => {
    const { start, token } = await forgetful()
    const other = freshName()
    await start().register(other, password)
    await expect(start().resetPasswordAndLogin(other, 'fresh-1234', token)).rejects.toMatchObject({ code: -32602 })
    expect((await start().login(other, password)).user._username).toBe(other)
  })

  test.each(Object.entries(illFormedPasswords))('refuses a new password %s', async (_, secret) => {
    const { name, start, token } = await forgetful(minimums)
    await expect(start().resetPasswordAndLogin(name, secret, token)).rejects.toMatchObject(invalid('newPassword'))
  })
})

describe('properties (MO11 to MO14)', () => {
  test('getProperty answers with the value itself, of any JSON type', async () => {
    const { client } = await member({}, { age: 21, tags: ['a', 'b'], address: { city: 'Osaka' } })
    expect(await client.getProperty('age')).toBe(21)
    expect(await client.getProperty('tags')).toEqual(['a', 'b'])
    expect(await client.getProperty('address')).toEqual({ city: 'Osaka' })
  })

  test('getProperties answers with the named ones', async () => {
    const { client } = await member({}, { age: 21, icon: 'cat', nickname: 'John' })
    expect(await client.getProperties(['age', 'icon'])).toEqual({ age: 21, icon: 'cat' })
  })

  test('saveProperty adds one and changes one', async () => {
    const { client, name, start } = await member({}, { age: 21, nickname: 'John' })
    await client.saveProperty('nickname', 'Joe')
    await client.saveProperty('icon', 'cat')
    expect((await start().login(name, password)).user).toMatchObject({ age: 21, nickname: 'Joe', icon: 'cat' })
  })

  test('saveProperty without a name changes nothing', async () => {
    const { client, name, start } = await member({}, { nickname: 'John' })
    await client.saveProperty(undefined, 'Joe')
    expect((await start().login(name, password)).user.nickname).toBe('John')
  })

  test('saveProperties adds and changes, leaves the others alone and moves _updatedAt', async () => {
    const { client, name, start, user, world } = await member({}, { age: 21, nickname: 'John' })
    world.clock.advance(1_000)
    await client.saveProperties({ nickname: 'Joe', email: 'joe@example.com' })
    const saved = (await start().login(name, password)).user
    expect(saved).toEqual({ ...user, nickname: 'Joe', email: 'joe@example.com', _updatedAt: expect.any(Number) })
    expect(saved._updatedAt).toBeGreaterThan(Number(user._updatedAt))
  })

  test('saveProperties counts what is there already towards the 500 KB', async () => {
    const { client } = await member({}, { icon: 'x'.repeat(300_000) })
    await expect(client.saveProperties({ photo: 'x'.repeat(300_000) })).rejects.toMatchObject(invalid('properties'))
  })

  test.each(Object.entries(illFormedProperties))('both saves refuse %s', async (_, properties) => {
    const { client } = await member({}, { age: 21 })
    const [name = '', value] = Object.entries(properties)[0] ?? []
    await expect(client.saveProperty(name, value)).rejects.toMatchObject(invalid('properties'))
    await expect(client.saveProperties({ age: 22, ...properties })).rejects.toMatchObject(invalid('properties'))
    expect(await client.getProperty('age')).toBe(21)
  })
})

describe('errors', () => {
  test('-32602 names every parameter that is wrong (MO16)', async () => {
    await expect(newApp().start().register('some body', 'some secret')).rejects.toMatchObject(invalid('username', 'password'))
  })

  test.each<[string, (client: MonacaClient) => Promise<unknown>]>([
    ['unregister', (client) => client.unregister(password)],
    ['logout', (client) => client.logout()],
    ['updatePassword', (client) => client.updatePassword(password, 'fresh-1234')],
    ['getProperty', (client) => client.getProperty('age')],
    ['getProperties', (client) => client.getProperties(['age'])],
    ['saveProperty', (client) => client.saveProperty('age', 21)],
    ['saveProperties', (client) => client.saveProperties({ age: 21 })],
  ])('11 from %s, before any sign-in and after the session has expired (MO17)', async (_, call) => {
    const { client, start, world } = await member()
    await expect(call(start())).rejects.toMatchObject({ code: 11 })
    world.clock.advance(world.settings.sessionLifetime + 1)
    await expect(call(client)).rejects.toMatchObject({ code: 11 })
    expect(client.isAuthenticated()).toBe(true)
  })

  test('13 from autoLogin where the console has it switched off, and no login token from any sign-in (MO18)', async () => {
    const { client, device, loginToken, name } = await member({ autoLogin: false })
    expect(loginToken).toBeUndefined()
    expect((await client.login(name, password)).loginToken).toBeUndefined()
    expect(storedToken(device)).toBeUndefined()
    await expect(client.autoLogin()).rejects.toMatchObject({ code: 13 })
  })

  test('13 from sendPasswordResetToken while signed in (MO18)', async () => {
    const { client, name, user, world } = await member()
    await expect(client.sendPasswordResetToken(name)).rejects.toMatchObject({ code: 13 })
    expect(client._oid).toBe(user._id)
    expect(world.outbox.messages()).toEqual([])
  })

  test('4 for a wrong API key, 12 without a device id', async () => {
    const { connection } = newApp()
    await expect(new MonacaClient({ ...connection, apiKey: 'wrong' }, newDevice()).validate(freshName())).rejects.toMatchObject({ code: 4 })
    await expect(new MonacaClient(connection, { ...newDevice(), id: '' }).validate(freshName())).rejects.toMatchObject({ code: 12 })
  })

  test.each([
    [-11, { type: 'hang' }],
    [-12, { type: 'html' }],
    [-13, { type: 'status', status: 503 }],
  ] as const)("the client's own %i for %j", async (code, kind) => {
    const { client, user, world } = await member()
    world.faults.add({ kind })
    client.setTimeout(100)
    await expect(client.logout()).rejects.toMatchObject({ code })
    expect(client._oid).toBe(user._id)
  })
})
