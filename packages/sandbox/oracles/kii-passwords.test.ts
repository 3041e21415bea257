import { describe, expect, it } from 'vitest'
import type { KiiSettings } from '../src/index.js'
import {
  failure,
  freshEmail,
  freshName,
  freshPhone,
  type KiiApp,
  kiiApps,
  password,
  type Sdk,
  type SdkUser,
  settled,
} from './kii-support.js'

const newApp = kiiApps()
const newPassword = 'other-5678'

interface Member extends KiiApp {
  readonly sdk: Sdk
  readonly user: SdkUser
  readonly name: string
  readonly email: string
  readonly phone: string
}

async function member(settings: Partial<KiiSettings> = {}): Promise<Member> {
  const app = newApp(settings)
  const sdk = app.device()
  const [name, email, phone] = [freshName(), freshEmail(), freshPhone()]
  const user = await settled(sdk.KiiUser.userWithCredentials(email, phone, name, password).register())
  return { ...app, sdk, user, name, email, phone }
}

const signIn = ({ sdk, name }: Member, secret: string): Promise<SdkUser> => settled(sdk.KiiUser.authenticate(name, secret))

describe('updatePassword', () => {
  it('KI43 the new password signs in, the old one does not, and every token is dead', async () => {
    const app = await member()
    const elsewhere = await settled(app.device().KiiUser.authenticate(app.name, password))
    await settled(app.user.updatePassword(password, newPassword))
    expect(await failure(app.user.refresh())).toMatch(/^WRONG_TOKEN: /)
    expect(await failure(app.device().KiiUser.authenticateWithToken(elsewhere.getAccessToken()))).toMatch(/^WRONG_TOKEN: /)
    expect((await signIn(app, newPassword)).getID()).toBe(app.user.getID())
    expect(await failure(signIn(app, password))).toMatch(/^invalid_grant: /)
  })

  it('KI43 a wrong old password is refused and changes nothing', async () => {
    const app = await member()
    expect(await failure(app.user.updatePassword('wrong-1234', newPassword))).toBe('WRONG_PASSWORD: The provided password is wrong')
    await settled(app.user.refresh())
    expect((await signIn(app, password)).getID()).toBe(app.user.getID())
  })

  it('KI43 a password shorter than the app allows is refused', async () => {
    const app = await member()
    app.world.set({ minimumPasswordLength: 12 })
    expect(await failure(app.user.updatePassword(password, newPassword))).toMatch(/^PASSWORD_TOO_SHORT: /)
  })
})

