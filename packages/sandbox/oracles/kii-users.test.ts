import { describe, expect, it } from 'vitest'
import { administrator, failure, freshEmail, freshName, freshPhone, kiiApps, password, register, settled } from './kii-support.js'

const newApp = kiiApps()

describe('attributes', () => {
  it('KI07 KI10 KI12 KI42 update: sent fields change, custom fields are replaced as the SDK merged them', async () => {
    const user = await register(newApp().device())
    await settled(user.update(null, null, { displayName: 'One', country: 'JP', level: 1, city: 'Tokyo' }))
    await settled(user.update(null, null, { level: 2 }, ['city']))
    await settled(user.refresh())
    expect([user.getDisplayName(), user.getCountry(), user.get('level')]).toEqual(['One', 'JP', 2])
  })

  it('KI42 update: a removed custom field is gone for a new device', async () => {
    const app = newApp()
    const user = await register(app.device())
    await settled(user.update(null, null, { city: 'Tokyo' }))
    await settled(user.update(null, null, { level: 1 }, ['city']))
    const elsewhere = await settled(app.device().KiiUser.authenticateWithToken(user.getAccessToken()))
    expect([elsewhere.get('city'), elsewhere.get('level')]).toEqual([undefined, 1])
  })

  it('KI36 KS13 update: what the SDK echoes of a reply is not stored', async () => {
    const { world, device } = newApp()
    const { KiiUser } = device()
    const user = await settled(KiiUser.registerAsPseudoUser(null, { score: 1 }))
    await settled(user.save())
    expect(world.users()[0]?.document).toEqual({
      userID: user.getID(),
      internalUserID: 1,
      score: 1,
      _hasPassword: false,
      _disabled: false,
    })
  })

  it('KI42 KS01 update: a new login name signs in, the old one does not', async () => {
    const sdk = newApp().device()
    const { KiiUser } = sdk
    const user = await register(sdk)
    const [before, after] = [user.getUsername() ?? '', freshName()]
    await settled(user.update({ username: after }, null))
    expect((await settled(KiiUser.authenticate(after, password))).getID()).toBe(user.getID())
    expect(await failure(KiiUser.authenticate(before, password))).toMatch(/^invalid_grant: /)
  })

  it('KI42 update: a taken login name is refused', async () => {
    const sdk = newApp().device()
    const other = await register(sdk)
    const user = await register(sdk)
    expect(await failure(user.update({ username: other.getUsername() }, null))).toMatch(
      /^failed to update user\. statusCode: 409 error code: USER_ALREADY_EXISTS error message: User with loginName /,
    )
  })

  it('KI36 KI37 KI39 save: stores display name and custom fields', async () => {
    const app = newApp()
    const user = await register(app.device())
    user.setDisplayName('Saved')
    user.set('level', 9)
    await settled(user.save())
    const elsewhere = await settled(app.device().KiiUser.authenticateWithToken(user.getAccessToken()))
    expect([elsewhere.getDisplayName(), elsewhere.get('level')]).toEqual(['Saved', 9])
  })

  it('KI02 KS30 a percent sign in a refused value keeps the error readable', async () => {
    const sdk = newApp().device()
    const email = `100%${freshEmail()}`
    await settled(sdk.KiiUser.userWithEmailAddress(email, password).register())
    const user = await register(sdk)
    expect(await failure(user.changeEmail(email))).toBe(`USER_ALREADY_EXISTS: User with emailAddress ${email} already exists`)
  })
})

