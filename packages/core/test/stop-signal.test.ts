import { describe, expect, it } from 'vitest'
import { Stop, toAbortSignal } from '../src/index.js'

describe('a stop signal', () => {
  it('tells those who listen, each of them once, and nobody who no longer does', () => {
    const stop = new Stop()
    const heard: string[] = []
    const leaving = () => heard.push('leaving')
    stop.addEventListener('abort', () => heard.push('first'))
    stop.addEventListener('abort', leaving)
    stop.addEventListener('abort', () => heard.push('second'))
    stop.removeEventListener('abort', leaving)
    expect(stop.aborted).toBe(false)
    stop.stop()
    stop.stop()
    expect(heard).toEqual(['first', 'second'])
    expect(stop.aborted).toBe(true)
    expect(stop.reason).toBeInstanceOf(Error)
  })

  it('has fired already when those who listen hear of it, and one that throws keeps it from nobody', () => {
    const stop = new Stop()
    const seen: boolean[] = []
    stop.addEventListener('abort', () => {
      throw new Error('a transport of somebody’s own')
    })
    stop.addEventListener('abort', () => seen.push(stop.aborted))
    expect(() => stop.stop()).not.toThrow()
    expect(seen).toEqual([true])
  })
})

describe('toAbortSignal', () => {
  it('fires with the signal, for the same reason', () => {
    const stop = new Stop()
    const real = toAbortSignal(stop)
    expect(real).toBeInstanceOf(AbortSignal)
    expect(real.aborted).toBe(false)
    stop.stop()
    expect(real.aborted).toBe(true)
    expect(real.reason).toBe(stop.reason)
  })

  it('has fired where the signal had', () => {
    expect(toAbortSignal(AbortSignal.abort('over'))).toMatchObject({ aborted: true, reason: 'over' })
  })

  it('ends a fetch', async () => {
    const stop = new Stop()
    const fetched = fetch('data:text/plain,hello', { signal: toAbortSignal(stop) })
    stop.stop()
    await expect(fetched).rejects.toBe(stop.reason)
  })
})
