import type { KiiWorld } from './call.js'
import type { KiiUser } from './data.js'

/**
 * Users who exist only as a rule, so that an app can have a million of them without anybody holding them. The administrator can list
 * and read them; no other request finds them.
 */
const generatedId = (index: number): string => `${index.toString(16).padStart(12, '0')}-9e9e-9e9e-9e9e-00000000`
const idPattern = /^([\da-f]{12})-9e9e-9e9e-9e9e-00000000$/

/** Far behind those who registered, so that a list shows them last. */
const firstInternalId = 1_000_000_000
const bornAt = Date.UTC(2016, 0, 1)

function generatedUser(index: number): KiiUser {
  const loginName = `generated-${index}`
  const createdAt = bornAt + index * 1_000
  return {
    userID: generatedId(index),
    internalUserID: firstInternalId + index,
    loginName,
    displayName: `Generated ${index}`,
    country: 'JP',
    locale: 'ja',
    email: { value: `${loginName}@example.com`, proved: true },
    phone: { proved: false },
    passwordHash: 'of a password that nobody has',
    disabled: false,
    custom: { points: index, level: index % 100, tags: ['generated', index % 2 === 0 ? 'even' : 'odd'] },
    createdAt,
    modifiedAt: createdAt,
    passwordChangedAt: createdAt,
  }
}

export function generatedUserById({ settings }: KiiWorld, userID: string): KiiUser | undefined {
  const [, digits] = idPattern.exec(userID) ?? []
  const index = digits === undefined ? Number.NaN : Number.parseInt(digits, 16)
  return index < settings.generatedUsers ? generatedUser(index) : undefined
}

/** At most that many of them whose internal id is greater than that one. */
export function generatedUsersAfter({ settings }: KiiWorld, internalUserID: number, count: number): readonly KiiUser[] {
  const first = Math.max(0, internalUserID + 1 - firstInternalId)
  const length = Math.max(0, Math.min(count, settings.generatedUsers - first))
  return Array.from({ length }, (_, offset) => generatedUser(first + offset))
}
