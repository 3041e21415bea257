import { hashPasswordSync } from '../passwords.js'
import { randomHex, randomToken } from '../random-ids.js'
import type { SeededUser, UserRow } from '../world.js'
import type { KinveyData, KinveyWorld, StoredUser } from './data.js'
import { newUser } from './new-user.js'
import { emailOf, isDisabled, storeUser, userDocument } from './users.js'

function userRow(user: StoredUser): UserRow {
  const email = emailOf(user)
  return {
    id: user._id,
    anonymous: user.implicit,
    username: user.username,
    ...(email !== undefined && { email }),
    disabled: isDisabled(user),
    document: userDocument(user),
  }
}

export const userRows = (data: KinveyData): readonly UserRow[] => Object.values(data.users).map(userRow)

/** Generated users, all with one password and one hash of it: thousands are made in a moment. */
export function seedUsers(world: KinveyWorld, count: number): readonly SeededUser[] {
  const password = randomToken(12)
  const hash = hashPasswordSync(password)
  const batch = randomHex(8)
  return Array.from({ length: count }, (_, index) => {
    const username = `seed-${batch}-${index}`
    const body = { username, email: `${username}@example.com`, first_name: 'Seed', last_name: `Number ${index}` }
    const user = newUser(world, body, hash)
    storeUser(world, user)
    return { ...userRow(user), password }
  })
}
