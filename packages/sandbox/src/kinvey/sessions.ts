import { randomBytes, randomUUID } from 'node:crypto'
import type { KinveyWorld, StoredUser } from './data.js'

/** A new token for the user; the user's other tokens live on. */
export function openSession(world: KinveyWorld, user: StoredUser): string {
  const token = `${randomUUID()}.${randomBytes(32).toString('base64')}`
  world.data.sessions[token] = { userId: user._id, createdAt: world.clock.now() }
  return token
}

export function closeSession(world: KinveyWorld, token: string): void {
  delete world.data.sessions[token]
}

export function closeAllSessions(world: KinveyWorld, user: StoredUser): void {
  for (const [token, session] of Object.entries(world.data.sessions)) {
    if (session.userId === user._id) closeSession(world, token)
  }
}
