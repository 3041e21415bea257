import type { UserError } from '@userport/core'
import * as E from '#fp-ts/Either'
import type { LedgerEngine } from '../ledger/engine.js'
import type { Ledger } from '../ledger/ledger.js'
import type { SqlLedger } from '../ledger/sql-ledger.js'
import type { PageRunner } from '../run/page-runner.js'
import { isOutdated } from '../run/source-reader.js'
import { endPass, isPassOf, noteDone, noteListed, pageToDo, startOver } from './pages.js'
import type { Job, JobName, Queue } from './queue.js'

/** Ends a job that is not done: whoever goes on gets it. Its text says nothing, since the queue keeps it. */
class Unfinished extends Error {
  override readonly name = 'Unfinished'
}

const done = <A>(answer: E.Either<UserError, A>, failed: (error: UserError) => void): A => {
  if (E.isRight(answer)) return answer.right
  failed(answer.left)
  throw new Unfinished()
}

/** A ledger on which the page after one gets its job in the transaction that writes down the users of the one. */
export interface FollowingLedger {
  readonly ledger: Ledger
  /** What follows the page that begins at `cursor`. */
  follow(cursor: string, job: Job, next: string | null): void
}

export const followingLedger = (ledger: SqlLedger, queue: Queue): FollowingLedger => {
  const following = new Map<string, { readonly job: Job; readonly next: string | null }>()
  return {
    ledger: {
      ...ledger,
      append: (records, cursor) => {
        const page = typeof cursor === 'string' ? following.get(cursor) : undefined
        if (typeof cursor !== 'string' || page === undefined) return ledger.append(records, cursor)
        following.delete(cursor)
        return ledger.appendAnd(records, (database) => noteListed(database, queue, page.job, page.next))
      },
    },
    follow: (cursor, job, next) => following.set(cursor, { job, next }),
  }
}

export interface Work {
  readonly engine: LedgerEngine
  readonly queue: Queue
  readonly runner: PageRunner
  readonly following: FollowingLedger
  readonly alsoFailed: boolean
  /** Is this worker to begin nothing new? */
  readonly stopped: () => boolean
  readonly failed: (error: UserError) => void
}

/** What a worker does for each kind of job. A task that rejects is done again, by whoever comes. */
export const tasksOf = ({
  engine,
  queue,
  runner,
  following,
  alsoFailed,
  stopped,
  failed,
}: Work): Record<JobName, (job: Job) => Promise<void>> => {
  const unlessStopped = (): void => {
    if (stopped()) throw new Unfinished()
  }
  return {
    page: async (job) => {
      unlessStopped()
      const page = await engine.read((database) => pageToDo(database, job))
      if (page === undefined) return
      const { cursor } = page
      const follow = async (next: string | null): Promise<void> => following.follow(cursor, job, next)
      const processed = await runner.processPage(cursor, follow)
      // Only the place where an earlier pass was left: nobody has another page of this one yet.
      if (job.page === 1 && isOutdated(processed, cursor)) return engine.write((database) => startOver(database, queue, job))
      done(processed, failed)
      unlessStopped()
      await engine.write((database) => noteDone(database, queue, job))
    },
    settle: async (job) => {
      unlessStopped()
      if (!(await engine.read((database) => isPassOf(database, job)))) return
      done(await runner.finish({ alsoFailed }), failed)
      await engine.write((database) => endPass(database, job))
    },
  }
}
