import { html } from 'hono/html'
import { seedCount } from '../../control-input.js'
import type { UserRow } from '../../world.js'
import { form, type Html, howMany, json, mostRows, table } from '../elements.js'
import { filledIn } from '../fields.js'
import type { ConsoleApp, Tab } from '../tab.js'

const kind = ({ anonymous, disabled }: UserRow): string => `${anonymous ? 'anonymous' : 'registered'}${disabled ? ', disabled' : ''}`

const row = (user: UserRow): readonly (Html | string)[] => [
  html`<a href="?id=${encodeURIComponent(user.id)}"><code>${user.id}</code></a>`,
  kind(user),
  user.username ?? '',
  user.email ?? '',
  user.phone ?? '',
]

const one = ({ world }: ConsoleApp, id: string): Html => {
  const user = world.users().find((row) => row.id === id)
  if (user === undefined) return html`<p>There is no user <code>${id}</code>.</p>`
  const sessions = world.sessions().filter(({ userId }) => userId === id).length
  return html`<p><a href="?">All users</a></p><h2>${user.username ?? user.id}</h2><p>${kind(user)}, sessions: ${sessions}</p>${json(user.document)}`
}

const isAsked = (text: string) => {
  const wanted = text.toLowerCase()
  return ({ id, username, email, phone }: UserRow): boolean =>
    [id, username, email, phone].some((value) => value?.toLowerCase().includes(wanted))
}

const all = ({ world }: ConsoleApp, text: string): Html => {
  const found = world.users().filter(isAsked(text))
  const shown = found.slice(-mostRows).reverse()
  return html`${howMany(found.length, text === '' ? 'Users' : 'Found')}
    ${table(['Id', 'Kind', 'Username', 'E-mail', 'Phone'], shown.map(row), 'Nobody.')}`
}

export const users: Tab = {
  title: 'Users',
  live: true,
  show: (app, query) => {
    const id = query.get('id')
    return id === null ? all(app, query.get('search') ?? '') : one(app, id)
  },
  forms: (_app, given) => html`
    <form class="form" method="get" role="search">
      <input type="search" name="search" value="${given.get('search') ?? ''}" aria-label="Id, username, e-mail or phone" placeholder="Id, username, e-mail or phone" />
      <button type="submit">Find</button>
    </form>
    ${form('seed', 'Generate users', html`<input type="number" name="count" aria-label="How many" min="1" value="${given.get('count') ?? 3}" />`)}`,
  actions: {
    seed: ({ world }, fields) => {
      const seeded = world.seed(seedCount(filledIn(fields, ['count'])))
      const rows = seeded.slice(-mostRows).map((user) => [...row(user), html`<code>${user.password}</code>`])
      return html`<h2>Generated</h2><p>Their passwords are not shown again.</p>${howMany(seeded.length, 'Users')}
        ${table(['Id', 'Kind', 'Username', 'E-mail', 'Phone', 'Password'], rows, 'Nobody.')}`
    },
  },
}
