import type { Json } from '../json.js'
import { randomHex } from '../random-ids.js'
import { entry, type KinveyWorld, type StoredUser } from './data.js'
import { KinveyRefusal } from './errors.js'
import { addToIndexes, identityKey, indexesOf, moveInIndexes, removeFromIndexes } from './indexes.js'

export { emailOf } from './indexes.js'

/** Puts a new or changed user in its place. What users are found by changes only this way: a changed user is another object. */
export function storeUser({ data }: KinveyWorld, user: StoredUser): void {
  const indexes = indexesOf(data)
  const previous = entry(data.users, user._id)
  if (previous === undefined) addToIndexes(indexes, user)
  else moveInIndexes(indexes, previous, user)
  data.users[user._id] = user
}

export function eraseUser({ data }: KinveyWorld, user: StoredUser): void {
  removeFromIndexes(indexesOf(data), user)
  delete data.users[user._id]
}

export const isDisabled = (user: StoredUser): boolean => user.kmd.status !== undefined

export const userById = (world: KinveyWorld, id: string): StoredUser | undefined => entry(world.data.users, id)

/** Usernames are case-sensitive. */
export function userByUsername(world: KinveyWorld, username: string): StoredUser | undefined {
  return maybeById(world, indexesOf(world.data).usernames.get(username))
}

export function userByIdentity(world: KinveyWorld, provider: string, id: string): StoredUser | undefined {
  return maybeById(world, indexesOf(world.data).identities.get(identityKey(provider, id)))
}

const maybeById = (world: KinveyWorld, id: string | undefined): StoredUser | undefined =>
  id === undefined ? undefined : userById(world, id)

export const usersByEmail = (world: KinveyWorld, email: string): readonly StoredUser[] =>
  [...(indexesOf(world.data).emails.get(email) ?? [])].flatMap((id) => userById(world, id) ?? [])

export const activeUsersByEmail = (world: KinveyWorld, email: string): readonly StoredUser[] =>
  usersByEmail(world, email).filter((user) => !isDisabled(user))

/** The user an e-mail flow is about: SDKs send a username, an email or an `_id` in the path. Suspended users are not found. */
export function addressedUser(world: KinveyWorld, name: string): StoredUser {
  const user = userByUsername(world, name) ?? userById(world, name) ?? activeUsersByEmail(world, name)[0]
  if (user === undefined || isDisabled(user)) throw new KinveyRefusal('UserNotFound')
  return user
}

/** The user as anybody may see it: without the tokens of its identities. */
export const userDocument = (user: StoredUser): Json => documentOf(user, withoutTokens(user.socialIdentity), { ...user.kmd })

/** The user's own document with the session's token in `_kmd`, where every SDK looks for it. */
export const documentWithToken = (user: StoredUser, token: string | undefined): Json =>
  token === undefined ? userDocument(user) : documentOf(user, user.socialIdentity, { ...user.kmd, authtoken: token })

const documentOf = (user: StoredUser, identities: StoredUser['socialIdentity'], kmd: Json): Json => ({
  _id: user._id,
  username: user.username,
  ...user.attributes,
  ...(Object.keys(identities).length > 0 && { _socialIdentity: identities }),
  _kmd: kmd,
  _acl: user.acl,
})

const withoutTokens = (identities: StoredUser['socialIdentity']): StoredUser['socialIdentity'] =>
  Object.fromEntries(
    Object.entries(identities).map(([provider, { access_token: _secret, refresh_token: _another, ...shown }]) => [provider, shown]),
  )

/** 24 hex digits that sort by time, like an ObjectId. */
export const newId = (world: KinveyWorld): string =>
  Math.floor(world.clock.now() / 1000)
    .toString(16)
    .padStart(8, '0') + randomHex(16)
