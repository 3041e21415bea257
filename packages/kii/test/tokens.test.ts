import { axiosClient, memoryStore } from '@userport/core'
import { describe, expect, it } from 'vitest'
import { failure, value } from '../../core/test/support/vendor-results.js'
import { createKii } from '../src/index.js'
import { person, start } from './support/apps.js'
import { codeAt, enrol } from './support/second-factor.js'

describe('the access token', () => {
  it('is the session: it signs in on another device, which keeps it', async () => {
    const { newcomer, device } = start()
    const { users, user } = await newcomer()
    const token = users.accessToken()
    if (token === null) throw new Error('nobody is signed in')
    const store = memoryStore()
    expect(await value(device({ store }).signInWithToken(token))).toEqual(user)
    expect(await value(device({ store }).restore())).toEqual(user)
  })

  it('of an anonymous user is the way back to it', async () => {
    const { device } = start()
    const users = device()
    const user = await value(users.signInAnonymously({ attributes: { cart: 'tea' } }))
    const again = await value(device().signInWithToken({ token: users.accessToken()?.token ?? '' }))
    expect(again).toEqual(user)
    expect(again.kind).toBe('anonymous')
  })

  it('tells when it ends: as the configuration asks, and as the app says', async () => {
    const { config, newcomer, device } = start()
    const { username, password } = await newcomer()
    const { site, appId, appKey } = config
    const users = createKii({ site, appId, appKey, sessionLifetime: 3_600 })
    await value(users.signIn({ identifier: { username }, password }))
    const token = users.accessToken()
    expect(Math.abs((token?.expiresAt ?? 0) - Date.now() - 3_600_000)).toBeLessThan(5_000)
    const other = device()
    await value(other.signInWithToken({ token: token?.token ?? '', expiresAt: 1_900_000_000_000 }))
    expect(other.accessToken()).toEqual({ token: token?.token, expiresAt: 1_900_000_000_000 })
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 0, -60, 1.5])('cannot be asked to live for %d seconds', async (sessionLifetime) => {
    const { config, world } = start()
    const { site, appId, appKey } = config
    const { username, password } = person()
    const users = createKii({ site, appId, appKey, sessionLifetime })
    expect(await failure(users.signIn({ identifier: { username }, password }))).toMatchObject({
      _tag: 'Configuration',
      path: 'sessionLifetime',
    })
    expect(world.requests.all()).toEqual([])
  })

  it('is null where nobody is signed in', async () => {
    const { newcomer } = start()
    const { users } = await newcomer()
    await value(users.signOut())
    expect(users.accessToken()).toBeNull()
  })

  it('that is unknown, or over, signs nobody in', async () => {
    const { world, newcomer, device } = start({ defaultTokenLifetime: 60 })
    const { users } = await newcomer()
    const token = users.accessToken()?.token ?? ''
    const stranger = device()
    expect(await failure(stranger.signInWithToken({ token: 'unknown' }))).toMatchObject({ _tag: 'SessionExpired', code: 'WRONG_TOKEN' })
    world.clock.advance(61_000)
    expect(await failure(stranger.signInWithToken({ token }))).toMatchObject({ _tag: 'SessionExpired', code: 'WRONG_TOKEN' })
    expect(stranger.activeUser()).toBeNull()
  })

  it('does not replace somebody who is signed in unless the app says so', async () => {
    const { newcomer } = start()
    const [one, other] = [await newcomer(), await newcomer()]
    const token = other.users.accessToken()?.token ?? ''
    expect(await failure(one.users.signInWithToken({ token }))).toMatchObject({ _tag: 'AlreadySignedIn' })
    expect((await value(one.users.signInWithToken({ token }, { replace: true }))).id).toBe(other.user.id)
  })
})

describe('a session that was renewed', () => {
  it('is kept though the read after it fails: a refresh token works once', async () => {
    const { world, config, newcomer } = start({ refreshTokenEnabled: true, defaultTokenLifetime: 60 })
    const { username, password, user } = await newcomer()
    const http = axiosClient()
    const users = createKii(
      { site: config.site, appId: config.appId, appKey: config.appKey },
      {
        http: {
          send: async (request, signal) => {
            const answer = await http.send(request, signal)
            if (String(request.body).includes('refresh_token')) world.faults.add({ path: '/me$', kind: { type: 'status', status: 503 } })
            return answer
          },
        },
      },
    )
    await value(users.signIn({ identifier: { username }, password }))
    world.clock.advance(61_000)
    expect(await failure(users.refresh())).toMatchObject({ _tag: 'Unavailable' })
    world.faults.clear()
    expect((await value(users.refresh())).id).toBe(user.id)
  })
})

