import type { Call, MasterCaller, UserCaller } from './call.js'
import type { StoredUser } from './data.js'
import { KinveyRefusal } from './errors.js'
import { isDisabled, userById } from './users.js'

type Visitor = UserCaller | MasterCaller

const isSelf = (caller: Visitor, user: StoredUser): boolean => caller.kind === 'user' && caller.user._id === user._id

/** Suspended users exist for the master secret only. */
export const mayList = ({ caller, world }: Call<Visitor>, user: StoredUser): boolean =>
  caller.kind === 'master' || (!isDisabled(user) && (world.settings.usersPermission !== 'private' || isSelf(caller, user)))

/** The user a request is about. Fails with UserNotFound. */
function target({ world, caller }: Call<Visitor>, id: string): StoredUser {
  const user = userById(world, id)
  if (user === undefined || (caller.kind === 'user' && isDisabled(user))) throw new KinveyRefusal('UserNotFound')
  return user
}

export function readableUser(call: Call<Visitor>, id: string): StoredUser {
  const user = target(call, id)
  if (!mayList(call, user)) throw new KinveyRefusal('InsufficientCredentials')
  return user
}

export function writableUser(call: Call<Visitor>, id: string): StoredUser {
  const user = target(call, id)
  const allowed = call.caller.kind === 'master' || isSelf(call.caller, user) || call.world.settings.usersPermission === 'full'
  if (!allowed) throw new KinveyRefusal('InsufficientCredentials')
  return user
}

/** The caller's token, where the user in question is the caller. */
export const ownToken = (caller: Visitor, user: StoredUser): string | undefined =>
  caller.kind === 'user' && isSelf(caller, user) ? caller.token : undefined
