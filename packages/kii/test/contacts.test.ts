import { describe, expect, it } from 'vitest'
import { failure, value } from '../../core/test/support/vendor-results.js'
import { person, start } from './support/apps.js'

const mustVerify = { emailVerificationRequired: true, phoneVerificationRequired: true }
const channelOf = { email: 'email', phone: 'sms' } as const
const kinds = ['email', 'phone'] as const

describe('verification', () => {
  it('of an e-mail address ends with the link, which comes again on request', async () => {
    const { world, newcomer } = start(mustVerify)
    const { users, user, email } = await newcomer({ email: true })
    expect(user.email).toEqual({ address: email, verified: false })
    const first = await world.outbox.next({ to: email })
    await value(users.requestVerification({ kind: 'email' }))
    const { link, code } = await world.outbox.next({ to: email, purpose: 'verification' })
    expect(code).toBe(first.code)
    await fetch(link ?? '')
    expect((await value(users.refresh())).email).toEqual({ address: email, verified: true })
  })

  it.each(kinds)('of the %s ends with the code, and the user says so at once', async (kind) => {
    const { world, newcomer } = start(mustVerify)
    const { users, ...who } = await newcomer({ [kind]: true })
    const { code = '' } = await world.outbox.next({ to: who[kind], channel: channelOf[kind] })
    const user = await value(users.confirmVerification({ kind, code }))
    expect(user[kind]).toEqual({ address: who[kind], verified: true })
    expect(users.activeUser()).toEqual(user)
  })

  it('refuses a wrong code and stays open for the right one', async () => {
    const { world, newcomer } = start(mustVerify)
    const { users, phone } = await newcomer({ phone: true })
    const { code = '' } = await world.outbox.next({ to: phone })
    expect(await failure(users.confirmVerification({ kind: 'phone', code: 'wrong' }))).toMatchObject({
      _tag: 'VerificationCodeInvalid',
      code: 'INVALID_VERIFICATION_CODE',
      userAction: 'correct-input',
    })
    expect((await value(users.refresh())).phone?.verified).toBe(false)
    expect((await value(users.confirmVerification({ kind: 'phone', code }))).phone?.verified).toBe(true)
  })

  it.each([
    ['email', 'EMAIL_ADDRESS_VERIFICATION_CODE_EXPIRED'],
    ['phone', 'PHONE_NUMBER_VERIFICATION_CODE_EXPIRED'],
  ] as const)('refuses a code of the %s that is too old, and asks for a new one', async (kind, expired) => {
    const { world, newcomer } = start({ ...mustVerify, verificationLifetime: 60 })
    const { users, ...who } = await newcomer({ [kind]: true })
    const { code = '' } = await world.outbox.next({ to: who[kind] })
    world.clock.advance(61_000)
    expect(await failure(users.confirmVerification({ kind, code }))).toMatchObject({
      _tag: 'VerificationCodeInvalid',
      code: expired,
      userAction: 'request-new-code',
    })
  })

  it('refuses a code where none is outstanding', async () => {
    const { world, newcomer } = start({ ...mustVerify, maxWrongCodes: 1 })
    const { users, phone } = await newcomer({ phone: true })
    const { code = '' } = await world.outbox.next({ to: phone })
    await failure(users.confirmVerification({ kind: 'phone', code: 'wrong' }))
    expect(await failure(users.confirmVerification({ kind: 'phone', code }))).toMatchObject({
      _tag: 'VerificationCodeInvalid',
      code: 'ADDRESS_VERIFICATION_CODE_NOT_FOUND',
      userAction: 'request-new-code',
    })
  })

  it.each([
    ['verified already', { email: true }, 'INVALID_ACCOUNT_STATUS'],
    ['missing', {}, 'USER_ADDRESS_NOT_FOUND'],
  ])('sends nothing to an address that is %s', async (_what, about, code) => {
    const { world, newcomer } = start()
    const { users } = await newcomer(about)
    expect(await failure(users.requestVerification({ kind: 'email' }))).toMatchObject({ _tag: 'Vendor', code })
    expect(world.outbox.messages()).toEqual([])
  })

  it('refuses somebody who is not signed in, without a request', async () => {
    const { world, device } = start()
    expect(await failure(device().requestVerification({ kind: 'email' }))).toMatchObject({ _tag: 'NotSignedIn' })
    expect(world.requests.all()).toEqual([])
  })

  it('is done although the answer was lost', async () => {
    const { world, newcomer } = start(mustVerify)
    const { users, phone } = await newcomer({ phone: true })
    const { code = '' } = await world.outbox.next({ to: phone })
    world.faults.add({ path: '/verify$', times: 1, kind: { type: 'reset', after: 'write' } })
    expect((await value(users.confirmVerification({ kind: 'phone', code }))).phone?.verified).toBe(true)
  })
})

