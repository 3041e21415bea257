import { beforeEach, describe, expect, it } from 'vitest'
import { type KinveyApp, newPerson, type Person } from './kinvey-app.js'
import { kinveyApps } from './kinvey-apps.js'
import type { CallOptions, KinveyClient, Reply } from './kinvey-client.js'

const startApp = kinveyApps()
let app: KinveyApp
let client: KinveyClient
let ann: Person

beforeEach(() => {
  ;({ app, client, ann } = startApp())
})

const asMaster = (method: string, path: string, options: CallOptions = {}): Promise<Reply> =>
  client.call(method, path, { as: 'master', ...options })

const list = (parameters: Readonly<Record<string, string>>, path = '/user/:kid/'): Promise<Reply> =>
  asMaster('GET', `${path}?${new URLSearchParams(parameters).toString()}`)

const usernames = ({ body }: Reply): readonly string[] => (body as { username: string }[]).map(({ username }) => username)

describe('the master secret alone', () => {
  it.each([
    ['POST', '/user/:kid/:id/_restore', undefined],
    ['POST', '/user/:kid/:id', undefined],
    ['POST', '/rpc/:kid/lockdown-user', { userId: ':id', setLockdownStateTo: true }],
  ])('opens %s %s', async (method, path, body) => {
    const { _id, token } = await client.signUp(ann)
    const attempt = (as: CallOptions['as']): Promise<Reply> =>
      client.call(method, path.replace(':id', _id), { as, ...(body && { body: { ...body, userId: _id } }) })
    expect(await attempt('app')).toMatchObject({ status: 401, body: { error: 'InsufficientCredentials' } })
    expect(await attempt({ token })).toMatchObject({ status: 401, body: { error: 'InsufficientCredentials' } })
    expect((await attempt('master')).status).toBe(204)
  })

  it('creates a user with metadata', async () => {
    const { token } = await client.signUp(newPerson())
    const headers = { 'x-kinvey-master-create-user': 'true' }
    expect((await client.call('POST', '/user/:kid', { body: ann, headers })).status).toBe(401)
    expect((await client.call('POST', '/user/:kid', { body: ann, headers, as: { token } })).status).toBe(401)
    expect((await asMaster('POST', '/user/:kid', { body: ann, headers })).status).toBe(201)
  })
})

describe('an import', () => {
  const headers = { 'x-kinvey-master-create-user': 'true' }

  it('keeps id, times, creator, roles, identities and the confirmed address', async () => {
    const metadata = {
      ect: '2015-01-02T03:04:05.678Z',
      lmt: '2016-01-02T03:04:05.678Z',
      roles: [{ roleId: 'r1', grantedBy: 'x', grantDate: '2016-01-02T03:04:05.678Z' }],
      emailVerification: { status: 'confirmed', emailAddress: ann.email },
    }
    const given = {
      ...ann,
      _id: `id-${ann.username}`,
      _acl: { creator: 'importer' },
      _kmd: metadata,
      _socialIdentity: { facebook: { id: '1', name: 'Ann', secret: 'x' } },
    }
    const { status, body } = await asMaster('POST', '/user/:kid', { body: given, headers })
    expect(status).toBe(201)
    expect(body).toEqual(given)
    app.world.set({ emailVerification: { required: true, auto: false, since: null } })
    expect((await client.logIn(ann)).status).toBe(200)
    expect((await asMaster('POST', '/user/:kid/_lookup', { body: { '_socialIdentity.facebook.id': '1' } })).body).toMatchObject([
      { username: ann.username, _socialIdentity: { facebook: { id: '1', name: 'Ann' } } },
    ])
  })

  it('opens no session and mails nobody', async () => {
    app.world.set({ emailVerification: { required: false, auto: true, since: null } })
    await asMaster('POST', '/user/:kid', { body: ann, headers })
    expect(app.world.sessions()).toEqual([])
    expect(app.world.outbox.messages()).toEqual([])
  })

  it('without the header sets no metadata', async () => {
    const { body } = await asMaster('POST', '/user/:kid', {
      body: { ...ann, _kmd: { emailVerification: { status: 'confirmed' } }, _acl: { creator: 'x' } },
    })
    expect(body).not.toHaveProperty('_kmd.emailVerification')
    expect((body as { _acl: object })._acl).toEqual({ creator: (body as { _id: string })._id })
  })

  it.each([
    [{ password: { type: 'telerik', hash: 'x', salt: 'y' } }, 'FeatureUnavailable'],
    [{ _kmd: 'x' }, 'ParameterValueOutOfRange'],
    [{ _kmd: { emailVerification: { status: 'unheard-of' } } }, 'ParameterValueOutOfRange'],
  ])('of %j is refused', async (given, error) => {
    expect(await asMaster('POST', '/user/:kid', { body: { ...ann, ...given }, headers })).toMatchObject({ status: 400, body: { error } })
    expect(app.world.users()).toEqual([])
  })

  it('unlinks an identity with null, and only with null', async () => {
    const identities = { facebook: { id: '1' }, google: { id: '2' } }
    const { body } = await asMaster('POST', '/user/:kid', { body: { ...ann, _socialIdentity: identities }, headers })
    const path = `/user/:kid/${(body as { _id: string })._id}`
    expect((await asMaster('PUT', path, { body: { ...ann, _socialIdentity: {} } })).body).toMatchObject({ _socialIdentity: identities })
    const unlinked = await asMaster('PUT', path, { body: { ...ann, _socialIdentity: { facebook: null } } })
    expect(unlinked.body).toHaveProperty('_socialIdentity', { google: { id: '2' } })
  })
})

