import { hashPassword, verifyPassword } from '../passwords.js'
import { randomHex } from '../random-ids.js'
import { checkedPassword } from './attributes.js'
import type { KiiWorld } from './call.js'
import { addressOf, type Channel } from './channels.js'
import type { KiiUser } from './data.js'
import { invalidInput } from './errors.js'
import { sendGeneratedPassword } from './messages.js'
import { revokeTokens } from './tokens.js'

/** Makes up a password and sends it. `stillValid` throws where the PIN or link was used in the meantime. */
export async function resetToGenerated(world: KiiWorld, user: KiiUser, channel: Channel, stillValid: () => void): Promise<void> {
  const password = randomHex(Math.max(12, world.settings.minimumPasswordLength))
  const hash = await hashPassword(password)
  stillValid()
  setPassword(world, user, hash)
  const to = addressOf(user, channel).value
  if (to !== undefined) sendGeneratedPassword({ outbox: world.outbox, channel, to }, password)
}

/** Takes the password that the user chose; it must be another one than before. */
export async function resetToChosen(world: KiiWorld, user: KiiUser, newPassword: unknown, stillValid: () => void): Promise<void> {
  const chosen = checkedPassword(newPassword, world.settings)
  if (user.passwordHash !== undefined && (await verifyPassword(chosen, user.passwordHash))) {
    throw invalidInput('the new password is the old one')
  }
  const hash = await hashPassword(chosen)
  stillValid()
  setPassword(world, user, hash)
}

/** A new password ends every session and every reset that was under way. */
export function setPassword(world: KiiWorld, user: KiiUser, hash: string): void {
  user.passwordHash = hash
  user.passwordChangedAt = world.clock.now()
  delete user.resetPin
  for (const [code, { userID }] of Object.entries(world.data.resetLinks)) {
    if (userID === user.userID) delete world.data.resetLinks[code]
  }
  revokeTokens(world, user)
}
