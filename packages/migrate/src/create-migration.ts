import { isSignal, type Result, userError } from '@userport/core'
import * as TE from '#fp-ts/TaskEither'
import type { Migration, MigrationCall, MigrationOptions } from './migration.js'
import { dryRun } from './planning/dry-run.js'
import { plan } from './planning/plan.js'
import { purge } from './purge.js'
import { moveEverybody } from './run/move-everybody.js'
import { failures, status } from './status.js'
import { undo } from './undo.js'
import { verify } from './verify.js'

/** Runs an operation with the options that it was given, which without types may be anything. */
const heeding =
  <Call extends MigrationCall, A>(operation: string, run: (call: Call) => Result<A>) =>
  (given?: Call): Result<A> => {
    const call = { ...given } as Call
    return call.signal === undefined || isSignal(call.signal)
      ? run(call)
      : TE.left(userError('InvalidInput', { vendor: 'ledger', operation }, { field: 'signal', rule: 'must be an AbortSignal' }))
  }

/** A migration between two directories, kept in a ledger. Nothing happens until one of its operations is run. */
export const createMigration = (options: MigrationOptions): Migration => ({
  plan: heeding('plan', (call) => plan({ ...options, ...call })),
  dryRun: heeding('dryRun', (call) => dryRun({ ...options, ...call })),
  run: heeding('run', (call) => moveEverybody(options, 'run', call)),
  resume: heeding('resume', (call) => moveEverybody(options, 'resume', call)),
  verify: heeding('verify', (call) => verify(options, call)),
  undo: heeding('undo', (call) => undo(options, call)),
  purge: heeding('purge', (call) => purge(options, call)),
  status: () => status(options),
  failures: () => failures(options),
})