describe('a suspended user', () => {
  it('is seen with its status by the master secret, and by nobody else', async () => {
    const { token } = await client.signUp(newPerson())
    const { _id } = await client.signUp(ann)
    expect((await asMaster('DELETE', `/user/:kid/${_id}`)).status).toBe(204)
    expect((await asMaster('GET', `/user/:kid/${_id}`)).body).toMatchObject({
      _kmd: { status: { val: 'disabled', lastChange: expect.any(String) } },
    })
    expect(await client.call('GET', `/user/:kid/${_id}`, { as: { token } })).toMatchObject({ status: 404, body: { error: 'UserNotFound' } })
    expect(usernames(await client.call('GET', '/user/:kid', { as: { token } }))).not.toContain(ann.username)
    expect(usernames(await list({}))).toContain(ann.username)
  })

  it('has no session, no login and no email flow', async () => {
    const { _id, token } = await client.signUp(ann)
    await asMaster('DELETE', `/user/:kid/${_id}`)
    expect(await client.meStatus(token)).toBe(401)
    expect(await client.logIn(ann)).toMatchObject({ status: 401, body: { error: 'InvalidCredentials' } })
    expect((await client.call('POST', `/rpc/:kid/${ann.username}/user-password-reset-initiate`)).status).toBe(404)
    await client.call('POST', '/rpc/:kid/user-forgot-username', { body: { email: ann.email } })
    expect(app.world.outbox.messages()).toEqual([])
  })

  it('keeps its username until it is deleted', async () => {
    const { _id } = await client.signUp(ann)
    await asMaster('DELETE', `/user/:kid/${_id}`)
    expect((await client.call('POST', '/user/:kid', { body: ann })).status).toBe(409)
    await asMaster('DELETE', `/user/:kid/${_id}?hard=true`)
    expect((await client.call('POST', '/user/:kid', { body: ann })).status).toBe(201)
  })

  it.each(['/_restore', ''])('comes back by POST …/:id%s', async (suffix) => {
    const { _id, token } = await client.signUp(ann)
    await asMaster('DELETE', `/user/:kid/${_id}`)
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    expect((await asMaster('POST', `/user/:kid/${_id}${suffix}`, { headers: form })).status).toBe(204)
    expect((await client.logIn(ann)).status).toBe(200)
    expect(await client.meStatus(token)).toBe(401)
    expect((await asMaster('GET', `/user/:kid/${_id}`)).body).not.toHaveProperty('_kmd.status')
  })

  it('cannot come back once deleted', async () => {
    const { _id } = await client.signUp(ann)
    await asMaster('DELETE', `/user/:kid/${_id}?hard=true`)
    expect(await asMaster('POST', `/user/:kid/${_id}/_restore`)).toMatchObject({ status: 404, body: { error: 'UserNotFound' } })
  })
})

describe('lockdown', () => {
  it.each([401, 403])('refuses login and session with status %i until it is lifted', async (userLockedDownStatus) => {
    app.world.set({ userLockedDownStatus })
    const { _id, token } = await client.signUp(ann)
    const set = (setLockdownStateTo: boolean): Promise<Reply> =>
      asMaster('POST', '/rpc/:kid/lockdown-user', { body: { userId: _id, setLockdownStateTo } })
    await set(true)
    const refused = { status: userLockedDownStatus, body: { error: 'UserLockedDown' } }
    expect(await client.logIn(ann)).toMatchObject(refused)
    expect(await client.call('GET', '/user/:kid/_me', { as: { token } })).toMatchObject(refused)
    await set(false)
    expect(await client.meStatus(token)).toBe(200)
  })

  it('needs a state and a user', async () => {
    const { _id } = await client.signUp(ann)
    expect((await asMaster('POST', '/rpc/:kid/lockdown-user', { body: { userId: _id } })).status).toBe(400)
    expect((await asMaster('POST', '/rpc/:kid/lockdown-user', { body: { userId: 'unknown', setLockdownStateTo: true } })).status).toBe(404)
  })
})

