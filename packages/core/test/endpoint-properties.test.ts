import fc from 'fast-check'
import { expect, it } from 'vitest'
import { errorTags, type HttpClient, type HttpResponse } from '../src/index.js'
import { callOf, type EffectName, effects, good } from './support/small-api.js'

const secret = 'pw-5f1c0b'

const bodies = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.json(),
  fc.constantFrom(good, '', '{', 'null', '[]', '"text"', '{"__proto__":{"id":"x"}}', `{"code":"${secret}"}`, `{"id":"${secret}"}`),
  fc.record({ code: fc.anything(), id: fc.anything(), nested: fc.anything(), madeAt: fc.double() }).map((value) => {
    try {
      return JSON.stringify(value) ?? ''
    } catch {
      return '{}'
    }
  }),
)

const responses: fc.Arbitrary<HttpResponse> = fc.record({
  status: fc.oneof(fc.integer({ min: 100, max: 599 }), fc.constantFrom(200, 201, 204, 408, 429, 500, 503)),
  headers: fc.dictionary(
    fc.constantFrom('retry-after', 'content-type', 'location'),
    fc.constantFrom('0', '9999999', 'soon', '-1', '<html>'),
  ),
  body: bodies,
})

const thrown = fc.oneof(
  fc.record({ code: fc.oneof(fc.string(), fc.constantFrom('ECONNRESET', 'ECONNREFUSED', secret)), config: fc.constant({ data: secret }) }),
  fc.anything(),
)

const clients: fc.Arbitrary<HttpClient> = fc.oneof(
  responses.map((response) => ({ send: async () => response })),
  thrown.map((cause) => ({ send: () => Promise.reject(cause) })),
  thrown.map((cause) => ({
    send: () => {
      throw cause
    },
  })),
  fc.constant({ send: () => new Promise<HttpResponse>(() => undefined) }),
)

const tags: readonly string[] = ['Right', ...errorTags]

it('whatever comes back, an operation ends in time, in a value or in one of the errors, and says no secret', async () => {
  await fc.assert(
    fc.asyncProperty(clients, fc.constantFrom<EffectName>(...effects), async (client, effect) => {
      const began = Date.now()
      const outcome = await callOf(client, 'https://vendor.example', secret)(effect, { secret }, { deadline: 40 })()
      // Far more than its deadline: what is proved is that it ends, also on a machine that is busy with other things.
      expect(Date.now() - began).toBeLessThan(5_000)
      expect(tags).toContain(outcome._tag === 'Left' ? outcome.left._tag : 'Right')
      if (outcome._tag === 'Right') return
      expect(JSON.stringify(outcome.left).replaceAll(`"code":"${secret}"`, '')).not.toContain(secret)
      expect(outcome.left.code).not.toBe('internal')
      expect(JSON.parse(JSON.stringify(outcome.left))).toEqual(outcome.left)
    }),
    { numRuns: 400 },
  )
})
