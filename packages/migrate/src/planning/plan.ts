import type { Result, User, UserError, UserPage } from '@userport/core'
import * as E from '#fp-ts/Either'
import type { Ledger } from '../ledger/ledger.js'
import { mapUser } from '../mapping/map-user.js'
import { targetOf } from '../mapping/target-of.js'
import type { MigrationCall, MigrationPlan, RunProgress } from '../migration.js'
import { failureOf } from '../run/ledger-failure.js'
import { twinsOf } from '../run/twins.js'
import { onLedger } from './on-ledger.js'
import { generalFindings, type Planned, planOf } from './planned.js'
import { Tally } from './tally.js'

export interface PlanOptions extends Planned, MigrationCall {
  /** The one that a run would go on with. It is looked at only. */
  readonly ledger?: Ledger
  /** How many users are looked at (default 500). */
  readonly sample?: number
  readonly onProgress?: (progress: RunProgress) => void
}

type Outcome<A> = E.Either<UserError, A>

const sampleOf = async ({ from, limits, signal }: PlanOptions, size: number): Promise<Outcome<readonly User[]>> => {
  const users = new Map<string, User>()
  let cursor: string | null = ''
  while (cursor !== null && users.size < size) {
    const limit = Math.min(size - users.size, limits?.pageSize ?? size)
    const page: Outcome<UserPage> = await from.list({ ...(cursor === '' ? {} : { cursor }), limit }, { ...(signal && { signal }) })()
    if (E.isLeft(page)) return page
    for (const user of page.right.users) users.set(user.id, user)
    cursor = page.right.next
  }
  return E.right([...users.values()].slice(0, size))
}

const planned = async (given: PlanOptions): Promise<Outcome<MigrationPlan>> => {
  const { policy, refusals } = await onLedger(given)
  const options = { ...given, policy }
  const { from, to, signal, sample = 500 } = options
  const counted = from.capabilities.count ? await from.count({ ...(signal && { signal }) })() : E.right(null)
  if (E.isLeft(counted)) return counted
  const users = await sampleOf(options, sample)
  if (E.isLeft(users)) return users
  const tally = new Tally(policy, to)
  const target = await targetOf(to)(users.right)
  const holders = new Map<string, string>()
  for (const user of users.right) {
    const mapped = mapUser(user, target, policy)
    tally.addUser(user, mapped)
    if (mapped.decision !== 'move') continue
    const twins = twinsOf(holders, user.id, mapped.folded)
    if (twins.size > 0) tally.addConflict('twin', [...twins.keys()])
    for (const identifier of mapped.folded) if (!holders.has(identifier)) holders.set(identifier, user.id)
  }
  return E.right(planOf(options, tally, [...refusals, ...(await generalFindings(options))], counted.right))
}

/**
 * What would happen, from both vendors' capabilities and rules and a sample of users. Reads only, and from the source alone.
 * Fails with whatever the source fails with.
 */
export const plan =
  (options: PlanOptions): Result<MigrationPlan> =>
  () =>
    planned(options).catch((cause: unknown) => E.left(failureOf(cause)))
