import { html } from 'hono/html'
import { fault, faultKinds } from '../../fault-input.js'
import type { Fault } from '../../faults.js'
import { form, type Html, table } from '../elements.js'
import { filledIn } from '../fields.js'
import type { Tab } from '../tab.js'

const asWritten = (value: unknown): Html => html`<code>${JSON.stringify(value)}</code>`

const row = ({ method, path, rpc, times, probability, kind }: Fault): readonly (Html | string | number)[] => [
  asWritten(kind),
  [method ?? 'any', path ?? 'path', rpc ?? ''].join(' '),
  times ?? 'always',
  probability ?? 1,
]

/** What belongs to the kind of fault, and not to the fault. */
const ofKind = ['type', 'milliseconds', 'status', 'retryAfter', 'after']

export const faults: Tab = {
  title: 'Faults',
  live: true,
  show: ({ world }) => table(['Kind', 'Requests', 'Times left', 'Chance'], world.faults.list().map(row), 'Nothing goes wrong.'),
  forms: (_app, given) => {
    const input = (name: string, label: string, hint: string): Html =>
      html`<label>${label} <input name="${name}" placeholder="${hint}" value="${given.get(name) ?? ''}" /></label>`
    return html`${form(
      'add',
      'Add',
      html`<div class="fields">
        <label>Kind <select name="type">${faultKinds.map((kind) => html`<option ${given.get('type') === kind ? 'selected' : ''}>${kind}</option>`)}</select></label>
        ${input('milliseconds', 'Milliseconds', 'of a latency')}
        ${input('after', 'After', 'request or write')}
        ${input('status', 'Status', '503')}
        ${input('retryAfter', 'Retry-After', '30')}
      </div>
      <div class="fields">
        ${input('method', 'Method', 'any')}
        ${input('path', 'Path', 'a regular expression')}
        ${input('rpc', 'JSON-RPC method', 'any')}
        ${input('times', 'Times', 'always')}
        ${input('probability', 'Chance', '0 to 1')}
      </div>`,
    )}
    ${form('clear', 'Remove all')}`
  },
  actions: {
    add: ({ world }, fields) => {
      const given = Object.entries(filledIn(fields, ['milliseconds', 'status', 'times', 'probability']))
      const part = (isOfKind: boolean) => Object.fromEntries(given.filter(([name]) => ofKind.includes(name) === isOfKind))
      world.faults.add(fault({ ...part(false), kind: part(true) }))
      return undefined
    },
    clear: ({ world }) => {
      world.faults.clear()
      return undefined
    },
  },
}
