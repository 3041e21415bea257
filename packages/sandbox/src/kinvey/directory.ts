import type { VendorResponse } from '../world.js'
import { isObject, objectBody } from './body.js'
import { type Call, type MasterCaller, ok, param, type UserCaller } from './call.js'
import type { Json } from './data.js'
import { KinveyRefusal } from './errors.js'
import { mayList, readableUser } from './permissions.js'
import { compared, matches, valueAt } from './query-filter.js'
import { isDisabled, userDocument } from './users.js'

type Reading = Call<UserCaller | MasterCaller>

const maximumResults = 10_000

function listed(call: Reading, filter: unknown): readonly Json[] {
  const users = Object.values(call.world.data.users).filter((user) => mayList(call, user))
  return users.map(userDocument).filter((document) => matches(document, filter))
}

function results(documents: readonly Json[]): VendorResponse {
  if (documents.length <= maximumResults) return ok(documents)
  throw new KinveyRefusal('ResultSetSizeExceeded', `Your query returned ${documents.length} results`)
}

/** `GET /user/:kid` with `query`, `sort`, `skip`, `limit` and `fields`. */
export function queryUsers(call: Reading): VendorResponse {
  const { query } = call.request
  const documents = sorted(listed(call, jsonParameter(query, 'query')), query)
  const skip = countParameter(query, 'skip') ?? 0
  const limit = countParameter(query, 'limit') ?? documents.length
  return results(documents.slice(skip, skip + limit).map((document) => projected(document, query.get('fields'))))
}

/** `GET /user/:kid/_count`. */
export const countUsers = (call: Reading): VendorResponse => ok({ count: listed(call, jsonParameter(call.request.query, 'query')).length })

/** `GET /user/:kid/:id`. */
export function getUser(call: Reading): VendorResponse {
  return ok(userDocument(readableUser(call, param(call, 'id'))))
}

const discoverable = ['_id', 'username', 'email', 'first_name', 'last_name']

/** `POST /user/:kid/_lookup`: the body is the filter, and it sees what the reply shows: the discoverable fields. */
export function lookUpUsers(call: Reading): VendorResponse {
  const filter = objectBody(call.request)
  const users = Object.values(call.world.data.users).filter((user) => mayList(call, user) && !isDisabled(user))
  return results(users.map((user) => discovered(userDocument(user))).filter((document) => matches(document, filter)))
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

function sorted(documents: readonly Json[], query: URLSearchParams): readonly Json[] {
  const keys = Object.entries(jsonParameter(query, 'sort'))
  return documents.toSorted((a, b) => {
    for (const [path, direction] of keys) {
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
