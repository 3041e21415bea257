import { randomHex } from '../random-ids.js'
import { type MonacaData, type MonacaWorld, own, removeWhere, type StoredSession } from './data.js'
import { invalidSessionId } from './errors.js'

const sessionIdFormat = /^[0-9a-f]{40}$/

const sweepEvery = 60_000
const sweptAt = new WeakMap<MonacaData, number>()

// Now and then: to look at every session at each call would make calls slower the more people are signed in.
const sweep = ({ data }: MonacaWorld, now: number): void => {
  if (now - (sweptAt.get(data) ?? 0) < sweepEvery) return
  sweptAt.set(data, now)
  removeWhere(data.sessions, ({ expiresAt }) => expiresAt <= now)
}

/** Signs a user in; returns the session id. */
export const startSession = (world: MonacaWorld, userId: string): string => {
  const now = world.clock.now()
  sweep(world, now)
  return storeSession(world, { userId, signIn: randomHex(16), createdAt: now })
}

/** The live session behind what the client sent, if any. Fails with 10 where that cannot be a session id. */
export const liveSession = (world: MonacaWorld, id: unknown): (StoredSession & { readonly id: string }) | undefined => {
  if (id === undefined || id === null || id === '') return undefined
  if (typeof id !== 'string' || !sessionIdFormat.test(id)) throw invalidSessionId()
  const session = own(world.data.sessions, id)
  return session !== undefined && session.expiresAt > world.clock.now() ? { id, ...session } : undefined
}

/** A new id for the same sign-in. The old one keeps working for the grace period, because calls run side by side. */
export const renewSession = (world: MonacaWorld, session: StoredSession & { readonly id: string }): string => {
  const now = world.clock.now()
  sweep(world, now)
  const { id, userId, signIn, createdAt } = session
  const expiresAt = Math.min(session.expiresAt, now + world.settings.renewedSessionGrace)
  world.data.sessions[id] = { userId, signIn, createdAt, expiresAt }
  return storeSession(world, session)
}

/** Ends one sign-in, under every id it has had, and the login token of its device. */
export const endSignIn = (data: MonacaData, session: StoredSession, deviceId: string): void => {
  removeWhere(data.sessions, ({ signIn }) => signIn === session.signIn)
  removeWhere(data.loginTokens, (token) => token.userId === session.userId && token.deviceId === deviceId)
}

/** Ends every sign-in of a user but the given one. */
export const endSignIns = (data: MonacaData, userId: string, spared?: { readonly signIn: string; readonly deviceId: string }): void => {
  removeWhere(data.sessions, (session) => session.userId === userId && session.signIn !== spared?.signIn)
  removeWhere(data.loginTokens, (token) => token.userId === userId && token.deviceId !== spared?.deviceId)
}

export const issueLoginToken = (world: MonacaWorld, userId: string, deviceId: string): string => {
  const token = randomHex(40)
  world.data.loginTokens[token] = { userId, deviceId, expiresAt: world.clock.now() + world.settings.loginTokenLifetime }
  return token
}

const storeSession = (world: MonacaWorld, { userId, signIn, createdAt }: Omit<StoredSession, 'expiresAt'>): string => {
  const id = randomHex(40)
  world.data.sessions[id] = { userId, signIn, createdAt, expiresAt: world.clock.now() + world.settings.sessionLifetime }
  return id
}
