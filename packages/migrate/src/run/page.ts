import type { User, UserError, UserPage } from '@userport/core'
import type * as E from '#fp-ts/Either'
import type { MoveRecord, NewRecord, RecordChange } from '../ledger/ledger.js'
import type { Mapped } from '../mapping/map-user.js'
import { type Changed, carryOver } from './carry-over.js'
import type { RunContext } from './context.js'
import { noteAttributes } from './given-attributes.js'
import { isMove, type Planned } from './move.js'
import type { Mover } from './mover.js'
import { patiently } from './patiently.js'
import { digestOf, firstMapping, hasLostHandle, knownMapping, recordOf } from './prepare.js'
import { settleStaying } from './staying.js'
import { decideTwin, twinsOf } from './twins.js'

/**
 * Users that are mapped before replies of the vendors get their turn: a page at once would leave both vendors without work, fewer than
 * travel at a time would come after those who leave meanwhile.
 */
const atOnce = 64

/** Lets what has arrived meanwhile be heard, and the next requests go out. */
const replies = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Reads a page of the source; `''`: the first. */
export const readPage = (
  { from, source, control }: RunContext,
  cursor: string,
  pageSize: number | undefined,
): Promise<E.Either<UserError, UserPage>> =>
  patiently(
    source,
    'list',
    from.list({ ...(cursor === '' ? {} : { cursor }), ...(pageSize === undefined ? {} : { limit: pageSize }) }, { signal: control.signal }),
  )

interface Added {
  readonly planned: readonly Planned[]
  /** Source ids that the ledger had already. */
  readonly known: readonly string[]
}

/**
 * Writes down who is new on a page, and answers with those who are to move. As many as the mover has room for are written ahead at once,
 * as `creating`: that spares each of them another write.
 */
const addNew = async (context: RunContext, users: readonly User[], keep: string | null, room: number): Promise<Added> => {
  const { ledger, tracker } = context
  const mapped: { readonly user: User; readonly mapped: Mapped }[] = []
  const records: NewRecord[] = []
  let left = room
  for (const user of users) {
    const one = { user, mapped: firstMapping(context, user) }
    const record = recordOf(context, user, one.mapped)
    const isAhead = record.state === 'planned' && left > 0
    if (isAhead) left -= 1
    mapped.push(one)
    records.push(isAhead ? { ...record, state: 'creating' } : record)
    if (mapped.length % atOnce === 0) await replies()
  }
  // At once for all of them, since each would take a commit.
  await noteAttributes(
    context,
    mapped.flatMap((one) => (isMove(one.mapped) ? [one.mapped] : [])),
  )
  const added = await ledger.append(records, keep)
  await replies()
  for (const { sourceId, state } of records) if (added.has(sourceId)) tracker.settled(state)
  return {
    planned: mapped.flatMap(({ user, mapped }, index) =>
      isMove(mapped) && added.has(user.id) ? [{ user, mapped, isWritten: records[index]?.state === 'creating' }] : [],
    ),
    known: records.filter(({ sourceId }) => !added.has(sourceId)).map(({ sourceId }) => sourceId),
  }
}

/** Of those who are to move, all who are not somebody else's twin: what becomes of these is decided by the policy. */
export const withoutTwins = async <A extends Planned>(
  context: RunContext,
  planned: readonly A[],
  isLast: boolean,
): Promise<readonly Planned[]> => {
  const { ledger, tracker } = context
  const holders = await ledger.holders(planned.flatMap(({ mapped }) => mapped.folded))
  const moving: Planned[] = []
  const changes: RecordChange[] = []
  for (const one of planned) {
    const twins = twinsOf(holders, one.user.id, one.mapped.folded)
    if (twins.size === 0) {
      moving.push(one)
      continue
    }
    const decided = await decideTwin(context, one, twins, isLast)
    if (decided.decision === 'move' && decided.mapped === one.mapped) {
      moving.push(one)
      continue
    }
    // Another name is written ahead like the first one, and till then nothing is.
    const otherwise: RecordChange = decided.decision === 'settle' ? decided.change : { sourceId: one.user.id, state: 'planned' }
    // An earlier try may have got through, before the user became somebody's twin.
    const change = one.unsure === true ? await settleStaying(context, one.user.id, one.mapped.input, otherwise, true) : otherwise
    if (change !== undefined) changes.push(change)
    if (decided.decision === 'move' && change?.state === 'planned') moving.push({ user: one.user, mapped: decided.mapped })
  }
  if (changes.length > 0) await ledger.change(changes)
  for (const { state } of changes) tracker.settled(state)
  return moving
}

