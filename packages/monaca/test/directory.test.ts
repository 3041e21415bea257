import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { type UserDirectory, userId } from '@userport/core'
import { describe, expect, it } from 'vitest'
import * as E from '#fp-ts/Either'
import { bundled, failure, value } from '../../core/test/support/vendor-results.js'
import { createMonacaDirectory, type MonacaDirectoryConfig } from '../src/directory.js'
import { person, start } from './support/directories.js'

describe('get and find', () => {
  it('give the user, or nobody', async () => {
    const { directory } = start()
    const { username, password } = person()
    const { id } = await value(directory.create({ identifiers: { username }, password, profile: { attributes: { color: 'red' } } }))
    await value(directory.create({ identifiers: { username: `a${username}` }, password }))
    const expected = expect.objectContaining({ id, username, attributes: { color: 'red' } })
    expect(await value(directory.get(id))).toEqual(expected)
    expect(await value(directory.find({ username }))).toEqual(expected)
    expect(await value(directory.get(userId(randomUUID())))).toBeNull()
    expect(await value(directory.find({ username: username.slice(0, -1) }))).toBeNull()
    expect(await failure(directory.find({ email: 'a@b.c' }))).toMatchObject({ capability: 'directory.find.email' })
  })

  it('find a name among many that contain it', async () => {
    const { world, directory } = start()
    world.seed(130)
    const last = await value(directory.create({ identifiers: { username: 'example.com' } }))
    expect(await value(directory.find({ username: 'example.com' }))).toMatchObject({ id: last.id })
  })
})

describe('create', () => {
  it('makes an account that can sign in', async () => {
    const { directory, signIn } = start()
    const { username, email, password } = person()
    const profile = { displayName: 'Dora', locale: 'en', country: 'JP', attributes: { color: 'red' } }
    const user = await value(directory.create({ identifiers: { username, email, phone: '+819012345678' }, password, profile }))
    expect(user).toMatchObject({ username, kind: 'registered', email: { address: email }, phone: { address: '+819012345678' }, ...profile })
    expect(E.isRight(await signIn(username, password))).toBe(true)
  })

  it('makes a placeholder that gets a name and keeps its id', async () => {
    const { directory } = start()
    const { username } = person()
    const placeholder = await value(directory.create({ profile: { attributes: { color: 'red' } } }))
    expect(placeholder).toMatchObject({ kind: 'anonymous', attributes: { color: 'red' } })
    const claimed = await value(directory.update(placeholder.id, { identifiers: { username } }))
    expect(claimed).toMatchObject({ id: placeholder.id, kind: 'registered', username, attributes: { color: 'red' } })
  })

  it.each([true, false])('refuses what cannot be; Monaca says what is wrong: %s', async (errorData) => {
    const { world, directory } = start({ errorData, minimumPasswordLength: 20, minimumUsernameLength: 10 })
    const [{ username = '' } = {}] = world.seed(1)
    const password = 'a'.repeat(20)
    const refused = (input: Parameters<UserDirectory['create']>[0]) => failure(directory.create(input))
    expect(await refused({ identifiers: { username }, password })).toMatchObject({ _tag: 'IdentifierTaken', identifier: 'username' })
    const shortName = await refused({ identifiers: { username: 'short' }, password })
    expect(shortName).toMatchObject(errorData ? { _tag: 'InvalidInput', field: 'username' } : { _tag: 'Vendor', code: '-32602' })
    const shortPassword = await refused({ identifiers: { username: person().username }, password: 'short' })
    expect(shortPassword._tag).toBe(errorData ? 'PasswordRejected' : 'Vendor')
    expect(await refused({ password })).toMatchObject({ _tag: 'InvalidInput', field: 'username' })
    expect(await refused({ profile: { attributes: { email: 'a@b.c' } } })).toMatchObject({
      _tag: 'InvalidInput',
      field: 'attributes.email',
    })
    expect(world.users()).toHaveLength(1)
  })

  it.each([
    ['write', 'OutcomeUnknown'],
    ['request', 'Network'],
  ] as const)('after a reply lost after the %s ends with %s', async (after, tag) => {
    const { world, directory } = start()
    const { username, password } = person()
    world.faults.add({ rpc: 'User.create', times: 1, kind: { type: 'reset', after } })
    expect((await failure(directory.create({ identifiers: { username }, password })))._tag).toBe(tag)
    expect(world.users()).toHaveLength(after === 'write' ? 1 : 0)
  })

  it('finds the placeholder whose reply was lost', async () => {
    const { world, directory } = start()
    world.faults.add({ rpc: 'User.create', times: 1, kind: { type: 'reset', after: 'write' } })
    const { id } = await value(directory.create({}))
    expect(world.users()).toMatchObject([{ id }])
  })

  it('says that the account was made when it cannot be read', async () => {
    const { world, directory } = start()
    world.faults.add({ rpc: 'User.get', kind: { type: 'status', status: 503 } })
    expect(await failure(directory.create({}))).toMatchObject({ _tag: 'Unavailable', accountCreated: true })
    world.faults.clear()
    world.faults.add({ rpc: 'User.get', kind: { type: 'hang' } })
    expect(await failure(directory.create({}, { deadline: 200 }))).toMatchObject({
      _tag: 'Timeout',
      accountCreated: true,
      carriedOut: true,
    })
  })
})

