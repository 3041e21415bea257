import type { ErrorTag, ResetLink, Result, Session } from '@userport/core'
import { userId } from '@userport/core'
import nock from 'nock'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { errors } from '../src/errors.js'
import { createKinveyBackend, type KinveyConfig } from '../src/index.js'
import { left, right } from './support.js'
import { type Reply, serve } from './wire.js'

const origin = 'https://kinvey.test'
const config: KinveyConfig = { host: `${origin}/`, appKey: 'kid_app', appSecret: 'app-secret' }
const backend = createKinveyBackend(config)
const v6 = createKinveyBackend({ ...config, apiVersion: 6 })

const id = '5a1b2c3d4e5f60718293a4b5'
const document = {
  _id: id,
  username: 'ann',
  email: 'ann@example.com',
  nick: 'Annie',
  _acl: { creator: id },
  _kmd: { ect: '2026-01-02T03:04:05.678Z', lmt: '2026-02-03T04:05:06.789Z', llt: '2026-02-03T04:05:06.789Z' },
}
const withToken = (token: string, more: object = {}): object => ({ ...document, ...more, _kmd: { ...document._kmd, authtoken: token } })

const user = {
  id,
  vendor: 'kinvey',
  kind: 'registered',
  username: 'ann',
  email: { address: 'ann@example.com', verified: false },
  identities: [],
  attributes: { nick: 'Annie' },
  createdAt: '2026-01-02T03:04:05.678Z',
  updatedAt: '2026-02-03T04:05:06.789Z',
  status: 'enabled',
  vendorData: { kinvey: { _acl: { creator: id }, _kmd: { llt: '2026-02-03T04:05:06.789Z' } } },
}
const session: Session = { vendor: 'kinvey', userId: userId(id), kind: 'registered', secrets: { token: 'T1' } }
const anonymous: Session = { ...session, kind: 'anonymous', secrets: { token: 'T1', username: 'ann', password: 'made up' } }
const link: ResetLink = { type: 'reset-link', vendor: 'kinvey', identifier: 'ann & co', parameters: { time: '1', nonce: 'n/=', sig: 's' } }

const read = (version: string, authorization: string): object => ({
  accept: 'application/json',
  'x-kinvey-api-version': version,
  authorization,
})
const app = `Basic ${Buffer.from('kid_app:app-secret').toString('base64')}`
const asApp = { ...read('4', app), 'content-type': 'application/json' }
const asUser = { ...read('4', 'Kinvey T1'), 'content-type': 'application/json' }
const me = { method: 'GET', path: '/user/kid_app/_me', headers: read('4', 'Kinvey T1'), body: '' }
const login = { method: 'POST', path: '/user/kid_app/login', headers: asApp, body: { username: 'ann', password: 'hunter2' } }

beforeAll(() => nock.disableNetConnect())
afterEach(() => nock.cleanAll())
afterAll(() => {
  nock.enableNetConnect()
  nock.restore()
})

