import type { User, UserError } from '@userport/core'
import * as E from '#fp-ts/Either'
import type { HeldIdentifiers, MoveRecord, RecordChange } from '../ledger/ledger.js'
import { differences } from '../mapping/compare.js'
import { identifiersOf } from '../mapping/fold.js'
import { foldedAt, type Mapped } from '../mapping/map-user.js'
import { hasCome } from '../mapping/marks.js'
import { refusesRemoval } from '../mapping/target-of.js'
import { carryStatus, unverified, updateFor } from './complete.js'
import type { RunContext } from './context.js'
import { each } from './each.js'
import { attributesGone, noteAttributes, withNulls } from './given-attributes.js'
import { judge } from './judge.js'
import { isMove, type Moving } from './move.js'
import { patiently } from './patiently.js'
import { digestOf, knownMapping } from './prepare.js'
import { problemOf } from './problem.js'
import { decideTwin, twinProblem, twinsOf } from './twins.js'

export type Changed = { readonly user: User; readonly row: MoveRecord }

interface Carried {
  readonly change: RecordChange
  /** What is no more the user's at the target. */
  readonly left?: readonly string[]
}

interface Carrying extends Changed {
  readonly mapped: Mapped
  /** Whoever of the source has had the same before. */
  readonly twins: ReadonlyMap<string, string>
  readonly isLast: boolean
}

/** By the policy another name, where somebody else of the source has it for good; `undefined`: the target keeps the old one. */
const withoutTwin = async (context: RunContext, { user, twins, isLast }: Carrying, mapped: Moving): Promise<Moving | undefined> => {
  if (twins.size === 0) return mapped
  if (!isLast) return undefined
  const decided = await decideTwin(context, { user, mapped }, twins, true)
  if (decided.decision !== 'move') return undefined
  await context.ledger.hold([{ sourceId: user.id, folded: decided.mapped.folded }])
  return decided.mapped
}

/** Carries a change at the source over to a user who has moved but not come yet. `undefined`: the row stays as it is. */
const carryOne = async (context: RunContext, carrying: Carrying): Promise<Carried | undefined> => {
  const { to, goal, control, tracker } = context
  const { user, row, mapped: known, twins } = carrying
  const { sourceId, targetId } = row
  // Whoever has come keeps what is at the target.
  if (row.password !== 'unset') return undefined
  if (!isMove(known) || targetId === null || !to.capabilities.update) {
    tracker.stale += 1
    return undefined
  }
  const call = { signal: control.signal }
  const refused = (error: UserError): Carried | undefined => {
    const judgement = judge(error)
    if (judgement === 'stop') control.stop({ kind: 'failed', error })
    return judgement === 'refused' ? { change: { sourceId, problem: problemOf(error) } } : undefined
  }
  const there = await patiently(goal, 'get', to.get(targetId, call))
  if (E.isLeft(there)) return refused(there.left)
  if (there.right === null) return { change: { sourceId, problem: { code: 'gone-at-target', detail: 'removed after the move' } } }
  const actual = there.right
  if (hasCome(actual)) return { change: { sourceId, password: 'set' } }
  const mapped = await withoutTwin(context, carrying, known)
  if (mapped === undefined) return { change: { sourceId, problem: twinProblem([...twins.keys()]) } }
  const gone = await attributesGone(context, mapped, actual)
  const isRemovable = gone.length > 0 && !(await refusesRemoval(to))
  const wanted = isRemovable ? mapped : withNulls(mapped, gone)
  const fields = differences({ ...wanted.input, suspended: mapped.suspend }, actual)
  const update = updateFor(wanted, isRemovable ? [...fields, ...gone.map((name) => `attributes.${name}`)] : fields)
  await noteAttributes(context, [mapped])
  const updated = update === undefined ? E.right(actual) : await patiently(goal, 'update', to.update(targetId, update, call), 2)
  if (E.isLeft(updated)) return refused(updated.left)
  const carried = await carryStatus(context, mapped, actual)
  if (E.isLeft(carried)) return refused(carried.left)
  const targetName = mapped.input.identifiers?.username ?? null
  const heldBy = (one: User): readonly string[] => foldedAt(context.target, identifiersOf(one))
  // What the source has no more may still be there: an update takes no identifier away.
  const has = new Set([...mapped.folded, ...heldBy(updated.right)])
  return {
    change: {
      sourceId,
      kind: user.kind,
      state: 'created',
      targetName,
      digest: digestOf(context, user),
      losses: [...mapped.losses, ...unverified(mapped, updated.right)],
      problem: null,
    },
    left: heldBy(actual).filter((identifier) => !has.has(identifier)),
  }
}

/**
 * Carries over what changed at the source. Until it `isLast`, nobody gets another name than that of the source: whoever has that one may
 * still be about to leave it, see `untangle`.
 */
export const carryOver = async (context: RunContext, changed: readonly Changed[], isLast: boolean): Promise<void> => {
  const { control, goal, ledger } = context
  if (changed.length === 0) return
  const wanted = changed.map((one) => ({ ...one, mapped: knownMapping(context, one.user, one.row) }))
  const held = wanted.flatMap(({ user, row, mapped }) =>
    isMove(mapped) && row.password === 'unset' ? [{ sourceId: user.id, folded: mapped.folded }] : [],
  )
  // Before the target has them, so that of two who want the same one is the first.
  await ledger.hold(held)
  const holders = await ledger.holders(held.flatMap(({ folded }) => folded))
  const carrying = wanted.map((one): Carrying => {
    const folded = isMove(one.mapped) ? one.mapped.folded : []
    return { ...one, twins: twinsOf(holders, one.user.id, folded), isLast }
  })
  const changes: RecordChange[] = []
  const left: HeldIdentifiers[] = []
  await each(
    carrying,
    goal.limit,
    () => control.stopped !== undefined,
    async (one) => {
      const carried = await carryOne(context, one)
      if (carried === undefined) return
      changes.push({ ...carried.change, ifStill: one.row })
      if (carried.left !== undefined && carried.left.length > 0) left.push({ sourceId: one.row.sourceId, folded: carried.left })
    },
  )
  if (changes.length > 0) await ledger.change(changes)
  if (left.length > 0) await ledger.release(left)
}
