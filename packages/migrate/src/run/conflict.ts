import type { IdentifierKind } from '@userport/core'
import type { MoveProblem, RecordChange } from '../ledger/ledger.js'
import { foldedIdentifiers } from '../mapping/fold.js'
import { mapUser } from '../mapping/map-user.js'
import { nextUsername } from '../mapping/rename.js'
import type { RunContext } from './context.js'
import type { Found } from './look-up.js'
import type { Move, Moving } from './move.js'

/** Usernames that are tried for one user. */
const mostNames = 50

/** The next username by the policy that no user of the source has, and the user mapped with it. */
export const renamed = async (
  { ledger, policy, target, givenNames }: RunContext,
  { user, mapped }: Pick<Move, 'user' | 'mapped'>,
  from: number,
): Promise<{ readonly n: number; readonly mapped: Moving } | undefined> => {
  const original = mapUser(user, target, policy)
  const username = original.decision === 'move' ? original.input.identifiers?.username : undefined
  if (username === undefined) return undefined
  for (let n = from; n <= mostNames; n += 1) {
    const next = nextUsername(policy.renameTo, username, n, target.rules.username)
    if (next === undefined) return undefined
    const [folded = ''] = foldedIdentifiers({ username: next })
    const holder = (await ledger.holders([folded])).get(folded)
    if ((holder !== undefined && holder !== user.id) || givenNames.has(folded)) continue
    givenNames.add(folded)
    const again = mapUser(user, target, policy, { username: next, ...(mapped.input.id === undefined ? {} : { id: mapped.input.id }) })
    return again.decision === 'move' ? { n, mapped: again } : undefined
  }
  return undefined
}

/** What the policy makes of a user whose identifier somebody else has. `rename` comes here only where no other name helps. */
export const byPolicy = ({ policy }: RunContext, { user }: Pick<Move, 'user'>, problem: MoveProblem, found?: Found): RecordChange => {
  const { id: sourceId } = user
  if (policy.conflicts === 'link' && found !== undefined && 'user' in found)
    return { sourceId, state: 'linked', targetId: found.user.id, targetName: null, problem: null }
  return { sourceId, state: policy.conflicts === 'skip' ? 'skipped' : 'failed', problem }
}

export const conflict = (identifier: IdentifierKind | undefined): MoveProblem => ({
  code: 'conflict',
  detail: `${identifier ?? 'identifier'} is taken at the target`,
})
