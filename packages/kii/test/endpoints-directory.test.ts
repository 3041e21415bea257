import { userId } from '@userport/core'
import nock from 'nock'
import { describe, expect, it } from 'vitest'
import { type Reply, serve } from '../../core/test/support/wire.js'
import { createKiiDirectory } from '../src/directory.js'
import { asApp, config, id, left, onTheWire, origin, right, typed, user, wireUser } from './support/fixtures.js'

onTheWire()

const keys = { clientId: 'client1', clientSecret: 'secret1' }
const directory = () => createKiiDirectory({ ...config, ...keys })

const users = '/api/apps/app1/users'
const one = `${users}/${id}`
const asAdmin = (type?: string): object => ({ ...(type === undefined ? asApp : typed(type)), authorization: 'Bearer A1' })
const issued: Reply = [200, { id: 'admin', access_token: 'A1', expires_in: 100, token_type: 'bearer' }]
const issue = {
  method: 'POST',
  path: '/api/apps/app1/oauth2/token',
  headers: { ...asApp, 'content-type': 'application/json' },
  body: { grant_type: 'client_credentials', client_id: 'client1', client_secret: 'secret1' },
}
const read = { method: 'GET', path: one, headers: asAdmin(), body: '' }
const found: Reply = [200, wireUser]
const profile = { displayName: 'Ann', locale: 'ja', country: 'JP', attributes: { level: 1 } }
const written = { displayName: 'Ann', locale: 'ja', country: 'JP', level: 1 }

describe('the directory: exact requests', () => {
  it('list: a page of the query, then each user of it', async () => {
    const { createdAt, ...withoutTime } = wireUser
    const page = { results: [{ userID: id, createdAt }], nextPaginationKey: 'next' }
    const sent = serve(origin, issued, [200, page], [200, withoutTime])
    expect(await right(directory().list({ cursor: 'here', limit: 5 }))).toEqual({ users: [user], next: 'next' })
    const body = { userQuery: { clause: { type: 'all' } }, bestEffortLimit: 5, paginationKey: 'here' }
    expect(sent).toEqual([issue, { method: 'POST', path: `${users}/query`, headers: asAdmin('userqueryrequest'), body }, read])
  })

  it('list: knows from the query when somebody was made whose app has a field of that name', async () => {
    const { createdAt, modifiedAt, ...withoutTimes } = wireUser
    const own = { createdAt: 'yesterday' }
    const others = { userID: 'other', createdAt: 'yesterday', modifiedAt }
    const page = { results: [{ userID: id, createdAt, modifiedAt }, others] }
    serve(origin, issued, [200, page], [200, { ...withoutTimes, ...own }], [404, { errorCode: 'USER_NOT_FOUND' }])
    const one = createKiiDirectory({ ...config, ...keys, readsAtOnce: 1 })
    expect(await right(one.list({}))).toEqual({ users: [{ ...user, attributes: { level: 1, ...own } }], next: null })
  })

  it.each([
    [{ username: 'ann' }, 'LOGIN_NAME%3Aann'],
    [{ email: 'ann@example.com' }, 'EMAIL%3Aann%40example.com'],
    [{ phone: '+81312345678' }, 'PHONE%3A%2B81312345678'],
  ])('find by %j', async (identifier, path) => {
    const sent = serve(origin, issued, found)
    expect(await right(directory().find(identifier))).toEqual(user)
    expect(sent).toEqual([issue, { ...read, path: `${users}/${path}` }])
  })

  it('create: needs no administrator until an address is to be verified', async () => {
    const sent = serve(origin, [201, { userID: id }], issued, [204], [204], found)
    const identifiers = { username: 'ann', email: 'ann@example.com', phone: '+81312345678' }
    const input = { identifiers, password: 'hunter2', profile, verified: { email: true, phone: true } }
    expect(await right(directory().create(input))).toEqual(user)
    const named = { loginName: 'ann', emailAddress: 'ann@example.com', phoneNumber: '+81312345678' }
    const [email, phone] = [
      { emailAddress: 'ann@example.com', verified: true },
      { phoneNumber: '+81312345678', verified: true },
    ]
    expect(sent).toEqual([
      { method: 'POST', path: users, headers: typed('RegistrationRequest'), body: { ...written, ...named, password: 'hunter2' } },
      issue,
      { method: 'PUT', path: `${one}/email-address`, headers: asAdmin('EmailAddressModificationRequest'), body: email },
      { method: 'PUT', path: `${one}/phone-number`, headers: asAdmin('PhoneNumberModificationRequest'), body: phone },
      read,
    ])
  })

  it('create: a placeholder is a pseudo user, whose token nobody keeps', async () => {
    const sent = serve(origin, [201, { userID: id, _accessToken: 'T1' }], issued, found)
    expect(await right(directory().create({ profile }))).toEqual(user)
    expect(sent).toEqual([
      { method: 'POST', path: users, headers: typed('RegistrationAndAuthorizationRequest'), body: written },
      issue,
      read,
    ])
  })

  it('update: every custom field, and what else changes', async () => {
    const sent = serve(origin, issued, found, [200, { modifiedAt: 1 }], found)
    const change = { identifiers: { username: 'bob' }, displayName: 'Bob', set: { color: 'red' } }
    expect(await right(directory().update(userId(id), change))).toEqual(user)
    const body = { level: 1, color: 'red', displayName: 'Bob', loginName: 'bob' }
    expect(sent).toEqual([issue, read, { method: 'POST', path: one, headers: asAdmin('UserUpdateRequest'), body }, read])
  })

  it.each([
    ['setPassword', ['hunter3'], 'PUT', '/password', 'ChangePasswordRequest', { newPassword: 'hunter3' }],
    ['suspend', [], 'PUT', '/status', 'UserStatusUpdateRequest', { disabled: true }],
    ['restore', [], 'PUT', '/status', 'UserStatusUpdateRequest', { disabled: false }],
    ['erase', [], 'DELETE', '', undefined, ''],
  ] as const)('%s', async (operation, [password = ''], method, path, type, body) => {
    const sent = serve(origin, issued, [204])
    const operator = directory()
    await right(operation === 'setPassword' ? operator.setPassword(userId(id), password) : operator[operation](userId(id)))
    expect(sent).toEqual([issue, { method, path: one + path, headers: asAdmin(type), body }])
  })
})

