import { randomUUID } from 'node:crypto'
import { memoryStore } from '@userport/core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  createKinvey,
  createKinveyBackend,
  createKinveyEmailVerification,
  createMobileIdentityConnect,
  type MicRequest,
  type MobileIdentityConnect,
} from '../src/index.js'
import { filledIn } from './support/log-in-page.js'
import { meanwhile } from './support/meanwhile.js'
import { left, right, type TestApp, useSandbox } from './support/people.js'

const newApp = useSandbox()
const redirectUri = 'myApp://signed-in'
const hour = 3_600_000

interface MicApp extends TestApp {
  readonly mic: MobileIdentityConnect
  readonly username: string
  readonly password: string
  readonly form: Readonly<Record<string, string>>
}

const start = (apiVersion: 4 | 6 = 4): MicApp => {
  const app = newApp({ apiVersion })
  const [username, password] = [randomUUID(), randomUUID()]
  app.world.set({ micUsers: { [username]: password } })
  return { ...app, mic: createMobileIdentityConnect(app.config), username, password, form: { username, password } }
}

const byPassword = ({ mic, username, password }: MicApp) => right(mic.byPassword({ username, password }))

/** Signs in somebody who is a user already: only such a session runs out with the token. */
const enter = async (app: MicApp, users: TestApp['provider'] = app.provider) => {
  await right(app.backend.signInWithIdentity(await byPassword(app)))
  const { created, user } = await right(users.signInWithIdentity(await byPassword(app)))
  expect(created).toBe(false)
  return user
}

const tokenRequests = ({ world }: TestApp): number => world.requests.all().filter(({ path }) => path.endsWith('/oauth/token')).length

afterEach(() => vi.unstubAllGlobals())

describe('the log-in page', () => {
  it.each([4, 6] as const)('signs somebody in who comes back with a code, at version %i', async (apiVersion) => {
    const app = start(apiVersion)
    const { url, request } = await right(app.mic.begin({ redirectUri, service: 'sso' }))
    const kept = JSON.parse(JSON.stringify(request)) as MicRequest
    const proof = await right(app.mic.complete(kept, await filledIn(url, app.form)))
    const { user, created } = await right(app.provider.signInWithIdentity(proof))
    expect({ created, identities: user.identities }).toEqual({ created: true, identities: [{ provider: 'kinveyAuth', id: app.username }] })
    expect(await right(app.provider.signOut())).toEqual({ server: 'revoked', remains: ['kinveyAuth'] })
  })

  it('tells that the person refused', async () => {
    const { mic } = start()
    const { url, request } = await right(mic.begin({ redirectUri }))
    const refused = { _tag: 'Forbidden', code: 'access_denied' }
    expect(await left(mic.complete(request, await filledIn(url, { cancel: 'yes' })))).toMatchObject(refused)
  })

  it('gives a code that is good once, and for whoever began', async () => {
    const app = start()
    const { url, request } = await right(app.mic.begin({ redirectUri }))
    const back = await filledIn(url, app.form)
    const stolen = { ...(await right(app.mic.begin({ redirectUri }))).request, state: request.state ?? '' }
    expect(await left(app.mic.complete(stolen, back))).toMatchObject({ _tag: 'InvalidCredentials' })
    expect(await left(app.mic.complete(request, back))).toMatchObject({ _tag: 'InvalidCredentials' })
  })

  it('takes no answer to another request, nor one without a code, and asks nobody', async () => {
    const { mic, world } = start()
    const { request } = await right(mic.begin({ redirectUri }))
    const answers = ['no address', `${redirectUri}?code=C`, `${redirectUri}?code=C&state=other`, `${redirectUri}?state=${request.state}`]
    for (const answer of answers) {
      expect(await left(mic.complete(request, answer))).toMatchObject({ _tag: 'InvalidInput', field: 'sentBackTo' })
    }
    for (const nowhere of ['nowhere', new URL(redirectUri) as unknown as string, Symbol('no text') as unknown as string])
      expect(await left(mic.begin({ redirectUri: nowhere }))).toMatchObject({ _tag: 'InvalidInput', field: 'redirectUri' })
    const noText = Object.create(null) as string
    expect(await left(mic.complete(request, noText))).toMatchObject({ _tag: 'InvalidInput', field: 'sentBackTo' })
    const failed = await left(mic.complete(request, `${redirectUri}?error=server_error&state=${request.state}`))
    expect(failed).toMatchObject({ _tag: 'Vendor', code: 'server_error' })
    const wordy = await left(mic.complete(request, `${redirectUri}?error=Call+this+number&state=${request.state}`))
    expect(wordy._tag).toBe('Vendor')
    expect(JSON.stringify(wordy)).not.toContain('number')
    for (const part of ['clientId', 'redirectUri', 'verifier'] as const) {
      const lost = { ...request, [part]: undefined } as unknown as MicRequest
      const refused = { _tag: 'InvalidInput', field: `request.${part}` }
      expect(await left(mic.complete(lost, `${redirectUri}?code=C&state=${request.state}`))).toMatchObject(refused)
    }
    expect(world.requests.all()).toEqual([])
  })

  it('needs no state where that was switched off', async () => {
    const app = start()
    const { url, request } = await right(app.mic.begin({ redirectUri, state: false }))
    expect(new URL(url).searchParams.has('state')).toBe(false)
    const [address = ''] = (await filledIn(url, app.form)).split('&state')
    expect((await right(app.mic.complete(request, address))).provider).toBe('kinveyAuth')
  })

  it('cannot begin where the browser has no means for the challenge', async () => {
    const { mic } = start()
    vi.stubGlobal('crypto', { getRandomValues: <A>(bytes: A): A => bytes })
    expect(await left(mic.begin({ redirectUri }))).toMatchObject({
      _tag: 'Unsupported',
      capability: 'identities',
      instead: 'a page that is served over https',
    })
  })
})

