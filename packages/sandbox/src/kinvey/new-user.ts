import { randomUUID } from 'node:crypto'
import type { Json } from '../json.js'
import { aclIn, attributesIn } from './attributes.js'
import { optionalText } from './body.js'
import { isoNow, type KinveyWorld, type StoredUser } from './data.js'
import { KinveyRefusal } from './errors.js'
import { newId, userById, userByUsername } from './users.js'

/**
 * The user that the body describes; a username it leaves out is generated.
 * The caller stores it without waiting for anything in between, or two users could get one name.
 * Fails with UserAlreadyExists, InvalidIdentifier, ParameterValueOutOfRange.
 */
export function newUser(world: KinveyWorld, body: Json, passwordHash: string): StoredUser {
  const username = optionalText(body, 'username')
  const _id = optionalText(body, '_id') ?? newId(world)
  // As a key of a plain record the one would replace the record's prototype; half a character has no place in an address.
  if (_id === '__proto__' || /\p{Surrogate}/u.test(_id)) throw new KinveyRefusal('InvalidIdentifier')
  const taken = userById(world, _id) ?? (username === undefined ? undefined : userByUsername(world, username))
  if (taken !== undefined) throw new KinveyRefusal('UserAlreadyExists')
  const now = isoNow(world)
  return {
    _id,
    username: username ?? randomUUID(),
    passwordHash,
    implicit: username === undefined,
    lockedDown: false,
    attributes: attributesIn(body),
    socialIdentity: {},
    acl: aclIn(body, _id),
    kmd: { lmt: now, ect: now },
  }
}
