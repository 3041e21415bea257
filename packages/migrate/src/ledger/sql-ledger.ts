import { sql } from 'kysely'
import { countsOf, tally, tallyAll } from './counting.js'
import type { LedgerDatabase, LedgerEngine } from './engine.js'
import { insertIdentifiers, selectIdentifiers } from './identifiers.js'
import { takeLease } from './lease.js'
import type { Ledger, NewRecord } from './ledger.js'
import { newRow, recordOf } from './move-row.js'
import { changeMoves, insertMoves, movesInStates, selectMoves } from './moves.js'
import { finish, identify, identityOf, notePurge, progressOf, rewind, turnPage } from './run-state.js'
import type { Seal } from './seal.js'

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

  const appendAnd: SqlLedger['appendAnd'] = (page, also) =>
    engine.write(async (database) => {
      const records = withoutRepeated(page)
      const rows = records.map((record) => newRow(record, seal))
      const added = await insertMoves(database, engine, rows)
      const identifiers = records
        .filter((record) => added.has(record.sourceId))
        .flatMap((record) => record.folded.map((folded) => ({ hash: hashOf(folded), source_id: record.sourceId })))
      await insertIdentifiers(database, engine, identifiers)
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

    append: (page, cursor) => appendAnd(page, (database) => turnPage(database, cursor)),
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
