import { describe, expect, it } from 'vitest'
import { type App, Disk, person, random, useApps } from './support/apps.js'

const newApp = useApps()
const hour = 3_600_000

const signedUp = async (app: App, attributes: Readonly<Record<string, never>> | object = {}) => {
  const users = app.start()
  const { username, password } = person()
  await users.signUp({ identifiers: { username }, password, profile: { attributes: attributes as never } })
  return { users, username, password }
}

describe.each(['omitted', 'null'] as const)('properties (unset ones are %s)', (unsetProperties) => {
  it('are read by name, mapped fields among them', async () => {
    const app = newApp({ unsetProperties })
    const users = app.start()
    const { username, password } = person()
    const email = `${username}@example.com`
    await users.signUp({ identifiers: { username, email }, password, profile: { attributes: { age: 21, tags: ['a'] } } })
    expect(await users.extension.getProperty('age')).toBe(21)
    expect(await users.extension.getProperty('never')).toBeNull()
    expect(await users.extension.getProperties(['email', 'tags', 'never'])).toEqual({ email, tags: ['a'], never: null })
  })

  it.each([true, false])('are saved, and seen by the next refresh (auto-login %s)', async (autoLogin) => {
    const app = newApp({ unsetProperties, autoLogin })
    const { users } = await signedUp(app, { age: 21 })
    await users.extension.saveProperty({ name: 'nickname', value: 'John' })
    await users.extension.saveProperties({ age: 22, email: 'john@example.com' })
    expect(await users.extension.getProperties(['nickname', 'age'])).toEqual({ nickname: 'John', age: 22 })
    expect(await users.refresh()).toMatchObject({ attributes: { age: 22, nickname: 'John' }, email: { address: 'john@example.com' } })
  })
})

describe('properties', () => {
  it('that are saved survive a restart, though Monaca never lists them', async () => {
    const app = newApp({ autoLogin: false })
    const disk = new Disk()
    const users = app.start(disk)
    const { username, password } = person()
    await users.signUp({ identifiers: { username }, password })
    await users.extension.saveProperty({ name: 'later', value: 1 })
    expect(await app.start(disk).restore()).toMatchObject({ attributes: { later: 1 } })
  })

  it('of a session that has run out are read and saved all the same', async () => {
    const app = newApp()
    const { users } = await signedUp(app, { age: 21 })
    app.world.clock.advance(2 * hour)
    expect(await users.extension.getProperty('age')).toBe(21)
    app.world.clock.advance(2 * hour)
    await users.extension.saveProperty({ name: 'age', value: 22 })
    expect(await users.extension.getProperty('age')).toBe(22)
  })

  it('of a session that is dead for good end it (11)', async () => {
    const app = newApp({ autoLogin: false })
    const { users } = await signedUp(app)
    app.world.clock.advance(2 * hour)
    await expect(users.extension.getProperty('age')).rejects.toMatchObject({ tag: 'SessionExpired', operation: 'getProperty' })
    expect(users.state()).toEqual({ status: 'signedOut' })
  })

  it('of more than 500 KB in all are refused', async () => {
    const { users } = await signedUp(newApp(), { first: 'x'.repeat(300_000) })
    await expect(users.extension.saveProperty({ name: 'second', value: 'x'.repeat(300_000) })).rejects.toMatchObject({
      tag: 'InvalidInput',
      field: 'properties',
      rule: expect.stringContaining('500 KB'),
      error: { code: '-32602', status: 200 },
    })
  })
})

describe('registrations', () => {
  it('that would be accepted', async () => {
    const { users } = await signedUp(newApp())
    expect(await users.extension.validate({ username: person().username })).toEqual([])
    expect(await users.extension.validate({ username: person().username, properties: { age: 21 } })).toEqual([])
  })

  it.each([true, false])('that would be refused, and what for (parameters named: %s)', async (errorData) => {
    const app = newApp({ errorData, minimumUsernameLength: 8 })
    const { users, username } = await signedUp(app)
    const { validate } = users.extension
    const taken = { field: 'username', reason: 'taken' }
    const invalid = { field: 'username', reason: 'invalid' }
    const properties = { field: 'properties', reason: 'invalid' }
    expect(await validate({ username })).toEqual([taken])
    expect(await validate({ username: 'short' })).toEqual([invalid])
    expect(await validate({ username, properties: { age: 21 } })).toEqual([taken])
    expect(await validate({ username, properties: { '1st': 1 } })).toEqual([taken, properties])
    expect(await validate({ username: person().username, properties: { _id: 'x' } })).toEqual([properties])
  })

  it.each([
    ['with a space', 'two words'],
    ['of 256 characters', 'a'.repeat(256)],
    ['that this library keeps for anonymous users', `userport-anonymous-${random('x')}`],
  ])('under a name %s are known to be refused without a request', async (_, username) => {
    const app = newApp()
    const { users } = await signedUp(app)
    const sent = app.sent.length
    expect(await users.extension.validate({ username, properties: { _a: 1 } })).toEqual([
      { field: 'username', reason: 'invalid' },
      { field: 'properties', reason: 'invalid' },
    ])
    expect(app.sent).toHaveLength(sent)
  })
})

