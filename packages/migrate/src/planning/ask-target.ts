import { type IdentifierKind, identifierOf, type User, type UserDirectory, type UserError, type UserPage } from '@userport/core'
import * as E from '#fp-ts/Either'
import { isOurs } from '../mapping/compare.js'
import type { Mapped } from '../mapping/map-user.js'
import type { MovePolicy } from '../policy.js'
import type { RunControl } from '../run/control.js'
import { judge } from '../run/judge.js'
import { canFind } from '../run/look-up.js'
import type { Pace } from '../run/pace.js'
import { patiently } from '../run/patiently.js'

/** What the target is asked with. */
export interface Asking {
  readonly to: UserDirectory
  readonly policy: MovePolicy
  readonly control: RunControl
  readonly goal: Pace
}

const kinds: readonly IdentifierKind[] = ['username', 'email', 'phone']

/** Does anybody live at the target? To ask shows that it can be reached and that the key opens it. */
export const isInhabited = async ({ to, goal, control }: Asking): Promise<E.Either<UserError, boolean>> => {
  const { signal } = control
  if (to.capabilities.count) return E.map((count: number) => count > 0)(await patiently(goal, 'count', to.count({ signal })))
  const page = await patiently(goal, 'list', to.list({ limit: 1 }, { signal }))
  return E.map(({ users, next }: UserPage) => users.length > 0 || next !== null)(page)
}

/** Which of a user's identifiers somebody else has at the target, as far as it can be asked. What it refuses to look for, nobody has. */
export const takenKinds = async (
  { to, goal, control, policy }: Asking,
  user: User,
  { input }: Extract<Mapped, { readonly decision: 'move' }>,
): Promise<readonly IdentifierKind[]> => {
  const taken: IdentifierKind[] = []
  for (const kind of kinds) {
    const value = input.identifiers?.[kind]
    if (value === undefined || !canFind(to, kind)) continue
    const found = await patiently(goal, 'find', to.find(identifierOf(kind, value), { signal: control.signal }))
    if (E.isLeft(found)) {
      if (judge(found.left) !== 'refused') control.stop({ kind: 'failed', error: found.left })
    } else if (found.right !== null && !isOurs(found.right, user.id, policy.originAttribute)) taken.push(kind)
  }
  return taken
}
