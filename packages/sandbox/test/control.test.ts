import { describe, expect, test } from 'vitest'
import { freshName, send, type TestApp, testApps } from './support.js'

const newApp = testApps()
const password = 'pass-1234'

async function register(app: TestApp): Promise<string> {
  const loginName = freshName()
  await app.kii('POST', 'users', { loginName, emailAddress: `${loginName}@example.com`, password })
  return loginName
}

test('connection: what an app is configured with', async () => {
  const { origin, appId, control } = newApp()
  expect((await control('GET', 'connection')).json).toMatchObject({ site: `${origin}/api`, appId })
})

test('outbox: list, next, clear', async () => {
  const app = newApp()
  const loginName = await register(app)
  await app.kii('POST', `users/LOGIN_NAME:${loginName}/password/request-reset`)
  expect((await app.control('GET', 'outbox')).json).toMatchObject({ messages: [{ purpose: 'password-reset' }] })
  const next = await app.control('POST', 'outbox/next', { to: `${loginName}@example.com`, channel: 'email' })
  expect(next.json.link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/api\/apps\//)
  const nothing = await app.control('POST', 'outbox/next', { timeoutMs: 0 })
  expect([nothing.status, nothing.json.message]).toEqual([404, expect.stringContaining('no message')])
  expect((await app.control('DELETE', 'outbox')).status).toBe(204)
  expect((await app.control('GET', 'outbox')).json).toEqual({ messages: [] })
})

test('outbox: next waits for a message', async () => {
  const app = newApp()
  const loginName = await register(app)
  const waiting = app.control('POST', 'outbox/next', { timeoutMs: 5_000 })
  await app.kii('POST', `users/LOGIN_NAME:${loginName}/password/request-reset`)
  expect((await waiting).json.purpose).toBe('password-reset')
})

test('outbox: who left takes no message', async () => {
  const app = newApp()
  const loginName = await register(app)
  const url = `${app.origin}/_sandbox/kii/${app.appId}/outbox/next`
  await expect(send(url, { method: 'POST', body: '{"timeoutMs":5000}', signal: AbortSignal.timeout(50) })).rejects.toThrow()
  await app.kii('POST', `users/LOGIN_NAME:${loginName}/password/request-reset`)
  expect((await app.control('POST', 'outbox/next')).status).toBe(200)
})

test('settings: read and change', async () => {
  const { control, world } = newApp()
  expect((await control('PATCH', 'settings', { passwordResetFlow: 'chosen' })).json.passwordResetFlow).toBe('chosen')
  expect(world.settings.passwordResetFlow).toBe('chosen')
  expect((await control('GET', 'settings')).json).toEqual(world.settings)
})

test('clock: freeze, advance, reset', async () => {
  const { control, world } = newApp()
  expect((await control('POST', 'clock/freeze', { at: 1_000 })).json).toEqual({ now: 1_000 })
  expect((await control('POST', 'clock/advance', { milliseconds: 500 })).json).toEqual({ now: 1_500 })
  await control('POST', 'clock/reset')
  expect(world.clock.now()).toBeGreaterThan(1_000_000)
  expect((await control('GET', 'clock')).json.now).toBeGreaterThan(1_000_000)
})

test('faults: add, list, clear', async () => {
  const app = newApp()
  const fault = { method: 'POST', path: 'users$', times: 3, kind: { type: 'status', status: 503, retryAfter: '1' } }
  expect((await app.control('POST', 'faults', fault)).json).toEqual({ faults: [fault] })
  expect((await app.kii('POST', 'users', {})).status).toBe(503)
  expect((await app.control('GET', 'faults')).json).toEqual({ faults: [{ ...fault, times: 2 }] })
  await app.control('DELETE', 'faults')
  expect((await app.control('GET', 'faults')).json).toEqual({ faults: [] })
})

test('requests: list and clear; the control surface itself is not logged', async () => {
  const app = newApp()
  await app.kii('GET', 'users/me')
  expect((await app.control('GET', 'requests')).json).toMatchObject({ requests: [{ method: 'GET', status: 401 }] })
  await app.control('DELETE', 'requests')
  expect((await app.control('GET', 'requests')).json).toEqual({ requests: [] })
})

test('users and sessions: no password, no hash, no token', async () => {
  const app = newApp()
  const username = await register(app)
  const { access_token: token } = (await app.kii('POST', 'oauth2/token', { username, password })).json
  const users = await app.control('GET', 'users')
  const sessions = await app.control('GET', 'sessions')
  expect(users.json).toMatchObject({ users: [{ username, email: `${username}@example.com`, anonymous: false, disabled: false }] })
  expect(sessions.json).toMatchObject({ sessions: [{ createdAt: expect.any(Number), userId: expect.any(String) }] })
  for (const secret of [password, 'scrypt', String(token)]) expect(users.text + sessions.text).not.toContain(secret)
})

test('seed: users that can sign in', async () => {
  const app = newApp()
  const { users } = (await app.control('POST', 'seed', { count: 3 })).json as { users: { username: string; password: string }[] }
  expect(users).toHaveLength(3)
  for (const { username, password: own } of users) {
    expect((await app.kii('POST', 'oauth2/token', { username, password: own })).status).toBe(200)
  }
})

test('snapshot, restore: everything comes back as it was', async () => {
  const app = newApp()
  const username = await register(app)
  app.world.clock.freeze(5_000_000)
  const { text } = await app.control('GET', 'snapshot')
  await app.control('POST', 'reset')
  expect(app.world.users()).toEqual([])
  expect((await app.control('POST', 'restore', JSON.parse(text))).status).toBe(204)
  expect(app.world.users()).toMatchObject([{ username }])
  expect(app.world.clock.now()).toBe(5_000_000)
  expect((await app.kii('POST', 'oauth2/token', { username, password })).status).toBe(200)
})

test('restore: a snapshot taken earlier does not change with the app', async () => {
  const app = newApp()
  const before = app.world.snapshot()
  await register(app)
  app.world.restore(before)
  expect(app.world.users()).toEqual([])
})

test('reset: an app nobody has used', async () => {
  const app = newApp()
  await register(app)
  app.world.set({ refreshTokenEnabled: true })
  app.world.faults.add({ times: 5, path: 'nothing', kind: { type: 'hang' } })
  app.world.clock.freeze(0)
  await app.control('POST', 'reset')
  expect([app.world.users(), app.world.settings.refreshTokenEnabled, app.world.faults.list(), app.world.requests.all()]).toEqual([
    [],
    false,
    [],
    [],
  ])
  expect(app.world.clock.now()).toBeGreaterThan(0)
})

describe('bad input is refused, and the message names the field', () => {
  test.each([
    ['PATCH', 'settings', { emailVerification: true }, /^emailVerification is unknown; known are emailVerificationRequired/],
    ['PATCH', 'settings', { emailVerificationRequired: 'yes' }, /^emailVerificationRequired must be of type boolean$/],
    ['PATCH', 'settings', { defaultTokenLifetime: -5 }, /^defaultTokenLifetime must be 0 or more$/],
    ['PATCH', 'settings', { passwordResetFlow: 'both' }, /^passwordResetFlow must be one of generated, chosen$/],
    ['POST', 'clock/advance', {}, /^milliseconds must be a number/],
    ['POST', 'clock/advance', { milliseconds: -1 }, /^milliseconds must be/],
    ['POST', 'clock/advance', { milliseconds: 1e300 }, /^milliseconds must not lead beyond the year 9999$/],
    ['POST', 'clock/freeze', { at: 'now' }, /^at must be/],
    ['POST', 'clock/freeze', { at: 1e20 }, /^at must be an instant in milliseconds since 1970, before the year 10000$/],
    ['POST', 'seed', { count: 0 }, /^count must be/],
    ['POST', 'seed', { count: 1.5 }, /^count must be/],
    ['POST', 'outbox/next', { channel: 'fax' }, /^channel must be email or sms$/],
    ['POST', 'faults', {}, /^kind must be an object/],
    ['POST', 'faults', { kind: { type: 'explode' } }, /^type must be one of latency, hang/],
    ['POST', 'faults', { kind: { type: 'latency' } }, /^milliseconds must be/],
    ['POST', 'faults', { kind: { type: 'hang', ms: 3 } }, /^ms is unknown/],
    ['POST', 'faults', { path: '(', kind: { type: 'hang' } }, /^path must be a regular expression$/],
    ['POST', 'faults', { probability: 2, kind: { type: 'hang' } }, /^probability must be/],
    ['POST', 'restore', { settings: {} }, /^body is not a snapshot of a kii app$/],
    ['POST', 'restore', [], /^body must be a JSON object$/],
  ])('%s %s %j', async (method, path, body, message) => {
    const reply = await newApp().control(method, path, body)
    expect([reply.status, reply.json.message]).toEqual([400, expect.stringMatching(message)])
  })

  test('an unknown vendor', async () => {
    const reply = await send(`${newApp().origin}/_sandbox/parse/x/users`)
    expect([reply.status, reply.json.message]).toEqual([400, 'vendor must be one of kii'])
  })

  test('an unknown path', async () => {
    expect((await newApp().control('GET', 'nothing')).status).toBe(404)
  })
})
