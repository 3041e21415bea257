import { type ErrorTag, type InAppResetTicket, type Result, type Session, toUserportError, type UserError, userId } from '@userport/core'
import nock from 'nock'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { errors } from '../src/errors.js'
import { capabilities, createKiiBackend, type KiiConfig } from '../src/index.js'
import { type Reply, serve } from './wire.js'

const origin = 'https://kii.test'
const config: KiiConfig = { site: `${origin}/api/`, appId: 'app1', appKey: 'key1' }
const backend = createKiiBackend(config)

const right = async <A>(result: Result<A>): Promise<A> => {
  const outcome = await result()
  if (outcome._tag === 'Left') throw toUserportError(outcome.left)
  return outcome.right
}

const left = async (result: Result<unknown>): Promise<UserError> => {
  const outcome = await result()
  if (outcome._tag === 'Right') throw new Error(`succeeded with ${JSON.stringify(outcome.right)}`)
  return outcome.left
}

const id = 'e4a3b2c1-0000-11e6-9999-22000b0c0d0e'
const wireUser = {
  userID: id,
  internalUserID: 123456789,
  loginName: 'ann',
  displayName: 'Ann',
  country: 'JP',
  locale: 'ja',
  emailAddress: 'ann@example.com',
  emailAddressVerified: true,
  phoneNumber: '+81312345678',
  phoneNumberVerified: false,
  _emailAddressPending: 'new@example.com',
  _thirdPartyAccounts: { facebook: { id: '77', type: 'facebook' }, twitter: {} },
  _hasPassword: true,
  _disabled: false,
  createdAt: 1_700_000_000_000,
  modifiedAt: 1_700_000_001_000,
  level: 1,
}
const user = {
  id,
  vendor: 'kii',
  kind: 'registered',
  username: 'ann',
  displayName: 'Ann',
  country: 'JP',
  locale: 'ja',
  email: { address: 'ann@example.com', verified: true, pending: 'new@example.com' },
  phone: { address: '+81312345678', verified: false },
  identities: [{ provider: 'facebook', id: '77' }, { provider: 'twitter' }],
  attributes: { level: 1 },
  createdAt: '2023-11-14T22:13:20.000Z',
  updatedAt: '2023-11-14T22:13:21.000Z',
  status: 'enabled',
  vendorData: {
    kii: {
      internalUserID: 123456789,
      emailAddressVerified: true,
      phoneNumberVerified: false,
      _emailAddressPending: 'new@example.com',
      _thirdPartyAccounts: wireUser._thirdPartyAccounts,
      _hasPassword: true,
      _disabled: false,
    },
  },
}
const pseudoUser = { userID: id, _hasPassword: false, _disabled: false, cart: 'tea' }
const session: Session = { vendor: 'kii', userId: userId(id), kind: 'registered', secrets: { accessToken: 'T1' } }
const anonymous: Session = { ...session, kind: 'anonymous' }
const ticket: InAppResetTicket = {
  ...capabilities.passwordReset['sms-code'],
  type: 'password-reset',
  vendor: 'kii',
  channel: 'sms-code',
  identifier: { phone: '+81312345678' },
  requestedAt: '2026-01-02T03:04:05.678Z',
}

const asApp = { accept: 'application/json', 'x-kii-appid': 'app1', 'x-kii-appkey': 'key1' }
const typed = (type: string): object => ({ ...asApp, 'content-type': `application/vnd.kii.${type}+json` })
const asUser = (type?: string): object => ({ ...(type === undefined ? asApp : typed(type)), authorization: 'Bearer T1' })
const ok: Reply = [200, wireUser]
const token: Reply = [200, { id, access_token: 'T1', expires_in: 100, token_type: 'bearer' }]
const me = { method: 'GET', path: '/api/apps/app1/users/me', headers: asUser(), body: '' }
const login = {
  method: 'POST',
  path: '/api/apps/app1/oauth2/token',
  headers: { ...asApp, 'content-type': 'application/json' },
  body: { grant_type: 'password', username: 'ann', password: 'hunter2' },
}
const completion = {
  method: 'POST',
  path: '/api/apps/app1/users/PHONE%3A%2B81312345678/password/complete-reset',
  headers: typed('CompletePasswordResetRequest'),
}
const credentials = { identifier: { username: 'ann' }, password: 'hunter2' }

beforeAll(() => {
  nock.disableNetConnect()
  vi.useFakeTimers({ toFake: ['Date'], now: 1_800_000_000_000 })
})
afterEach(() => nock.cleanAll())
afterAll(() => {
  vi.useRealTimers()
  nock.enableNetConnect()
  nock.restore()
})

