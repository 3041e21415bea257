import type { User, UserError } from '@userport/core'
import * as E from '#fp-ts/Either'
import type { MoveRecord, RecordChange } from '../ledger/ledger.js'
import { differences } from '../mapping/compare.js'
import { hasCome } from '../mapping/marks.js'
import { carryStatus, updateFor } from './complete.js'
import type { RunContext } from './context.js'
import { each } from './each.js'
import { judge } from './judge.js'
import { patiently } from './patiently.js'
import { digestOf, knownMapping } from './prepare.js'
import { problemOf } from './problem.js'

export type Changed = { readonly user: User; readonly row: MoveRecord }

/** Carries a change at the source over to a user who has moved but not come yet. `undefined`: the row stays as it is. */
const carryOne = async (context: RunContext, { user, row }: Changed): Promise<RecordChange | undefined> => {
  const { to, goal, control, tracker } = context
  const { sourceId, targetId } = row
  const mapped = knownMapping(context, user, row)
  // Whoever has come keeps what is at the target.
  if (row.password !== 'unset') return undefined
  if (mapped.decision !== 'move' || targetId === null || !to.capabilities.update) {
    tracker.stale += 1
    return undefined
  }
  const call = { signal: control.signal }
  const refused = (error: UserError): RecordChange | undefined => {
    const judgement = judge(error)
    if (judgement === 'stop') control.stop({ kind: 'failed', error })
    return judgement === 'refused' ? { sourceId, problem: problemOf(error) } : undefined
  }
  const there = await patiently(goal, 'get', to.get(targetId, call))
  if (E.isLeft(there)) return refused(there.left)
  if (there.right === null) return { sourceId, problem: { code: 'gone-at-target', detail: 'removed after the move' } }
  const actual = there.right
  if (hasCome(actual)) return { sourceId, password: 'set' }
  const update = updateFor(mapped, differences({ ...mapped.input, suspended: mapped.suspend }, actual))
  const updated = update === undefined ? there : await patiently(goal, 'update', to.update(targetId, update, call), 2)
  if (E.isLeft(updated)) return refused(updated.left)
  const carried = await carryStatus(context, mapped, actual)
  if (E.isLeft(carried)) return refused(carried.left)
  const targetName = mapped.input.identifiers?.username ?? null
  return { sourceId, kind: user.kind, state: 'created', targetName, digest: digestOf(context, user), losses: mapped.losses, problem: null }
}

/** Carries over what changed at the source. */
export const carryOver = async (context: RunContext, changed: readonly Changed[]): Promise<void> => {
  const { control, goal, ledger } = context
  const changes: RecordChange[] = []
  await each(
    changed,
    goal.limit,
    () => control.stopped !== undefined,
    async (one) => {
      const change = await carryOne(context, one)
      if (change !== undefined) changes.push(change)
    },
  )
  if (changes.length > 0) await ledger.change(changes)
}
