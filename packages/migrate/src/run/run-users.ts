import type { UserError } from '@userport/core'
import * as E from '#fp-ts/Either'
import type { RunContext } from './context.js'
import { failureOf } from './ledger-failure.js'
import { Mover } from './mover.js'
import { takePage } from './page.js'
import { settleAll } from './settle.js'
import { SourceReader } from './source-reader.js'

/**
 * Reads the source from a page on and gives its users to the mover: whoever was read while there was no room is written down at once,
 * since a commit costs the same for one page as for several. The ledger's cursor stays at the oldest page that somebody of is still on the
 * way: whoever goes on reads that page again, and with it all that only a list shows of a user.
 */
const readUsers = async (
  context: RunContext,
  mover: Mover,
  begin: string,
  pageSize: number | undefined,
): Promise<E.Either<UserError, void>> => {
  const { control, tracker, held } = context
  const source = new SourceReader(context, begin, { pageSize, most: () => mover.group / 2 })
  const open = new Set<string>()
  for (;;) {
    await mover.room()
    const taken = await source.take()
    if (!held()) control.stop({ kind: 'lease-lost' })
    if (control.stopped !== undefined) break
    if (E.isLeft(taken)) return taken
    if (taken.right === null) break
    const { cursor, users } = taken.right
    tracker.phase = 'moving'
    open.add(cursor)
    const [oldest = cursor] = open
    const { settled } = await takePage(context, mover, users, oldest)
    void settled.then(() => open.delete(cursor))
  }
  await mover.idle()
  return E.right(undefined)
}

/** Moves everybody from `begin` on (`null`: the source was read already), and then those whom the pages have left behind. */
export const runUsers = async (
  context: RunContext,
  begin: string | null,
  { pageSize, alsoFailed }: { readonly pageSize?: number | undefined; readonly alsoFailed: boolean },
): Promise<E.Either<UserError, void>> => {
  const { control, ledger } = context
  const mover = new Mover(context)
  try {
    if (begin !== null) {
      const read = await readUsers(context, mover, begin, pageSize)
      if (E.isLeft(read) || control.stopped !== undefined) return read
      await ledger.append([], null)
    }
    return await settleAll(context, mover, alsoFailed)
  } catch (cause) {
    const error = failureOf(cause)
    control.stop({ kind: 'failed', error })
    return E.left(error)
  } finally {
    // What is on its way is brought to an end, whatever the reason.
    await mover.idle()
  }
}
