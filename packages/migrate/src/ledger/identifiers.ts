import { sql } from 'kysely'
import type { ColumnTypes, LedgerDatabase, LedgerEngine } from './engine.js'
import type { IdentifierRow } from './tables.js'

const columns: ColumnTypes<IdentifierRow> = { hash: 'text', source_id: 'text' }

/** Whoever comes first has an identifier: a twin that comes later does not take it. */
export const insertIdentifiers = async (database: LedgerDatabase, engine: LedgerEngine, rows: readonly IdentifierRow[]): Promise<void> => {
  if (rows.length === 0) return
  await database
    .insertInto('identifiers')
    .columns(['hash', 'source_id'])
    .expression((from) => from.selectFrom(engine.table(columns, rows).as('given')).select(['hash', 'source_id']).where(sql<boolean>`true`))
    .onConflict((conflict) => conflict.column('hash').doNothing())
    .execute()
}

/** Whose they are not is left as it is. */
export const deleteIdentifiers = async (database: LedgerDatabase, engine: LedgerEngine, rows: readonly IdentifierRow[]): Promise<void> => {
  if (rows.length === 0) return
  await database
    .deleteFrom('identifiers')
    .where(({ eb, refTuple, selectFrom }) =>
      eb(
        refTuple('hash', 'source_id'),
        'in',
        selectFrom(engine.table(columns, rows).as('given')).select(['hash', 'source_id']).$asTuple('hash', 'source_id'),
      ),
    )
    .execute()
}

/** Goes through all of them: they are in the order of their hashes. */
export const deleteIdentifiersOf = async (database: LedgerDatabase, engine: LedgerEngine, sourceIds: readonly string[]): Promise<void> => {
  const rows = sourceIds.map((source_id) => ({ source_id }))
  await database
    .deleteFrom('identifiers')
    .where('source_id', 'in', (from) => from.selectFrom(engine.table({ source_id: 'text' }, rows).as('given')).select('source_id'))
    .execute()
}

export const selectIdentifiers = (database: LedgerDatabase, engine: LedgerEngine, hashes: readonly string[]): Promise<IdentifierRow[]> =>
  database
    .selectFrom(
      engine
        .table(
          { hash: 'text' },
          hashes.map((hash) => ({ hash })),
        )
        .as('given'),
    )
    .innerJoin('identifiers', 'identifiers.hash', 'given.hash')
    .selectAll('identifiers')
    .execute()