describe('a store that takes nothing', () => {
  it('does not keep a session from being renewed', async () => {
    const { world, config, newcomer } = start({ refreshTokenEnabled: true, defaultTokenLifetime: 60 })
    const { username, password, user } = await newcomer()
    const { site, appId, appKey } = config
    const full = { ...memoryStore(), set: () => Promise.reject(new Error('full')) }
    const users = createKii({ site, appId, appKey }, { store: full })
    await value(users.signIn({ identifier: { username }, password }))
    world.clock.advance(61_000)
    expect((await value(users.refresh())).id).toBe(user.id)
  })
})

const enrolled = async (settings: Parameters<typeof start>[0] = {}, recoveryCodes: readonly string[] = []) => {
  const app = start(settings)
  const { user, username, password } = await app.newcomer()
  enrol(app.world, user.id, recoveryCodes)
  const users = app.device()
  const signIn = () => users.signIn({ identifier: { username }, password })
  const step = async () => {
    const error = await failure(signIn())
    if (error._tag !== 'SecondFactorRequired') throw new Error(`it ended in ${error._tag}`)
    return error.step
  }
  return { ...app, user, users, username, password, signIn, step }
}

describe('the second factor', () => {
  it.each([[{}], [{ limitedTokenError: 'WRONG_TOKEN' }], [{ bareUnauthorizedBody: true }], [{ limitedTokenScope: 'whatever' }]] as const)(
    'is asked for after the right password, however Kii says so: %j',
    async (settings) => {
      const { world, user, users, step } = await enrolled(settings)
      const waiting = await step()
      expect(waiting).toEqual({ type: 'second-factor', id: expect.any(String), factors: ['totp', 'recovery-code'], authenticators: [] })
      expect(users.activeUser()).toBeNull()
      const code = codeAt(world.clock.now())
      expect((await value(users.continueSignIn(waiting, { factor: 'totp', code }))).id).toBe(user.id)
      expect((await value(users.refresh())).id).toBe(user.id)
    },
  )

  it('may be a recovery code, which works once', async () => {
    const { user, users, step, device, username, password } = await enrolled({}, ['rescue-1'])
    expect((await value(users.continueSignIn(await step(), { factor: 'recovery-code', code: 'rescue-1' }))).id).toBe(user.id)
    const other = device()
    const again = await failure(other.signIn({ identifier: { username }, password }))
    if (again._tag !== 'SecondFactorRequired') throw new Error(again._tag)
    expect(await failure(other.continueSignIn(again.step, { factor: 'recovery-code', code: 'rescue-1' }))).toMatchObject({
      _tag: 'InvalidCredentials',
    })
  })

  it('that is wrong can be given again, right', async () => {
    const { world, user, users, step } = await enrolled()
    const waiting = await step()
    expect(await failure(users.continueSignIn(waiting, { factor: 'totp', code: 'wrong!' }))).toMatchObject({
      _tag: 'InvalidCredentials',
      code: 'invalid_grant',
    })
    const code = codeAt(world.clock.now())
    expect((await value(users.continueSignIn(waiting, { factor: 'totp', code }))).id).toBe(user.id)
  })

  it('that comes too late, or too often, needs a new sign-in', async () => {
    const { world, users, step } = await enrolled({ limitedTokenLifetime: 60, maxWrongCodes: 1 })
    const late = await step()
    world.clock.advance(61_000)
    const code = (): string => codeAt(world.clock.now())
    expect(await failure(users.continueSignIn(late, { factor: 'totp', code: code() }))).toMatchObject({ _tag: 'InvalidCredentials' })
    const often = await step()
    await failure(users.continueSignIn(often, { factor: 'totp', code: 'wrong!' }))
    expect(await failure(users.continueSignIn(often, { factor: 'totp', code: code() }))).toMatchObject({ _tag: 'InvalidCredentials' })
    expect(users.activeUser()).toBeNull()
  })

  it('is not asked for where the password is wrong', async () => {
    const { users, username } = await enrolled()
    expect(await failure(users.signIn({ identifier: { username }, password: 'wrong horse' }))).toMatchObject({ _tag: 'InvalidCredentials' })
  })

  it('shows no token in the error that asks for it', async () => {
    const { world, signIn } = await enrolled()
    const shown = JSON.stringify(await failure(signIn()))
    for (const token of Object.keys(world.data.tokens)) expect(shown).not.toContain(token)
  })

  it('ends the session after a password change, since nobody has given it for the new one', async () => {
    const { world, users, step, password, username, device } = await enrolled()
    await value(users.continueSignIn(await step(), { factor: 'totp', code: codeAt(world.clock.now()) }))
    expect(await failure(users.changePassword({ current: password, next: 'another pass' }))).toMatchObject({ _tag: 'SessionExpired' })
    expect(users.activeUser()).toBeNull()
    expect(await failure(device().signIn({ identifier: { username }, password: 'another pass' }))).toMatchObject({
      _tag: 'SecondFactorRequired',
    })
  })
})
