import { type Result, type UserError, userError } from '@userport/core'
import { ExponentialBackoff, type IBackoff } from 'cockatiel'
import * as E from '#fp-ts/Either'
import { CallWindow } from './call-window.js'
import type { RunControl } from './control.js'
import { judge } from './judge.js'
import { TokenBucket } from './token-bucket.js'

export interface PaceOptions {
  readonly vendor: string
  readonly control: RunControl
  /** Calls at a time, at most. */
  readonly concurrency: number
  readonly callsPerSecond?: number
  /** Milliseconds that the vendor may be down. */
  readonly patience: number
}

export interface Waiting {
  readonly vendor: string
  readonly reason: 'rate-limited' | 'down'
  readonly until: number
}

const backoff = new ExponentialBackoff<unknown>({ initialDelay: 100, maxDelay: 5_000 })

/** So many calls in a row that got lost are a vendor that is down, not bad luck. */
const lostInARow = 5

/**
 * How fast one vendor is asked. Everybody who calls it goes through here, so that all of them wait when it asks for that or is down.
 * A vendor that is down for longer than the operator's patience stops the run. Times are of a clock that nobody sets.
 */
export class Pace {
  readonly #options: PaceOptions
  readonly #window: CallWindow
  readonly #tokens: TokenBucket
  #answeredAt = Number.NEGATIVE_INFINITY
  #lostInARow = 0
  /** Since when nothing was answered. */
  #downSince: number | undefined
  #delay: IBackoff<unknown> | undefined
  #waitUntil = 0
  #reason: Waiting['reason'] = 'down'
  #pause: Promise<void> | undefined

  constructor(options: PaceOptions) {
    this.#options = options
    this.#window = new CallWindow(options.concurrency)
    this.#tokens = new TokenBucket(options.callsPerSecond)
  }

  /** Calls at a time, as of now. */
  get limit(): number {
    return this.#window.size
  }

  get stopped(): boolean {
    return this.#options.control.stopped !== undefined
  }

  /** When the vendor last gave an answer that shows that it works, by `performance.now`. */
  get answeredAt(): number {
    return this.#answeredAt
  }

  /** What everybody waits for, and until when the next try is; `undefined` while the vendor answers. */
  get waiting(): Waiting | undefined {
    return this.#downSince === undefined
      ? undefined
      : { vendor: this.#options.vendor, reason: this.#reason, until: Date.now() + this.#waitUntil - performance.now() }
  }

  /** One call, when its time has come. `requests`: how many requests it is made of. `Cancelled` where the run stops first. */
  async call<A>(operation: string, result: Result<A>, requests = 1): Promise<E.Either<UserError, A>> {
    const { control, vendor } = this.#options
    while (this.#waitUntil > performance.now() && !this.stopped) await this.#paused()
    const wait = this.#tokens.take(requests)
    if (wait > 0) await control.pause(wait)
    if (this.stopped) return E.left(userError('Cancelled', { vendor, operation }, {}))
    const begun = performance.now()
    const answer = await result()
    this.#learn(answer, begun, performance.now())
    return answer
  }

  #learn(answer: E.Either<UserError, unknown>, begun: number, now: number): void {
    const judgement = E.isRight(answer) ? 'right' : judge(answer.left)
    if (E.isRight(answer) || judgement === 'refused' || judgement === 'stop') {
      this.#answeredAt = now
      this.#downSince = undefined
      this.#delay = undefined
      this.#lostInARow = 0
      this.#window.answered(now - begun, now)
      return
    }
    this.#window.failed(begun, now)
    this.#lostInARow = judgement === 'lost' ? this.#lostInARow + 1 : 0
    if (judgement !== 'lost' || this.#lostInARow >= lostInARow) this.#wait(answer.left, begun, now)
  }

  #wait(error: UserError, begun: number, now: number): void {
    const { control, patience } = this.#options
    this.#downSince ??= now
    const until = error._tag === 'RateLimited' && error.retryAfter !== undefined ? now + error.retryAfter * 1000 : this.#nextTry(begun, now)
    if (until > this.#waitUntil) {
      this.#waitUntil = until
      this.#reason = error._tag === 'RateLimited' ? 'rate-limited' : 'down'
    }
    if (this.#waitUntil - this.#downSince > patience) control.stop({ kind: 'impatient', error })
  }

  // Those who called before the wait began have nothing new to say.
  #nextTry(begun: number, now: number): number {
    if (this.#delay !== undefined && begun < this.#waitUntil) return this.#waitUntil
    this.#delay = this.#delay === undefined ? backoff.next() : this.#delay.next(undefined)
    return now + this.#delay.duration
  }

  #paused(): Promise<void> {
    this.#pause ??= this.#options.control.pause(this.#waitUntil - performance.now()).then(() => {
      this.#pause = undefined
    })
    return this.#pause
  }
}