describe('other users', () => {
  it('KS08 KS09 show their names only', async () => {
    const sdk = newApp().device()
    const other = sdk.KiiUser.userWithCredentials(freshEmail(), freshPhone(), freshName(), password)
    other.setDisplayName('Other')
    other.set('secret', 42)
    await settled(other.register())
    await register(sdk)
    const seen = await settled(sdk.KiiUser.findUserByUsername(other.getUsername() ?? ''))
    expect([seen.getID(), seen.getDisplayName()]).toEqual([other.getID(), 'Other'])
    expect([seen.getEmailAddress(), seen.get('secret')]).toEqual([undefined, undefined])
  })

  it('KS06 KS09 show everything where the app exposes it', async () => {
    const sdk = newApp({ exposeFullUserDataToOthers: true }).device()
    const other = sdk.KiiUser.userWithEmailAddress(freshEmail(), password)
    other.set('public', 42)
    await settled(other.register())
    await register(sdk)
    const seen = await settled(sdk.KiiUser.findUserByEmail(other.getEmailAddress() ?? ''))
    expect([seen.getEmailAddress(), seen.get('public')]).toEqual([other.getEmailAddress(), 42])
  })

  it('KS06 KS07 are found by e-mail address and by phone number, with their plus signs', async () => {
    const sdk = newApp().device()
    const [email, phone] = [freshEmail().replace('@', '+tag@'), freshPhone()]
    const other = await settled(sdk.KiiUser.userWithCredentials(email, phone, freshName(), password).register())
    await register(sdk)
    expect((await settled(sdk.KiiUser.findUserByEmail(email))).getID()).toBe(other.getID())
    expect((await settled(sdk.KiiUser.findUserByPhone(phone))).getID()).toBe(other.getID())
  })

  it('KS06 are not found by an address that is not verified', async () => {
    const { world, device } = newApp({ emailVerificationRequired: true })
    const sdk = device()
    const email = freshEmail()
    const other = await settled(sdk.KiiUser.userWithCredentials(email, freshPhone(), freshName(), password).register())
    await register(sdk)
    expect(await failure(sdk.KiiUser.findUserByEmail(email))).toMatch(/^Failed to find user\. statusCode: 404 error code: USER_NOT_FOUND /)
    const { link = '' } = await world.outbox.next({ to: email })
    await fetch(link)
    expect((await settled(sdk.KiiUser.findUserByEmail(email))).getID()).toBe(other.getID())
  })

  it('KI04 KI36 KS22 cannot be changed or deleted', async () => {
    const sdk = newApp().device()
    const other = await register(sdk)
    await register(sdk)
    const stranger = sdk.KiiUser.userWithID(other.getID())
    expect(await failure(stranger.save())).toMatch(/^UNAUTHORIZED: /)
    expect(await failure(stranger.delete())).toMatch(/^UNAUTHORIZED: /)
  })

  it('KI32 KS08 that do not exist are not found', async () => {
    const sdk = newApp().device()
    await register(sdk)
    expect(await failure(sdk.KiiUser.userWithID('nobody').refresh())).toMatch(/^USER_NOT_FOUND: /)
    expect(await failure(sdk.KiiUser.findUserByUsername(freshName()))).toMatch(/^Failed to find user\. statusCode: 404 /)
  })
})

describe('delete', () => {
  it('KI04 ends the user, the session and the name', async () => {
    const { world, device } = newApp()
    const sdk = device()
    const user = await register(sdk)
    await settled(user.delete())
    expect(world.users()).toEqual([])
    expect(await failure(user.refresh())).toMatch(/^WRONG_TOKEN: /)
    expect(await failure(sdk.KiiUser.authenticate(user.getUsername() ?? '', password))).toMatch(/^invalid_grant: /)
  })
})

describe('the administrator', () => {
  it('finds and reads a whole user', async () => {
    const app = newApp()
    const sdk = app.device()
    const user = sdk.KiiUser.userWithCredentials(freshEmail(), freshPhone(), freshName(), password)
    user.set('level', 5)
    await settled(user.register())
    const admin = await administrator(app)
    const [, found] = await settled(admin.findUserByUsername(user.getUsername() ?? ''))
    expect([found.getID(), found.getEmailAddress(), found.get('level')]).toEqual([user.getID(), user.getEmailAddress(), 5])
  })

  it('deletes a user', async () => {
    const app = newApp()
    const sdk = app.device()
    const user = await register(sdk)
    const admin = await administrator(app)
    await settled(admin.userWithID(user.getID()).delete())
    expect(app.world.users()).toEqual([])
  })

  it('with a wrong secret is refused', async () => {
    const app = newApp()
    expect(await failure(app.device().Kii.authenticateAsAppAdmin(app.connection.clientId ?? '', 'wrong'))).toMatch(/^invalid_grant: /)
  })
})
