import type { RateSample } from '../ledger/ledger.js'

/** Users per second around a moment; `null` where nothing ran, which breaks the line of a chart. */
export interface RatePoint {
  readonly at: number
  readonly rate: number | null
}

interface Span {
  readonly from: number
  readonly to: number
  readonly created: number
}

/** Longer than this many usual steps between two samples: the run stood still or was not there. */
const stepsOfAPause = 8
const mostPoints = 160

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

const spansOf = (samples: readonly RateSample[]): readonly Span[] =>
  samples.slice(1).flatMap((sample, before) => {
    const { at, created } = samples[before] as RateSample
    return sample.at > at ? [{ from: at, to: sample.at, created: sample.created - created }] : []
  })

/** Spans next to each other taken together, so that no more points are left than a chart can show. */
const thinned = (spans: readonly Span[]): readonly Span[] => {
  const together = Math.ceil(spans.length / mostPoints)
  const thin: Span[] = []
  for (let at = 0; at < spans.length; at += together) {
    const group = spans.slice(at, at + together)
    const [first, last] = [group[0], group[group.length - 1]]
    if (first === undefined || last === undefined) continue
    thin.push({ from: first.from, to: last.to, created: group.reduce((sum, { created }) => sum + created, 0) })
  }
  return thin
}

/** A run as points in the middle of its spans, and at its two ends, so that even one span makes a line. */
const pointsOf = (run: readonly Span[]): readonly RatePoint[] => {
  const spans = thinned(run)
  const rateOf = ({ from, to, created }: Span): number => (1_000 * created) / (to - from)
  const [first, last] = [spans[0], spans[spans.length - 1]]
  if (first === undefined || last === undefined) return []
  return [
    { at: first.from, rate: rateOf(first) },
    ...spans.map((span) => ({ at: (span.from + span.to) / 2, rate: rateOf(span) })),
    { at: last.to, rate: rateOf(last) },
  ]
}

/** Several workers take samples at once, by clocks that differ a little. */
const apart = (samples: readonly RateSample[]): readonly RateSample[] => {
  const kept: RateSample[] = []
  for (const sample of samples) {
    const last = kept[kept.length - 1]
    if (last === undefined || sample.at - last.at >= 1_000) kept.push(sample)
  }
  const [first, last] = [samples[0], samples[samples.length - 1]]
  return kept.length === 1 && first !== undefined && last !== undefined ? [first, last] : kept
}

/** How fast users were created over the time of a ledger, with its pauses. */
export const ratesOf = (samples: readonly RateSample[]): readonly RatePoint[] => {
  const spans = spansOf(apart(samples))
  const longest = stepsOfAPause * Math.max(1_000, median(spans.map(({ from, to }) => to - from)))
  // Where the number falls, users were taken back.
  const isPause = ({ from, to, created }: Span): boolean => to - from > longest || created < 0
  const runs: Span[][] = [[]]
  for (const span of spans) {
    if (isPause(span)) runs.push([])
    else runs[runs.length - 1]?.push(span)
  }
  return runs
    .filter((run) => run.length > 0)
    .flatMap((run, at) => (at === 0 ? pointsOf(run) : [{ at: run[0]?.from ?? 0, rate: null }, ...pointsOf(run)]))
}
