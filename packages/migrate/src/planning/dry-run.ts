import { setImmediate } from 'node:timers/promises'
import type { Result, User, UserDirectory, UserError, UserPage } from '@userport/core'
import * as E from '#fp-ts/Either'
import type { Ledger, NewRecord } from '../ledger/ledger.js'
import { type Mapped, mapUser } from '../mapping/map-user.js'
import { targetOf } from '../mapping/target-of.js'
import type { MigrationPlan } from '../migration.js'
import { RunControl } from '../run/control.js'
import { each } from '../run/each.js'
import { failureOf } from '../run/ledger-failure.js'
import { Pace } from '../run/pace.js'
import { patiently } from '../run/patiently.js'
import { interrupted } from '../run/stopped.js'
import { Tracker } from '../run/tracker.js'
import { twinsOf } from '../run/twins.js'
import { type Asking, isInhabited, takenKinds } from './ask-target.js'
import { onLedger } from './on-ledger.js'
import type { PlanOptions } from './plan.js'
import { generalFindings, planOf } from './planned.js'
import { Tally } from './tally.js'
import { withTemporaryLedger } from './temporary-ledger.js'

export type DryRunOptions = Omit<PlanOptions, 'sample'>

type Outcome<A> = E.Either<UserError, A>

/** What a dry run works with. */
interface Looking extends Asking {
  readonly from: UserDirectory
  readonly pageSize: number | undefined
  readonly source: Pace
  readonly ledger: Ledger
  readonly tally: Tally
}

const callsAtOnce = 16
const patience = 15 * 60_000

const recordOf = (user: User, mapped: Mapped): NewRecord => ({
  sourceId: user.id,
  kind: user.kind,
  state: 'planned',
  targetId: null,
  targetName: null,
  digest: '',
  losses: [],
  problem: null,
  folded: mapped.decision === 'move' ? mapped.folded : [],
})

const lookAt = async (looking: Looking, users: readonly User[], map: (user: User) => Mapped, asks: boolean): Promise<void> => {
  const { ledger, tally, goal, control } = looking
  const all = users.map((user) => ({ user, mapped: map(user) }))
  const added = await ledger.append(
    all.map(({ user, mapped }) => recordOf(user, mapped)),
    null,
  )
  // A source that numbers its pages may show a user again.
  const left = new Set(added)
  const fresh = all.filter(({ user }) => left.delete(user.id))
  const holders = await ledger.holders(fresh.flatMap(({ mapped }) => (mapped.decision === 'move' ? mapped.folded : [])))
  await each(
    fresh,
    goal.limit,
    () => control.stopped !== undefined,
    async ({ user, mapped }) => {
      tally.addUser(user, mapped)
      if (mapped.decision !== 'move') return
      const twins = twinsOf(holders, user.id, mapped.folded)
      if (twins.size > 0) tally.addConflict('twin', [...twins.keys()])
      const taken = asks ? await takenKinds(looking, user, mapped) : []
      if (taken.length > 0) tally.addConflict('conflict', taken)
    },
  )
}

const everybody = async (looking: Looking, onUsers: (count: number) => void): Promise<Outcome<void>> => {
  const { from, to, policy, pageSize, control, source } = looking
  const inhabited = await isInhabited(looking)
  if (E.isLeft(inhabited)) return inhabited
  const learn = targetOf(to)
  const page = (cursor: string | undefined): Promise<Outcome<UserPage>> =>
    patiently(source, 'list', from.list({ ...(cursor && { cursor }), ...(pageSize && { limit: pageSize }) }, { signal: control.signal }))

  let next: Promise<Outcome<UserPage>> | undefined = page(undefined)
  while (next !== undefined) {
    const read: Outcome<UserPage> = await next
    if (control.stopped !== undefined) return E.left(interrupted(control.stopped))
    if (E.isLeft(read)) return read
    const { users }: UserPage = read.right
    next = read.right.next === null ? undefined : page(read.right.next)
    const target = await learn(users)
    await lookAt(looking, users, (user) => mapUser(user, target, policy), inhabited.right)
    onUsers(users.length)
    // A source that answers at once would let no timer and no signal through.
    await setImmediate()
  }
  return control.stopped === undefined ? E.right(undefined) : E.left(interrupted(control.stopped))
}

const looked = async (given: DryRunOptions): Promise<Outcome<MigrationPlan>> => {
  const { policy, refusals } = await onLedger(given)
  const options = { ...given, policy }
  const { from, to, limits = {}, signal, onProgress } = options
  const tally = new Tally(policy, to)
  const control = new RunControl(signal)
  const pacing = { control, concurrency: limits.concurrency ?? callsAtOnce, patience: limits.patience ?? patience }
  const source = new Pace({ ...pacing, vendor: from.vendor })
  const goal = new Pace({ ...pacing, vendor: to.vendor, ...(limits.callsPerSecond && { callsPerSecond: limits.callsPerSecond }) })
  const tracker = new Tracker({ ceiling: null, paces: [source, goal], goal, ...(onProgress && { onProgress }) })
  tracker.start()
  try {
    const counted = from.capabilities.count ? await patiently(source, 'count', from.count({ signal: control.signal })) : E.right(null)
    if (E.isLeft(counted)) return counted
    tracker.total = counted.right
    const looking = { from, to, policy, pageSize: limits.pageSize, control, source, goal, tally }
    const done = await withTemporaryLedger((ledger) =>
      everybody({ ...looking, ledger }, (count) => {
        tracker.done += count
      }),
    )
    return E.isLeft(done) ? done : E.right(planOf(options, tally, [...refusals, ...(await generalFindings(options))], tally.users))
  } finally {
    tracker.stop()
    control.close()
  }
}

/**
 * Every check of a run, for every user of the source, against the real target: its rules, who is there already, and users of the source
 * who differ only in how their identifiers are written. Writes nothing, neither there nor to a ledger that stays. Whoever has moved by
 * an earlier run is no conflict. Fails with what ended it, as a run does; `Cancelled` where it was told to stop.
 */
export const dryRun =
  (options: DryRunOptions): Result<MigrationPlan> =>
  () =>
    looked(options).catch((cause: unknown) => E.left(failureOf(cause)))
