import { beforeEach, describe, expect, it } from 'vitest'
import type { KinveyApp, Person } from './kinvey-app.js'
import { kinveyApps } from './kinvey-apps.js'
import type { KinveyClient } from './kinvey-client.js'

const startApp = kinveyApps()
let app: KinveyApp
let client: KinveyClient
let ann: Person

beforeEach(() => {
  ;({ app, client, ann } = startApp())
})

describe('API versions', () => {
  it.each([3, 4, 5])('%i: signing up signs in', async (version) => {
    const { body } = await client.call('POST', '/user/:kid', { body: ann, version })
    expect(body).toMatchObject({ _kmd: { authtoken: expect.stringMatching(/^[0-9a-f-]{36}\.[A-Za-z0-9+/]{43}=$/) } })
  })

  it('6: signing up does not sign in, and still echoes the password', async () => {
    const { body } = await client.call('POST', '/user/:kid', { body: ann, version: 6 })
    expect(body).toMatchObject({ password: ann.password, _kmd: { ect: expect.any(String) } })
    expect(body).not.toHaveProperty('_kmd.authtoken')
  })

  it.each([
    [2, 400, 'APIVersionNotAvailable'],
    ['x', 400, 'APIVersionNotAvailable'],
    [7, 501, 'APIVersionNotImplemented'],
  ])('%s is refused', async (version, status, error) => {
    expect(await client.call('POST', '/user/:kid', { body: ann, version })).toMatchObject({ status, body: { error } })
  })

  it.each([4, 6] as const)('%i as the default of the app serves a request without the header', async (apiVersion) => {
    app.world.set({ apiVersion })
    const { host, appKey, appSecret } = app.connection
    const headers = { authorization: `Basic ${btoa(`${appKey}:${appSecret}`)}` }
    const response = await fetch(`${host}/user/${appKey}`, { method: 'POST', headers })
    const { _kmd: metadata } = (await response.json()) as { _kmd: object }
    expect(Object.hasOwn(metadata, 'authtoken')).toBe(apiVersion === 4)
  })

  it.each([
    [6, true, true],
    [6, false, false],
    [5, true, false],
  ])('%i with wrapV6Login %s: a wrapped login is %s', async (version, wrapV6Login, wrapped) => {
    app.world.set({ wrapV6Login })
    await client.signUp(ann)
    const { body } = await client.call('POST', '/user/:kid/login', { body: ann, version })
    const user = { username: ann.username }
    expect(body).toMatchObject(
      wrapped ? { mfaRequired: false, user, authToken: expect.any(String) } : { ...user, _kmd: { authtoken: expect.any(String) } },
    )
  })
})

describe('replies', () => {
  it('name the new user in Location, with 201', async () => {
    const { status, headers, body } = await client.call('POST', '/user/:kid', { body: ann })
    expect(status).toBe(201)
    expect(headers.get('location')).toBe(`/user/${app.connection.appKey}/${(body as { _id: string })._id}`)
  })

  it('are JSON with a request id, errors too', async () => {
    const { headers, body } = await client.logIn(ann)
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(headers.get('x-kinvey-request-id')).toMatch(/^[0-9a-f]{32}$/)
    expect(body).toEqual({
      error: 'InvalidCredentials',
      description: 'Invalid credentials. Please retry your request with correct credentials.',
      debug: '',
    })
  })

  it('without content are 204 and empty', async () => {
    const { token } = await client.signUp(ann)
    const { status, body, headers } = await client.call('POST', '/user/:kid/_logout', { as: { token } })
    expect([status, body]).toEqual([204, undefined])
    expect(headers.get('x-kinvey-request-id')).toMatch(/^[0-9a-f]{32}$/)
  })

  it('allow a browser page to call', async () => {
    const headers = {
      origin: 'http://app.example',
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'authorization,x-kinvey-api-version',
    }
    const preflight = await fetch(`${app.connection.host}/user/${app.connection.appKey}/x`, { method: 'OPTIONS', headers })
    expect(preflight.ok).toBe(true)
    expect(preflight.headers.get('access-control-allow-headers')).toBe('authorization,x-kinvey-api-version')
  })
})

