import type { Json } from '../json.js'

/** The fields of a form that are not left empty, `numbers` as such; what is no number stays a text, which is refused then. */
export const filledIn = (fields: URLSearchParams, numbers: readonly string[]): Json =>
  Object.fromEntries(
    [...fields].filter(([, text]) => text !== '').map(([name, text]) => [name, numbers.includes(name) ? numberIn(text) : text]),
  )

export const numberIn = (text: string): number | string => (Number.isNaN(Number(text)) || text.trim() === '' ? text : Number(text))