describe('the directory: answers', () => {
  const busy: Reply = [503, {}]
  const lost: Reply = [502, '']
  const page: Reply = [200, { results: [{ userID: id }, { userID: 'two' }, { userID: 'three' }], nextPaginationKey: null }]

  it('list asks again for what Kii could not say for now, and ends with the last page', async () => {
    const [two, three] = ['two', 'three'].map((userID): Reply => [200, { ...wireUser, userID }])
    serve(origin, busy, issued, busy, page, busy, found, two ?? busy, three ?? busy)
    const one = createKiiDirectory({ ...config, ...keys, readsAtOnce: 1 })
    const { users: listed, next } = await right(one.list({}))
    expect([...listed.map((listedUser) => listedUser.id), next]).toEqual([id, 'two', 'three', null])
  })

  it('list leaves nobody out who cannot be read: it fails, and reads no further', async () => {
    const sent = serve(origin, issued, page, found, [400, { errorCode: 'INVALID_JSON' }], found)
    const one = createKiiDirectory({ ...config, ...keys, readsAtOnce: 1 })
    expect(await left(one.list({}))).toMatchObject({ _tag: 'Vendor', code: 'INVALID_JSON', operation: 'list' })
    expect(sent).toHaveLength(4)
  })

  it.each([
    ['results', {}],
    ['results', { results: {} }],
    ['nextPaginationKey', { results: [], nextPaginationKey: 7 }],
  ])('list takes nothing else for a page: %s of %j', async (path, body) => {
    serve(origin, issued, [200, body])
    expect(await left(directory().list({}))).toMatchObject({ _tag: 'Protocol', path: expect.stringMatching(`^${path}`) })
  })

  it.each([
    ['somebody with an address', { identifiers: { email: 'ann@example.com' }, password: 'hunter2' }],
    ['a placeholder', {}],
  ])('create does not know whether there is %s where the answer is lost, or names nobody', async (_, input) => {
    for (const reply of [lost, [201, {}]] as const) {
      const sent = serve(origin, reply)
      expect(await left(directory().create(input))).toMatchObject({ _tag: 'OutcomeUnknown', retryable: false })
      expect(sent).toHaveLength(1)
      nock.cleanAll()
    }
  })

  it.each(['suspend', 'restore', 'erase'] as const)('%s may be asked again where the answer is lost', async (operation) => {
    serve(origin, issued, lost)
    expect(await left(directory()[operation](userId(id)))).toMatchObject({ _tag: 'Unavailable', retryable: true })
  })

  it('an id is one part of the path, whatever is in it', async () => {
    const odd = userId('a?b#c')
    const operator = directory()
    const calls = [
      () => operator.get(odd),
      () => operator.update(odd, { displayName: 'Ann' }),
      () => operator.setPassword(odd, 'hunter3'),
      () => operator.suspend(odd),
      () => operator.restore(odd),
      () => operator.erase(odd),
    ]
    const sent = serve(origin, issued, found, found, [200, {}], found, [204], [204], [204], [204])
    for (const run of calls) await right<unknown>(run())
    expect(sent.slice(1).map(({ path }) => path.startsWith(`${users}/a%3Fb%23c`))).toEqual(Array.from({ length: 8 }, () => true))
  })
})