const moved: ReadonlySet<string> = new Set(['created', 'verified'])
const behind: ReadonlySet<string> = new Set(['left', 'skipped'])

/** Decides anew about users who wait or stayed behind and have changed since: somebody may have got a login, or be let in again. */
const decideAnew = async (context: RunContext, changed: readonly Changed[]): Promise<readonly Planned[]> => {
  const { ledger, tracker } = context
  const decided = changed.map(({ user, row }) => ({ user, mapped: knownMapping(context, user, row) }))
  const records = decided.map(({ user, mapped }) => recordOf(context, user, mapped))
  await ledger.hold(records)
  await ledger.change(records)
  tracker.done -= changed.filter(({ row }) => behind.has(row.state)).length
  for (const { state } of records) tracker.settled(state)
  return decided.flatMap(({ user, mapped }) => (isMove(mapped) ? [{ user, mapped }] : []))
}

/**
 * Takes up a page: its new users are written down and given to the mover, those whom an earlier try left on the way too, and what
 * changed at the source since somebody moved is carried over. `keep`: the cursor that the ledger is to hold. The promise inside is
 * fulfilled once nobody of the page is on the way any more; it stays open where the run stops first.
 */
export const takePage = async (
  context: RunContext,
  mover: Mover,
  users: readonly User[],
  keep: string | null,
): Promise<{ readonly settled: Promise<void> }> => {
  const { ledger } = context
  await context.learn(users)
  const byId = new Map(users.map((user) => [user.id as string, user]))
  const known = new Map<string, MoveRecord>()
  const lookUpRows = async (sourceIds: readonly string[]): Promise<void> => {
    if (sourceIds.length > 0) for (const row of await ledger.get(sourceIds)) known.set(row.sourceId, row)
    await replies()
  }
  if (context.meetsKnown) await lookUpRows([...byId.keys()])
  const unknown = [...byId.values()].filter(({ id }) => !known.has(id))
  const added = await addNew(context, unknown, keep, mover.group)
  await lookUpRows(added.known)
  context.meetsKnown = known.size > 0
  const planned: Planned[] = [...added.planned]
  const changed: Changed[] = []
  const undecided: Changed[] = []
  for (const row of known.values()) {
    const user = byId.get(row.sourceId)
    if (user === undefined) continue
    const { state } = row
    const isInDoubt = state === 'creating'
    const isChanged = row.digest !== digestOf(context, user)
    if (isChanged && moved.has(state)) changed.push({ user, row })
    else if (isChanged && (state === 'planned' || behind.has(state))) undecided.push({ user, row })
    else if (state === 'planned' || (isInDoubt && !hasLostHandle(context, user, row))) {
      const mapped = knownMapping(context, user, row)
      if (isMove(mapped)) planned.push({ user, mapped, isWritten: isInDoubt, unsure: isInDoubt })
    }
  }
  planned.push(...(await decideAnew(context, undecided)))
  const moving = await withoutTwins(context, planned, false)
  await carryOver(context, changed, false)
  return { settled: giveTo(mover, moving) }
}

/** Has users moved; fulfilled once none of them is on the way any more. */
export const giveTo = (mover: Mover, planned: readonly Planned[]): Promise<void> =>
  new Promise((resolve) => {
    let left = planned.length
    if (left === 0) return resolve()
    const settled = (): void => {
      left -= 1
      if (left === 0) resolve()
    }
    mover.add(planned.map((one) => ({ ...one, settled })))
  })
