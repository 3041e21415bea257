import type { RunProgress } from '@userport/migrate'
import cliProgress, { type GenericFormatter } from 'cli-progress'
import { count, seconds } from './words.js'

/** Shows how far a run is. */
export interface ProgressView {
  readonly show: (progress: RunProgress) => void
  /** Makes room for another line. */
  readonly pause: () => void
  /** Shows where it ended. */
  readonly end: () => void
}

/** Milliseconds between two lines. */
const betweenEvents = 1_000
const betweenLines = 3_000

const reasons = { 'rate-limited': 'asks for patience', down: 'does not answer' } as const

const waitingFor = ({ waiting }: RunProgress): readonly string[] =>
  waiting === undefined
    ? []
    : [`waits for ${waiting.vendor}, which ${reasons[waiting.reason]}, until ${new Date(waiting.until).toISOString().slice(11, 19)} UTC`]

const told = (progress: RunProgress): readonly string[] => {
  const { failed, rate, ceiling, eta, concurrency } = progress
  return [
    ...(failed === 0 ? [] : [`${count(failed)} failed`]),
    `${count(Math.round(rate))}/s${ceiling === null ? '' : ` of at most ${count(Math.round(ceiling))}/s`}`,
    ...(eta === null ? [] : [`${seconds(eta)} left`]),
    `${concurrency} at a time`,
    ...waitingFor(progress),
  ]
}

const sentence = (progress: RunProgress): string => {
  const { phase, done, total } = progress
  const share = total === null || total === 0 ? '' : ` of ${count(total)} (${Math.floor((100 * Math.min(done, total)) / total)} %)`
  return `${phase}: ${count(done)}${share}, ${told(progress).join(', ')}`
}

/** Tells at most once in a while, but each change of phase, and the last word. */
const seldom = (interval: number, tell: (progress: RunProgress) => void): ProgressView => {
  let last: { readonly at: number; readonly phase: string } | undefined
  let untold: RunProgress | undefined
  return {
    show: (progress) => {
      // What ends before there is anything to show tells of its end only.
      if (last === undefined && progress.phase === 'reading' && progress.done === 0) return
      const now = Date.now()
      untold = progress
      if (last !== undefined && last.phase === progress.phase && now - last.at < interval) return
      last = { at: now, phase: progress.phase }
      untold = undefined
      tell(progress)
    },
    pause: () => undefined,
    end: () => {
      if (untold !== undefined) tell(untold)
      untold = undefined
    },
  }
}

/** Without a total there is nothing that a bar could be a part of. */
const drawing = (progress: RunProgress, bar: string): string => {
  const { phase, done, total } = progress
  const whole = total === null ? '' : `${bar} ${total === 0 ? 100 : Math.floor((100 * Math.min(done, total)) / total)} %  `
  return `${phase.padEnd(9)} ${whole}${count(done)}${total === null ? ' users' : ` of ${count(total)}`}  ${told(progress).join(', ')}`
}

const drawnBar = (): ProgressView => {
  let last: RunProgress | undefined
  const format: GenericFormatter = (options, { progress }) =>
    last === undefined ? '' : drawing(last, cliProgress.Format.BarFormat(progress, options))
  const drawn = new cliProgress.SingleBar({ format, hideCursor: true, fps: 4, barsize: 24 })
  let isOn = false
  const stop = (): void => {
    if (isOn) drawn.stop()
    isOn = false
  }
  return {
    show: (progress) => {
      last = progress
      const whole = Math.max(progress.total ?? 0, progress.done, 1)
      if (!isOn) drawn.start(whole, progress.done)
      isOn = true
      drawn.setTotal(whole)
      drawn.update(progress.done)
    },
    pause: stop,
    end: stop,
  }
}

/** A bar in a terminal, else a line every few seconds; with `json` a line of JSON every second. */
export const progressView = (to: {
  readonly json: boolean
  readonly line: (value: object) => void
  readonly write: (text: string) => void
}): ProgressView => {
  if (to.json) return seldom(betweenEvents, (progress) => to.line({ type: 'progress', ...progress }))
  return process.stdout.isTTY ? drawnBar() : seldom(betweenLines, (progress) => to.write(sentence(progress)))
}
