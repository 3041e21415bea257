import type { Result } from '@userport/core'
import * as E from '#fp-ts/Either'
import type { MigrationOptions, MigrationStatus, RetryGroup } from './migration.js'
import { rowsIn } from './run/rows.js'
import { readLedger } from './run/with-ledger.js'

const reading =
  <A>(read: () => Promise<A>): Result<A> =>
  () =>
    readLedger(async () => E.right(await read()))

/** How far a ledger has come. May be asked while a run works. */
export const status = ({ ledger }: Pick<MigrationOptions, 'ledger'>): Result<MigrationStatus> =>
  reading(async () => ({ progress: await ledger.progress(), counts: await ledger.counts(), samples: await ledger.samples() }))

/** The failed users by what they failed with, the largest group first. */
export const failures = ({ ledger }: Pick<MigrationOptions, 'ledger'>): Result<readonly RetryGroup[]> =>
  reading(async () => {
    const groups = new Map<string, { readonly code: string; readonly detail: string; readonly sourceIds: string[] }>()
    for await (const rows of rowsIn(ledger, ['failed'], () => false)) {
      for (const { sourceId, problem } of rows) {
        const { code, detail } = problem ?? { code: 'unknown', detail: '' }
        const key = JSON.stringify([code, detail])
        const group = groups.get(key) ?? { code, detail, sourceIds: [] }
        group.sourceIds.push(sourceId)
        groups.set(key, group)
      }
    }
    return [...groups.values()].sort((a, b) => b.sourceIds.length - a.sourceIds.length)
  })

/**
 * Has a run begun? One that is shared keeps no place in the source until its first page is done; and who comes before any run is `linked`.
 */
export const hasBegun = ({ progress: { cursor, passes }, counts: { byState } }: Pick<MigrationStatus, 'progress' | 'counts'>): boolean =>
  cursor !== undefined || passes > 0 || Object.entries(byState).some(([state, users]) => state !== 'linked' && users > 0)
