import { Stop, type StopSignal, type UserError } from '@userport/core'

/** Why a run ends before its end. */
export type StopReason =
  | { readonly kind: 'aborted' }
  | { readonly kind: 'lease-lost' }
  /** A vendor was down for longer than the operator's patience. */
  | { readonly kind: 'impatient'; readonly error: UserError }
  /** Nobody could go on with this error: a wrong key, a full disk. */
  | { readonly kind: 'failed'; readonly error: UserError }

/** Milliseconds that requests on their way have to end once a run stops. What is not known by then is looked up by `resume`. */
const grace = 3_000

/** Tells everything that works for one run when to stop: first to begin nothing new, a little later to let go of what hangs. */
export class RunControl {
  #reason: StopReason | undefined
  readonly #soft = new Stop()
  readonly #hard = new Stop()
  readonly #caller: StopSignal | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(caller?: StopSignal) {
    this.#caller = caller
    if (caller?.aborted === true) this.stop({ kind: 'aborted' })
    else caller?.addEventListener('abort', this.#onAbort)
  }

  /** `undefined` while it goes on. */
  get stopped(): StopReason | undefined {
    return this.#reason
  }

  /** For requests: fires when the time of grace is over. */
  get signal(): StopSignal {
    return this.#hard
  }

  /** The first reason counts. */
  readonly stop = (reason: StopReason): void => {
    if (this.#reason !== undefined) return
    this.#reason = reason
    this.#soft.stop()
    this.#timer = setTimeout(() => this.#hard.stop(), grace)
  }

  /** Waits, unless the run stops. */
  readonly pause = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      const signal = this.#soft
      if (signal.aborted) return resolve()
      const done = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, milliseconds)
      signal.addEventListener('abort', done)
    })

  /** Called at once where the run has stopped already. */
  readonly whenStopped = (call: () => void): void => {
    if (this.#soft.aborted) call()
    else this.#soft.addEventListener('abort', call)
  }

  /** Lets go of timers and listeners. */
  readonly close = (): void => {
    clearTimeout(this.#timer)
    this.#caller?.removeEventListener('abort', this.#onAbort)
  }

  readonly #onAbort = (): void => this.stop({ kind: 'aborted' })
}
