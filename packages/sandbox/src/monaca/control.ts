import { hashPasswordSync } from '../passwords.js'
import { randomHex } from '../random-ids.js'
import type { SeededUser, SessionRow, UserRow } from '../world.js'
import type { MonacaData, MonacaWorld, StoredUser } from './data.js'
import { defaultSettings } from './settings.js'
import { createUser, toWire } from './users.js'

export const userRows = (data: MonacaData): readonly UserRow[] => Object.values(data.users).map(userRow)

/** One row a sign-in, however often its id was renewed. */
export const sessionRows = (data: MonacaData, now: number): readonly SessionRow[] => {
  const rows = new Map<string, SessionRow>()
  for (const { signIn, userId, createdAt, expiresAt } of Object.values(data.sessions)) {
    const known = rows.get(signIn)?.expiresAt ?? now
    if (expiresAt > known) rows.set(signIn, { userId, createdAt, expiresAt })
  }
  return [...rows.values()]
}

export const seed = (world: MonacaWorld, count: number): readonly SeededUser[] =>
  Array.from({ length: count }, () => {
    const name = `user-${randomHex(16)}`
    const username = `${name}@example.com`
    const password = randomHex(16)
    const user = createUser(world, {
      username,
      passwordHash: hashPasswordSync(password),
      properties: { email: username, nickname: name },
    })
    return { ...userRow(user), password }
  })

const userRow = (user: StoredUser): UserRow => {
  const { email } = user.properties
  return {
    id: user.id,
    anonymous: false,
    username: user.username,
    ...(typeof email === 'string' ? { email } : {}),
    disabled: false,
    document: toWire(user, defaultSettings),
  }
}
