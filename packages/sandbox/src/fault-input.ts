import type { Fault } from './faults.js'
import { isObject, type Json } from './json.js'
import { isAmount, isCount, isOneOf, isString, onlyFields, optional, required } from './json-fields.js'

const isStatus = (value: unknown): value is number => isCount(value) && value >= 200 && value <= 599
const isChance = (value: unknown): value is number => isAmount(value) && value <= 1

/** Each kind of fault with its own fields. */
const faultOptions = {
  latency: ['milliseconds', 'after'],
  hang: [],
  status: ['status', 'retryAfter'],
  reset: ['after'],
  truncate: [],
  html: ['status'],
  shape: [],
  duplicate: [],
} as const satisfies Record<Fault['kind']['type'], readonly string[]>

export const faultKinds = Object.keys(faultOptions) as (keyof typeof faultOptions)[]

/** The fault that a request asks for. */
export function fault(body: Json): Fault {
  onlyFields(body, 'method', 'path', 'rpc', 'times', 'probability', 'kind')
  return {
    ...optional(body, 'method', isString, 'an HTTP method'),
    ...optional(body, 'path', isPattern, 'a regular expression'),
    ...optional(body, 'rpc', isString, 'a JSON-RPC method name'),
    ...optional(body, 'times', isCount, 'a whole number'),
    ...optional(body, 'probability', isChance, 'a number from 0 to 1'),
    kind: faultKind(required(body, 'kind', isObject, 'an object with a type')),
  }
}

function faultKind(kind: Json): Fault['kind'] {
  const type = required(kind, 'type', isOneOf(...faultKinds), `one of ${faultKinds.join(', ')}`)
  onlyFields(kind, 'type', ...faultOptions[type])
  switch (type) {
    case 'latency':
      return {
        type,
        milliseconds: required(kind, 'milliseconds', isAmount, 'a number of milliseconds, 0 or more'),
        ...optional(kind, 'after', isOneOf('request', 'write'), 'request or write'),
      }
    case 'status':
      return {
        type,
        status: required(kind, 'status', isStatus, 'an HTTP status'),
        ...optional(kind, 'retryAfter', isString, 'the header value, a string'),
      }
    case 'reset':
      return { type, after: required(kind, 'after', isOneOf('request', 'write'), 'request or write') }
    case 'html':
      return { type, ...optional(kind, 'status', isStatus, 'an HTTP status') }
    default:
      return { type }
  }
}

function isPattern(value: unknown): value is string {
  if (typeof value !== 'string') return false
  try {
    return new RegExp(value) instanceof RegExp
  } catch {
    return false
  }
}