describe('exact requests', () => {
  it('register: one content type registers and signs in', async () => {
    const sent = serve(origin, [201, { ...wireUser, _accessToken: 'T1', _refreshToken: 'R1', expires_in: 100 }])
    const identifiers = { username: 'ann', email: 'ann@example.com', phone: '+81312345678' }
    const profile = { displayName: 'Ann', locale: 'ja', country: 'JP', attributes: { level: 1 } }
    expect(await right(backend.signUp({ identifiers, password: 'hunter2', profile }))).toEqual({
      user,
      session: { ...session, secrets: { accessToken: 'T1', refreshToken: 'R1' }, expiresAt: 1_800_000_100_000 },
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

  it.each([
    ['email-link', { email: 'a/b@example.com' }, 'EMAIL%3Aa%2Fb%40example.com', { notificationMethod: 'EMAIL' }],
    ['email-link', { username: 'ann' }, 'LOGIN_NAME%3Aann', { notificationMethod: 'EMAIL' }],
    ['email-link', { id: userId(id) }, id, { notificationMethod: 'EMAIL' }],
    ['sms-link', { phone: '+81312345678' }, 'PHONE%3A%2B81312345678', { notificationMethod: 'SMS' }],
    ['sms-code', { phone: '+81312345678' }, 'PHONE%3A%2B81312345678', { notificationMethod: 'SMS', smsResetMethod: 'PIN' }],
  ] as const)('requestReset by %s for %j', async (channel, identifier, path, body) => {
    const sent = serve(origin, [204])
    expect(await right(backend.requestPasswordReset({ identifier, channel }))).toMatchObject({ channel, identifier, vendor: 'kii' })
    const headers = typed('ResetPasswordRequest')
    expect(sent).toEqual([{ method: 'POST', path: `/api/apps/app1/users/${path}/password/request-reset`, headers, body }])
  })

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

describe('answers', () => {
  it('that are not a user are a protocol error which names the place', async () => {
    serve(origin, [200, { ...wireUser, userID: 7 }])
    expect(await left(backend.fetchUser(session))).toMatchObject({ _tag: 'Protocol', path: 'userID', expected: 'string' })
  })

  it('show no token in the user', async () => {
    serve(origin, [201, { ...wireUser, _accessToken: 'T-SECRET', _refreshToken: 'R-SECRET', expires_in: 1 }])
    const made = await right(backend.signUp({ identifiers: { username: 'ann' }, password: 'hunter2' }))
    expect(JSON.stringify(made.user)).not.toContain('SECRET')
  })
})

interface Failing {
  /** What is answered before the call in question. */
  readonly before?: readonly Reply[]
  readonly run: () => Result<unknown>
}

const failing = {
  register: { run: () => backend.signUp({ identifiers: { username: 'ann' }, password: 'hunter2' }) },
  registerPseudoUser: { run: () => backend.signInAnonymously({}) },
  token: { run: () => backend.signIn(credentials) },
  renew: { run: () => backend.renewSession({ ...session, secrets: { accessToken: 'T1', refreshToken: 'R1' } }) },
  me: { run: () => backend.fetchUser(session) },
  update: { before: [ok], run: () => backend.updateProfile({ locale: 'en' }, session) },
  putIdentity: {
    before: [[200, pseudoUser]],
    run: () => backend.upgrade({ identifiers: { username: 'ann' }, password: 'hunter2' }, anonymous),
  },
  changePassword: { before: [ok], run: () => backend.changePassword({ current: 'hunter2', next: 'hunter3' }, session) },
  requestReset: { run: () => backend.requestPasswordReset({ identifier: { email: 'ann@example.com' } }) },
  requestPin: { run: () => backend.requestPasswordReset({ identifier: { phone: '+81312345678' } }) },
  completeReset: { run: () => backend.completePasswordReset({ ticket, code: '1234', newPassword: 'hunter2' }) },
  find: { run: () => backend.findUser({ username: 'ann' }, session) },
  remove: { run: () => backend.deleteUser({}, session) },
} satisfies Readonly<Record<string, Failing>>

type Row = readonly [endpoint: keyof typeof failing, code: string, status: number, tag: ErrorTag, details?: object, says?: object]

const rows: readonly Row[] = [
  ['token', 'invalid_grant', 400, 'InvalidCredentials'],
  ['renew', 'invalid_grant', 400, 'SessionExpired'],
  ['renew', 'WRONG_REFRESH_TOKEN', 403, 'SessionExpired'],
  ['me', 'WRONG_TOKEN', 403, 'SessionExpired'],
  ['update', 'WRONG_TOKEN', 403, 'SessionExpired'],
  ['putIdentity', 'WRONG_TOKEN', 403, 'SessionExpired'],
  ['remove', 'WRONG_TOKEN', 403, 'SessionExpired'],
  ['find', 'UNAUTHORIZED', 401, 'SessionExpired'],
  ['changePassword', 'WRONG_PASSWORD', 401, 'InvalidCredentials'],
  ['token', 'WRONG_PASSWORD', 401, 'InvalidCredentials'],
  ['register', 'USER_ALREADY_EXISTS', 409, 'IdentifierTaken', { identifier: 'username' }, { field: 'loginName', value: 'hunter2' }],
  ['register', 'USER_ALREADY_EXISTS', 409, 'IdentifierTaken', { identifier: 'email' }, { field: 'emailAddress' }],
  ['putIdentity', 'USER_ALREADY_EXISTS', 409, 'IdentifierTaken', { identifier: 'phone' }, { field: 'phoneNumber' }],
  ['putIdentity', 'USER_ALREADY_EXISTS', 409, 'IdentifierTaken'],
  ['requestReset', 'USER_NOT_FOUND', 404, 'UserNotFound'],
  ['requestReset', 'USER_ADDRESS_NOT_FOUND', 404, 'UserNotFound'],
  ['requestReset', 'USER_DISABLED', 401, 'UserDisabled'],
  ['register', 'PASSWORD_TOO_SHORT', 400, 'PasswordRejected', { minimumLength: 8 }, { minimumLength: 8 }],
  ['completeReset', 'INVALID_INPUT_DATA', 400, 'PasswordRejected'],
  ['register', 'INVALID_INPUT_DATA', 400, 'Vendor'],
  ['requestReset', 'INVALID_STATUS', 409, 'NotVerified', { what: 'email' }],
  ['requestPin', 'INVALID_STATUS', 409, 'NotVerified', { what: 'phone' }],
  ['completeReset', 'INVALID_VERIFICATION_CODE', 403, 'ResetCodeInvalid'],
  ['completeReset', 'VERIFICATION_CODE_NOT_FOUND', 404, 'ResetCodeInvalid'],
  ['completeReset', 'PIN_CODE_EXPIRED', 410, 'ResetCodeExpired'],
  ['changePassword', 'OPERATION_NOT_ALLOWED', 409, 'Forbidden'],
  ['registerPseudoUser', 'APP_DISABLED', 403, 'Forbidden'],
  ['token', 'RESOURCE_TEMPORARILY_UNAVAILABLE', 503, 'Unavailable', { retryable: true }],
  ['token', 'TEMPORARY_UNAVAILABLE_ERROR', 503, 'Unavailable', { retryable: true }],
  ['token', 'LOCK_FAILED', 503, 'Unavailable', { retryable: true }],
  ['token', 'QUERY_TIMEOUT', 503, 'Unavailable', { retryable: true }],
  ['token', 'OPERATION_NOT_IMPLEMENTED', 501, 'Vendor'],
]

const tests = rows.map(([endpoint, code, status, tag, details = {}, says = {}]) => ({ endpoint, code, status, tag, details, says }))

describe('the error table', () => {
  it.each(tests)('$endpoint: $code with status $status is $tag $details', async ({ endpoint, code, status, tag, details, says }) => {
    const { before = [], run }: Failing = failing[endpoint]
    serve(origin, ...before, [status, { errorCode: code, message: 'words', ...says }])
    const failed = await left(run())
    expect(failed).toMatchObject({ _tag: tag, code, status, vendor: 'kii', ...details })
    expect(JSON.stringify(failed)).not.toMatch(/hunter|T1|R1|1234|words/)
  })

  it('reads the form of the token endpoint too', async () => {
    serve(origin, [400, { error: 'invalid_grant', error_description: 'words' }])
    expect(await left(backend.signIn(credentials))).toMatchObject({ _tag: 'InvalidCredentials', code: 'invalid_grant', status: 400 })
  })

  it('finds nobody where Kii says that there is no such user', async () => {
    serve(origin, [404, { errorCode: 'USER_NOT_FOUND', message: 'words' }])
    expect(await right(backend.findUser({ username: 'ann' }, session))).toEqual({ user: null, session })
  })

  it('has a row here for each of its own', () => {
    const tested = new Set(rows.flatMap(([endpoint, code]) => [`${endpoint} ${code}`, code]))
    expect(Object.keys(errors.tags).filter((key) => !tested.has(key))).toEqual([])
  })
})
