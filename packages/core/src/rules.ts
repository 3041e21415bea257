import type { Json } from './json.js'

/** A rule for a text: lengths in characters (Unicode code points). */
export interface TextRule {
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: {
    /** Source of a regular expression (flag `u`). */
    readonly source: string
    /** The same in words, for the message. */
    readonly says: string
  }
  /** Spaces alone will do: they are as good as any character of a password. */
  readonly mayBeBlank?: true
  /** Beginnings that only userport itself may use. */
  readonly reservedPrefixes?: readonly string[]
}

/**
 * What a vendor demands of each field. Plain data: it is checked before any request, and the rules of two vendors can be
 * compared before people move from one to the other.
 */
export interface Rules {
  readonly username: TextRule
  readonly email: TextRule
  readonly phone: TextRule
  readonly password: TextRule
  readonly displayName: TextRule
  readonly locale: TextRule
  readonly country: TextRule
  readonly attributes: {
    readonly key: TextRule
    /** Names that are the vendor's own fields. */
    readonly reserved: readonly string[]
    /** UTF-8 bytes of all attributes together, as JSON. */
    readonly maxBytes?: number
  }
}

/** What becomes a segment of a path: one dot or two would lead to somewhere else, even when they are escaped. */
export const pathSegment: TextRule = { pattern: { source: '^(?!\\.{1,2}$)', says: 'something else than one dot or two' } }

const patterns = new Map<string, RegExp>()

const expression = (source: string): RegExp => {
  const known = patterns.get(source) ?? new RegExp(source, 'u')
  patterns.set(source, known)
  return known
}

// What cutting off a text leaves of an emoji: no URL and no UTF-8 can hold it.
const halfCharacter = /\p{Surrogate}/u

/** The rule that a text breaks, in words; `undefined` where it breaks none. */
export const brokenRule = (rule: TextRule, value: unknown): string | undefined => {
  if (typeof value !== 'string') return 'must be a text'
  if ((rule.mayBeBlank === true ? value : value.trim()) === '') return 'must not be empty'
  if (halfCharacter.test(value)) return 'must not contain half of a character'
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY } = rule
  // A character has two code units at most, so most texts need no counting.
  const length = value.length < 2 * minLength || value.length > maxLength ? [...value].length : value.length
  if (length < minLength) return `must have at least ${minLength} characters`
  if (length > maxLength) return `must have at most ${maxLength} characters`
  if (rule.pattern !== undefined && !expression(rule.pattern.source).test(value)) return `must be ${rule.pattern.says}`
  const prefix = rule.reservedPrefixes?.find((reserved) => value.startsWith(reserved))
  return prefix === undefined ? undefined : `must not begin with "${prefix}", which is reserved`
}

// An object of another realm (a frame, a vm) has another Object.prototype.
const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

const nonJson = (value: unknown): boolean => {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return false
    case 'number':
      return !Number.isFinite(value)
    case 'object':
      if (value === null) return false
      if (Array.isArray(value)) return value.some(nonJson)
      return !isPlain(value) || Object.values(value).some(nonJson)
    default:
      return true
  }
}

/** The first attribute that breaks a rule, as a field path and the rule in words. */
export const brokenAttribute = (
  rules: Rules['attributes'],
  attributes: Readonly<Record<string, Json>>,
): { readonly field: string; readonly rule: string } | undefined => {
  for (const [key, value] of Object.entries(attributes)) {
    const broken = brokenRule(rules.key, key)
    const rule =
      broken !== undefined
        ? `its name ${broken}`
        : rules.reserved.includes(key)
          ? 'its name is one of the vendor’s own fields'
          : nonJson(value)
            ? 'must be plain JSON'
            : undefined
    if (rule !== undefined) return { field: `attributes.${key}`, rule }
  }
  const size = rules.maxBytes === undefined ? 0 : new TextEncoder().encode(JSON.stringify(attributes)).length
  return rules.maxBytes !== undefined && size > rules.maxBytes
    ? { field: 'attributes', rule: `must have at most ${rules.maxBytes} bytes as JSON` }
    : undefined
}
