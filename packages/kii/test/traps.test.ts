// Where Kii's own documentation or SDK misleads.
import { axiosClient, type HttpClient } from '@userport/core'
import { describe, expect, it } from 'vitest'
import { failure, value } from '../../core/test/support/vendor-results.js'
import { toPublicUser } from '../src/codecs.js'
import { createKii, createKiiBackend } from '../src/index.js'
import { person, start } from './support/apps.js'

describe('a reset by PIN', () => {
  it('cannot swap PIN and password, as one example of the documentation does: both are named', async () => {
    const { world, newcomer, config, device } = start({ passwordResetFlow: 'chosen' })
    const { username, phone } = await newcomer({ phone: true })
    const { site, appId, appKey } = config
    const users = createKii({ site, appId, appKey, resetPassword: 'chosen' })
    const ticket = await value(users.requestPasswordReset({ identifier: { phone }, channel: 'sms-code' }))
    if (ticket.completion !== 'in-app') throw new Error('it ends on a page')
    const { code = '' } = await world.outbox.next({ to: phone })
    const newPassword = person().password
    expect(await failure(users.completePasswordReset({ ticket, code: newPassword, newPassword: code }))).toMatchObject({
      _tag: 'ResetCodeInvalid',
    })
    await value(users.completePasswordReset({ ticket, code, newPassword }))
    await value(device().signIn({ identifier: { username }, password: newPassword }))
  })
})

describe('a password with spaces around it', () => {
  it('is another one than without', async () => {
    const { device } = start()
    const { username } = person()
    await value(device().signUp({ identifiers: { username }, password: ' secret ' }))
    expect(await failure(device().signIn({ identifier: { username }, password: 'secret' }))).toMatchObject({ _tag: 'InvalidCredentials' })
    await value(device().signIn({ identifier: { username }, password: ' secret ' }))
  })

  it('may be spaces alone', async () => {
    const { device } = start()
    const { username } = person()
    await value(device().signUp({ identifiers: { username }, password: '    ' }))
    await value(device().signIn({ identifier: { username }, password: '    ' }))
  })
})

describe('a change of password', () => {
  it('that takes too long to sign in again is not one to be tried again: the password is another by then', async () => {
    const { world, newcomer, device } = start()
    const { username, password, users } = await newcomer()
    const next = person().password
    const { remove } = world.faults.add({ method: 'POST', kind: { type: 'hang' } })
    const error = await failure(users.changePassword({ current: password, next }, { deadline: 300 }))
    remove()
    expect(error).toMatchObject({ _tag: 'Timeout', carriedOut: true, retryable: false, userAction: 'sign-in' })
    await value(device().signIn({ identifier: { username }, password: next }))
  })
})

describe('the mark of an anonymous user', () => {
  it('arrives inverted: no password means anonymous', async () => {
    const { world, device, newcomer } = start()
    const anonymous = await value(device().signInAnonymously())
    const { user } = await newcomer()
    expect([anonymous.kind, user.kind]).toEqual(['anonymous', 'registered'])
    const marks = Object.fromEntries(world.users().map(({ id, document }) => [id, document._hasPassword]))
    expect(marks).toEqual({ [anonymous.id]: false, [user.id]: true })
  })

  it('is unknown, not anonymous, where a look-up does not show it', () => {
    const shown = { userID: 'e4a3b2c1', loginName: 'ann' }
    const kinds = [shown, { ...shown, _hasPassword: true }, { ...shown, _hasPassword: false }].map((wire) => toPublicUser(wire).kind)
    expect(kinds).toEqual(['unknown', 'registered', 'anonymous'])
  })
})

describe('a look-up', () => {
  it('finds verified addresses only', async () => {
    const { world, newcomer } = start({ emailVerificationRequired: true })
    const other = await newcomer({ email: true })
    const { users } = await newcomer()
    expect(await value(users.findUser({ email: other.email }))).toBeNull()
    const { code = '' } = await world.outbox.next({ to: other.email })
    await value(other.users.confirmVerification({ kind: 'email', code }))
    expect((await value(users.findUser({ email: other.email })))?.id).toBe(other.user.id)
  })

  it('may show three fields only, and the rest is absent, not empty', async () => {
    const { newcomer } = start()
    const other = await newcomer({ email: true, profile: { displayName: 'Ann', country: 'JP', attributes: { level: 1 } } })
    const { users } = await newcomer()
    const found = await value(users.findUser({ username: other.username }))
    expect(found).toMatchObject({ id: other.user.id, username: other.username, displayName: 'Ann' })
    expect(found).not.toHaveProperty('email')
    expect(found).not.toHaveProperty('country')
  })
})

