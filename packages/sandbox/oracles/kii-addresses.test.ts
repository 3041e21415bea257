import { describe, expect, test } from 'vitest'
import type { KiiSettings } from '../src/index.js'
import { failure, freshEmail, freshName, freshPhone, type KiiApp, kiiApps, type SdkUser, settled } from './kii-support.js'

const newApp = kiiApps()
const password = 'pass-1234'
const verified: Partial<KiiSettings> = { emailVerificationRequired: true, phoneVerificationRequired: true }

async function member(
  settings: Partial<KiiSettings>,
): Promise<KiiApp & { readonly user: SdkUser; readonly email: string; readonly phone: string }> {
  const app = newApp(settings)
  const [email, phone] = [freshEmail(), freshPhone()]
  const user = await settled(app.device().KiiUser.userWithCredentials(email, phone, freshName(), password).register())
  await settled(user.refresh())
  return { ...app, user, email, phone }
}

describe('verification', () => {
  test('the link in the e-mail verifies, once', async () => {
    const { user, world, email } = await member(verified)
    expect(user.getEmailVerified()).toBe(false)
    const { link = '' } = await world.outbox.next({ to: email, purpose: 'verification' })
    expect((await fetch(link)).status).toBe(200)
    expect((await fetch(link)).status).toBe(410)
    await settled(user.refresh())
    expect(user.getEmailVerified()).toBe(true)
  })

  test('the code in the SMS verifies', async () => {
    const { user, world, phone } = await member(verified)
    const { code = '' } = await world.outbox.next({ to: phone, purpose: 'verification' })
    await settled(user.verifyPhoneNumber(code))
    await settled(user.refresh())
    expect(user.getPhoneVerified()).toBe(true)
  })

  test('a wrong code is refused', async () => {
    const { user, world, phone } = await member(verified)
    const { code } = await world.outbox.next({ to: phone })
    expect(await failure(user.verifyPhoneNumber(code === '000000' ? '000001' : '000000'))).toMatch(/^INVALID_VERIFICATION_CODE: /)
  })

  test('an expired code is refused', async () => {
    const { user, world, phone } = await member({ ...verified, verificationLifetime: 60 })
    const { code = '' } = await world.outbox.next({ to: phone })
    world.clock.advance(60_000)
    expect(await failure(user.verifyPhoneNumber(code))).toMatch(/^PHONE_NUMBER_VERIFICATION_CODE_EXPIRED: /)
  })

  test('a verified number has nothing to verify', async () => {
    const { user } = await member({})
    expect(await failure(user.verifyPhoneNumber('123456'))).toMatch(/^INVALID_ACCOUNT_STATUS: /)
    expect(await failure(user.resendPhoneNumberVerification())).toMatch(/^INVALID_ACCOUNT_STATUS: /)
    expect(await failure(user.resendEmailVerification())).toMatch(/^INVALID_ACCOUNT_STATUS: /)
  })

  test('resend brings the same code again', async () => {
    const { user, world, phone, email } = await member(verified)
    const first = await world.outbox.next({ to: phone })
    const firstMail = await world.outbox.next({ to: email })
    await settled(user.resendPhoneNumberVerification())
    await settled(user.resendEmailVerification())
    expect((await world.outbox.next({ to: phone })).code).toBe(first.code)
    expect((await world.outbox.next({ to: email })).link).toBe(firstMail.link)
  })
})

describe('changeEmail', () => {
  test('takes effect at once where nothing must be verified', async () => {
    const { user, world } = await member({})
    const email = freshEmail()
    await settled(user.changeEmail(email))
    await settled(user.refresh())
    expect([user.getEmailAddress(), user.getPendingEmailAddress(), world.outbox.messages()]).toEqual([email, null, []])
  })

  test('waits for its verification, while the old address stays', async () => {
    const { user, world, email: old, device } = await member(verified)
    const email = freshEmail()
    await settled(user.changeEmail(email))
    await settled(user.refresh())
    expect([user.getEmailAddress(), user.getPendingEmailAddress()]).toEqual([old, email])
    const { link = '' } = await world.outbox.next({ to: email })
    await fetch(link)
    await settled(user.refresh())
    expect([user.getEmailAddress(), user.getPendingEmailAddress(), user.getEmailVerified()]).toEqual([email, null, true])
    expect((await settled(device().KiiUser.authenticate(email, password))).getID()).toBe(user.getID())
  })

  test('to an address that somebody has verified is refused', async () => {
    const { user, device } = await member({})
    const taken = freshEmail()
    await settled(device().KiiUser.userWithEmailAddress(taken, password).register())
    expect(await failure(user.changeEmail(taken))).toMatch(/^USER_ALREADY_EXISTS: User with emailAddress /)
  })

  test('an address that two users claim goes to the one who verifies first', async () => {
    const { user, world, device } = await member(verified)
    const wanted = freshEmail()
    const rival = await settled(device().KiiUser.userWithCredentials(wanted, freshPhone(), freshName(), password).register())
    const rivalMail = await world.outbox.next({ to: wanted })
    await settled(user.changeEmail(wanted))
    const ownMail = await world.outbox.next({ to: wanted })
    expect((await fetch(ownMail.link ?? '')).status).toBe(200)
    expect((await fetch(rivalMail.link ?? '')).status).toBe(410)
    await settled(rival.refresh())
    expect(rival.getEmailVerified()).toBe(false)
  })
})

describe('changePhone', () => {
  test('waits for its code, while the old number stays', async () => {
    const { user, world, phone: old } = await member(verified)
    const phone = freshPhone()
    await settled(user.changePhone(phone))
    await settled(user.refresh())
    expect([user.getPhoneNumber(), user.getPendingPhoneNumber()]).toEqual([old, phone])
    const { code = '' } = await world.outbox.next({ to: phone })
    await settled(user.verifyPhoneNumber(code))
    await settled(user.refresh())
    expect([user.getPhoneNumber(), user.getPhoneVerified()]).toEqual([phone, true])
  })

  test('a number without a country is refused', async () => {
    const { user } = await member({})
    expect(await failure(user.changePhone('09012345678'))).toMatch(/^INVALID_INPUT_DATA: /)
  })
})
