import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as TE from '#fp-ts/TaskEither'
import { type HttpClient, type HttpResponse, notDone, orLookUp } from '../src/index.js'
import { errorOf, tagOf } from './support/results.js'
import { callOf, effects, good, operationOf } from './support/small-api.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

type Answer = HttpResponse | Error

const ok: HttpResponse = { status: 200, headers: {}, body: good }
const status = (code: number, headers: HttpResponse['headers'] = {}): HttpResponse => ({ status: code, headers, body: '' })
const broken = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })

/** A transport that gives these answers in turn, the last one for ever, and notes when it was asked. */
const answering = (...answers: readonly Answer[]) => {
  const asked: number[] = []
  const client: HttpClient = {
    send: async () => {
      asked.push(Date.now())
      const answer = answers[Math.min(asked.length, answers.length) - 1] ?? ok
      if (answer instanceof Error) throw answer
      return answer
    },
  }
  const pauses = (): readonly number[] => asked.slice(1).map((at, turn) => at - (asked[turn] ?? at))
  return { client, call: callOf(client), asked, pauses }
}

const run = async (result: ReturnType<ReturnType<typeof callOf>>) => {
  const outcome = result()
  await vi.runAllTimersAsync()
  return outcome
}

describe('a read', () => {
  it.each([status(503), status(500), status(502), status(504), status(408), status(429), broken])(
    'is asked again after %o',
    async (failure) => {
      const { call, asked } = answering(failure, failure, ok)
      expect(tagOf(await run(call('read')))).toBe('Right')
      expect(asked).toHaveLength(3)
    },
  )

  it('is asked three times, not for ever', async () => {
    const { call, asked } = answering(status(503))
    expect(tagOf(await run(call('read')))).toBe('Unavailable')
    expect(asked).toHaveLength(3)
  })

  it('waits longer each time', async () => {
    const { call, pauses } = answering(status(503))
    await run(call('read'))
    const [first = 0, second = 0] = pauses()
    expect(first).toBeGreaterThanOrEqual(100)
    expect(second).toBeGreaterThanOrEqual(200)
    expect(second).toBeLessThanOrEqual(400)
  })

  it.each([429, 503])('waits as long as a %i asks for', async (code) => {
    const { call, pauses } = answering(status(code, { 'retry-after': '4' }), ok)
    expect(tagOf(await run(call('read')))).toBe('Right')
    expect(pauses()).toEqual([4_000])
  })

  it('does not begin to wait when the deadline would pass meanwhile', async () => {
    const { call, asked } = answering(status(429, { 'retry-after': '31' }))
    const began = Date.now()
    expect(tagOf(await run(call('read')))).toBe('RateLimited')
    expect(asked).toHaveLength(1)
    expect(Date.now() - began).toBeLessThan(30_000)
  })

  it.each([status(400), status(401), status(404), { ...ok, body: '<html>' }])('is not asked again after %o', async (answer) => {
    const { call, asked } = answering(answer)
    expect(tagOf(await run(call('read')))).not.toBe('Right')
    expect(asked).toHaveLength(1)
  })

  it('waits for no other attempt when the app gives up during one', async () => {
    const app = new AbortController()
    let fail: (cause: Error) => void = () => undefined
    const client: HttpClient = {
      send: () =>
        new Promise((_, reject) => {
          fail = reject
        }),
    }
    const outcome = callOf(client)('read', {}, { signal: app.signal })()
    app.abort()
    fail(broken)
    expect(tagOf(await outcome)).toBe('Cancelled')
    await vi.advanceTimersByTimeAsync(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('ends at once when the app gives up between two attempts', async () => {
    const app = new AbortController()
    const { call, asked } = answering(status(503))
    const outcome = errorOf(call('read', {}, { signal: app.signal }))
    await vi.advanceTimersByTimeAsync(50)
    app.abort()
    expect((await outcome)._tag).toBe('Cancelled')
    await vi.runAllTimersAsync()
    expect(asked).toHaveLength(1)
  })
})

describe.each(['write', 'once'] as const)('a %s', (effect) => {
  it.each([status(503), status(500), status(502), status(429, { 'retry-after': '1' }), broken])(
    'is never asked again by itself after %o',
    async (failure) => {
      const { call, asked } = answering(failure, ok)
      expect(tagOf(await run(call(effect)))).not.toBe('Right')
      expect(asked).toHaveLength(1)
    },
  )
})

describe('a lost answer to what must not happen twice', () => {
  it.each([
    'ECONNREFUSED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'UND_ERR_CONNECT_TIMEOUT',
    'ERR_INVALID_URL',
    'CERT_HAS_EXPIRED',
    'CERT_NOT_YET_VALID',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  ])('%s never left this machine: Network, so it may be tried again', async (code) => {
    const { call } = answering(Object.assign(new Error(), { code }))
    expect(await errorOf(call('once'))).toMatchObject({ _tag: 'Network', retryable: true })
  })

  it.each(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'UND_ERR_SOCKET', 'ERR_NETWORK'])('%s may have arrived: OutcomeUnknown', async (code) => {
    const { call } = answering(Object.assign(new Error(), { code }))
    expect(await errorOf(call('once'))).toMatchObject({ _tag: 'OutcomeUnknown', retryable: false, code })
  })

  it('reads the code of a cause, where fetch hides it', async () => {
    const { call } = answering(new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }) }))
    expect((await errorOf(call('once')))._tag).toBe('Network')
  })

  it('over a transport that does not even heed the end is OutcomeUnknown at the deadline', async () => {
    const deaf: HttpClient = { send: () => new Promise(() => undefined) }
    const outcome = errorOf(callOf(deaf)('once', {}, { deadline: 3_000 }))
    await vi.advanceTimersByTimeAsync(3_000)
    expect((await outcome)._tag).toBe('OutcomeUnknown')
  })

  it('leaves a third of the time to find out what became of it', async () => {
    const silent: HttpClient = {
      send: (_, signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))),
    }
    const outcome = vi.fn()
    void errorOf(callOf(silent)('once', {}, { deadline: 3_000 })).then(({ _tag }) => outcome(_tag))
    await vi.advanceTimersByTimeAsync(1_999)
    expect(outcome).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect(outcome).toHaveBeenCalledWith('OutcomeUnknown')
  })

  it.each([
    ['unknown', broken, 'OutcomeUnknown'],
    ['known', status(400), 'Timeout'],
    ['not to be asked for again', ok, 'OutcomeUnknown'],
  ] as const)('is still %s when the question that follows gets no answer at all', async (_, first, tag) => {
    const { client, asked } = answering(first)
    const thenSilent: HttpClient = {
      send: (request, signal) => (asked.length === 0 ? client.send(request, signal) : new Promise(() => undefined)),
    }
    const outcome = errorOf(
      operationOf(thenSilent)({ deadline: 3_000 }, ({ once, read }) => {
        const ask = () => read({})
        return TE.matchE(ask, ask)(once({}))
      }),
    )
    await vi.advanceTimersByTimeAsync(3_000)
    expect((await outcome)._tag).toBe(tag)
  })

  it('is not to be asked for again either when a question that followed was refused', async () => {
    const { client, asked } = answering(ok, status(404))
    const thenSilent: HttpClient = {
      send: (request, signal) => (asked.length < 2 ? client.send(request, signal) : new Promise(() => undefined)),
    }
    const outcome = errorOf(
      operationOf(thenSilent)({ deadline: 3_000 }, ({ once, read }) => TE.orElse(() => read({}))(TE.flatMap(() => read({}))(once({})))),
    )
    await vi.advanceTimersByTimeAsync(3_000)
    expect((await outcome)._tag).toBe('OutcomeUnknown')
  })

  it('whose answer was lost was not carried out where a look-up finds nothing', async () => {
    const { call } = answering(broken)
    const lookedUp = orLookUp<unknown>((unknown) => TE.left(notDone(unknown)))(call('once'))
    expect(await errorOf(lookedUp)).toMatchObject({ _tag: 'Network', retryable: true, code: 'ECONNRESET' })
  })

  it('that was not waited for any longer may be carried out yet, whatever a look-up finds', async () => {
    const silent: HttpClient = {
      send: (_, signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))),
    }
    const gateway = answering(status(504))
    const calls = [callOf(silent)('once', {}, { deadline: 3_000 }), gateway.call('once')]
    const errors = Promise.all(calls.map((call) => errorOf(orLookUp<unknown>((unknown) => TE.left(notDone(unknown)))(call))))
    await vi.advanceTimersByTimeAsync(3_000)
    for (const error of await errors) expect(error).toMatchObject({ _tag: 'OutcomeUnknown', retryable: false })
  })
})

it.each(effects)('a %s leaves no timer behind', async (effect) => {
  const { call } = answering(ok)
  await call(effect)()
  expect(vi.getTimerCount()).toBe(0)
})
