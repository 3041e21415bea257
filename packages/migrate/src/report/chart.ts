import { type ScaleTime, scaleLinear, scaleUtc } from 'd3-scale'
import { area, line } from 'd3-shape'
import { type Html, html, nothing } from './html.js'
import type { RatePoint } from './rates.js'
import { duration, rate } from './words.js'

// In the units of the drawing, which is as wide as a phone shows it and scales up from there.
const size = { width: 400, height: 230 }
const inner = { left: 44, right: 390, top: 16, bottom: 200 }

/** A ceiling further up than this many times the highest rate would press the line flat: it is only written. */
const ceilingInSight = 3

/** More of them would run into each other on a phone. */
const mostTimes = 5

interface Moving extends RatePoint {
  readonly rate: number
}

const isMoving = (point: RatePoint): point is Moving => point.rate !== null

interface Label {
  readonly at: number
  readonly text: string
}

const timeTicks = (scale: ScaleTime<number, number>, span: number): readonly Label[] => {
  const format = span > 2 * 86_400_000 ? [5, 10] : span > 5 * 60_000 ? [11, 16] : [11, 19]
  const ticks = scale.ticks(5)
  const apart = Math.ceil(ticks.length / mostTimes)
  return ticks.filter((_, at) => at % apart === 0).map((tick) => ({ at: scale(tick), text: tick.toISOString().slice(...format) }))
}

const axes = (times: readonly Label[], rates: readonly Label[]): Html => html`
  <g class="grid">${rates.map(({ at }) => html`<line x1="${inner.left}" x2="${inner.right}" y1="${at}" y2="${at}"/>`)}</g>
  <g class="axis">
    ${rates.map(({ at, text }) => html`<text x="${inner.left - 6}" y="${at}" text-anchor="end" dominant-baseline="middle">${text}</text>`)}
    ${times.map(({ at, text }) => html`<text x="${at}" y="${inner.bottom + 18}" text-anchor="middle">${text}</text>`)}
  </g>`

const ceilingLine = (y: number, ceiling: number): Html => html`
  <line class="ceiling" x1="${inner.left}" x2="${inner.right}" y1="${y}" y2="${y}"/>
  <text class="ceiling-label" x="${inner.right}" y="${y - 5}" text-anchor="end">ceiling ${rate(ceiling)}/s</text>`

/** Users per second over time as a drawing that needs no script; `ceiling` is the most that the limits allow, per second. */
export const rateChart = (points: readonly RatePoint[], ceiling: number | null): Html => {
  const moving = points.filter(isMoving)
  const [first, last] = [moving[0], moving[moving.length - 1]]
  if (first === undefined || last === undefined || moving.length < 2) return nothing
  const fastest = Math.max(...moving.map((point) => point.rate))
  const shown = ceiling !== null && ceiling <= ceilingInSight * fastest ? ceiling : null
  const x = scaleUtc([first.at, last.at], [inner.left, inner.right])
  const y = scaleLinear([0, Math.max(fastest, shown ?? 0, Number.MIN_VALUE)], [inner.bottom, inner.top]).nice(4)
  const across = (point: RatePoint): number => x(point.at)
  const up = (point: RatePoint): number => y(point.rate ?? 0)
  const stroke = line<RatePoint>().defined(isMoving).x(across).y(up).digits(1)(points) ?? ''
  const fill = area<RatePoint>().defined(isMoving).x(across).y0(inner.bottom).y1(up).digits(1)(points) ?? ''
  const rates = y.ticks(4).map((tick) => ({ at: y(tick), text: rate(tick) }))
  const mean = moving.reduce((sum, point) => sum + point.rate, 0) / moving.length
  const limit = ceiling === null ? 'No ceiling is known.' : `The limits allow ${rate(ceiling)} users per second.`
  return html`<svg class="chart" role="img" aria-labelledby="chart-title chart-text" viewBox="0 0 ${size.width} ${size.height}">
  <title id="chart-title">Users per second over time</title>
  <desc id="chart-text">Over ${duration(last.at - first.at)}, about ${rate(mean)} users per second, at most ${rate(fastest)}. ${limit}</desc>
  ${axes(timeTicks(x, last.at - first.at), rates)}
  <path class="area" d="${fill}"/>
  <path class="line" d="${stroke}"/>
  ${shown === null ? nothing : ceilingLine(y(shown), shown)}
  </svg>`
}
