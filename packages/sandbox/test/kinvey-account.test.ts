import { beforeEach, describe, expect, it } from 'vitest'
import { type KinveyApp, newPerson, type Person } from './kinvey-app.js'
import { kinveyApps } from './kinvey-apps.js'
import type { KinveyClient, Reply, UserReply } from './kinvey-client.js'

const startApp = kinveyApps()
let app: KinveyApp
let client: KinveyClient
let ann: Person

beforeEach(() => {
  ;({ app, client, ann } = startApp())
})

const tokenIn = ({ body }: Reply): string => (body as UserReply)._kmd.authtoken ?? ''

const put = (user: { readonly _id: string; readonly token: string }, body: object): Promise<Reply> =>
  client.call('PUT', `/user/:kid/${user._id}`, { as: { token: user.token }, body })

describe('PUT', () => {
  it.each([
    ['replace', undefined],
    ['merge', 'red'],
  ] as const)('with putSemantics %s leaves an absent attribute at %s', async (putSemantics, colour) => {
    app.world.set({ putSemantics })
    const user = await client.signUp({ ...ann, colour: 'red' })
    const { body } = await put(user, { size: 'large' })
    expect(body).toMatchObject({ username: ann.username, size: 'large' })
    expect((body as { colour?: string }).colour).toBe(colour)
  })

  it('keeps what the server manages, whatever the body says', async () => {
    const user = await client.signUp(ann)
    const { body } = await put(user, {
      ...ann,
      _id: 'other',
      _acl: { creator: 'other', gr: true },
      _kmd: { ect: 'other', authtoken: 'other' },
    })
    expect(body).toMatchObject({
      _id: user._id,
      _acl: { creator: user._id, gr: true },
      _kmd: { ect: user._kmd.ect, authtoken: user.token },
    })
  })

  it('moves the time of the last change, not of the creation', async () => {
    app.world.clock.freeze()
    const user = await client.signUp(ann)
    app.world.clock.advance(5_000)
    const { body } = await put(user, ann)
    const { ect = '', lmt = '' } = (body as { _kmd: Record<string, string> })._kmd
    expect(Date.parse(lmt) - Date.parse(ect)).toBe(5_000)
  })

  it('never answers the password', async () => {
    const user = await client.signUp(ann)
    expect((await put(user, { password: 'new-one' })).body).not.toHaveProperty('password')
  })

  it('of a password alone keeps the username', async () => {
    const user = await client.signUp(ann)
    await put(user, { password: 'new-one' })
    expect((await client.logIn({ ...ann, password: 'new-one' })).status).toBe(200)
  })

  it('with a taken username changes nothing else either', async () => {
    const { username } = await client.signUp(newPerson())
    const user = await client.signUp(ann)
    expect(await put(user, { username, password: 'new-one' })).toMatchObject({ status: 409, body: { error: 'UserAlreadyExists' } })
    expect((await client.logIn(ann)).status).toBe(200)
  })

  it('frees the old username', async () => {
    const user = await client.signUp(ann)
    await put(user, { ...ann, username: newPerson().username })
    expect((await client.signUp(ann)).username).toBe(ann.username)
  })

  it('is for oneself, or for everyone where the collection is open', async () => {
    const bob = await client.signUp(newPerson())
    const { token } = await client.signUp(ann)
    expect(await put({ _id: bob._id, token }, { size: 'large' })).toMatchObject({ status: 401, body: { error: 'InsufficientCredentials' } })
    app.world.set({ usersPermission: 'full' })
    const opened = await put({ _id: bob._id, token }, { size: 'large' })
    expect(opened).toMatchObject({ status: 200, body: { size: 'large' } })
    expect(opened.body).not.toHaveProperty('_kmd.authtoken')
  })

  it('of an unknown user is UserNotFound', async () => {
    const { token } = await client.signUp(ann)
    expect(await put({ _id: 'unknown', token }, {})).toMatchObject({ status: 404, body: { error: 'UserNotFound' } })
  })
})

describe('a new password', () => {
  it('ends the other sessions and renews the own token', async () => {
    const user = await client.signUp(ann)
    const other = tokenIn(await client.logIn(ann))
    const renewed = tokenIn(await put(user, { ...ann, password: 'new-one' }))
    expect(renewed).not.toBe(user.token)
    expect(await Promise.all([user.token, other, renewed].map(client.meStatus))).toEqual([401, 401, 200])
  })

  it('ends no session with tokenOnPasswordChange keep', async () => {
    app.world.set({ tokenOnPasswordChange: 'keep' })
    const user = await client.signUp(ann)
    const other = tokenIn(await client.logIn(ann))
    expect(tokenIn(await put(user, { ...ann, password: 'new-one' }))).toBe(user.token)
    expect(await Promise.all([user.token, other].map(client.meStatus))).toEqual([200, 200])
  })

  it('that is the old one ends no session', async () => {
    const user = await client.signUp(ann)
    const other = tokenIn(await client.logIn(ann))
    expect(tokenIn(await put(user, ann))).toBe(user.token)
    expect(await client.meStatus(other)).toBe(200)
  })

  it('by the master secret ends every session and hands out no token', async () => {
    const { _id, token } = await client.signUp(ann)
    const { status, body } = await client.call('PUT', `/user/:kid/${_id}`, { as: 'master', body: { ...ann, password: 'new-one' } })
    expect(status).toBe(200)
    expect(body).not.toHaveProperty('_kmd.authtoken')
    expect(await client.meStatus(token)).toBe(401)
  })
})

