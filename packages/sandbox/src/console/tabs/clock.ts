import { html } from 'hono/html'
import { advanceBy } from '../../control-input.js'
import { form, time } from '../elements.js'
import { filledIn } from '../fields.js'
import type { Tab } from '../tab.js'

export const clock: Tab = {
  title: 'Clock',
  live: true,
  show: ({ world }) => html`<p>For this app it is ${time(world.clock.now())} UTC.</p>`,
  forms: (_app, given) => html`
    ${form(
      'advance',
      'Advance',
      html`<label>Milliseconds <input type="number" name="milliseconds" min="0" value="${given.get('milliseconds') ?? 3_600_000}" /></label>`,
    )}
    ${form('freeze', 'Freeze')}
    ${form('reset', 'Back to the machine’s own time')}`,
  actions: {
    advance: ({ world }, fields) => {
      world.clock.advance(advanceBy(filledIn(fields, ['milliseconds']), world.clock.now()))
      return undefined
    },
    freeze: ({ world }) => {
      world.clock.freeze()
      return undefined
    },
    reset: ({ world }) => {
      world.clock.reset()
      return undefined
    },
  },
}
