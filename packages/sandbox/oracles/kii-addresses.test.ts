import { describe, expect, it } from 'vitest'
import type { KiiSettings } from '../src/index.js'
import { failure, freshEmail, freshName, freshPhone, type KiiApp, kiiApps, password, type SdkUser, settled } from './kii-support.js'

const newApp = kiiApps()
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
  it('KI14 the link in the e-mail verifies, once', async () => {
    const { user, world, email } = await member(verified)
    expect(user.getEmailVerified()).toBe(false)
    const { link = '' } = await world.outbox.next({ to: email, purpose: 'verification' })
    expect((await fetch(link)).status).toBe(200)
    expect((await fetch(link)).status).toBe(410)
    await settled(user.refresh())
    expect(user.getEmailVerified()).toBe(true)
  })

  it('KI21 KI44 the code in the SMS verifies', async () => {
    const { user, world, phone } = await member(verified)
    const { code = '' } = await world.outbox.next({ to: phone, purpose: 'verification' })
    await settled(user.verifyPhoneNumber(code))
    await settled(user.refresh())
    expect(user.getPhoneVerified()).toBe(true)
  })

  it('KI44 a wrong code is refused', async () => {
    const { user, world, phone } = await member(verified)
    const { code } = await world.outbox.next({ to: phone })
    expect(await failure(user.verifyPhoneNumber(code === '000000' ? '000001' : '000000'))).toMatch(/^INVALID_VERIFICATION_CODE: /)
  })

  it('KI35 KI44 too many wrong codes make it void, resending brings another', async () => {
    const { user, world, phone } = await member({ ...verified, maxWrongCodes: 2 })
    const { code = '' } = await world.outbox.next({ to: phone })
    const wrong = code === '000000' ? '000001' : '000000'
    expect(await failure(user.verifyPhoneNumber(wrong))).toMatch(/^INVALID_VERIFICATION_CODE: /)
    await settled(user.resendPhoneNumberVerification())
    expect((await world.outbox.next({ to: phone })).code).toBe(code)
    expect(await failure(user.verifyPhoneNumber(wrong))).toMatch(/^INVALID_VERIFICATION_CODE: /)
    expect(await failure(user.verifyPhoneNumber(code))).toMatch(/^ADDRESS_VERIFICATION_CODE_NOT_FOUND: /)
    await settled(user.resendPhoneNumberVerification())
    const { code: renewed = '' } = await world.outbox.next({ to: phone })
    await settled(user.verifyPhoneNumber(renewed))
  })

  it('KI44 an expired code is refused', async () => {
    const { user, world, phone } = await member({ ...verified, verificationLifetime: 60 })
    const { code = '' } = await world.outbox.next({ to: phone })
    world.clock.advance(60_000)
    expect(await failure(user.verifyPhoneNumber(code))).toMatch(/^PHONE_NUMBER_VERIFICATION_CODE_EXPIRED: /)
  })

  it('KI34 KI35 KI44 a verified number has nothing to verify', async () => {
    const { user } = await member({})
    expect(await failure(user.verifyPhoneNumber('123456'))).toMatch(/^INVALID_ACCOUNT_STATUS: /)
    expect(await failure(user.resendPhoneNumberVerification())).toMatch(/^INVALID_ACCOUNT_STATUS: /)
    expect(await failure(user.resendEmailVerification())).toMatch(/^INVALID_ACCOUNT_STATUS: /)
  })

  it('KI34 KI35 resend brings the same code again', async () => {
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
  it('KI02 KI13 KI18 takes effect at once where nothing must be verified', async () => {
    const { user, world } = await member({})
    const email = freshEmail()
    await settled(user.changeEmail(email))
    await settled(user.refresh())
    expect([user.getEmailAddress(), user.getPendingEmailAddress(), world.outbox.messages()]).toEqual([email, null, []])
  })

  it('KI02 KI13 KI14 KI18 waits for its verification, while the old address stays', async () => {
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

  it('KI02 to an address that somebody has verified is refused', async () => {
    const { user, device } = await member({})
    const taken = freshEmail()
    await settled(device().KiiUser.userWithEmailAddress(taken, password).register())
    expect(await failure(user.changeEmail(taken))).toMatch(/^USER_ALREADY_EXISTS: User with emailAddress /)
  })

  it('KI02 KI14 an address that two users claim goes to the one who verifies first', async () => {
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
  it('KI03 KI19 KI20 KI21 KI44 waits for its code, while the old number stays', async () => {
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

  it('KI03 a number without a country is refused', async () => {
    const { user } = await member({})
    expect(await failure(user.changePhone('09012345678'))).toMatch(/^INVALID_INPUT_DATA: /)
  })
})
