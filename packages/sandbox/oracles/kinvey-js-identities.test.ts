import { AuthorizationGrant, init, User } from 'kinvey-js-sdk'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Sandbox, startSandbox } from '../src/index.js'
import { type KinveyApp, newApp, newPerson, type Person } from '../test/kinvey-app.js'
import { localHost } from './kinvey-js-host.js'
import { rejection } from './kinvey-sdk-results.js'

const redirectUri = 'myApp://signed-in'
const hour = 3_600_000

let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await startSandbox({ vendors: ['kinvey'] })
})

afterAll(() => sandbox.stop())

describe.each([4, 5, 6])('Mobile Identity Connect at API version %i', (apiVersion) => {
  let app: KinveyApp
  let ann: Person

  /** The SDK on a device on which the log-in page is filled in so. */
  const configure = (fillIn: Readonly<Record<string, string>> = { username: ann.username, password: ann.password }): void => {
    const { appKey, appSecret, host } = app.connection
    init({ kinveyConfig: { appKey, appSecret, apiVersion }, ...localHost(host, fillIn) })
  }

  const logIn = (options: object = {}): Promise<User> => User.loginWithMICUsingResourceOwnerCredentials(ann.username, ann.password, options)

  beforeEach(() => {
    app = newApp(sandbox)
    ann = newPerson()
    app.world.set({ micUsers: { [ann.username]: ann.password } })
    configure()
  })

  it('KV55 makes the user at the first log-in, and signs in at the second', async () => {
    const { _id } = await logIn()
    expect(await User.getActiveUser()).toBeNull()
    const user = await logIn()
    expect(user._id).toBe(_id)
    expect(user._socialIdentity).toMatchObject({ kinveyAuth: { id: ann.username, audience: app.connection.appKey } })
    expect((await User.me())._id).toBe(_id)
  })

  it('KV55 knows the login service by its id', async () => {
    await logIn({ micId: 'service' })
    const user = await logIn({ micId: 'service' })
    expect(user._socialIdentity).toMatchObject({ kinveyAuth: { audience: `${app.connection.appKey}.service` } })
  })

  it('KV55 refuses a wrong password, and makes nobody', async () => {
    app.world.set({ micUsers: { [ann.username]: 'another' } })
    expect((await rejection(() => logIn())).name).toBe('KinveyError')
    expect(app.world.users()).toEqual([])
  })

  it('KV55 logs in by the page', async () => {
    await User.loginWithMIC(redirectUri, AuthorizationGrant.AuthorizationCodeLoginPage)
    await User.loginWithRedirectUri(redirectUri)
    expect((await User.me())._socialIdentity).toMatchObject({ kinveyAuth: { id: ann.username } })
  })

  it('KV55 reports a user who refuses', async () => {
    configure({ cancel: 'yes' })
    expect((await rejection(() => User.loginWithRedirectUri(redirectUri))).message).toBe('access_denied')
  })

  it('KV16 renews the session by itself, again and again', async () => {
    await logIn()
    const { _id } = await logIn()
    for (const _again of [1, 2, 3]) {
      app.world.clock.advance(hour)
      expect((await User.me())._id).toBe(_id)
    }
  })

  it('KV16 renews the session by itself after update() and me()', async () => {
    await logIn()
    await logIn()
    await User.update({ first_name: 'Anna' })
    await User.me()
    app.world.clock.advance(hour)
    expect((await User.me()).data).toMatchObject({ first_name: 'Anna' })
  })

  it('KV20 outlives the log-out', async () => {
    const { _socialIdentity: identities } = (await logIn()) && (await logIn())
    await User.logout()
    const { kinveyAuth } = identities as { readonly kinveyAuth: Readonly<Record<string, string>> }
    const { host, appKey, appSecret } = app.connection
    const renewed = await fetch(`${host}/oauth/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${appKey}:${appSecret}`)}` },
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: kinveyAuth.refresh_token ?? '' }),
    })
    expect(renewed.status).toBe(200)
  })

  it('KV17 is over once the refresh token is void', async () => {
    await logIn()
    await logIn()
    app.world.clock.advance(hour)
    const { refreshTokens } = app.world.data.mic
    for (const token of Object.keys(refreshTokens)) delete refreshTokens[token]
    expect((await rejection(() => User.me())).name).toBe('InvalidCredentialsError')
    expect(await User.getActiveUser()).toBeNull()
  })
})
