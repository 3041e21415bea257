import type { Json } from '@userport/core'

interface Fields {
  readonly [name: string]: Json | undefined
}

/** JSON whose text is the same for equal values, whatever the order of their keys. What is `undefined` in an object is left out. */
export const canonicalJson = (value: Json | Fields): string => {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const fields = value as Fields
  let text = ''
  for (const name of Object.keys(fields).sort()) {
    const field = fields[name]
    if (field !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${canonicalJson(field)}`
  }
  return `{${text}}`
}