describe('reset by link', () => {
  it('KR02 KR09 KS15 chosen: the page takes a new password once; sessions end', async () => {
    const app = await member({ passwordResetFlow: 'chosen' })
    await settled(app.sdk.KiiUser.resetPasswordWithNotificationMethod(app.email, 'EMAIL'))
    const { link = '' } = await app.world.outbox.next({ to: app.email, purpose: 'password-reset' })
    expect(await (await fetch(link)).text()).toContain('name="newPassword"')
    await settled(app.user.refresh())

    const submit = (): Promise<Response> => fetch(link, { method: 'POST', body: new URLSearchParams({ newPassword }) })
    expect((await submit()).status).toBe(200)
    expect((await submit()).status).toBe(410)
    expect((await signIn(app, newPassword)).getID()).toBe(app.user.getID())
    expect(await failure(app.device().KiiUser.authenticateWithToken(app.user.getAccessToken()))).toMatch(/^WRONG_TOKEN: /)
  })

  it('KR02 KS14 chosen: a bad password leaves the link open', async () => {
    const app = await member({ passwordResetFlow: 'chosen' })
    await settled(app.sdk.KiiUser.resetPassword(app.email))
    const { link = '' } = await app.world.outbox.next({ to: app.email })
    const submit = (secret: string): Promise<Response> =>
      fetch(link, { method: 'POST', body: new URLSearchParams({ newPassword: secret }) })
    expect((await submit('abc')).status).toBe(400)
    expect((await submit(password)).status).toBe(400)
    expect((await submit(newPassword)).status).toBe(200)
  })

  it('KR01 KS14 generated: the click resets and a message brings the password', async () => {
    const app = await member({ passwordResetFlow: 'generated' })
    await settled(app.sdk.KiiUser.resetPassword(app.email))
    const { link = '' } = await app.world.outbox.next({ to: app.email, purpose: 'password-reset' })
    expect((await fetch(link)).status).toBe(200)
    const { password: generated = '' } = await app.world.outbox.next({ to: app.email, purpose: 'generated-password' })
    expect((await signIn(app, generated)).getID()).toBe(app.user.getID())
    expect((await fetch(link)).status).toBe(410)
  })

  it('KR03 KS16 by SMS: the generated password comes by SMS', async () => {
    const app = await member({ passwordResetFlow: 'generated' })
    await settled(app.sdk.KiiUser.resetPasswordWithNotificationMethod(app.phone, 'SMS'))
    const { link = '' } = await app.world.outbox.next({ to: app.phone, channel: 'sms', purpose: 'password-reset' })
    await fetch(link)
    const { password: generated = '' } = await app.world.outbox.next({ to: app.phone, purpose: 'generated-password' })
    expect((await signIn(app, generated)).getID()).toBe(app.user.getID())
  })

  it('KR04 KS16 by SMS, chosen: the page takes a new password', async () => {
    const app = await member({ passwordResetFlow: 'chosen' })
    await settled(app.sdk.KiiUser.resetPasswordWithNotificationMethod(app.phone, 'SMS'))
    const { link = '' } = await app.world.outbox.next({ to: app.phone, channel: 'sms', purpose: 'password-reset' })
    expect((await fetch(link, { method: 'POST', body: new URLSearchParams({ newPassword }) })).status).toBe(200)
    expect((await signIn(app, newPassword)).getID()).toBe(app.user.getID())
  })

  it.each([
    ['the user id', 'EMAIL'],
    ['the user id', 'SMS'],
    ['the e-mail address', 'SMS'],
    ['the phone number', 'EMAIL'],
  ] as const)('KR07 the user is named by %s, the link goes by %s', async (name, method) => {
    const app = await member({ passwordResetFlow: 'chosen' })
    const identifier = { 'the user id': app.user.getID(), 'the e-mail address': app.email, 'the phone number': app.phone }[name]
    await settled(app.sdk.KiiUser.resetPasswordWithNotificationMethod(identifier, method))
    const { to } = await app.world.outbox.next({ purpose: 'password-reset' })
    expect(to).toBe(method === 'SMS' ? app.phone : app.email)
  })

  it('KR10 needs nobody signed in, and signs nobody in', async () => {
    const app = await member({ passwordResetFlow: 'chosen' })
    const { KiiUser } = app.device()
    await settled(KiiUser.resetPasswordWithNotificationMethod(app.phone, 'SMS_PIN'))
    const { code = '' } = await app.world.outbox.next({ to: app.phone })
    await settled(KiiUser.completeResetPassword(app.phone, code, newPassword))
    expect([KiiUser.loggedIn(), KiiUser.getCurrentUser()]).toEqual([false, null])
  })

  it('KR02 KS14 a link expires', async () => {
    const app = await member({ passwordResetFlow: 'chosen', resetLinkLifetime: 60 })
    await settled(app.sdk.KiiUser.resetPassword(app.email))
    const { link = '' } = await app.world.outbox.next({ to: app.email })
    app.world.clock.advance(60_000)
    expect((await fetch(link)).status).toBe(410)
  })

  it.each([
    { revokeOnResetRequest: false, survives: true },
    { revokeOnResetRequest: true, survives: false },
  ])('KR09 KS14 asking for it ends the session: $revokeOnResetRequest', async ({ revokeOnResetRequest, survives }) => {
    const app = await member({ revokeOnResetRequest })
    await settled(app.sdk.KiiUser.resetPassword(app.email))
    const outcome = await failure(app.device().KiiUser.authenticateWithToken(app.user.getAccessToken()))
    expect(outcome === 'resolved').toBe(survives)
  })

  it('KR08 KS14 KS16 an unverified address is refused', async () => {
    const app = await member({ emailVerificationRequired: true, phoneVerificationRequired: true })
    expect(await failure(app.sdk.KiiUser.resetPassword(app.email))).toMatch(/^INVALID_STATUS: /)
    expect(await failure(app.sdk.KiiUser.resetPasswordWithNotificationMethod(app.phone, 'SMS'))).toMatch(
      /^failed to reset password\. statusCode: 409 error code: INVALID_STATUS error message: /,
    )
  })

  it('KR07 KS15 an unknown address is refused', async () => {
    const { KiiUser } = newApp().device()
    expect(await failure(KiiUser.resetPasswordWithNotificationMethod(freshEmail(), 'EMAIL'))).toMatch(
      /^failed to reset password\. statusCode: 404 error code: USER_NOT_FOUND error message: /,
    )
  })
})

