import type { Json } from '../json.js'
import { invalidInput } from './errors.js'

/** How many results a query wants at most; a larger `bestEffortLimit` is cut to the app's own limit. */
export function pageSize({ bestEffortLimit }: Json, limit: number): number {
  if (bestEffortLimit === undefined || bestEffortLimit === null) return limit
  if (typeof bestEffortLimit !== 'number' || !(bestEffortLimit >= 1)) throw invalidInput('bestEffortLimit must be a positive number')
  return Math.min(Math.floor(bestEffortLimit), limit)
}
