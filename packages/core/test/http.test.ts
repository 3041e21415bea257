import { afterEach, describe, expect, it, vi } from 'vitest'
import type { HttpClient, HttpRequest } from '../src/index.js'
import { undiciClient } from '../src/undici.js'
import { transports } from './support/clients.js'
import { type LocalServer, startServer } from './support/local-server.js'

const cleanUp: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of cleanUp.splice(0)) await stop()
})

const serve = async (answer: Parameters<typeof startServer>[0]): Promise<LocalServer> => {
  const server = await startServer(answer)
  cleanUp.push(server.stop)
  return server
}

const never = new AbortController().signal
const get = (url: string): HttpRequest => ({ method: 'GET', url, headers: {} })

describe.each(transports)('the transport by $name', ({ open }) => {
  const connect = (): HttpClient => {
    const { client, close } = open()
    cleanUp.unshift(close)
    return client
  }

  it('sends method, path, query, headers and the body as they are', async () => {
    const bodies: string[] = []
    const server = await serve((request, response) => {
      request
        .setEncoding('utf8')
        .on('data', (text: string) => bodies.push(text))
        .on('end', () => response.end())
    })
    const headers = { authorization: 'Bearer t', 'content-type': 'application/vnd.kii.RegistrationRequest+json' }
    await connect().send({ method: 'POST', url: `${server.url}/a%20b?c=%26d`, headers, body: '{"password":" ünï "}' }, never)
    const [request] = server.requests
    expect(request).toMatchObject({ method: 'POST', url: '/a%20b?c=%26d' })
    expect(request?.headers).toMatchObject(headers)
    expect(bodies.join('')).toBe('{"password":" ünï "}')
  })

  it.each(['GET', 'PUT', 'DELETE'] as const)('sends a %s without a body', async (method) => {
    const server = await serve((_, response) => response.end('{}'))
    await connect().send({ method, url: server.url, headers: {} }, never)
    expect(server.requests[0]?.method).toBe(method)
  })

  it('gives every cookie, one of which may be the session', async () => {
    const server = await serve((_, response) => response.setHeader('set-cookie', ['route=b; Path=/', 'sid=secret; HttpOnly']).end())
    const { headers } = await connect().send(get(server.url), never)
    expect(headers['set-cookie']).toBe('route=b; Path=/, sid=secret; HttpOnly')
  })

  it('gives status, plain headers in lower case and the text of the body, whatever its type', async () => {
    const server = await serve((_, response) => {
      response.writeHead(418, { 'X-Renewed-Token': 'abc', 'Content-Type': 'text/html', 'Set-Cookie': ['a=1', 'b=2'] })
      response.end('{"not": parsed ✓')
    })
    const { status, headers, body } = await connect().send(get(server.url), never)
    expect({ status, body }).toEqual({ status: 418, body: '{"not": parsed ✓' })
    expect(headers['x-renewed-token']).toBe('abc')
    expect(Object.entries(headers).filter(([name, value]) => typeof value !== 'string' || name !== name.toLowerCase())).toEqual([])
  })

  it.each([200, 204, 301, 400, 401, 404, 429, 500, 503])('answers status %i instead of rejecting', async (code) => {
    const server = await serve((_, response) => response.writeHead(code).end())
    expect(await connect().send(get(server.url), never)).toMatchObject({ status: code, body: '' })
  })

  it.each([301, 302, 303, 307, 308])('does not follow a %i, so credentials never travel on', async (code) => {
    const elsewhere = await serve((_, response) => response.end('{}'))
    const server = await serve((_, response) => response.writeHead(code, { location: elsewhere.url }).end())
    const { status } = await connect().send({ ...get(server.url), headers: { authorization: 'Bearer secret' } }, never)
    expect(status).toBe(code)
    expect(elsewhere.requests).toHaveLength(0)
  })

  it('does not send at all when it was aborted before', async () => {
    const server = await serve((_, response) => response.end('{}'))
    await expect(connect().send(get(server.url), AbortSignal.abort())).rejects.toThrow()
    expect(server.requests).toHaveLength(0)
  })

  it('ends at once when it is aborted on the way, and lets go of the connection', async () => {
    const aborted = new AbortController()
    let letGo: () => void = () => undefined
    const closed = new Promise<void>((resolve) => {
      letGo = resolve
    })
    const server = await serve((request) => {
      request.on('close', letGo)
      aborted.abort()
    })
    await expect(connect().send(get(server.url), aborted.signal)).rejects.toThrow()
    await closed
  })

  it('uses a connection again', async () => {
    const server = await serve((_, response) => response.end('{}'))
    const client = connect()
    for (let turn = 0; turn < 5; turn += 1) await client.send(get(server.url), never)
    expect(server.requests).toHaveLength(5)
    // How many exactly is up to how fast one is free again.
    expect(server.connections()).toBeLessThan(5)
  })

  it('refuses a body that is larger than any vendor sends', async () => {
    const server = await serve((_, response) => response.end('x'.repeat(10_000_001)))
    await expect(connect().send(get(server.url), never)).rejects.toMatchObject({ code: expect.stringMatching(/TOO_LARGE|EXCEEDED/) })
  })

  it('takes a body of the largest size', async () => {
    const server = await serve((_, response) => response.end('x'.repeat(10_000_000)))
    expect((await connect().send(get(server.url), never)).body).toHaveLength(10_000_000)
  })

  it('rejects when the connection breaks within the body', async () => {
    const server = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 1000 })
      response.write('{"half":', () => response.destroy())
    })
    await expect(connect().send(get(server.url), never)).rejects.toThrow()
  })
})

it('the transport by undici never sends what was given up while it waited for a connection', async () => {
  const client = undiciClient({ connections: 1 })
  cleanUp.push(client.close)
  const answers: (() => void)[] = []
  const server = await serve((_, response) => void answers.push(() => response.end('{}')))
  const first = client.send(get(`${server.url}/first`), never)
  await vi.waitFor(() => expect(answers).toHaveLength(1))
  const aborted = new AbortController()
  const second = client.send(get(`${server.url}/second`), aborted.signal)
  aborted.abort()
  await expect(second).rejects.toThrow()
  answers[0]?.()
  await first
  const third = client.send(get(`${server.url}/third`), never)
  await vi.waitFor(() => expect(answers).toHaveLength(2))
  answers[1]?.()
  await third
  expect(server.requests.map(({ url }) => url)).toEqual(['/first', '/third'])
})

describe('loading axios', () => {
  afterEach(() => {
    vi.doUnmock('axios')
    vi.resetModules()
  })

  /** The transport as a new process has it: axios is loaded once for all. */
  const freshClient = async (): Promise<HttpClient> => {
    vi.resetModules()
    const { axiosClient } = await import('../src/index.js')
    return axiosClient()
  }

  it('waits for the first request', async () => {
    const server = await serve((_, response) => response.end('{}'))
    const load = vi.fn(() => vi.importActual('axios'))
    vi.doMock('axios', load)
    const client = await freshClient()
    expect(load).not.toHaveBeenCalled()
    await Promise.all([client.send(get(server.url), never), client.send(get(server.url), never)])
    expect(load).toHaveBeenCalledOnce()
  })

  it('is tried again after it failed', async () => {
    const server = await serve((_, response) => response.end('{}'))
    vi.doMock('axios', () => {
      throw new Error('the chunk could not be loaded')
    })
    const client = await freshClient()
    await expect(client.send(get(server.url), never)).rejects.toThrow()
    vi.doUnmock('axios')
    expect((await client.send(get(server.url), never)).status).toBe(200)
  })
})
