import type { Migration, MigrationOptions } from './migration.js'
import { dryRun } from './planning/dry-run.js'
import { plan } from './planning/plan.js'
import { purge } from './purge.js'
import { moveEverybody } from './run/move-everybody.js'
import { failures, status } from './status.js'
import { undo } from './undo.js'
import { verify } from './verify.js'

/** A migration between two directories, kept in a ledger. Nothing happens until one of its operations is run. */
export const createMigration = (options: MigrationOptions): Migration => ({
  plan: (call) => plan({ ...options, ...call }),
  dryRun: (call) => dryRun({ ...options, ...call }),
  run: (call) => moveEverybody(options, 'run', call),
  resume: (call) => moveEverybody(options, 'resume', call),
  verify: (call) => verify(options, call),
  undo: (call) => undo(options, call),
  purge: (call) => purge(options, call),
  status: () => status(options),
  failures: () => failures(options),
})
