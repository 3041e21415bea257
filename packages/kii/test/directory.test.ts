import { randomUUID } from 'node:crypto'
import { axiosClient, type UserDirectory, userId } from '@userport/core'
import { describe, expect, it, vi } from 'vitest'
import * as E from '#fp-ts/Either'
import { everybody, failure, ids, value } from '../../core/test/support/vendor-results.js'
import { createKiiDirectory } from '../src/directory.js'
import { person, start } from './support/apps.js'

const sorted = (texts: readonly string[]): readonly string[] => [...texts].sort()

describe('list', () => {
  it('gives every user once, with all that the user has', async () => {
    const { world, directory } = start()
    const seeded = world.seed(450)
    const users = await everybody(directory)
    expect(ids(users)).toEqual(ids(seeded))
    expect(users[7]).toMatchObject({
      username: seeded[7]?.username,
      email: { address: seeded[7]?.email, verified: true },
      displayName: 'User 8',
      locale: 'ja',
      country: 'JP',
      attributes: { points: 7 },
      kind: 'registered',
      status: 'enabled',
      createdAt: expect.stringMatching(/^20.*Z$/),
    })
  })

  it('goes on from any cursor', async () => {
    const { world, directory } = start()
    const all = ids(world.seed(90))
    let seen = 0
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await value(directory.list({ cursor, limit: 25 }))
      expect(ids(await everybody(directory, { ...(cursor === undefined ? {} : { cursor }), limit: 40 }))).toEqual(all.slice(seen))
      seen += page.users.length
      cursor = page.next
    }
    expect(seen).toBe(90)
  })

  it('loses nobody while users come and go', async () => {
    const { world, directory } = start()
    const [gone, ...stay] = ids(world.seed(60))
    const first = await value(directory.list({ limit: 20 }))
    await value(directory.erase(userId(gone ?? '')))
    const [late] = ids(world.seed(1))
    const rest = await everybody(directory, { cursor: first.next ?? '', limit: 20 })
    expect(sorted([...ids(first.users), ...ids(rest)])).toEqual(sorted([gone ?? '', ...stay, late ?? '']))
  })

  it('reads as many users at the same time as the configuration says', async () => {
    const { world, config } = start()
    const all = ids(world.seed(20))
    const http = axiosClient()
    let [now, most] = [0, 0]
    const send: typeof http.send = async (request, signal) => {
      now += 1
      most = Math.max(most, now)
      return http.send(request, signal).finally(() => {
        now -= 1
      })
    }
    expect(ids(await everybody(createKiiDirectory({ ...config, readsAtOnce: 3 }, { http: { send } })))).toEqual(all)
    expect(most).toBe(3)
    const warned = vi.spyOn(process, 'emitWarning')
    expect(ids(await everybody(createKiiDirectory({ ...config, readsAtOnce: Number.MAX_SAFE_INTEGER }))).length).toBe(20)
    expect(warned).not.toHaveBeenCalled()
    warned.mockRestore()
    const wrong = await failure(createKiiDirectory({ ...config, readsAtOnce: 0 }).list({}))
    expect(wrong).toMatchObject({ _tag: 'Configuration', path: 'readsAtOnce' })
  })

  it('leaves out who is removed while the page is read', async () => {
    const { world, config } = start()
    const [gone, stays] = ids(world.seed(2))
    const http = axiosClient()
    const remover = createKiiDirectory(config)
    const directory = createKiiDirectory(config, {
      http: {
        send: async (request, signal) => {
          const answer = await http.send(request, signal)
          if (request.url.endsWith('/users/query')) await value(remover.erase(userId(gone ?? '')))
          return answer
        },
      },
    })
    expect(await value(directory.list({}))).toMatchObject({ users: [{ id: stays }], next: null })
  })

  it('refuses a cursor of somebody else', async () => {
    expect(await failure(start().directory.list({ cursor: 'elsewhere' }))).toMatchObject({ _tag: 'InvalidInput', field: 'cursor' })
  })
})

describe('get and find', () => {
  it('give the user, or nobody', async () => {
    const { world, directory } = start()
    const [seeded] = world.seed(1)
    const { id = '', username = '', email = '' } = seeded ?? {}
    const expected = expect.objectContaining({ id, attributes: { points: 0 } })
    expect(await value(directory.get(userId(id)))).toEqual(expected)
    expect(await value(directory.find({ username }))).toEqual(expected)
    expect(await value(directory.find({ email }))).toEqual(expected)
    expect(await value(directory.get(userId(randomUUID())))).toBeNull()
    expect(await value(directory.find({ username: person().username }))).toBeNull()
    expect(await value(directory.find({ phone: '+819012345678' }))).toBeNull()
  })

  it('take no local number, which Kii knows by its country alone', async () => {
    const { directory } = start()
    const { username, password } = person()
    await value(directory.create({ identifiers: { username, phone: '09012345678' }, password, profile: { country: 'JP' } }))
    expect((await value(directory.find({ phone: '+819012345678' })))?.username).toBe(username)
    expect(await failure(directory.find({ phone: '09012345678' }))).toMatchObject({ _tag: 'InvalidInput', field: 'phone' })
  })

  it.each(['me', 'EMAIL:somebody@example.com'])('take no %s for an id', async (id) => {
    expect(await failure(start().directory.erase(userId(id)))).toMatchObject({ _tag: 'InvalidInput', field: 'id' })
  })
})

