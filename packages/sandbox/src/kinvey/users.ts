import { randomBytes } from 'node:crypto'
import { entry, type Json, type KinveyWorld, type StoredUser } from './data.js'
import { KinveyRefusal } from './errors.js'

// Any text is a username, `__proto__` too.
const nameKey = (username: string): string => `@${username}`

/** Puts a new or changed user in its place, under its username of now. */
export function storeUser({ data }: KinveyWorld, user: StoredUser): void {
  const previous = entry(data.users, user._id)
  if (previous !== undefined) delete data.usernames[nameKey(previous.username)]
  data.usernames[nameKey(user.username)] = user._id
  data.users[user._id] = user
}

export function eraseUser({ data }: KinveyWorld, user: StoredUser): void {
  delete data.usernames[nameKey(user.username)]
  delete data.users[user._id]
}

const allUsers = (world: KinveyWorld): readonly StoredUser[] => Object.values(world.data.users)

export const isDisabled = (user: StoredUser): boolean => user.kmd.status !== undefined

export const emailOf = (user: StoredUser): string | undefined => {
  const { email } = user.attributes
  return typeof email === 'string' && email !== '' ? email : undefined
}

export const userById = (world: KinveyWorld, id: string): StoredUser | undefined => entry(world.data.users, id)

/** Usernames are case-sensitive. */
export function userByUsername(world: KinveyWorld, username: string): StoredUser | undefined {
  const id = entry(world.data.usernames, nameKey(username))
  return id === undefined ? undefined : userById(world, id)
}

export const activeUsersByEmail = (world: KinveyWorld, email: string): readonly StoredUser[] =>
  allUsers(world).filter((user) => emailOf(user) === email && !isDisabled(user))

/** The user an e-mail flow is about: SDKs send a username, an email or an `_id` in the path. Suspended users are not found. */
export function addressedUser(world: KinveyWorld, name: string): StoredUser {
  const user = userByUsername(world, name) ?? userById(world, name) ?? activeUsersByEmail(world, name)[0]
  if (user === undefined || isDisabled(user)) throw new KinveyRefusal('UserNotFound')
  return user
}

export const userDocument = (user: StoredUser): Json => ({
  _id: user._id,
  username: user.username,
  ...user.attributes,
  ...(Object.keys(user.socialIdentity).length > 0 && { _socialIdentity: user.socialIdentity }),
  _kmd: { ...user.kmd },
  _acl: user.acl,
})

/** The user's own document with the session's token in `_kmd`, where every SDK looks for it. */
export const documentWithToken = (user: StoredUser, token: string | undefined): Json =>
  token === undefined ? userDocument(user) : { ...userDocument(user), _kmd: { ...user.kmd, authtoken: token } }

/** 24 hex digits that sort by time, like an ObjectId. */
export const newId = (world: KinveyWorld): string =>
  Math.floor(world.clock.now() / 1000)
    .toString(16)
    .padStart(8, '0') + randomBytes(8).toString('hex')
