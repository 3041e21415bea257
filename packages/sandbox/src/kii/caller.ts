import type { VendorRequest } from '../world.js'
import type { Caller, KiiCall, KiiWorld } from './call.js'
import type { KiiUser } from './data.js'
import { KiiError } from './errors.js'

export const anonymous: Caller = { kind: 'anonymous' }

/** Reads the token of a request. Fails with WRONG_TOKEN where it is unknown, expired or revoked. */
export function callerOf(request: VendorRequest, { data, clock, settings }: KiiWorld): Caller {
  const token = bearerToken(request)
  if (token === undefined) return anonymousCaller(request)
  const known = Object.hasOwn(data.tokens, token) ? data.tokens[token] : undefined
  if (known === undefined || known.expiresAt <= clock.now()) throw wrongToken()
  if (known.limited) throw new KiiError(settings.limitedTokenError, 'The token is good for the second factor only')
  if (known.kind === 'admin') return { kind: 'admin', id: known.id }
  if (known.kind === 'anonymous') return anonymous
  const user = data.users[known.id]
  if (user === undefined) throw wrongToken()
  return { kind: 'user', user, token }
}

/** The token of a request; the SDKs spell the scheme in two ways. */
export function bearerToken({ header }: VendorRequest): string | undefined {
  return /^bearer\s+(.+)$/i.exec(header('authorization') ?? '')?.[1]
}

/** A request without a token names its app in a header: by the pair of app headers or as Basic credentials. */
export function anonymousCaller({ header }: VendorRequest): Caller {
  if (header('authorization') === undefined && header('x-kii-appid') === undefined) {
    throw new KiiError('UNAUTHORIZED', 'The request carries neither a token nor app credentials')
  }
  return anonymous
}

/** Fails with UNAUTHORIZED for a caller who is nobody. */
export function requireSignedIn(call: KiiCall): void {
  if (call.caller.kind === 'anonymous') throw unauthorized(call, 'Anonymous access is not allowed')
}

export function requireAdmin(call: KiiCall): void {
  if (call.caller.kind !== 'admin') throw unauthorized(call, 'Only the administrator of the app may do this')
}

export function requireSelfOrAdmin(call: KiiCall, user: KiiUser): void {
  const { caller } = call
  if (caller.kind === 'admin') return
  if (caller.kind !== 'user' || caller.user !== user) throw unauthorized(call, 'Only the user or the administrator of the app may do this')
}

/** Fails with USER_DISABLED: whoever is disabled neither resets a password nor verifies an address. */
export function requireEnabled({ appId }: KiiWorld, { userID, disabled }: KiiUser): void {
  if (disabled) throw new KiiError('USER_DISABLED', 'The user is disabled', { UserID: userID, appID: appId })
}

export function unauthorized({ caller, world }: KiiCall, message: string): KiiError {
  const authenticatedPrincipalID = caller.kind === 'user' ? caller.user.userID : caller.kind === 'admin' ? caller.id : undefined
  return new KiiError('UNAUTHORIZED', message, { authenticatedAppID: world.appId, authenticatedPrincipalID })
}

function wrongToken(): KiiError {
  return new KiiError('WRONG_TOKEN', 'The provided token is not valid')
}
