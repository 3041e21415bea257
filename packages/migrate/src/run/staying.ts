import { defined, type NewUser, type UserId } from '@userport/core'
import * as E from '#fp-ts/Either'
import type { MoveRecord, RecordChange } from '../ledger/ledger.js'
import type { RunContext } from './context.js'
import { lookUp } from './look-up.js'
import { failedBy } from './problem.js'

export type Change = Omit<RecordChange, 'sourceId'>

/** By what somebody on the way would be found, as the row has it. */
export const handleIn = ({ targetId, targetName }: Pick<MoveRecord, 'targetId' | 'targetName'>): NewUser =>
  defined({ id: targetId ?? undefined, identifiers: targetName === null ? undefined : { username: targetName } })

/**
 * Somebody who was on the way and is to move no more: whoever arrived is mapped, for any other the row says `otherwise`. Whoever `mayHide`,
 * so that only a look at all users of the target can tell, is in doubt until one was taken. `undefined`: the run stops.
 */
export const settleStaying = async (
  context: RunContext,
  sourceId: UserId,
  handle: NewUser,
  otherwise: Change,
  mayHide: boolean,
): Promise<RecordChange | undefined> => {
  const looked = await lookUp(context, sourceId, handle, { beyondId: false })
  if (E.isLeft(looked)) {
    const failed = failedBy(context, sourceId, looked.left)
    return failed === undefined ? undefined : { ...failed, attempted: true }
  }
  const found = looked.right
  // Nobody knows what the source was when the user was made: the next run carries over what differs.
  if (found.is === 'ours') return { sourceId, state: 'created', targetId: found.user.id, problem: null, digest: '' }
  if (found.is === 'earlier') return { sourceId, state: 'linked', targetId: found.user.id, problem: null }
  return found.is === 'hidden' && mayHide ? { sourceId, state: 'creating' } : { sourceId, ...otherwise }
}
