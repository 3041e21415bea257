/** Calls at a time to begin with. */
const cautious = 16
/** Milliseconds of an answer that nobody minds, whatever the usual ones take. */
const quick = 100

/**
 * How many calls travel at a time: one more after each round that went well (at first, twice as many), half after a refusal, a fifth less
 * where answers have become several times as slow as they were (additive increase, multiplicative decrease). No kept library adapts like
 * this: pools are of a fixed size, and bulkheads only refuse.
 */
export class CallWindow {
  readonly #most: number
  #size: number
  #isDoubling = true
  #answersThisRound = 0
  #shrunkAt = 0
  #latency = 0
  #usualLatency = Number.POSITIVE_INFINITY

  constructor(most: number) {
    this.#most = most
    this.#size = Math.min(cautious, most)
  }

  get size(): number {
    return Math.floor(this.#size)
  }

  /** A call was answered, after so many milliseconds. */
  answered(took: number, now: number): void {
    this.#latency = this.#latency === 0 ? took : this.#latency * 0.95 + took * 0.05
    this.#answersThisRound += 1
    if (this.#answersThisRound < this.#size) return
    this.#answersThisRound = 0
    // What lasts becomes usual: a vendor that has grown slow for good is not to be asked ever less.
    this.#usualLatency = Math.min(this.#usualLatency * 1.05, Math.max(1, this.#latency))
    const slowness = this.#latency < quick ? 1 : this.#latency / this.#usualLatency
    if (slowness > 4) this.#shrink(1.25, now, Math.min(cautious, this.#size))
    else if (slowness <= 2) this.#size = Math.min(this.#most, this.#isDoubling ? this.#size * 2 : this.#size + 1)
  }

  /** A call that began then was refused or lost. Calls that travelled together fail together: that is one reason to slow down, not many. */
  failed(begun: number, now: number): void {
    if (begun >= this.#shrunkAt) this.#shrink(2, now)
  }

  #shrink(divisor: number, now: number, least = 1): void {
    this.#isDoubling = false
    this.#shrunkAt = now
    this.#answersThisRound = 0
    this.#size = Math.max(least, this.#size / divisor)
  }
}
