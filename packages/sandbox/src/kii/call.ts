import type { Json } from '../json.js'
import type { VendorRequest, VendorResponse, World } from '../world.js'
import type { KiiData, KiiUser } from './data.js'
import { KiiError } from './errors.js'
import type { KiiSettings } from './settings.js'

export type KiiWorld = World<KiiSettings, KiiData>

/** Who makes a request: a signed-in user, the app's administrator, or the app without anybody. */
export type Caller =
  | { readonly kind: 'user'; readonly user: KiiUser; readonly token: string }
  | { readonly kind: 'admin'; readonly id: string }
  | { readonly kind: 'anonymous' }

/** One request on its way through the emulator. */
export interface KiiCall {
  readonly world: KiiWorld
  readonly request: VendorRequest
  readonly caller: Caller
  /** The decoded path parameters by name; `user` is `me`, a user id, or an address with its prefix. */
  readonly params: Readonly<Record<string, string>>
}

export type Handler = (call: KiiCall) => VendorResponse | Promise<VendorResponse>

/** A path parameter that the route has. */
export const param = ({ params }: KiiCall, name: string): string => params[name] ?? ''

/** The body as an object; an empty one counts as `{}`. */
export function jsonBody({ body }: VendorRequest): Json {
  if (body === '') return {}
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    throw new KiiError('INVALID_JSON', 'The body is not valid JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new KiiError('INVALID_DATA_TYPE', 'The body is not a JSON object')
  }
  return value as Json
}

export function contentType({ header }: VendorRequest): string {
  return (header('content-type') ?? '').toLowerCase()
}

export const noContent: VendorResponse = { status: 204 }

export function ok(type: string, body: Json, headers: Readonly<Record<string, string>> = {}): VendorResponse {
  return { status: 200, headers: { 'content-type': `application/vnd.kii.${type}+json`, ...headers }, body }
}

/** The reply that something was made, at that path below the app. */
export function created({ world, request }: KiiCall, type: string, path: string, body: Json, etag?: string): VendorResponse {
  const location = `${request.origin}/api/apps/${encodeURIComponent(world.appId)}/${path}`
  return { ...ok(type, body, { location, ...(etag === undefined ? {} : { etag }) }), status: 201 }
}
