import { userId } from '@userport/core'
import nock from 'nock'
import { describe, expect, it } from 'vitest'
import { type Reply, serve } from '../../core/test/support/wire.js'
import { capabilities, createKiiBackend } from '../src/index.js'
import {
  anonymous,
  asUser,
  backend,
  config,
  credentials,
  id,
  left,
  login,
  me,
  ok,
  onTheWire,
  origin,
  pseudoUser,
  right,
  session,
  ticket,
  token,
  typed,
  user,
  wireUser,
} from './support/fixtures.js'

const completion = {
  method: 'POST',
  path: '/api/apps/app1/users/PHONE%3A%2B81312345678/password/complete-reset',
  headers: typed('CompletePasswordResetRequest'),
}

onTheWire()

describe('exact requests', () => {
  it('register: one content type registers and signs in', async () => {
    const sent = serve(origin, [201, { ...wireUser, _accessToken: 'T1', _refreshToken: 'R1' }])
    const identifiers = { username: 'ann', email: 'ann@example.com', phone: '+81312345678' }
    const profile = { displayName: 'Ann', locale: 'ja', country: 'JP', attributes: { level: 1 } }
    expect(await right(backend.signUp({ identifiers, password: 'hunter2', profile }))).toEqual({
      user,
      session: { ...session, secrets: { accessToken: 'T1', refreshToken: 'R1' } },
    })
    const body = {
      level: 1,
      displayName: 'Ann',
      locale: 'ja',
      country: 'JP',
      loginName: 'ann',
      emailAddress: 'ann@example.com',
      phoneNumber: '+81312345678',
      password: 'hunter2',
    }
    expect(sent).toEqual([{ method: 'POST', path: '/api/apps/app1/users', headers: typed('RegistrationAndAuthorizationRequest'), body }])
  })

  it('register, read again where the reply held the id and the token alone', async () => {
    const sent = serve(origin, [201, { userID: id, _accessToken: 'T1' }], ok)
    expect(await right(backend.signUp({ identifiers: { username: 'ann' }, password: 'hunter2' }))).toEqual({ user, session })
    const headers = typed('RegistrationAndAuthorizationRequest')
    expect(sent).toEqual([{ method: 'POST', path: '/api/apps/app1/users', headers, body: { loginName: 'ann', password: 'hunter2' } }, me])
  })

  it('registerPseudoUser', async () => {
    const sent = serve(origin, [201, { ...pseudoUser, _accessToken: 'T1' }])
    const made = await right(backend.signInAnonymously({ attributes: { cart: 'tea' } }))
    expect(made).toMatchObject({ user: { id, kind: 'anonymous', attributes: { cart: 'tea' } }, session: anonymous })
    expect(sent).toEqual([
      { method: 'POST', path: '/api/apps/app1/users', headers: typed('RegistrationAndAuthorizationRequest'), body: { cart: 'tea' } },
    ])
  })

  it.each([
    [{ username: 'ann' }, 'ann'],
    [{ email: 'ann@example.com' }, 'EMAIL:ann@example.com'],
    [{ phone: '+81312345678' }, 'PHONE:+81312345678'],
  ])('token for %j', async (identifier, username) => {
    const sent = serve(origin, token, ok)
    const signedIn = await right(backend.signIn({ identifier, password: 'hunter2' }))
    expect(signedIn).toEqual({ user, session: { ...session, expiresAt: 1_800_000_100_000 } })
    expect(sent).toEqual([{ ...login, body: { ...login.body, username } }, me])
  })

  it('token with the lifetime that the configuration asks for', async () => {
    const sent = serve(origin, token, ok)
    await right(createKiiBackend({ ...config, sessionLifetime: 60 }).signIn(credentials))
    expect(sent[0]).toEqual({ ...login, body: { ...login.body, expiresAt: 1_800_000_060_000 } })
  })

  it('renew', async () => {
    const sent = serve(origin, [200, { id, access_token: 'T1', refresh_token: 'R2' }], ok)
    const renewed = await right(backend.renewSession({ ...session, secrets: { accessToken: 'T0', refreshToken: 'R1' } }))
    expect(renewed.session.secrets).toEqual({ accessToken: 'T1', refreshToken: 'R2' })
    expect(sent).toEqual([{ ...login, body: { grant_type: 'refresh_token', refresh_token: 'R1' } }, me])
  })

  it('renew for the lifetime that the configuration asks for', async () => {
    const sent = serve(origin, token, ok)
    const dead = { ...session, secrets: { accessToken: 'T0', refreshToken: 'R1' } }
    await right(createKiiBackend({ ...config, sessionLifetime: 60 }).renewSession(dead))
    expect(sent[0]).toEqual({ ...login, body: { grant_type: 'refresh_token', refresh_token: 'R1', expiresAt: 1_800_000_060_000 } })
  })

  it('me', async () => {
    const sent = serve(origin, ok)
    expect(await right(backend.fetchUser(session))).toEqual({ user, session })
    expect(sent).toEqual([me])
  })

  it('update: every custom field, and the predefined ones that change', async () => {
    const sent = serve(origin, [200, { ...wireUser, old: true }], [200, { modifiedAt: 1 }], ok)
    expect((await right(backend.updateProfile({ locale: 'en', set: { score: 2 }, remove: ['old'] }, session))).user).toEqual(user)
    const update = { method: 'POST', path: `/api/apps/app1/users/${id}`, headers: asUser('UserUpdateRequest') }
    expect(sent).toEqual([me, { ...update, body: { level: 1, score: 2, locale: 'en' } }, me])
  })

  it('putIdentity', async () => {
    const sent = serve(origin, [200, pseudoUser], [200, { modifiedAt: 1 }], ok)
    const identifiers = { username: 'ann', email: 'ann@example.com' }
    const upgraded = await right(backend.upgrade({ identifiers, password: 'hunter2', profile: { country: 'JP' } }, anonymous))
    expect(upgraded).toEqual({ user, session, identity: 'kept', previousId: id, warnings: [] })
    const body = { cart: 'tea', country: 'JP', loginName: 'ann', emailAddress: 'ann@example.com', password: 'hunter2' }
    expect(sent).toEqual([me, { method: 'POST', path: `/api/apps/app1/users/${id}`, headers: asUser('UserUpdateRequest'), body }, me])
  })

  it('putIdentity is not tried where somebody was registered on another device', async () => {
    const sent = serve(origin, ok)
    const upgraded = backend.upgrade({ identifiers: { username: 'ann' }, password: 'hunter2' }, anonymous)
    expect(await left(upgraded)).toMatchObject({ _tag: 'NotAnonymous' })
    expect(sent).toEqual([me])
  })

  it('changePassword, then a token by the new one', async () => {
    const sent = serve(origin, ok, [204], token, ok)
    await right(backend.changePassword({ current: 'old one', next: 'hunter2' }, session))
    const body = { oldPassword: 'old one', newPassword: 'hunter2' }
    expect(sent).toEqual([
      me,
      { method: 'PUT', path: `/api/apps/app1/users/${id}/password`, headers: asUser('ChangePasswordRequest'), body },
      login,
      me,
    ])
  })

  const { loginName: _, ...nameless } = wireUser
  it.each([
    ['the e-mail address', { emailAddressVerified: true, phoneNumberVerified: true }, 'EMAIL:ann@example.com'],
    ['the phone number, where that alone is verified', { emailAddressVerified: false, phoneNumberVerified: true }, 'PHONE:+81312345678'],
    ['the e-mail address, where nothing is verified', { emailAddressVerified: false, phoneNumberVerified: false }, 'EMAIL:ann@example.com'],
    ['the phone number, where there is nothing else', { emailAddress: undefined, _emailAddressPending: undefined }, 'PHONE:+81312345678'],
  ])('changePassword of somebody without a name signs in with %s', async (_by, about, username) => {
    const sent = serve(origin, [200, { ...nameless, ...about }], [204], token, ok)
    await right(backend.changePassword({ current: 'old one', next: 'hunter2' }, session))
    expect(sent[2]).toEqual({ ...login, body: { ...login.body, username } })
  })

  it.each([
    ['email-link', { email: 'a/b@example.com' }, 'EMAIL%3Aa%2Fb%40example.com', { notificationMethod: 'EMAIL' }],
    ['email-link', { username: 'ann' }, 'LOGIN_NAME%3Aann', { notificationMethod: 'EMAIL' }],
    ['email-link', { id: userId('a/b') }, 'a%2Fb', { notificationMethod: 'EMAIL' }],
    ['sms-link', { phone: '+81312345678' }, 'PHONE%3A%2B81312345678', { notificationMethod: 'SMS' }],
    ['sms-code', { phone: '+81312345678' }, 'PHONE%3A%2B81312345678', { notificationMethod: 'SMS', smsResetMethod: 'PIN' }],
  ] as const)('requestReset by %s for %j', async (channel, identifier, path, body) => {
    const sent = serve(origin, [204])
    expect(await right(backend.requestPasswordReset({ identifier, channel }))).toMatchObject({ channel, identifier, vendor: 'kii' })
    const headers = typed('ResetPasswordRequest')
    expect(sent).toEqual([{ method: 'POST', path: `/api/apps/app1/users/${path}/password/request-reset`, headers, body }])
  })

  it('requestReset without a channel: a PIN to a phone number, else a link', async () => {
    const sent = serve(origin, [204], [204])
    for (const identifier of [{ phone: '+81312345678' }, { username: 'ann' }]) await right(backend.requestPasswordReset({ identifier }))
    expect(sent.map(({ body }) => body)).toEqual([{ notificationMethod: 'SMS', smsResetMethod: 'PIN' }, { notificationMethod: 'EMAIL' }])
  })

  it.each([undefined, 'generated', 'chosen'] as const)(
    'requestReset: the ticket says who makes the password: %s',
    async (resetPassword) => {
      serve(origin, [204])
      const told = createKiiBackend({ ...config, ...(resetPassword === undefined ? {} : { resetPassword }) })
      const identifier = { email: 'ann@example.com' }
      expect(await right(told.requestPasswordReset({ identifier }))).toEqual({
        ...capabilities.passwordReset['email-link'],
        newPassword: resetPassword ?? 'console-setting',
        type: 'password-reset',
        vendor: 'kii',
        channel: 'email-link',
        identifier,
        requestedAt: '2027-01-15T08:00:00.000Z',
      })
    },
  )

  it('completeReset with a chosen password, and without one', async () => {
    const sent = serve(origin, [204], [204])
    const chosen = createKiiBackend({ ...config, resetPassword: 'chosen' })
    const reset = await right(chosen.completePasswordReset({ ticket, code: '1234', newPassword: 'hunter2' }))
    expect(reset).toEqual({ temporaryPasswordDelivered: false })
    expect(await right(backend.completePasswordReset({ ticket, code: '1234' }))).toEqual({ temporaryPasswordDelivered: true })
    expect(sent).toEqual([
      { ...completion, body: { pinCode: '1234', newPassword: 'hunter2' } },
      { ...completion, body: { pinCode: '1234' } },
    ])
  })

  it.each([
    [false, token],
    [true, [400, { error: 'invalid_grant' }]],
  ] as const)('completeReset, then a sign-in, where only that tells whether Kii made a password of its own: %s', async (made, answer) => {
    const sent = serve(origin, [204], answer)
    const reset = await right(backend.completePasswordReset({ ticket, code: '1234', newPassword: 'hunter2' }))
    expect(reset).toEqual({ temporaryPasswordDelivered: made })
    expect(sent).toEqual([
      { ...completion, body: { pinCode: '1234', newPassword: 'hunter2' } },
      { ...login, body: { ...login.body, username: 'PHONE:+81312345678' } },
    ])
  })

  it.each([{ phone: '+81312345678' }, { id: userId(id) }])(
    'completeReset of %j, where the configuration says that Kii makes the password, whatever was sent along',
    async (identifier) => {
      const sent = serve(origin, [204])
      const generated = createKiiBackend({ ...config, resetPassword: 'generated' })
      const reset = await right(
        generated.completePasswordReset({ ticket: { ...ticket, identifier }, code: '1234', newPassword: 'hunter2' }),
      )
      expect(reset).toEqual({ temporaryPasswordDelivered: true })
      expect(sent).toHaveLength(1)
    },
  )

  it('completeReset by id takes the chosen password for set, since nobody signs in with an id', async () => {
    const sent = serve(origin, [204])
    const byId = { ...ticket, identifier: { id: userId(id) } }
    const reset = await right(backend.completePasswordReset({ ticket: byId, code: '1234', newPassword: 'hunter2' }))
    expect(reset).toEqual({ temporaryPasswordDelivered: false })
    expect(sent).toHaveLength(1)
  })

  it('find', async () => {
    const sent = serve(origin, [200, { userID: id, loginName: 'ann', displayName: 'Ann' }])
    expect(await right(backend.findUser({ email: 'ann@example.com' }, session))).toMatchObject({
      user: { id, username: 'ann', displayName: 'Ann', kind: 'unknown', status: 'unknown' },
      session,
    })
    expect(sent).toEqual([{ ...me, path: '/api/apps/app1/users/EMAIL%3Aann%40example.com' }])
  })

  it('remove', async () => {
    const sent = serve(origin, [204])
    await right(backend.deleteUser({}, session))
    expect(sent).toEqual([{ method: 'DELETE', path: `/api/apps/app1/users/${id}`, headers: asUser(), body: '' }])
  })
})

