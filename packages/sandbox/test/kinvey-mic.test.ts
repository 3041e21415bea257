import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import type { KinveyApp } from './kinvey-app.js'
import { kinveyApps } from './kinvey-apps.js'
import type { KinveyClient, Reply, UserReply } from './kinvey-client.js'

interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
  readonly expires_in: number
}

type Fields = Readonly<Record<string, string>>

const redirectUri = 'myApp://signed-in'
const hour = 3_600_000

const startApp = kinveyApps()
let app: KinveyApp
let client: KinveyClient
let username: string
let password: string

beforeEach(() => {
  ;({ app, client } = startApp())
  username = `mic-${randomUUID()}`
  password = randomUUID()
  app.world.set({ micUsers: { [username]: password } })
})

const post = (url: string, fields: Fields, headers: Fields = {}): Promise<Response> =>
  fetch(new URL(url, app.connection.host), { method: 'POST', body: new URLSearchParams(fields), headers, redirect: 'manual' })

const authorization = (clientId = app.connection.appKey, secret = app.connection.appSecret): Fields => ({
  authorization: `Basic ${btoa(`${clientId}:${secret}`)}`,
})

const token = async (
  fields: Fields,
  { path = '/oauth/token', headers = authorization() } = {},
): Promise<{ status: number; body: unknown }> => {
  const response = await post(path, fields, headers)
  return { status: response.status, body: await response.json() }
}

const request = (more: Fields = {}): Fields => ({
  client_id: app.connection.appKey,
  redirect_uri: redirectUri,
  response_type: 'code',
  ...more,
})

const logInAddress = async (more: Fields = {}): Promise<string> => {
  const { temp_login_uri: address } = (await (await post('/v3/oauth/auth', request(more))).json()) as { temp_login_uri: string }
  return address
}

const answered = (response: Response): URLSearchParams => new URLSearchParams(response.headers.get('location')?.split('?')[1])

const codeFor = async (more: Fields = {}): Promise<string> =>
  answered(await post(await logInAddress(more), request({ username, password }))).get('code') ?? ''

const redeem = (code: string, more: Fields = {}): ReturnType<typeof token> =>
  token({ grant_type: 'authorization_code', client_id: app.connection.appKey, redirect_uri: redirectUri, code, ...more })

const tokens = async (): Promise<Tokens> => (await redeem(await codeFor())).body as Tokens

const refresh = (refreshToken: string): ReturnType<typeof token> =>
  token({ grant_type: 'refresh_token', client_id: app.connection.appKey, redirect_uri: 'undefined', refresh_token: refreshToken })

const signIn = (path: string, { access_token }: Pick<Tokens, 'access_token'>): Promise<Reply> =>
  client.call('POST', path, { body: { _socialIdentity: { kinveyAuth: { access_token } } } })

const invalidGrant = { status: 400, body: { error: 'invalid_grant', error_description: expect.any(String), debug: '' } }
const invalidToken = { status: 401, body: { error: 'InvalidCredentials', debug: expect.stringContaining('against kinveyAuth') } }

describe('a log-in by the app itself', () => {
  it('is sent back with a code', async () => {
    const response = await post(await logInAddress({ state: 'a b' }), { username, password })
    expect(response.status).toBe(302)
    expect(response.headers.get('location')).toMatch(/^myApp:\/\/signed-in\?code=[\w-]{43}&state=a\+b$/)
  })

  it.each([
    ['a wrong password', () => ({ username, password: 'wrong' })],
    ['an unknown user', () => ({ username: 'unknown', password })],
    ['an empty form', () => ({})],
  ])('is refused with %s, and may be tried again', async (_what, fields) => {
    const address = await logInAddress()
    const refused = await post(address, fields())
    expect(refused.status).toBe(401)
    expect(await refused.json()).toMatchObject({ error: 'invalid_grant' })
    expect((await post(address, { username, password })).status).toBe(302)
  })

  it('happens once', async () => {
    const address = await logInAddress()
    await post(address, { username, password })
    expect((await post(address, { username, password })).status).toBe(400)
  })

  it('has ten minutes', async () => {
    const address = await logInAddress()
    app.world.clock.advance(600_000)
    expect((await post(address, { username, password })).status).toBe(400)
  })

  it.each([
    [{ redirect_uri: 'nowhere' }, 'invalid_request'],
    [{ response_type: 'token' }, 'unsupported_response_type'],
    [{ code_challenge: 'x' }, 'invalid_request'],
    [{ code_challenge: 'x', code_challenge_method: 'plain' }, 'invalid_request'],
  ])('does not begin with %j', async (fields, error) => {
    const response = await post('/v3/oauth/auth', request(fields))
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error })
  })

  it('does not begin for no client', async () => {
    expect((await post('/v3/oauth/auth', {})).status).toBe(404)
  })
})

