import type { Properties } from './data.js'

/** Sorts documents by one property: numbers, then text, then everything else as it came. */
export const byProperty = (name: string, order: 'asc' | 'desc') => {
  const sign = order === 'asc' ? 1 : -1
  return (one: Properties, other: Properties): number => sign * (compare(one[name], other[name]) ?? rank(one[name]) - rank(other[name]))
}

/** Negative, zero or positive for two numbers or two texts; `undefined` for all else, which has no order. */
export const compare = (one: unknown, other: unknown): number | undefined => {
  if (typeof one === 'number' && typeof other === 'number') return one - other
  if (typeof one === 'string' && typeof other === 'string') return one < other ? -1 : one > other ? 1 : 0
  return undefined
}

const rank = (value: unknown): number => (typeof value === 'number' ? 0 : typeof value === 'string' ? 1 : 2)
