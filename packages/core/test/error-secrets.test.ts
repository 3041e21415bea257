import { inspect } from 'node:util'
import nock from 'nock'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import * as t from '#io-ts'
import { type HttpClient, toUserportError, type UserError } from '../src/index.js'
import { transports } from './support/clients.js'
import { errorOf } from './support/results.js'
import { callOf, effects } from './support/small-api.js'

const password = 'pw-planted-1f6c'
const key = 'key-planted-9a2e'
const inReply = 'reply-planted-77d0'
const secrets = [password, key, inReply]

const site = 'https://vendor.example'

beforeEach(() => nock.disableNetConnect())
afterEach(() => {
  nock.cleanAll()
  nock.enableNetConnect()
})

/** Everything that can be reached from a value by any property, hidden ones and prototypes included, as text. */
const reachable = (value: unknown, seen = new Set<unknown>(), owner: object = Object(value)): string => {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return String(value)
  if (seen.has(value) || value === Object.prototype || value === Error.prototype || value === Function.prototype) return ''
  seen.add(value)
  const own = Reflect.ownKeys(value).map((name) => `${String(name)} ${reachable(Reflect.get(value, name, owner), seen)}`)
  return [...own, reachable(Object.getPrototypeOf(value), seen, owner)].join('\n')
}

const everyWay = (error: UserError): string => {
  const rejection = toUserportError(error)
  return [error, rejection]
    .flatMap((value) => [
      reachable(value),
      inspect(value, { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true }),
      JSON.stringify(value),
      String(value),
      value instanceof Error ? (value.stack ?? '') : '',
    ])
    .join('\n')
}

it('the search finds what is well hidden', () => {
  const hidden = Object.defineProperty(new Error('x', { cause: { deep: [{ [Symbol('s')]: password }] } }), 'secret', {
    value: key,
    enumerable: false,
  })
  expect(reachable(hidden)).toContain(password)
  expect(reachable(hidden)).toContain(key)
})

const replies = [
  ['echoes the request', 400, JSON.stringify({ code: `wrong password ${password}`, message: password, body: { password } })],
  ['echoes it as text', 500, `Error in ${password} with ${key}`],
  ['has a secret in the wrong shape', 200, JSON.stringify({ id: { token: inReply }, nested: { count: inReply } })],
  ['is not JSON', 200, `<html>${inReply} ${password}`],
  ['names a secret as the code', 401, JSON.stringify({ code: `"${password}"` })],
] as const

describe.each(transports)('no secret is reachable from an error over $name', ({ name, open }) => {
  const exchange = name === 'axios' ? replies : []

  it.each(effects.flatMap((effect) => exchange.map((reply) => [effect, ...reply] as const)))(
    '%s: the reply %s',
    async (effect, _, status, body) => {
      nock(site)
        .persist()
        .intercept('/', { read: 'GET', write: 'PUT', once: 'POST' }[effect])
        .reply(status, body, { 'x-token': inReply, 'retry-after': '0' })
      const { client, close } = open()
      const text = everyWay(await errorOf(callOf(client, site, key)(effect, { secret: password })))
      for (const secret of secrets) expect(text).not.toContain(secret)
      await close()
    },
  )

  it.each(effects)('%s: the connection is refused', async (effect) => {
    nock.enableNetConnect('127.0.0.1')
    const { client, close } = open()
    const text = everyWay(await errorOf(callOf(client, `http://${key}:${password}@127.0.0.1:9`, key)(effect, { secret: password })))
    for (const secret of secrets) expect(text).not.toContain(secret)
    await close()
  })
})

it.each(effects)('%s: a transport of one’s own may throw whatever it likes', async (effect) => {
  const client: HttpClient = {
    send: (request) =>
      Promise.reject(Object.assign(new Error(`failed: ${JSON.stringify(request)}`), { request, response: inReply, code: password })),
  }
  const text = everyWay(await errorOf(callOf(client, site, key)(effect, { secret: password })))
  for (const secret of secrets) expect(text).not.toContain(secret)
})

it('a codec’s own report would print the value: it is not used', () => {
  const report = t.type({ id: t.string }).decode({ id: { token: inReply } })
  expect(JSON.stringify(report)).toContain(inReply)
})
