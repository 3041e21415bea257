import { brokenRule, type Json, type JsonObject, type Rules } from '@userport/core'
import type { LossCode } from '../losses.js'
import type { Part } from './part.js'
import { renamedAttribute } from './rename-attribute.js'

type Entry = readonly [name: string, value: Json]

const encoder = new TextEncoder()
const bytesOf = (value: Json): number => encoder.encode(JSON.stringify(value)).length

const brokenName = ({ key, reserved }: Rules['attributes'], origin: string, name: string): string | undefined => {
  const broken = brokenRule(key, name)
  if (broken !== undefined) return `its name ${broken}`
  if (name === origin) return 'its name is that of the attribute for the id at the source'
  return reserved.includes(name) ? 'its name is one of the vendor’s own fields' : undefined
}

/** The largest go first, until the rest fits. */
const fitting = (entries: readonly Entry[], mark: JsonObject, maxBytes: number): readonly Entry[] => {
  // In `{"a":1,"b":2}` each one costs its name, its value, a colon and a comma.
  const cost = ([name, value]: Entry): number => bytesOf(name) + bytesOf(value) + 2
  const whole: JsonObject = { ...Object.fromEntries(entries), ...mark }
  // A character has three bytes at most, so most users need no counting.
  if (JSON.stringify(whole).length * 3 <= maxBytes) return entries
  let over = bytesOf(whole) - maxBytes
  if (over <= 0) return entries
  const dropped = new Set<Entry>()
  for (const entry of [...entries].sort((a, b) => cost(b) - cost(a))) {
    if (over <= 0) break
    dropped.add(entry)
    over -= cost(entry)
  }
  return entries.filter((entry) => !dropped.has(entry))
}

/** The app's own fields as the target takes them, with the attribute `origin.name` that holds the id at the source. */
export const mapAttributes = (
  attributes: JsonObject,
  rules: Rules['attributes'],
  origin: { readonly name: string; readonly id: string },
): Part<JsonObject> => {
  const losses: LossCode[] = []
  const all = Object.entries(attributes)
  const wrong = new Map<string, string>()
  for (const [name] of all) {
    const rule = brokenName(rules, origin.name, name)
    if (rule !== undefined) wrong.set(name, rule)
  }
  const used = new Set([origin.name, ...all.map(([name]) => name)])
  const entries = all.flatMap((entry): readonly Entry[] => {
    const [name, value] = entry
    if (!wrong.has(name)) return [entry]
    const renamed = renamedAttribute(rules.key, name)
    const isLost = renamed === undefined || used.has(renamed)
    losses.push(isLost ? 'attribute-dropped' : 'attribute-renamed')
    if (isLost) return []
    used.add(renamed)
    return [[renamed, value]]
  })
  const mark: JsonObject = { [origin.name]: origin.id }
  const kept = rules.maxBytes === undefined ? entries : fitting(entries, mark, rules.maxBytes)
  const isTooLarge = kept.length < entries.length
  if (isTooLarge) losses.push('attributes-too-large')
  const [first] = wrong
  const tooLarge = isTooLarge ? { field: 'attributes', rule: `must have at most ${rules.maxBytes} bytes as JSON` } : undefined
  return {
    value: { ...Object.fromEntries(kept), ...mark },
    losses,
    broken: first === undefined ? tooLarge : { field: `attributes.${first[0]}`, rule: first[1] },
  }
}
