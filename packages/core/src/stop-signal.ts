import { settle } from './settle.js'

/**
 * Tells that an answer is not wanted any more. Every `AbortSignal` is one; those that operations make are lighter, since a real one costs
 * more than all else that a call does here.
 */
export interface StopSignal {
  readonly aborted: boolean
  readonly reason?: unknown
  addEventListener(type: 'abort', listener: () => void): void
  removeEventListener(type: 'abort', listener: () => void): void
}

/** Is this a signal that can be heard? Whoever works without types soon passes an `AbortController` in place of its signal. */
export const isSignal = (value: unknown): value is StopSignal => {
  const { addEventListener, removeEventListener } = (value ?? {}) as Partial<StopSignal>
  return typeof addEventListener === 'function' && typeof removeEventListener === 'function'
}

/** A stop signal with the means to fire it. */
export class Stop implements StopSignal {
  aborted = false
  reason: unknown
  #listeners: (() => void)[] | undefined

  addEventListener(_: 'abort', listener: () => void): void {
    if (this.#listeners === undefined) this.#listeners = [listener]
    else this.#listeners.push(listener)
  }

  removeEventListener(_: 'abort', listener: () => void): void {
    const at = this.#listeners?.indexOf(listener) ?? -1
    if (at >= 0) this.#listeners?.splice(at, 1)
  }

  stop(): void {
    if (this.aborted) return
    this.aborted = true
    this.reason = new Error('The operation was stopped.')
    const listeners = this.#listeners ?? []
    this.#listeners = undefined
    for (const listener of listeners) void settle(listener)
  }
}

/** The same as a real `AbortSignal`, for what takes nothing else, e.g. `fetch`. */
export const toAbortSignal = (signal: StopSignal): AbortSignal => {
  if (signal instanceof AbortSignal) return signal
  const controller = new AbortController()
  const abort = (): void => controller.abort(signal.reason)
  if (signal.aborted) abort()
  else signal.addEventListener('abort', abort)
  return controller.signal
}
