import type { LedgerCounts } from '../ledger/ledger.js'
import type { RunContext } from './context.js'

/** Milliseconds between two samples: a run of a day leaves some ten thousand. */
const interval = 5_000

/** Keeps how many users were made by when, for the report's chart, while something works. */
export const sampled = async <A>({ ledger, tracker, goal }: RunContext, before: LedgerCounts, work: () => Promise<A>): Promise<A> => {
  const earlier = before.byState.created + before.byState.verified
  // A sample that cannot be kept is no reason to stop: what matters is written elsewhere, and fails there.
  const take = (): Promise<void> =>
    ledger.addSample({ at: Date.now(), created: earlier + tracker.created, concurrency: goal.limit }).catch(() => undefined)
  await take()
  const timer = setInterval(() => void take(), interval)
  try {
    return await work()
  } finally {
    clearInterval(timer)
    await take()
  }
}
