import { undiciClient } from '@userport/core/undici'
import { createMigration, type Ledger, type Migration, type MigrationOptions, type RunProgress } from '@userport/migrate'
import type { OpenSide } from '../../directories/open-side.js'
import { limitsOf, type MigrateFlags, policyOf } from './flags.js'
import { interruptible } from './interrupt.js'
import { type LedgerPurpose, ledgerUrl, openLedgerFor } from './ledger-file.js'
import { openSides } from './open-sides.js'
import type { Output } from './output.js'

/** Everything that a command on a migration works with. */
export interface OpenMigration {
  readonly migration: Migration
  /** What it was made of. */
  readonly options: MigrationOptions
  readonly ledger: Ledger
  readonly from: OpenSide
  readonly to: OpenSide
  /** Fires at Ctrl-C. */
  readonly signal: AbortSignal
  readonly show: (progress: RunProgress) => void
  /** Users per second, at most, as was shown last. */
  readonly ceiling: () => number | null
  readonly close: () => Promise<void>
}

const defaultConnections = 64

/** Opens both sides and the ledger. Rejects as `openSide` and `openLedgerFor` do. */
export const openMigration = async (purpose: LedgerPurpose, flags: MigrateFlags, output: Output): Promise<OpenMigration> => {
  const environment = process.env
  const http = undiciClient({ connections: flags.concurrency ?? defaultConnections })
  try {
    const { from, to, options: sides } = await openSides(flags, http)
    const { ledger, close } = await openLedgerFor(purpose, ledgerUrl(flags, environment), environment)
    let ceiling: number | null = null
    const show = (progress: RunProgress): void => {
      ceiling = progress.ceiling
      output.progress.show(progress)
    }
    const options = { ...sides, ledger, policy: policyOf(flags), limits: limitsOf(flags), onProgress: show }
    const migration = createMigration(options)
    const { signal, release } = interruptible(() =>
      output.event('interrupted', {}, 'Stopping: what is on its way is brought to an end. Ctrl-C again stops at once.'),
    )
    return {
      migration,
      options,
      ledger,
      from,
      to,
      signal,
      show,
      ceiling: () => ceiling,
      close: async () => {
        release()
        await close()
        await http.close()
      },
    }
  } catch (cause) {
    await http.close()
    throw cause
  }
}
