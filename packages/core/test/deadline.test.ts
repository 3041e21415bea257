import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as E from '#fp-ts/Either'
import { pause, type Running, withDeadline } from '../src/deadline.js'
import { type CallOptions, createProvider, type Session, type UserProvider } from '../src/index.js'
import { fakeBackend } from './support/fake-backend.js'
import { FakeService } from './support/fake-service.js'
import { somebody } from './support/fake-vendor.js'
import { errorOf, successOf, tagOf } from './support/results.js'
import { start } from './support/start.js'

const at = { vendor: 'none', operation: 'test' }
const never = () => new Promise<never>(() => undefined)

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})

/** A signal that counts who listens to it. */
const watched = () => {
  const app = new AbortController()
  let listeners = 0
  const { signal } = app
  const add = signal.addEventListener.bind(signal)
  const remove = signal.removeEventListener.bind(signal)
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners += 1
    add(...args)
  }
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listeners -= 1
    remove(...args)
  }
  return { app, listeners: () => listeners }
}

const advance = <A>(milliseconds: number, outcome: Promise<A>): Promise<A> => vi.advanceTimersByTimeAsync(milliseconds).then(() => outcome)

describe('withDeadline', () => {
  it('gives the value of what ends in time', async () => {
    expect(await successOf(withDeadline(at, {}, () => async () => E.right(7)))).toBe(7)
  })

  it.each([1, 250, 30_000])('ends after %i ms in Timeout what never ends', async (deadline) => {
    const outcome = errorOf(withDeadline(at, { deadline }, () => never))
    let over = false
    void outcome.then(() => {
      over = true
    })
    await vi.advanceTimersByTimeAsync(deadline - 1)
    expect(over).toBe(false)
    expect((await advance(1, outcome))._tag).toBe('Timeout')
  })

  // An AbortController in place of its signal is quickly written in JavaScript.
  it.each([new AbortController(), {}, 7, 'signal'])(
    'refuses what is no signal, and leaves nothing behind that throws later',
    async (signal) => {
      const run = vi.fn(() => never)
      const error = await errorOf(withDeadline(at, { signal: signal as never, deadline: 5 }, run))
      expect(error).toMatchObject({ _tag: 'InvalidInput', field: 'signal' })
      expect(run).not.toHaveBeenCalled()
    },
  )

  it('gives 30 seconds where nothing is said', async () => {
    const outcome = errorOf(withDeadline(at, { deadline: undefined }, () => never))
    expect((await advance(30_000, outcome))._tag).toBe('Timeout')
  })

  it.each([Number.POSITIVE_INFINITY, 2 ** 40])('takes a deadline of %d for a long time, not for none', async (deadline) => {
    const slow = (): Promise<E.Either<never, string>> => new Promise((resolve) => setTimeout(() => resolve(E.right('done')), 60_000))
    expect(await advance(60_000, successOf(withDeadline(at, { deadline }, () => slow)))).toBe('done')
  })

  it('says OutcomeUnknown when a request is out that must not happen twice', async () => {
    const outcome = errorOf(
      withDeadline(at, { deadline: 10 }, ({ unsure }) => {
        unsure(true)
        return never
      }),
    )
    expect((await advance(10, outcome))._tag).toBe('OutcomeUnknown')
  })

  it.each([
    ['Timeout', 'Do not ask for it again'],
    ['Cancelled', 'was cancelled'],
  ])('says in a %s that the vendor has carried it out', async (tag, says) => {
    const { app } = watched()
    const outcome = errorOf(
      withDeadline(at, { deadline: 10, signal: app.signal }, ({ unsure, carriedOut }) => {
        unsure(true)
        carriedOut({ accountCreated: true, userAction: 'sign-in' })
        return never
      }),
    )
    if (tag === 'Cancelled') app.abort()
    const error = await advance(10, outcome)
    expect(error).toMatchObject({ _tag: tag, carriedOut: true, accountCreated: true, retryable: false, userAction: 'sign-in' })
    expect(error.message).toContain(says)
  })

  it('tells the work that time is up, and how much is left before', async () => {
    let running: Running | undefined
    const outcome = errorOf(
      withDeadline(at, { deadline: 100 }, (given) => {
        running = given
        return never
      }),
    )
    await vi.advanceTimersByTimeAsync(40)
    expect(running?.remaining()).toBe(60)
    expect(running?.signal.aborted).toBe(false)
    await advance(60, outcome)
    expect(running?.signal.aborted).toBe(true)
    expect(running?.remaining()).toBe(0)
  })

  it('does not begin what was given up before', async () => {
    const work = vi.fn(() => never)
    expect((await errorOf(withDeadline(at, { signal: AbortSignal.abort() }, work)))._tag).toBe('Cancelled')
    expect(work).not.toHaveBeenCalled()
  })

  it('ends in Cancelled what is given up on the way', async () => {
    const { app } = watched()
    const outcome = errorOf(withDeadline(at, { signal: app.signal }, () => never))
    app.abort()
    expect((await outcome)._tag).toBe('Cancelled')
  })

  it.each(['value', 'timeout', 'cancelled', 'thrown'])('leaves no listener on the app’s signal after: %s', async (how) => {
    const { app, listeners } = watched()
    const work = () => {
      if (how === 'thrown') throw new Error('boom')
      return how === 'value' ? async () => E.right(1) : never
    }
    const outcome = withDeadline(at, { signal: app.signal, deadline: 10 }, work)()
    if (how === 'cancelled') app.abort()
    await advance(10, outcome)
    expect(listeners()).toBe(0)
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('secret')
      },
    ],
    ['rejects', () => () => Promise.reject(new Error('secret'))],
  ])('makes an error of work that %s, without what was thrown', async (_, work) => {
    const error = await errorOf(withDeadline(at, {}, work))
    expect(error).toMatchObject({ _tag: 'Vendor', code: 'internal' })
    expect(JSON.stringify(error)).not.toContain('secret')
  })
})

