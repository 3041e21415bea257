import type { VendorRequest, VendorResponse } from '../world.js'
import type { KinveyWorld, MfaSession, StoredUser } from './data.js'
import { KinveyRefusal } from './errors.js'

export interface AppCaller {
  readonly kind: 'app'
}

export interface MasterCaller {
  readonly kind: 'master'
}

export interface UserCaller {
  readonly kind: 'user'
  readonly user: StoredUser
  /** Absent where the user came with username and password instead of a session. */
  readonly token?: string
}

/** A user whose password was right and whose second factor is missing. */
export interface MfaCaller {
  readonly kind: 'mfa'
  readonly user: StoredUser
  readonly token: string
  readonly session: MfaSession
}

export type Caller = AppCaller | MasterCaller | UserCaller | MfaCaller

/** One request on its way to its handler: the path's parameters are decoded. */
export interface Call<C = unknown> {
  readonly world: KinveyWorld
  readonly request: VendorRequest
  readonly params: Readonly<Record<string, string>>
  readonly apiVersion: number
  readonly caller: C
}

export type Handler<C> = (call: Call<C>) => Promise<VendorResponse> | VendorResponse

export const noContent: VendorResponse = { status: 204 }

export const ok = (body: unknown): VendorResponse => ({ status: 200, body })

/** The path parameter of that name; the route's pattern must have it. */
export function param(call: Call, name: string): string {
  const value = call.params[name]
  if (value === undefined) throw new TypeError(`the route has no :${name}`)
  return value
}

const supportedVersions = [3, 4, 5, 6]

export function apiVersionOf(world: KinveyWorld, request: VendorRequest): number {
  const header = request.header('x-kinvey-api-version')
  if (header === undefined) return world.settings.apiVersion
  const version = Number(header)
  if (supportedVersions.includes(version)) return version
  throw new KinveyRefusal(version > 6 ? 'APIVersionNotImplemented' : 'APIVersionNotAvailable')
}
