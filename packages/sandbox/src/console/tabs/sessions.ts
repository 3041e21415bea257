import { html } from 'hono/html'
import { howMany, mostRows, table, time } from '../elements.js'
import type { Tab } from '../tab.js'

export const sessions: Tab = {
  title: 'Sessions',
  live: true,
  show: ({ world }) => {
    const all = world.sessions()
    const rows = all.slice(-mostRows).reverse()
    return html`${howMany(all.length, 'Sessions')}
      ${table(
        ['User', 'Since', 'Until'],
        rows.map(({ userId, createdAt, expiresAt }) => [
          html`<a href="users?id=${encodeURIComponent(userId)}"><code>${userId}</code></a>`,
          time(createdAt),
          expiresAt === undefined ? '–' : time(expiresAt),
        ]),
        'Nobody is signed in.',
      )}`
  },
}
