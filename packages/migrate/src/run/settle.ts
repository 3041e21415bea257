import type { UserError } from '@userport/core'
import * as E from '#fp-ts/Either'
import type { MoveRecord, MoveState } from '../ledger/ledger.js'
import type { RunContext } from './context.js'
import { hasHandle } from './move.js'
import type { Mover } from './mover.js'
import { giveTo, withoutTwins } from './page.js'
import { hasLostHandle, hidesPlaceholders } from './prepare.js'
import { type Reread, reread } from './reread.js'
import { rowsIn } from './rows.js'
import { settlesIn, sweep } from './sweep.js'
import { untangle } from './untangle.js'

const isHidden = (context: RunContext, { user, row, mapped }: Reread): boolean =>
  row.state === 'creating' && (!hasHandle(context.target, mapped.input) || hasLostHandle(context, user, row))

/** Moves those whom the pages have left behind: twins that are to be linked, users of a page that came too late. */
const settleRows = async (context: RunContext, mover: Mover, states: readonly MoveState[], isLast = true): Promise<void> => {
  const { ledger, control } = context
  for await (const rows of rowsIn(ledger, states, () => control.stopped !== undefined)) {
    const users = (await reread(context, rows)).filter((one) => !isHidden(context, one))
    const isTried = ({ row }: Reread): boolean => row.state !== 'creating' && row.attempts > 0
    const tried = users.filter(isTried).map(({ user, mapped }) => ({ user, mapped, unsure: true }))
    const others = users
      .filter((one) => !isTried(one))
      .map(({ row, user, mapped }) => {
        const isInDoubt = row.state === 'creating'
        return { user, mapped, isWritten: isInDoubt, unsure: isInDoubt }
      })
    void giveTo(mover, [...tried, ...(await withoutTwins(context, others, isLast))])
    await mover.idle()
  }
}

const left = async ({ ledger, control }: RunContext): Promise<readonly MoveRecord[]> => {
  const rows: MoveRecord[] = []
  for await (const some of rowsIn(ledger, ['creating'], () => control.stopped !== undefined)) rows.push(...some)
  return rows
}

/** Times that users whom only a sweep can tell are made anew. */
const rounds = 3

/**
 * Ends a pass: nobody is left `planned` or `creating` after it, unless the run stops. Placeholders that nothing tells apart are looked for
 * among all users of the target, once no request for one can still be on its way.
 */
export const settleAll = async (context: RunContext, mover: Mover, alsoFailed: boolean): Promise<E.Either<UserError, void>> => {
  const { control, tracker, ledger, policy, target } = context
  tracker.phase = 'settling'
  await untangle(context)
  await settleRows(context, mover, ['creating', 'planned'])
  if (alsoFailed) {
    await settleRows(context, mover, ['failed'], false)
    await settleRows(context, mover, ['planned'])
  }
  const hasPlaceholders = policy.anonymous === 'move' && hidesPlaceholders(target)
  for (let round = 1; round <= rounds && control.stopped === undefined; round += 1) {
    const rows = await left(context)
    if (rows.length === 0 && !(hasPlaceholders && round === 1 && (await ledger.counts()).byKind.anonymous > 0)) break
    await control.pause(settlesIn(context, rows))
    const swept = await sweep(context)
    if (E.isLeft(swept)) return swept
    const missing = (await left(context)).filter(({ sourceId }) => rows.some((row) => row.sourceId === sourceId))
    const again = await reread(context, missing, true)
    await ledger.change(again.map(({ user: { id } }) => ({ sourceId: id, state: 'planned' })))
    void giveTo(mover, again)
    await mover.idle()
  }
  return E.right(undefined)
}
