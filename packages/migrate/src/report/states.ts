import type { LedgerCounts, MoveState } from '../ledger/ledger.js'

/** What a state means to whoever reads a report. */
export const meaningOfState: Readonly<Record<MoveState, string>> = {
  verified: 'Moved, and found equal at the target.',
  created: 'Moved, not compared yet or found different.',
  linked: 'Mapped to an account that was there before.',
  left: 'Stays at the source, as a user without a login.',
  skipped: 'Stays at the source, as the policy says.',
  failed: 'Could not be moved: see the problems.',
  planned: 'Read, not moved yet.',
  creating: 'A request was on its way when the run stopped: it is looked up when the run goes on.',
  undoing: 'A removal was on its way.',
  undone: 'Moved and taken back.',
}

const sumOf = ({ byState }: LedgerCounts, states: readonly MoveState[]): number => states.reduce((sum, state) => sum + byState[state], 0)

export interface Totals {
  readonly all: number
  readonly moved: number
  readonly stayed: number
  readonly failed: number
  /** Read, but not settled yet. */
  readonly pending: number
  readonly undone: number
}

export const totalsOf = (counts: LedgerCounts): Totals => ({
  all: Object.values(counts.byState).reduce((sum, number) => sum + number, 0),
  moved: sumOf(counts, ['created', 'verified', 'linked']),
  stayed: sumOf(counts, ['left', 'skipped']),
  failed: counts.byState.failed,
  pending: sumOf(counts, ['planned', 'creating']),
  undone: sumOf(counts, ['undoing', 'undone']),
})
