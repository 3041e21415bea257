import { type KiiCall, type KiiWorld, param } from './call.js'
import { callerOf, requireSignedIn, unauthorized } from './caller.js'
import { internationalPhone } from './calling-codes.js'
import { type Channel, email, isVerified, phone } from './channels.js'
import type { KiiUser } from './data.js'
import { KiiError } from './errors.js'
import { userByLoginName, usersByAddress } from './indexes.js'

/** The user that a request is about. Fails with USER_NOT_FOUND, also for an address that is not verified. */
export function targetUser(call: KiiCall): KiiUser {
  requireSignedIn(call)
  const { caller, world } = call
  const reference = param(call, 'user')
  if (reference === 'me') {
    if (caller.kind !== 'user') throw unauthorized(call, 'me stands for the user of a token')
    return caller.user
  }
  return byReference(world, reference, holderOf) ?? userNotFound(world, reference)
}

/** The same for the requests of somebody who may be signed out; an unverified address will do, and only `me` needs a token that lives. */
export function namedUser(call: KiiCall): KiiUser {
  const anyHolder: FindHolder = (world, channel, value) => holderOf(world, channel, value) ?? usersByAddress(world.data, channel, value)[0]
  const reference = param(call, 'user')
  if (reference === 'me') return targetUser({ ...call, caller: callerOf(call.request, call.world) })
  return byReference(call.world, reference, anyHolder) ?? userNotFound(call.world, reference)
}

/** The user who signs in with that name: a bare login name, or a verified address with or without its prefix. */
export function userOfSignIn(world: KiiWorld, username: string): KiiUser | undefined {
  return (
    // Other references are a user id or a login name with a prefix, by which nobody signs in.
    (/^(EMAIL|PHONE):/.test(username) ? byReference(world, username, holderOf) : undefined) ??
    byLoginName(world, username) ??
    holderOf(world, email, username) ??
    holderOf(world, phone, username)
  )
}

export function byId({ data }: KiiWorld, userID: string): KiiUser | undefined {
  return Object.hasOwn(data.users, userID) ? data.users[userID] : undefined
}

export function byLoginName({ data }: KiiWorld, loginName: string): KiiUser | undefined {
  return userByLoginName(data, loginName)
}

/** The one user for whom that address is verified. */
export function holderOf(world: KiiWorld, channel: Channel, value: string): KiiUser | undefined {
  return usersByAddress(world.data, channel, value).find((user) => isVerified(user, channel, world.settings))
}

type FindHolder = (world: KiiWorld, channel: Channel, value: string) => KiiUser | undefined

function byReference(world: KiiWorld, reference: string, findHolder: FindHolder): KiiUser | undefined {
  const [, prefix, value = ''] = /^(LOGIN_NAME|EMAIL|PHONE):(.*)$/s.exec(reference) ?? []
  switch (prefix) {
    case 'LOGIN_NAME':
      return byLoginName(world, value)
    case 'EMAIL':
      return findHolder(world, email, value)
    case 'PHONE':
      return findHolder(world, phone, phoneOf(value))
    default:
      return byId(world, reference)
  }
}

/** `JP-09012345678` is a local number with its country. */
function phoneOf(value: string): string {
  const [, country, local] = /^([A-Za-z]{2})-(\d+)$/.exec(value) ?? []
  return local === undefined ? value : internationalPhone(local, country)
}

export function userNotFound(world: KiiWorld, reference: string): never {
  const [, prefix = 'userID', value = reference] = /^([A-Z_]+):(.*)$/s.exec(reference) ?? []
  throw new KiiError('USER_NOT_FOUND', `User with ${prefix} ${value} was not found`, { field: prefix, value, appID: world.appId })
}
