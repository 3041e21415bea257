import type { Json, JsonObject } from '@userport/core'

/** JSON whose text is the same for equal values, whatever the order of their keys. What is `undefined` in an object is left out. */
export const canonicalJson = (value: Json): string => {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const object = value as JsonObject
  const names = Object.keys(object).filter((name) => object[name] !== undefined)
  return `{${names
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalJson(object[name] as Json)}`)
    .join(',')}}`
}
