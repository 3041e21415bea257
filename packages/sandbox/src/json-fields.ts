import { isObject, type Json } from './json.js'

/** A refusal of the control surface. */
export class ControlError extends Error {
  constructor(
    readonly status: 400 | 404,
    message: string,
  ) {
    super(message)
  }
}

/** Bad input; the message names the field. */
export function badInput(field: string, wanted: string): ControlError {
  return new ControlError(400, `${field} ${wanted}`)
}

/** A body as an object; an empty one counts as `{}`. */
export function jsonObject(text: string): Json {
  if (text.trim() === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    if (isObject(value)) return value
  } catch {
    // Same answer as for JSON of another kind.
  }
  throw badInput('body', 'must be a JSON object')
}

export const isString = (value: unknown): value is string => typeof value === 'string'
export const isAmount = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0
export const isCount = (value: unknown): value is number => isAmount(value) && Number.isInteger(value)
export const isOneOf =
  <T extends string>(...values: readonly T[]) =>
  (value: unknown): value is T =>
    values.some((one) => one === value)

/** The field's value; a refusal where it is missing or of another kind. */
export function required<T>(body: Json, field: string, is: (value: unknown) => value is T, wanted: string): T {
  const value = body[field]
  if (!is(value)) throw badInput(field, `must be ${wanted}`)
  return value
}

/** The field as an object to spread; empty where it is absent. */
export function optional<T, Field extends string>(
  body: Json,
  field: Field,
  is: (value: unknown) => value is T,
  wanted: string,
): { readonly [Key in Field]?: T } {
  return body[field] === undefined ? {} : ({ [field]: required(body, field, is, wanted) } as { [Key in Field]: T })
}

/** A mistyped field is refused, not ignored. */
export function onlyFields(body: Json, ...known: readonly string[]): void {
  const stranger = Object.keys(body).find((field) => !known.includes(field))
  if (stranger !== undefined) throw badInput(stranger, known.length === 0 ? 'is unknown' : `is unknown; known are ${known.join(', ')}`)
}
