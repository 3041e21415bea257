import { sql } from 'kysely'
import { countsOf, tally, tallyAll } from './counting.js'
import type { LedgerDatabase, LedgerEngine } from './engine.js'
import { deleteIdentifiers, deleteIdentifiersOf, insertIdentifiers, selectIdentifiers } from './identifiers.js'
import { takeLease } from './lease.js'
import type { HeldIdentifiers, Ledger, NewRecord } from './ledger.js'
import { newRow, recordOf } from './move-row.js'
import { changeMoves, insertMoves, movesInStates, selectMoves } from './moves.js'
import { finish, identify, identityOf, notePurge, progressOf, rewind, turnPage } from './run-state.js'
import type { Seal } from './seal.js'
import type { IdentifierRow } from './tables.js'

/** A source that is paged by number may show a user twice on a page. */
const withoutRepeated = (records: readonly NewRecord[]): readonly NewRecord[] => {
  const byId = new Map<string, NewRecord>()
  for (const record of records) if (!byId.has(record.sourceId)) byId.set(record.sourceId, record)
  return [...byId.values()]
}

export interface SqlLedger extends Ledger {
  /** `append`, with something else in the same transaction instead of the cursor. */
  appendAnd(page: readonly NewRecord[], also: (database: LedgerDatabase) => Promise<void>): Promise<ReadonlySet<string>>
}

/** The ledger on any engine. */
export const sqlLedger = (engine: LedgerEngine, seal: Seal): SqlLedger => {
  const hashOf = (folded: string): string => seal.hash(`identifier ${folded}`)
  const identifierRows = (held: readonly HeldIdentifiers[]): readonly IdentifierRow[] =>
    held.flatMap(({ sourceId, folded }) => folded.map((identifier) => ({ hash: hashOf(identifier), source_id: sourceId })))

  const appendAnd: SqlLedger['appendAnd'] = (page, also) =>
    engine.write(async (database) => {
      const records = withoutRepeated(page)
      const rows = records.map((record) => newRow(record, seal))
      const added = await insertMoves(database, engine, rows)
      await insertIdentifiers(database, engine, identifierRows(records.filter((record) => added.has(record.sourceId))))
      const fresh = rows.filter((row) => added.has(row.source_id))
      await tally(database, engine, fresh)
      await also(database)
      return added
    })

  return {
    engine: engine.name,
    hash: seal.hash,
    identity: () => engine.read(identityOf),
    identify: (identity) => engine.write((database) => identify(database, engine, identity, seal.check)),
    lease: (holder) => takeLease(engine, holder),
    progress: () => engine.read(progressOf),

    append: (page, cursor) => appendAnd(page, async (database) => (cursor === undefined ? undefined : turnPage(database, cursor))),
    appendAnd,

    change: async (changes) => {
      if (changes.length === 0) return
      await engine.write(async (database) => {
        const { before, after } = await changeMoves(database, engine, seal, changes)
        await tally(database, engine, after, before)
      })
    },

    get: (sourceIds) => engine.read(async (database) => (await selectMoves(database, engine, sourceIds)).map((row) => recordOf(row, seal))),

    byTarget: (targetId) =>
      engine.read(async (database) => {
        const row = await database.selectFrom('moves').selectAll().where('target_id', '=', targetId).orderBy('source_id').executeTakeFirst()
        return row === undefined ? null : recordOf(row, seal)
      }),

    list: (states, { after = '', limit }) =>
      engine.read(async (database) => (await movesInStates(database, states, after, limit)).map((row) => recordOf(row, seal))),

    holders: (folded) =>
      engine.read(async (database) => {
        const byHash = new Map(folded.map((identifier) => [hashOf(identifier), identifier]))
        const found = await selectIdentifiers(database, engine, [...byHash.keys()])
        return new Map(found.map((row) => [byHash.get(row.hash) ?? '', row.source_id]))
      }),

    hold: async (held) => {
      const rows = identifierRows(held)
      if (rows.length > 0) await engine.write((database) => insertIdentifiers(database, engine, rows))
    },

    release: async (held) => {
      const rows = identifierRows(held)
      if (rows.length > 0) await engine.write((database) => deleteIdentifiers(database, engine, rows))
    },

    releaseAll: async (sourceIds) => {
      if (sourceIds.length > 0) await engine.write((database) => deleteIdentifiersOf(database, engine, sourceIds))
    },

    counts: () => engine.read(countsOf),

    addSample: async (sample) => {
      await engine.write((database) => database.insertInto('samples').values(sample).execute())
    },

    samples: () =>
      engine.read((database) => database.selectFrom('samples').select(['at', 'created', 'concurrency']).orderBy('at').execute()),

    rewind: () => engine.write(rewind),

    finish: (at) => engine.write((database) => finish(database, at)),

    purge: async () => {
      await engine.write(async (database) => {
        const problem_detail = sql<string | null>`case when problem_code is null then null else '' end`
        await database.updateTable('moves').set({ target_name: null, digest: '', problem_detail }).execute()
        await database.deleteFrom('identifiers').execute()
        await tallyAll(database)
        await notePurge(database)
      })
      await engine.compact()
    },

    close: () => engine.close(),
  }
}
