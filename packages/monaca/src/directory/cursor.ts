import type { MonacaUser } from '../codecs.js'

/** How far a list has come. */
export interface Cursor {
  /** How many users were before the next one, when they were counted last. */
  readonly position: number
  /** When the last user that was listed was created. */
  readonly createdAt: number
  /** Those listed who were created at that very time. */
  readonly ids: readonly string[]
}

export const start: Cursor = { position: 0, createdAt: Number.NEGATIVE_INFINITY, ids: [] }

const createdAtOf = ({ _createdAt = 0 }: MonacaUser): number => _createdAt

/** Users come in the order of their creation, so these have been listed. */
export const isListed = ({ createdAt, ids }: Cursor, user: MonacaUser): boolean =>
  createdAtOf(user) < createdAt || (createdAtOf(user) === createdAt && ids.includes(user._id))

/** The cursor after these users, the last of whom stands at `position - 1`. */
export const advance = (cursor: Cursor, listed: readonly MonacaUser[], position: number): Cursor => {
  const createdAt = listed.map(createdAtOf).at(-1) ?? cursor.createdAt
  const earlier = createdAt === cursor.createdAt ? cursor.ids : []
  return { position, createdAt, ids: [...earlier, ...listed.filter((user) => createdAtOf(user) === createdAt).map(({ _id }) => _id)] }
}

export const written = ({ position, createdAt, ids }: Cursor): string => [position, createdAt, ...ids].join(' ')

/** `undefined` where it is not one of ours. */
export const parsed = (text: string): Cursor | undefined => {
  const [position, createdAt, ...ids] = text.split(' ')
  const [places, time] = [Number(position), Number(createdAt)]
  return Number.isSafeInteger(places) && places >= 0 && createdAt !== undefined && Number.isFinite(time)
    ? { position: places, createdAt: time, ids }
    : undefined
}

/** A page by number and size. */
export interface Window {
  readonly page: number
  readonly itemsInPage: number
}

const smallest = 20
const mostOnAPage = 10_000

/**
 * The page that holds the user at `position - 1`, who was listed already, and has room for `wanted` more. Pages have no other
 * address than number × size, so the smallest size is chosen that has such a page.
 */
export const windowFrom = (position: number, wanted: number): Window => {
  const known = Math.max(0, position - 1)
  const least = Math.max(wanted, smallest) + 1
  const room = (size: number): number => Math.min(wanted, size - (known % size) - 1)
  const sizes = Array.from({ length: Math.min(least + 1, mostOnAPage - least + 1) }, (_, more) => least + more)
  const itemsInPage = sizes.reduce((best, size) => (room(size) > room(best) ? size : best))
  return { page: Math.floor(known / itemsInPage) + 1, itemsInPage }
}
