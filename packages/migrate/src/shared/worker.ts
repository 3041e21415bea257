import { setTimeout as sleep } from 'node:timers/promises'
import type { UserError } from '@userport/core'
import type { TaskList } from 'graphile-worker'
import * as E from '#fp-ts/Either'
import { countsOf } from '../ledger/counting.js'
import type { LedgerDatabase, LedgerEngine } from '../ledger/engine.js'
import type { LedgerCounts } from '../ledger/ledger.js'
import { progressOf } from '../ledger/run-state.js'
import type { SqlLedger } from '../ledger/sql-ledger.js'
import type { MigrationCall, MigrationOptions, RunOutcome, RunStatus } from '../migration.js'
import { refusedState } from '../run/move-everybody.js'
import { openPageRunner, type PageRunner } from '../run/page-runner.js'
import { join, type Membership } from './membership.js'
import { overallProgress } from './overall-progress.js'
import { begin, isGoingOn, joinPass } from './pages.js'
import type { Job, Queue } from './queue.js'
import { followingLedger, tasksOf } from './tasks.js'

export interface WorkerOptions extends Omit<MigrationOptions, 'ledger'> {
  readonly engine: LedgerEngine
  readonly ledger: SqlLedger
  readonly queue: Queue
  readonly workers: number
  readonly resume: boolean
}

/** Pages that a worker has in hand: one moves while the users of the other are written down, or are the last of theirs. */
const pagesAtATime = 2

/** Milliseconds between two looks whether the run is over. */
const lookEvery = 250

const limitsOf = ({ limits = {}, workers }: WorkerOptions): MigrationOptions['limits'] =>
  limits.callsPerSecond === undefined ? limits : { ...limits, callsPerSecond: limits.callsPerSecond / workers }

const expected = async ({ from }: WorkerOptions, signal: AbortSignal): Promise<number | null> => {
  if (!from.capabilities.count) return null
  const counted = await from.count({ signal })()
  return E.isRight(counted) ? counted.right : null
}

const statusOf = (interrupted: boolean, { byState }: LedgerCounts): RunStatus => {
  if (interrupted || byState.planned + byState.creating > 0) return 'interrupted'
  return byState.failed > 0 ? 'done-with-failures' : 'done'
}

/** Takes jobs until the run is over for everybody, or this worker is to stop. Answers with why it stopped. */
const takeJobs = async (
  { engine, queue, resume }: WorkerOptions,
  runner: PageRunner,
  following: ReturnType<typeof followingLedger>,
  membership: Membership,
  leaving: AbortController,
): Promise<{ readonly error?: UserError; readonly reason?: string }> => {
  let error: UserError | undefined
  const tasks = tasksOf({
    engine,
    queue,
    runner,
    following,
    alsoFailed: resume,
    stopped: () => leaving.signal.aborted || !membership.held(),
    failed: (failure) => {
      // What fails because we stop is no failure.
      if (!leaving.signal.aborted) error ??= failure
      leaving.abort()
    },
  })
  const taskList: TaskList = { page: (job) => tasks.page(job as Job), settle: (job) => tasks.settle(job as Job) }
  let broken: unknown
  const jobs = await queue.work(taskList, pagesAtATime, (cause) => {
    broken ??= cause
    leaving.abort()
  })
  const isStopping = (): boolean => leaving.signal.aborted || !membership.held()
  let isOver = false
  try {
    await membership.named(jobs.name)
    while (!isOver && !isStopping()) {
      await sleep(lookEvery)
      isOver = !(await engine.read(isGoingOn))
    }
  } catch (cause) {
    broken ??= cause
  }
  // Whatever is on its way would go on for as long as a page takes.
  if (!isOver) leaving.abort()
  // The queue would ask a server that recovers, or is gone, for hours.
  if (broken !== undefined) void queue.close()
  await jobs.runner.stop().catch(() => undefined)
  // The queue takes what we left for failed, and would have the others wait for it.
  if (!isOver) await engine.write((database) => queue.leave(database, jobs.name)).catch(() => undefined)
  if (broken !== undefined && !isOver) throw broken
  const gaveUp = runner.gaveUp()
  if (error !== undefined && gaveUp === undefined) return { error }
  if (isOver) return {}
  if (!membership.held()) return { reason: 'The other workers took this one for dead and do its work again.' }
  return { reason: gaveUp ?? 'It was told to stop.' }
}

/** Works for a shared run. Rejects with `LedgerFailure`. */
export const work = async (options: WorkerOptions, { signal }: MigrationCall): Promise<E.Either<UserError, RunOutcome>> => {
  const { engine, ledger, queue, resume } = options
  const begunAt = Date.now()
  const outcome = async (status: (counts: LedgerCounts) => RunStatus, reasons: readonly string[], runner?: PageRunner) => {
    const counts = await ledger.counts()
    const { created, resolved } = runner?.tally() ?? { created: 0, resolved: 0 }
    return E.right({ status: status(counts), reasons, counts, took: Date.now() - begunAt, created, resolved })
  }
  const refused = (reason: string) => outcome(() => 'refused', [reason])

  const refuse = async (database: LedgerDatabase) =>
    refusedState(resume ? 'resume' : 'run', await progressOf(database), await countsOf(database))
  const refusal = await engine.read(refuse)
  if (refusal !== undefined) return refused(refusal)
  const leaving = new AbortController()
  const leave = (): void => leaving.abort()
  if (signal?.aborted === true) leave()
  signal?.addEventListener('abort', leave)
  const following = followingLedger(ledger, queue)
  const overall = overallProgress(ledger, options.onProgress)
  try {
    const { onProgress } = overall
    const runner = await openPageRunner(
      { ...options, ledger: following.ledger, limits: limitsOf(options), onProgress },
      { signal: leaving.signal },
    )
    if ('refused' in runner) return await refused(runner.refused)
    try {
      const membership = await join(engine, queue, refuse, (database, isFirst) => (isFirst ? begin : joinPass)(database, queue, resume))
      if ('refused' in membership) return await refused(membership.refused)
      void expected(options, leaving.signal).then(overall.expect)
      try {
        const { error, reason } = await takeJobs(options, runner, following, membership, leaving)
        if (error !== undefined) return E.left(error)
        return await outcome((counts) => statusOf(reason !== undefined, counts), reason === undefined ? [] : [reason], runner)
      } finally {
        await membership.leave()
      }
    } finally {
      await overall.end()
      await runner.close()
    }
  } finally {
    signal?.removeEventListener('abort', leave)
    await overall.end()
  }
}
