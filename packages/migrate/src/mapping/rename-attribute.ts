import { brokenRule, type TextRule } from '@userport/core'
import { adaptText } from './adapt-text.js'

// FNV-1a. It tells names apart, and keeps nothing secret.
const shortHash = (text: string): string => {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash.toString(16).padStart(8, '0').slice(2)
}

const renamed = (rule: TextRule, name: string): string | undefined => {
  const hash = shortHash(name)
  const stems = [name, `a${name}`, 'attribute'].map((text) => adaptText(rule, text, hash.length))
  return stems.map((stem) => `${stem ?? ''}${hash}`).find((candidate) => brokenRule(rule, candidate) === undefined)
}

const mostNames = 10_000
const known = new WeakMap<TextRule, Map<string, string | undefined>>()

/**
 * The name that an attribute gets where the target does not take its own. It depends on the name alone, so that it is the same for
 * every user; its last six characters, a hash, keep names apart that differ only in what the target does not take.
 */
export const renamedAttribute = (rule: TextRule, name: string): string | undefined => {
  const names = known.get(rule) ?? new Map<string, string | undefined>()
  known.set(rule, names)
  if (names.has(name)) return names.get(name)
  const answer = renamed(rule, name)
  if (names.size < mostNames) names.set(name, answer)
  return answer
}
