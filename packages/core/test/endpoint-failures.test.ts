import type { RequestListener, ServerResponse } from 'node:http'
import { describe, it, type TestContext } from 'vitest'
import { axiosClient, type ErrorTag } from '../src/index.js'
import { transports } from './support/clients.js'
import { type LocalServer, startServer } from './support/local-server.js'
import { errorOf, successOf } from './support/results.js'
import { callOf, type EffectName, effects, good } from './support/small-api.js'

type Finished = TestContext['onTestFinished']

const serve = async (onTestFinished: Finished, answer: RequestListener): Promise<LocalServer> => {
  const server = await startServer(answer)
  onTestFinished(server.stop)
  return server
}

const reply =
  (status: number, body = '', headers: Readonly<Record<string, string>> = {}): RequestListener =>
  (_, response) =>
    response.writeHead(status, headers).end(body)

const truncated = (response: ServerResponse): void => {
  response.writeHead(200, { 'content-length': good.length })
  response.write(good.slice(0, 5), () => response.destroy())
}

type Expected = Readonly<Record<EffectName, ErrorTag>>
const always = (tag: ErrorTag): Expected => ({ read: tag, write: tag, once: tag })
const lost = (tag: ErrorTag): Expected => ({ read: tag, write: tag, once: 'OutcomeUnknown' })

const answers: readonly { readonly name: string; readonly answer: RequestListener; readonly expected: Expected }[] = [
  { name: 'a reset connection', answer: (request) => request.socket.resetAndDestroy(), expected: lost('Network') },
  { name: 'a body that breaks off', answer: (_, response) => truncated(response), expected: lost('Network') },
  { name: 'HTML in place of JSON', answer: reply(200, '<html><p>Welcome to this hotspot'), expected: lost('Protocol') },
  { name: 'JSON that ends too early', answer: reply(200, good.slice(0, -3)), expected: lost('Protocol') },
  { name: 'JSON of another shape', answer: reply(200, '{"id":1}'), expected: lost('Protocol') },
  { name: 'no body where one is due', answer: reply(200), expected: lost('Protocol') },
  { name: 'a value that makes no sense', answer: reply(200, '{"id":"a","nested":{"count":1},"madeAt":1e300}'), expected: lost('Protocol') },
  { name: 'a reply too large', answer: reply(200, 'x'.repeat(10_000_001)), expected: lost('Protocol') },
  { name: 'a redirect', answer: reply(302, '', { location: '/login' }), expected: always('Vendor') },
  { name: '408', answer: reply(408), expected: lost('Unavailable') },
  { name: '429', answer: reply(429, '', { 'retry-after': '3600' }), expected: always('RateLimited') },
  { name: '500', answer: reply(500, '<h1>oops'), expected: always('Unavailable') },
  { name: '502', answer: reply(502, '<h1>Bad Gateway'), expected: lost('Unavailable') },
  { name: '503', answer: reply(503), expected: always('Unavailable') },
  { name: '504', answer: reply(504), expected: lost('Unavailable') },
  { name: 'a status of the table', answer: reply(410), expected: always('UserNotFound') },
  { name: 'a code of the table', answer: reply(400, '{"code":"TAKEN"}'), expected: always('IdentifierTaken') },
  { name: 'a code of the table with a status of gateways', answer: reply(502, '{"code":"TAKEN"}'), expected: always('IdentifierTaken') },
  { name: 'a code that names what is in no prototype', answer: reply(400, '{"code":"constructor"}'), expected: always('Vendor') },
  { name: 'an error body of another shape', answer: reply(400, '[1]'), expected: always('Vendor') },
]

const cases = answers.flatMap(({ name, answer, expected }) => effects.map((effect) => ({ name, answer, effect, tag: expected[effect] })))

describe.each(transports)('failures over $name', ({ open }) => {
  const call = (onTestFinished: Finished, site: string): ReturnType<typeof callOf> => {
    const { client, close } = open()
    onTestFinished(close)
    return callOf(client, site)
  }

  it.concurrent.for(cases)('$name on a $effect: $tag', async ({ answer, effect, tag }, { expect, onTestFinished }) => {
    const { url } = await serve(onTestFinished, answer)
    expect(await errorOf(call(onTestFinished, url)(effect))).toMatchObject({ _tag: tag, vendor: 'small', operation: 'test' })
  })

  it.for(effects)('a refused connection is Network on a %s: nothing was sent', async (effect, { expect, onTestFinished }) => {
    const server = await startServer(() => undefined)
    await server.stop()
    expect(await errorOf(call(onTestFinished, server.url)(effect))).toMatchObject({
      _tag: 'Network',
      code: 'ECONNREFUSED',
      retryable: true,
    })
  })

  it.for(effects)('a name that does not resolve is Network on a %s: nothing was sent', async (effect, { expect, onTestFinished }) => {
    expect((await errorOf(call(onTestFinished, 'http://nowhere.invalid')(effect)))._tag).toBe('Network')
  })

  it.for([
    ['read', 'Timeout'],
    ['write', 'Timeout'],
    ['once', 'OutcomeUnknown'],
  ] as const)('a server that never answers is, on a %s, %s', async ([effect, tag], { expect, onTestFinished }) => {
    const { url } = await serve(onTestFinished, () => undefined)
    const began = Date.now()
    expect((await errorOf(call(onTestFinished, url)(effect, {}, { deadline: 150 })))._tag).toBe(tag)
    expect(Date.now() - began).toBeLessThan(1_000)
  })

  it.for(effects)('an app that gives up gets Cancelled on a %s', async (effect, { expect, onTestFinished }) => {
    const app = new AbortController()
    const { url } = await serve(onTestFinished, () => app.abort())
    expect((await errorOf(call(onTestFinished, url)(effect, {}, { signal: app.signal })))._tag).toBe('Cancelled')
  })
})

