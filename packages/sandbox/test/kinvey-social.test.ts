import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { type KinveyApp, newPerson, type Person } from './kinvey-app.js'
import { kinveyApps } from './kinvey-apps.js'
import type { KinveyClient, Reply, UserReply } from './kinvey-client.js'

const startApp = kinveyApps()
let app: KinveyApp
let client: KinveyClient
let ann: Person
let id: string

beforeEach(() => {
  ;({ app, client, ann } = startApp())
  id = randomUUID()
})

const by = (provider: string, accountId = id): object => ({
  _socialIdentity: { [provider]: { access_token: `${provider}-token-${accountId}` } },
})
const logIn = (body: object, version = 4): Promise<Reply> => client.call('POST', '/user/:kid/login', { body, version })
const signUp = (body: object): Promise<Reply> => client.call('POST', '/user/:kid', { body })
const put = ({ _id, token }: { readonly _id: string; readonly token: string }, body: object): Promise<Reply> =>
  client.call('PUT', `/user/:kid/${_id}`, { as: { token }, body })

const signedUp = async (body: object): Promise<UserReply & { readonly token: string }> => client.signUp(body)

const badToken = (provider: string): object => ({
  status: 401,
  body: {
    error: 'InvalidCredentials',
    debug: expect.stringMatching(new RegExp(`^Error encountered authenticating against ${provider}: \\{"error":"invalid_token"`)),
  },
})
const unknown = { status: 404, body: { error: 'UserNotFound' } }
const taken = { status: 409, body: { error: 'UserAlreadyExists' } }

describe.each(['facebook', 'google', 'twitter', 'linkedIn', 'anyOther'])('%s', (provider) => {
  it('lets nobody in before the sign-up, and the same user ever after', async () => {
    expect(await logIn(by(provider))).toMatchObject(unknown)
    const { _id } = await signedUp(by(provider))
    expect(await logIn(by(provider))).toMatchObject({
      status: 200,
      body: { _id, _socialIdentity: { [provider]: { id } }, _kmd: { llt: expect.any(String), authtoken: expect.any(String) } },
    })
  })

  it('is not asked without a token, and refuses a wrong one', async () => {
    await signedUp(by(provider))
    for (const given of [{ access_token: 'forged' }, { access_token: `${provider}-token-` }, { id }, {}, null]) {
      expect(await logIn({ _socialIdentity: { [provider]: given } })).toMatchObject(badToken(provider))
      if (given !== null) expect(await signUp({ _socialIdentity: { [provider]: given } })).toMatchObject(badToken(provider))
    }
  })
})

describe('a registered token', () => {
  it('brings the account that the settings describe', async () => {
    app.world.set({ socialTokens: { facebook: { EAAB: { id, name: 'Ann', gender: 'female' } } } })
    const { _id } = await signedUp({ _socialIdentity: { facebook: { access_token: 'EAAB', expires_in: 3600 } } })
    const stored = { _id, _socialIdentity: { facebook: { id, name: 'Ann', gender: 'female' } } }
    expect((await client.call('GET', `/user/:kid/${_id}`, { as: 'master' })).body).toMatchObject(stored)
    expect(await logIn(by('facebook'))).toMatchObject({ status: 200, body: { _id } })
    expect(await logIn({ _socialIdentity: { google: { access_token: 'EAAB' } } })).toMatchObject(badToken('google'))
  })

  it('is found by discovery with its id and name alone', async () => {
    app.world.set({ socialTokens: { facebook: { EAAB: { id, name: 'Ann', gender: 'female' } } } })
    const { token } = await signedUp({ _socialIdentity: { facebook: { access_token: 'EAAB' } } })
    const { body } = await client.call('POST', '/user/:kid/_lookup', { as: { token }, body: { '_socialIdentity.facebook.id': id } })
    expect(body).toMatchObject([{ _socialIdentity: { facebook: { id, name: 'Ann' } } }])
    expect(JSON.stringify(body)).not.toContain('female')
  })
})

describe('sign-up with an identity', () => {
  it('makes a user who is not anonymous', async () => {
    await signedUp(by('facebook'))
    expect(app.world.users()).toMatchObject([{ anonymous: false }])
  })

  it('takes a username, a password and attributes along', async () => {
    const { _id } = await signedUp({ ...ann, ...by('facebook') })
    expect(await client.logIn(ann)).toMatchObject({ status: 200, body: { _id, first_name: ann.first_name } })
  })

  it('is refused for an identity that somebody has', async () => {
    await signedUp(by('facebook'))
    expect(await signUp(by('facebook'))).toMatchObject(taken)
    expect(app.world.users()).toHaveLength(1)
  })

  it('gives an identity to one of those who ask for it at the same time', async () => {
    const replies = await Promise.all([1, 2, 3].map(() => signUp({ ...newPerson(), ...by('facebook') })))
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 409, 409])
  })
})

