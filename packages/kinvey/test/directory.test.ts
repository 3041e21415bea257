import { randomUUID } from 'node:crypto'
import { type UserDirectory, userId } from '@userport/core'
import { describe, expect, it } from 'vitest'
import * as E from '#fp-ts/Either'
import { everybody, failure, ids, value } from '../../core/test/support/vendor-results.js'
import { person, start } from './support/apps.js'

const sorted = (texts: readonly string[]): readonly string[] => [...texts].sort()

describe('count and list', () => {
  it('give every user once', async () => {
    const { world, directory } = start()
    const seeded = world.seed(450)
    const users = await everybody(directory, { limit: 100 })
    expect(ids(users)).toEqual(sorted(ids(seeded)))
    expect(await value(directory.count())).toBe(450)
    expect(users.find(({ id }) => id === seeded[7]?.id)).toMatchObject({
      username: seeded[7]?.username,
      email: { address: seeded[7]?.email },
      attributes: { first_name: 'Seed', last_name: 'Number 7' },
      kind: 'registered',
      createdAt: expect.stringMatching(/^20.*Z$/),
    })
  })

  it('go on from any cursor', async () => {
    const { world, directory } = start()
    const all = sorted(ids(world.seed(90)))
    let seen = 0
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await value(directory.list({ cursor, limit: 25 }))
      expect(ids(await everybody(directory, { ...(cursor === undefined ? {} : { cursor }), limit: 40 }))).toEqual(all.slice(seen))
      seen += page.users.length
      cursor = page.next
    }
    expect(seen).toBe(90)
  })

  it('lose nobody while users come and go', async () => {
    const { world, directory } = start()
    const [gone, ...stay] = sorted(ids(world.seed(60)))
    const first = await value(directory.list({ limit: 20 }))
    await value(directory.erase(userId(gone ?? '')))
    const late = await value(directory.create({ id: 'f'.repeat(24) }))
    const rest = await everybody(directory, { cursor: first.next ?? '', limit: 20 })
    expect([...ids(first.users), ...ids(rest)]).toEqual([gone, ...stay, late.id])
  })

  it('have one among them whose email is no text, and go on', async () => {
    const { directory, world } = start()
    const seeded = world.seed(3)
    const stored = world.data.users[seeded[1]?.id ?? '']
    if (stored === undefined) throw new Error('no user')
    stored.attributes = { email: { work: 'ann@example.com' } }
    const { users } = await value(directory.list({}))
    expect(ids(users)).toEqual(sorted(ids(seeded)))
  })

  it('never ask for more than Kinvey answers', async () => {
    const { world, directory } = start()
    const seeded = world.seed(10_050)
    const page = await value(directory.list({ limit: 20_000 }))
    expect(page.users).toHaveLength(10_000)
    expect(await everybody(directory, { cursor: page.next ?? '' })).toHaveLength(seeded.length - 10_000)
  })

  it('tell anonymous users and suspended ones', async () => {
    const { directory, backend } = start()
    const { user } = await value(backend.signInAnonymously({}))
    const { username, password } = person()
    const { id } = await value(directory.create({ identifiers: { username }, password }))
    await value(directory.suspend(id))
    const users = await everybody(directory)
    expect(users.find((one) => one.id === user.id)).toMatchObject({ kind: 'anonymous', status: 'enabled' })
    expect(users.find((one) => one.id === id)).toMatchObject({ kind: 'registered', status: 'disabled' })
  })
})

describe('get and find', () => {
  it('give the user, or nobody', async () => {
    const { world, directory } = start()
    const [{ id = '', username = '', email = '' } = {}] = world.seed(2)
    const expected = expect.objectContaining({ id, username })
    expect(await value(directory.get(userId(id)))).toEqual(expected)
    expect(await value(directory.find({ username }))).toEqual(expected)
    expect(await value(directory.find({ email }))).toEqual(expected)
    expect(await value(directory.get(userId(randomUUID())))).toBeNull()
    expect(await value(directory.find({ username: person().username }))).toBeNull()
    expect(await failure(directory.find({ phone: '+819012345678' }))).toMatchObject({ capability: 'directory.find.phone' })
  })

  it('find a name that would be a query', async () => {
    const { directory } = start()
    const username = `{"$gt":""} & ${randomUUID()}`
    const { id } = await value(directory.create({ identifiers: { username } }))
    expect(await value(directory.find({ username }))).toMatchObject({ id, username })
  })
})