describe('create', () => {
  it('makes an account that can sign in', async () => {
    const { directory, signIn } = start()
    const { username, email, password } = person()
    const profile = { displayName: 'Dora', locale: 'en', country: 'JP', attributes: { color: 'red' } }
    const user = await value(directory.create({ identifiers: { username, email }, password, profile }))
    expect(user).toMatchObject({ username, kind: 'registered', ...profile })
    expect(E.isRight(await signIn(username, password))).toBe(true)
  })

  it('marks addresses as verified', async () => {
    const { directory } = start({ emailVerificationRequired: true, phoneVerificationRequired: true })
    const { username, email, password } = person()
    const identifiers = { username, email, phone: '+819011112222' }
    const verified = await value(directory.create({ identifiers, password, verified: { email: true, phone: true } }))
    expect(verified).toMatchObject({ email: { address: email, verified: true }, phone: { address: '+819011112222', verified: true } })
    const other = person()
    const { password: _, ...addresses } = other
    const unverified = await value(directory.create({ identifiers: addresses, password }))
    expect([unverified.email?.verified, unverified.phone?.verified]).toEqual([false, false])
  })

  it('says that the account was made when what follows fails', async () => {
    const { world, directory } = start()
    const { username, email, password } = person()
    world.faults.add({ path: 'email-address$', kind: { type: 'status', status: 503 } })
    const error = await failure(directory.create({ identifiers: { username, email }, password, verified: { email: true } }))
    expect(error).toMatchObject({ _tag: 'Unavailable', accountCreated: true, retryable: false })
  })

  it.each([
    ['the address cannot be verified', 'email-address$', true],
    ['the user cannot be read', '/users/[^/]+$', false],
  ])('is not taken for undone where time runs out because %s', async (_, path, hasLogin) => {
    const { world, directory } = start({}, { deadline: 600 })
    const { username, email, password } = person()
    world.faults.add({ path, method: hasLogin ? 'PUT' : 'GET', kind: { type: 'hang' } })
    const input = hasLogin ? { identifiers: { username, email }, password, verified: { email: true } } : {}
    expect(await failure(directory.create(input))).toMatchObject({
      _tag: 'Timeout',
      accountCreated: true,
      carriedOut: true,
      retryable: false,
    })
    expect(world.users()).toHaveLength(1)
  })

  it('makes a placeholder that becomes an account under the same id', async () => {
    const { world, directory, signIn } = start()
    const { username, password } = person()
    const placeholder = await value(directory.create({ profile: { attributes: { color: 'red' } } }))
    expect(placeholder).toMatchObject({ kind: 'anonymous', attributes: { color: 'red' } })
    expect(await failure(directory.setPassword(placeholder.id, password))).toMatchObject({ _tag: 'Forbidden' })
    expect(await value(directory.update(placeholder.id, { set: { size: 'L' } }))).toMatchObject({ kind: 'anonymous' })
    const claimed = await value(directory.update(placeholder.id, { identifiers: { username } }))
    expect(claimed).toMatchObject({ id: placeholder.id, kind: 'registered', username, attributes: { color: 'red', size: 'L' } })
    await value(directory.setPassword(placeholder.id, password))
    expect(E.isRight(await signIn(username, password))).toBe(true)
    expect(world.users()).toHaveLength(1)
  })

  it('without a password makes an account that nobody can sign in to', async () => {
    const { directory, signIn } = start()
    const { username, password } = person()
    const { id } = await value(directory.create({ identifiers: { username } }))
    expect(await signIn(username, password)).toMatchObject({ left: { _tag: 'InvalidCredentials' } })
    await value(directory.setPassword(id, password))
    expect(E.isRight(await signIn(username, password))).toBe(true)
  })

  it('refuses what cannot be', async () => {
    const { world, directory } = start({ minimumPasswordLength: 20 })
    const [{ username = '', email = '' } = {}] = world.seed(1)
    const password = 'twenty characters or so'
    const refused = (input: Parameters<UserDirectory['create']>[0]) => failure(directory.create(input))
    expect(await refused({ identifiers: { username }, password })).toMatchObject({ _tag: 'IdentifierTaken', identifier: 'username' })
    expect(await refused({ identifiers: { email }, password })).toMatchObject({ _tag: 'IdentifierTaken', identifier: 'email' })
    expect(await refused({ identifiers: { username: person().username }, password: 'short' })).toMatchObject({
      _tag: 'PasswordRejected',
      minimumLength: 20,
    })
    expect(await refused({ password })).toMatchObject({ _tag: 'InvalidInput', field: 'identifiers' })
    expect(await refused({ identifiers: { phone: '09011112222' }, password })).toMatchObject({ _tag: 'InvalidInput', field: 'phone' })
    expect(await refused({ id: 'chosen' })).toMatchObject({ _tag: 'Unsupported', capability: 'directory.create.chosenId' })
    expect(world.users()).toHaveLength(1)
  })

  it.each([
    ['write', 'OutcomeUnknown'],
    ['request', 'Network'],
  ] as const)('after a reply lost after the %s ends with %s', async (after, tag) => {
    const { world, directory } = start()
    const { username, password } = person()
    world.faults.add({ method: 'POST', path: '/users$', times: 1, kind: { type: 'reset', after } })
    expect((await failure(directory.create({ identifiers: { username }, password })))._tag).toBe(tag)
    expect(world.users()).toHaveLength(after === 'write' ? 1 : 0)
  })
})

