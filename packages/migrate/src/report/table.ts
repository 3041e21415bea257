import { type Html, html } from './html.js'

type Cell = string | Html

export interface Column {
  readonly title: string
  /** Set to the right, in figures of one width. */
  readonly figures?: true
}

const columnClass = ({ figures }: Column): string => (figures === true ? 'figures' : 'words')

const rowOf = (columns: readonly Column[], cells: readonly Cell[]): Html =>
  html`<tr>${cells.map((cell, at) =>
    at === 0
      ? html`<th scope="row" class="${columnClass(columns[at] as Column)}">${cell}</th>`
      : html`<td class="${columnClass(columns[at] as Column)}">${cell}</td>`,
  )}</tr>`

/** A table that scrolls inside its own box where the page is too narrow for it. */
export const table = (caption: string, columns: readonly Column[], rows: readonly (readonly Cell[])[]): Html => html`
<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table>
<caption>${caption}</caption>
<thead><tr>${columns.map((column) => html`<th scope="col" class="${columnClass(column)}">${column.title}</th>`)}</tr></thead>
<tbody>${rows.map((cells) => rowOf(columns, cells))}</tbody>
</table></div>`
