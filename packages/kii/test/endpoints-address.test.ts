import { describe, expect, it } from 'vitest'
import { serve } from '../../core/test/support/wire.js'
import {
  anonymous,
  asUser,
  backend,
  id,
  left,
  me,
  ok,
  onTheWire,
  origin,
  pseudoUser,
  right,
  session,
  user,
  wireUser,
} from './support/fixtures.js'

onTheWire()

const own = `/api/apps/app1/users/${id}`

describe('addresses: exact requests', () => {
  it.each([
    [{ email: 'new@example.com' }, 'email-address', 'EmailAddressModificationRequest', { emailAddress: 'new@example.com' }],
    [{ phone: '+81312345679' }, 'phone-number', 'PhoneNumberModificationRequest', { phoneNumber: '+81312345679' }],
  ])('changeContact %j, then the read that makes the user true', async (contact, path, type, body) => {
    const sent = serve(origin, [204], ok)
    expect(await right(backend.changeContact(contact, session))).toEqual({ user, session })
    expect(sent).toEqual([{ method: 'PUT', path: `${own}/${path}`, headers: asUser(type), body }, me])
  })

  it.each([
    ['email', 'email-address'],
    ['phone', 'phone-number'],
  ] as const)('requestVerification of the %s: a POST without a body', async (kind, path) => {
    const sent = serve(origin, [204])
    expect(await right(backend.requestVerification({ kind }, session))).toEqual({ session })
    const headers = { ...asUser(), 'content-type': 'application/json' }
    expect(sent).toEqual([{ method: 'POST', path: `${own}/${path}/resend-verification`, headers, body: '' }])
  })

  it.each([
    ['email', 'email-address', [200, { verificationStatus: 'VERIFIED' }]],
    ['phone', 'phone-number', [204]],
  ] as const)('confirmVerification of the %s, then the read that makes the user true', async (kind, path, reply) => {
    const sent = serve(origin, reply, ok)
    expect(await right(backend.confirmVerification({ kind, code: '123456' }, session))).toEqual({ user, session })
    const headers = asUser('AddressVerificationRequest')
    expect(sent).toEqual([
      { method: 'POST', path: `/api/apps/app1/users/me/${path}/verify`, headers, body: { verificationCode: '123456' } },
      me,
    ])
  })

  it.each([
    ['verified meanwhile', { ...wireUser, _emailAddressPending: undefined }, undefined],
    ['still pending', wireUser, 'Network'],
    ['not verified', { ...wireUser, emailAddressVerified: false, _emailAddressPending: undefined }, 'Network'],
    ['not there', pseudoUser, 'Network'],
  ])('confirmVerification looks up what became of a lost answer: %s', async (_what, found, tag) => {
    serve(origin, [502, ''], [200, found], [200, found])
    const outcome = await backend.confirmVerification({ kind: 'email', code: '123456' }, session)()
    expect(outcome).toMatchObject(tag === undefined ? { _tag: 'Right' } : { _tag: 'Left', left: { _tag: tag, retryable: true } })
  })

  it('confirmVerification stays unknown where the look-up fails too', async () => {
    serve(origin, [502, ''], [404, { errorCode: 'USER_NOT_FOUND', message: 'words' }])
    expect(await left(backend.confirmVerification({ kind: 'email', code: '123456' }, session))).toMatchObject({ _tag: 'OutcomeUnknown' })
  })

  it('changeUsername sends every custom field along', async () => {
    const sent = serve(origin, ok, [200, { modifiedAt: 1 }], ok)
    expect(await right(backend.changeUsername('anna', session))).toEqual({ user, session })
    const headers = asUser('UserUpdateRequest')
    expect(sent).toEqual([me, { method: 'POST', path: own, headers, body: { level: 1, loginName: 'anna' } }, me])
  })

  it('changeUsername of an anonymous user is refused before anything is written', async () => {
    const sent = serve(origin, [200, pseudoUser])
    expect(await left(backend.changeUsername('anna', anonymous))).toMatchObject({ _tag: 'Forbidden', operation: 'changeUsername' })
    expect(sent).toEqual([me])
  })
})

describe('addresses: what is refused without a request', () => {
  it.each([
    ['an e-mail address that is none', () => backend.changeContact({ email: 'nobody' }, session), 'email'],
    ['a phone number that is none', () => backend.changeContact({ phone: '12' }, session), 'phone'],
    ['no address', () => backend.changeContact({} as never, session), 'contact'],
    ['a username that is too short', () => backend.changeUsername('ab', session), 'username'],
    ['an address of a kind that there is not', () => backend.requestVerification({ kind: 'fax' as 'phone' }, session), 'kind'],
    ['an empty code', () => backend.confirmVerification({ kind: 'phone', code: '' }, session), 'code'],
    ['a factor that there is not', () => backend.continueSignIn({ factor: 'sms' as 'totp', code: '1' }, session), 'factor'],
  ])('%s', async (_what, run, field) => {
    const sent = serve(origin)
    expect(await left(run())).toMatchObject({ _tag: 'InvalidInput', field })
    expect(sent).toEqual([])
  })
})
