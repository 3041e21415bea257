import { type UserError, userError } from '@userport/core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import * as E from '#fp-ts/Either'
import type { MoveRecord } from '../src/ledger/ledger.js'
import { CallWindow } from '../src/run/call-window.js'
import { RunControl } from '../src/run/control.js'
import { Pace } from '../src/run/pace.js'
import { Tries } from '../src/run/patiently.js'
import { settlesIn } from '../src/run/sweep.js'
import { TokenBucket } from '../src/run/token-bucket.js'

afterEach(() => {
  vi.useRealTimers()
})

const at = { vendor: 'target', operation: 'create' }

const start = (patience = 60_000) => {
  vi.useFakeTimers()
  const control = new RunControl()
  const pace = new Pace({ vendor: 'target', control, concurrency: 64, patience })
  const ends = (answer: E.Either<UserError, number>) => pace.call('create', async () => answer)
  return { control, pace, ends, right: () => ends(E.right(1)), left: (error: UserError) => ends(E.left(error)) }
}

describe('calls at a time', () => {
  const rounds = (window: CallWindow, count: number, took: number): void => {
    for (let round = 0; round < count; round += 1) for (let call = window.size; call > 0; call -= 1) window.answered(took, 1_000)
  }

  it('double at first, up to the most', () => {
    const window = new CallWindow(64)
    expect(window.size).toBe(16)
    rounds(window, 1, 10)
    expect(window.size).toBe(32)
    rounds(window, 5, 10)
    expect(window.size).toBe(64)
    expect(new CallWindow(4).size).toBe(4)
  })

  it('are halved once for all who failed together, and come back one by one', () => {
    const window = new CallWindow(64)
    rounds(window, 3, 10)
    for (let call = 0; call < 64; call += 1) window.failed(900, 1_000)
    expect(window.size).toBe(32)
    window.failed(1_001, 1_100)
    expect(window.size).toBe(16)
    rounds(window, 3, 10)
    expect(window.size).toBe(19)
    for (let time = 2_000; time < 3_000; time += 100) window.failed(time, time + 1)
    expect(window.size).toBe(1)
  })

  it('become fewer while answers take many times as long as they did', () => {
    const window = new CallWindow(64)
    rounds(window, 10, 40)
    expect(window.size).toBe(64)
    rounds(window, 5, 400)
    expect(window.size).toBeLessThan(40)
    rounds(window, 80, 40)
    expect(window.size).toBe(64)
  })

  it('are many again at a target that has grown slow for good', () => {
    const window = new CallWindow(64)
    rounds(window, 10, 5)
    rounds(window, 20, 300)
    expect(window.size).toBe(16)
    rounds(window, 120, 300)
    expect(window.size).toBe(64)
  })

  it('do not mind answers that are slower and still quick', () => {
    const window = new CallWindow(64)
    rounds(window, 10, 2)
    rounds(window, 10, 60)
    expect(window.size).toBe(64)
  })
})