describe('signing up', () => {
  it('is one request, so that no account is left without a session', async () => {
    const { world, device } = start()
    const { username, password } = person()
    world.faults.add({ path: '/oauth2/token$', kind: { type: 'status', status: 503 } })
    const users = device()
    const user = await value(users.signUp({ identifiers: { username }, password }))
    expect(world.requests.all().map(({ method }) => method)).toEqual(['POST'])
    expect(await value(users.refresh())).toEqual(user)
  })
})

describe('signing up, where Kii answers with the id and the token alone', () => {
  it('says that the account is there when it cannot be read, so that the app offers to sign in', async () => {
    const replies = [{ status: 201, body: JSON.stringify({ userID: 'u1', _accessToken: 't1' }) }]
    const send: HttpClient['send'] = async () => ({ status: 503, body: '', headers: {}, ...replies.shift() })
    const backend = createKiiBackend({ site: 'https://kii.test', appId: 'a', appKey: 'k' }, { http: { send } })
    const { username, password } = person()
    expect(await failure(backend.signUp({ identifiers: { username }, password }))).toMatchObject({
      _tag: 'Unavailable',
      accountCreated: true,
      retryable: false,
      userAction: 'sign-in',
    })
  })
})

describe('an upgrade', () => {
  it('that was carried out says so though the read after it fails', async () => {
    const { world, config } = start()
    const { username, password } = person()
    const { site, appId, appKey } = config
    const http = axiosClient()
    const send: typeof http.send = async (request, signal) => {
      const answer = await http.send(request, signal)
      if (String(request.body).includes(password)) world.faults.add({ path: '/me$', kind: { type: 'status', status: 503 } })
      return answer
    }
    const users = createKii({ site, appId, appKey }, { http: { send } })
    const { id } = await value(users.signInAnonymously())
    expect(await failure(users.upgrade({ identifiers: { username }, password }))).toMatchObject({
      _tag: 'Unavailable',
      accountCreated: true,
      retryable: false,
    })
    world.faults.clear()
    expect(await value(users.refresh())).toMatchObject({ id, kind: 'registered', username })
  })
})

describe('a password change', () => {
  it('kills every token, yet not the session of the one who changes it', async () => {
    const { newcomer, device } = start()
    const { users, user, username, password } = await newcomer()
    const elsewhere = device()
    await value(elsewhere.signIn({ identifier: { username }, password }))
    const before = users.accessToken()
    expect((await value(users.changePassword({ current: password, next: person().password }))).id).toBe(user.id)
    expect(users.accessToken()).not.toEqual(before)
    expect((await value(users.refresh())).id).toBe(user.id)
    expect(await failure(elsewhere.refresh())).toMatchObject({ _tag: 'SessionExpired' })
    expect(elsewhere.activeUser()).toBeNull()
  })

  it('ends the session where the console has come to refuse the address, and blames no password', async () => {
    const { world, device } = start()
    const { email, password } = person()
    const users = device()
    await value(users.signUp({ identifiers: { email }, password }))
    world.set({ emailVerificationRequired: true })
    expect(await failure(users.changePassword({ current: password, next: person().password }))).toMatchObject({
      _tag: 'SessionExpired',
      code: 'invalid_grant',
      status: 400,
      message: 'The password was changed, but signing in with it did not succeed yet.',
      userAction: 'sign-in',
    })
    expect(users.activeUser()).toBeNull()
  })

  it.each([
    ['refused for now', { type: 'status', status: 503 }],
    ['never answered', { type: 'hang' }],
  ] as const)('is nothing to try again where signing in after it is %s', async (_, kind) => {
    const { world, newcomer, device } = start()
    const { users, username, password } = await newcomer()
    const next = person().password
    world.faults.add({ path: '/oauth2/token$', kind })
    expect(await failure(users.changePassword({ current: password, next }, { deadline: 600 }))).toMatchObject({
      retryable: false,
      userAction: 'sign-in',
    })
    world.faults.clear()
    await value(device().signIn({ identifier: { username }, password: next }))
  })

  it('with a wrong password is a 401 that does not end the session', async () => {
    const { newcomer } = start()
    const { users, user } = await newcomer()
    expect(await failure(users.changePassword({ current: 'wrong horse', next: person().password }))).toMatchObject({
      _tag: 'InvalidCredentials',
      code: 'WRONG_PASSWORD',
      status: 401,
    })
    expect(await value(users.refresh())).toEqual(user)
  })
})
