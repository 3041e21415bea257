import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { failureOf } from '../ledger/failures.js'
import { type Ledger, LedgerFailure } from '../ledger/ledger.js'
import { openLedger } from '../ledger/open-ledger.js'

const made = (): Promise<string> =>
  mkdtemp(join(tmpdir(), 'userport-dry-run-')).catch((cause: NodeJS.ErrnoException) => {
    throw new LedgerFailure(failureOf(cause).reason, `No ledger for the time of a dry run can be made in ${tmpdir()}. (${cause.code})`)
  })

/** Lends out a ledger that is gone afterwards. It remembers identifiers of any number of users on disk, under a key that nobody keeps. */
export const withTemporaryLedger = async <A>(use: (ledger: Ledger) => Promise<A>): Promise<A> => {
  const folder = await made()
  try {
    const ledger = await openLedger(`file:${join(folder, 'ledger.db')}`, { key: randomUUID() })
    try {
      return await use(ledger)
    } finally {
      await ledger.close()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