describe('a lost answer', () => {
  const lost: Reply = [502, '']
  const wrong: Reply = [400, { error: 'invalid_grant' }]
  const scoped: Reply = [200, { id, access_token: 'T1', scope: 'mfa' }]
  const account = { identifiers: { username: 'ann' }, password: 'hunter2' }

  it.each([
    ['the token is dead', [403, { errorCode: 'WRONG_TOKEN' }], { _tag: 'Right' }],
    ['the user is gone', [404, { errorCode: 'USER_NOT_FOUND' }], { _tag: 'Right' }],
    ['the user is there', ok, { left: { _tag: 'Network' } }],
    ['nobody knows', [400, {}], { left: { _tag: 'OutcomeUnknown' } }],
  ] as const)('to remove, where %s', async (_what, seen, outcome) => {
    serve(origin, lost, seen)
    expect(await backend.deleteUser({}, session)()).toMatchObject(outcome)
  })

  it.each([
    ['the new password signs in', [token, token, ok], { _tag: 'Right' }],
    ['it does not', [wrong], { left: { _tag: 'OutcomeUnknown' } }],
  ] as const)('to changePassword, where %s', async (_what, seen, outcome) => {
    const sent = serve(origin, ok, lost, ...seen)
    expect(await backend.changePassword({ current: 'old one', next: 'hunter2' }, session)()).toMatchObject(outcome)
    expect(sent[2]).toEqual(login)
  })

  it.each([
    ['the password signs in', [token, ok], { right: { user, session: { secrets: { accessToken: 'T1' } } } }],
    ['it does not', [wrong], { left: { _tag: 'OutcomeUnknown' } }],
    ['it waits for a second factor, which nobody new has', [scoped, [401, {}]], { left: { _tag: 'OutcomeUnknown' } }],
  ] as const)('to register, where %s', async (_what, seen, outcome) => {
    serve(origin, lost, ...seen)
    expect(await backend.signUp(account)()).toMatchObject(outcome)
  })

  it.each([
    ['the user is registered', [ok, ok], { right: { user, identity: 'kept' } }],
    ['the user is still anonymous', [[200, pseudoUser]], { left: { _tag: 'Network' } }],
    ['nobody knows', [[400, {}]], { left: { _tag: 'OutcomeUnknown' } }],
  ] as const)('to putIdentity, where %s', async (_what, seen, outcome) => {
    serve(origin, [200, pseudoUser], lost, ...(seen as readonly Reply[]))
    expect(await backend.upgrade(account, anonymous)()).toMatchObject(outcome)
  })
})

