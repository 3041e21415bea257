import type { User, UserError } from '@userport/core'
import * as E from '#fp-ts/Either'
import type { MoveRecord, RecordChange } from '../ledger/ledger.js'
import { hasCome } from '../mapping/marks.js'
import type { RunContext } from './context.js'
import { each } from './each.js'
import { judge } from './judge.js'
import { patiently } from './patiently.js'

const originOf = (user: User, attribute: string): string | undefined => {
  const origin = Object.hasOwn(user.attributes, attribute) ? user.attributes[attribute] : undefined
  return typeof origin === 'string' ? origin : undefined
}

/** Milliseconds to wait until no request for these users can still arrive. */
export const settlesIn = ({ latestArrival }: Pick<RunContext, 'latestArrival'>, rows: readonly MoveRecord[]): number =>
  // Whoever wrote a row may have had a clock that was ahead.
  Math.min(latestArrival, Math.max(0, ...rows.map(({ updatedAt }) => updatedAt + latestArrival - Date.now())))

/** Milliseconds between the two of one request that arrived twice, at most, with what clocks differ by. */
const atOnce = 120_000

/**
 * Was this user made by the same request as the one in the ledger, and left alone since? Somebody else may make a user for the same person,
 * one that a device already lives on: where a time is missing or too far off, the user stays.
 */
const isSecond = (user: User, row: MoveRecord): boolean => {
  if (hasCome(user) || user.kind !== 'anonymous' || row.kind !== 'anonymous' || user.createdAt === undefined) return false
  const made = Date.parse(user.createdAt)
  return Math.abs(made - row.updatedAt) < atOnce && Date.parse(user.updatedAt ?? user.createdAt) - made < 1_000
}

/**
 * Looks at every user of the target for those made by this ledger that nothing else can find: placeholders without an id we chose and
 * without any identifier. One whose row is in doubt is taken as the one that was made; a second one that the same request made is removed.
 */
export const sweep = async (context: RunContext): Promise<E.Either<UserError, void>> => {
  const { to, goal, ledger, control, policy, tracker } = context
  let cursor: string | null | undefined
  while (cursor !== null && control.stopped === undefined) {
    const answer = await patiently(goal, 'list', to.list(cursor === undefined ? {} : { cursor }, { signal: control.signal }))
    if (E.isLeft(answer)) return answer
    const { users, next } = answer.right
    const ours = users.flatMap((user) => {
      const origin = originOf(user, policy.originAttribute)
      return origin === undefined ? [] : [{ user, origin }]
    })
    const rows = new Map((await ledger.get(ours.map(({ origin }) => origin))).map((row) => [row.sourceId as string, row]))
    const adopted = new Map<string, RecordChange>()
    const doubles: User[] = []
    for (const { user, origin } of ours) {
      const row = rows.get(origin)
      if (row === undefined) continue
      const mapped = adopted.get(origin)?.targetId ?? row.targetId
      if (mapped === null && row.state === 'creating')
        adopted.set(origin, { sourceId: row.sourceId, state: hasCome(user) ? 'linked' : 'created', targetId: user.id, problem: null })
      else if (mapped !== null && mapped !== user.id && isSecond(user, row)) doubles.push(user)
    }
    if (adopted.size > 0) await ledger.change([...adopted.values()])
    for (const [origin, { state }] of adopted) {
      tracker.settled(state)
      if (tracker.hidden.has(origin)) tracker.created += 1
    }
    tracker.resolved += adopted.size
    await each(
      doubles,
      goal.limit,
      () => control.stopped !== undefined,
      async (user) => {
        const erased = await patiently(goal, 'erase', to.erase(user.id, { signal: control.signal }))
        if (E.isLeft(erased) && judge(erased.left) === 'stop') control.stop({ kind: 'failed', error: erased.left })
      },
    )
    cursor = next
  }
  return E.right(undefined)
}
