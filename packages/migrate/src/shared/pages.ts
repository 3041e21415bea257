import { randomUUID } from 'node:crypto'
import type { LedgerDatabase } from '../ledger/engine.js'
import { rewind, turnPage } from '../ledger/run-state.js'
import type { PageRow } from '../ledger/tables.js'
import type { Job, Queue } from './queue.js'

/** Where to begin. `null`: the source was read to its end, only what is left over is to be done. */
type Beginning = { readonly cursor: string | null }

// Whoever changes pages holds the ledger's row: two who end the last two pages at once must not both think that one is left.
const lockLedger = (database: LedgerDatabase) => database.selectFrom('ledger').selectAll().forUpdate().executeTakeFirstOrThrow()

const beginningOf = async (database: LedgerDatabase, resume: boolean): Promise<Beginning> => {
  const { reading, next_page, finished_at } = await lockLedger(database)
  if (reading === 'reading') return { cursor: next_page }
  if (reading === 'unread') return { cursor: '' }
  if (resume || finished_at === null) return { cursor: null }
  await rewind(database)
  return { cursor: '' }
}

const undone = (database: LedgerDatabase) => database.selectFrom('pages').selectAll().where('done', '=', 0).orderBy('number')

const addJobs = async (database: LedgerDatabase, queue: Queue, pass: string): Promise<void> => {
  const left = await undone(database).execute()
  for (const { number } of left) await queue.add(database, 'page', { pass, page: number })
  if (left.length === 0) await queue.add(database, 'settle', { pass, page: 0 })
}

/** Begins a pass over the source. Whatever others began and left, the ledger's cursor says where to go on. */
export const begin = async (database: LedgerDatabase, queue: Queue, resume: boolean): Promise<void> => {
  const { cursor } = await beginningOf(database, resume)
  const read = cursor === null ? 1 : 0
  const pass = randomUUID()
  await database.deleteFrom('pages').execute()
  await database
    .insertInto('pages')
    .values({ number: 1, pass, cursor: cursor ?? '', listed: read, done: read })
    .execute()
  if (cursor !== null) await turnPage(database, cursor)
  await addJobs(database, queue, pass)
}

const passOf = async (database: LedgerDatabase): Promise<string | undefined> =>
  (await database.selectFrom('pages').select('pass').limit(1).executeTakeFirst())?.pass

export const isGoingOn = async (database: LedgerDatabase): Promise<boolean> => (await passOf(database)) !== undefined

export const isPassOf = async (database: LedgerDatabase, { pass }: Job): Promise<boolean> => (await passOf(database)) === pass

/** Joins the pass that others are at; whatever of it waits or has no job is taken up now. Begins one where there is none. */
export const joinPass = async (database: LedgerDatabase, queue: Queue, resume: boolean): Promise<void> => {
  await lockLedger(database)
  const pass = await passOf(database)
  if (pass === undefined) return begin(database, queue, resume)
  await addJobs(database, queue, pass)
  await queue.retryNow(database)
}

/** Begins the pass anew with the first page of the source, which does not know any more where it was to begin. */
export const startOver = async (database: LedgerDatabase, queue: Queue, job: Job): Promise<void> => {
  await lockLedger(database)
  if (!(await isPassOf(database, job))) return
  await turnPage(database, '')
  await begin(database, queue, true)
}

/** The page of a job that is still to be done; `undefined`: somebody has done it. */
export const pageToDo = (database: LedgerDatabase, { pass, page }: Job): Promise<PageRow | undefined> =>
  undone(database).where('pass', '=', pass).where('number', '=', page).executeTakeFirst()

// A job of a pass that is over finds no row of its own.
const note = async (database: LedgerDatabase, { pass, page }: Job, what: 'listed' | 'done'): Promise<boolean> => {
  const noted = await database
    .updateTable('pages')
    .set({ [what]: 1 })
    .where('pass', '=', pass)
    .where('number', '=', page)
    .where(what, '=', 0)
    .executeTakeFirstOrThrow()
  return noted.numUpdatedRows === 1n
}

/**
 * Notes, with the page's users, that it is listed, and adds the job of the page after it. A page that is listed again, since its worker
 * died, is not followed again: the users of its first listing are in the ledger, and the pages after that one are on their way.
 */
export const noteListed = async (database: LedgerDatabase, queue: Queue, job: Job, next: string | null): Promise<void> => {
  if (!(await note(database, job, 'listed')) || next === null) return
  const { pass, page } = job
  await database
    .insertInto('pages')
    .values({ number: page + 1, pass, cursor: next, listed: 0, done: 0 })
    .execute()
  await queue.add(database, 'page', { pass, page: page + 1 })
}

/** Notes that a page is done. The ledger's cursor stays at the first that is not; after the last one, what is left over is done. */
export const noteDone = async (database: LedgerDatabase, queue: Queue, job: Job): Promise<void> => {
  await lockLedger(database)
  if (!(await note(database, job, 'done'))) return
  const first = await undone(database).executeTakeFirst()
  if (first === undefined) await queue.add(database, 'settle', { pass: job.pass, page: 0 })
  else await turnPage(database, first.cursor)
}

/** Ends the pass: whoever shares it goes home. */
export const endPass = async (database: LedgerDatabase, { pass }: Job): Promise<void> => {
  await database.deleteFrom('pages').where('pass', '=', pass).execute()
}
