import { sql } from 'kysely'
import type { MovePolicy } from '../policy.js'
import type { LedgerDatabase, LedgerEngine } from './engine.js'
import type { LedgerIdentity, LedgerProgress } from './ledger.js'

export const identityOf = async (database: LedgerDatabase): Promise<LedgerIdentity | null> => {
  const { source, target, fingerprint, policy } = await database
    .selectFrom('ledger')
    .select(['source', 'target', 'fingerprint', 'policy'])
    .executeTakeFirstOrThrow()
  return source === null || target === null || fingerprint === null || policy === null
    ? null
    : { from: source, to: target, fingerprint, policy: JSON.parse(policy) as MovePolicy }
}

/** Was the ledger made with another key, which it needs no more since it was purged? Then its hashes say nothing. */
const isUnlocked = async (database: LedgerDatabase, keyCheck: string): Promise<boolean> => {
  const { purged, key_check } = await database.selectFrom('ledger').select(['purged', 'key_check']).executeTakeFirstOrThrow()
  return purged === 1 && key_check !== keyCheck
}

/** Claims a ledger that is nobody's, or tells whose it is. `keyCheck`: of the key that it was opened with. */
export const identify = async (
  database: LedgerDatabase,
  engine: LedgerEngine,
  identity: LedgerIdentity,
  keyCheck: string,
): Promise<'new' | 'known' | { readonly belongsTo: LedgerIdentity }> => {
  const { from: source, to: target, fingerprint, policy } = identity
  const claimed = await database
    .updateTable('ledger')
    .set({ source, target, fingerprint, policy: JSON.stringify(policy), started_at: engine.now })
    .where('source', 'is', null)
    .executeTakeFirstOrThrow()
  if (claimed.numUpdatedRows === 1n) return 'new'
  const known = await identityOf(database)
  if (known === null) return 'known'
  const isOfVendors = known.from === source && known.to === target
  if (isOfVendors && known.fingerprint === fingerprint) return 'known'
  const isOfPolicy = (Object.keys(policy) as (keyof MovePolicy)[]).every((name) => known.policy[name] === policy[name])
  return isOfVendors && isOfPolicy && (await isUnlocked(database, keyCheck)) ? 'known' : { belongsTo: known }
}

export const progressOf = async (database: LedgerDatabase): Promise<LedgerProgress> => {
  const row = await database.selectFrom('ledger').selectAll().executeTakeFirstOrThrow()
  const cursors = { unread: undefined, reading: row.next_page, read: null }
  return {
    cursor: cursors[row.reading],
    passes: row.passes,
    purged: row.purged === 1,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
  }
}

/** Keeps where the next page begins; `null`: this one was the last. */
export const turnPage = async (database: LedgerDatabase, next: string | null): Promise<void> => {
  await database
    .updateTable('ledger')
    .set((values) =>
      next === null ? { reading: 'read', next_page: null, passes: values('passes', '+', 1) } : { reading: 'reading', next_page: next },
    )
    .execute()
}

export const rewind = async (database: LedgerDatabase): Promise<void> => {
  await database.updateTable('ledger').set({ reading: 'unread', next_page: null, finished_at: null }).execute()
}

/** Notes that the ledger holds nothing personal any more. A page may begin after a name. */
export const notePurge = async (database: LedgerDatabase): Promise<void> => {
  await database.deleteFrom('pages').execute()
  await database.updateTable('ledger').set({ purged: 1, next_page: sql`case when next_page is null then null else '' end` }).execute()
}

export const finish = async (database: LedgerDatabase, at: number): Promise<void> => {
  await database.updateTable('ledger').set({ finished_at: at }).execute()
}