describe('routes', () => {
  it('end with a slash or not, and ignore the cache buster', async () => {
    const { token } = await client.signUp(ann)
    expect((await client.call('GET', '/user/:kid/_me/?_=abc', { as: { token } })).status).toBe(200)
    expect((await client.call('POST', '/user/:kid/login/?_=abc', { body: ann })).status).toBe(200)
  })

  it.each([
    ['GET', '/user/:kid/_unknown'],
    ['POST', '/user/:kid/_unknown'],
    ['POST', '/user/:kid/mfa/unknown'],
    ['GET', '/user/:kid/login'],
    ['PATCH', '/user/:kid/some-id'],
    ['POST', '/rpc/:kid/unknown'],
    ['POST', '/rpc/:kid/user/with/slashes/user-password-reset-initiate'],
    ['POST', '/v3/oauth/unknown'],
    ['GET', '/user'],
  ])('that do not exist are never a missing user: %s %s', async (method, path) => {
    expect(await client.call(method, path, { as: 'master' })).toMatchObject({ status: 404, body: { error: 'EndpointDoesNotExist' } })
  })

  it.each(['100%', '%zz', 'a+b@example.com', 'ä'])('take the username %j raw', async (suffix) => {
    await client.signUp({ ...ann, username: ann.username + suffix })
    const { status } = await client.call('POST', `/rpc/:kid/${ann.username}${suffix}/user-password-reset-initiate`)
    expect(status).toBe(204)
  })

  it('take an encoded slash in a username', async () => {
    await client.signUp({ ...ann, username: `a/${ann.username}` })
    expect((await client.call('POST', `/rpc/:kid/a%2F${ann.username}/user-password-reset-initiate`)).status).toBe(204)
  })
})

describe('bodies', () => {
  it.each([undefined, '', '{}'])('%j makes an implicit user with a password that works', async (body) => {
    const { status, body: user } = await client.call('POST', '/user/:kid', { body })
    expect(status).toBe(201)
    expect((await client.logIn(user as Person)).status).toBe(200)
  })

  it.each([
    ['{', 'JSONParseError'],
    ['[]', 'BadRequest'],
    ['{"username":1}', 'ParameterValueOutOfRange'],
    ['{"username":" "}', 'ParameterValueOutOfRange'],
    ['{"password":""}', 'ParameterValueOutOfRange'],
    ['{"email":{}}', 'ParameterValueOutOfRange'],
    ['{"_id":"__proto__"}', 'InvalidIdentifier'],
    ['{"_id":"half a \\ud83d"}', 'InvalidIdentifier'],
  ])('%s cannot be signed up', async (body, error) => {
    expect(await client.call('POST', '/user/:kid', { body })).toMatchObject({ status: 400, body: { error } })
  })

  it.each(['__proto__', 'constructor', 'toString'])('%s is a username like any other', async (username) => {
    const signIn = { username, password: ann.password }
    expect(await client.logIn(signIn)).toMatchObject({ status: 401, body: { error: 'InvalidCredentials' } })
    await client.signUp(signIn)
    expect(await client.logIn(signIn)).toMatchObject({ status: 200, body: { username } })
  })

  it.each([{ username: 'x' }, { password: 'x' }, undefined])('%j is no login', async (body) => {
    expect(await client.call('POST', '/user/:kid/login', { body })).toMatchObject({
      status: 400,
      body: { error: 'MissingRequestParameter' },
    })
  })
})

describe('credentials', () => {
  it.each([
    ['none', 'nobody'],
    ['another secret', { basic: ':kid:other' }],
    ['a dead token', { token: 'x' }],
  ] as const)('%s: InvalidCredentials', async (_what, as) => {
    const given = typeof as === 'object' && 'basic' in as ? { basic: as.basic.replace(':kid', app.connection.appKey) } : as
    expect(await client.call('GET', '/user/:kid/_me', { as: given })).toMatchObject({ status: 401, body: { error: 'InvalidCredentials' } })
  })

  it('of another app are refused', async () => {
    const { appKey, appSecret } = startApp().app.connection
    expect(await client.call('POST', '/user/:kid', { as: { basic: `${appKey}:${appSecret}` } })).toMatchObject({ status: 401 })
  })

  it.each([
    ['GET', '/user/:kid/_me'],
    ['POST', '/user/:kid/_logout'],
    ['POST', '/user/:kid/_lookup'],
    ['GET', '/user/:kid'],
  ])('of the app alone do not open %s %s', async (method, path) => {
    expect(await client.call(method, path)).toMatchObject({ status: 401, body: { error: 'InsufficientCredentials' } })
  })

  it('are those that the settings name', async () => {
    app.world.set({ appSecret: 'changed' })
    expect((await client.call('POST', '/user/:kid')).status).toBe(401)
    expect((await client.call('POST', '/user/:kid', { as: { basic: `${app.connection.appKey}:changed` } })).status).toBe(201)
  })

  it('of a session do not open what is for the app', async () => {
    const { token } = await client.signUp(ann)
    expect(await client.call('POST', '/user/:kid', { as: { token } })).toMatchObject({
      status: 401,
      body: { error: 'InsufficientCredentials' },
    })
  })

  it.each([
    [5, 200],
    [6, 401],
  ])('of a user by username and password, at API version %i: %i', async (version, status) => {
    await client.signUp(ann)
    const as = { basic: `${ann.username}:${ann.password}` }
    expect((await client.call('GET', '/user/:kid/_me', { as, version })).status).toBe(status)
  })
})
