// What Kii has done and cannot show: a code that works once is used up, a password is changed, a name is taken.
import { axiosClient, type HttpClient } from '@userport/core'
import type { Fault } from '@userport/sandbox'
import { describe, expect, it } from 'vitest'
import { failure, value } from '../../core/test/support/vendor-results.js'
import { createKiiDirectory } from '../src/directory.js'
import { createKii, createKiiBackend } from '../src/index.js'
import { person, start } from './support/apps.js'
import { codeAt, enrol } from './support/second-factor.js'

const faults: readonly (readonly [how: string, kind: Fault['kind'], tag: string])[] = [
  ['is refused', { type: 'status', status: 503 }, 'Unavailable'],
  ['takes too long', { type: 'hang' }, 'Timeout'],
]
const done = { carriedOut: true, retryable: false }

/** An app where, once a write has been answered, what is read next fails. */
const app = (settings: Parameters<typeof start>[0], write: RegExp, read: string, kind: Fault['kind'], times = 3) => {
  const started = start(settings)
  const { config, world } = started
  const plain = axiosClient()
  const http: HttpClient = {
    send: async (request, signal) => {
      const answer = await plain.send(request, signal)
      if (write.test(`${request.method} ${request.url} ${request.body}`)) world.faults.add({ path: read, times, kind })
      return answer
    },
  }
  const { site, appId, appKey } = config
  const options = { http, deadline: kind.type === 'hang' ? 700 : 10_000 }
  return {
    ...started,
    backend: createKiiBackend({ site, appId, appKey }, options),
    users: createKii({ site, appId, appKey }, options),
    directory: createKiiDirectory(config, options),
  }
}

describe.each(faults)('when the read %s after', (_, kind, _tag) => {
  it('a verification', async () => {
    const { backend, world, newcomer } = app({ phoneVerificationRequired: true }, /\/verify /, '/me$', kind)
    const { username, password, phone } = await newcomer({ phone: true })
    const entered = await value(backend.signIn({ identifier: { username }, password }))
    if ('pending' in entered) throw new Error('a second factor is wanted')
    const { code = '' } = await world.outbox.next({ to: phone })
    const error = await failure(backend.confirmVerification({ kind: 'phone', code }, entered.session))
    expect(error).toMatchObject({ _tag, ...done })
    expect(error.userAction).toBeUndefined()
    world.faults.clear()
    expect((await value(backend.fetchUser(entered.session))).user.phone?.verified).toBe(true)
  })

  it('an upgrade', async () => {
    const { backend } = app({}, /UserUpdate|POST .*password/, '/me$', kind)
    const { session } = await value(backend.signInAnonymously({}))
    const { username, password } = person()
    const error = await failure(backend.upgrade({ identifiers: { username }, password }, session))
    expect(error).toMatchObject({ _tag, ...done, accountCreated: true })
  })

  it('a change of the password', async () => {
    const { backend, newcomer } = app({}, /PUT .*\/password /, '/oauth2/token$', kind)
    const { username, password } = await newcomer()
    const entered = await value(backend.signIn({ identifier: { username }, password }))
    if ('pending' in entered) throw new Error('a second factor is wanted')
    const error = await failure(backend.changePassword({ current: password, next: person().password }, entered.session))
    expect(error).toMatchObject({ _tag, ...done, userAction: 'sign-in', message: expect.stringContaining('The password was changed') })
  })

  it('a second factor', async () => {
    const { backend, world, newcomer } = app({}, /"mfa"/, '/me$', kind)
    const { username, password, user } = await newcomer()
    enrol(world, user.id)
    const waiting = await value(backend.signIn({ identifier: { username }, password }))
    if (!('pending' in waiting)) throw new Error('no second factor is wanted')
    const answer = { factor: 'totp', code: codeAt(world.clock.now()) } as const
    expect(await failure(backend.continueSignIn(answer, waiting.pending))).toMatchObject({ _tag, ...done, userAction: 'sign-in' })
  })

  it('an operator made an account', async () => {
    const { directory, world } = app({}, /POST .*\/users /, '/users/[^/]+$', kind)
    expect(await failure(directory.create({}))).toMatchObject({ _tag, ...done, accountCreated: true })
    expect(world.users()).toHaveLength(1)
  })
})

it('a reset whose sign-in takes too long is done', async () => {
  const { backend, world, newcomer } = app({ passwordResetFlow: 'chosen' }, /complete-reset /, '/oauth2/token$', { type: 'hang' })
  const { phone } = await newcomer({ phone: true })
  const ticket = await value(backend.requestPasswordReset({ identifier: { phone }, channel: 'sms-code' }))
  if (ticket.completion !== 'in-app') throw new Error('it ends on a page')
  const { code = '' } = await world.outbox.next({ to: phone })
  const error = await failure(backend.completePasswordReset({ ticket, code, newPassword: person().password }))
  expect(error).toMatchObject({ _tag: 'Timeout', ...done, userAction: 'sign-in' })
})

it('a verification is not asked for again when the session dies after it, and another one takes its place', async () => {
  const settings = { phoneVerificationRequired: true, refreshTokenEnabled: true }
  const { users, world, newcomer } = app(settings, /\/verify /, '/me$', { type: 'status', status: 401 }, 1)
  const { username, password, phone } = await newcomer({ phone: true })
  await value(users.signIn({ identifier: { username }, password }))
  const { code = '' } = await world.outbox.next({ to: phone })
  world.requests.clear()
  const error = await failure(users.confirmVerification({ kind: 'phone', code }))
  expect(error).toMatchObject({ carriedOut: true })
  expect(world.requests.all().filter(({ path }) => path.endsWith('/verify'))).toHaveLength(1)
  world.faults.clear()
  expect((await value(users.refresh())).phone?.verified).toBe(true)
})
