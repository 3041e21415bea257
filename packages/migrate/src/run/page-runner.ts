import type { UserError } from '@userport/core'
import * as E from '#fp-ts/Either'
import type { LedgerCounts, LedgerProgress } from '../ledger/ledger.js'
import type { MigrationCall, MigrationOptions } from '../migration.js'
import { blockedBy } from './blocked.js'
import type { RunContext } from './context.js'
import { refusedState } from './move-everybody.js'
import { Mover } from './mover.js'
import { asksForEmail, openRun, type Refused } from './open-run.js'
import { readPage, takePage } from './page.js'
import { settleAll } from './settle.js'
import { interrupted, saying } from './stopped.js'
import { readLedger } from './with-ledger.js'

/** One worker of several that share a ledger. What one page needs is done by one worker; which one, whoever schedules them decides. */
export interface PageRunner {
  /** How far the ledger was when the worker joined. */
  readonly progress: LedgerProgress
  /**
   * Moves the users of the page at `cursor` (`''`: the first one). `onNext` is told where the next page begins as soon as that is known,
   * so that another worker may take it; `null`: this is the last one. Fulfilled once nobody of the page is on the way. To process a page
   * again, after a worker has died, does no harm: the ledger knows who has moved, and who is in doubt is looked up.
   */
  processPage(cursor: string, onNext: (next: string | null) => Promise<void>): Promise<E.Either<UserError, void>>
  /** Ends the pass. Only while no worker has a page: it takes up whoever the pages have left behind. */
  finish(options: { readonly alsoFailed: boolean }): Promise<E.Either<UserError, LedgerCounts>>
  /** Users created by this worker, and those whose outcome it has looked up. */
  readonly tally: () => { readonly created: number; readonly resolved: number }
  /** Which vendor was down for longer than the operator's patience, if that is why the worker does no more. */
  readonly gaveUp: () => string | undefined
  close(): Promise<void>
}

const guarded = async <A>(context: RunContext, work: () => Promise<E.Either<UserError, A>>): Promise<E.Either<UserError, A>> => {
  const { control } = context
  const ended = await readLedger(work)
  return control.stopped === undefined ? ended : E.left(interrupted(control.stopped))
}

/** Joins a ledger that several workers share. Rejects with `LedgerFailure`. */
export const openPageRunner = async (options: MigrationOptions, { signal }: MigrationCall = {}): Promise<PageRunner | Refused> => {
  const { limits, ledger } = options
  const [blocks] = await blockedBy(options)
  if (blocks !== undefined) return { refused: blocks, busy: false }
  const refuse = (progress: LedgerProgress, counts: LedgerCounts): string | undefined => refusedState('run', progress, counts)
  const opened = await openRun(options, { signal, refuse, shared: true })
  if ('refused' in opened) return opened
  const { context, progress, close } = opened
  const mover = new Mover(context)
  let asking: Promise<E.Either<UserError, boolean>> | undefined
  const askOnce = async (): Promise<E.Either<UserError, boolean>> => {
    asking ??= asksForEmail(context)
    const asked = await asking
    context.asksForEmail = E.isRight(asked) && asked.right
    return asked
  }
  const stopped = new Promise<void>((resolve) => context.control.whenStopped(resolve))

  return {
    progress,
    processPage: (cursor, onNext) =>
      guarded(context, async () => {
        const asked = await askOnce()
        if (E.isLeft(asked)) return asked
        const page = await readPage(context, cursor, limits?.pageSize)
        if (E.isLeft(page)) return page
        await onNext(page.right.next)
        context.tracker.phase = 'moving'
        const { settled } = await takePage(context, mover, page.right.users, cursor)
        await Promise.race([settled, stopped])
        if (context.control.stopped !== undefined) await mover.idle()
        return E.right(undefined)
      }),
    finish: ({ alsoFailed }) =>
      guarded(context, async () => {
        if ((await ledger.progress()).cursor !== null) await ledger.append([], null)
        const settled = await settleAll(context, mover, alsoFailed)
        if (E.isLeft(settled)) return settled
        const counts = await ledger.counts()
        if (counts.byState.planned + counts.byState.creating === 0) await ledger.finish(Date.now())
        return E.right(counts)
      }),
    tally: () => ({ created: context.tracker.created, resolved: context.tracker.resolved }),
    gaveUp: () => {
      const { stopped } = context.control
      return stopped?.kind === 'impatient' ? saying(stopped) : undefined
    },
    close: async () => {
      context.control.stop({ kind: 'aborted' })
      await mover.idle()
      await close()
    },
  }
}
