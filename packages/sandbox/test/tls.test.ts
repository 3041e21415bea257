import { randomUUID } from 'node:crypto'
import https from 'node:https'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Sandbox, startSandbox } from '../src/index.js'

let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await startSandbox({ tls: true, vendors: ['kinvey'] })
})

afterAll(() => sandbox.stop())

const send = (url: string, options: https.RequestOptions = {}): Promise<{ readonly status: number; readonly json: unknown }> =>
  new Promise((resolve, reject) => {
    const { certificate = '' } = sandbox
    const request = https.request(url, { ca: certificate, agent: false, ...options }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, json: JSON.parse(text) }))
    })
    request.on('error', reject)
    request.end()
  })

/** A ping of a new app: its path, its credentials, its world. */
const newPing = (): { readonly path: string; readonly options: https.RequestOptions; readonly appKey: string } => {
  const appKey = `app-${randomUUID()}`
  const { appSecret = '' } = sandbox.connection('kinvey', appKey)
  return { appKey, path: `/appdata/${appKey}`, options: { headers: { authorization: `Basic ${btoa(`${appKey}:${appSecret}`)}` } } }
}

const hello = { status: 200, json: { kinvey: 'hello Sandbox' } }

describe('a sandbox with tls', () => {
  it.each(['127.0.0.1', 'localhost'])('is trusted as %s by whoever trusts its certificate', async (name) => {
    const { path, options } = newPing()
    expect(sandbox.origin).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
    expect(await send(sandbox.origin.replace('127.0.0.1', name) + path, { ...options, lookup: toLoopback })).toMatchObject(hello)
  })

  it('is not trusted by anybody else', async () => {
    const { path, options } = newPing()
    await expect(send(sandbox.origin + path, { ...options, ca: '' })).rejects.toThrow(/self.signed/)
  })

  it('has a certificate of its own at every start', async () => {
    const other = await startSandbox({ tls: true, vendors: ['kinvey'] })
    await other.stop()
    expect(other.certificate).toMatch(/^-----BEGIN CERTIFICATE-----/)
    expect(other.certificate).not.toBe(sandbox.certificate)
  })

  it('gives https addresses to its apps', () => {
    expect(sandbox.connection('kinvey').host).toBe(sandbox.origin)
  })

  it('plays a cut connection too', async () => {
    const { appKey, path, options } = newPing()
    sandbox.app('kinvey', appKey).faults.add({ times: 1, kind: { type: 'reset', after: 'request' } })
    await expect(send(sandbox.origin + path, options)).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(await send(sandbox.origin + path, options)).toMatchObject(hello)
  })
})

it('without tls has no certificate', async () => {
  const plain = await startSandbox({ vendors: ['kinvey'] })
  await plain.stop()
  expect(plain.origin).toMatch(/^http:/)
  expect(plain.certificate).toBeUndefined()
})

describe("the vendor's host name in the path", () => {
  it.each(['x-baas.kinvey.com', 'baas.kinvey.com', 'x-auth.kinvey.com'])('%s stands for this server', async (host) => {
    const { appKey, path, options } = newPing()
    expect(await send(`${sandbox.origin}/${host}${path}`, options)).toMatchObject(hello)
    expect(sandbox.app('kinvey', appKey).requests.all()).toMatchObject([{ path, status: 200 }])
  })

  it('is no other name', async () => {
    const { path, options } = newPing()
    expect((await send(`${sandbox.origin}/baas.kinvey.org${path}`, options)).status).toBe(404)
  })
})

/** `localhost` may be an IPv6 address first; the server listens on IPv4. */
const toLoopback: https.RequestOptions['lookup'] = (_name, { all }, done) => {
  if (all === true) done(null, [{ address: '127.0.0.1', family: 4 }])
  else done(null, '127.0.0.1', 4)
}