describe('a reply to create that is lost', () => {
  it('stays unknown where the name cannot be looked up either', async () => {
    const { world, directory } = start()
    const { username, password } = person()
    world.faults.add({ method: 'POST', path: '/users$', times: 1, kind: { type: 'reset', after: 'write' } })
    world.faults.add({ method: 'GET', path: 'LOGIN_NAME', kind: { type: 'status', status: 503 } })
    expect((await failure(directory.create({ identifiers: { username }, password })))._tag).toBe('OutcomeUnknown')
  })
})

describe('update', () => {
  it('changes what is named and keeps the rest', async () => {
    const { world, directory } = start()
    const [{ id = '' } = {}] = world.seed(1)
    const { username, email } = person()
    const change = { identifiers: { username, email }, displayName: 'Dora', set: { color: 'red' } }
    const changed = { username, email: { address: email }, displayName: 'Dora', locale: 'ja', attributes: { points: 0, color: 'red' } }
    expect(await value(directory.update(userId(id), change))).toMatchObject(changed)
    expect((await value(directory.update(userId(id), { remove: ['points'] }))).attributes).toEqual({ color: 'red' })
  })

  it('refuses a name that is taken, and a user that does not exist', async () => {
    const { world, directory } = start()
    const [{ id = '' } = {}, { username = '' } = {}] = world.seed(2)
    const taken = await failure(directory.update(userId(id), { identifiers: { username } }))
    expect(taken).toMatchObject({ _tag: 'IdentifierTaken', identifier: 'username' })
    expect((await failure(directory.update(userId(randomUUID()), { displayName: 'Dora' })))._tag).toBe('UserNotFound')
  })
})

describe('setPassword, suspend, restore and erase', () => {
  it('do what they say', async () => {
    const { world, directory, signIn } = start()
    const [{ id: seededId = '', username = '', password = '' } = {}] = world.seed(1)
    const id = userId(seededId)
    const next = person().password
    await value(directory.setPassword(id, next))
    expect(await signIn(username, password)).toMatchObject({ left: { _tag: 'InvalidCredentials' } })
    await value(directory.suspend(id))
    expect(await signIn(username, next)).toMatchObject({ left: { _tag: 'InvalidCredentials' } })
    expect(await value(directory.get(id))).toMatchObject({ status: 'disabled' })
    await value(directory.restore(id))
    expect(E.isRight(await signIn(username, next))).toBe(true)
    await value(directory.erase(id))
    expect(world.users()).toEqual([])
    await value(directory.erase(id))
  })

  it('refuse a password that is too short', async () => {
    const { world, directory } = start({ minimumPasswordLength: 20 })
    const [{ id = '' } = {}] = world.seed(1)
    expect(await failure(directory.setPassword(userId(id), 'short'))).toMatchObject({ _tag: 'PasswordRejected', minimumLength: 20 })
  })

  it('know no user that does not exist', async () => {
    const { directory } = start()
    const id = userId(randomUUID())
    expect((await failure(directory.setPassword(id, person().password)))._tag).toBe('UserNotFound')
    expect((await failure(directory.suspend(id)))._tag).toBe('UserNotFound')
    expect((await failure(directory.restore(id)))._tag).toBe('UserNotFound')
  })

  it('cannot count', async () => {
    expect(await failure(start().directory.count())).toMatchObject({ _tag: 'Unsupported', capability: 'directory.count' })
  })
})
