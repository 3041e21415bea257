import { brokenRule, type TextRule } from '@userport/core'

/** How many characters a text may have under a rule; `max` is `Infinity` where no limit was found. */
export interface Lengths {
  readonly min: number
  readonly max: number
}

const farthest = 1_024
const fillers = ['a', '1']
const found = new WeakMap<TextRule, Lengths>()

const tried = (rule: TextRule): Lengths => {
  for (const filler of fillers) {
    const taken = Array.from({ length: farthest }, (_, index) => index + 1).filter(
      (length) => brokenRule(rule, filler.repeat(length)) === undefined,
    )
    const [min] = taken
    const max = taken.at(-1)
    if (min !== undefined && max !== undefined) return { min, max: max === farthest ? Number.POSITIVE_INFINITY : max }
  }
  return { min: rule.minLength ?? 1, max: rule.maxLength ?? Number.POSITIVE_INFINITY }
}

/** The lengths that a rule takes, found by trying: a pattern may hold a limit too. */
export const lengthsOf = (rule: TextRule): Lengths => {
  const lengths = found.get(rule) ?? tried(rule)
  found.set(rule, lengths)
  return lengths
}
