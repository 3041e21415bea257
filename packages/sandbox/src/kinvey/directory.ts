import { isObject, type Json } from '../json.js'
import type { VendorResponse } from '../world.js'
import { objectBody } from './body.js'
import { type Call, type MasterCaller, ok, param, type UserCaller } from './call.js'
import type { StoredUser } from './data.js'
import { KinveyRefusal } from './errors.js'
import { indexesOf } from './indexes.js'
import { mayList, readableUser } from './permissions.js'
import { compared, matching, valueAt } from './query-filter.js'
import { candidates, candidatesById } from './search.js'
import { isDisabled, userDocument } from './users.js'

type Reading = Call<UserCaller | MasterCaller>

const maximumResults = 10_000

/** Those of the users that the caller may see and the filter fits, one by one as they are asked for. */
function listed(call: Reading, users: Iterable<StoredUser>, filter: Json): Iterable<StoredUser> {
  const visible = seen(call, users)
  return Object.keys(filter).length === 0 ? visible : matching(visible, userDocument, filter)
}

function* seen(call: Reading, users: Iterable<StoredUser>): Generator<StoredUser> {
  for (const user of users) if (mayList(call, user)) yield user
}

function results(documents: readonly Json[]): VendorResponse {
  if (documents.length <= maximumResults) return ok(documents)
  throw new KinveyRefusal('ResultSetSizeExceeded', `Your query returned ${documents.length} results`)
}

/** `GET /user/:kid` with `query`, `sort`, `skip`, `limit` and `fields`. */
export function queryUsers(call: Reading): VendorResponse {
  const { query } = call.request
  const skip = countParameter(query, 'skip') ?? 0
  const limit = countParameter(query, 'limit') ?? Number.POSITIVE_INFINITY
  const page = firstOf(found(call), skip + limit).slice(skip)
  return results(page.map((document) => projected(document, query.get('fields'))))
}

/** What the query finds, in its order. */
function found(call: Reading): Iterable<Json> {
  const { world, request } = call
  const filter = jsonParameter(request.query, 'query')
  const order = Object.entries(jsonParameter(request.query, 'sort'))
  const [[path, direction] = ['', 1]] = order
  if (order.length === 1 && path === '_id' && Number(direction) >= 0) return documents(listed(call, candidatesById(world, filter), filter))
  const unsorted = documents(listed(call, candidates(world, filter), filter))
  return order.length === 0 ? unsorted : sorted([...unsorted], order)
}

function* documents(users: Iterable<StoredUser>): Generator<Json> {
  for (const user of users) yield userDocument(user)
}

function firstOf(all: Iterable<Json>, count: number): readonly Json[] {
  const first: Json[] = []
  if (count === 0) return first
  for (const one of all) if (first.push(one) >= count) break
  return first
}

/** `GET /user/:kid/_count`. */
export function countUsers(call: Reading): VendorResponse {
  const filter = jsonParameter(call.request.query, 'query')
  // To the master secret nobody is hidden, so nobody need be looked at.
  if (call.caller.kind === 'master' && Object.keys(filter).length === 0) return ok({ count: indexesOf(call.world.data).ids.length })
  return ok({ count: [...listed(call, candidates(call.world, filter), filter)].length })
}

/** `GET /user/:kid/:id`. */
export function getUser(call: Reading): VendorResponse {
  return ok(userDocument(readableUser(call, param(call, 'id'))))
}

const discoverable = ['_id', 'username', 'email', 'first_name', 'last_name']

/** `POST /user/:kid/_lookup`: the body is the filter, and it sees what the reply shows: the discoverable fields. */
export function lookUpUsers(call: Reading): VendorResponse {
  const filter = objectBody(call.request)
  const users = candidates(call.world, filter).filter((user) => mayList(call, user) && !isDisabled(user))
  return results([
    ...matching(
      users.map((user) => discovered(userDocument(user))),
      (document) => document,
      filter,
    ),
  ])
}

function discovered(document: Json): Json {
  const { _socialIdentity: identities } = document
  const shown = discoverable.filter((name) => Object.hasOwn(document, name)).map((name) => [name, document[name]])
  if (!isObject(identities)) return Object.fromEntries(shown)
  const providers = Object.entries(identities).map(([provider, identity]) => [provider, isObject(identity) ? named(identity) : {}])
  return Object.fromEntries([...shown, ['_socialIdentity', Object.fromEntries(providers)]])
}

const named = ({ id, name }: Json): Json => ({ id, name })

function jsonParameter(query: URLSearchParams, name: string): Json {
  const text = query.get(name)
  if (text === null || text === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    if (isObject(value)) return value
  } catch {
    // Falls through: text that is no JSON is refused like JSON that is no object.
  }
  throw new KinveyRefusal('InvalidQuerySyntax', `${name} must be a JSON object`)
}

function countParameter(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name)
  if (text === null || text === '') return undefined
  if (!/^\d+$/.test(text)) throw new KinveyRefusal('ParameterValueOutOfRange', `${name} must be a whole number`)
  return Number(text)
}

function sorted(found: readonly Json[], order: readonly (readonly [path: string, direction: unknown])[]): readonly Json[] {
  return found.toSorted((a, b) => {
    for (const [path, direction] of order) {
      const order = compared(valueAt(a, path) ?? '', valueAt(b, path) ?? '') ?? 0
      if (order !== 0) return Number(direction) < 0 ? -order : order
    }
    return 0
  })
}

function projected(document: Json, fields: string | null): Json {
  if (fields === null || fields === '') return document
  const wanted = ['_id', ...fields.split(',')]
  return Object.fromEntries(Object.entries(document).filter(([name]) => wanted.includes(name)))
}