describe('reset by PIN', () => {
  async function pinOf(app: Member): Promise<string> {
    await settled(app.sdk.KiiUser.resetPasswordWithNotificationMethod(app.phone, 'SMS_PIN'))
    const { code = '' } = await app.world.outbox.next({ to: app.phone, channel: 'sms', purpose: 'password-reset' })
    return code
  }

  it('KR06 KS05 KS17 chosen: the PIN sets the password once', async () => {
    const app = await member({ passwordResetFlow: 'chosen' })
    const pin = await pinOf(app)
    await settled(app.sdk.KiiUser.completeResetPassword(app.phone, pin, newPassword))
    expect(await failure(app.sdk.KiiUser.completeResetPassword(app.phone, pin, 'third-9999'))).toMatch(/INVALID_VERIFICATION_CODE/)
    expect((await signIn(app, newPassword)).getID()).toBe(app.user.getID())
  })

  it('KR05 KS05 KS17 generated: the given password is ignored, an SMS brings one', async () => {
    const app = await member({ passwordResetFlow: 'generated' })
    await settled(app.sdk.KiiUser.completeResetPassword(app.phone, await pinOf(app), newPassword))
    const { password: generated = '' } = await app.world.outbox.next({ to: app.phone, purpose: 'generated-password' })
    expect((await signIn(app, generated)).getID()).toBe(app.user.getID())
    expect(await failure(signIn(app, newPassword))).toMatch(/^invalid_grant: /)
  })

  it('KR06 KS05 a wrong PIN is refused', async () => {
    const app = await member({ passwordResetFlow: 'chosen' })
    const pin = await pinOf(app)
    const wrong = pin === '000000' ? '000001' : '000000'
    expect(await failure(app.sdk.KiiUser.completeResetPassword(app.phone, wrong, newPassword))).toBe(
      'failed to reset password. statusCode: 403 error code: INVALID_VERIFICATION_CODE error message: The PIN code is wrong',
    )
  })

  it('KR06 KS05 too many wrong PINs make it void', async () => {
    const app = await member({ passwordResetFlow: 'chosen' })
    const pin = await pinOf(app)
    const wrong = pin === '000000' ? '000001' : '000000'
    for (let tries = 0; tries < 10; tries += 1) {
      expect(await failure(app.sdk.KiiUser.completeResetPassword(app.phone, wrong, newPassword))).toMatch(/INVALID_VERIFICATION_CODE/)
    }
    expect(await failure(app.sdk.KiiUser.completeResetPassword(app.phone, pin, newPassword))).toMatch(/INVALID_VERIFICATION_CODE/)
    await settled(app.sdk.KiiUser.completeResetPassword(app.phone, await pinOf(app), newPassword))
    expect((await signIn(app, newPassword)).getID()).toBe(app.user.getID())
  })

  it('KR06 KS05 an expired PIN is refused', async () => {
    const app = await member({ passwordResetFlow: 'chosen', pinLifetime: 60 })
    const pin = await pinOf(app)
    app.world.clock.advance(60_000)
    expect(await failure(app.sdk.KiiUser.completeResetPassword(app.phone, pin, newPassword))).toMatch(
      /^failed to reset password\. statusCode: 410 error code: PIN_CODE_EXPIRED /,
    )
  })

  it('KR06 KS05 the old password again is refused, and the PIN stays valid', async () => {
    const app = await member({ passwordResetFlow: 'chosen' })
    const pin = await pinOf(app)
    expect(await failure(app.sdk.KiiUser.completeResetPassword(app.phone, pin, password))).toMatch(
      /statusCode: 400 error code: INVALID_INPUT_DATA /,
    )
    expect(await failure(app.sdk.KiiUser.completeResetPassword(app.phone, pin, 'abc'))).toMatch(
      /statusCode: 400 error code: PASSWORD_TOO_SHORT /,
    )
    await settled(app.sdk.KiiUser.completeResetPassword(app.phone, pin, newPassword))
    expect((await signIn(app, newPassword)).getID()).toBe(app.user.getID())
  })
})
