import { describe, expect, test } from 'vitest'
import { failure, freshEmail, freshName, freshPhone, kiiApps, settled } from './kii-support.js'

const newApp = kiiApps()
const password = 'pass-1234'

describe('register', () => {
  test('with a login name: signed in, with a token', async () => {
    const { KiiUser } = newApp().device()
    const name = freshName()
    const user = await settled(KiiUser.userWithUsername(name, password).register())
    expect(user.getUsername()).toBe(name)
    expect(user.getAccessToken()).toMatch(/^[\w-]{43}$/)
    expect(KiiUser.loggedIn()).toBe(true)
  })

  test('with an e-mail address alone', async () => {
    const { KiiUser } = newApp().device()
    const email = freshEmail()
    const user = await settled(KiiUser.userWithEmailAddress(email, password).register())
    await settled(user.refresh())
    expect(user.getEmailAddress()).toBe(email)
    expect(user.getEmailVerified()).toBe(true)
  })

  test('with a local phone number and its country: the number becomes international', async () => {
    const { KiiUser } = newApp().device()
    const phone = freshPhone()
    const user = KiiUser.userWithPhoneNumber(phone.replace('+81', '0'), password)
    user.setCountry('JP')
    await settled(user.register())
    expect(user.getPhoneNumber()).toBe(phone)
  })

  test('with all identifiers and custom fields: each identifier signs in', async () => {
    const { KiiUser } = newApp().device()
    const [email, phone, name] = [freshEmail(), freshPhone(), freshName()]
    const user = KiiUser.userWithCredentials(email, phone, name, password)
    user.set('level', 7)
    user.setDisplayName('Ünï 日本')
    await settled(user.register())
    for (const identifier of [email, phone, name]) {
      KiiUser.logOut()
      const again = await settled(KiiUser.authenticate(identifier, password))
      await settled(again.refresh())
      expect([again.getID(), again.get('level'), again.getDisplayName()]).toEqual([user.getID(), 7, 'Ünï 日本'])
    }
  })

  test('a taken login name is refused', async () => {
    const { KiiUser } = newApp().device()
    const name = freshName()
    await settled(KiiUser.userWithUsername(name, password).register())
    expect(await failure(KiiUser.userWithUsername(name, password).register())).toBe(
      `USER_ALREADY_EXISTS: User with loginName ${name} already exists`,
    )
  })

  test('of two registrations of one name at once, one wins', async () => {
    const app = newApp()
    const name = freshName()
    const attempts = [app.device(), app.device()].map(({ KiiUser }) => settled(KiiUser.userWithUsername(name, password).register()))
    const outcomes = (await Promise.allSettled(attempts)).map(({ status }) => status)
    expect(outcomes.toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(app.world.users()).toHaveLength(1)
  })

  test('a password shorter than the app allows is refused', async () => {
    const { KiiUser } = newApp({ minimumPasswordLength: 12 }).device()
    expect(await failure(KiiUser.userWithUsername(freshName(), password).register())).toBe(
      'PASSWORD_TOO_SHORT: Passwords must be at least 12 characters long',
    )
  })

  test('an address that must be verified first cannot be the only identifier', async () => {
    const { KiiUser } = newApp({ emailVerificationRequired: true }).device()
    expect(await failure(KiiUser.userWithEmailAddress(freshEmail(), password).register())).toMatch(/^INVALID_INPUT_DATA: /)
  })
})

describe('authenticate', () => {
  test('a wrong password, an unknown user and a disabled user look the same', async () => {
    const app = newApp()
    const { Kii, KiiUser } = app.device()
    const user = await settled(KiiUser.userWithUsername(freshName(), password).register())
    const refusal = 'invalid_grant: The user was not found or a wrong password was provided'
    expect(await failure(KiiUser.authenticate(user.getUsername() ?? '', 'wrong-1234'))).toBe(refusal)
    expect(await failure(KiiUser.authenticate(freshName(), password))).toBe(refusal)

    const { clientId = '', clientSecret = '', site, appId } = app.connection
    const admin = await settled(Kii.authenticateAsAppAdmin(clientId, clientSecret))
    const disabled = await fetch(`${site}/apps/${appId}/users/${user.getID()}/status`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${admin.getAccessToken()}`, 'content-type': 'application/vnd.kii.UserStatusUpdateRequest+json' },
      body: '{"disabled":true}',
    })
    expect(disabled.status).toBe(204)
    expect(await failure(KiiUser.authenticate(user.getUsername() ?? '', password))).toBe(refusal)
    expect(await failure(KiiUser.authenticateWithToken(user.getAccessToken()))).toMatch(/^WRONG_TOKEN: /)
  })

  test('an unverified e-mail address does not sign in', async () => {
    const { KiiUser } = newApp({ emailVerificationRequired: true, phoneVerificationRequired: true }).device()
    const email = freshEmail()
    await settled(KiiUser.userWithCredentials(email, freshPhone(), freshName(), password).register())
    expect(await failure(KiiUser.authenticate(email, password))).toMatch(/^invalid_grant: /)
  })

  test('with a token: the whole user comes back', async () => {
    const app = newApp()
    const user = await settled(app.device().KiiUser.userWithUsername(freshName(), password).register())
    const again = await settled(app.device().KiiUser.authenticateWithToken(user.getAccessToken()))
    expect([again.getID(), again.getUsername(), again.isPseudoUser()]).toEqual([user.getID(), user.getUsername(), false])
  })

  test('with an unknown token', async () => {
    const { KiiUser } = newApp().device()
    expect(await failure(KiiUser.authenticateWithToken('nobody'))).toMatch(/^WRONG_TOKEN: /)
  })

  test('a token dies with its lifetime', async () => {
    const { world, device } = newApp()
    const { Kii, KiiUser } = device()
    const user = await settled(KiiUser.userWithUsername(freshName(), password).register())
    Kii.setAccessTokenExpiration(60)
    const short = await settled(KiiUser.authenticate(user.getUsername() ?? '', password))
    const inSeconds = (short.getAccessTokenObject().expires_at.getTime() - Date.now()) / 1_000
    expect(inSeconds).toBeGreaterThan(50)
    expect(inSeconds).toBeLessThanOrEqual(60)
    world.clock.advance(61_000)
    expect(await failure(short.refresh())).toMatch(/^WRONG_TOKEN: /)
  })

  test('a lifetime beyond the maximum of the app is refused', async () => {
    const { Kii, KiiUser } = newApp({ maxTokenLifetime: 3_600 }).device()
    const user = await settled(KiiUser.userWithUsername(freshName(), password).register())
    Kii.setAccessTokenExpiration(7_200)
    expect(await failure(KiiUser.authenticate(user.getUsername() ?? '', password))).toMatch(/^INVALID_INPUT_DATA: /)
  })

  test('two sign-ins are two sessions, and signing out on one device ends neither', async () => {
    const app = newApp()
    const first = app.device().KiiUser
    const one = await settled(first.userWithUsername(freshName(), password).register())
    const two = await settled(app.device().KiiUser.authenticate(one.getUsername() ?? '', password))
    first.logOut()
    expect(two.getAccessToken()).not.toBe(one.getAccessToken())
    const back = await settled(app.device().KiiUser.authenticateWithToken(one.getAccessToken()))
    expect(back.getID()).toBe(two.getID())
  })

  test('a second factor that nobody asked for is refused', async () => {
    expect(await failure(newApp().device().KiiUser.authenticateWithTotp('123456'))).toMatch(/^invalid_grant: /)
  })
})

describe('pseudo users', () => {
  test('are registered and signed in with one call', async () => {
    const app = newApp({ refreshTokenEnabled: true })
    const user = await settled(app.device().KiiUser.registerAsPseudoUser(null, { displayName: 'Guest', score: 3 }))
    const again = await settled(app.device().KiiUser.authenticateWithToken(user.getAccessToken()))
    expect([again.getID(), again.isPseudoUser(), again.getDisplayName(), again.get('score')]).toEqual([user.getID(), true, 'Guest', 3])
  })

  test('are refused with a bad field', async () => {
    const { KiiUser } = newApp().device()
    expect(await failure(KiiUser.registerAsPseudoUser(null, { displayName: '' }))).toMatch(
      /^failed to register pseudo user\. statusCode: 400 error code: INVALID_INPUT_DATA error message: /,
    )
  })

  test('become normal users: same id, same token, and the new name signs in', async () => {
    const { KiiUser } = newApp().device()
    const user = await settled(KiiUser.registerAsPseudoUser(null, { score: 3, gone: true }))
    const name = freshName()
    const token = user.getAccessToken()
    await settled(user.putIdentity({ username: name }, password, null, { score: 4 }, ['gone']))
    await settled(user.refresh())
    expect([user.isPseudoUser(), user.get('score'), user.getAccessToken()]).toEqual([false, 4, token])
    const again = await settled(KiiUser.authenticate(name, password))
    await settled(again.refresh())
    expect([again.getID(), again.get('gone'), again.get('_accessToken')]).toEqual([user.getID(), undefined, undefined])
  })

  test('stay pseudo users when the wanted name is taken', async () => {
    const { KiiUser } = newApp().device()
    const name = freshName()
    await settled(KiiUser.userWithUsername(name, password).register())
    const user = await settled(KiiUser.registerAsPseudoUser(null))
    expect(await failure(user.putIdentity({ username: name }, password, null))).toBe(
      `failed to put identity data. statusCode: 409 error code: USER_ALREADY_EXISTS error message: User with loginName ${name} already exists`,
    )
    await settled(user.refresh())
    expect(user.isPseudoUser()).toBe(true)
  })

  test('have no password to change or to reset', async () => {
    const { KiiUser } = newApp().device()
    const user = await settled(KiiUser.registerAsPseudoUser(null))
    expect(await failure(user.updatePassword('any-old-one', password))).toMatch(/^OPERATION_NOT_ALLOWED: /)
    expect(await failure(KiiUser.resetPasswordWithNotificationMethod(user.getID(), 'EMAIL'))).toMatch(
      /^failed to reset password\. statusCode: 409 error code: OPERATION_NOT_ALLOWED error message: /,
    )
  })
})
