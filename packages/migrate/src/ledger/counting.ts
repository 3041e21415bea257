import { sql } from 'kysely'
import type { ColumnTypes, LedgerDatabase, LedgerEngine } from './engine.js'
import { type LedgerCounts, moveStates } from './ledger.js'
import { lossesOf } from './move-row.js'
import type { MoveRow, TallyRow } from './tables.js'

const key = ['state', 'kind', 'password', 'losses', 'problem_code', 'problem_detail'] as const

const columns: ColumnTypes<TallyRow> = {
  shard: 'bigint',
  state: 'text',
  kind: 'text',
  password: 'text',
  losses: 'text',
  problem_code: 'text',
  problem_detail: 'text',
  users: 'bigint',
}

/** What of a row is counted. */
export const counted = ['source_id', ...key] as const
export type CountedRow = Pick<MoveRow, (typeof counted)[number]>

const nameOf = (row: CountedRow): string =>
  `${row.state}\0${row.kind}\0${row.password}\0${row.losses}\0${row.problem_code ?? ''}\0${row.problem_detail ?? ''}`

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Counts rows that came and rows that went. */
export const tally = async (
  database: LedgerDatabase,
  engine: LedgerEngine,
  came: readonly CountedRow[],
  went: readonly CountedRow[] = [],
): Promise<void> => {
  const shard = Math.floor(Math.random() * engine.shards)
  const sums = new Map<string, TallyRow>()
  const add = (row: CountedRow, users: 1 | -1): void => {
    const name = nameOf(row)
    const sum = sums.get(name)
    if (sum !== undefined) sum.users += users
    else {
      const { state, kind, password, losses, problem_code, problem_detail } = row
      sums.set(name, {
        shard,
        state,
        kind,
        password,
        losses,
        problem_code: problem_code ?? '',
        problem_detail: problem_detail ?? '',
        users,
      })
    }
  }
  for (const row of came) add(row, 1)
  for (const row of went) add(row, -1)
  // In the same order everywhere: two writers that lock each other's rows would wait for ever.
  const changed = [...sums].filter(([, { users }]) => users !== 0).sort(([a], [b]) => compare(a, b))
  if (changed.length === 0) return
  const rows = engine.table(
    columns,
    changed.map(([, one]) => one),
  )
  const names = Object.keys(columns) as (keyof TallyRow)[]
  await database
    .insertInto('tallies')
    .columns(names)
    .expression((from) => from.selectFrom(rows.as('given')).select(names).where(sql<boolean>`true`))
    .onConflict((conflict) =>
      conflict.columns(['shard', ...key]).doUpdateSet((set) => ({ users: set('tallies.users', '+', set.ref('excluded.users')) })),
    )
    .execute()
}

/** Counts every row anew, without what problems say of users. */
export const tallyAll = async (database: LedgerDatabase): Promise<void> => {
  await database.deleteFrom('tallies').execute()
  const code = sql<string>`coalesce(problem_code, '')`
  await database
    .insertInto('tallies')
    .columns(['shard', ...key, 'users'])
    .expression((from) =>
      from
        .selectFrom('moves')
        .select((select) => [
          sql<number>`0`.as('shard'),
          'state',
          'kind',
          'password',
          'losses',
          code.as('problem_code'),
          sql<string>`''`.as('problem_detail'),
          select.fn.countAll<number>().as('users'),
        ])
        .groupBy(['state', 'kind', 'password', 'losses', code]),
    )
    .execute()
}

const moved: ReadonlySet<string> = new Set(['created', 'verified'])
/** Who is at the target; of anybody else nothing is lost. */
const present: ReadonlySet<string> = new Set([...moved, 'linked', 'undoing'])

/** Adds up the tallies: some hundred rows at most, however many users there are. */
export const countsOf = async (database: LedgerDatabase): Promise<LedgerCounts> => {
  const tallies = await database
    .selectFrom('tallies')
    .select([...key, (select) => select.fn.sum<number>('users').as('users')])
    .groupBy([...key])
    .orderBy('problem_code')
    .orderBy('problem_detail')
    .execute()
  const byState = Object.fromEntries(moveStates.map((state) => [state, 0])) as Record<(typeof moveStates)[number], number>
  const byKind = { registered: 0, anonymous: 0 }
  const byLoss: Record<string, number> = {}
  const problems = new Map<string, { code: string; detail: string; count: number }>()
  let waiting = 0
  for (const { state, kind, password, losses, problem_code: code, problem_detail: detail, users } of tallies) {
    if (users === 0) continue
    byState[state] += users
    byKind[kind as keyof typeof byKind] += users
    for (const loss of present.has(state) ? lossesOf(losses) : []) byLoss[loss] = (byLoss[loss] ?? 0) + users
    if (moved.has(state) && password === 'unset') waiting += users
    const name = JSON.stringify([code, detail])
    if (code !== '') problems.set(name, { code, detail, count: (problems.get(name)?.count ?? 0) + users })
  }
  return { byState, byKind, byLoss, byProblem: [...problems.values()], waiting }
}