describe('exact requests', () => {
  it('signUp', async () => {
    const sent = serve(origin, [201, withToken('T1', { password: 'hunter2' })])
    const profile = { displayName: 'Ann', locale: 'en', country: 'JP', attributes: { level: 1 } }
    const identifiers = { username: 'ann', email: 'ann@example.com', phone: '+81312345678' }
    expect(await right(backend.signUp({ identifiers, password: 'hunter2', profile }))).toEqual({ user, session })
    const body = {
      level: 1,
      displayName: 'Ann',
      locale: 'en',
      country: 'JP',
      phone: '+81312345678',
      email: 'ann@example.com',
      username: 'ann',
      password: 'hunter2',
    }
    expect(sent).toEqual([{ method: 'POST', path: '/user/kid_app', headers: asApp, body }])
  })

  it('signUp and firstLogin at version 6, which opens no session', async () => {
    const sent = serve(origin, [201, { ...document, password: 'hunter2' }], [200, { mfaRequired: false, user: document, authToken: 'T1' }])
    expect(await right(v6.signUp({ identifiers: { username: 'ann' }, password: 'hunter2' }))).toEqual({ user, session })
    const headers = { ...asApp, 'x-kinvey-api-version': '6' }
    expect(sent).toEqual([
      { method: 'POST', path: '/user/kid_app', headers, body: { username: 'ann', password: 'hunter2' } },
      { ...login, headers },
    ])
  })

  it('signUpAnonymously without a word, and with a profile', async () => {
    const made = withToken('T1', { password: 'made up' })
    const sent = serve(origin, [201, made], [201, made])
    expect(await right(backend.signInAnonymously({}))).toEqual({ user: { ...user, kind: 'anonymous' }, session: anonymous })
    await right(backend.signInAnonymously({ displayName: 'Guest' }))
    const request = { method: 'POST', path: '/user/kid_app', headers: asApp }
    expect(sent).toEqual([
      { ...request, body: '' },
      { ...request, body: { displayName: 'Guest' } },
    ])
  })

  it('login', async () => {
    const sent = serve(origin, [200, withToken('T1')])
    expect(await right(backend.signIn({ identifier: { username: 'ann' }, password: 'hunter2' }))).toEqual({ user, session })
    expect(sent).toEqual([login])
  })

  it('logout', async () => {
    const sent = serve(origin, [204])
    expect(await right(backend.signOut(session))).toEqual({ server: 'revoked' })
    expect(sent).toEqual([{ method: 'POST', path: '/user/kid_app/_logout', headers: asUser, body: '' }])
  })

  it('me, with the session it was asked with or the one in the reply', async () => {
    const sent = serve(origin, [200, withToken('T1')], [200, document], [200, withToken('T2')])
    expect((await right(backend.fetchUser(session))).session).toBe(session)
    expect(await right(backend.fetchUser(session))).toEqual({ user, session })
    expect((await right(backend.fetchUser(session))).session.secrets).toEqual({ token: 'T2' })
    expect(sent).toEqual([me, me, me])
  })

  it('update: the whole user but its metadata', async () => {
    const sent = serve(origin, [200, withToken('T1')], [200, withToken('T2', { nick: 'A', displayName: 'Ann' })])
    const updated = await right(backend.updateProfile({ displayName: 'Ann', set: { nick: 'A' }, remove: ['old'] }, session))
    expect(updated).toMatchObject({ user: { displayName: 'Ann', attributes: { nick: 'A' } }, session: { secrets: { token: 'T2' } } })
    const body = { _id: id, username: 'ann', email: 'ann@example.com', nick: 'A', displayName: 'Ann', _acl: { creator: id } }
    expect(sent).toEqual([me, { method: 'PUT', path: `/user/kid_app/${id}`, headers: asUser, body }])
  })

  it('upgrade: an update with username and password', async () => {
    const sent = serve(origin, [200, withToken('T1')], [200, withToken('T2', { username: 'bob' })])
    const identifiers = { username: 'bob', email: 'bob@example.com' }
    const upgraded = await right(backend.upgrade({ identifiers, password: 'hunter2', profile: { country: 'JP' } }, anonymous))
    expect(upgraded).toMatchObject({ identity: 'kept', previousId: id, session: { ...session, secrets: { token: 'T2' } } })
    const body = {
      _id: id,
      username: 'bob',
      password: 'hunter2',
      email: 'bob@example.com',
      nick: 'Annie',
      country: 'JP',
      _acl: { creator: id },
    }
    expect(sent).toEqual([me, { method: 'PUT', path: `/user/kid_app/${id}`, headers: asUser, body }])
  })

  it('changePassword, after a login with the old one that leaves no session', async () => {
    const sent = serve(origin, [200, withToken('T1')], [200, withToken('T9')], [204], [200, withToken('T2')])
    const changed = await right(backend.changePassword({ current: 'hunter2', next: 'better' }, session))
    expect(changed.session.secrets).toEqual({ token: 'T2' })
    const { _kmd, ...sentBack } = document
    expect(sent).toEqual([
      me,
      login,
      { method: 'POST', path: '/user/kid_app/_logout', headers: { ...asUser, authorization: 'Kinvey T9' }, body: '' },
      { method: 'PUT', path: `/user/kid_app/${id}`, headers: asUser, body: { ...sentBack, password: 'better' } },
    ])
  })

  it('exists', async () => {
    const sent = serve(origin, [200, { usernameExists: true }])
    expect(await right(backend.usernameExists('ann'))).toBe(true)
    expect(sent).toEqual([{ method: 'POST', path: '/rpc/kid_app/check-username-exists', headers: asApp, body: { username: 'ann' } }])
  })

  it('forgotUsername', async () => {
    const sent = serve(origin, [204])
    await right(backend.forgotUsername({ email: 'ann@example.com' }))
    expect(sent).toEqual([
      { method: 'POST', path: '/rpc/kid_app/user-forgot-username', headers: asApp, body: { email: 'ann@example.com' } },
    ])
  })

  it('requestReset, the name escaped', async () => {
    const sent = serve(origin, [204])
    await right(backend.requestPasswordReset({ identifier: { username: 'ann/b% c' } }))
    expect(sent).toEqual([{ method: 'POST', path: '/rpc/kid_app/ann%2Fb%25%20c/user-password-reset-initiate', headers: asApp, body: '' }])
  })

  it('completeReset: the form of the page, without credentials', async () => {
    const sent = serve(origin, [200, '<html>done</html>', { 'X-Kinvey-Request-Id': '1' }])
    await right(backend.completePasswordReset({ link, newPassword: 'b&tter' }))
    expect(sent).toEqual([
      {
        method: 'POST',
        path: '/rpc/kid_app/ann%20%26%20co/user-password-reset-complete',
        headers: { accept: 'application/json, text/html', 'content-type': 'application/x-www-form-urlencoded' },
        body: 'time=1&nonce=n%2F%3D&sig=s&password=b%26tter',
      },
    ])
  })

  it('lookup', async () => {
    const sent = serve(origin, [200, [{ _id: id, username: 'ann' }]], [200, []])
    expect((await right(backend.findUser({ username: 'ann' }, session))).user).toMatchObject({ id, username: 'ann', kind: 'unknown' })
    expect((await right(backend.findUser({ email: 'ann@example.com' }, session))).user).toBeNull()
    const request = { method: 'POST', path: '/user/kid_app/_lookup', headers: asUser }
    expect(sent).toEqual([
      { ...request, body: { username: 'ann' } },
      { ...request, body: { email: 'ann@example.com' } },
    ])
  })

  it('remove: for good, not just suspended', async () => {
    const sent = serve(origin, [204])
    await right(backend.deleteUser({}, session))
    expect(sent).toEqual([{ method: 'DELETE', path: `/user/kid_app/${id}?hard=true`, headers: read('4', 'Kinvey T1'), body: '' }])
  })
})

