import { brokenRule, type Rules, type TextRule, type VendorName } from '@userport/core'
import { lengthsOf } from '../mapping/lengths.js'

type Field = Exclude<keyof Rules, 'attributes'> | 'attributes'

/** What one vendor takes in a field and the other does not, in words. */
export interface RuleDifference {
  readonly field: Field
  readonly refused: readonly string[]
}

interface Ruled {
  readonly vendor: VendorName
  readonly rules: Rules
}

const kinds = [
  ['spaces', ' '],
  ['capitals', 'B'],
  ['digits', '7'],
  ['dots', '.'],
  ['hyphens', '-'],
  ['underscores', '_'],
  ['@', '@'],
  ['+', '+'],
  ['other signs, as ! or #', '!'],
  ['letters beyond ASCII', 'é'],
  ['emoji', '😀'],
] as const

/** Texts of which one is legal under nearly every rule: of that one, variants are tried. */
const plain = ['abcdefgh', '+819012345678', 'ab@cd', 'JP', 'ja']

const passes = (rule: TextRule, text: string): boolean => brokenRule(rule, text) === undefined

const refusedKinds = (from: TextRule, to: TextRule): readonly string[] => {
  const base = plain.find((text) => passes(from, text) && passes(to, text))
  if (base === undefined) return []
  const variant = (character: string): string => base.slice(0, -2) + character + base.slice(-1)
  const isRefused = (text: string): boolean => passes(from, text) && !passes(to, text)
  // What the base has already, both take: a second one, as in an address, is another matter.
  const signs = kinds.filter(([, character]) => !base.includes(character) && isRefused(variant(character))).map(([name]) => name)
  return [...signs, ...(base.includes('@') && isRefused(base.replace('@', '')) ? ['texts without @'] : [])]
}

const refusedLengths = (from: TextRule, to: TextRule): readonly string[] => {
  const [before, after] = [lengthsOf(from), lengthsOf(to)]
  return [
    ...(after.min > before.min ? [`fewer than ${after.min} characters`] : []),
    ...(after.max < before.max ? [`more than ${after.max} characters`] : []),
  ]
}

const refusedTexts = (from: TextRule, to: TextRule): readonly string[] => {
  const blank = ' '.repeat(8)
  const prefixes = (to.reservedPrefixes ?? []).filter((prefix) => !(from.reservedPrefixes ?? []).includes(prefix))
  return [
    ...refusedKinds(from, to),
    ...refusedLengths(from, to),
    ...(passes(from, blank) && !passes(to, blank) ? ['texts of spaces alone'] : []),
    ...prefixes.map((prefix) => `"${prefix}" in front`),
  ]
}

const refusedAttributes = (from: Rules['attributes'], to: Rules['attributes']): readonly string[] => {
  const names = to.reserved.filter((name) => !from.reserved.includes(name) && passes(from.key, name))
  const isSmaller = to.maxBytes !== undefined && to.maxBytes < (from.maxBytes ?? Number.POSITIVE_INFINITY)
  return [
    ...refusedTexts(from.key, to.key).map((refused) => `names with ${refused}`),
    ...(names.length === 0 ? [] : [`the names ${names.join(', ')}`]),
    ...(isSmaller ? [`more than ${to.maxBytes} bytes in all`] : []),
  ]
}

const texts = ['username', 'email', 'phone', 'password', 'displayName', 'locale', 'country'] as const

/** Where the target's rules are narrower, found by trying texts that the source takes: no vendor is known here. */
export const compareRules = ({ rules: from }: Ruled, { rules: to }: Ruled): readonly RuleDifference[] =>
  [
    ...texts.map((field) => ({ field, refused: refusedTexts(from[field], to[field]) })),
    { field: 'attributes' as const, refused: refusedAttributes(from.attributes, to.attributes) },
  ].filter(({ refused }) => refused.length > 0)

const most = 4

/** A difference as a sentence. */
export const inWords = ({ field, refused }: RuleDifference, { vendor: from }: Ruled, { vendor: to, rules }: Ruled): string => {
  const consequence = field === 'password' ? ' Whoever has such a password must choose another one.' : ''
  const rule = field === 'attributes' ? rules.attributes.key : rules[field]
  const demanded = rule.pattern === undefined || refused.length <= most ? '' : ` ${to} wants ${rule.pattern.says}.`
  const shown = demanded === '' ? refused : [...refused.slice(0, most), '…']
  return `${field}: ${from} takes ${shown.join(', ')}, which ${to} does not.${demanded}${consequence}`
}
