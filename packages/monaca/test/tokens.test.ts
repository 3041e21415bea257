import { describe, expect, it } from 'vitest'
import { type App, Disk, person, random, useApps } from './support/apps.js'
import { callAsOldClient, localStorageWith } from './support/old-client.js'

const newApp = useApps()
const hour = 3_600_000

/** Somebody who signed in with Monaca's own library, and the login token that it keeps. */
const oldUser = async (app: App) => {
  const { username, password } = person()
  const { loginToken } = await callAsOldClient(app, 'User.register', { username, password, properties: { level: 3 } })
  return { username, password, token: String(loginToken) }
}

describe('the access token', () => {
  it('is the login token, which Monaca’s own library can use', async () => {
    const app = newApp()
    const users = app.start()
    const { username, password } = person()
    await users.signUp({ identifiers: { username }, password })
    const { token } = users.accessToken() ?? { token: '' }
    expect(await callAsOldClient(app, 'User.autoLogin', { loginToken: token })).toMatchObject({ user: { _username: username } })
  })

  it('is none where auto-login is disabled, and where nobody is signed in', async () => {
    const users = newApp({ autoLogin: false }).start()
    await users.restore()
    expect(users.accessToken()).toBeNull()
    const { username, password } = person()
    await users.signUp({ identifiers: { username }, password })
    expect(users.accessToken()).toBeNull()
  })

  it('is the newest one', async () => {
    const users = newApp({ autoLoginToken: 'replaced' }).start()
    const { username, password } = person()
    await users.signUp({ identifiers: { username }, password })
    const before = users.accessToken()
    await users.refresh()
    expect(users.accessToken()).toEqual({ token: expect.stringMatching(/^[0-9a-f]{40}$/) })
    expect(users.accessToken()).not.toEqual(before)
  })
})

describe('a sign-in by a login token', () => {
  it.each(['extended', 'replaced', 'unchanged'] as const)('lasts (token %s)', async (autoLoginToken) => {
    const app = newApp({ autoLoginToken })
    const { username, token } = await oldUser(app)
    const disk = new Disk()
    const users = app.start(disk)
    expect(await users.signInWithToken({ token })).toMatchObject({ username, kind: 'registered', attributes: { level: 3 } })
    app.world.clock.advance(2 * hour)
    expect(await users.refresh()).toMatchObject({ username })
    expect(await app.start(disk).restore()).toMatchObject({ username })
  })

  it('ends on the server with a sign-out', async () => {
    const app = newApp()
    const users = app.start()
    await users.signInWithToken({ token: (await oldUser(app)).token })
    await expect(users.signOut()).resolves.toMatchObject({ server: 'revoked' })
  })

  it.each([
    ['that nobody has', (app: App) => app.world.clock.now()],
    ['that is too old', (app: App) => app.world.clock.advance(app.world.settings.loginTokenLifetime + 1)],
  ])('%s is refused', async (which, prepare) => {
    const app = newApp()
    const { token } = await oldUser(app)
    prepare(app)
    const given = which === 'that nobody has' ? random('token') : token
    const users = app.start()
    await expect(users.signInWithToken({ token: given })).rejects.toMatchObject({ tag: 'SessionExpired', error: { code: '-32602' } })
    expect(users.activeUser()).toBeNull()
  })

  it('says so when auto-login is disabled (13)', async () => {
    const app = newApp()
    const { token } = await oldUser(app)
    app.world.set({ autoLogin: false })
    await expect(app.start().signInWithToken({ token })).rejects.toMatchObject({
      tag: 'Forbidden',
      error: { code: '13', message: expect.stringContaining('Auto-login is disabled') },
    })
  })

  it.each(['', '  ', undefined, 7])('with %j for a token is refused before any request', async (token) => {
    const app = newApp()
    await expect(app.start().signInWithToken({ token: token as string })).rejects.toMatchObject({ tag: 'InvalidInput', field: 'token' })
    expect(app.sent).toEqual([])
  })

  it('over somebody who is signed in is refused before any request', async () => {
    const app = newApp()
    const { token } = await oldUser(app)
    const users = app.start()
    const { username, password } = person()
    await users.signUp({ identifiers: { username }, password })
    const sent = app.sent.length
    await expect(users.signInWithToken({ token })).rejects.toMatchObject({ tag: 'AlreadySignedIn' })
    expect(app.sent).toHaveLength(sent)
  })

  it('whose answer is lost is asked again', async () => {
    const app = newApp()
    const { username, token } = await oldUser(app)
    app.world.faults.add({ rpc: 'User.autoLogin', times: 1, kind: { type: 'reset', after: 'write' } })
    await expect(app.start().signInWithToken({ token })).resolves.toMatchObject({ username })
  })

  it('as an anonymous user does all that needs no password, and says what does', async () => {
    const app = newApp()
    const first = app.start()
    const { id } = await first.signInAnonymously({ attributes: { level: 1 } })
    const second = app.start()
    const { token } = first.accessToken() ?? { token: '' }
    expect(await second.signInWithToken({ token })).toMatchObject({ id, kind: 'anonymous' })
    expect(await second.updateProfile({ set: { level: 2 } })).toMatchObject({ attributes: { level: 2 } })
    const { username, password } = person()
    const refused = { tag: 'Forbidden', error: { message: expect.stringContaining('generated') } }
    await expect(second.upgrade({ identifiers: { username }, password })).rejects.toMatchObject(refused)
    await expect(second.deleteUser()).rejects.toMatchObject(refused)
    expect(second.activeUser()).toMatchObject({ id })
    expect(await first.upgrade({ identifiers: { username }, password })).toMatchObject({ previousId: id, user: { username } })
  })
})