describe('a change of address', () => {
  it.each(kinds)('of the %s holds at once where the console asks for no verification', async (kind) => {
    const { newcomer, device } = start()
    const { users, password, ...before } = await newcomer({ [kind]: true })
    const after = person()
    const user = await value(users.changeContact(kind === 'email' ? { email: after.email } : { phone: after.phone }))
    expect(user[kind]).toEqual({ address: after[kind], verified: true })
    expect(users.activeUser()).toEqual(user)
    const identifierOf = (address: string) => (kind === 'email' ? { email: address } : { phone: address })
    const found = await value(device().signIn({ identifier: identifierOf(after[kind]), password }))
    expect(found.id).toBe(user.id)
    expect(await failure(device().signIn({ identifier: identifierOf(before[kind]), password }))).toMatchObject({
      _tag: 'InvalidCredentials',
    })
  })

  it.each(kinds)('of the %s waits as pending where it must be verified', async (kind) => {
    const { world, newcomer } = start()
    const { users, ...before } = await newcomer({ [kind]: true })
    world.set(mustVerify)
    const after = person()
    const user = await value(users.changeContact(kind === 'email' ? { email: after.email } : { phone: after.phone }))
    expect(user[kind]).toMatchObject({ address: before[kind], pending: after[kind] })
    const { code = '' } = await world.outbox.next({ to: after[kind], purpose: 'verification' })
    expect((await value(users.confirmVerification({ kind, code })))[kind]).toEqual({ address: after[kind], verified: true })
  })

  it.each(kinds)('that gives the first %s shows it as not verified yet', async (kind) => {
    const { newcomer } = start(mustVerify)
    const { users, ...who } = await newcomer()
    const user = await value(users.changeContact(kind === 'email' ? { email: who.email } : { phone: who.phone }))
    expect(user[kind]).toEqual({ address: who[kind], verified: false, pending: who[kind] })
  })

  it('to a verified address of somebody else is refused', async () => {
    const { newcomer } = start()
    const other = await newcomer({ email: true, phone: true })
    const { users, user } = await newcomer({ email: true })
    expect(await failure(users.changeContact({ email: other.email }))).toMatchObject({ _tag: 'IdentifierTaken', identifier: 'email' })
    expect(await failure(users.changeContact({ phone: other.phone }))).toMatchObject({ _tag: 'IdentifierTaken', identifier: 'phone' })
    expect(await value(users.refresh())).toEqual(user)
  })

  it('to a local phone number is read by the country of the user', async () => {
    const { newcomer } = start()
    const { users } = await newcomer({ profile: { country: 'JP' } })
    expect((await value(users.changeContact({ phone: '09012345678' }))).phone?.address).toBe('+819012345678')
  })

  it('to a local phone number without a country is refused', async () => {
    const { newcomer } = start()
    const { users } = await newcomer()
    expect(await failure(users.changeContact({ phone: '09012345678' }))).toMatchObject({
      _tag: 'InvalidInput',
      field: 'phone',
      code: 'INVALID_INPUT_DATA',
    })
  })

  it('may be tried again after a lost answer', async () => {
    const { world, newcomer } = start()
    const { users } = await newcomer({ email: true })
    const { email } = person()
    world.faults.add({ path: '/email-address$', times: 1, kind: { type: 'reset', after: 'write' } })
    expect(await failure(users.changeContact({ email }))).toMatchObject({ _tag: 'Network', retryable: true })
    expect((await value(users.changeContact({ email }))).email?.address).toBe(email)
  })
})

describe('a local phone number', () => {
  const phone = '09012345678'

  it('signs up with its country, also where the answer is lost', async () => {
    const { world, device } = start()
    world.faults.add({ method: 'POST', path: 'users$', times: 1, kind: { type: 'reset', after: 'write' } })
    const user = await value(device().signUp({ identifiers: { phone }, password: person().password, profile: { country: 'jp' } }))
    expect([user.phone?.address, world.users().map(({ id }) => id)]).toEqual(['+819012345678', [user.id]])
  })

  it('is nobody where no country can be given with it, and refused before any request', async () => {
    const { world, newcomer, device } = start()
    const { users } = await newcomer()
    world.requests.clear()
    const refused = { _tag: 'InvalidInput', field: 'phone', rule: 'must begin with + and the country code' }
    expect(await failure(device().signIn({ identifier: { phone }, password: person().password }))).toMatchObject(refused)
    expect(await failure(users.findUser({ phone }))).toMatchObject(refused)
    expect(await failure(users.requestPasswordReset({ identifier: { phone } }))).toMatchObject(refused)
    expect(world.requests.all()).toEqual([])
  })
})

describe('a change of username', () => {
  it('keeps the user, its session and its attributes', async () => {
    const { newcomer, device } = start()
    const { users, user, username, password } = await newcomer({ profile: { attributes: { level: 3 }, displayName: 'Ann' } })
    const next = person().username
    expect(await value(users.changeUsername(next))).toEqual({ ...user, username: next })
    expect((await value(device().signIn({ identifier: { username: next }, password }))).id).toBe(user.id)
    expect(await failure(device().signIn({ identifier: { username }, password }))).toMatchObject({ _tag: 'InvalidCredentials' })
  })

  it('to a name of somebody else is refused', async () => {
    const { newcomer } = start()
    const other = await newcomer()
    const { users, user } = await newcomer()
    expect(await failure(users.changeUsername(other.username))).toMatchObject({ _tag: 'IdentifierTaken', identifier: 'username' })
    expect(await value(users.refresh())).toEqual(user)
  })

  it('is refused to an anonymous user, who stays as it was', async () => {
    const { device } = start()
    const users = device()
    const before = await value(users.signInAnonymously())
    expect(await failure(users.changeUsername(person().username))).toMatchObject({ _tag: 'Forbidden' })
    expect(await value(users.refresh())).toEqual(before)
  })
})