describe('the directory: refusals', () => {
  const refused: Reply = [403, { errorCode: 'WRONG_TOKEN' }]
  const list = () => left(directory().list({ cursor: 'here' }))

  it.each([
    [
      'a wrong client id or secret',
      [400, { errorCode: 'invalid_grant' }],
      { path: 'clientSecret', fix: expect.stringContaining('portal') },
    ],
    ['an app that Kii does not know', [404, { errorCode: 'CLIENT_CREDENTIALS_NOT_FOUND' }], { path: 'appId', status: 404 }],
    ['an app that is not there', [404, { errorCode: 'APP_NOT_FOUND' }], { path: 'appId', status: 404 }],
  ] as const)('%s is a matter of the configuration', async (_, reply, more) => {
    serve(origin, reply)
    expect(await list()).toMatchObject({ _tag: 'Configuration', problem: expect.stringMatching(/^Kii /), ...more })
  })

  it('a token that Kii refuses is asked for once more, and then it is Forbidden', async () => {
    const sent = serve(origin, issued, refused, [200, { id: 'admin', access_token: 'A2' }], refused)
    expect(await list()).toMatchObject({ _tag: 'Forbidden', message: 'Kii does not accept the admin token that it gave.' })
    expect(sent.map(({ path }) => path)).toEqual([issue.path, `${users}/query`, issue.path, `${users}/query`])
    expect(sent[3]?.headers).toMatchObject({ authorization: 'Bearer A2' })
  })

  it('another token that does not come tells why', async () => {
    serve(origin, issued, refused, [400, { errorCode: 'invalid_grant' }])
    expect(await list()).toMatchObject({ _tag: 'Configuration', path: 'clientSecret', operation: 'list' })
  })

  it.each([
    ['said to be so', { errorCode: 'UNAUTHORIZED' }, { message: 'The client id and the client secret do not make an administrator.' }],
    ['without a code', {}, {}],
  ])('a token that is no administrator, %s, is Forbidden', async (_, body, more) => {
    serve(origin, issued, [401, body])
    expect(await list()).toMatchObject({ _tag: 'Forbidden', status: 401, ...more })
  })

  it.each([
    ['list', 'the cursor', { _tag: 'InvalidInput', field: 'cursor', rule: 'is not one of this list' }],
    ['setPassword', 'the password', { _tag: 'PasswordRejected' }],
    ['suspend', 'not known', { _tag: 'InvalidInput', field: 'input' }],
  ] as const)('what Kii calls wrong input of %s is %s', async (operation, _, expected) => {
    serve(origin, issued, [400, { errorCode: 'INVALID_INPUT_DATA' }])
    const answers = {
      list,
      setPassword: () => left(directory().setPassword(userId(id), 'hunter3')),
      suspend: () => left(directory().suspend(userId(id))),
    }
    expect(await answers[operation]()).toMatchObject({ ...expected, code: 'INVALID_INPUT_DATA', status: 400 })
  })
})
