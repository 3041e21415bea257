import { html } from 'hono/html'
import { settingChanges } from '../../control-input.js'
import type { Json } from '../../json.js'
import { badInput, jsonObject } from '../../json-fields.js'
import { form, type Html, json } from '../elements.js'
import { numberIn } from '../fields.js'
import type { ConsoleApp, Tab } from '../tab.js'

type Kind = 'choice' | 'switch' | 'number' | 'text' | 'json'

const kindOf = ({ emulator }: ConsoleApp, name: string): Kind => {
  if (choicesOf(emulator, name) !== undefined) return 'choice'
  const type = typeof (emulator.defaultSettings as Json)[name]
  return type === 'boolean' ? 'switch' : type === 'number' ? 'number' : type === 'string' ? 'text' : 'json'
}

const choicesOf = ({ settingChoices }: ConsoleApp['emulator'], name: string): readonly unknown[] | undefined =>
  (settingChoices as Readonly<Record<string, readonly unknown[]>> | undefined)?.[name]

/** A setting as the text of its field. */
const textOf = (kind: Kind, value: unknown): string => (kind === 'number' || kind === 'text' ? String(value) : JSON.stringify(value))

const valueIn = (kind: Kind, name: string, text: string): unknown => {
  if (kind === 'text') return text
  if (kind === 'number') return numberIn(text)
  try {
    return JSON.parse(text)
  } catch {
    throw badInput(name, 'must be JSON')
  }
}

const option = (value: unknown, text: string): Html => {
  const own = JSON.stringify(value)
  return html`<option value="${own}" ${own === text ? 'selected' : ''}>${typeof value === 'string' ? value : own}</option>`
}

const control = (app: ConsoleApp, name: string, text: string): Html => {
  const kind = kindOf(app, name)
  const choices = kind === 'switch' ? [false, true] : choicesOf(app.emulator, name)
  if (choices !== undefined) return html`<select name="${name}">${choices.map((value) => option(value, text))}</select>`
  if (kind === 'json') return html`<textarea name="${name}" rows="2" spellcheck="false">${text}</textarea>`
  return html`<input name="${name}" value="${text}" inputmode="${kind === 'number' ? 'decimal' : 'text'}" />`
}

const names = ({ emulator }: ConsoleApp): readonly string[] => Object.keys(emulator.defaultSettings)

export const settings: Tab = {
  title: 'Settings',
  show: ({ world, emulator }) => {
    const changed = Object.entries(world.settings).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify((emulator.defaultSettings as Json)[name]),
    )
    return changed.length === 0
      ? html`<p>All are as in a new app.</p>`
      : html`<p>Not as in a new app:</p>${json(Object.fromEntries(changed))}`
  },
  forms: (app, given) => {
    const texts = Object.fromEntries(names(app).map((name) => [name, textOf(kindOf(app, name), (app.world.settings as Json)[name])]))
    const fields = Object.entries(texts).map(
      ([name, text]) => html`<label><code>${name}</code>${control(app, name, given.get(name) ?? text)}</label>`,
    )
    return form(
      'set',
      'Save',
      html`<input type="hidden" name="shown" value="${given.get('shown') ?? JSON.stringify(texts)}" /><div class="fields">${fields}</div>`,
    )
  },
  actions: {
    // What was not changed in the form stays as it is by now.
    set: (app, fields) => {
      const shown = jsonObject(fields.get('shown') ?? '')
      const changed = names(app).filter((name) => fields.has(name) && fields.get(name) !== shown[name])
      const changes = Object.fromEntries(changed.map((name) => [name, valueIn(kindOf(app, name), name, fields.get(name) ?? '')]))
      app.world.set(settingChanges(changes, { ...app.emulator.defaultSettings }, app.emulator.settingChoices))
      return undefined
    },
  },
}
