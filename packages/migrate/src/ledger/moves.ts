import { sql } from 'kysely'
import { type CountedRow, counted } from './counting.js'
import type { ColumnTypes, LedgerDatabase, LedgerEngine } from './engine.js'
import { LedgerFailure, type MoveState, type RecordChange } from './ledger.js'
import { changedColumns, moveColumns } from './move-row.js'
import type { Seal } from './seal.js'
import type { MoveRow } from './tables.js'

const names = Object.keys(moveColumns) as (keyof MoveRow)[]

const ids = (given: readonly string[]) => [...new Set(given)].sort().map((id) => ({ id }))

/** Adds the users that the ledger does not know, and answers with their ids. */
export const insertMoves = async (
  database: LedgerDatabase,
  engine: LedgerEngine,
  rows: readonly MoveRow[],
): Promise<ReadonlySet<string>> => {
  if (rows.length === 0) return new Set()
  const inserted = await database
    .insertInto('moves')
    .columns(names)
    .expression((from) => from.selectFrom(engine.table(moveColumns, rows).as('given')).select(names).where(sql<boolean>`true`))
    .onConflict((conflict) => conflict.column('source_id').doNothing())
    .returning('source_id')
    .execute()
  return new Set(inserted.map((row) => row.source_id))
}

export const selectMoves = (database: LedgerDatabase, engine: LedgerEngine, given: readonly string[]): Promise<MoveRow[]> =>
  database
    .selectFrom(engine.table({ id: 'text' }, ids(given)).as('given'))
    .innerJoin('moves', 'moves.source_id', 'given.id')
    .selectAll('moves')
    .execute()

/** What is counted of the rows that are to be changed, which nobody else may change meanwhile. */
const lockMoves = async (database: LedgerDatabase, engine: LedgerEngine, given: readonly string[]): Promise<CountedRow[]> => {
  const query = database
    .selectFrom(engine.table({ id: 'text' }, ids(given)).as('given'))
    .innerJoin('moves', 'moves.source_id', 'given.id')
    .select(counted.map((column) => `moves.${column}` as const))
  // By id, or two writers with some of the same users would wait for each other.
  return (engine.name === 'postgres' ? query.orderBy('moves.source_id').forUpdate('moves') : query).execute()
}

type Update = Partial<MoveRow> & Pick<MoveRow, 'source_id' | 'attempts' | 'updated_at'>

const updatesOf = (changes: readonly RecordChange[], seal: Seal): ReadonlyMap<string, Update> => {
  const updates = new Map<string, Update>()
  const updated_at = Date.now()
  for (const change of changes) {
    const update = updates.get(change.sourceId) ?? { source_id: change.sourceId, attempts: 0, updated_at }
    if (change.attempted === true) update.attempts += 1
    updates.set(change.sourceId, Object.assign(update, changedColumns(change, seal)))
  }
  return updates
}

const byColumns = (updates: Iterable<Update>): Iterable<readonly Update[]> => {
  const groups = new Map<string, Update[]>()
  for (const update of updates) {
    const columns = Object.keys(update).join()
    const group = groups.get(columns)
    if (group === undefined) groups.set(columns, [update])
    else group.push(update)
  }
  return groups.values()
}

/** One statement for the updates that set the same columns: an index is written anew for every column that is named. */
const updateMoves = async (database: LedgerDatabase, engine: LedgerEngine, updates: readonly Update[]): Promise<void> => {
  const [sample] = updates
  if (sample === undefined) return
  const columns = Object.keys(sample).sort() as (keyof MoveRow)[]
  const types = Object.fromEntries(columns.map((column) => [column, moveColumns[column]])) as ColumnTypes<MoveRow>
  const set = columns.filter((column) => column !== 'source_id' && column !== 'attempts')
  await database
    .updateTable('moves')
    .from(engine.table(types, updates as readonly MoveRow[]).as('given'))
    .set((values) => ({
      ...Object.fromEntries(set.map((column) => [column, values.ref(`given.${column}`)])),
      attempts: values('moves.attempts', '+', values.ref('given.attempts')),
    }))
    .whereRef('moves.source_id', '=', 'given.source_id')
    .execute()
}

const isStill = (row: CountedRow, { state, password, problem }: RecordChange['ifStill'] & object): boolean =>
  row.state === state && row.password === password && row.problem_code === (problem?.code ?? null)

/** Changes rows, and answers with what is counted of them, before and after. */
export const changeMoves = async (
  database: LedgerDatabase,
  engine: LedgerEngine,
  seal: Seal,
  changes: readonly RecordChange[],
): Promise<{ readonly before: readonly CountedRow[]; readonly after: readonly CountedRow[] }> => {
  const updates = updatesOf(changes, seal)
  const found = await lockMoves(database, engine, [...updates.keys()])
  if (found.length < updates.size) throw new LedgerFailure('broken', 'A user that was to be changed is not in the ledger.')
  const rows = new Map(found.map((row) => [row.source_id, row]))
  for (const { sourceId, ifStill } of changes) {
    const row = rows.get(sourceId)
    if (row !== undefined && ifStill !== undefined && !isStill(row, ifStill)) rows.delete(sourceId)
  }
  const before = [...rows.values()]
  const made = before.map(({ source_id }) => updates.get(source_id)).filter((update) => update !== undefined)
  for (const alike of byColumns(made)) await updateMoves(database, engine, alike)
  return { before, after: before.map((row) => Object.assign({}, row, updates.get(row.source_id))) }
}

/** Rows in these states after an id, by id. */
export const movesInStates = async (
  database: LedgerDatabase,
  states: readonly MoveState[],
  after: string,
  limit: number,
): Promise<MoveRow[]> => {
  // One range of the index for each state: asked for all of them at once, a database sorts everything that is left.
  const [one, ...others] = [...new Set(states)].map((state) =>
    database
      .selectFrom((from) =>
        from
          .selectFrom('moves')
          .selectAll()
          .where('state', '=', state)
          .where('source_id', '>', after)
          .orderBy('source_id')
          .limit(sql.val(limit))
          .as('part'),
      )
      .selectAll(),
  )
  if (one === undefined) return []
  const all = others.reduce((some, other) => some.unionAll(other), one)
  return all.orderBy('source_id').limit(sql.val(limit)).execute()
}
