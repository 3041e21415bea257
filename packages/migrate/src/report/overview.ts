import { rateChart } from './chart.js'
import { type Html, html, nothing } from './html.js'
import { ratesOf } from './rates.js'
import type { ReportData } from './report-data.js'
import { totalsOf } from './states.js'
import { count, rate, share, users } from './words.js'

const shares = (data: ReportData): readonly { readonly name: string; readonly part: string; readonly number: number }[] => {
  const { moved, stayed, failed, pending, undone } = totalsOf(data.status.counts)
  return [
    { name: 'moved', part: 'moved', number: moved },
    { name: 'stay behind', part: 'stayed', number: stayed },
    { name: 'failed', part: 'failed', number: failed },
    { name: 'not done yet', part: 'pending', number: pending },
    { name: 'taken back', part: 'undone', number: undone },
  ]
}

const bar = (data: ReportData, all: number): Html => {
  let from = 0
  const pieces = shares(data).map(({ part, number }) => {
    const x = from
    const width = (100 * number) / all
    from += width
    return html`<rect class="${part}" x="${x}" y="0" width="${width}" height="3"/>`
  })
  const told = shares(data).flatMap(({ name, number }) => (number === 0 ? [] : [`${count(number)} ${name}`]))
  return html`<svg class="bar" role="img" aria-labelledby="bar-title" viewBox="0 0 100 3" preserveAspectRatio="none">
  <title id="bar-title">${told.join(', ')}</title>${pieces}</svg>`
}

/** The few numbers that matter most. */
export const overview = (data: ReportData): Html => {
  const { all } = totalsOf(data.status.counts)
  if (all === 0) return nothing
  const { waiting } = data.status.counts
  const tiles = shares(data)
    .filter(({ number, part }) => number > 0 || part === 'moved' || part === 'failed')
    .map(
      ({ name, part, number }) =>
        html`<div class="${part}"><dt>${name}</dt><dd>${count(number)}<small>${share(number, all)}</small></dd></div>`,
    )
  return html`<section aria-labelledby="overview"><h2 id="overview">${users(all)}</h2>${bar(data, all)}
<dl class="totals">${tiles}<div class="waiting"><dt>have not come yet</dt><dd>${count(waiting)}</dd></div></dl></section>`
}

/** How fast it went. */
export const ratesSection = ({ status: { samples }, ceiling = null }: ReportData): Html => {
  const chart = rateChart(ratesOf(samples), ceiling)
  const limit = ceiling === null ? 'No ceiling is known.' : `The limits allow at most ${rate(ceiling)} users per second.`
  return html`<section aria-labelledby="rates"><h2 id="rates">How fast it went</h2>${
    chart === nothing
      ? html`<p>Too little was moved to draw how fast.</p>`
      : html`<figure>${chart}<figcaption>Users created per second, times in UTC. ${limit}</figcaption></figure>`
  }</section>`
}
