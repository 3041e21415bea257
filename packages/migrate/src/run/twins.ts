import type { MoveProblem, RecordChange } from '../ledger/ledger.js'
import { byPolicy, renamed } from './conflict.js'
import type { RunContext } from './context.js'
import type { Move, Moving } from './move.js'

/** What becomes of a user whose folded identifiers are another user's of the source as well. */
export type TwinDecision =
  /** The twin may move, perhaps under another name. */
  | { readonly decision: 'move'; readonly mapped: Moving }
  /** Once the other one has moved. */
  | { readonly decision: 'later' }
  | { readonly decision: 'settle'; readonly change: RecordChange }

/** The code of the problem of somebody who has something like another user of the source. */
export const twin = 'twin'

export const kindOf = (folded: string): string => folded.slice(0, folded.indexOf(':'))

/** Another user of the source has something like these. */
export const twinProblem = (kinds: readonly string[]): MoveProblem => ({
  code: twin,
  detail: `${kinds.join(', ')} like that of another user of the source`,
})

/** Those of the folded identifiers that another user of the source had first, with that user's id. */
export const twinsOf = (holders: ReadonlyMap<string, string>, sourceId: string, folded: readonly string[]): ReadonlyMap<string, string> =>
  new Map(
    folded.flatMap((identifier) => {
      const holder = holders.get(identifier)
      return holder === undefined || holder === sourceId ? [] : [[kindOf(identifier), holder]]
    }),
  )

/** Under `rename`, only what somebody signs in with has to be one person's alone. */
const rename = async (context: RunContext, move: Pick<Move, 'user' | 'mapped'>, kinds: readonly string[]): Promise<TwinDecision> => {
  const signIn: readonly string[] = context.to.capabilities.signIn.identifiers
  const settled: TwinDecision = { decision: 'settle', change: byPolicy(context, move, twinProblem(kinds)) }
  if (kinds.some((kind) => kind !== 'username' && signIn.includes(kind))) return settled
  if (!kinds.includes('username')) return { decision: 'move', mapped: move.mapped }
  const next = await renamed(context, move, 2)
  return next === undefined ? settled : { decision: 'move', mapped: next.mapped }
}

/** `isLast`: there is no later, everybody else has moved. */
export const decideTwin = async (
  context: RunContext,
  move: Pick<Move, 'user' | 'mapped'>,
  twins: ReadonlyMap<string, string>,
  isLast: boolean,
): Promise<TwinDecision> => {
  const { policy, ledger } = context
  const kinds = [...twins.keys()]
  if (policy.conflicts === 'rename') return rename(context, move, kinds)
  if (policy.conflicts !== 'link') return { decision: 'settle', change: byPolicy(context, move, twinProblem(kinds)) }
  if (!isLast) return { decision: 'later' }
  const rows = await ledger.get([...new Set(twins.values())])
  const moved = rows.find(({ state, targetId }) => targetId !== null && (state === 'created' || state === 'verified' || state === 'linked'))
  const sourceId = move.user.id
  if (moved === undefined) return { decision: 'settle', change: { sourceId, state: 'failed', problem: twinProblem(kinds) } }
  return { decision: 'settle', change: { sourceId, state: 'linked', targetId: moved.targetId, targetName: null, problem: null } }
}
