import { isObject, type Json } from '../json.js'
import type { VendorRequest } from '../world.js'
import { KinveyRefusal } from './errors.js'

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw new KinveyRefusal('JSONParseError')
  }
}

/** The JSON object in the body. SDKs send an empty body with a JSON content type, which means `{}`. */
export function objectBody(request: VendorRequest): Json {
  if (request.body === '') return {}
  const value = parsed(request.body)
  if (!isObject(value)) throw new KinveyRefusal('BadRequest', 'The body must be a JSON object')
  return value
}

/** What a form submits: urlencoded or JSON, over the parameters in the query. */
export function formFields(request: VendorRequest): Json {
  const isJson = request.header('content-type')?.startsWith('application/json') ?? false
  const fields = isJson ? Object.entries(objectBody(request)) : new URLSearchParams(request.body)
  return Object.fromEntries<unknown>([...request.query, ...fields])
}

/** A text that must not be blank where it is given; `undefined` where it is absent or `null`. */
export function optionalText(body: Json, name: string): string | undefined {
  const value = body[name]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string' || value.trim() === '')
    throw new KinveyRefusal('ParameterValueOutOfRange', `${name} must be a non-empty string`)
  return value
}

export function requiredText(body: Json, name: string): string {
  const value = optionalText(body, name)
  if (value === undefined) throw new KinveyRefusal('MissingRequestParameter', `${name} is missing`)
  return value
}
