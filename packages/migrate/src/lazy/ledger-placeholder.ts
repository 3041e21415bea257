import type { CallOptions, UserId } from '@userport/core'
import * as E from '#fp-ts/Either'
import type { MoveRecord } from '../ledger/ledger.js'
import { hasCome } from '../mapping/marks.js'
import { accountOf, type LedgerDesk } from './ledger-desk.js'
import type { Outcome } from './parts.js'

/**
 * Erases what a run made for an anonymous user who has come by the own device as `targetId`. Nobody could ever use it: it has no
 * credential, and once the ledger names the other one, nothing would tell whose it was.
 */
export const erasePlaceholder = async (desk: LedgerDesk, record: MoveRecord, targetId: UserId, call: CallOptions): Outcome<void> => {
  if (record.kind !== 'anonymous' || record.state === 'linked' || record.password !== 'unset') return E.right(undefined)
  const { to } = desk
  const account = await accountOf(desk, record, call)
  if (E.isLeft(account)) return account
  const placeholder = account.right
  if (placeholder === null || placeholder.id === targetId || hasCome(placeholder) || !to.directory.capabilities.erase)
    return E.right(undefined)
  return to.directory.erase(placeholder.id, call)()
}
