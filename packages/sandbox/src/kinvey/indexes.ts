import type { KinveyData, StoredUser } from './data.js'

/** What the users are found by. It follows from the users, so no snapshot holds it. */
export interface Indexes {
  /** Every id; in ascending order unless some came since they were last asked for. */
  readonly ids: string[]
  idsAreSorted: boolean
  /** Ids by username. */
  readonly usernames: Map<string, string>
  /** Ids by email, in the order in which they came to it. */
  readonly emails: Map<string, Set<string>>
  /** Ids by third-party account, see `identityKey`. */
  readonly identities: Map<string, string>
  /** Session tokens by user id. A session may be gone already. */
  readonly sessions: Map<string, Set<string>>
}

const known = new WeakMap<KinveyData, Indexes>()

/** The indexes of that data; built at the first use, also after a restore. */
export function indexesOf(data: KinveyData): Indexes {
  const built = known.get(data)
  if (built !== undefined) return built
  const indexes: Indexes = {
    ids: Object.keys(data.users),
    idsAreSorted: false,
    usernames: new Map(),
    emails: new Map(),
    identities: new Map(),
    sessions: new Map(),
  }
  for (const user of Object.values(data.users)) addNames(indexes, user)
  for (const [token, { userId }] of Object.entries(data.sessions)) addTo(indexes.sessions, userId, token)
  known.set(data, indexes)
  return indexes
}

export const identityKey = (provider: string, id: string): string => JSON.stringify([provider, id])

export const emailOf = ({ attributes: { email } }: StoredUser): string | undefined =>
  typeof email === 'string' && email !== '' ? email : undefined

/** Every id, ascending. Put in order when they are read: keeping the order with every id that a client chooses would make a million users slow. */
export function sortedIds(indexes: Indexes): readonly string[] {
  if (!indexes.idsAreSorted) indexes.ids.sort()
  indexes.idsAreSorted = true
  return indexes.ids
}

export function addToIndexes(indexes: Indexes, user: StoredUser): void {
  const last = indexes.ids.at(-1)
  indexes.idsAreSorted &&= last === undefined || last < user._id
  indexes.ids.push(user._id)
  addNames(indexes, user)
}

export function removeFromIndexes(indexes: Indexes, user: StoredUser): void {
  indexes.ids.splice(positionOf(sortedIds(indexes), user._id), 1)
  removeNames(indexes, user)
}

export function moveInIndexes(indexes: Indexes, previous: StoredUser, user: StoredUser): void {
  removeNames(indexes, previous)
  addNames(indexes, user)
}

/** Where the id is, or would be. */
export function positionOf(ids: readonly string[], id: string): number {
  let low = 0
  let high = ids.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((ids[middle] ?? '') < id) low = middle + 1
    else high = middle
  }
  return low
}

function addNames({ usernames, emails, identities }: Indexes, user: StoredUser): void {
  usernames.set(user.username, user._id)
  const email = emailOf(user)
  if (email !== undefined) addTo(emails, email, user._id)
  for (const key of identityKeys(user)) identities.set(key, user._id)
}

export function addTo(index: Map<string, Set<string>>, key: string, value: string): void {
  const values = index.get(key)
  if (values === undefined) index.set(key, new Set([value]))
  else values.add(value)
}

function removeNames({ usernames, emails, identities }: Indexes, user: StoredUser): void {
  usernames.delete(user.username)
  const email = emailOf(user)
  if (email !== undefined) emails.get(email)?.delete(user._id)
  for (const key of identityKeys(user)) identities.delete(key)
}

const identityKeys = ({ socialIdentity }: StoredUser): readonly string[] =>
  Object.entries(socialIdentity).flatMap(([provider, identity]) =>
    typeof identity.id === 'string' ? [identityKey(provider, identity.id)] : [],
  )