describe('the password grant', () => {
  it('signs in to the same user each time', async () => {
    const app = start()
    const first = await right(app.backend.signInWithIdentity(await byPassword(app)))
    const second = await right(app.backend.signInWithIdentity(await byPassword(app)))
    expect([first.created, second.created, second.user.id]).toEqual([true, false, first.user.id])
  })

  it('refuses a wrong password, an empty one and a wrong app secret', async () => {
    const { mic, username, password, config, world } = start()
    expect(await left(mic.byPassword({ username, password: 'wrong' }))).toMatchObject({ _tag: 'InvalidCredentials' })
    const wrong = createMobileIdentityConnect({ ...config, appSecret: 'wrong' })
    expect(await left(wrong.byPassword({ username, password }))).toMatchObject({ _tag: 'Configuration', path: 'appSecret' })
    world.requests.clear()
    expect(await left(mic.byPassword({ username, password: '' }))).toMatchObject({ _tag: 'InvalidInput', field: 'password' })
    expect(world.requests.all()).toEqual([])
  })

  it('refuses to work without a configuration', async () => {
    const mic = createMobileIdentityConnect({ host: 'http://kinvey.example.com', appKey: 'kid', appSecret: 's' })
    const refused = { _tag: 'Configuration', path: 'host', operation: 'byPassword' }
    expect(await left(mic.byPassword({ username: 'a', password: 'b' }))).toMatchObject(refused)
  })
})

describe('without types', () => {
  it.each([undefined, null, 'text'] as unknown[] as never[])('%s in the place of an object is a value, never a throw', async (input) => {
    const { mic, config, world } = start()
    world.requests.clear()
    const refused = (field: string) => ({ _tag: 'InvalidInput', field })
    expect(await left(mic.begin(input))).toMatchObject(refused('redirectUri'))
    expect(await left(mic.complete(input, `${redirectUri}?code=1`))).toMatchObject(refused('request.clientId'))
    expect(await left(mic.byPassword(input))).toMatchObject(refused('username'))
    expect(await left(createKinveyEmailVerification(config).request(input))).toMatchObject(refused('username'))
    expect(world.requests.all()).toEqual([])
  })
})

