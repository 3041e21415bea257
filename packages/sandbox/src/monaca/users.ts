import { randomHex } from '../random-ids.js'
import { keyed, type MonacaData, type MonacaWorld, own, type Properties, removeWhere, type StoredUser } from './data.js'
import type { MonacaSettings } from './settings.js'

export interface NewUser {
  readonly username: string
  readonly passwordHash: string
  readonly properties: Properties
}

export const createUser = (world: MonacaWorld, user: NewUser): StoredUser => {
  const id = randomHex(24)
  const now = world.clock.now()
  world.data.usernames[keyed(user.username)] = id
  return storeUser(world.data, { id, createdAt: now, updatedAt: now, ...user })
}

export const findUser = (data: MonacaData, id: string): StoredUser | undefined => own(data.users, id)

export const findByUsername = (data: MonacaData, username: string): StoredUser | undefined => {
  const id = own(data.usernames, keyed(username))
  return id === undefined ? undefined : findUser(data, id)
}

export const setPasswordHash = (world: MonacaWorld, user: StoredUser, passwordHash: string): StoredUser =>
  storeUser(world.data, { ...user, passwordHash, updatedAt: world.clock.now() })

/** Adds and changes properties; none is ever removed. */
export const saveProperties = (world: MonacaWorld, user: StoredUser, properties: Properties): StoredUser =>
  storeUser(world.data, { ...user, properties: { ...user.properties, ...properties }, updatedAt: world.clock.now() })

export const renameUser = (world: MonacaWorld, user: StoredUser, username: string): StoredUser => {
  delete world.data.usernames[keyed(user.username)]
  world.data.usernames[keyed(username)] = user.id
  return storeUser(world.data, { ...user, username, updatedAt: world.clock.now() })
}

/** Removes the user with everything that could still sign them in. */
export const deleteUser = (data: MonacaData, user: StoredUser): void => {
  delete data.users[user.id]
  delete data.usernames[keyed(user.username)]
  delete data.resetTokens[user.id]
  removeWhere(data.sessions, (session) => session.userId === user.id)
  removeWhere(data.loginTokens, (token) => token.userId === user.id)
}

/** The user as the wire shows them, with all properties or only the named ones. */
export const toWire = (user: StoredUser, settings: MonacaSettings, names?: readonly string[]): Properties => ({
  _id: user.id,
  _username: user.username,
  _createdAt: timestamp(user.createdAt, settings),
  [settings.updatedAtName]: timestamp(user.updatedAt, settings),
  ...(names === undefined ? user.properties : pick(user.properties, names, 'omitted')),
})

export const pick = (properties: Properties, names: readonly string[], unset: MonacaSettings['unsetProperties']): Properties =>
  Object.fromEntries(
    names.flatMap((name) => {
      if (Object.hasOwn(properties, name)) return [[name, properties[name]]]
      return unset === 'null' ? [[name, null]] : []
    }),
  )

const storeUser = (data: MonacaData, user: StoredUser): StoredUser => {
  data.users[user.id] = user
  return user
}

const timestamp = (at: number, { timestampUnit }: MonacaSettings): number => (timestampUnit === 'milliseconds' ? at : Math.floor(at / 1000))
