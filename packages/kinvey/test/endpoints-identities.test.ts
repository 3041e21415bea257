import { createHash } from 'node:crypto'
import type { IdentityProof, Session } from '@userport/core'
import { describe, expect, it } from 'vitest'
import { serve } from '../../core/test/support/wire.js'
import { createKinveyBackend, createMobileIdentityConnect } from '../src/index.js'
import { left, right } from './support/people.js'
import { asApp, asUser, backend, config, document, id, me, offline, origin, session, user, v6, withToken } from './support/wire-user.js'

offline()

const proof: IdentityProof = { provider: 'facebook', tokens: { access_token: 'F1', expires_in: 3600 } }
const _socialIdentity = { facebook: proof.tokens }
const unknown = [404, { error: 'UserNotFound' }] as const
const identityLogin = { method: 'POST', path: '/user/kid_app/login', headers: asApp, body: { _socialIdentity } }
const identitySignUp = { ...identityLogin, path: '/user/kid_app' }

describe('signing in by an identity', () => {
  it('identityLogin', async () => {
    const sent = serve(origin, [200, withToken('T1')])
    expect(await right(backend.signInWithIdentity(proof))).toEqual({ user, session, created: false })
    expect(sent).toEqual([identityLogin])
  })

  it('identitySignUp where there is nobody, with a profile', async () => {
    const sent = serve(origin, unknown, [201, withToken('T1')])
    expect(await right(backend.signInWithIdentity({ ...proof, profile: { displayName: 'Ann' } }))).toEqual({ user, session, created: true })
    expect(sent).toEqual([identityLogin, { ...identitySignUp, body: { displayName: 'Ann', _socialIdentity } }])
  })

  it('identitySignUp at version 6, which opens no session', async () => {
    const sent = serve(origin, unknown, [201, document], [200, withToken('T1')])
    expect(await right(v6.signInWithIdentity(proof))).toEqual({ user, session, created: true })
    expect(sent.map(({ path }) => path)).toEqual(['/user/kid_app/login', '/user/kid_app', '/user/kid_app/login'])
  })

  it('makes nobody when told not to', async () => {
    const sent = serve(origin, unknown)
    expect(await left(backend.signInWithIdentity({ ...proof, create: false }))).toMatchObject({ _tag: 'UserNotFound' })
    expect(sent).toHaveLength(1)
  })

  it('takes a wrong route for no unknown user', async () => {
    const sent = serve(origin, [404, { error: 'EndpointDoesNotExist' }])
    expect(await left(backend.signInWithIdentity(proof))).toMatchObject({ _tag: 'Vendor' })
    expect(sent).toHaveLength(1)
  })
})

describe('the identities of a user', () => {
  it('linkIdentity: the whole user, and of its identities the new one alone', async () => {
    const linked = withToken('T1', { _socialIdentity: { google: { id: '8' }, facebook: { id: '7' } } })
    const sent = serve(origin, [200, withToken('T1', { _socialIdentity: { google: { id: '8' } } })], [200, linked])
    expect((await right(backend.linkIdentity(proof, session))).user.identities).toHaveLength(2)
    const { _kmd, ...sentBack } = document
    expect(sent).toEqual([me, { method: 'PUT', path: `/user/kid_app/${id}`, headers: asUser, body: { ...sentBack, _socialIdentity } }])
  })

  it('unlinkIdentity: null', async () => {
    const sent = serve(origin, [200, withToken('T1', { _socialIdentity: { facebook: { id: '7' } } })], [200, withToken('T1')])
    expect((await right(backend.unlinkIdentity('facebook', session))).user.identities).toEqual([])
    expect(sent[1]?.body).toMatchObject({ _socialIdentity: { facebook: null } })
  })
})

