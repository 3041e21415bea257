import { type IdentifierKind, identifierOf, type User, type UserDirectory, type UserError } from '@userport/core'
import * as E from '#fp-ts/Either'
import { isOurs } from '../mapping/compare.js'
import { hasCome } from '../mapping/marks.js'
import type { RunContext } from './context.js'
import { hasHandle, type Moving } from './move.js'
import { patiently } from './patiently.js'

/**
 * Who is at the target in a user's place. `ours`: the user, made by this ledger. `earlier`: the same, made before this ledger was, or in use
 * since its owner came: nothing may be done to it.
 * `other`: somebody else. `nobody`. `hidden`: only a look at all users there can tell, see `hasHandle`.
 */
export type Found = { readonly is: 'ours' | 'earlier' | 'other'; readonly user: User } | { readonly is: 'nobody' | 'hidden' }

/** Clocks differ: a user made so many milliseconds before the ledger may still be its own. */
const clockSkew = 600_000

const madeEarlier = ({ createdAt }: User, { startedAt, to }: RunContext): boolean =>
  // Where the time of creation is carried over, it says nothing.
  createdAt !== undefined &&
  to.capabilities.create !== false &&
  !to.capabilities.create.createdAt &&
  Date.parse(createdAt) < startedAt - clockSkew

export const canFind = ({ capabilities: { find } }: UserDirectory, kind: IdentifierKind): boolean =>
  find !== false && find.identifiers.includes(kind)

const kinds = ['username', 'email', 'phone'] as const

/** Looks for a user at the target: by the id we chose, else by whatever identifier the target can find. */
export const lookUp = async (
  context: RunContext,
  sourceId: string,
  input: Moving['input'],
  { beyondId }: { readonly beyondId: boolean },
): Promise<E.Either<UserError, Found>> => {
  const { to, goal, control, policy, target } = context
  const { id, identifiers = {} } = input
  const call = { signal: control.signal }
  if (id !== undefined) {
    const answer = await patiently(goal, 'get', to.get(id as User['id'], call))
    if (E.isLeft(answer)) return answer
    if (answer.right !== null) return E.right({ is: hasCome(answer.right) ? 'earlier' : 'ours', user: answer.right })
    if (!beyondId) return E.right({ is: 'nobody' })
  }
  let other: User | undefined
  for (const kind of kinds) {
    const value = identifiers[kind]
    if (value === undefined || !canFind(to, kind)) continue
    const answer = await patiently(goal, 'find', to.find(identifierOf(kind, value), call))
    // What nobody can be found by, e.g. a local number, tells nothing.
    if (E.isLeft(answer) && answer.left._tag === 'InvalidInput') continue
    if (E.isLeft(answer)) return answer
    const user = answer.right
    if (user === null) continue
    if (isOurs(user, sourceId, policy.originAttribute))
      return E.right({ is: id !== undefined || hasCome(user) || madeEarlier(user, context) ? 'earlier' : 'ours', user })
    other ??= user
    if (kind === 'username') break
  }
  if (other !== undefined) return E.right({ is: 'other', user: other })
  return E.right({ is: hasHandle(target, input) ? 'nobody' : 'hidden' })
}
