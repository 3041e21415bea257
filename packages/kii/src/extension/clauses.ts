import type { BrokenInput } from '@userport/core'

/** A place in degrees, as Kii stores and compares it; see `kiiPoint`. */
export type KiiPoint = {
  readonly _type: 'point'
  readonly lat: number
  readonly lon: number
}

/** A place for a field of an object or for a clause, in degrees. */
export const kiiPoint = (lat: number, lon: number): KiiPoint => ({ _type: 'point', lat, lon })

/** Which objects a query finds, in Kii's own form. Only fields of the first level can be compared. */
export type KiiClause =
  | { readonly type: 'all' }
  | { readonly type: 'eq'; readonly field: string; readonly value: string | number | boolean }
  | { readonly type: 'in'; readonly field: string; readonly values: readonly (string | number | boolean)[] }
  /** At least one limit; included unless said otherwise. */
  | {
      readonly type: 'range'
      readonly field: string
      readonly lowerLimit?: string | number
      readonly lowerIncluded?: boolean
      readonly upperLimit?: string | number
      readonly upperIncluded?: boolean
    }
  | { readonly type: 'prefix'; readonly field: string; readonly prefix: string }
  | { readonly type: 'hasField'; readonly field: string; readonly fieldType: 'STRING' | 'INTEGER' | 'DECIMAL' | 'BOOLEAN' }
  /** Everything between the north-eastern and the south-western corner. */
  | { readonly type: 'geobox'; readonly field: string; readonly box: { readonly ne: KiiPoint; readonly sw: KiiPoint } }
  /** `radius` in metres. `putDistanceInto` names a calculation: objects carry it, and `_calculated.NAME` can be sorted by. */
  | {
      readonly type: 'geodistance'
      readonly field: string
      readonly center: KiiPoint
      readonly radius: number
      readonly putDistanceInto?: string
    }
  | { readonly type: 'and' | 'or'; readonly clauses: readonly KiiClause[] }
  | { readonly type: 'not'; readonly clause: KiiClause }

interface Member {
  readonly fits: (value: unknown) => boolean
  readonly says: string
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
const isScalar = (value: unknown): boolean => typeof value === 'string' || typeof value === 'boolean' || isNumber(value)
const isPoint = (value: unknown): boolean => {
  const { _type, lat, lon } = (value ?? {}) as Partial<KiiPoint>
  return _type === 'point' && isNumber(lat) && isNumber(lon) && Math.abs(lat) <= 90 && Math.abs(lon) <= 180
}

const maybe = ({ fits, says }: Member): Member => ({ fits: (value) => value === undefined || fits(value), says })

const field: Member = { fits: (value) => typeof value === 'string' && value !== '', says: 'must be the name of a field' }
const scalar: Member = { fits: isScalar, says: 'must be a text, a number, true or false' }
const limit: Member = { fits: (value) => typeof value === 'string' || isNumber(value), says: 'must be a text or a number' }
const flag: Member = { fits: (value) => typeof value === 'boolean', says: 'must be true or false' }
const point: Member = { fits: isPoint, says: 'must be a place in degrees, made by kiiPoint' }
const fieldTypes: readonly unknown[] = ['STRING', 'INTEGER', 'DECIMAL', 'BOOLEAN']

const simple: Readonly<Record<Exclude<KiiClause['type'], 'and' | 'or' | 'not'>, Readonly<Record<string, Member>>>> = {
  all: {},
  eq: { field, value: scalar },
  in: {
    field,
    values: { fits: (value) => Array.isArray(value) && value.length > 0 && value.every(isScalar), says: `${scalar.says}, each of them` },
  },
  range: { field, lowerLimit: maybe(limit), lowerIncluded: maybe(flag), upperLimit: maybe(limit), upperIncluded: maybe(flag) },
  prefix: { field, prefix: { fits: (value) => typeof value === 'string', says: 'must be a text' } },
  hasField: { field, fieldType: { fits: (value) => fieldTypes.includes(value), says: `must be one of ${fieldTypes.join(', ')}` } },
  geobox: {
    field,
    box: {
      fits: (value) => {
        const { ne, sw } = (value ?? {}) as { readonly ne?: unknown; readonly sw?: unknown }
        return isPoint(ne) && isPoint(sw)
      },
      says: 'must have the corners ne and sw, made by kiiPoint',
    },
  },
  geodistance: {
    field,
    center: point,
    radius: { fits: (value) => isNumber(value) && value > 0 && value <= 20_000_000, says: 'must be metres, above 0 and up to 20,000,000' },
    putDistanceInto: maybe({
      fits: (value) => typeof value === 'string' && /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(value),
      says: 'must be letters, digits and underscores',
    }),
  },
}

const types = [...Object.keys(simple), 'and', 'or', 'not']

/** What is wrong with a clause, named by its place in it. */
export const brokenClause = (clause: KiiClause, at = 'clause'): BrokenInput | undefined => {
  if (!types.includes(clause?.type)) return { field: `${at}.type`, rule: `must be one of ${types.join(', ')}` }
  if (clause.type === 'not') return brokenClause(clause.clause, `${at}.clause`)
  if (clause.type === 'and' || clause.type === 'or') {
    if (!Array.isArray(clause.clauses) || clause.clauses.length === 0) return { field: `${at}.clauses`, rule: 'must be a list of clauses' }
    for (const [index, one] of clause.clauses.entries()) {
      const broken = brokenClause(one, `${at}.clauses.${index}`)
      if (broken !== undefined) return broken
    }
    return undefined
  }
  const given = clause as unknown as Readonly<Record<string, unknown>>
  const wrong = Object.entries(simple[clause.type]).find(([name, { fits }]) => !fits(given[name]))
  if (wrong !== undefined) return { field: `${at}.${wrong[0]}`, rule: wrong[1].says }
  return clause.type === 'range' && clause.lowerLimit === undefined && clause.upperLimit === undefined
    ? { field: at, rule: 'must have a lowerLimit or an upperLimit' }
    : undefined
}