describe('log-in by an identity', () => {
  it('is flat at API version 6, wrapped or not', async () => {
    app.world.set({ wrapV6Login: true })
    await signedUp(by('facebook'))
    expect((await logIn(by('facebook'), 6)).body).toMatchObject({
      _socialIdentity: { facebook: { id } },
      _kmd: { authtoken: expect.any(String) },
    })
  })

  it('is for one identity at a time', async () => {
    const both = {
      _socialIdentity: { ...{ facebook: { access_token: `facebook-token-${id}` } }, google: { access_token: `google-token-${id}` } },
    }
    await signedUp(both)
    expect(await logIn(both)).toMatchObject({ status: 400, body: { error: 'ParameterValueOutOfRange' } })
  })

  it('does not open a suspended account', async () => {
    const { _id } = await signedUp(by('facebook'))
    await client.call('DELETE', `/user/:kid/${_id}`, { as: 'master' })
    expect(await logIn(by('facebook'))).toMatchObject({ status: 401, body: { error: 'InvalidCredentials', debug: 'The user is disabled' } })
  })

  it('does not open an unverified account where verification is required', async () => {
    await signedUp({ ...ann, ...by('facebook') })
    app.world.set({ emailVerification: { required: true, auto: false, since: null } })
    expect(await logIn(by('facebook'))).toMatchObject({ body: { error: 'EmailVerificationRequired' } })
  })

  it('finds nobody after a hard delete', async () => {
    const { _id } = await signedUp(by('facebook'))
    await client.call('DELETE', `/user/:kid/${_id}?hard=true`, { as: 'master' })
    expect(await logIn(by('facebook'))).toMatchObject(unknown)
    expect((await signUp(by('facebook'))).status).toBe(201)
  })

  it('works after a restore of a snapshot', async () => {
    const { _id } = await signedUp(by('facebook'))
    const snapshot = app.world.snapshot()
    app.world.reset()
    expect(await logIn(by('facebook'))).toMatchObject(unknown)
    app.world.restore(snapshot)
    expect(await logIn(by('facebook'))).toMatchObject({ body: { _id } })
  })

  it.each(['text', [], 1])('takes no %j for an identity', async (identity) => {
    expect(await logIn({ _socialIdentity: { facebook: identity } })).toMatchObject({
      status: 400,
      body: { error: 'ParameterValueOutOfRange' },
    })
  })
})

describe('linking', () => {
  it('adds provider by provider', async () => {
    const user = await signedUp(ann)
    await put(user, { ...ann, ...by('facebook') })
    expect((await put(user, { ...ann, ...by('google') })).body).toMatchObject({ _socialIdentity: { facebook: { id }, google: { id } } })
    for (const provider of ['facebook', 'google']) expect(await logIn(by(provider))).toMatchObject({ body: { _id: user._id } })
  })

  it('makes somebody of an anonymous user', async () => {
    const user = await signedUp({})
    await put(user, by('facebook'))
    expect(app.world.users()).toMatchObject([{ anonymous: false }])
  })

  it('asks for no token again when the cached user comes back whole', async () => {
    const user = await signedUp({ ...ann, ...by('facebook') })
    const cached = { ...ann, first_name: 'Anna', _socialIdentity: { facebook: { id, access_token: 'expired by now' } } }
    expect(await put(user, cached)).toMatchObject({ status: 200, body: { first_name: 'Anna', _socialIdentity: { facebook: { id } } } })
  })

  it('changes to another account of the provider', async () => {
    const user = await signedUp(by('facebook'))
    const other = randomUUID()
    await put(user, by('facebook', other))
    expect(await logIn(by('facebook', other))).toMatchObject({ body: { _id: user._id } })
    expect(await logIn(by('facebook'))).toMatchObject(unknown)
  })

  it.each([{ access_token: 'forged' }, { id: 'claimed' }])('with %j is refused and changes nothing', async (given) => {
    const user = await signedUp(ann)
    expect(await put(user, { ...ann, first_name: 'Anna', _socialIdentity: { facebook: given } })).toMatchObject(badToken('facebook'))
    expect((await client.call('GET', `/user/:kid/${user._id}`, { as: 'master' })).body).toMatchObject({ first_name: ann.first_name })
  })

  it('an identity that somebody has is refused', async () => {
    await signedUp(by('facebook'))
    const user = await signedUp(ann)
    expect(await put(user, by('facebook'))).toMatchObject(taken)
  })

  it('ends with null, and only with null', async () => {
    const user = await signedUp({ ...ann, ...by('facebook') })
    await put(user, { ...ann, _socialIdentity: {} })
    expect((await logIn(by('facebook'))).status).toBe(200)
    expect((await put(user, { ...ann, _socialIdentity: { facebook: null } })).body).not.toHaveProperty('_socialIdentity')
    expect(await logIn(by('facebook'))).toMatchObject(unknown)
    expect((await signUp(by('facebook'))).status).toBe(201)
  })
})

describe('an import', () => {
  it('keeps identities without a token, each for one user', async () => {
    const headers = { 'x-kinvey-master-create-user': 'true' }
    const _socialIdentity = { facebook: { id } }
    const { body } = await client.call('POST', '/user/:kid', { as: 'master', headers, body: { ...ann, _socialIdentity } })
    expect(await logIn(by('facebook'))).toMatchObject({ body: { _id: (body as UserReply)._id } })
    expect(await client.call('POST', '/user/:kid', { as: 'master', headers, body: { ...newPerson(), _socialIdentity } })).toMatchObject(
      taken,
    )
  })
})