describe('answers', () => {
  const signIn = backend.signIn({ identifier: { username: 'ann' }, password: 'hunter2' })

  it('that are not a user are a protocol error which names the place', async () => {
    serve(origin, [200, { ...document, _id: 7 }])
    expect(await left(backend.fetchUser(session))).toMatchObject({ _tag: 'Protocol', path: '_id', expected: 'string' })
  })

  it('without a token are no login', async () => {
    serve(origin, [200, document])
    expect(await left(signIn)).toMatchObject({ _tag: 'Protocol' })
  })

  it('that ask for a second factor are said to be out of reach', async () => {
    serve(origin, [200, { mfaRequired: true, userId: id, mfaSessionToken: 'F1', authenticators: [] }])
    expect(await left(signIn)).toMatchObject({ _tag: 'Vendor', code: 'mfaRequired' })
  })

  it('map what Kinvey knows of verification, identities and status', async () => {
    const since = '2026-03-04T05:06:07.890Z'
    const _kmd = {
      authtoken: 'T1',
      status: { val: 'disabled', lastChange: since },
      emailVerification: { status: 'bounce', lastStateChangeAt: since, emailAddress: 'ann@example.com' },
    }
    const _socialIdentity = { facebook: { id: '77', access_token: 'F-SECRET' }, kinveyAuth: null }
    serve(origin, [200, { ...document, _kmd, _socialIdentity }])
    const fetched = await right(backend.fetchUser(session))
    expect(fetched.user).toMatchObject({
      status: 'disabled',
      email: { address: 'ann@example.com', verified: false, delivery: { status: 'bounce', since } },
      identities: [{ provider: 'facebook', id: '77' }, { provider: 'kinveyAuth' }],
    })
    expect(JSON.stringify(fetched.user)).not.toMatch(/F-SECRET|T1/)
  })

  it('that confirmed another address leave this one unverified', async () => {
    const emailVerification = { status: 'confirmed', emailAddress: 'old@example.com' }
    serve(origin, [200, { ...document, _kmd: { emailVerification } }])
    expect((await right(backend.fetchUser(session))).user.email).toEqual({ address: 'ann@example.com', verified: false })
  })
})

