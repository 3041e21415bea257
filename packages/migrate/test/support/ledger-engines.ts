import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { userId } from '@userport/core'
import { afterAll, beforeAll } from 'vitest'
import type { Ledger, NewRecord } from '../../src/ledger/ledger.js'
import { type LedgerOptions, openLedger } from '../../src/ledger/open-ledger.js'
import { findPostgres, type PostgresServer, startPostgres } from './ledger-postgres.mjs'

export interface LedgerPlace {
  readonly engine: 'sqlite' | 'postgres'
  /** The address of a ledger that nobody has opened yet. */
  readonly fresh: () => string
}

export interface LedgerPlaces {
  readonly places: readonly LedgerPlace[]
  /** Where the files of SQLite are. */
  readonly folder: string
  readonly server: PostgresServer | undefined
}

/** Where ledgers can be kept on this machine. Removed again after the tests of the file. */
export const ledgerPlaces = async (): Promise<LedgerPlaces> => {
  const folder = mkdtempSync(join(tmpdir(), 'userport-ledger-'))
  const found = findPostgres()
  if ('missing' in found) console.log(found.missing)
  let started: PostgresServer | undefined
  // Not before: a file whose tests are only listed ends without `afterAll`.
  beforeAll(async () => {
    const postgres = await startPostgres()
    if (!('missing' in postgres)) started = postgres
  }, 60_000)
  afterAll(async () => {
    await started?.stop()
    rmSync(folder, { recursive: true, force: true })
  }, 30_000)
  const running = (): PostgresServer => {
    if (started === undefined) throw new Error('PostgreSQL runs from the first test on.')
    return started
  }
  const server: PostgresServer | undefined =
    'missing' in found
      ? undefined
      : {
          get url() {
            return running().url
          },
          start: () => running().start(),
          crash: () => running().crash(),
          stop: () => running().stop(),
        }
  const name = (): string => `l${randomBytes(6).toString('hex')}`
  const sqlite: LedgerPlace = { engine: 'sqlite', fresh: () => `file:${join(folder, `${name()}.ledger`)}` }
  const shared = server && { engine: 'postgres' as const, fresh: () => `${server.url}?schema=${name()}` }
  return { places: shared === undefined ? [sqlite] : [sqlite, shared], folder, server }
}

/** Opens a ledger for a test, and closes it whatever becomes of the test. */
export const withLedger = async <A>(url: string, use: (ledger: Ledger) => Promise<A>, options: LedgerOptions = {}): Promise<A> => {
  const ledger = await openLedger(url, options)
  try {
    return await use(ledger)
  } finally {
    await ledger.close()
  }
}

export const newRecord = (id: string, more: Partial<NewRecord> = {}): NewRecord => ({
  sourceId: userId(id),
  kind: 'registered',
  state: 'planned',
  targetId: null,
  targetName: null,
  digest: `digest of ${id}`,
  losses: [],
  problem: null,
  folded: [],
  ...more,
})
