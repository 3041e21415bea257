import type { Result } from '@userport/core'
import * as E from '#fp-ts/Either'
import type { MigrationCall, MigrationOptions } from './migration.js'
import { withLedger } from './run/with-ledger.js'

/** Erases the ledger's personal data, while nobody else works with it. */
export const purge = (options: MigrationOptions, { signal }: MigrationCall = {}): Result<void> =>
  withLedger(options, { signal }, async ({ context }) => E.right(await context.ledger.purge()))
