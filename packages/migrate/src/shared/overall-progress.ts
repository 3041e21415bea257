import type { Ledger, LedgerCounts } from '../ledger/ledger.js'
import type { RunProgress } from '../migration.js'

/** Milliseconds between two looks at what all workers have done, and over how long the rate is measured. */
const interval = 1_000
const window = 10_000
/** So many looks between two samples for the report. */
const looksPerSample = 5

const settledOf = ({ byState }: LedgerCounts): number =>
  Object.values(byState).reduce((sum, users) => sum + users, 0) - byState.planned - byState.creating

/** What all workers do together, as told by the ledger that they share. */
export const overallProgress = (ledger: Ledger, onProgress: ((progress: RunProgress) => void) | undefined) => {
  let total: number | null = null
  let counts: LedgerCounts | undefined
  let concurrency = 0
  let looks = 0
  let ended: Promise<void> | undefined
  let marks: { readonly at: number; readonly done: number }[] = []

  const look = async (): Promise<void> => {
    counts = await ledger.counts()
    const at = Date.now()
    marks = [...marks.filter((mark) => at - mark.at <= window), { at, done: settledOf(counts) }]
    looks += 1
    const { created, verified } = counts.byState
    if (looks % looksPerSample === 1) await ledger.addSample({ at, created: created + verified, concurrency })
  }
  // Nothing depends on a look; what matters fails elsewhere.
  const lookAnyway = (): Promise<void> => look().catch(() => undefined)
  const timer = setInterval(() => void lookAnyway(), interval)
  void lookAnyway()

  const overall = (own: RunProgress): RunProgress => {
    concurrency = own.concurrency
    const [first] = marks
    const last = marks.at(-1)
    if (counts === undefined || first === undefined || last === undefined) return own
    const { done } = last
    const seconds = (last.at - first.at) / 1000
    const rate = seconds === 0 ? 0 : (done - first.done) / seconds
    const eta = total === null || rate === 0 ? null : Math.max(0, total - done) / rate
    return { ...own, done, total, failed: counts.byState.failed, rate, eta }
  }
  return {
    /** To be told what this worker does. */
    onProgress: (own: RunProgress): void => onProgress?.(overall(own)),
    expect: (users: number | null): void => {
      total = users
    },
    /** Looks a last time, for the last that is told. */
    end: (): Promise<void> => {
      clearInterval(timer)
      looks = 0
      ended ??= lookAnyway()
      return ended
    },
  }
}