describe('what an error says', () => {
  const ask = async (onTestFinished: Finished, answer: RequestListener, effect: EffectName = 'write') => {
    const { url } = await serve(onTestFinished, answer)
    return errorOf(callOf(axiosClient(), url)(effect))
  }

  it.for([
    ['{"id":"secret-1","nested":{"count":"secret-2"}}', 'nested.count', 'number'],
    ['{"id":{"secret":"secret-1"},"nested":{"count":1}}', 'id', 'string'],
    ['{"nested":{"count":1}}', 'id', 'string'],
  ])('%s: where and what was expected, never the value', async ([body, path, expected], { expect, onTestFinished }) => {
    const error = await ask(onTestFinished, reply(200, body))
    expect(error).toMatchObject({ _tag: 'Protocol', path, expected, status: 200 })
    expect(JSON.stringify(error)).not.toContain('secret')
  })

  it('the vendor’s code verbatim, the status, and what the body says about the tag', async ({ expect, onTestFinished }) => {
    expect(await ask(onTestFinished, reply(409, '{"code":"TAKEN","field":"username"}'))).toMatchObject({
      code: 'TAKEN',
      status: 409,
      identifier: 'username',
    })
  })

  it('a row for one endpoint comes before a row for all', async ({ expect, onTestFinished }) => {
    expect((await ask(onTestFinished, reply(400, '{"code":"TWICE"}'), 'once'))._tag).toBe('AlreadySignedIn')
    expect((await ask(onTestFinished, reply(400, '{"code":"TWICE"}'), 'write'))._tag).toBe('Vendor')
  })

  it('no text of the server where a code belongs', async ({ expect, onTestFinished }) => {
    const error = await ask(onTestFinished, reply(400, JSON.stringify({ code: `password "${'x'.repeat(50)}" was refused` })))
    expect(error.code).toBeUndefined()
    expect(error._tag).toBe('Vendor')
  })

  it('every field that its tag promises, even where the vendor’s body is silent', async ({ expect, onTestFinished }) => {
    expect(await ask(onTestFinished, reply(400, '{"code":"BAD"}'))).toMatchObject({
      _tag: 'InvalidInput',
      field: expect.any(String),
      rule: expect.any(String),
    })
    expect(await ask(onTestFinished, reply(400, '{"code":"UNPROVED"}'))).toMatchObject({ _tag: 'NotVerified', what: 'email' })
    expect(JSON.stringify(await ask(onTestFinished, reply(400, '{"code":"BAD"}')))).not.toContain('undefined')
  })

  it.for(['0', '7', '86400'])('Retry-After: %s seconds', async (seconds, { expect, onTestFinished }) => {
    expect(await ask(onTestFinished, reply(429, '', { 'retry-after': seconds }))).toMatchObject({
      _tag: 'RateLimited',
      retryAfter: Number(seconds),
    })
  })

  it('Retry-After as a date, in seconds from now', async ({ expect, onTestFinished }) => {
    const error = await ask(onTestFinished, reply(429, '', { 'retry-after': new Date(Date.now() + 90_000).toUTCString() }))
    expect(error).toMatchObject({ _tag: 'RateLimited', retryAfter: expect.any(Number) })
    expect(Math.abs((error as { readonly retryAfter: number }).retryAfter - 90)).toBeLessThanOrEqual(2)
  })

  it('no time before now out of a Retry-After that has passed', async ({ expect, onTestFinished }) => {
    const error = await ask(onTestFinished, reply(429, '', { 'retry-after': new Date(Date.now() - 60_000).toUTCString() }))
    expect(error).toMatchObject({ retryAfter: 0 })
  })

  it.for(['soon', '-5', ''])('no Retry-After out of "%s"', async (nonsense, { expect, onTestFinished }) => {
    expect(await ask(onTestFinished, reply(429, '', { 'retry-after': nonsense }))).not.toHaveProperty('retryAfter')
  })

  it('a good answer is a value', async ({ expect, onTestFinished }) => {
    const { url } = await serve(onTestFinished, reply(201, good))
    expect(await successOf(callOf(axiosClient(), url)('once'))).toEqual({ id: 'a1' })
  })
})
