import { randomUUID } from 'node:crypto'
import type { User } from '@userport/core'
import type { MoveRecord, NewRecord } from '../ledger/ledger.js'
import { digestText } from '../mapping/digest.js'
import { type Choice, type Mapped, mapUser } from '../mapping/map-user.js'
import type { RunContext } from './context.js'

type Parts = Pick<RunContext, 'target' | 'policy'>

/** Can somebody without a login be told from others at the target only by a look at all of them? */
export const hidesPlaceholders = ({ capabilities: { create, signIn } }: RunContext['target']): boolean =>
  create !== false && !create.chosenId && signIn.identifiers.some((kind) => kind !== 'username')

/** Somebody without a login is found again by the id we choose, or else by a name, where users have names alone. */
const placeholderName = (target: RunContext['target'], user: User): string | undefined => {
  const { create } = target.capabilities
  const isNamed = create !== false && !create.chosenId && !hidesPlaceholders(target)
  return user.kind === 'anonymous' && isNamed ? `moved-${randomUUID()}` : undefined
}

/** How a user is to be made who was not looked at before: with an id or a name that can be looked up afterwards. */
export const firstMapping = ({ target, policy }: Parts, user: User): Mapped => {
  const { create } = target.capabilities
  const username = placeholderName(target, user)
  return mapUser(user, target, policy, {
    ...(username === undefined ? {} : { username }),
    ...(create !== false && create.chosenId ? { id: randomUUID() } : {}),
  })
}

const takenNames: ReadonlySet<string | undefined> = new Set(['conflict', 'twin'])

/** Was the name in the row given by a run, or is it what somebody in doubt is looked up by? Any other is the source's, and follows it. */
const keepsName = ({ kind }: User, { state, losses, problem }: Pick<MoveRecord, 'state' | 'losses' | 'problem'>): boolean =>
  kind === 'anonymous' ||
  state === 'creating' ||
  (state === 'failed' ? !takenNames.has(problem?.code) : losses.includes('username-renamed'))

/** The same with the id that is in the ledger, and the name where that is not the user's own. */
export const knownMapping = ({ target, policy }: Parts, user: User, row: MoveRecord): Mapped => {
  const { targetId, targetName } = row
  const { create } = target.capabilities
  const id: Choice = create !== false && create.chosenId ? { id: targetId ?? randomUUID() } : {}
  const mapped = mapUser(user, target, policy, id)
  const username = mapped.decision === 'move' ? mapped.input.identifiers?.username : undefined
  return targetName === null || targetName === username || !keepsName(user, row)
    ? mapped
    : mapUser(user, target, policy, { ...id, username: targetName })
}

/** When a user was made does not change, and not every look at a user shows it. */
export const digestOf = ({ ledger }: Pick<RunContext, 'ledger'>, user: User): string => ledger.hash(digestText(user))

const states = { move: 'planned', leave: 'left', skip: 'skipped', fail: 'failed' } as const

/** A user's first row. */
export const recordOf = (context: RunContext, user: User, mapped: Mapped): NewRecord => ({
  sourceId: user.id,
  kind: user.kind,
  state: states[mapped.decision],
  targetId: mapped.decision === 'move' ? ((mapped.input.id ?? null) as NewRecord['targetId']) : null,
  targetName: mapped.decision === 'move' ? (mapped.input.identifiers?.username ?? null) : null,
  digest: digestOf(context, user),
  losses: mapped.decision === 'move' ? mapped.losses : [],
  problem: mapped.decision === 'skip' || mapped.decision === 'fail' ? mapped.problem : null,
  folded: mapped.decision === 'leave' ? [] : mapped.folded,
})
