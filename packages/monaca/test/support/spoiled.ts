import type { HttpClient, HttpResponse, StopSignal } from '@userport/core'
import fc from 'fast-check'

/** How one reply is spoiled on its way: what arrives in place of it. It may also throw, or never come. */
export type Spoiling = (reply: HttpResponse, signal: StopSignal) => HttpResponse | Promise<HttpResponse>

type Node = Record<string, unknown>

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null

const places = (node: Node): readonly { readonly node: Node; readonly key: string }[] =>
  Object.entries(node).flatMap(([key, value]) => [{ node, key }, ...(isNode(value) ? places(value) : [])])

const changed = ({ body, ...rest }: HttpResponse, at: number, change: (node: Node, key: string) => void): HttpResponse => {
  const json = JSON.parse(body) as Node
  const all = places(json)
  const place = all[at % all.length]
  if (place !== undefined) change(place.node, place.key)
  return { ...rest, body: JSON.stringify(json) }
}

const unspoiled: Spoiling = (reply) => reply

const codes = [-32700, -32600, -32601, -32602, -32603, 4, 10, 11, 12, 13, 14, 9999, 10_000]
const parameters = ['username', 'password', 'token', 'properties', 'options', 'oldPassword', 'newPassword', 'constructor']

const error = fc
  .record({
    code: fc.oneof(fc.constantFrom(...codes), fc.integer(), fc.jsonValue()),
    data: fc.option(fc.oneof(fc.dictionary(fc.constantFrom(...parameters), fc.string()), fc.jsonValue())),
  })
  .map(
    (told): Spoiling =>
      (reply) => ({ ...reply, body: JSON.stringify({ jsonrpc: '2.0', id: '1', error: told }) }),
  )

const replaced = fc.tuple(fc.nat(), fc.jsonValue()).map(
  ([at, value]): Spoiling =>
    (reply) =>
      changed(reply, at, (node, key) => Object.assign(node, { [key]: value })),
)

const removed = fc.nat().map(
  (at): Spoiling =>
    (reply) =>
      changed(reply, at, (node, key) => void Reflect.deleteProperty(node, key)),
)

const body = fc.oneof(fc.string(), fc.json()).map(
  (text): Spoiling =>
    (reply) => ({ ...reply, body: text }),
)
const truncated = fc.nat().map(
  (at): Spoiling =>
    (reply) => ({ ...reply, body: reply.body.slice(0, at % reply.body.length) }),
)
const status = fc.integer({ min: 100, max: 599 }).map(
  (given): Spoiling =>
    (reply) => ({ ...reply, status: given }),
)
const header = fc.string().map(
  (given): Spoiling =>
    (reply) => ({ ...reply, headers: { 'x-set-monaca-cloud-session': given, 'retry-after': given } }),
)
const thrown = fc.anything().map(
  (cause): Spoiling =>
    () => {
      throw cause
    },
)
const hanging: Spoiling = (_, signal) =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))))

/** Ways to spoil replies; about every other one is left as it is. */
export const spoilings: fc.Arbitrary<readonly Spoiling[]> = fc.array(
  fc.oneof(
    { weight: 9, arbitrary: fc.constant(unspoiled) },
    ...[error, replaced, removed, body, truncated, status, header, thrown, fc.constant(hanging)].map((arbitrary) => ({
      weight: 1,
      arbitrary,
    })),
  ),
  { minLength: 1, maxLength: 12 },
)

/** A transport that spoils replies in turn, over and over. */
export const spoiling = (client: HttpClient, ways: readonly Spoiling[]): HttpClient => {
  let count = 0
  return {
    send: async (request, signal) => {
      const spoil = ways[count % ways.length] ?? unspoiled
      count += 1
      return spoil(await client.send(request, signal), signal)
    },
  }
}
