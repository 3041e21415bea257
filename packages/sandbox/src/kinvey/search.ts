import type { Json } from '../json.js'
import { entry, type KinveyWorld, type StoredUser } from './data.js'
import { indexesOf, positionOf, sortedIds } from './indexes.js'
import { userById, userByUsername, usersByEmail } from './users.js'

const found = (user: StoredUser | undefined): readonly StoredUser[] => (user === undefined ? [] : [user])

const indexed: Readonly<Record<string, (world: KinveyWorld, value: string) => readonly StoredUser[]>> = {
  _id: (world, id) => found(userById(world, id)),
  username: (world, username) => found(userByUsername(world, username)),
  email: usersByEmail,
}

/** The users among whom those are that fulfil the filter: few where it names an id, a username or an email, else all. */
export function candidates(world: KinveyWorld, filter: Json): readonly StoredUser[] {
  return named(world, filter) ?? Object.values(world.data.users)
}

/** The same in ascending order of ids. A lower bound for the id is where the search begins, so a page costs no more than itself. */
export function candidatesById(world: KinveyWorld, filter: Json): Iterable<StoredUser> {
  const few = named(world, filter)
  return few === undefined ? usersFrom(world, lowerBound(filter._id)) : few.toSorted((a, b) => (a._id < b._id ? -1 : 1))
}

function named(world: KinveyWorld, filter: Json): readonly StoredUser[] | undefined {
  for (const [field, value] of Object.entries(filter)) {
    const search = entry(indexed, field)
    if (search !== undefined && typeof value === 'string') return search(world, value)
  }
  return undefined
}

function* usersFrom(world: KinveyWorld, id: string): Generator<StoredUser> {
  const ids = sortedIds(indexesOf(world.data))
  for (let index = positionOf(ids, id); index < ids.length; index += 1) {
    const user = userById(world, ids[index] ?? '')
    if (user !== undefined) yield user
  }
}

function lowerBound(condition: unknown): string {
  if (typeof condition !== 'object' || condition === null) return ''
  const bounds = Object.entries(condition).flatMap(([operator, value]) => (['$gt', '$gte'].includes(operator) ? [value] : []))
  return bounds.find((bound) => typeof bound === 'string') ?? ''
}
