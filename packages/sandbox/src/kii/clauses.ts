import { isObject, type Json } from '../json.js'
import { KiiError } from './errors.js'
import { boxTest, distanceTo, pointOf } from './geo.js'

/** Whether an object, with its system fields, is one of those asked for. */
export type Test = (object: Json) => boolean

export interface ClauseOptions {
  /** An encrypted bucket compares strings for equality alone. */
  readonly encrypted: boolean
  /** Collects what the clause calculates for the objects it finds, e.g. their distance. */
  readonly calculations: Map<string, (object: Json) => number | undefined>
}

type Compile = (clause: Json, options: ClauseOptions) => Test

/** Fails with QUERY_NOT_SUPPORTED for a clause that Kii does not have. */
export function testOf(clause: unknown, options: ClauseOptions): Test {
  if (!isObject(clause)) throw unsupported('a clause must be an object')
  const { type } = clause
  const compile = typeof type === 'string' && Object.hasOwn(compilers, type) ? compilers[type] : undefined
  if (compile === undefined) throw unsupported(`there is no clause of type ${String(type)}`)
  return compile(clause, options)
}

const compilers: Readonly<Record<string, Compile>> = {
  all: () => () => true,
  eq: (clause) => {
    const value = read(clause)
    return (object) => value(object) === clause.value
  },
  in: (clause) => {
    const value = read(clause)
    const wanted = listOf(clause.values, 'values')
    return (object) => value(object) !== undefined && wanted.includes(value(object))
  },
  range: (clause, { encrypted }) => {
    const value = read(clause)
    const bounds = [
      bound(clause.lowerLimit, clause.lowerIncluded, 1, encrypted),
      bound(clause.upperLimit, clause.upperIncluded, -1, encrypted),
    ].flat()
    if (bounds.length === 0) throw unsupported('a range needs a limit')
    return (object) => bounds.every((within) => within(value(object)))
  },
  prefix: (clause, { encrypted }) => {
    const value = read(clause)
    const { prefix } = clause
    if (typeof prefix !== 'string' || encrypted) throw unsupported('prefix needs a string, and a bucket that is not encrypted')
    return (object) => String(value(object)).startsWith(prefix) && typeof value(object) === 'string'
  },
  hasField: (clause) => {
    const value = read(clause)
    const { fieldType } = clause
    const is = typeof fieldType === 'string' && Object.hasOwn(fieldTypes, fieldType) ? fieldTypes[fieldType] : undefined
    if (is === undefined) throw unsupported(`there is no field type ${String(fieldType)}`)
    return (object) => is(value(object))
  },
  and: (clause, options) => {
    const tests = listOf(clause.clauses, 'clauses').map((one) => testOf(one, options))
    return (object) => tests.every((test) => test(object))
  },
  or: (clause, options) => {
    const tests = listOf(clause.clauses, 'clauses').map((one) => testOf(one, options))
    return (object) => tests.some((test) => test(object))
  },
  not: (clause, options) => {
    const test = testOf(clause.clause, options)
    return (object) => !test(object)
  },
  geobox: (clause) => {
    const value = read(clause)
    const box = isObject(clause.box) ? clause.box : {}
    const [northEast, southWest] = [pointOf(box.ne), pointOf(box.sw)]
    if (northEast === undefined || southWest === undefined) throw unsupported('geobox needs two corners')
    const inside = boxTest(northEast, southWest)
    return (object) => inside(pointOf(value(object)))
  },
  geodistance: (clause, { calculations }) => {
    const value = read(clause)
    const { radius, putDistanceInto } = clause
    const center = pointOf(clause.center)
    if (center === undefined || typeof radius !== 'number') throw unsupported('geodistance needs a center and a radius')
    const distance = (object: Json): number | undefined => distanceTo(center, pointOf(value(object)))
    if (typeof putDistanceInto === 'string') calculations.set(putDistanceInto, distance)
    return (object) => (distance(object) ?? Number.POSITIVE_INFINITY) <= radius
  },
}

const fieldTypes: Readonly<Record<string, (value: unknown) => boolean>> = {
  STRING: (value) => typeof value === 'string',
  INTEGER: Number.isInteger,
  DECIMAL: (value) => typeof value === 'number' && !Number.isInteger(value),
  BOOLEAN: (value) => typeof value === 'boolean',
}

/** Only fields of the first level are indexed. */
function read({ field }: Json): (object: Json) => unknown {
  if (typeof field !== 'string') throw unsupported('a clause needs a field')
  return (object) => (Object.hasOwn(object, field) ? object[field] : undefined)
}

/** @param side 1 for a lower limit, -1 for an upper one. */
function bound(limit: unknown, included: unknown, side: 1 | -1, encrypted: boolean): readonly ((value: unknown) => boolean)[] {
  if (limit === undefined || limit === null) return []
  if (typeof limit === 'string' && !encrypted) {
    return [(value) => typeof value === 'string' && beyond(value < limit ? -1 : value > limit ? 1 : 0, side, included)]
  }
  if (typeof limit !== 'number') throw unsupported('a limit must be a number, or a string in a bucket that is not encrypted')
  return [(value) => typeof value === 'number' && beyond(Math.sign(value - limit), side, included)]
}

const beyond = (order: number, side: 1 | -1, included: unknown): boolean => order === side || (order === 0 && included !== false)

function listOf(value: unknown, name: string): readonly unknown[] {
  if (!Array.isArray(value)) throw unsupported(`${name} must be a list`)
  return value
}

export const unsupported = (reason: string): KiiError => new KiiError('QUERY_NOT_SUPPORTED', `The query is not supported: ${reason}`)
