import { createKiiBackend } from '@userport/kii'
import { createKiiDirectory, type KiiDirectoryConfig } from '@userport/kii/directory'
import { createKinveyBackend } from '@userport/kinvey'
import { createKinveyDirectory, type KinveyDirectoryConfig } from '@userport/kinvey/directory'
import { directoryLedger, openLedger } from '@userport/migrate'
import { moveLedgerHandler } from '@userport/migrate/lazy'

export const openHandler = async (old: KiiDirectoryConfig, next: KinveyDirectoryConfig, ledgerUrl: string) => {
  const { clientId: _, clientSecret: __, ...oldApp } = old
  const { masterSecret: ___, ...nextApp } = next
  const ledger = await openLedger(ledgerUrl)
  const moves = directoryLedger({
    ledger,
    from: { directory: createKiiDirectory(old), backend: createKiiBackend(oldApp) },
    to: { directory: createKinveyDirectory(next), backend: createKinveyBackend(nextApp) },
  })
  return { handle: moveLedgerHandler(moves), close: () => ledger.close() }
}