interface Failing {
  /** What is answered before the call in question. */
  readonly before?: readonly Reply[]
  readonly run: () => Result<unknown>
}

const failing = {
  signUp: { run: () => backend.signUp({ identifiers: { username: 'ann' }, password: 'hunter2' }) },
  signUpAnonymously: { run: () => backend.signInAnonymously({}) },
  firstLogin: { before: [[201, document]], run: () => v6.signUp({ identifiers: { username: 'ann' }, password: 'hunter2' }) },
  login: { run: () => backend.signIn({ identifier: { username: 'ann' }, password: 'hunter2' }) },
  me: { run: () => backend.fetchUser(session) },
  update: { before: [[200, withToken('T1')]], run: () => backend.updateProfile({ locale: 'en' }, session) },
  upgrade: {
    before: [[200, withToken('T1')]],
    run: () => backend.upgrade({ identifiers: { username: 'bob' }, password: 'hunter2' }, anonymous),
  },
  changePassword: { before: [[200, withToken('T1')]], run: () => backend.changePassword({ next: 'hunter2' }, session) },
  exists: { run: () => backend.usernameExists('ann') },
  forgotUsername: { run: () => backend.forgotUsername({ email: 'ann@example.com' }) },
  requestReset: { run: () => backend.requestPasswordReset({ identifier: { username: 'ann' } }) },
  completeReset: {
    run: () =>
      backend.completePasswordReset({
        link: { ...link, parameters: { ...link.parameters, time: String(Date.now()) } },
        newPassword: 'hunter2',
      }),
  },
  lookup: { run: () => backend.findUser({ username: 'ann' }, session) },
  remove: { run: () => backend.deleteUser({}, session) },
} satisfies Readonly<Record<string, Failing>>

type Row = readonly [endpoint: keyof typeof failing, error: string, status: number, tag: ErrorTag, details?: object]

