import type { VendorResponse } from '../world.js'
import { objectBody, requiredText } from './body.js'
import { type Call, type MasterCaller, noContent, param, type UserCaller } from './call.js'
import { isoNow, type StoredUser } from './data.js'
import { KinveyRefusal } from './errors.js'
import { dropLinks } from './mailed-links.js'
import { writableUser } from './permissions.js'
import { closeAllSessions } from './sessions.js'
import { eraseUser, userById } from './users.js'

/** `DELETE /user/:kid/:id`: suspends; only `?hard=true` deletes and frees the username. */
export function removeUser(call: Call<UserCaller | MasterCaller>): VendorResponse {
  const { world, request } = call
  const user = writableUser(call, param(call, 'id'))
  closeAllSessions(world, user)
  dropLinks(world, user)
  if (request.query.get('hard') === 'true') eraseUser(world, user)
  else user.kmd = { ...user.kmd, status: { val: 'disabled', lastChange: isoNow(world) } }
  return noContent
}

/** `POST /user/:kid/:id/_restore`. */
export function restoreUser(call: Call<MasterCaller>): VendorResponse {
  const user = existingUser(call, param(call, 'id'))
  const { status: _lifted, ...kmd } = user.kmd
  user.kmd = kmd
  return noContent
}

/** `POST /rpc/:kid/lockdown-user` with `{userId, setLockdownStateTo}`. */
export function lockDownUser(call: Call<MasterCaller>): VendorResponse {
  const body = objectBody(call.request)
  const { setLockdownStateTo: state } = body
  if (typeof state !== 'boolean') throw new KinveyRefusal('MissingRequestParameter', 'setLockdownStateTo must be true or false')
  existingUser(call, requiredText(body, 'userId')).lockedDown = state
  return noContent
}

function existingUser({ world }: Call, id: string): StoredUser {
  const user = userById(world, id)
  if (user === undefined) throw new KinveyRefusal('UserNotFound')
  return user
}
