import * as E from '#fp-ts/Either'
import type { Renewal } from './endpoint.js'
import { type At, type UserError, userError } from './errors.js'
import { type Aftermath, inTheEnd } from './outcome.js'
import type { Result } from './result.js'
import { isSignal, Stop, type StopSignal } from './stop-signal.js'
import type { CallOptions } from './user-backend.js'

/** Milliseconds that an operation may take where nothing else is configured. */
export const defaultDeadline = 30_000

// Timers count in 31 bits; what is beyond would be over at once.
export const longestTimer = 2 ** 31 - 1

/** One operation on its way. */
export interface Running {
  readonly at: At
  /** Fires when the deadline passes or the app gives up. What comes later must change nothing. */
  readonly signal: StopSignal
  /** Milliseconds left. */
  readonly remaining: () => number
  /** Says whether a request is out, or was carried out, whose effect must not happen twice; running out of time then means `OutcomeUnknown`. */
  readonly unsure: (isOut: boolean) => void
  /** Notes what a reply renewed: should the operation fail, its outcome does not say. */
  readonly renewed?: (renewal: Renewal) => void
  /** Says that the vendor has carried the operation out, and what an error that ends it all the same is to say. */
  readonly carriedOut: (aftermath: Aftermath) => void
}

const internal = (at: At): UserError =>
  userError('Vendor', at, { code: 'internal', message: 'userport failed inside this operation. Please report it.' })

class Run extends Stop implements Running {
  readonly #end: number
  outcomeUnknown = false
  aftermath: Aftermath | undefined

  constructor(
    readonly at: At,
    deadline: number,
  ) {
    super()
    this.#end = Date.now() + deadline
  }

  get signal(): StopSignal {
    return this
  }

  readonly remaining = (): number => Math.max(0, this.#end - Date.now())
  readonly unsure = (isOut: boolean): void => {
    this.outcomeUnknown = isOut
  }
  readonly carriedOut = (aftermath: Aftermath): void => {
    this.aftermath = aftermath
  }

  get mayBeDone(): boolean {
    return this.outcomeUnknown && this.aftermath === undefined
  }

  /** How far a part of this operation had come that ends with it. */
  cutShort({ outcomeUnknown, aftermath }: Run): void {
    this.outcomeUnknown ||= outcomeUnknown
    this.aftermath ??= aftermath
  }
}

const notKnown = 'The operation was cancelled while the service was at it: it is not known whether it was carried out.'

/** Runs an operation that ends in time, whatever it waits for, and never rejects. */
export const withDeadline =
  <A>(at: At, options: Pick<CallOptions, 'signal' | 'deadline'>, run: (running: Running) => Result<A>): Result<A> =>
  () =>
    new Promise((resolve) => {
      const { signal } = options
      if (signal !== undefined && signal !== null && !isSignal(signal))
        return resolve(E.left(userError('InvalidInput', at, { field: 'signal', rule: 'must be an AbortSignal' })))
      const deadline = Math.min(options.deadline ?? defaultDeadline, longestTimer)
      const running = new Run(at, deadline)

      const finish = (result: E.Either<UserError, A>): void => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', cancel)
        resolve(result)
      }
      const stop = (whatHappened: () => UserError): void => {
        // What is part of this ends first, and says how far it came.
        running.stop()
        if (signal instanceof Run && signal.aborted) signal.cutShort(running)
        const error = whatHappened()
        finish(E.left(running.aftermath === undefined ? error : inTheEnd(error, running.aftermath)))
      }
      const cancel = (): void => stop(() => userError('Cancelled', at, running.mayBeDone ? { message: notKnown } : {}))
      const timeIsUp = (): void => stop(() => (running.mayBeDone ? userError('OutcomeUnknown', at, {}) : userError('Timeout', at, {})))
      const fail = (): void => finish(E.left(internal(at)))
      const timer = setTimeout(timeIsUp, deadline)

      if (signal?.aborted === true) return cancel()
      signal?.addEventListener('abort', cancel)
      try {
        // Without types it may be no promise at all.
        Promise.resolve(run(running)()).then(finish, fail)
      } catch {
        fail()
      }
    })

/** Waits, unless the operation ends first or has ended. */
export const pause = (milliseconds: number, signal: StopSignal): Promise<void> =>
  new Promise((resolve) => {
    // A signal that has fired tells nobody any more.
    if (signal.aborted) return resolve()
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    signal.addEventListener('abort', done)
  })
