import { type ChildProcess, fork } from 'node:child_process'
import type { LedgerCounts, RunOutcome, RunProgress } from '@userport/migrate'
import { exitCodes } from '../exit-codes.js'
import type { MigrateFlags } from './flags.js'
import type { Ending } from './output.js'

/** What a worker is told. Keys are in its environment. */
export interface ToWorker {
  readonly flags: MigrateFlags
  readonly resume: boolean
  readonly workers: number
}

/** What a worker tells. */
export type FromWorker = { readonly progress: RunProgress } | { readonly outcome: RunOutcome } | { readonly failed: Ending }

type Ended = Exclude<FromWorker, { readonly progress: unknown }>

/** What all workers have come to; `failed`: none of them could work. */
export type SharedOutcome = { readonly outcome: RunOutcome } | { readonly failed: Ending }

const lost: Ending = {
  code: exitCodes.failed,
  result: { status: 'failed', error: { tag: 'Worker' } },
  text: 'The workers ended without a word.',
}

// Until a worker has loaded, Ctrl-C ends it like any other process.
const unbegun: Ending = {
  code: exitCodes.interrupted,
  result: { status: 'interrupted', reasons: ['The workers had not begun.'] },
  text: 'Interrupted. The workers had not begun.',
}

const isRunning = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode === null && signalCode === null

const endOf = (child: ChildProcess, show: (progress: RunProgress) => void): Promise<Ended | undefined> =>
  new Promise((resolve) => {
    let ended: Ended | undefined
    child.on('message', (message) => {
      const told = message as FromWorker
      if ('progress' in told) show(told.progress)
      else ended = told
    })
    child.on('error', () => resolve(ended))
    child.on('exit', () => resolve(ended))
  })

/** What several workers have come to, taken together. `silent`: what is said where none of them says anything. */
export const together = (all: readonly (Ended | undefined)[], silent: Ending, counts: LedgerCounts, took: number): SharedOutcome => {
  const outcomes = all.flatMap((ended) => (ended !== undefined && 'outcome' in ended ? [ended.outcome] : []))
  const failures = all.flatMap((ended) => (ended !== undefined && 'failed' in ended ? [ended.failed] : []))
  const first = (wanted: string) => outcomes.find(({ status }) => status.startsWith(wanted))
  // Whoever stays to the end has seen the end of the run; what others stumbled over was done by those.
  const done = first('done')
  // Where one is refused, another one may have moved users.
  const best = done ?? (failures.length === 0 ? (first('interrupted') ?? first('refused')) : undefined)
  if (best === undefined) return { failed: failures[0] ?? silent }
  const gone = all.length - outcomes.length
  const notes = gone === 0 ? [] : [`${gone} of ${all.length} workers did not stay to the end.`]
  const reasons = new Set([best, ...(done === undefined ? outcomes : [])].flatMap((outcome) => outcome.reasons))
  const sum = (of: 'created' | 'resolved'): number => outcomes.reduce((total, outcome) => total + outcome[of], 0)
  return { outcome: { ...best, reasons: [...reasons, ...notes], counts, took, created: sum('created'), resolved: sum('resolved') } }
}

/** Does a run in several processes on this machine, which share it with those on others. */
export const runWorkers = async (
  told: ToWorker,
  {
    signal,
    show,
    counts,
  }: { readonly signal: AbortSignal; readonly show: (progress: RunProgress) => void; readonly counts: () => Promise<LedgerCounts> },
): Promise<SharedOutcome> => {
  const begun = Date.now()
  const children = Array.from({ length: told.workers }, () => fork(new URL('./worker-process.js', import.meta.url), { stdio: 'inherit' }))
  const stop = (kind: NodeJS.Signals): void => {
    for (const child of children) child.kill(kind)
  }
  const onAbort = (): void => stop('SIGINT')
  const onExit = (): void => stop('SIGKILL')
  signal.addEventListener('abort', onAbort)
  process.on('exit', onExit)
  for (const child of children) child.send(told)
  // Each of them tells what all have done, and its own part of the ceiling: one is enough.
  const shownBy =
    (child: ChildProcess) =>
    (progress: RunProgress): void => {
      if (child !== children.find(isRunning)) return
      show({
        ...progress,
        ceiling: progress.ceiling === null ? null : progress.ceiling * told.workers,
        concurrency: progress.concurrency * told.workers,
      })
    }
  const all = await Promise.all(children.map((child) => endOf(child, shownBy(child))))
  signal.removeEventListener('abort', onAbort)
  process.off('exit', onExit)
  return together(all, signal.aborted ? unbegun : lost, await counts(), Date.now() - begun)
}
