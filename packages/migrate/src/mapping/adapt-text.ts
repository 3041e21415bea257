import { brokenRule, type TextRule } from '@userport/core'
import { lengthsOf } from './lengths.js'

// From what most vendors take to what all do.
const alphabets = [/\S/u, /[A-Za-z0-9._@+-]/, /[A-Za-z0-9._-]/, /[A-Za-z0-9_]/, /[A-Za-z0-9]/]
const separators = ['-', '_', '']

const isSeparator = /[\s\p{P}\p{S}]/u

// A letter without a Latin form is spelt by its number, so that different names stay different.
const spelt = (character: string): string => `u${character.codePointAt(0)?.toString(16) ?? ''}`

const written = (text: string, alphabet: RegExp, separator: string): string =>
  [...text]
    .map((character) => {
      if (alphabet.test(character)) return character
      return isSeparator.test(character) ? separator : spelt(character)
    })
    .join('')

const withoutMarks = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '')

const candidates = (text: string): readonly string[] => {
  const plain = text.normalize('NFKC').trim()
  const latin = withoutMarks(plain)
  return [plain, ...alphabets.flatMap((alphabet) => separators.map((separator) => written(latin, alphabet, separator)))]
}

/**
 * The nearest to a text that a rule takes: other characters, fewer, or more. Always the same for the same text.
 * `undefined` where nothing of it fits. `reserve`: leave room for so many characters more.
 */
export const adaptText = (rule: TextRule, text: string, reserve = 0): string | undefined => {
  const { min, max: most } = lengthsOf(rule)
  const max = Math.max(min, most - reserve)
  const fitted = (candidate: string): string => {
    const prefix = rule.reservedPrefixes?.find((reserved) => candidate.startsWith(reserved)) ?? ''
    const free = [...candidate.slice(prefix.length)]
    return (free.length > max ? free.slice(0, max).join('') : free.join('')).padEnd(Math.min(min, 64), '0')
  }
  return candidates(text)
    .map(fitted)
    .find((candidate) => !/^0*$/.test(candidate) && brokenRule(rule, candidate) === undefined)
}
