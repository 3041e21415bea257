import { html } from 'hono/html'
import { form, table } from '../elements.js'
import type { Tab } from '../tab.js'

export const connection: Tab = {
  title: 'Connection',
  show: ({ world, emulator, origin }) => html`
    <p>What an app is configured with, and an operator’s keys.</p>
    ${table(
      ['Name', 'Value'],
      Object.entries(emulator.connection(origin, world.appId)).map(([name, value]) => [name, html`<code>${value}</code>`]),
      '',
    )}`,
  forms: () => form('reset', 'Start over with an app that nobody has used'),
  actions: {
    reset: ({ world }) => {
      world.reset()
      return undefined
    },
  },
}
