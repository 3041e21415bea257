import { html } from 'hono/html'
import { form, howMany, mostRows, table, time } from '../elements.js'
import type { Tab } from '../tab.js'

export const requests: Tab = {
  title: 'Requests',
  live: true,
  show: ({ world }) => {
    const all = world.requests.all()
    const rows = all.slice(-mostRows).reverse()
    return html`${howMany(all.length, 'Requests')}
      ${table(
        ['At', 'Request', 'Status'],
        rows.map(({ at, method, path, rpc, status }) => [
          time(at),
          html`<code>${method} ${path}${rpc === undefined ? '' : ` ${rpc}`}</code>`,
          status === 0 ? 'no whole reply' : status,
        ]),
        'None reached the app.',
      )}`
  },
  forms: () => form('clear', 'Forget them'),
  actions: {
    clear: ({ world }) => {
      world.requests.clear()
      return undefined
    },
  },
}
