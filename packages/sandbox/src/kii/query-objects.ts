import type { Json } from '../json.js'
import { bucketNotFound, bucketOf, isEncrypted, objectView } from './buckets.js'
import { type Handler, jsonBody, ok } from './call.js'
import { type ClauseOptions, testOf, unsupported } from './clauses.js'
import { invalidInput } from './errors.js'
import { pageSize } from './page-size.js'

/** Where an object stands in the result: what it is sorted by, then the time of its creation, then its id. */
type Place = readonly [value: unknown, created: number, id: string]

/** `POST /users/{u}/buckets/{b}/query`: the objects page by page, or their number. */
export const queryObjects: Handler = (call) => {
  const bucket = bucketOf(call)
  const { world, request } = call
  if (bucket.objects === undefined && world.settings.missingBucket !== 'empty') throw bucketNotFound(call, bucket)
  const body = jsonBody(request)
  const query = objectOf(body.bucketQuery)
  const options: ClauseOptions = { encrypted: isEncrypted(bucket), calculations: new Map() }
  const test = testOf(query.clause, options)
  const found = Object.values(bucket.objects ?? {})
    .map((object) => objectView(object, bucket))
    .filter(test)
    .map((object) => withCalculations(object, options))
  if (query.aggregations !== undefined) return ok('QueryResponse', { aggregations: { [counterOf(query.aggregations)]: found.length } })

  const placeOf = placing(query, options)
  const compare = comparing(query.descending === true)
  const after = body.paginationKey === undefined || body.paginationKey === null ? undefined : placeInKey(body.paginationKey)
  const sorted = found
    .map((object) => ({ object, place: placeOf(object) }))
    .filter(({ place }) => after === undefined || compare(place, after) > 0)
    .sort((one, other) => compare(one.place, other.place))
  const page = sorted.slice(0, pageSize(body, world.settings.objectQueryPageSize))
  const last = page.at(-1)
  return ok('QueryResponse', {
    results: page.map(({ object }) => object),
    ...(last !== undefined && page.length < sorted.length ? { nextPaginationKey: keyOf(last.place) } : {}),
  })
}

function withCalculations(object: Json, { calculations }: ClauseOptions): Json {
  if (calculations.size === 0) return object
  return { ...object, _calculated: Object.fromEntries([...calculations].map(([name, calculate]) => [name, calculate(object)])) }
}

/** `orderBy` names a field, or with `_calculated.` a calculation. */
function placing({ orderBy }: Json, { encrypted }: ClauseOptions): (object: Json) => Place {
  if (orderBy !== undefined && typeof orderBy !== 'string') throw invalidInput('orderBy must be a string')
  const [, calculated] = /^_calculated\.(.+)$/.exec(orderBy ?? '') ?? []
  return (object) => {
    const value = calculated === undefined ? object[orderBy ?? ''] : objectOf(object._calculated)[calculated]
    if (encrypted && typeof value === 'string') throw unsupported('an encrypted bucket is not sorted by strings')
    return [value ?? null, Number(object._created), String(object._id)]
  }
}

/** Objects without the field come last; places that are equal otherwise stand in the order of creation. */
function comparing(descending: boolean): (one: Place, other: Place) => number {
  return ([value, created, id], [otherValue, otherCreated, otherId]) => {
    if (value === null || otherValue === null) {
      if (value !== otherValue) return value === null ? 1 : -1
    } else {
      const order = compareValues(value, otherValue)
      if (order !== 0) return descending ? -order : order
    }
    return created - otherCreated || compareText(id, otherId)
  }
}

function compareValues(one: unknown, other: unknown): number {
  return typeof one === 'number' && typeof other === 'number' ? one - other : compareText(String(one), String(other))
}

const compareText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

const keyOf = (place: Place): string => Buffer.from(JSON.stringify(place)).toString('base64url')

function placeInKey(key: unknown): Place {
  try {
    const place: unknown = JSON.parse(Buffer.from(String(key), 'base64url').toString('utf8'))
    if (Array.isArray(place) && place.length === 3) return [place[0], Number(place[1]), String(place[2])]
  } catch {
    // Answered like any other key that this query never gave out.
  }
  throw invalidInput('paginationKey is not one of this query')
}

function counterOf(aggregations: unknown): string {
  const [first] = Array.isArray(aggregations) ? aggregations : []
  const { type, putAggregationInto } = objectOf(first)
  if (type !== 'COUNT' || typeof putAggregationInto !== 'string') throw unsupported('the only aggregation is COUNT')
  return putAggregationInto
}

const objectOf = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {})