describe('what the app keeps with the device', () => {
  it('is there for whoever is signed in on it, and on no other', async () => {
    const app = newApp()
    const disk = new Disk()
    const users = app.start(disk)
    await users.signInAnonymously()
    await users.extension.saveDeviceProperties({ theme: 'dark', size: 3 })
    expect(await users.extension.getDeviceProperties(['theme', 'size', 'never'])).toEqual({ theme: 'dark', size: 3, never: null })
    await users.signOut({ discardAnonymous: true })
    const { username, password } = person()
    const restarted = app.start(disk)
    await restarted.signUp({ identifiers: { username }, password })
    expect(await restarted.extension.getDeviceProperties(['theme'])).toEqual({ theme: 'dark' })
    const elsewhere = app.start()
    await elsewhere.signIn({ identifier: { username }, password })
    expect(await elsewhere.extension.getDeviceProperties(['theme'])).toEqual({ theme: null })
    expect(await restarted.refresh()).toMatchObject({ attributes: {} })
  })

  it('of more than 500 KB is refused', async () => {
    const { users } = await signedUp(newApp())
    const { saveDeviceProperties } = users.extension
    await saveDeviceProperties({ first: 'x'.repeat(300_000) })
    await expect(saveDeviceProperties({ second: 'x'.repeat(300_000) })).rejects.toMatchObject({ tag: 'InvalidInput', field: 'properties' })
  })
})

describe('bad input is refused before any request', () => {
  it.each([
    ['getProperty', undefined, 'names'],
    ['getProperty', '', 'names'],
    ['getProperty', 7, 'names'],
    ['getProperties', [], 'names'],
    ['getProperties', 'age', 'names'],
    ['getProperties', null, 'names'],
    ['getProperties', ['age', 7], 'names'],
    ['saveProperty', null, 'input'],
    ['saveProperty', { value: 1 }, 'name'],
    ['saveProperty', { name: 'age' }, 'properties.age'],
    ['saveProperty', { name: '_id', value: 1 }, 'properties._id'],
    ['saveProperty', { name: '1st', value: 1 }, 'properties.1st'],
    ['saveProperty', { name: 'with space', value: 1 }, 'properties.with space'],
    ['saveProperty', { name: 'age', value: Number.NaN }, 'properties.age'],
    ['saveProperties', {}, 'properties'],
    ['saveProperties', [], 'properties'],
    ['saveProperties', { age: () => 1 }, 'properties.age'],
    ['saveProperties', { big: 'x'.repeat(500 * 1024) }, 'properties'],
    ['saveDeviceProperties', undefined, 'properties'],
    ['saveDeviceProperties', { 'a-b': 1 }, 'properties.a-b'],
    ['getDeviceProperties', [], 'names'],
    ['validate', undefined, 'input'],
    ['validate', {}, 'username'],
    ['validate', { username: 'alice', properties: 'x' }, 'properties'],
  ] as const)('%s(%j)', async (name, input, field) => {
    const app = newApp()
    const { users } = await signedUp(app)
    const sent = app.sent.length
    const call = users.extension[name] as (given: unknown) => Promise<unknown>
    await expect(call(input)).rejects.toMatchObject({ tag: 'InvalidInput', field, operation: name })
    expect(app.sent).toHaveLength(sent)
  })

  it.each([
    'getProperty',
    'getProperties',
    'saveProperty',
    'saveProperties',
    'validate',
    'getDeviceProperties',
    'saveDeviceProperties',
  ] as const)('%s of nobody', async (name) => {
    const app = newApp()
    const call = app.start().extension[name] as (given: unknown) => Promise<unknown>
    await expect(call('x')).rejects.toMatchObject({ tag: 'NotSignedIn' })
    expect(app.sent).toEqual([])
  })
})

it('refuses what cannot be looked into', async () => {
  const { users } = await signedUp(newApp())
  const list: unknown[] = []
  list.push(list)
  await expect(users.extension.saveProperties({ list } as never)).rejects.toMatchObject({ tag: 'InvalidInput', field: 'input' })
})

it('keeps its deadline', async () => {
  const app = newApp()
  const { users } = await signedUp(app)
  app.world.faults.add({ rpc: 'User.getProperties', kind: { type: 'hang' } })
  await expect(users.extension.getProperty('age', { deadline: 300 })).rejects.toMatchObject({ tag: 'Timeout' })
})
