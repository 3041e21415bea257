import type { Ledger, MoveRecord, MoveState } from '../ledger/ledger.js'

const rowsAtOnce = 500

/** Goes through the rows in some states, a few hundred at a time, until `isOver`. Rows may change their state meanwhile. */
export async function* rowsIn(
  ledger: Ledger,
  states: readonly MoveState[],
  isOver: () => boolean,
): AsyncGenerator<readonly MoveRecord[], void, undefined> {
  let after: string | undefined
  while (!isOver()) {
    const rows = await ledger.list(states, { limit: rowsAtOnce, ...(after === undefined ? {} : { after }) })
    after = rows.at(-1)?.sourceId
    if (after === undefined) return
    yield rows
  }
}
