import { html } from 'hono/html'

/** Markup. What is put into `html` is escaped, unless it is markup itself. */
export type Html = ReturnType<typeof html>

/** An instant in milliseconds since 1970, to the second; a dash where it lies beyond what has a date. */
export const time = (at: number): Html => {
  const date = new Date(at)
  if (Number.isNaN(date.getTime())) return html`–`
  const iso = date.toISOString()
  return html`<time datetime="${iso}">${iso.replace('T', ' ').replace(/\..*/, '')}</time>`
}

/** A table, or that there is nothing to show. */
export const table = (heads: readonly string[], rows: readonly (readonly (Html | string | number)[])[], empty: string): Html => {
  if (rows.length === 0) return html`<p>${empty}</p>`
  return html`<div class="scroll"><table>
    <thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
    <tbody>${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody>
  </table></div>`
}

export const json = (value: unknown): Html => html`<pre><code>${JSON.stringify(value, null, 2)}</code></pre>`

/** A form that is sent to the action of that name of its page. */
export const form = (action: string, button: string, fields: Html | string = ''): Html =>
  html`<form class="form" method="post" action="?do=${action}">${fields}<button type="submit">${button}</button></form>`

/** Lists may be long: so many of their rows are shown. */
export const mostRows = 200

export const howMany = (all: number, what: string): Html =>
  html`<p>${what}: ${all}${all > mostRows ? `, the latest ${mostRows} of them shown` : ''}</p>`
