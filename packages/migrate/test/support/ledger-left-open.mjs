// Opens the ledger named in the first argument, writes to it, and ends without closing it.
import { openLedger } from '@userport/migrate'

const ledger = await openLedger(process.argv[2] ?? '')
await ledger.append([], 'a page')
process.stdout.write(String((await ledger.progress()).cursor))
