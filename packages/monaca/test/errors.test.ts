import { type Session, userId } from '@userport/core'
import nock from 'nock'
import { describe, expect, it } from 'vitest'
import { errors } from '../src/errors.js'
import { type Answer, answering, backend, session, ticket, useScript, wireUser, withToken } from './support/scripted.js'

const users = backend()
const credentials = { identifiers: { username: 'alice' }, password: 'pw' }
const known: Answer = { result: { properties: {} } }
const done: Answer = { result: {} }

const anonymous: Session = {
  ...session,
  userId: userId('oid-0'),
  kind: 'anonymous',
  secrets: { password: 'generated', known: JSON.stringify({ device: 'd0', username: 'userport-anonymous-0', properties: [] }) },
}

const calls = {
  register: () => users.signUp(credentials),
  login: () => users.signIn({ identifier: { username: 'alice' }, password: 'pw' }),
  autoLogin: () => users.renewSession(withToken),
  getProperties: () => users.fetchUser(session),
  saveProperties: () => users.updateProfile({ set: { level: 1 } }, session),
  saveDeviceProperties: () => users.extension.saveDeviceProperties({ level: 1 }, session),
  updatePassword: () => users.changePassword({ current: 'old', next: 'new' }, withToken),
  unregister: () => users.deleteUser({ password: 'pw' }, session),
  sendPasswordResetToken: () => users.requestPasswordReset({ identifier: { username: 'alice' } }),
  resetPasswordAndLogin: () => users.completePasswordReset({ ticket, code: '0', newPassword: 'new' }),
  validate: () => users.upgrade(credentials, anonymous),
}

interface Row {
  /** The key in the error table. */
  readonly row: string
  readonly call: keyof typeof calls
  /** Answers that come before the refusal, and after it. */
  readonly before?: readonly Answer[]
  readonly after?: readonly Answer[]
  readonly expected: object
}

const refused = (endpoint: keyof typeof calls, name: string, expected: object, more: Partial<Row> = {}): Row => ({
  row: `${endpoint} -32602${name === '' ? '' : ` ${name}`}`,
  call: endpoint,
  expected,
  ...more,
})

const guest = { _id: 'oid-0', _username: 'userport-anonymous-0' }

const rows: readonly Row[] = [
  refused('register', 'username', { tag: 'IdentifierTaken', identifier: 'username' }, { after: [done] }),
  refused('register', 'password', { tag: 'PasswordRejected' }),
  refused('register', 'properties', { tag: 'InvalidInput', field: 'attributes', rule: expect.stringContaining('500 KB') }),
  refused('validate', '', { tag: 'IdentifierTaken', identifier: 'username' }, { before: [{ result: { user: guest } }], after: [done] }),
  refused('unregister', '', { tag: 'InvalidCredentials' }),
  refused('login', '', { tag: 'InvalidCredentials' }),
  refused('autoLogin', '', { tag: 'SessionExpired' }),
  { row: 'autoLogin 13', call: 'autoLogin', expected: { tag: 'SessionExpired' } },
  refused('updatePassword', 'oldPassword', { tag: 'InvalidCredentials' }, { before: [known] }),
  refused('updatePassword', 'newPassword', { tag: 'PasswordRejected' }, { before: [known] }),
  refused('sendPasswordResetToken', 'username', { tag: 'UserNotFound' }),
  { row: 'sendPasswordResetToken 13', call: 'sendPasswordResetToken', expected: { tag: 'AlreadySignedIn' } },
  refused('resetPasswordAndLogin', 'token', { tag: 'ResetCodeInvalid' }),
  refused('resetPasswordAndLogin', 'newPassword', { tag: 'PasswordRejected' }),
  refused('resetPasswordAndLogin', 'username', { tag: 'UserNotFound' }),
  refused('saveProperties', 'properties', { tag: 'InvalidInput', field: 'attributes' }),
  refused('saveDeviceProperties', 'properties', { tag: 'InvalidInput', field: 'properties', rule: expect.stringContaining('500 KB') }),
  { row: '4', call: 'login', expected: { tag: 'Configuration', path: 'apiKey', problem: expect.any(String) } },
  { row: '10', call: 'getProperties', expected: { tag: 'SessionExpired' } },
  { row: '11', call: 'saveProperties', expected: { tag: 'SessionExpired' } },
  { row: '12', call: 'login', expected: { tag: 'Vendor' } },
  { row: '13', call: 'login', expected: { tag: 'Forbidden' } },
  { row: '14', call: 'saveProperties', expected: { tag: 'Forbidden' } },
  { row: '9999', call: 'login', expected: { tag: 'RateLimited', retryable: true } },
  { row: '-32600', call: 'login', expected: { tag: 'Vendor' } },
  { row: '-32601', call: 'login', expected: { tag: 'Vendor' } },
  { row: '-32602', call: 'getProperties', expected: { tag: 'Vendor' } },
  { row: '-32603', call: 'register', expected: { tag: 'Vendor', retryable: false } },
  { row: '-32700', call: 'login', expected: { tag: 'Vendor' } },
]

/** What the row's error says on the wire: its code and, where the row names one, the parameter. */
const refusalOf = (row: string): Answer => {
  const [code = '', name] = row.split(' ').slice(/^[a-z]/.test(row) ? 1 : 0)
  const data = code === '-32602' ? { data: name === undefined ? undefined : { [name]: 'a message of unknown text' } } : {}
  return { error: { code: Number(code), message: 'M', ...data } }
}

useScript()

describe('the error table', () => {
  it('has a test for each row', () => {
    expect(rows.map(({ row }) => row).sort()).toEqual(Object.keys(errors.tags).sort())
  })

  it.each(rows)('$row', async ({ row, call, before = [], after = [], expected }) => {
    answering(...before, refusalOf(row), ...after)
    await expect(calls[call]()).rejects.toMatchObject(expected)
  })

  it('leaves to Vendor what it does not know, with code and status', async () => {
    answering({ error: { code: 10_001, message: 'of the app' } })
    await expect(calls.login()).rejects.toMatchObject({ tag: 'Vendor', error: { code: '10001', status: 200 } })
  })

  it('says what may be wrong when a reset mail cannot be sent', async () => {
    answering({ error: { code: -32602, data: { options: 'x' } } }, { error: { code: -32602, data: { username: 'taken' } } })
    await expect(calls.sendPasswordResetToken()).rejects.toMatchObject({
      tag: 'Vendor',
      error: { message: expect.stringContaining('template') },
    })
  })

  it('never repeats the vendor’s message, which may hold what was sent', async () => {
    answering({ error: { code: 14, message: 'no access for secret-1', data: { x: 'secret-1' } } })
    const error: unknown = await calls.saveProperties().catch((caught: unknown) => caught)
    expect(JSON.stringify(error)).not.toContain('secret-1')
  })

  it.each([
    [404, 'Vendor'],
    [429, 'RateLimited'],
    [503, 'Unavailable'],
  ])('has an answer to HTTP %i', async (status, tag) => {
    nock('https://monaca.example').post('/b1').reply(status, 'a page')
    await expect(calls.login()).rejects.toMatchObject({ tag, error: { status } })
  })

  it('takes an empty error for none', async () => {
    nock('https://monaca.example')
      .post('/b1')
      .reply(200, { jsonrpc: '2.0', id: '1', error: null, result: { user: wireUser } })
    await expect(calls.login()).resolves.toMatchObject({ user: { username: 'alice' } })
  })
})