describe('sessions', () => {
  it('end everywhere by DELETE …/tokens', async () => {
    const { _id, token } = await client.signUp(ann)
    const other = tokenIn(await client.logIn(ann))
    expect((await client.call('DELETE', `/user/:kid/${_id}/tokens`, { as: { token } })).status).toBe(204)
    expect(await Promise.all([token, other].map(client.meStatus))).toEqual([401, 401])
  })

  it('of others are not for an ordinary user to end', async () => {
    const bob = await client.signUp(newPerson())
    const { token } = await client.signUp(ann)
    expect((await client.call('DELETE', `/user/:kid/${bob._id}/tokens`, { as: { token } })).status).toBe(401)
    expect(await client.meStatus(bob.token)).toBe(200)
  })

  it('are shown without their tokens', async () => {
    const { _id } = await client.signUp(ann)
    expect(app.world.sessions()).toEqual([{ userId: _id, createdAt: expect.any(Number) }])
  })

  it('come back with a snapshot', async () => {
    const { token } = await client.signUp(ann)
    const snapshot = app.world.snapshot()
    app.world.reset()
    expect(await client.meStatus(token)).toBe(401)
    app.world.restore(snapshot)
    expect(await client.meStatus(token)).toBe(200)
  })
})

describe('sign-up', () => {
  it('gives a name to one of those who ask for it at the same time', async () => {
    const replies = await Promise.all([1, 2, 3].map(() => client.call('POST', '/user/:kid', { body: ann })))
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 409, 409])
  })

  it('takes an id of its own, once', async () => {
    const _id = `id-${ann.username}`
    expect((await client.signUp({ ...ann, _id }))._id).toBe(_id)
    expect((await client.call('POST', '/user/:kid', { body: { ...newPerson(), _id } })).status).toBe(409)
  })

  it('shows an implicit user as anonymous until it has a name', async () => {
    const user = await client.signUp({})
    expect(app.world.users()).toMatchObject([{ anonymous: true }])
    await put(user, { username: ann.username })
    expect(app.world.users()).toMatchObject([{ anonymous: false, username: ann.username }])
  })

  it('keeps no readable password', async () => {
    await client.signUp(ann)
    expect(JSON.stringify(app.world.snapshot())).not.toContain(ann.password)
  })
})

describe('privacy', () => {
  it('shared: others are read in full, without token or password', async () => {
    const bob = await client.signUp({ ...newPerson(), colour: 'red' })
    const { token } = await client.signUp(ann)
    const { body } = await client.call('GET', `/user/:kid/${bob._id}`, { as: { token } })
    expect(body).toMatchObject({ _id: bob._id, colour: 'red' })
    expect(body).not.toHaveProperty('password')
    expect(body).not.toHaveProperty('_kmd.authtoken')
  })

  it('private: one sees only oneself', async () => {
    app.world.set({ usersPermission: 'private' })
    const bob = await client.signUp(newPerson())
    const { token, _id } = await client.signUp(ann)
    const as = { token }
    expect(await client.call('GET', `/user/:kid/${bob._id}`, { as })).toMatchObject({
      status: 401,
      body: { error: 'InsufficientCredentials' },
    })
    expect((await client.call('GET', '/user/:kid', { as })).body).toMatchObject([{ _id }])
    expect((await client.call('POST', '/user/:kid/_lookup', { as })).body).toMatchObject([{ _id }])
    expect((await client.call('GET', '/user/:kid/_count', { as })).body).toEqual({ count: 1 })
  })

  it('discovery matches the discoverable fields alone', async () => {
    const { token } = await client.signUp({ ...ann, colour: 'red' })
    const found = async (filter: object): Promise<unknown> =>
      (await client.call('POST', '/user/:kid/_lookup', { as: { token }, body: filter })).body
    expect(await found({ colour: 'red' })).toEqual([])
    expect(await found({ first_name: ann.first_name, email: 'other@example.com' })).toEqual([])
    expect(await found({ $or: [{ first_name: ann.first_name }, { email: 'other@example.com' }] })).toHaveLength(1)
  })
})
