import { type BrokenInput, brokenRule, defined, type Rules, type TextRule, type User } from '@userport/core'
import { lengthsOf } from './lengths.js'
import { type Part, said } from './part.js'

interface Texts {
  readonly displayName?: string
  readonly locale?: string
  readonly country?: string
}

const nearest = (rule: TextRule, text: string): string | undefined => {
  const { max } = lengthsOf(rule)
  const cut = max === Number.POSITIVE_INFINITY ? text : [...text].slice(0, max).join('')
  return [cut, text.trim()].find((candidate) => brokenRule(rule, candidate) === undefined)
}

/** Display name, locale and country as the target takes them: cut, or left out. */
export const mapProfile = (user: User, rules: Rules): Part<Texts> => {
  const broken: BrokenInput[] = []
  const mapped = (field: keyof Texts): string | undefined => {
    const text = said(user[field])
    const rule = text === undefined ? undefined : brokenRule(rules[field], text)
    if (text === undefined || rule === undefined) return text
    broken.push({ field, rule })
    return field === 'displayName'
      ? nearest(rules.displayName, text)
      : brokenRule(rules[field], text.trim()) === undefined
        ? text.trim()
        : undefined
  }
  const value = defined({ displayName: mapped('displayName'), locale: mapped('locale'), country: mapped('country') })
  return { value, losses: broken.length === 0 ? [] : ['profile-adapted'], broken: broken[0] }
}
