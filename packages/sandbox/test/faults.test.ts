import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { startSandbox } from '../src/index.js'
import { appOf, freshName, type Reply, type TestApp, testApps } from './support.js'

const newApp = testApps()
const password = 'pass-1234'
const register = (app: TestApp): Promise<Reply> => app.kii('POST', 'users', { loginName: freshName(), password })
const brokenConnection = /ECONNRESET|socket hang up|aborted/

describe('kinds', () => {
  test('latency: the reply comes late', async () => {
    const app = newApp()
    app.world.faults.add({ kind: { type: 'latency', milliseconds: 80 } })
    const start = performance.now()
    expect((await register(app)).status).toBe(201)
    expect(performance.now() - start).toBeGreaterThan(75)
  })

  test('latency after the write: the work is done while the reply still waits', async () => {
    const app = newApp()
    app.world.faults.add({ kind: { type: 'latency', milliseconds: 300, after: 'write' } })
    const start = performance.now()
    const answered = register(app)
    while (app.world.users().length === 0) await pause(5)
    expect(performance.now() - start).toBeLessThan(250)
    expect((await answered).status).toBe(201)
    expect(performance.now() - start).toBeGreaterThan(295)
  })

  test('latency and another kind: both', async () => {
    const app = newApp()
    app.world.faults.add({ kind: { type: 'latency', milliseconds: 80 } })
    app.world.faults.add({ kind: { type: 'status', status: 503 } })
    const start = performance.now()
    expect((await register(app)).status).toBe(503)
    expect(performance.now() - start).toBeGreaterThan(75)
  })

  test('hang: no reply and no work, until the client leaves', async () => {
    const app = newApp()
    app.world.faults.add({ kind: { type: 'hang' } })
    const answered = await Promise.race([register(app).catch(() => 'cut'), pause(100, 'nothing')])
    expect([answered, app.world.users()]).toEqual(['nothing', []])
    expect(app.world.requests.all()).toMatchObject([{ method: 'POST', status: 0 }])
  })

  test('hang: ends at once when the server stops', async () => {
    const sandbox = await startSandbox({ vendors: ['kii'] })
    const app = appOf(sandbox)
    app.world.faults.add({ kind: { type: 'hang' } })
    const hanging = register(app).catch((error: Error) => error.message)
    await pause(30)
    const start = performance.now()
    await sandbox.stop()
    expect(performance.now() - start).toBeLessThan(500)
    expect(await hanging).toMatch(brokenConnection)
  })

  test('status: with Retry-After, and no work', async () => {
    const app = newApp()
    app.world.faults.add({ kind: { type: 'status', status: 429, retryAfter: '7' } })
    const { status, headers } = await register(app)
    expect([status, headers['retry-after'], app.world.users()]).toEqual([429, '7', []])
  })

  test('reset after the request: cut, and no work', async () => {
    const app = newApp()
    app.world.faults.add({ kind: { type: 'reset', after: 'request' } })
    await expect(register(app)).rejects.toThrow(brokenConnection)
    expect(app.world.users()).toEqual([])
  })

  test('reset after the write: cut, but the work is done', async () => {
    const app = newApp()
    app.world.faults.add({ kind: { type: 'reset', after: 'write' } })
    await expect(register(app)).rejects.toThrow(brokenConnection)
    expect(app.world.users()).toHaveLength(1)
  })

  test('truncate: less than the announced length arrives', async () => {
    const app = newApp()
    app.world.faults.add({ kind: { type: 'truncate' } })
    await expect(register(app)).rejects.toThrow(brokenConnection)
    expect(app.world.users()).toHaveLength(1)
  })

  test('html: a page instead of the reply', async () => {
    const app = newApp()
    app.world.faults.add({ kind: { type: 'html' } })
    const { status, headers, text } = await register(app)
    expect([status, headers['content-type'], app.world.users()]).toEqual([200, 'text/html', []])
    expect(text).toMatch(/^<!DOCTYPE html>/)
  })

  test('shape: JSON that is no reply of the vendor', async () => {
    const app = newApp()
    app.world.faults.add({ kind: { type: 'shape' } })
    const { status, text } = await register(app)
    expect([status, JSON.parse(text)]).toEqual([200, [{ unexpected: true }]])
  })

  test('duplicate: the second answer is the one that comes', async () => {
    const app = newApp()
    app.world.faults.add({ kind: { type: 'duplicate' } })
    expect((await register(app)).json).toMatchObject({ errorCode: 'USER_ALREADY_EXISTS' })
    expect(app.world.users()).toHaveLength(1)
  })
})

describe('which requests', () => {
  test('are counted by the kind that struck them, also after the faults are gone', async () => {
    const app = newApp()
    app.world.faults.add({ method: 'PUT', kind: { type: 'hang' } })
    app.world.faults.add({ times: 2, kind: { type: 'latency', milliseconds: 1 } })
    app.world.faults.add({ times: 1, kind: { type: 'status', status: 503 } })
    for (let calls = 0; calls < 3; calls += 1) await register(app)
    app.world.faults.clear()
    await register(app)
    expect(app.world.faults.struck()).toEqual({ latency: 2, status: 1 })
  })

  const busy = { kind: { type: 'status', status: 503 } } as const

  test('as often as it says, then never', async () => {
    const app = newApp()
    app.world.faults.add({ ...busy, times: 2 })
    const statuses = [(await register(app)).status, (await register(app)).status, (await register(app)).status]
    expect([statuses, app.world.faults.list()]).toEqual([[503, 503, 201], []])
  })

  test('by method and by path, encoded or not', async () => {
    const app = newApp()
    app.world.faults.add({ ...busy, method: 'get', path: 'users/EMAIL:' })
    expect((await register(app)).status).toBe(201)
    expect((await app.kii('GET', 'users/EMAIL%3Aa%40example.com')).status).toBe(503)
    expect((await app.kii('GET', 'users/me')).status).toBe(401)
  })

  test('by a path that takes too long to tell, in an error and without holding up the others', async () => {
    const app = newApp()
    app.world.faults.add({ ...busy, path: '(a+)+$' })
    const start = performance.now()
    const { status, json } = await app.kii('GET', `users/${'a'.repeat(40)}!`)
    expect([status, json]).toEqual([500, { message: expect.stringContaining('the pattern (a+)+$ of a fault takes too long') }])
    expect(performance.now() - start).toBeLessThan(5_000)
    app.world.faults.clear()
    expect((await register(app)).status).toBe(201)
  })

  test('by the method of a JSON-RPC call', async () => {
    const app = newApp()
    app.world.faults.add({ ...busy, rpc: 'Member.login' })
    expect((await app.kii('POST', 'rpc', { jsonrpc: '2.0', method: 'Member.logout', id: 1 })).status).toBe(404)
    expect((await app.kii('POST', 'rpc', { jsonrpc: '2.0', method: 'Member.login', id: 1 })).status).toBe(503)
    expect(app.world.requests.all().map(({ rpc }) => rpc)).toEqual(['Member.logout', 'Member.login'])
  })

  test('never with probability 0', async () => {
    const app = newApp()
    app.world.faults.add({ ...busy, probability: 0 })
    expect((await register(app)).status).toBe(201)
  })

  test('until it is removed', async () => {
    const app = newApp()
    const fault = app.world.faults.add(busy)
    expect((await register(app)).status).toBe(503)
    fault.remove()
    expect((await register(app)).status).toBe(201)
  })

  test('of its own app only', async () => {
    const [one, other] = [newApp(), newApp()]
    one.world.faults.add(busy)
    expect((await register(other)).status).toBe(201)
  })
})
