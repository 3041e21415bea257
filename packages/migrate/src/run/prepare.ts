import { randomUUID } from 'node:crypto'
import type { User } from '@userport/core'
import type { MoveRecord, NewRecord } from '../ledger/ledger.js'
import { digestText } from '../mapping/digest.js'
import { type Choice, type Mapped, mapUser } from '../mapping/map-user.js'
import type { RunContext } from './context.js'
import type { Moving } from './move.js'

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

const isRenamed = ({ losses }: Pick<MoveRecord, 'losses'>): boolean => losses.includes('username-renamed')

/** Was the name in the row given by a run, or is it what somebody in doubt is looked up by? Any other is the source's, and follows it. */
const keepsName = ({ kind }: User, { state, losses, problem }: Pick<MoveRecord, 'state' | 'losses' | 'problem'>): boolean =>
  kind === 'anonymous' || state === 'creating' || (state === 'failed' ? !takenNames.has(problem?.code) : isRenamed({ losses }))

/** The same with the id that is in the ledger, and the name where that is not the user's own. */
export const knownMapping = ({ target, policy }: Parts, user: User, row: MoveRecord): Mapped => {
  const { targetId, targetName } = row
  const { create } = target.capabilities
  const id: Choice = create !== false && create.chosenId ? { id: targetId ?? randomUUID() } : {}
  const own = mapUser(user, target, policy, id)
  if (own.decision !== 'move' || targetName === null || targetName === own.input.identifiers?.username || !keepsName(user, row)) return own
  const kept = mapUser(user, target, policy, { ...id, username: targetName })
  // No run has given it: the source had it when the request went out, and the user gets the one of now like whoever changes after the move.
  return kept.decision !== 'move' || isRenamed(row) ? kept : { ...kept, losses: kept.losses.filter((code) => code !== 'username-renamed') }
}

/** Is somebody who is in doubt to be made by a name that is the user's no more? */
export const isFormerName = ({ target, policy }: Parts, user: User, row: MoveRecord, { input }: Moving): boolean => {
  const own = mapUser(user, target, policy)
  const isOwn = own.decision === 'move' && own.input.identifiers?.username === input.identifiers?.username
  return user.kind === 'registered' && !isRenamed(row) && !isOwn
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

/**
 * Was somebody in doubt to be found by an address alone that may be another by now? Only a look at all users of the target tells then whether
 * the user is there.
 */
export const hasLostHandle = (
  context: Pick<RunContext, 'ledger'>,
  user: User,
  { state, targetId, targetName, digest }: MoveRecord,
): boolean => state === 'creating' && targetId === null && targetName === null && digest !== digestOf(context, user)
