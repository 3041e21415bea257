import { brokenRule, type CallOptions, type Session, type UserError } from '@userport/core'
import * as E from '#fp-ts/Either'
import { hasCome } from '../mapping/marks.js'
import { judge } from '../run/judge.js'
import { accountOf, type LedgerDesk, proved, recordOf, signInIdentifier } from './ledger-desk.js'
import { locked } from './lock.js'
import type { Exchange } from './move-ledger.js'
import type { Outcome } from './parts.js'

// Forgotten at once: it opens one session, and the next password takes its place.
const oneTimePassword = (): string =>
  Array.from(globalThis.crypto.getRandomValues(new Uint8Array(32)), (byte) => byte.toString(36).padStart(2, '0'))
    .join('')
    .slice(0, 40)

/** A session at the target for a live one at the source, for the first device that comes. */
export const exchangeIn = async (desk: LedgerDesk, session: Session, call: CallOptions): Outcome<Exchange> => {
  const seen = await proved(desk, session, call)
  if (E.isLeft(seen)) return seen
  const { user, session: now } = seen.right
  const stays: E.Either<UserError, Exchange> = E.right({ outcome: 'stays', session: now })
  // That the target takes no keys of an operator says nothing of the user.
  const notDone = (error: UserError): E.Either<UserError, Exchange> => (judge(error) === 'stop' ? stays : E.left(error))
  const { ledger, to } = desk

  return locked<Exchange>(`userport.ledger.${user.id}`, async (): Outcome<Exchange> => {
    const record = await recordOf(desk, user.id)
    if (record === undefined || user.kind === 'anonymous') return stays
    if (record.state === 'linked' || record.password !== 'unset') return E.right({ outcome: 'come' })
    const password = oneTimePassword()
    if (!to.directory.capabilities.setPassword || brokenRule(to.backend.rules.password, password) !== undefined) return stays
    const account = await accountOf(desk, record, call)
    if (E.isLeft(account)) return notDone(account.left)
    const identifier = account.right === null ? undefined : signInIdentifier(desk, account.right)
    if (account.right === null || identifier === undefined) return stays
    if (hasCome(account.right)) return E.right({ outcome: 'come' })

    // Written ahead: a second exchange would end the session of the first wherever a new password ends sessions.
    await ledger.change([{ sourceId: record.sourceId, password: 'exchanged' }])
    const set = await to.directory.setPassword(account.right.id, password, call)()
    const entered = E.isLeft(set) ? set : await to.backend.signIn({ identifier, password }, call)()
    if (E.isRight(entered) && !('pending' in entered.right)) return E.right({ outcome: 'exchanged', session: entered.right.session })
    await ledger.change([{ sourceId: record.sourceId, password: 'unset' }])
    if (E.isLeft(set)) return notDone(set.left)
    return E.isLeft(entered) ? entered : stays
  })
}
