import { randomUUID } from 'node:crypto'
import { randomBase64 } from '../random-ids.js'
import { isoNow, type KinveyWorld, type StoredUser } from './data.js'
import { addTo, indexesOf } from './indexes.js'

/** A new token for the user; the user's other tokens live on. */
export function openSession({ data, clock }: KinveyWorld, user: StoredUser, expiresAt?: number): string {
  const token = `${randomUUID()}.${randomBase64(32)}`
  data.sessions[token] = { userId: user._id, createdAt: clock.now(), ...(expiresAt !== undefined && { expiresAt }) }
  addTo(indexesOf(data).sessions, user._id, token)
  return token
}

/** The same for a user who has just logged in. */
export function logInSession(world: KinveyWorld, user: StoredUser, expiresAt?: number): string {
  user.kmd = { ...user.kmd, llt: isoNow(world) }
  return openSession(world, user, expiresAt)
}

export function closeSession(world: KinveyWorld, token: string): void {
  delete world.data.sessions[token]
}

export function closeAllSessions(world: KinveyWorld, user: StoredUser): void {
  const { sessions } = indexesOf(world.data)
  for (const token of sessions.get(user._id) ?? []) closeSession(world, token)
  sessions.delete(user._id)
}