describe('Mobile Identity Connect', () => {
  const mic = createMobileIdentityConnect(config)
  const tokens = { access_token: 'A1', token_type: 'Bearer', expires_in: 3600, refresh_token: 'R1' }
  const asClient = (clientId: string): object => ({
    accept: 'application/json',
    authorization: `Basic ${btoa(`${clientId}:app-secret`)}`,
    'content-type': 'application/x-www-form-urlencoded',
  })
  const renewable: Session = { ...session, secrets: { token: 'T1', micClient: 'kid_app.sso', micRedirect: 'app://in', refreshToken: 'R1' } }
  const refresh = {
    method: 'POST',
    path: '/oauth/token',
    headers: asClient('kid_app.sso'),
    body: 'client_id=kid_app.sso&grant_type=refresh_token&refresh_token=R1&redirect_uri=app%3A%2F%2Fin',
  }

  it('begins at the log-in page, with a challenge whose verifier stays here', async () => {
    const { url, request } = await right(mic.begin({ redirectUri: 'app://in', service: 'sso' }))
    expect(new URL(url).origin + new URL(url).pathname).toBe(`${origin}/v3/oauth/auth`)
    expect(Object.fromEntries(new URL(url).searchParams)).toEqual({
      client_id: 'kid_app.sso',
      redirect_uri: 'app://in',
      response_type: 'code',
      scope: 'openid',
      state: request.state,
      code_challenge: createHash('sha256').update(request.verifier).digest('base64url'),
      code_challenge_method: 'S256',
    })
    expect(url).not.toContain(request.verifier)
  })

  it('is beside an instance of Kinvey’s own, or where the configuration says', async () => {
    const at = async (more: object): Promise<string> =>
      new URL((await right(createMobileIdentityConnect({ ...config, ...more }).begin({ redirectUri: 'app://in' }))).url).origin
    expect(await at({ host: 'https://eu-baas.kinvey.com' })).toBe('https://eu-auth.kinvey.com')
    expect(await at({ micHost: 'https://login.example.com/' })).toBe('https://login.example.com')
  })

  it('micToken for the code of the page', async () => {
    const sent = serve(origin, [200, tokens])
    const { request } = await right(mic.begin({ redirectUri: 'app://in' }))
    const found = await right(mic.complete(request, `app://in?code=C1&state=${request.state}`))
    expect(found).toEqual({ provider: 'kinveyAuth', tokens: { ...tokens, client_id: 'kid_app', redirect_uri: 'app://in' } })
    const body = `client_id=kid_app&grant_type=authorization_code&redirect_uri=app%3A%2F%2Fin&code=C1&code_verifier=${request.verifier}`
    expect(sent).toEqual([{ method: 'POST', path: '/v3/oauth/token', headers: asClient('kid_app'), body }])
  })

  it('micToken for a password', async () => {
    const sent = serve(origin, [200, { access_token: 'A1' }])
    expect(await right(mic.byPassword({ username: 'ann', password: 'b&tter', service: 'sso' }))).toEqual({
      provider: 'kinveyAuth',
      tokens: { access_token: 'A1', client_id: 'kid_app.sso' },
    })
    const body = 'client_id=kid_app.sso&grant_type=password&username=ann&password=b%26tter'
    expect(sent).toEqual([{ method: 'POST', path: '/v3/oauth/token', headers: asClient('kid_app.sso'), body }])
  })

  it('opens a session that knows how it is renewed', async () => {
    serve(origin, [200, withToken('T1')])
    const given = { provider: 'kinveyAuth', tokens: { ...tokens, client_id: 'kid_app.sso', redirect_uri: 'app://in' } }
    expect((await right(backend.signInWithIdentity(given))).session).toEqual(renewable)
  })

  it('micRefresh, then a login with the new tokens', async () => {
    const sent = serve(origin, [200, { ...tokens, access_token: 'A2', refresh_token: 'R2' }], [200, withToken('T2')])
    const renewed = await right(backend.renewSession(renewable))
    expect(renewed.session.secrets).toEqual({ ...renewable.secrets, token: 'T2', refreshToken: 'R2' })
    const kinveyAuth = {
      access_token: 'A2',
      token_type: 'Bearer',
      expires_in: 3600,
      refresh_token: 'R2',
      client_id: 'kid_app.sso',
      redirect_uri: 'app://in',
    }
    expect(sent).toEqual([refresh, { ...identityLogin, body: { _socialIdentity: { kinveyAuth } } }])
  })

  it('keeps the refresh token that it was not given another for', async () => {
    serve(origin, [200, { access_token: 'A2' }], [200, withToken('T2')])
    expect((await right(backend.renewSession(renewable))).session.secrets.refreshToken).toBe('R1')
  })

  it('keeps the next refresh token before it logs in', async () => {
    serve(origin, [200, { ...tokens, refresh_token: 'R2' }], [503])
    const kept: Session[] = []
    const keep = async (one: Session): Promise<void> => void kept.push(one)
    expect(await left(backend.renewSession(renewable, { keep }))).toMatchObject({ _tag: 'Unavailable', retryable: true })
    expect(kept).toEqual([{ ...renewable, secrets: { ...renewable.secrets, refreshToken: 'R2' } }])
  })

  it('is over when the login after the refresh finds nobody', async () => {
    serve(origin, [200, tokens], unknown)
    expect(await left(backend.renewSession(renewable))).toMatchObject({ _tag: 'SessionExpired' })
  })

  it('keeps the means through other replies', async () => {
    serve(origin, [200, withToken('T2')])
    expect((await right(createKinveyBackend(config).fetchUser(renewable))).session.secrets).toEqual({ ...renewable.secrets, token: 'T2' })
  })
})