describe('a pace', () => {
  it('has everybody wait as long as the vendor asks', async () => {
    const { pace, right, left } = start()
    await left(userError('RateLimited', at, { retryAfter: 7 }))
    expect(pace.waiting).toMatchObject({ vendor: 'target', reason: 'rate-limited' })
    const answers = [right(), right(), right()]
    let ended = 0
    for (const answer of answers) void answer.then(() => (ended += 1))
    await vi.advanceTimersByTimeAsync(6_900)
    expect(ended).toBe(0)
    await vi.advanceTimersByTimeAsync(200)
    expect(ended).toBe(3)
    expect(pace.waiting).toBeUndefined()
  })

  it('waits longer and longer for a vendor that is down, and no longer than the patience lasts', async () => {
    const { control, pace, left } = start(20_000)
    const begun = Date.now()
    let tries = 0
    const trying = (async () => {
      while (control.stopped === undefined) {
        tries += 1
        await left(userError('Unavailable', at, {}))
      }
    })()
    await vi.advanceTimersByTimeAsync(60_000)
    await trying
    expect(control.stopped).toMatchObject({ kind: 'impatient', error: { _tag: 'Unavailable', vendor: 'target' } })
    expect(tries).toBeGreaterThan(3)
    expect(tries).toBeLessThan(40)
    expect(Date.now() - begun).toBeGreaterThanOrEqual(20_000)
    expect(pace.limit).toBe(1)
    control.close()
  })

  it('takes an answer for a sign of life, also one that refuses', async () => {
    const { control, pace, left } = start(1_000)
    for (let round = 0; round < 20; round += 1) {
      const lost = left(userError('Unavailable', at, {}))
      await vi.advanceTimersByTimeAsync(500)
      await lost
      const refused = left(userError('IdentifierTaken', at, {}))
      await vi.advanceTimersByTimeAsync(500)
      await refused
    }
    expect(control.stopped).toBeUndefined()
    expect(pace.waiting).toBeUndefined()
  })

  it('takes single lost replies for bad luck, and many in a row for a vendor that is down', async () => {
    const { pace, right, left } = start()
    const lost = userError('OutcomeUnknown', at, {})
    for (let call = 0; call < 4; call += 1) await left(lost)
    await right()
    for (let call = 0; call < 4; call += 1) await left(lost)
    expect(pace.waiting).toBeUndefined()
    await left(lost)
    expect(pace.waiting).toMatchObject({ reason: 'down' })
  })

  it('lets nobody call once the run stops, and nobody wait', async () => {
    const { control, left, right } = start()
    await left(userError('RateLimited', at, { retryAfter: 50 }))
    const waiting = right()
    control.stop({ kind: 'aborted' })
    expect(await waiting).toMatchObject({ left: { _tag: 'Cancelled' } })
    expect(await right()).toMatchObject({ left: { _tag: 'Cancelled' } })
    control.close()
  })

  it('stops at once where the vendor asks to wait for longer than the patience lasts', async () => {
    const { control, left } = start(5_000)
    await left(userError('RateLimited', at, { retryAfter: 3_600 }))
    expect(control.stopped).toMatchObject({ kind: 'impatient' })
    control.close()
  })
})

describe('a token bucket', () => {
  it('spreads calls evenly, each of as many requests as it is made of', () => {
    vi.useFakeTimers()
    const bucket = new TokenBucket(10)
    expect([bucket.take(1), bucket.take(1), bucket.take(1), bucket.take(3), bucket.take(1)]).toEqual([0, 0, 100, 200, 500])
    vi.advanceTimersByTime(10_000)
    expect(bucket.take(1)).toBe(0)
  })

  it('makes nobody wait without a rate', () => {
    const bucket = new TokenBucket(undefined)
    expect(Array.from({ length: 100 }, () => bucket.take(5)).every((wait) => wait === 0)).toBe(true)
  })
})

describe('tries for one user', () => {
  const busy = userError('Unavailable', at, {})

  it('are over after eight while the vendor serves others', () => {
    vi.useFakeTimers()
    const pace = { answeredAt: 0 }
    const tries = new Tries(pace)
    const more = Array.from({ length: 8 }, () => {
      vi.advanceTimersByTime(100)
      pace.answeredAt = Date.now()
      vi.advanceTimersByTime(100)
      return tries.another(busy)
    })
    expect(more).toEqual([true, true, true, true, true, true, true, false])
  })

  it('do not count while it serves nobody, though it served somebody after the first began', () => {
    vi.useFakeTimers()
    const pace = { answeredAt: 0 }
    const tries = new Tries(pace)
    vi.advanceTimersByTime(100)
    pace.answeredAt = performance.now()
    for (let time = 0; time < 50; time += 1) {
      vi.advanceTimersByTime(1_000)
      expect(tries.another(busy)).toBe(true)
    }
  })

  it('are over at once where the vendor has judged', () => {
    expect(new Tries({ answeredAt: 0 }).another(userError('InvalidInput', at, { field: 'email', rule: 'x' }))).toBe(false)
  })
})

describe('a clock that is set back by an hour', () => {
  it('lets nobody wait longer for a vendor', async () => {
    const { right, left } = start()
    await left(userError('RateLimited', at, { retryAfter: 2 }))
    vi.setSystemTime(Date.now() - 3_600_000)
    const next = right()
    await vi.advanceTimersByTimeAsync(2_100)
    expect(await Promise.race([next, Promise.resolve('waits')])).toEqual(E.right(1))
  })

  it('nor for its turn', () => {
    vi.useFakeTimers()
    const bucket = new TokenBucket(10)
    bucket.take(2)
    vi.setSystemTime(Date.now() - 3_600_000)
    expect(bucket.take(1)).toBeLessThan(1_000)
  })

  it('nor for requests that were written down by it', () => {
    const row = { updatedAt: Date.now() + 3_600_000 } as MoveRecord
    expect(settlesIn({ latestArrival: 30_000 }, [row])).toBe(30_000)
  })
})
