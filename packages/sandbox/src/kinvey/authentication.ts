import { verifyPassword } from '../passwords.js'
import type { VendorRequest } from '../world.js'
import type { Call, Caller } from './call.js'
import { entry, type KinveyWorld, type StoredUser } from './data.js'
import { KinveyRefusal } from './errors.js'
import { isDisabled, userById, userByUsername } from './users.js'

/** Who may not come in although the credentials are right: the suspended and the locked down. */
export function refuseBarredUser(world: KinveyWorld, user: StoredUser): void {
  if (isDisabled(user)) throw new KinveyRefusal('InvalidCredentials', 'The user is disabled')
  if (user.lockedDown) throw new KinveyRefusal('UserLockedDown', '', world.settings.userLockedDownStatus)
}

export function refuseUnverified({ settings }: KinveyWorld, user: StoredUser): void {
  const { required, since } = settings.emailVerification
  const exempt = since !== null && Date.parse(user.kmd.ect) < Date.parse(since)
  if (!required || exempt || user.kmd.emailVerification?.status === 'confirmed') return
  throw new KinveyRefusal('EmailVerificationRequired', '', settings.emailVerificationRequiredStatus)
}

/** The user who may come in with that password. */
export async function userByPassword(world: KinveyWorld, username: string, password: string): Promise<StoredUser> {
  const hash = userByUsername(world, username)?.passwordHash
  const isRight = hash !== undefined && (await verifyPassword(password, hash))
  // Looked up again: the user may have changed while the password was checked.
  const user = userByUsername(world, username)
  if (!isRight || user?.passwordHash !== hash) throw new KinveyRefusal('InvalidCredentials')
  refuseBarredUser(world, user)
  refuseUnverified(world, user)
  return user
}

async function basicCaller(call: Call, credentials: string): Promise<Caller> {
  const decoded = Buffer.from(credentials, 'base64').toString()
  const colon = decoded.indexOf(':')
  const name = colon === -1 ? decoded : decoded.slice(0, colon)
  const secret = colon === -1 ? '' : decoded.slice(colon + 1)
  const { world } = call
  if (name === call.params.kid) {
    if (secret === world.settings.masterSecret) return { kind: 'master' }
    if (secret === world.settings.appSecret) return { kind: 'app' }
    throw new KinveyRefusal('InvalidCredentials')
  }
  // Since API version 6, Basic is for the app secret and the master secret only.
  if (call.apiVersion >= 6) throw new KinveyRefusal('InvalidCredentials')
  return { kind: 'user', user: await userByPassword(world, name, secret) }
}

function sessionCaller(world: KinveyWorld, token: string): Caller {
  const { user } = sessionOf(world, world.data.sessions, token)
  return { kind: 'user', user, token }
}

function mfaCaller(world: KinveyWorld, token: string): Caller {
  return { kind: 'mfa', token, ...sessionOf(world, world.data.mfaSessions, token) }
}

function sessionOf<S extends { readonly userId: string; readonly expiresAt?: number }>(
  world: KinveyWorld,
  sessions: Readonly<Record<string, S>>,
  token: string,
): { readonly session: S; readonly user: StoredUser } {
  const session = entry(sessions, token)
  const isLive = session !== undefined && world.clock.now() < (session.expiresAt ?? Number.POSITIVE_INFINITY)
  const user = isLive ? userById(world, session.userId) : undefined
  if (session === undefined || user === undefined) throw new KinveyRefusal('InvalidCredentials', 'Authorization token invalid or expired')
  refuseBarredUser(world, user)
  return { session, user }
}

const authorization = (request: VendorRequest): readonly [scheme: string, credentials: string] => {
  const [scheme = '', credentials = ''] = (request.header('authorization') ?? '').trim().split(/\s+/)
  return [scheme.toLowerCase(), credentials]
}

/** Who calls, from the `Authorization` header: app, master, a user, or one whose second factor is missing. */
export async function authenticate(call: Call): Promise<Caller> {
  const [scheme, credentials] = authorization(call.request)
  if (scheme === 'basic') return basicCaller(call, credentials)
  if (scheme === 'kinvey') return sessionCaller(call.world, credentials)
  if (scheme === 'kinveymfa') return mfaCaller(call.world, credentials)
  throw new KinveyRefusal('InvalidCredentials', 'No Authorization header that this endpoint understands')
}