describe('update', () => {
  it('changes what is named and keeps the rest, with the sign-in', async () => {
    const { world, directory, signIn } = start()
    const [{ id = '', email = '', password = '' } = {}] = world.seed(1)
    const { username } = person()
    const changed = await value(directory.update(userId(id), { identifiers: { username }, displayName: 'Dora', set: { color: 'red' } }))
    expect(changed).toMatchObject({ id, username, displayName: 'Dora', email: { address: email } })
    expect(changed.attributes).toEqual({ nickname: expect.any(String), color: 'red' })
    expect(E.isRight(await signIn(username, password))).toBe(true)
  })

  it.each([true, false])('refuses a name that is taken; Monaca says what is wrong: %s', async (errorData) => {
    const { world, directory } = start({ errorData })
    const [{ id = '' } = {}, { username = '' } = {}] = world.seed(2)
    const error = await failure(directory.update(userId(id), { identifiers: { username } }))
    expect(error).toMatchObject({ _tag: 'IdentifierTaken', identifier: 'username' })
  })

  it('says when Monaca does not rename, and refuses what it has not', async () => {
    const { world, directory } = start({ managementMayRename: false })
    const [{ id = '' } = {}] = world.seed(1)
    expect((await failure(directory.update(userId(id), { identifiers: { username: person().username } })))._tag).toBe('Vendor')
    expect(await failure(directory.update(userId(id), { remove: ['nickname'] }))).toMatchObject({
      _tag: 'Unsupported',
      capability: 'attributeRemoval',
    })
    expect((await failure(directory.update(userId(randomUUID()), { displayName: 'Dora' })))._tag).toBe('UserNotFound')
  })
})

describe('erase, setPassword and suspend', () => {
  it('do what they can', async () => {
    const { world, directory } = start()
    const [{ id: seededId = '' } = {}] = world.seed(2)
    const id = userId(seededId)
    await value(directory.erase(id))
    expect(world.users()).toHaveLength(1)
    await value(directory.erase(id))
    expect((await failure(directory.setPassword(id, person().password)))._tag).toBe('Unsupported')
    expect((await failure(directory.suspend(id)))._tag).toBe('Unsupported')
    expect((await failure(directory.restore(id)))._tag).toBe('Unsupported')
  })
})

describe('failures', () => {
  it('of the key say so, and nothing of its value', async () => {
    const { config } = start()
    const managementKey = `key-${randomUUID()}`
    const error = await failure(createMonacaDirectory({ ...config, managementKey }).count())
    expect(error).toMatchObject({ _tag: 'Configuration', path: 'managementKey', operation: 'count' })
    expect(JSON.stringify(error)).not.toContain(managementKey)
  })

  it('of the configuration come before any request', async () => {
    const { config } = start()
    const { managementKey: _, ...incomplete } = config
    expect(await failure(createMonacaDirectory(incomplete as MonacaDirectoryConfig).list({}))).toMatchObject({
      _tag: 'Configuration',
      path: 'managementKey',
    })
  })

  it('of the connection and of time', async () => {
    const { config, world, directory } = start({}, { deadline: 200 })
    const dead = createMonacaDirectory({ ...config, managementUrl: 'http://127.0.0.1:1/management' }, { deadline: 3_000 })
    expect((await failure(dead.list({})))._tag).toBe('Network')
    world.faults.add({ kind: { type: 'hang' } })
    expect((await failure(directory.list({})))._tag).toBe('Timeout')
  })
})

it('is in no bundle of the package itself', async () => {
  const codeOf = (entry: string): Promise<string> => bundled(fileURLToPath(new URL(`../src/${entry}.ts`, import.meta.url)))
  expect(await codeOf('directory')).toContain('x-monaca-backend-management-api-key')
  expect(await codeOf('index')).not.toMatch(/management-api-key|managementKey|csv/)
})
