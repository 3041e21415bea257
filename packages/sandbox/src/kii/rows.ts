import { hashPasswordSync } from '../passwords.js'
import { randomHex } from '../random-ids.js'
import type { SeededUser, SessionRow, UserRow } from '../world.js'
import { setAddress } from './addresses.js'
import type { KiiWorld } from './call.js'
import { email } from './channels.js'
import type { KiiData, KiiUser } from './data.js'
import { insertUser } from './registration.js'
import type { KiiSettings } from './settings.js'
import { fullView, withoutAbsent } from './user-view.js'

/** A user as the control surface shows him. */
export function userRow(user: KiiUser, settings: KiiSettings): UserRow {
  const { userID, loginName, passwordHash, disabled } = user
  return {
    id: userID,
    anonymous: passwordHash === undefined,
    ...(loginName === undefined ? {} : { username: loginName }),
    ...(user.email.value === undefined ? {} : { email: user.email.value }),
    ...(user.phone.value === undefined ? {} : { phone: user.phone.value }),
    disabled,
    document: withoutAbsent(fullView(user, settings)),
  }
}

export function sessionRows({ tokens }: KiiData, now: number): readonly SessionRow[] {
  return Object.values(tokens)
    .filter(({ kind, limited, expiresAt }) => kind === 'user' && limited === undefined && expiresAt > now)
    .map(({ id, createdAt, expiresAt }) => ({ userId: id, createdAt, expiresAt }))
}

/** Generated users with a verified e-mail address, a custom field and a password of their own. */
export function seedUsers(world: KiiWorld, count: number): readonly SeededUser[] {
  return Array.from({ length: count }, (_, index) => {
    const loginName = `user-${randomHex(12)}`
    const password = `pass-${randomHex(12)}`
    const attributes = { loginName, displayName: `User ${index + 1}`, country: 'JP', locale: 'ja', custom: { points: index } }
    const user = insertUser(world, attributes, hashPasswordSync(password))
    setAddress(world, user, email, `${loginName}@example.com`, true)
    return { ...userRow(user, world.settings), password }
  })
}