describe('answers', () => {
  it.each([
    ['string', 'userID loginName displayName country locale emailAddress phoneNumber _emailAddressPending _phoneNumberPending'],
    ['boolean', 'emailAddressVerified phoneNumberVerified _hasPassword _disabled'],
    ['UnknownRecord', '_thirdPartyAccounts'],
  ])('that are not a user are a protocol error which names the place: no %s in %s', async (expected, fields) => {
    for (const path of fields.split(' ')) {
      serve(origin, [200, { ...wireUser, [path]: expected === 'string' ? 7 : 'seven' }])
      expect(await left(backend.fetchUser(session))).toMatchObject({ _tag: 'Protocol', path, expected })
      nock.cleanAll()
    }
  })

  it.each([
    ['text', 'yesterday'],
    ['nothing', null],
    ['a number that is no time', 1e300],
  ])('lock nobody out whose app has %s in a field that is called like a time of Kii: it is the app’s, and kept', async (_what, its) => {
    const { createdAt, modifiedAt, ...withoutTimes } = wireUser
    const own = { createdAt: its, modifiedAt: its, created: its, modified: its, passwordChangedAt: its }
    const document: Reply = [200, { ...withoutTimes, ...own }]
    const sent = serve(origin, document, [200, { modifiedAt: 1 }], document)
    const { createdAt: _, updatedAt: __, ...timeless } = user
    const changed = await right(backend.updateProfile({ displayName: 'Ann' }, session))
    expect(changed.user).toEqual({ ...timeless, attributes: { level: 1, ...own } })
    expect(sent[1]).toMatchObject({ body: { level: 1, displayName: 'Ann', ...own } })
  })

  it('of a first address that waits for its verification show it, not verified', async () => {
    serve(origin, [200, { userID: id, _emailAddressPending: 'new@example.com', _phoneNumberPending: '+81312345679' }])
    expect((await right(backend.fetchUser(session))).user).toMatchObject({
      email: { address: 'new@example.com', verified: false, pending: 'new@example.com' },
      phone: { address: '+81312345679', verified: false, pending: '+81312345679' },
    })
  })

  it.each([
    ['id', { access_token: 'T1' }],
    ['access_token', { id }],
    ['expires_in', { id, access_token: 'T1', expires_in: 'soon' }],
    ['refresh_token', { id, access_token: 'T1', refresh_token: 7 }],
  ])('that are no token are a protocol error: %s of %j', async (path, body) => {
    serve(origin, [200, body])
    expect(await left(backend.signIn(credentials))).toMatchObject({ _tag: 'Protocol', path })
  })

  it.each([{ userID: id }, { _accessToken: 'T1' }, { userID: id, _accessToken: 'T1', _refreshToken: 7 }])(
    'that do not make a session leave an anonymous user unknown: %j',
    async (body) => {
      serve(origin, [201, body])
      expect(await left(backend.signInAnonymously({}))).toMatchObject({ _tag: 'OutcomeUnknown' })
    },
  )

  it.each([
    ['registered', { loginName: 'ann' }],
    ['registered', { emailAddress: 'ann@example.com' }],
    ['registered', { phoneNumber: '+81312345678' }],
    ['anonymous', { displayName: 'Ann' }],
  ])('that do not say whether there is a password are of a user who is %s: %j', async (kind, about) => {
    serve(origin, [200, { userID: id, ...about }])
    expect((await right(backend.fetchUser(session))).user.kind).toBe(kind)
  })

  it('name a social account whose id is not told, or no text', async () => {
    serve(origin, [200, { ...wireUser, _thirdPartyAccounts: { facebook: null, twitter: { id: 7 } } }])
    expect((await right(backend.fetchUser(session))).user.identities).toEqual([{ provider: 'facebook' }, { provider: 'twitter' }])
  })

  it('with the id and the token of an anonymous user alone are enough where the user cannot be read', async () => {
    serve(origin, [201, { userID: id, _accessToken: 'T1' }], [400, {}])
    expect(await right(backend.signInAnonymously({}))).toMatchObject({ user: { id, kind: 'anonymous' }, session: anonymous })
  })

  it('without a refresh token leave nothing to renew with', async () => {
    const sent = serve(origin)
    expect(await left(backend.renewSession(session))).toMatchObject({ _tag: 'SessionExpired' })
    expect(sent).toEqual([])
  })

  it('show no token in the user', async () => {
    serve(origin, [201, { ...wireUser, _accessToken: 'T-SECRET', _refreshToken: 'R-SECRET' }])
    const made = await right(backend.signUp({ identifiers: { username: 'ann' }, password: 'hunter2' }))
    expect(JSON.stringify(made.user)).not.toContain('SECRET')
  })
})
