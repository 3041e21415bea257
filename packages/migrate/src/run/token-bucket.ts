/** Milliseconds' worth of calls that may go out at once. */
const burst = 100

/** Spreads calls evenly: so many a second and no more. */
export class TokenBucket {
  readonly #interval: number
  #next = Number.NEGATIVE_INFINITY

  /** Without a rate nobody waits. */
  constructor(perSecond: number | undefined) {
    this.#interval = perSecond === undefined ? 0 : 1000 / perSecond
  }

  /** Takes so many calls and says how many milliseconds to wait before them. */
  take(calls: number): number {
    if (this.#interval === 0) return 0
    const now = performance.now()
    const due = Math.max(this.#next, now - burst)
    this.#next = due + calls * this.#interval
    return Math.max(0, due - now)
  }
}