const rows: readonly Row[] = [
  ['me', 'InvalidCredentials', 401, 'SessionExpired'],
  ['update', 'InvalidCredentials', 401, 'SessionExpired'],
  ['upgrade', 'InvalidCredentials', 401, 'SessionExpired'],
  ['changePassword', 'InvalidCredentials', 401, 'SessionExpired'],
  ['lookup', 'InvalidCredentials', 401, 'SessionExpired'],
  ['remove', 'InvalidCredentials', 401, 'SessionExpired'],
  ['login', 'InvalidCredentials', 401, 'InvalidCredentials'],
  ['firstLogin', 'InvalidCredentials', 401, 'InvalidCredentials', { accountCreated: true }],
  ['completeReset', 'InvalidCredentials', 401, 'Forbidden'],
  ['signUp', 'InvalidCredentials', 401, 'Configuration', { path: 'appSecret' }],
  ['signUpAnonymously', 'InvalidCredentials', 401, 'Configuration', { path: 'appSecret' }],
  ['exists', 'InvalidCredentials', 401, 'Configuration', { path: 'appSecret' }],
  ['forgotUsername', 'InvalidCredentials', 401, 'Configuration', { path: 'appSecret' }],
  ['requestReset', 'InvalidCredentials', 401, 'Configuration', { path: 'appSecret' }],
  ['login', 'ParameterValueOutOfRange', 400, 'InvalidCredentials'],
  ['requestReset', 'ParameterValueOutOfRange', 400, 'Vendor'],
  ['me', 'InsufficientCredentials', 401, 'Forbidden'],
  ['signUp', 'UserAlreadyExists', 409, 'IdentifierTaken', { identifier: 'username' }],
  ['upgrade', 'UserAlreadyExists', 409, 'IdentifierTaken', { identifier: 'username' }],
  ['requestReset', 'UserNotFound', 404, 'UserNotFound'],
  ['me', 'UserNotFound', 404, 'SessionExpired'],
  ['update', 'UserNotFound', 404, 'SessionExpired'],
  ['upgrade', 'UserNotFound', 404, 'SessionExpired'],
  ['changePassword', 'UserNotFound', 404, 'SessionExpired'],
  ['login', 'UserLockedDown', 401, 'UserDisabled'],
  ['me', 'UserLockedDown', 403, 'UserDisabled'],
  ['login', 'EmailVerificationRequired', 403, 'NotVerified', { what: 'email' }],
  ['firstLogin', 'EmailVerificationRequired', 401, 'NotVerified', { what: 'email', accountCreated: true }],
  ['completeReset', 'InvalidOrMissingNonce', 400, 'ResetCodeInvalid'],
  ['requestReset', 'MissingConfiguration', 403, 'Forbidden'],
  ['login', 'AppProblem', 403, 'Forbidden'],
  ['login', 'CORSDisabled', 400, 'Forbidden'],
  ['login', 'AppNotFound', 404, 'Configuration', { path: 'appKey' }],
  ['login', 'APIVersionNotAvailable', 400, 'Configuration', { path: 'apiVersion' }],
  ['login', 'APIVersionNotImplemented', 501, 'Configuration', { path: 'apiVersion' }],
  ['login', 'KinveyInternalErrorRetry', 500, 'Unavailable', { retryable: true }],
  ['login', 'KinveyInternalErrorStop', 500, 'Vendor', { retryable: false }],
  ['login', 'DuplicateEndUsers', 500, 'Vendor', { retryable: false }],
  ['login', 'EndpointDoesNotExist', 404, 'Vendor'],
  ['signUp', 'BLRuntimeError', 400, 'Vendor'],
]

describe('the error table', () => {
  it.each(rows.map(([endpoint, ...row]) => ({ endpoint, row })))(
    '$endpoint: $row',
    async ({ endpoint, row: [error, status, tag, details] }) => {
      const { before = [], run }: Failing = failing[endpoint]
      serve(origin, ...before, [status, { error, description: 'words', debug: '' }])
      const failed = await left(run())
      expect(failed).toMatchObject({ _tag: tag, code: error, status, vendor: 'kinvey', ...details })
      expect(JSON.stringify(failed)).not.toMatch(/hunter2|app-secret|T1|words/)
    },
  )

  it('has a row here for each of its own', () => {
    const tested = new Set(rows.flatMap(([endpoint, error]) => [`${endpoint} ${error}`, error]))
    expect(Object.keys(errors.tags).filter((key) => !tested.has(key))).toEqual([])
  })
})
