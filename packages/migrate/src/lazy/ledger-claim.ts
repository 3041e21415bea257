import { type CallOptions, type UserId, userError } from '@userport/core'
import * as E from '#fp-ts/Either'
import type { MoveRecord } from '../ledger/ledger.js'
import { hasCome } from '../mapping/marks.js'
import { judge } from '../run/judge.js'
import { claiming } from '../run/problem.js'
import { accountOf, type LedgerDesk, proved, recordOf, refused, signInIdentifier } from './ledger-desk.js'
import { locked } from './lock.js'
import type { Claim, MoveProof } from './move-ledger.js'
import type { Outcome } from './parts.js'

/** A claim that was cut short may be repeated for so many milliseconds, and no longer. */
const repeatable = 15 * 60_000

const mayClaim = ({ password, problem, updatedAt }: MoveRecord): boolean =>
  password !== 'set' || (problem?.code === claiming && Date.now() - updatedAt < repeatable)

// Of these the run has made nothing that it would not make again.
const open = new Set<MoveRecord['state']>(['planned', 'creating', 'failed'])

/** Who proves to have the password; the source says so. Whoever has a second factor there has given it for the session. */
const claimant = async (desk: LedgerDesk, { identifier, password, session }: MoveProof, call: CallOptions): Outcome<UserId> => {
  const { from, throttle } = desk
  const retryAfter = throttle.waits(identifier)
  if (retryAfter !== undefined) return E.left(userError('RateLimited', { vendor: 'ledger', operation: 'claim' }, { retryAfter }))
  const answer = await from.backend.signIn({ identifier, password }, call)()
  if (E.isLeft(answer)) {
    if (answer.left._tag === 'InvalidCredentials') throttle.failed(identifier)
    return answer
  }
  if ('pending' in answer.right) {
    const { userId: id } = answer.right.pending
    const seen = await proved(desk, session, call)
    if (E.isLeft(seen)) return seen
    return seen.right.user.id === id ? E.right(id) : refused('InvalidCredentials', 'claim')
  }
  // Nobody is to be left signed in by the question.
  if (from.backend.capabilities.signOut.server === 'revokes') await from.backend.signOut(answer.right.session, call)()
  return E.right(answer.right.user.id)
}

const claim = async (desk: LedgerDesk, record: MoveRecord, newPassword: string, call: CallOptions): Outcome<Claim> => {
  const { ledger, to } = desk
  const { sourceId } = record
  const account = await accountOf(desk, record, call)
  if (E.isLeft(account)) return account
  if (account.right === null) {
    if (open.has(record.state)) await ledger.change([{ sourceId, state: 'creating', problem: null }])
    return E.right({ outcome: 'absent' })
  }
  const identifier = signInIdentifier(desk, account.right)
  if (identifier === undefined) return E.right({ outcome: 'absent' })
  // An account that was there before, or that its user made: only its own password opens it.
  if (record.state === 'linked' || hasCome(account.right) || !mayClaim(record)) return E.right({ outcome: 'come', identifier })
  if (!to.directory.capabilities.setPassword) {
    // Nobody has ever used it, so it may be made anew, with a password.
    const erased = await to.directory.erase(account.right.id, call)()
    if (E.isLeft(erased)) return erased
    await ledger.change([{ sourceId, state: 'creating', targetId: null, problem: null }])
    return E.right({ outcome: 'absent' })
  }
  await ledger.change([{ sourceId, password: 'set', problem: { code: claiming, detail: 'a password is being set' } }])
  const done = await to.directory.setPassword(account.right.id, newPassword, call)()
  if (E.isLeft(done)) {
    const notDone = !['down', 'lost'].includes(judge(done.left))
    if (notDone) await ledger.change([{ sourceId, password: record.password, problem: record.problem }])
    return done
  }
  await ledger.change([{ sourceId, problem: null }])
  return E.right({ outcome: 'claimed', identifier })
}

/** Lets somebody who proves the old password have the account that was made for them in bulk, once. */
export const claimIn = async (desk: LedgerDesk, proof: MoveProof, call: CallOptions): Outcome<Claim> => {
  const known = await claimant(desk, proof, call)
  if (E.isLeft(known)) return known
  const id = known.right
  return locked<Claim>(`userport.ledger.${id}`, async (): Outcome<Claim> => {
    const record = await recordOf(desk, id)
    return record === undefined ? E.right({ outcome: 'absent' }) : claim(desk, record, proof.newPassword, call)
  })
}
