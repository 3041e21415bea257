import type { User } from '@userport/core'
import * as E from '#fp-ts/Either'
import { hasCome } from '../mapping/marks.js'
import { type Changed, carryOver } from './carry-over.js'
import { renamed } from './conflict.js'
import type { RunContext } from './context.js'
import { each } from './each.js'
import { judge } from './judge.js'
import { isMove, type Moving } from './move.js'
import { patiently } from './patiently.js'
import { knownMapping } from './prepare.js'
import { rowsIn } from './rows.js'
import { kindOf, twin } from './twins.js'

/** Somebody who has moved and waits for what another user of the source had first. */
interface Waiting extends Changed {
  readonly mapped: Moving
  /** By folded identifier, who has it. */
  readonly holders: ReadonlyMap<string, string>
}

/** Whoever the pages have left with the old identifiers, as they are at the source now. */
const readTangled = async ({ from, source, ledger, control }: RunContext): Promise<readonly User[]> => {
  const isOver = (): boolean => control.stopped !== undefined
  const { byProblem } = await ledger.counts()
  if (!byProblem.some(({ code }) => code === twin)) return []
  const users: User[] = []
  for await (const rows of rowsIn(ledger, ['created', 'verified'], isOver)) {
    await each(
      rows.filter(({ problem }) => problem?.code === twin),
      source.limit,
      isOver,
      async ({ sourceId }) => {
        const answer = await patiently(source, 'get', from.get(sourceId, { signal: control.signal }))
        if (E.isRight(answer) && answer.right !== null) users.push(answer.right)
        else if (E.isLeft(answer) && judge(answer.left) === 'stop') control.stop({ kind: 'failed', error: answer.left })
      },
    )
  }
  return users
}

const waitingAmong = async (context: RunContext, users: readonly User[]): Promise<readonly Waiting[]> => {
  const { ledger } = context
  const rows = new Map((await ledger.get(users.map(({ id }) => id))).map((row) => [row.sourceId, row]))
  const wanted = users.flatMap((user) => {
    const row = rows.get(user.id)
    if (row === undefined || row.password !== 'unset') return []
    const mapped = knownMapping(context, user, row)
    return isMove(mapped) ? [{ user, row, mapped }] : []
  })
  const holders = await ledger.holders(wanted.flatMap(({ mapped }) => mapped.folded))
  return wanted.map((one) => ({
    ...one,
    holders: new Map(
      one.mapped.folded.flatMap((folded) => {
        const holder = holders.get(folded)
        return holder === undefined || holder === one.user.id ? [] : [[folded, holder]]
      }),
    ),
  }))
}

/** Those who wait for nobody but each other. */
const inRings = (waiting: readonly Waiting[]): readonly Waiting[] => {
  const ids = new Set<string>(waiting.map(({ user }) => user.id))
  const left = waiting.filter(({ holders }) => [...holders.values()].every((holder) => ids.has(holder)))
  return left.length === waiting.length ? left : inRings(left)
}

/** Another name than the one that somebody waits for, until the user's own is free. `false`: the user keeps it. */
const stepAside = async (context: RunContext, { user, row, mapped }: Waiting, given: readonly string[]): Promise<boolean> => {
  const { to, goal, control, ledger } = context
  const { sourceId, targetId } = row
  if (targetId === null) return false
  const there = await patiently(goal, 'get', to.get(targetId, { signal: control.signal }))
  if (E.isLeft(there) || there.right === null || hasCome(there.right)) return false
  for (
    let next = await renamed(context, { user, mapped }, 2);
    next !== undefined;
    next = await renamed(context, { user, mapped }, next.n + 1)
  ) {
    const username = next.mapped.input.identifiers?.username ?? ''
    const update = to.update(targetId, { identifiers: { username } }, { signal: control.signal })
    const updated = await patiently(goal, 'update', update, 2)
    if (E.isLeft(updated) && updated.left._tag === 'IdentifierTaken') continue
    if (E.isLeft(updated)) return false
    await ledger.change([{ sourceId, targetName: username, ifStill: row }])
    await ledger.release([{ sourceId, folded: given }])
    return true
  }
  return false
}

/** Frees something that one of a ring has and another one waits for. `false`: there is nothing that could be freed. */
const breakOne = async (context: RunContext, ring: readonly Waiting[]): Promise<boolean> => {
  const { ledger, to } = context
  const signIn: readonly string[] = to.capabilities.signIn.identifiers
  const wanted = ring.flatMap(({ holders }) => [...holders])
  for (const one of ring) {
    const { id } = one.user
    const given = wanted.flatMap(([folded, holder]) => (holder === id ? [folded] : []))
    // Nobody signs in with these: for a moment two users may have the same.
    const shared = given.filter((folded) => !signIn.includes(kindOf(folded)) && kindOf(folded) !== 'username')
    if (shared.length > 0) {
      await ledger.release([{ sourceId: one.row.sourceId, folded: shared }])
      return true
    }
    const names = given.filter((folded) => kindOf(folded) === 'username')
    if (names.length > 0 && (await stepAside(context, one, names))) return true
  }
  return false
}

/**
 * Gives users what others of the source had when their page was read and have left by now. Where some wait for each other, since they have
 * exchanged their names, one of them steps aside. Who waits then still waits for somebody who stays: that is for the policy.
 */
export const untangle = async (context: RunContext): Promise<void> => {
  const { control, policy } = context
  let users = await readTangled(context)
  await context.learn(users)
  while (users.length > 0 && control.stopped === undefined) {
    const waiting = await waitingAmong(context, users)
    const free = waiting.filter(({ holders }) => holders.size === 0)
    await carryOver(context, free, false)
    const left = waiting.filter(({ holders }) => holders.size > 0)
    users = left.map(({ user }) => user)
    if (free.length === 0 && !(await breakOne(context, inRings(left)))) {
      if (policy.conflicts === 'rename') await carryOver(context, left, true)
      return
    }
  }
}