describe('the log-in page', () => {
  const open = async (): Promise<URL> => {
    const address = new URL(`/v3/oauth/auth?${new URLSearchParams(request({ scope: 'openid' })).toString()}`, app.connection.host)
    const response = await fetch(address)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    const [, action = ''] = /<form method="post" action="([^"]+)"/.exec(await response.text()) ?? []
    return new URL(action, address)
  }

  it('sends back with a code', async () => {
    const response = await post((await open()).href, { username, password })
    expect(response.status).toBe(302)
    expect((await redeem(answered(response).get('code') ?? '')).status).toBe(200)
  })

  it('is shown again after a wrong password, and works then', async () => {
    const action = await open()
    const again = await post(action.href, { username, password: 'wrong' })
    expect(again.status).toBe(401)
    const text = await again.text()
    expect(text).toContain('The username or the password is wrong.')
    const [, next = ''] = /<form method="post" action="([^"]+)"/.exec(text) ?? []
    expect((await post(new URL(next, action).href, { username, password })).status).toBe(302)
  })

  it('sends back with an error when the user refuses', async () => {
    const response = await post((await open()).href, { cancel: 'yes' })
    expect(answered(response).get('error')).toBe('access_denied')
  })
})

describe('a code', () => {
  it('becomes tokens', async () => {
    expect(await redeem(await codeFor())).toEqual({
      status: 200,
      body: { access_token: expect.any(String), token_type: 'Bearer', expires_in: 3600, refresh_token: expect.any(String) },
    })
  })

  it('is good once', async () => {
    const code = await codeFor()
    await redeem(code)
    expect(await redeem(code)).toMatchObject(invalidGrant)
  })

  it('is good for a minute', async () => {
    const code = await codeFor()
    app.world.clock.advance(60_000)
    expect(await redeem(code)).toMatchObject(invalidGrant)
  })

  it('is good for the address it was sent to', async () => {
    expect(await redeem(await codeFor(), { redirect_uri: 'other://' })).toMatchObject(invalidGrant)
  })

  it('is good for the client that asked', async () => {
    const clientId = `${app.connection.appKey}.service`
    const code = await codeFor()
    const fields = { grant_type: 'authorization_code', redirect_uri: redirectUri, code }
    expect(await token(fields, { headers: authorization(clientId) })).toMatchObject(invalidGrant)
  })

  it.each([
    [(verifier: string) => verifier, 200],
    [() => 'another', 400],
    [() => undefined, 400],
  ])('with a challenge needs its verifier (%#)', async (given, status) => {
    const verifier = randomBytes(32).toString('base64url')
    const challenge = createHash('sha256').update(verifier).digest('base64url')
    const code = await codeFor({ code_challenge: challenge, code_challenge_method: 'S256' })
    const sent = given(verifier)
    expect((await redeem(code, sent === undefined ? {} : { code_verifier: sent })).status).toBe(status)
  })
})

