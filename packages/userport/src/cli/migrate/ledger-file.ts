import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { hasLedger, type Ledger, ledgerFile, openLedger } from '@userport/migrate'
import { defaultLedger } from './flags.js'

type Environment = Readonly<Record<string, string | undefined>>

/** Which ledger is meant: the argument, else `USERPORT_LEDGER`, else a file in the folder. */
export const ledgerUrl = ({ ledger }: { readonly ledger?: string }, environment: Environment): string =>
  ledger ?? environment.USERPORT_LEDGER ?? defaultLedger

/** The path of a ledger that is a file; `null` for a database. */
export const pathOf = (url: string): string | null => {
  const file = ledgerFile(url)
  return file === null ? null : resolve(file)
}

/** The retry file of a ledger where nobody says another: beside it, or in this folder for a database. */
export const retryFileFor = (url: string): string => {
  const path = pathOf(url)
  return path === null
    ? resolve('userport-migration.retry.jsonl')
    : join(dirname(path), `${path.slice(dirname(path).length + 1).replace(/\.db$/, '')}.retry.jsonl`)
}

/** A ledger was asked for that is not there; opening it would make an empty one. */
export class NoLedger extends Error {
  override readonly name = 'NoLedger'
  constructor(path: string | null) {
    super(`There is no ledger at ${path ?? 'that address'}. “userport migrate run” makes one; --ledger names another.`)
  }
}

export interface OpenedLedger {
  readonly ledger: Ledger
  readonly close: () => Promise<void>
}

const opened = async (url: string, environment: Environment): Promise<OpenedLedger> => {
  const key = environment.USERPORT_LEDGER_KEY
  const ledger = await openLedger(url, key === undefined ? {} : { key })
  return { ledger, close: () => ledger.close() }
}

/** A ledger for a look ahead, which leaves none behind. */
const scratch = async (environment: Environment): Promise<OpenedLedger> => {
  const folder = await mkdtemp(join(tmpdir(), 'userport-plan-'))
  const { ledger, close } = await opened(join(folder, 'ledger.db'), environment)
  return {
    ledger,
    close: async () => {
      await close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** `make`: it may be new. `keep`: it must be there. `look`: it may be missing, and is not made then. */
export type LedgerPurpose = 'make' | 'keep' | 'look'

/** Opens a ledger. Rejects with `NoLedger` or `LedgerFailure`. */
export const openLedgerFor = async (purpose: LedgerPurpose, url: string, environment: Environment): Promise<OpenedLedger> => {
  if (purpose === 'make' || (await hasLedger(url))) return opened(url, environment)
  if (purpose === 'keep') throw new NoLedger(pathOf(url))
  return scratch(environment)
}
