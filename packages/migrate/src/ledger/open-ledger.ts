import { existsSync } from 'node:fs'
import type { LedgerEngine } from './engine.js'
import { type Ledger, LedgerFailure } from './ledger.js'
import { type Seal, sealFor } from './seal.js'
import { sqlLedger } from './sql-ledger.js'

export interface LedgerOptions {
  /**
   * The operator's key: any text. With one, names are encrypted (AES-256-GCM) and hashes keyed (HMAC); it is needed
   * whenever the ledger is opened again, and kept nowhere.
   */
  readonly key?: string
  /** Milliseconds to wait for a lock that another process holds (default 10,000). */
  readonly patience?: number
}

export const isPostgres = (url: string): boolean => /^postgres(ql)?:\/\//.test(url)

// What PostgreSQL's own tools take in place of an address: as a file it would put a password into a name.
const isConnectionText = (url: string): boolean => /^\s*(?:host|hostaddr|port|dbname|user|password|service)\s*=/i.test(url)

/** The path of a ledger that is a file; `null` where the address names something else, or nothing that lasts. */
export const ledgerFile = (url: string): string | null => {
  if (isConnectionText(url) || (/^[a-z][a-z0-9+]+:\/\//i.test(url) && !url.startsWith('file:'))) return null
  const path = url.replace(/^file:(\/\/(?=\/))?/, '')
  return path.trim() === '' || path === ':memory:' ? null : path
}

const noLedger = 'A ledger is a file (file:PATH) or a PostgreSQL database (postgres://…).'

const fileOf = (url: string): string => {
  const file = ledgerFile(url)
  if (file === null) throw new LedgerFailure('broken', url.trim() === '' ? `The address of the ledger is empty. ${noLedger}` : noLedger)
  return file
}

/** Is there a ledger at this address? Asking makes none. Rejects with `LedgerFailure`. */
export const hasLedger = async (url: string): Promise<boolean> =>
  isPostgres(url) ? (await import('./postgres-engine.js')).isOnPostgres(url) : existsSync(fileOf(url))

/** The engine that an address names, with its tables up to date. */
export const engineFor = async (url: string, patience: number): Promise<LedgerEngine> =>
  isPostgres(url)
    ? (await import('./postgres-engine.js')).openPostgres(url, patience)
    : (await import('./sqlite-engine.js')).openSqlite(fileOf(url), patience)

const complaint = (keyed: boolean, given: boolean): string => {
  if (!keyed) return 'The ledger was made without a key: open it without one, or begin another ledger.'
  return given ? 'The key is not the one that the ledger was made with.' : 'The ledger was made with a key: it is needed to open it.'
}

/** The first to open a ledger decides on its key. A purged one holds nothing that a key would hide. */
export const unlock = async (engine: LedgerEngine, key: string | undefined): Promise<Seal> => {
  if (key === '') throw new LedgerFailure('broken', 'The key of the ledger is empty.')
  const keyed = key === undefined ? 0 : 1
  const { salt } = await engine.read((database) => database.selectFrom('ledger').select('salt').executeTakeFirstOrThrow())
  const seal = await sealFor(key, salt)
  const known = await engine.write(async (database) => {
    await database.updateTable('ledger').set({ key_check: seal.check, keyed }).where('key_check', 'is', null).execute()
    return database.selectFrom('ledger').select(['key_check', 'keyed', 'purged']).executeTakeFirstOrThrow()
  })
  if (known.purged === 1 || known.key_check === seal.check) return seal
  throw new LedgerFailure('broken', complaint(known.keyed === 1, key !== undefined))
}

/**
 * Opens a ledger, or makes one: `file:PATH` (or a path) is SQLite, `postgres://…` is PostgreSQL, where `?schema=NAME` (default
 * `userport`) keeps several ledgers in one database apart. Rejects with `LedgerFailure`; `broken` where it is no ledger, is of a newer
 * version, or has another key.
 */
export const openLedger = async (url: string, { key, patience = 10_000 }: LedgerOptions = {}): Promise<Ledger> => {
  const engine = await engineFor(url, patience)
  try {
    return sqlLedger(engine, await unlock(engine, key))
  } catch (error) {
    await engine.close()
    throw error
  }
}