describe('create', () => {
  it('carries over all that a user has, and mails nobody', async () => {
    const { world, directory, signIn } = start({ emailVerification: { required: true, auto: true, since: null } })
    const { username, email, password } = person()
    const id = randomUUID()
    const profile = { displayName: 'Dora', locale: 'en', country: 'JP', attributes: { color: 'red' } }
    const createdAt = '2015-03-04T05:06:07.000Z'
    const identifiers = { username, email, phone: '+819012345678' }
    const user = await value(directory.create({ id, identifiers, password, profile, verified: { email: true }, createdAt }))
    expect(user).toMatchObject({ id, username, kind: 'registered', createdAt, ...profile, email: { address: email, verified: true } })
    expect(user.phone).toEqual({ address: '+819012345678', verified: false })
    expect(E.isRight(await signIn(username, password))).toBe(true)
    expect(world.outbox.messages()).toEqual([])
  })

  it('keeps fields in the attributes that the app has for them', async () => {
    const { world, directory } = start({}, {}, { fields: { displayName: 'full_name' } })
    const { id } = await value(directory.create({ profile: { displayName: 'Dora' } }))
    expect(world.users()[0]?.document).toMatchObject({ full_name: 'Dora' })
    expect(await value(directory.get(id))).toMatchObject({ displayName: 'Dora', attributes: {} })
    const error = await failure(directory.create({ profile: { attributes: { full_name: 'Dora' } } }))
    expect(error).toMatchObject({ _tag: 'InvalidInput', field: 'attributes.full_name' })
  })

  it('makes a placeholder that becomes an account under the same id, and shows no password', async () => {
    const { directory, signIn } = start()
    const { username, password } = person()
    const placeholder = await value(directory.create({ profile: { attributes: { color: 'red' } } }))
    expect(placeholder).toMatchObject({ kind: 'anonymous', attributes: { color: 'red' } })
    expect(JSON.stringify(placeholder)).not.toContain('password')
    const claimed = await value(directory.update(placeholder.id, { identifiers: { username } }))
    expect(claimed).toMatchObject({ id: placeholder.id, kind: 'registered', username, attributes: { color: 'red' } })
    await value(directory.setPassword(placeholder.id, password))
    expect(E.isRight(await signIn(username, password))).toBe(true)
  })

  it('refuses what cannot be', async () => {
    const { world, directory } = start()
    const [{ id = '', username = '' } = {}] = world.seed(1)
    const { password } = person()
    const refused = (input: Parameters<UserDirectory['create']>[0]) => failure(directory.create(input))
    expect(await refused({ identifiers: { username }, password })).toMatchObject({ _tag: 'IdentifierTaken', identifier: 'username' })
    expect((await refused({ id, identifiers: { username: person().username } })).code).toBe('UserAlreadyExists')
    expect(await refused({ password })).toMatchObject({ _tag: 'InvalidInput', field: 'username' })
    expect(await refused({ id: 'twelve chars' })).toMatchObject({ _tag: 'InvalidInput', field: 'id' })
    expect(await refused({ id: '__proto__' })).toMatchObject({ _tag: 'InvalidInput', field: 'id' })
    expect(await refused({ identifiers: { phone: '1' }, verified: { phone: true } })).toMatchObject({ _tag: 'Unsupported' })
    expect(world.users()).toHaveLength(1)
  })

  it.each([
    ['write', 'OutcomeUnknown'],
    ['request', 'Network'],
  ] as const)('after a reply lost after the %s ends with %s', async (after, tag) => {
    const { world, directory } = start()
    const { username, password } = person()
    world.faults.add({ method: 'POST', times: 1, kind: { type: 'reset', after } })
    expect((await failure(directory.create({ identifiers: { username }, password })))._tag).toBe(tag)
    expect(world.users()).toHaveLength(after === 'write' ? 1 : 0)
  })

  it.each([
    ['write', 'OutcomeUnknown'],
    ['request', 'Network'],
  ] as const)('with an id alone, after a reply lost after the %s, ends with %s', async (after, tag) => {
    const { world, directory } = start()
    world.faults.add({ method: 'POST', times: 1, kind: { type: 'reset', after } })
    expect((await failure(directory.create({ id: userId(randomUUID()) })))._tag).toBe(tag)
    expect(world.users()).toHaveLength(after === 'write' ? 1 : 0)
  })

  it('with an id knows that nothing was done, though somebody else has the name', async () => {
    const { world, directory } = start()
    const [{ username = '' } = {}] = world.seed(1)
    world.faults.add({ method: 'POST', times: 1, kind: { type: 'reset', after: 'request' } })
    expect((await failure(directory.create({ id: userId(randomUUID()), identifiers: { username } })))._tag).toBe('Network')
  })
})

describe('update', () => {
  it('changes what is named and keeps the rest', async () => {
    const { world, directory, signIn } = start()
    const [{ id = '', password = '' } = {}] = world.seed(1)
    const { username, email } = person()
    const change = { identifiers: { username, email }, displayName: 'Dora', set: { color: 'red' }, remove: ['last_name'] }
    const changed = await value(directory.update(userId(id), change))
    expect(changed).toMatchObject({ id, username, email: { address: email }, displayName: 'Dora' })
    expect(changed.attributes).toEqual({ first_name: 'Seed', color: 'red' })
    expect(E.isRight(await signIn(username, password))).toBe(true)
  })

  it('refuses a name that is taken, a user that does not exist, and a removal that Kinvey does not carry out', async () => {
    const { world, directory } = start({ putSemantics: 'merge' })
    const [{ id = '' } = {}, { username = '' } = {}] = world.seed(2)
    const taken = await failure(directory.update(userId(id), { identifiers: { username } }))
    expect(taken).toMatchObject({ _tag: 'IdentifierTaken', identifier: 'username' })
    expect((await failure(directory.update(userId(randomUUID()), { displayName: 'Dora' })))._tag).toBe('UserNotFound')
    expect((await failure(directory.update(userId(id), { remove: ['last_name'] })))._tag).toBe('Vendor')
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
    expect(E.isLeft(await signIn(username, next))).toBe(true)
    expect(await value(directory.get(id))).toMatchObject({ status: 'disabled' })
    await value(directory.restore(id))
    expect(E.isRight(await signIn(username, next))).toBe(true)
    await value(directory.erase(id))
    expect(world.users()).toEqual([])
    await value(directory.erase(id))
  })

  it('know no user that does not exist', async () => {
    const { directory } = start()
    const id = userId(randomUUID())
    expect((await failure(directory.setPassword(id, person().password)))._tag).toBe('UserNotFound')
    expect((await failure(directory.suspend(id)))._tag).toBe('UserNotFound')
    expect((await failure(directory.restore(id)))._tag).toBe('UserNotFound')
  })
})