describe('a session of Mobile Identity Connect', () => {
  it('is renewed when it runs out, again and again', async () => {
    const app = start()
    const user = await enter(app)
    for (const displayName of ['Ann', 'Anna', 'Annie']) {
      app.world.clock.advance(hour)
      app.world.requests.clear()
      await right(app.provider.updateProfile({ displayName }))
      expect(tokenRequests(app)).toBe(1)
      expect(await right(app.provider.refresh())).toMatchObject({ id: user.id, displayName })
    }
  })

  it('uses its refresh token once, however many ask at the same time', async () => {
    const app = start()
    await enter(app)
    app.world.clock.advance(hour)
    app.world.requests.clear()
    const asked = [app.provider.refresh(), app.provider.findUsers({ username: 'x' }), app.provider.updateProfile({ locale: 'en' })]
    await Promise.all(asked.map((one) => right<unknown>(one)))
    expect(tokenRequests(app)).toBe(1)
  })

  it('shows what the server says after a renewal', async () => {
    const app = start()
    const user = await enter(app)
    app.world.clock.advance(hour)
    await right(app.provider.refresh())
    const stored = app.world.data.users[user.id]
    if (stored === undefined) throw new Error('no user')
    stored.attributes = { ...stored.attributes, displayName: 'Changed elsewhere' }
    expect((await right(app.provider.refresh())).displayName).toBe('Changed elsewhere')
  })

  it('survives a login that fails after the refresh, and a restart then', async () => {
    const app = start()
    const store = memoryStore()
    const users = createKinvey(app.config, { store })
    const user = await enter(app, users)
    app.world.clock.advance(hour)
    app.world.faults.add({ path: 'login$', times: 1, kind: { type: 'status', status: 503 } })
    expect(await left(users.refresh())).toMatchObject({ _tag: 'Unavailable' })
    expect((await right(users.refresh())).id).toBe(user.id)
    app.world.clock.advance(hour)
    expect((await right(createKinvey(app.config, { store }).restore()))?.id).toBe(user.id)
  })

  it('survives a restart after a renewal', async () => {
    const app = start()
    const store = memoryStore()
    const users = createKinvey(app.config, { store })
    const user = await enter(app, users)
    app.world.clock.advance(hour)
    await right(users.refresh())
    app.world.requests.clear()
    expect((await right(createKinvey(app.config, { store }).restore()))?.id).toBe(user.id)
    expect(tokenRequests(app)).toBe(0)
  })

  it('ends when its refresh token is void', async () => {
    const app = start()
    const { session } = await right(app.backend.signInWithIdentity(await byPassword(app)))
    for (const token of Object.keys(app.world.data.mic.refreshTokens)) delete app.world.data.mic.refreshTokens[token]
    expect(await left(app.backend.renewSession(session))).toMatchObject({ _tag: 'SessionExpired' })
  })

  it('ends when Kinvey refuses the token that took the place of the old one', async () => {
    const app = start()
    const { session } = await right(app.backend.signInWithIdentity(await byPassword(app)))
    const { tokens } = app.world.data.mic
    const http = meanwhile(/\/oauth\/token$/, () => {
      for (const token of Object.keys(tokens)) delete tokens[token]
    })
    expect(await left(createKinveyBackend(app.config, { http }).renewSession(session))).toMatchObject({ _tag: 'SessionExpired' })
  })

  it('shows no token in the user', async () => {
    const app = start()
    const proof = await byPassword(app)
    const { user, session } = await right(app.backend.signInWithIdentity(proof))
    const shown = JSON.stringify([user, (await right(app.backend.fetchUser(session))).user])
    for (const secret of [proof.tokens.access_token, proof.tokens.refresh_token]) expect(shown).not.toContain(secret)
  })
})