it('a pause ends early when the operation ends', async () => {
  const app = new AbortController()
  const over = pause(1_000, app.signal)
  app.abort()
  await over
})

describe('a provider', () => {
  it.each(['signUp', 'signIn'] as const)('ends %s in time though the vendor never answers', async (name) => {
    const { provider, service } = start()
    service.failNext('hangs')
    const { identifiers, identifier, password } = somebody()
    const outcome = provider[name]({ identifiers, identifier, password }, { deadline: 1_000 })()
    const began = Date.now()
    expect(tagOf(await advance(7_000, outcome))).toBe(name === 'signUp' ? 'OutcomeUnknown' : 'Timeout')
    expect(Date.now() - began).toBeLessThanOrEqual(7_000)
  })

  it('refreshes within one deadline, though the session must be renewed on the way', async () => {
    const { provider, service } = start()
    await provider.signUp(somebody())()
    service.expireAll()
    const answer = service.hold('fetchUser')
    service.hold('renewSession')
    const began = Date.now()
    const refreshed = provider
      .refresh({ deadline: 1_000 })()
      .then((outcome) => ({ tag: tagOf(outcome), took: Date.now() - began }))
    await vi.advanceTimersByTimeAsync(900)
    answer()
    expect(await advance(40_000, refreshed)).toEqual({ tag: 'Timeout', took: 1_000 })
  })

  it('asks with limits that whoever wraps a backend may copy', async () => {
    const backend = fakeBackend(new FakeService())
    const copied: CallOptions[] = []
    const wrapped = {
      ...backend,
      fetchUser: (session: Session, options: CallOptions) => {
        copied.push({ ...options })
        return backend.fetchUser(session, options)
      },
    }
    const provider: UserProvider = createProvider(wrapped)
    await provider.signUp(somebody())()
    const { signal } = new AbortController()
    await provider.refresh({ deadline: 1_234, signal })()
    expect(copied).toEqual([expect.objectContaining({ deadline: 1_234, keep: expect.any(Function) })])
    expect(copied[0]?.signal?.aborted).toBe(false)
  })

  it('leaves no listener on the signal of any of its operations', async () => {
    const { provider } = start()
    const { app, listeners } = watched()
    const call = { signal: app.signal }
    const { identifiers, identifier, password } = somebody()
    await provider.restore(call)()
    await provider.signUp({ identifiers, password }, call)()
    await provider.refresh(call)()
    await provider.findUser(identifier, call)()
    await provider.signOut(call)()
    expect(listeners()).toBe(0)
  })

  it('ends in time though the store never answers, and says so', async () => {
    const { provider, store } = start()
    store.health.get = 'hangs'
    const outcome = provider.restore()()
    expect(tagOf(await advance(6_000, outcome))).toBe('Unavailable')
    expect(provider.state()).toEqual({ status: 'restoring' })
  })

  it('signs in though the store never takes the session, and says that it is not stored', async () => {
    const { provider, store, problems } = start()
    store.health.set = 'hangs'
    const outcome = provider.signUp(somebody())()
    expect(tagOf(await advance(6_000, outcome))).toBe('Right')
    expect(provider.state()).toMatchObject({ status: 'signedIn', stored: false })
    expect(problems.map(({ _tag }) => _tag)).toContain('Unavailable')
  })

  it('an operation behind one that hangs gets its turn, and both end in time', async () => {
    const { provider, service } = start()
    service.failNext('hangs', 'signIn')
    const first = provider.signIn(somebody(), { deadline: 10_000 })()
    const second = provider.signUp(somebody(), { deadline: 30_000 })()
    expect(tagOf(await advance(10_000, first))).toBe('Timeout')
    expect(tagOf(await second)).toBe('Right')
  })

  it('what waited too long for its turn was never begun, and says Timeout at its own deadline', async () => {
    const { provider, service } = start()
    service.failNext('hangs', 'signIn')
    const first = provider.signIn(somebody(), { deadline: 30_000 })()
    const second = provider.signUp(somebody(), { deadline: 1_000 })()
    expect(tagOf(await advance(1_000, second))).toBe('Timeout')
    await advance(30_000, first)
    expect(service.count('signUp')).toBe(0)
  })

  it('a create that began late and got no answer is OutcomeUnknown, not Timeout: trying again would do harm', async () => {
    const { provider, service } = start()
    service.failNext('hangs', 'signIn')
    service.failNext('hangs', 'signUp')
    const first = provider.signIn(somebody(), { deadline: 20_000 })()
    const second = provider.signUp(somebody(), { deadline: 30_000 })()
    const ends = advance(60_000, second)
    await first
    expect(tagOf(await ends)).toBe('OutcomeUnknown')
  })

  it('does not let in whom a backend brings after the app gave up', async () => {
    const service = new FakeService()
    const { signUp, ...backend } = fakeBackend(service)
    const deaf: typeof signUp = (input) => async () => {
      const answer = await signUp(input)()
      app.abort()
      return answer
    }
    const app = new AbortController()
    const provider: UserProvider = createProvider({ ...backend, signUp: deaf })
    expect(tagOf(await provider.signUp(somebody(), { signal: app.signal })())).toBe('Cancelled')
    expect(await successOf(provider.restore())).toBeNull()
  })

  it('what is given up while it waits for its turn is never begun', async () => {
    const { provider, service } = start()
    const release = service.hold('signIn')
    const app = new AbortController()
    const first = provider.signIn(somebody())()
    const second = provider.signUp(somebody(), { signal: app.signal })()
    app.abort()
    expect(tagOf(await second)).toBe('Cancelled')
    release()
    await first
    await provider.signOut()()
    expect(service.count('signUp')).toBe(0)
  })
})
