import type { User } from '@userport/core'
import * as E from '#fp-ts/Either'
import type { MoveRecord, RecordChange } from '../ledger/ledger.js'
import type { LossCode } from '../losses.js'
import type { Mapped } from '../mapping/map-user.js'
import type { RunContext } from './context.js'
import { each } from './each.js'
import { isMove, type Moving, type Planned } from './move.js'
import { patiently } from './patiently.js'
import { digestOf, hasLostHandle, isFormerName, knownMapping } from './prepare.js'
import { failedBy } from './problem.js'
import { type Change, handleIn, settleStaying } from './staying.js'

export interface Reread extends Planned {
  readonly row: MoveRecord
}

const gone = { code: 'gone-at-source', detail: 'removed before the move' } as const

/** A look at one user may not show when it was made; the user is then made as a new one. */
const lossesOf = ({ target }: RunContext, { user, mapped }: Planned): readonly LossCode[] => {
  const { create } = target.capabilities
  const lost = create !== false && create.createdAt && user.createdAt === undefined
  return lost ? [...new Set([...mapped.losses, 'created-at-changed' as const])] : mapped.losses
}

const staying = (mapped: Exclude<Mapped, Moving>): Change =>
  mapped.decision === 'leave'
    ? { state: 'left', problem: null }
    : { state: mapped.decision === 'skip' ? 'skipped' : 'failed', problem: mapped.problem }

/**
 * Reads users of the source one by one, as they are now, and answers with those who are to move. `isSwept`: all users of the target were
 * looked at since the rows were written.
 */
export const reread = async (context: RunContext, rows: readonly MoveRecord[], isSwept = false): Promise<readonly Reread[]> => {
  const { from, source, goal, control, ledger, tracker } = context
  const users: { readonly row: MoveRecord; readonly user: User }[] = []
  const changes: RecordChange[] = []
  const stays = async (row: MoveRecord, otherwise: Change): Promise<void> => {
    const { sourceId, state, attempts } = row
    const change =
      state === 'creating' || attempts > 0
        ? await settleStaying(context, sourceId, handleIn(row), otherwise, !isSwept)
        : { sourceId, ...otherwise }
    if (change !== undefined) changes.push(change)
  }
  const isOver = (): boolean => control.stopped !== undefined
  await each(rows, source.limit, isOver, async (row) => {
    const answer = await patiently(source, 'get', from.get(row.sourceId, { signal: control.signal }))
    if (E.isRight(answer) && answer.right !== null) users.push({ row, user: answer.right })
    else if (E.isRight(answer)) await stays(row, { state: 'skipped', problem: gone })
    else {
      const failed = failedBy(context, row.sourceId, answer.left)
      if (failed !== undefined) await stays(row, failed)
    }
  })
  await context.learn(users.map(({ user }) => user))
  const moving: Reread[] = []
  await each(users, goal.limit, isOver, async ({ row, user }) => {
    const mapped = knownMapping(context, user, row)
    if (!isMove(mapped)) return stays(row, staying(mapped))
    moving.push({ row, user, mapped: { ...mapped, losses: lossesOf(context, { user, mapped }) } })
    // Somebody who is made by the old name yet gets the new one like everybody who changes after the move.
    const isAsItWas = isFormerName(context, user, row, mapped) || (!isSwept && hasLostHandle(context, user, row))
    if (!isAsItWas) changes.push({ sourceId: row.sourceId, digest: digestOf(context, user) })
  })
  // Who has changed may be called something else by now.
  await ledger.hold(moving.map(({ user, mapped }) => ({ sourceId: user.id, folded: mapped.folded })))
  if (changes.length > 0) await ledger.change(changes)
  // Somebody else may have the same by now.
  await ledger.releaseAll(changes.filter(({ problem }) => problem === gone).map(({ sourceId }) => sourceId))
  for (const { state } of changes) tracker.settled(state)
  return moving
}
