import type { MoveState } from '../ledger/ledger.js'
import type { RunProgress } from '../migration.js'
import type { Pace } from './pace.js'

/** Milliseconds between two reports, and over how long the rate is measured. */
const interval = 250
const window = 10_000

export interface TrackerOptions {
  readonly onProgress?: (progress: RunProgress) => void
  /** Users per second, at most. */
  readonly ceiling: number | null
  readonly paces: readonly Pace[]
  /** Whose calls at a time are shown. */
  readonly goal: Pace
}

/** Counts what a run does, and tells of it a few times a second. */
export class Tracker {
  /** By this call. */
  created = 0
  resolved = 0
  /** By source id: whom this run may have made, which only a look at all users of the target can tell. */
  readonly hidden = new Set<string>()
  /** Users changed at the source that the target cannot be told about. */
  stale = 0
  phase: RunProgress['phase'] = 'reading'
  done = 0
  failed = 0
  total: number | null = null
  readonly #options: TrackerOptions
  #timer: NodeJS.Timeout | undefined
  #marks: { readonly at: number; readonly done: number }[] = []

  constructor(options: TrackerOptions) {
    this.#options = options
  }

  start(): void {
    const { onProgress } = this.#options
    if (onProgress !== undefined) this.#timer = setInterval(() => this.#tell(onProgress), interval)
  }

  /** Tells a last time. */
  stop(): void {
    clearInterval(this.#timer)
    if (this.#options.onProgress !== undefined) this.#tell(this.#options.onProgress)
  }

  /** A user has come to a state in which this run leaves it. */
  settled(state: MoveState | undefined): void {
    if (state === undefined || state === 'planned' || state === 'creating') return
    this.done += 1
    if (state === 'failed') this.failed += 1
  }

  #tell(onProgress: (progress: RunProgress) => void): void {
    const now = performance.now()
    this.#marks = [...this.#marks.filter(({ at }) => now - at <= window), { at: now, done: this.done }]
    const [first] = this.#marks
    const seconds = first === undefined ? 0 : (now - first.at) / 1000
    const rate = first === undefined || seconds === 0 ? 0 : (this.done - first.done) / seconds
    const { ceiling, paces, goal } = this.#options
    const waiting = paces.map((pace) => pace.waiting).find((one) => one !== undefined)
    onProgress({
      phase: waiting === undefined ? this.phase : 'waiting',
      done: this.done,
      total: this.total,
      failed: this.failed,
      rate,
      ceiling,
      eta: this.total === null || rate === 0 ? null : Math.max(0, this.total - this.done) / rate,
      concurrency: goal.limit,
      ...(waiting === undefined ? {} : { waiting }),
    })
  }
}
