import { describe, expect, it } from 'vitest'
import { asAdministrator, failure, freshEmail, freshName, freshPhone, kiiApps, password, settled } from './kii-support.js'

const newApp = kiiApps()

describe('register', () => {
  it('KI08 KI23 KI33 KS11 KS26 with a login name: signed in, with a token', async () => {
    const { KiiUser } = newApp().device()
    const name = freshName()
    const user = await settled(KiiUser.userWithUsername(name, password).register())
    expect(user.getUsername()).toBe(name)
    expect(user.getAccessToken()).toMatch(/^[\w-]{43}$/)
    expect(KiiUser.loggedIn()).toBe(true)
  })

  it('KI13 KI14 KI32 KI33 KS19 with an e-mail address alone', async () => {
    const { KiiUser } = newApp().device()
    const email = freshEmail()
    const user = await settled(KiiUser.userWithEmailAddress(email, password).register())
    await settled(user.refresh())
    expect(user.getEmailAddress()).toBe(email)
    expect(user.getEmailVerified()).toBe(true)
  })

  it('KI20 KI33 KI38 KS23 with a local phone number and its country: the number becomes international', async () => {
    const { KiiUser } = newApp().device()
    const phone = freshPhone()
    const user = KiiUser.userWithPhoneNumber(phone.replace('+81', '0'), password)
    user.setCountry('JP')
    await settled(user.register())
    expect(user.getPhoneNumber()).toBe(phone)
  })

  it('KI07 KI12 KI33 KI37 KI39 KS01 KS12 KS18 with all identifiers and custom fields: each identifier signs in', async () => {
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

  it('KI33 a taken login name is refused', async () => {
    const { KiiUser } = newApp().device()
    const name = freshName()
    await settled(KiiUser.userWithUsername(name, password).register())
    expect(await failure(KiiUser.userWithUsername(name, password).register())).toBe(
      `USER_ALREADY_EXISTS: User with loginName ${name} already exists`,
    )
  })

  it('KI33 of two registrations of one name at once, one wins', async () => {
    const app = newApp()
    const name = freshName()
    const attempts = [app.device(), app.device()].map(({ KiiUser }) => settled(KiiUser.userWithUsername(name, password).register()))
    const outcomes = (await Promise.allSettled(attempts)).map(({ status }) => status)
    expect(outcomes.toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(app.world.users()).toHaveLength(1)
  })

  it('KI33 a password shorter than the app allows is refused', async () => {
    const { KiiUser } = newApp({ minimumPasswordLength: 12 }).device()
    expect(await failure(KiiUser.userWithUsername(freshName(), password).register())).toBe(
      'PASSWORD_TOO_SHORT: Passwords must be at least 12 characters long',
    )
  })

  it('KI33 an address that must be verified first cannot be the only identifier', async () => {
    const { KiiUser } = newApp({ emailVerificationRequired: true }).device()
    expect(await failure(KiiUser.userWithEmailAddress(freshEmail(), password).register())).toMatch(/^INVALID_INPUT_DATA: /)
  })
})

describe('authenticate', () => {
  it('KS01 KS03 a wrong password, an unknown user and a disabled user look the same', async () => {
    const app = newApp()
    const { KiiUser } = app.device()
    const user = await settled(KiiUser.userWithUsername(freshName(), password).register())
    const refusal = 'invalid_grant: The user was not found or a wrong password was provided'
    expect(await failure(KiiUser.authenticate(user.getUsername() ?? '', 'wrong-1234'))).toBe(refusal)
    expect(await failure(KiiUser.authenticate(freshName(), password))).toBe(refusal)

    expect((await asAdministrator(app, 'PUT', `users/${user.getID()}/status`, { disabled: true })).status).toBe(204)
    expect(await failure(KiiUser.authenticate(user.getUsername() ?? '', password))).toBe(refusal)
    expect(await failure(KiiUser.authenticateWithToken(user.getAccessToken()))).toMatch(/^WRONG_TOKEN: /)
  })

  it('KS01 an unverified e-mail address does not sign in', async () => {
    const { KiiUser } = newApp({ emailVerificationRequired: true, phoneVerificationRequired: true }).device()
    const email = freshEmail()
    await settled(KiiUser.userWithCredentials(email, freshPhone(), freshName(), password).register())
    expect(await failure(KiiUser.authenticate(email, password))).toMatch(/^invalid_grant: /)
  })

  it('KI23 KI26 KS03 with a token: the whole user comes back', async () => {
    const app = newApp()
    const user = await settled(app.device().KiiUser.userWithUsername(freshName(), password).register())
    const again = await settled(app.device().KiiUser.authenticateWithToken(user.getAccessToken()))
    expect([again.getID(), again.getUsername(), again.isPseudoUser()]).toEqual([user.getID(), user.getUsername(), false])
  })

  it('KS03 with an unknown token', async () => {
    const { KiiUser } = newApp().device()
    expect(await failure(KiiUser.authenticateWithToken('nobody'))).toMatch(/^WRONG_TOKEN: /)
  })

  it('KI09 KS27 a token dies with its lifetime', async () => {
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

  it('KS27 a lifetime beyond the maximum of the app is refused', async () => {
    const { Kii, KiiUser } = newApp({ maxTokenLifetime: 3_600 }).device()
    const user = await settled(KiiUser.userWithUsername(freshName(), password).register())
    Kii.setAccessTokenExpiration(7_200)
    expect(await failure(KiiUser.authenticate(user.getUsername() ?? '', password))).toMatch(/^INVALID_INPUT_DATA: /)
  })

  it('KS01 KS03 KS12 two sign-ins are two sessions, and signing out on one device ends neither', async () => {
    const app = newApp()
    const first = app.device().KiiUser
    const one = await settled(first.userWithUsername(freshName(), password).register())
    const two = await settled(app.device().KiiUser.authenticate(one.getUsername() ?? '', password))
    first.logOut()
    expect(two.getAccessToken()).not.toBe(one.getAccessToken())
    const back = await settled(app.device().KiiUser.authenticateWithToken(one.getAccessToken()))
    expect(back.getID()).toBe(two.getID())
  })

  it('KS04 a second factor that nobody asked for is refused', async () => {
    expect(await failure(newApp().device().KiiUser.authenticateWithTotp('123456'))).toMatch(/^invalid_grant: /)
  })
})

describe('pseudo users', () => {
  it('KI26 KP01 KP02 KS03 KS13 are registered and signed in with one call', async () => {
    const app = newApp({ refreshTokenEnabled: true })
    const user = await settled(app.device().KiiUser.registerAsPseudoUser(null, { displayName: 'Guest', score: 3 }))
    const again = await settled(app.device().KiiUser.authenticateWithToken(user.getAccessToken()))
    expect([again.getID(), again.isPseudoUser(), again.getDisplayName(), again.get('score')]).toEqual([user.getID(), true, 'Guest', 3])
  })

  it('KS13 are refused with a bad field', async () => {
    const { KiiUser } = newApp().device()
    expect(await failure(KiiUser.registerAsPseudoUser(null, { displayName: '' }))).toMatch(
      /^failed to register pseudo user\. statusCode: 400 error code: INVALID_INPUT_DATA error message: /,
    )
  })

  it('KI26 KI31 KP05 become normal users: same id, same token, and the new name signs in', async () => {
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

  it('KI26 KI31 KP05 stay pseudo users when the wanted name is taken', async () => {
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

  it('KI43 KP04 KS15 have no password to change or to reset', async () => {
    const { KiiUser } = newApp().device()
    const user = await settled(KiiUser.registerAsPseudoUser(null))
    expect(await failure(user.updatePassword('any-old-one', password))).toMatch(/^OPERATION_NOT_ALLOWED: /)
    expect(await failure(KiiUser.resetPasswordWithNotificationMethod(user.getID(), 'EMAIL'))).toMatch(
      /^failed to reset password\. statusCode: 409 error code: OPERATION_NOT_ALLOWED error message: /,
    )
  })
})