describe('the token endpoint', () => {
  it.each(['/oauth/token', '/v3/oauth/token'])('is %s, for the client with and without a login service', async (path) => {
    for (const clientId of [app.connection.appKey, `${app.connection.appKey}.service`]) {
      const fields = { grant_type: 'password', client_id: clientId, username, password }
      expect((await token(fields, { path, headers: authorization(clientId) })).status).toBe(200)
    }
  })

  it.each([
    ['no credentials', () => ({})],
    ['another secret', () => authorization(app.connection.appKey, 'other')],
    ['the master secret', () => authorization(app.connection.appKey, app.connection.masterSecret)],
    ['the credentials of another client', () => authorization(`${app.connection.appKey}.service`)],
    ['the credentials of another app', () => authorization(startApp().app.connection.appKey)],
  ])('refuses %s', async (_what, headers) => {
    const fields = { grant_type: 'password', client_id: app.connection.appKey, username, password }
    expect(await token(fields, { headers: headers() })).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
  })

  it('refuses a wrong password', async () => {
    expect(await token({ grant_type: 'password', username, password: 'wrong' })).toMatchObject(invalidGrant)
  })

  it.each(['client_credentials', 'toString', ''])('knows no grant %j', async (grant) => {
    expect(await token({ grant_type: grant })).toMatchObject({ status: 400, body: { error: 'unsupported_grant_type' } })
  })
})

describe('a refresh', () => {
  it('gives other tokens, and ends the old ones', async () => {
    const old = await tokens()
    const { status, body } = await refresh(old.refresh_token)
    const fresh = body as Tokens
    expect(status).toBe(200)
    expect([fresh.access_token, fresh.refresh_token]).not.toContain(old.access_token)
    expect(await refresh(old.refresh_token)).toMatchObject(invalidGrant)
    expect(await signIn('/user/:kid/login', old)).toMatchObject(invalidToken)
    expect((await signIn('/user/:kid', fresh)).status).toBe(201)
  })

  it('works after the access token has expired', async () => {
    const old = await tokens()
    app.world.clock.advance(hour)
    expect((await refresh(old.refresh_token)).status).toBe(200)
  })

  it('is for the client that the tokens are for', async () => {
    const { refresh_token } = await tokens()
    const headers = authorization(`${app.connection.appKey}.service`)
    expect(await token({ grant_type: 'refresh_token', refresh_token }, { headers })).toMatchObject(invalidGrant)
  })
})

describe('a user of Mobile Identity Connect', () => {
  it('is none of the app before the sign-up', async () => {
    expect(await signIn('/user/:kid/login', await tokens())).toMatchObject({ status: 404, body: { error: 'UserNotFound' } })
  })

  it('comes back by every token', async () => {
    const { _id } = (await signIn('/user/:kid', await tokens())).body as UserReply
    const again = await tokens()
    expect((await signIn('/user/:kid/login', again)).body).toMatchObject({
      _id,
      _socialIdentity: { kinveyAuth: { id: username, audience: app.connection.appKey, ...justTokens(again) } },
    })
  })

  it('shows the tokens to nobody else', async () => {
    const own = await tokens()
    const { _id } = (await signIn('/user/:kid', own)).body as UserReply
    const other = await client.signUp({})
    for (const as of ['master', { token: other.token }] as const) {
      const { body } = await client.call('GET', `/user/:kid/${_id}`, { as })
      expect(body).toMatchObject({ _socialIdentity: { kinveyAuth: { id: username } } })
      expect(JSON.stringify(body)).not.toContain(own.access_token)
      expect(JSON.stringify(body)).not.toContain(own.refresh_token)
    }
  })

  it('has a session that ends with the access token', async () => {
    await signIn('/user/:kid', await tokens())
    const { _kmd: metadata } = (await signIn('/user/:kid/login', await tokens())).body as UserReply
    app.world.clock.advance(hour - 1000)
    expect(await client.meStatus(metadata.authtoken ?? '')).toBe(200)
    app.world.clock.advance(1000)
    expect(await client.meStatus(metadata.authtoken ?? '')).toBe(401)
    expect(app.world.sessions().filter(({ expiresAt }) => expiresAt !== undefined)).toEqual([])
  })

  it('cannot come with an expired token', async () => {
    const own = await tokens()
    await signIn('/user/:kid', own)
    app.world.clock.advance(hour)
    expect(await signIn('/user/:kid/login', own)).toMatchObject(invalidToken)
  })
})

const justTokens = ({ access_token, refresh_token }: Tokens): object => ({ access_token, refresh_token })
