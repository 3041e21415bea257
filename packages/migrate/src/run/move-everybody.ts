import type { Result, UserError } from '@userport/core'
import * as E from '#fp-ts/Either'
import type { LedgerCounts, LedgerProgress } from '../ledger/ledger.js'
import type { MigrationCall, MigrationOptions, RunOutcome, RunStatus } from '../migration.js'
import { hasBegun } from '../status.js'
import { blockedBy } from './blocked.js'
import type { RunContext } from './context.js'
import { asksForEmail } from './open-run.js'
import { patiently } from './patiently.js'
import { runUsers } from './run-users.js'
import { sampled } from './samples.js'
import { saying } from './stopped.js'
import { readLedger, withLedger } from './with-ledger.js'

type Mode = 'run' | 'resume'

/** Why a run may not go on with a ledger in this state. */
export const refusedState = (mode: Mode, progress: LedgerProgress, counts: LedgerCounts): string | undefined => {
  if (progress.purged) return 'The ledger was purged: what moved can be undone, nothing else.'
  if (counts.byState.undone + counts.byState.undoing > 0) return 'The ledger was undone: begin another one.'
  return mode === 'resume' && !hasBegun({ progress, counts }) ? 'Nothing has begun that could be resumed.' : undefined
}

const total = async ({ from, source, control }: RunContext): Promise<number | null> => {
  if (!from.capabilities.count) return null
  const counted = await patiently(source, 'count', from.count({ signal: control.signal }))
  return E.isRight(counted) ? counted.right : null
}

const settledSoFar = ({ byState }: LedgerCounts): number =>
  Object.values(byState).reduce((sum, users) => sum + users, 0) - byState.planned - byState.creating

/** Where to begin to read; `null`: the source was read to its end. */
const beginning = async ({ ledger }: RunContext, { cursor, finishedAt }: LedgerProgress, mode: Mode): Promise<string | null> => {
  if (typeof cursor === 'string') return cursor
  if (cursor === null && (mode === 'resume' || finishedAt === null)) return null
  if (cursor === null) await ledger.rewind()
  // From now on there is something to resume.
  await ledger.append([], '')
  return ''
}

const statusOf = (context: RunContext, { byState }: LedgerCounts): RunStatus => {
  if (context.control.stopped !== undefined || byState.planned + byState.creating > 0) return 'interrupted'
  return byState.failed > 0 ? 'done-with-failures' : 'done'
}

const notes = ({ control: { stopped }, tracker: { stale } }: RunContext): readonly string[] => [
  ...(stopped === undefined ? [] : [saying(stopped)]),
  ...(stale === 0 ? [] : [`${stale} users changed at the source after they had moved, and the target cannot be told.`]),
]

const work = async (
  context: RunContext,
  progress: LedgerProgress,
  mode: Mode,
  pageSize: number | undefined,
): Promise<E.Either<UserError, void>> => {
  const { ledger, tracker, control } = context
  // Before a vendor is asked: a run that stops there is gone on with too.
  const begin = await beginning(context, progress, mode)
  const asks = await asksForEmail(context)
  if (E.isLeft(asks)) return asks
  context.asksForEmail = asks.right
  tracker.total = await total(context)
  const before = await ledger.counts()
  tracker.done = settledSoFar(before) - (mode === 'resume' ? before.byState.failed : 0)
  const ended = await sampled(context, before, () => runUsers(context, begin, { pageSize, alsoFailed: mode === 'resume' }))
  if (E.isRight(ended) && control.stopped === undefined) {
    const { byState } = await ledger.counts()
    if (byState.planned + byState.creating === 0) await ledger.finish(Date.now())
  }
  return ended
}

/** Moves everybody who is to move: `run` and `resume`. */
export const moveEverybody =
  (options: MigrationOptions, mode: Mode, { signal }: MigrationCall = {}): Result<RunOutcome> =>
  async () => {
    const begun = Date.now()
    const { ledger, limits } = options
    const refused = async (reasons: readonly string[]): Promise<E.Either<UserError, RunOutcome>> =>
      E.right({ status: 'refused', reasons, counts: await ledger.counts(), took: Date.now() - begun, created: 0, resolved: 0 })
    const refuse = (progress: LedgerProgress, counts: LedgerCounts): string | undefined => refusedState(mode, progress, counts)
    const blocks = await readLedger(async () => E.right(await blockedBy(options)))
    if (E.isLeft(blocks)) return blocks
    if (blocks.right.length > 0) return readLedger(() => refused(blocks.right))
    return withLedger<RunOutcome>(
      options,
      { refuse, ...(signal === undefined ? {} : { signal }) },
      async ({ context, progress }) => {
        const ended = await work(context, progress, mode, limits?.pageSize)
        if (E.isLeft(ended) && context.control.stopped === undefined) return ended
        const counts = await ledger.counts()
        const { created, resolved } = context.tracker
        return E.right({ status: statusOf(context, counts), reasons: notes(context), counts, took: Date.now() - begun, created, resolved })
      },
      ({ refused: reason }) => refused([reason]),
    )()
  }