describe('the session of Monaca’s own library', () => {
  const name = 'monacaCloudLoginToken'

  it.each(['extended', 'replaced', 'unchanged'] as const)(
    'is taken over at the first start, and only then (token %s)',
    async (autoLoginToken) => {
      const app = newApp({ autoLoginToken })
      const { username, token } = await oldUser(app)
      const legacyStore = localStorageWith({ [name]: token, other: 'of the app' })
      const disk = new Disk()
      expect(await app.start(disk, { legacyStore }).restore()).toMatchObject({ username, kind: 'registered', attributes: { level: 3 } })
      expect([...legacyStore.entries]).toEqual([['other', 'of the app']])
      app.world.clock.advance(2 * hour)
      const users = app.start(disk, { legacyStore })
      expect(await users.restore()).toMatchObject({ username })
      expect(users.state()).toMatchObject({ stale: false, stored: true })
    },
  )

  it('stays where it is while the server cannot be reached, and is taken over later', async () => {
    const app = newApp()
    const { username, token } = await oldUser(app)
    const legacyStore = localStorageWith({ [name]: token })
    const disk = new Disk()
    const fault = app.world.faults.add({ rpc: 'User.autoLogin', kind: { type: 'reset', after: 'request' } })
    expect(await app.start(disk, { legacyStore }).restore({ deadline: 2_000 })).toBeNull()
    expect(legacyStore.entries.get(name)).toBe(token)
    fault.remove()
    expect(await app.start(disk, { legacyStore }).restore()).toMatchObject({ username })
  })

  it('is nobody when the token is dead, with one request', async () => {
    const app = newApp()
    const { token } = await oldUser(app)
    app.world.clock.advance(app.world.settings.loginTokenLifetime + 1)
    const users = app.start(new Disk(), { legacyStore: localStorageWith({ [name]: token }) })
    expect(await users.restore()).toBeNull()
    expect(users.state()).toEqual({ status: 'signedOut' })
    expect(app.sent.map(({ method }) => method)).toEqual(['User.autoLogin'])
  })

  it.each<Readonly<Record<string, string>>>([{}, { [name]: '' }])(
    'is nobody where there is none (%j), without a request',
    async (entries) => {
      const app = newApp()
      expect(await app.start(new Disk(), { legacyStore: localStorageWith(entries) }).restore()).toBeNull()
      expect(app.sent).toEqual([])
    },
  )

  it('is left alone when this library has a session of its own', async () => {
    const app = newApp()
    const { token } = await oldUser(app)
    const disk = new Disk()
    const { username, password } = person()
    await app.start(disk).signUp({ identifiers: { username }, password })
    const legacyStore = localStorageWith({ [name]: token })
    expect(await app.start(disk, { legacyStore }).restore()).toMatchObject({ username })
    expect(legacyStore.entries.get(name)).toBe(token)
  })
})
