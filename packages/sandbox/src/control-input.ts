import type { Json } from './json.js'
import { badInput, isAmount, isCount, isOneOf, isString, onlyFields, optional, required } from './json-fields.js'
import type { WantedMessage } from './outbox.js'

// What lives a while longer must have a date too.
const lastInstant = Date.UTC(10_000, 0) - 1

const isInstant = (value: unknown): value is number => isAmount(value) && value <= lastInstant

export function freezeAt(body: Json): number | undefined {
  onlyFields(body, 'at')
  return optional(body, 'at', isInstant, 'an instant in milliseconds since 1970, before the year 10000').at
}

export function advanceBy(body: Json, now: number): number {
  onlyFields(body, 'milliseconds')
  const wanted = required(body, 'milliseconds', isAmount, 'a number of milliseconds, 0 or more')
  if (!isInstant(now + wanted)) throw badInput('milliseconds', 'must not lead beyond the year 9999')
  return wanted
}

export function seedCount(body: Json): number {
  onlyFields(body, 'count')
  const count = required(body, 'count', isCount, 'a whole number from 1 to 100000')
  if (count < 1 || count > 100_000) throw badInput('count', 'must be a whole number from 1 to 100000')
  return count
}

export function wantedMessage(body: Json): { readonly wanted: WantedMessage; readonly timeoutMs?: number } {
  onlyFields(body, 'to', 'channel', 'purpose', 'timeoutMs')
  const purposes = [
    'verification',
    'email-verified',
    'password-reset',
    'generated-password',
    'password-changed',
    'forgot-username',
  ] as const
  return {
    wanted: {
      ...optional(body, 'to', isString, 'a string'),
      ...optional(body, 'channel', isOneOf('email', 'sms'), 'email or sms'),
      ...optional(body, 'purpose', isOneOf(...purposes), `one of ${purposes.join(', ')}`),
    },
    ...optional(body, 'timeoutMs', isAmount, 'a number of milliseconds, 0 or more'),
  }
}

/** Only known settings, each of the type of its default and among its choices. */
export function settingChanges(body: Json, defaults: Json, choices: Readonly<Record<string, readonly unknown[] | undefined>> = {}): Json {
  onlyFields(body, ...Object.keys(defaults))
  for (const [field, value] of Object.entries(body)) {
    const allowed = choices[field]
    const fallback = defaults[field]
    if (allowed !== undefined && !allowed.includes(value)) throw badInput(field, `must be one of ${allowed.join(', ')}`)
    if (allowed === undefined && fallback !== null && kindOf(value) !== kindOf(fallback)) {
      throw badInput(field, `must be of type ${kindOf(fallback)}`)
    }
    if (typeof value === 'number' && !isAmount(value)) throw badInput(field, 'must be 0 or more')
  }
  return body
}

const kindOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value)
