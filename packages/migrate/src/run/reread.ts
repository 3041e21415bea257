import type { User } from '@userport/core'
import * as E from '#fp-ts/Either'
import type { MoveRecord, RecordChange } from '../ledger/ledger.js'
import type { RunContext } from './context.js'
import { each } from './each.js'
import { judge } from './judge.js'
import { lookUp } from './look-up.js'
import { isMove, type Planned } from './move.js'
import { patiently } from './patiently.js'
import { digestOf, knownMapping } from './prepare.js'
import { problemOf } from './problem.js'

export interface Reread extends Planned {
  readonly row: MoveRecord
}

const gone = { code: 'gone-at-source', detail: 'removed before the move' } as const

/** Somebody who was on the way when the source removed them: whoever arrived is mapped, the others stay behind. */
const settleGone = async (
  context: RunContext,
  { sourceId, state, targetId, targetName }: MoveRecord,
): Promise<RecordChange | undefined> => {
  if (state !== 'creating') return { sourceId, state: 'skipped', problem: gone }
  const handle = {
    ...(targetId === null ? {} : { id: targetId }),
    ...(targetName === null ? {} : { identifiers: { username: targetName } }),
  }
  const looked = await lookUp(context, sourceId, handle, { beyondId: false })
  if (E.isLeft(looked) || looked.right.is === 'hidden') return undefined
  const found = looked.right
  return found.is === 'ours'
    ? { sourceId, state: 'created', targetId: found.user.id, problem: null }
    : { sourceId, state: 'skipped', problem: gone }
}

/** A look at one user may not show when it was made; the user is then made as a new one. */
const lossesOf = ({ target }: RunContext, user: User, { mapped }: Planned): RecordChange['losses'] => {
  const { create } = target.capabilities
  const lost = create !== false && create.createdAt && user.createdAt === undefined
  return lost ? [...new Set([...mapped.losses, 'created-at-changed' as const])] : mapped.losses
}

const settled = (row: MoveRecord, change: Omit<RecordChange, 'sourceId'>): RecordChange => ({ sourceId: row.sourceId, ...change })

/** Reads users of the source one by one, as they are now, and answers with those who are to move. */
export const reread = async (context: RunContext, rows: readonly MoveRecord[]): Promise<readonly Reread[]> => {
  const { from, source, control, ledger, tracker } = context
  const users: { readonly row: MoveRecord; readonly user: User }[] = []
  const changes: RecordChange[] = []
  await each(
    rows,
    source.limit,
    () => control.stopped !== undefined,
    async (row) => {
      const answer = await patiently(source, 'get', from.get(row.sourceId, { signal: control.signal }))
      if (E.isRight(answer) && answer.right !== null) users.push({ row, user: answer.right })
      else if (E.isRight(answer)) {
        const change = await settleGone(context, row)
        if (change !== undefined) changes.push(change)
      } else if (judge(answer.left) === 'stop') control.stop({ kind: 'failed', error: answer.left })
      else if (control.stopped === undefined) changes.push(settled(row, { state: 'failed', problem: problemOf(answer.left) }))
    },
  )
  await context.learn(users.map(({ user }) => user))
  const moving: Reread[] = []
  for (const { row, user } of users) {
    const mapped = knownMapping(context, user, row)
    if (isMove(mapped)) {
      const losses = lossesOf(context, user, { user, mapped })
      moving.push({ row, user, mapped: { ...mapped, losses: losses ?? mapped.losses } })
      changes.push(settled(row, { digest: digestOf(context, user) }))
    } else if (mapped.decision === 'leave') changes.push(settled(row, { state: 'left', problem: null }))
    else changes.push(settled(row, { state: mapped.decision === 'skip' ? 'skipped' : 'failed', problem: mapped.problem }))
  }
  // Who has changed may be called something else by now.
  await ledger.hold(moving.map(({ user, mapped }) => ({ sourceId: user.id, folded: mapped.folded })))
  if (changes.length > 0) await ledger.change(changes)
  // Somebody else may have the same by now.
  await ledger.releaseAll(changes.filter(({ problem }) => problem === gone).map(({ sourceId }) => sourceId))
  for (const { state } of changes) tracker.settled(state)
  return moving
}
