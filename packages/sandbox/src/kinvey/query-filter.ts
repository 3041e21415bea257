import { isDeepStrictEqual } from 'node:util'
import { inTime } from '../in-time.js'
import { isObject, type Json } from '../json.js'
import { KinveyRefusal } from './errors.js'

const invalid = (debug: string): KinveyRefusal => new KinveyRefusal('InvalidQuerySyntax', debug)

/** The value at a dotted path; `undefined` where there is none. */
export const valueAt = (document: Json, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => (isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined), document)

/** Less than 0, 0 or more than 0; `undefined` for values that have no common order. */
export function compared(a: unknown, b: unknown): number | undefined {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0
  return undefined
}

type Condition = (value: unknown, operand: unknown, siblings: Json) => boolean

// As in MongoDB, a condition on a list holds where one element fulfils it, and null stands for a missing field too.
const some = (value: unknown, test: (candidate: unknown) => boolean): boolean =>
  test(value) || (Array.isArray(value) && value.some((element) => test(element)))

const equal: Condition = (value, operand) => some(value, (candidate) => isDeepStrictEqual(candidate ?? null, operand ?? null))

const ordered =
  (holds: (order: number) => boolean): Condition =>
  (value, operand) =>
    some(value, (candidate) => {
      const order = compared(candidate, operand)
      return order !== undefined && holds(order)
    })

const list = (operand: unknown): readonly unknown[] => {
  if (!Array.isArray(operand)) throw invalid('An array is needed')
  return operand
}

const matchesPattern: Condition = (value, operand, { $options: options }) => {
  if (typeof operand !== 'string') throw invalid('$regex must be a string')
  const pattern = regularExpression(operand, typeof options === 'string' ? options : '')
  return some(value, (candidate) => typeof candidate === 'string' && pattern.test(candidate))
}

function regularExpression(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags)
  } catch {
    throw invalid('$regex is not a regular expression')
  }
}

const conditions: Readonly<Record<string, Condition>> = {
  $eq: equal,
  $ne: (...given) => !equal(...given),
  $gt: ordered((order) => order > 0),
  $gte: ordered((order) => order >= 0),
  $lt: ordered((order) => order < 0),
  $lte: ordered((order) => order <= 0),
  $in: (value, operand, siblings) => list(operand).some((wanted) => equal(value, wanted, siblings)),
  $nin: (value, operand, siblings) => !list(operand).some((unwanted) => equal(value, unwanted, siblings)),
  $all: (value, operand, siblings) => list(operand).every((wanted) => equal(value, wanted, siblings)),
  $exists: (value, operand) => (value !== undefined) === Boolean(operand),
  $regex: matchesPattern,
  $options: () => true,
  $not: (value, operand) => !fulfils(value, operand),
}

function fulfils(value: unknown, wanted: unknown): boolean {
  const isCondition = isObject(wanted) && Object.keys(wanted).some((key) => key.startsWith('$'))
  if (!isCondition) return equal(value, wanted, {})
  return Object.entries(wanted).every(([operator, operand]) => {
    const condition = Object.hasOwn(conditions, operator) ? conditions[operator] : undefined
    if (condition === undefined) throw invalid(`${operator} is not known`)
    return condition(value, operand, wanted)
  })
}

const combinations: Readonly<Record<string, (document: Json, filters: readonly unknown[]) => boolean>> = {
  $and: (document, filters) => filters.every((filter) => matches(document, filter)),
  $or: (document, filters) => filters.some((filter) => matches(document, filter)),
  $nor: (document, filters) => !filters.some((filter) => matches(document, filter)),
}

/** Those whose document fulfils a MongoDB-style filter, one by one as they are asked for. Fails with InvalidQuerySyntax. */
export function* matching<A>(all: Iterable<A>, documentOf: (one: A) => Json, filter: Json): Generator<A> {
  if (!JSON.stringify(filter).includes('"$regex"')) {
    for (const one of all) if (matches(documentOf(one), filter)) yield one
    return
  }
  // A pattern may take long for each of many, and nobody else is served meanwhile.
  const candidates = [...all]
  const found = inTime(() => candidates.filter((one) => matches(documentOf(one), filter)))
  if (found === undefined) throw new KinveyRefusal('KinveyInternalErrorRetry', 'The query takes too long')
  yield* found
}

function matches(document: Json, filter: unknown): boolean {
  if (!isObject(filter)) throw invalid('A filter must be an object')
  return Object.entries(filter).every(([key, wanted]) => {
    const combination = Object.hasOwn(combinations, key) ? combinations[key] : undefined
    if (combination !== undefined) return combination(document, list(wanted))
    if (key.startsWith('$')) throw invalid(`${key} is not known`)
    return fulfils(valueAt(document, key), wanted)
  })
}