describe('a query', () => {
  const people = [
    { username: 'a', age: 30, tags: ['x', 'y'], address: { city: 'Bern' } },
    { username: 'b', age: 20, tags: ['y'] },
    { username: 'c', age: 40, email: 'c@example.com' },
  ]

  const signUpPeople = async (): Promise<void> => {
    for (const person of people) await client.signUp(person)
  }

  it.each([
    [{}, 'abc'],
    [{ username: 'b' }, 'b'],
    [{ age: { $gt: 20 } }, 'ac'],
    [{ age: { $gte: 20, $lt: 40 } }, 'ab'],
    [{ age: { $lte: 30 } }, 'ab'],
    [{ age: { $lt: 'z' } }, ''],
    [{ username: { $ne: 'a' } }, 'bc'],
    [{ username: { $in: ['a', 'c', 'z'] } }, 'ac'],
    [{ username: { $nin: ['a'] } }, 'bc'],
    [{ username: { $regex: '^[AB]', $options: 'i' } }, 'ab'],
    [{ username: { $not: { $in: ['a'] } } }, 'bc'],
    [{ tags: 'y' }, 'ab'],
    [{ tags: { $all: ['x', 'y'] } }, 'a'],
    [{ 'address.city': 'Bern' }, 'a'],
    [{ address: null }, 'bc'],
    [{ email: { $exists: true } }, 'c'],
    [{ email: { $exists: false } }, 'ab'],
    [{ $or: [{ username: 'a' }, { age: 40 }] }, 'ac'],
    [{ $and: [{ age: { $gt: 10 } }, { tags: 'y' }] }, 'ab'],
    [{ $nor: [{ username: 'a' }] }, 'bc'],
  ])('%j finds %j', async (query, found) => {
    await signUpPeople()
    expect(usernames(await list({ query: JSON.stringify(query), sort: '{"username":1}' })).join('')).toBe(found)
    expect((await list({ query: JSON.stringify(query) }, '/user/:kid/_count/')).body).toEqual({ count: found.length })
  })

  it.each(['{', '[]', '1', '{"$what":[]}', '{"a":{"$what":1}}', '{"a":{"$in":1}}', '{"a":{"$regex":"("}}', '{"$or":{}}'])(
    '%s is InvalidQuerySyntax',
    async (query) => {
      await client.signUp(ann)
      expect(await list({ query })).toMatchObject({ status: 400, body: { error: 'InvalidQuerySyntax' } })
    },
  )

  it('a pattern that would hold up the server fails there, however many users it takes long for', async () => {
    // A quarter of a second each, or so.
    for (let number = 10; number < 40; number += 1) await client.signUp({ ...ann, username: `${'a'.repeat(25)}!${number}` })
    const query = '{"username":{"$regex":"^(a+)+$"}}'
    const tooLong = { status: 500, body: { error: 'KinveyInternalErrorRetry', debug: 'The query takes too long' } }
    expect(await list({ query })).toMatchObject(tooLong)
    expect(await list({ query }, '/user/:kid/_count/')).toMatchObject(tooLong)
  })

  it('sorts, skips, limits and projects', async () => {
    await signUpPeople()
    expect(usernames(await list({ sort: '{"age":-1}' })).join('')).toBe('cab')
    expect(usernames(await list({ sort: '{"age":-1}', skip: '1', limit: '1' })).join('')).toBe('a')
    const { body } = await list({ query: '{"username":"a"}', fields: 'username,age' })
    expect(body).toEqual([{ _id: expect.any(String), username: 'a', age: 30 }])
  })

  it.each(['-1', 'x', '1.5'])('takes no limit of %s', async (limit) => {
    expect(await list({ limit })).toMatchObject({ status: 400, body: { error: 'ParameterValueOutOfRange' } })
  })

  it('finds by the time of the last change', async () => {
    app.world.clock.freeze()
    await client.signUp(newPerson())
    const then = new Date(app.world.clock.now()).toISOString()
    app.world.clock.advance(1)
    await client.signUp(ann)
    expect(usernames(await list({ query: JSON.stringify({ '_kmd.lmt': { $gt: then } }) }))).toEqual([ann.username])
  })
})

describe('more than 10,000 users', () => {
  it('are refused unless paged, and counted', async () => {
    const seeded = app.world.seed(10_001)
    expect(await list({})).toMatchObject({
      status: 400,
      body: {
        error: 'ResultSetSizeExceeded',
        description: 'Your query produced more than 10,000 results. Please rewrite your query to be more selective.',
        debug: 'Your query returned 10001 results',
      },
    })
    expect((await list({}, '/user/:kid/_count')).body).toEqual({ count: 10_001 })

    const sort = '{"_id":1}'
    const first = (await list({ sort, limit: '10000' })).body as { _id: string }[]
    const query = JSON.stringify({ _id: { $gt: first.at(-1)?._id } })
    const rest = (await list({ sort, query })).body as { _id: string }[]
    expect(new Set([...first, ...rest].map(({ _id }) => _id))).toEqual(new Set(seeded.map(({ id }) => id)))
  })
})

describe('seeded users', () => {
  it('can sign in', async () => {
    const [first, last] = app.world.seed(2)
    for (const user of [first, last]) {
      expect((await client.logIn({ username: user?.username ?? '', password: user?.password ?? '' })).status).toBe(200)
    }
  })
})
