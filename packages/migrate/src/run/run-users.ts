import type { UserError, UserPage } from '@userport/core'
import * as E from '#fp-ts/Either'
import type { RunContext } from './context.js'
import { failureOf } from './ledger-failure.js'
import { Mover } from './mover.js'
import { readPage, takePage } from './page.js'
import { settleAll } from './settle.js'

type Read = E.Either<UserError, UserPage>

/** The cursor of an earlier process may have run out. Then the source is read from its beginning: the ledger knows who has moved. */
const isOutdated = (page: Read, cursor: string): boolean => E.isLeft(page) && page.left._tag === 'InvalidInput' && cursor !== ''

/**
 * Reads the source from a page on and gives its users to the mover. A page is read while the one before moves, and written down when
 * there is room. The ledger's cursor stays at the oldest page that somebody of is still on the way: whoever goes on reads that page again, and
 * with it all that only a list shows of a user.
 */
const readUsers = async (
  context: RunContext,
  mover: Mover,
  begin: string,
  pageSize: number | undefined,
): Promise<E.Either<UserError, void>> => {
  const { control, tracker, held } = context
  const open = new Set<string>()
  let mayRestart = true
  let cursor: string | null = begin
  let reading: Promise<Read> = readPage(context, begin, pageSize)
  while (cursor !== null) {
    const mine: string = cursor
    const page: Read = await reading
    if (mayRestart && isOutdated(page, mine)) {
      mayRestart = false
      cursor = ''
      reading = readPage(context, cursor, pageSize)
      continue
    }
    if (E.isLeft(page)) return page
    cursor = page.right.next
    if (cursor !== null) reading = readPage(context, cursor, pageSize)
    await mover.room()
    if (!held()) control.stop({ kind: 'lease-lost' })
    if (control.stopped !== undefined) break
    tracker.phase = 'moving'
    open.add(mine)
    const [oldest = mine] = open
    const { settled } = await takePage(context, mover, page.right, oldest)
    void settled.then(() => open.delete(mine))
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
