import { html } from 'hono/html'
import type { OutboxMessage } from '../../outbox.js'
import { form, type Html, howMany, mostRows, time } from '../elements.js'
import type { Tab } from '../tab.js'

const facts = ({ link, code, password, username }: OutboxMessage): Html => {
  const texts = Object.entries({ Code: code, Password: password, Username: username })
  return html`<dl>
    ${link === undefined ? '' : html`<dt>Link</dt><dd><a href="${link}" target="_blank" rel="noreferrer">${link}</a></dd>`}
    ${texts.map(([name, text]) => (text === undefined ? '' : html`<dt>${name}</dt><dd><code>${text}</code></dd>`))}
  </dl>`
}

const card = (message: OutboxMessage): Html => html`<article>
  <header><strong>${message.subject}</strong><br />${message.channel} to ${message.to}, ${message.purpose}, ${time(message.sentAt)}</header>
  <p class="text">${message.text}</p>
  ${facts(message)}
</article>`

export const outbox: Tab = {
  title: 'Outbox',
  live: true,
  show: ({ world }) => {
    const all = world.outbox.messages()
    return html`${howMany(all.length, 'Messages')}${all.slice(-mostRows).reverse().map(card)}`
  },
  forms: () => form('clear', 'Forget them'),
  actions: {
    clear: ({ world }) => {
      world.outbox.clear()
      return undefined
    },
  },
}
