import { describe, expect, it } from 'vitest'
import { newPerson, random, useBackends } from './backend.js'

const newBackend = useBackends()

const envelope = (method: unknown, params: unknown): string => JSON.stringify({ jsonrpc: '2.0', method, params, id: '1' })

describe('the envelope', () => {
  it.each(['application/x-www-form-urlencoded', 'application/json', 'text/plain'])('is read as JSON when it is called %s', async (type) => {
    const backend = newBackend()
    const params = { username: newPerson().username, __api_key: backend.connection.apiKey, __device: 'device-1' }
    const reply = await backend.post(backend.appUrl, envelope('User.validate', params), { 'content-type': type })
    expect(reply).toMatchObject({ status: 200, id: '1', result: {} })
  })

  it('that is no JSON is a parse error', async () => {
    const backend = newBackend()
    expect(await backend.post(backend.appUrl, 'username=x')).toMatchObject({ status: 200, id: null, error: { code: -32700 } })
  })

  it.each([
    ['a list', '[]'],
    ['without a version', JSON.stringify({ method: 'User.validate', params: {}, id: '1' })],
    ['without a method', envelope(undefined, {})],
    ['with a method that is no text', envelope(7, {})],
  ])('%s is an invalid request', async (_, body) => {
    const backend = newBackend()
    expect(await backend.post(backend.appUrl, body)).toMatchObject({ status: 200, error: { code: -32600 } })
  })

  it('needs named params', async () => {
    const backend = newBackend()
    expect(await backend.post(backend.appUrl, envelope('User.validate', ['x']))).toMatchObject({ error: { code: -32602 } })
  })

  it('goes by POST only', async () => {
    const response = await fetch(newBackend().appUrl)
    expect(response.status).toBe(405)
  })
})

describe('the checks before every call', () => {
  it.each(['User.toString', 'Collection.find', 'toString', '__proto__'])('know no method %s', async (method) => {
    expect(await newBackend().call(method)).toMatchObject({ status: 200, error: { code: -32601 } })
  })

  it.each([['wrong'], [undefined]])('refuse the api key %s with 4', async (key) => {
    expect(await newBackend().call('User.logout', { __api_key: key })).toMatchObject({ status: 200, error: { code: 4 } })
  })

  it('refuse the api key of another backend with 4', async () => {
    const other = newBackend()
    expect(await newBackend().call('User.logout', { __api_key: other.connection.apiKey })).toMatchObject({ error: { code: 4 } })
  })

  it('refuse a call that names no backend with 4', async () => {
    const backend = newBackend()
    const reply = await backend.post(`${backend.connection.endpoint}`, envelope('User.logout', {}))
    expect(reply).toMatchObject({ status: 200, error: { code: 4 } })
  })

  it.each([[undefined], [''], [7]])('refuse the device id %s with 12', async (device) => {
    expect(await newBackend().call('User.logout', { __device: device })).toMatchObject({ status: 200, error: { code: 12 } })
  })

  it.each(['short', 7])('refuse the session id %s with 10', async (session) => {
    expect(await newBackend().call('User.logout', { __session: session })).toMatchObject({ status: 200, error: { code: 10 } })
  })

  it('refuse everything with 9999 when the month is used up', async () => {
    const backend = newBackend({ monthlyCallLimitReached: true })
    expect(await backend.call('User.validate', newPerson())).toMatchObject({ status: 200, error: { code: 9999 } })
  })
})

it('leaves out which parameter is at fault, if so set', async () => {
  const reply = await newBackend({ errorData: false }).login(newPerson())
  expect(reply.error?.code).toBe(-32602)
  expect(reply.error).not.toHaveProperty('data')
})

it('lets a page on another origin read the session id', async () => {
  const response = await fetch(newBackend().appUrl, { method: 'POST', headers: { origin: 'https://app.example' }, body: '{}' })
  expect(response.headers.get('access-control-allow-origin')).toBe('*')
  expect(response.headers.get('access-control-expose-headers')?.toLowerCase()).toContain('x-set-monaca-cloud-session')
})

it('hands out what an app must be configured with', () => {
  const { connection, world } = newBackend()
  expect(connection).toEqual({
    endpoint: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/monaca\/$/),
    backendId: world.appId,
    apiKey: expect.stringMatching(/^.{20,}$/),
    managementUrl: expect.stringMatching(new RegExp(`^http://127\\.0\\.0\\.1:\\d+/monaca-management/${world.appId}$`)),
    managementKey: expect.stringMatching(/^.{20,}$/),
  })
  expect(connection.apiKey).not.toBe(connection.managementKey)
})

it('works for a user and a device with the name of an object member', async () => {
  const backend = newBackend()
  const person = { username: '__proto__', password: random('password') }
  const { id, session } = await backend.register({ constructor: 1 }, person)
  await backend.call('Device.saveProperties', { properties: { colour: 'red' }, __device: '__proto__' })
  const [login, user, device] = await Promise.all([
    backend.login(person),
    backend.call('User.getProperties', { names: ['constructor', 'toString'], __session: session }),
    backend.call('Device.getProperties', { names: ['colour'], __device: '__proto__' }),
  ])
  expect(login.result?.user?._id).toBe(id)
  expect(user.result?.properties).toEqual({ constructor: 1 })
  expect(device.result?.properties).toEqual({ colour: 'red' })
})
