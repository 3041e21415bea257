import { describe, expect, test } from 'vitest'
import { startSandbox } from '../src/index.js'
import { freshName, send, testApps } from './support.js'

const globalsAtTheStart = [globalThis.Request, globalThis.Response]
const newApp = testApps()

test('starts with all vendors on one origin, and stops', async () => {
  const start = performance.now()
  const sandbox = await startSandbox()
  console.info(`sandbox with three vendors ready in ${Math.round(performance.now() - start)} ms`)
  expect((await send(`${sandbox.origin}/_sandbox`)).json).toEqual({
    origin: sandbox.origin,
    vendors: ['kii', 'kinvey', 'monaca'],
    apps: [],
  })
  await Promise.all([sandbox.stop(), sandbox.stop()])
  await expect(send(sandbox.origin)).rejects.toThrow('ECONNREFUSED')
})

test('refuses a port that is taken', async () => {
  const sandbox = await startSandbox({ vendors: ['kii'] })
  try {
    await expect(startSandbox({ vendors: ['kii'], port: Number(new URL(sandbox.origin).port) })).rejects.toThrow('EADDRINUSE')
  } finally {
    await sandbox.stop()
  }
})

test('leaves the globals of the process alone', () => {
  const [request, response] = globalsAtTheStart
  expect(globalThis.Request).toBe(request)
  expect(globalThis.Response).toBe(response)
})

test('serves only the chosen vendors', async () => {
  const sandbox = await startSandbox({ vendors: ['kii'] })
  try {
    expect((await send(`${sandbox.origin}/appdata/x`)).status).toBe(404)
    expect(() => sandbox.app('kinvey', 'x')).toThrow('this sandbox does not serve kinvey')
  } finally {
    await sandbox.stop()
  }
})

test('a connection without an id is for an app of its own', async () => {
  const sandbox = await startSandbox({ vendors: ['kii'] })
  try {
    expect(sandbox.connection('kii').appId).not.toBe(sandbox.connection('kii').appId)
  } finally {
    await sandbox.stop()
  }
})

test('apps share nothing', async () => {
  const [one, other] = [newApp(), newApp()]
  await one.kii('POST', 'users', { loginName: freshName(), password: 'pass-1234' })
  expect([one.world.users().length, other.world.users().length]).toEqual([1, 0])
})

describe('a browser', () => {
  test('may send the headers it asks for', async () => {
    const { origin, appId } = newApp()
    const { status, headers } = await send(`${origin}/api/apps/${appId}/users`, {
      method: 'OPTIONS',
      headers: {
        origin: 'http://app.example',
        'access-control-request-method': 'DELETE',
        'access-control-request-headers': 'authorization,x-kii-appid',
      },
    })
    expect(status).toBe(204)
    expect(headers).toMatchObject({ 'access-control-allow-origin': '*', 'access-control-allow-headers': 'authorization,x-kii-appid' })
    expect(headers['access-control-allow-methods']).toContain('DELETE')
  })

  test('may read every reply, also of a fault', async () => {
    const app = newApp()
    const reply = await app.kii('POST', 'users', { loginName: freshName(), password: 'pass-1234' })
    app.world.faults.add({ kind: { type: 'status', status: 503 } })
    const failed = await app.kii('GET', 'users/me')
    expect([reply, failed].map(({ headers }) => headers['access-control-allow-origin'])).toEqual(['*', '*'])
    expect(reply.headers['access-control-expose-headers']).toContain('Location')
  })
})

describe('the request log', () => {
  test('counts what arrived, with its status', async () => {
    const app = newApp()
    await app.kii('GET', 'users/me?disable_cache=1')
    expect(app.world.requests.all()).toEqual([
      { at: expect.any(Number), method: 'GET', path: `/api/apps/${app.appId}/users/me?disable_cache=1`, status: 401 },
    ])
  })

  test('hides codes and tokens', async () => {
    const app = newApp()
    await app.kii('GET', `pages/reset-password?code=abc&nonce=def&sig=ghi&time=1`)
    await app.kii('GET', `users/${'t'.repeat(43)}/x`)
    expect(app.world.requests.all().map(({ path }) => path.replace(app.appId, 'A'))).toEqual([
      '/api/apps/A/pages/reset-password?code=***&nonce=***&sig=***&time=1',
      '/api/apps/A/users/***/x',
    ])
  })
})
