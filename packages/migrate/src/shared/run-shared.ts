import { type Result, type UserError, userError } from '@userport/core'
import * as E from '#fp-ts/Either'
import { failureOf as ledgerFailureOf } from '../ledger/failures.js'
import { engineFor, isPostgres, type LedgerOptions, unlock } from '../ledger/open-ledger.js'
import { addressOf } from '../ledger/postgres-address.js'
import { sqlLedger } from '../ledger/sql-ledger.js'
import type { MigrationCall, MigrationOptions, RunOutcome } from '../migration.js'
import { failureOf } from '../run/ledger-failure.js'

export interface SharedRunOptions extends Omit<MigrationOptions, 'ledger'>, LedgerOptions {
  /** The address of the ledger: PostgreSQL (`postgres://…`, see `openLedger`). */
  readonly ledger: string
  /** Among how many workers `limits.callsPerSecond` is divided (default 1). They need not begin together. */
  readonly workers?: number
  /** As `Migration.resume` does: refused on a ledger that has not begun; failed users are tried again. */
  readonly resume?: boolean
}

/**
 * Does what `Migration.run` does as one of several workers, on this machine or others, which share a ledger on PostgreSQL: each of them
 * calls this with the same options. Answers when the run is over for all of them, or when this one is told to stop; the others go on then.
 * A worker that dies is noticed by the others, who do its pages again: nobody is lost or made twice. `created` and `resolved` are this
 * worker's, `counts` are everybody's. Refused while somebody runs the migration alone. Fails as `Migration.run` does.
 */
export const runShared =
  (options: SharedRunOptions, call: MigrationCall = {}): Result<RunOutcome> =>
  async (): Promise<E.Either<UserError, RunOutcome>> => {
    const { ledger: address, key, patience = 10_000, workers = 1, resume = false } = options
    if (!isPostgres(address)) {
      const problem = 'Several workers share a ledger on PostgreSQL (postgres://…), not one in a file.'
      return E.left(userError('Configuration', { vendor: 'ledger', operation: 'migrate' }, { path: 'ledger', problem }))
    }
    try {
      // Only who shares a run needs the queue.
      const [{ openQueue }, { work }] = await Promise.all([import('./queue.js'), import('./worker.js')])
      const engine = await engineFor(address, patience)
      try {
        const ledger = sqlLedger(engine, await unlock(engine, key))
        const { connectionString, schema } = addressOf(address)
        const queue = await openQueue({ connectionString, schema: `${schema}_jobs`, patience })
        try {
          return await work({ ...options, engine, ledger, queue, workers, resume }, call)
        } finally {
          await queue.close()
        }
      } finally {
        await engine.close()
      }
    } catch (cause) {
      return E.left(failureOf(ledgerFailureOf(cause)))
    }
  }
