import type { Json } from '../json.js'
import { hashPassword, verifyPassword } from '../passwords.js'
import { randomDigits, randomToken } from '../random-ids.js'
import { isOver } from './addresses.js'
import { checkedPassword } from './attributes.js'
import { type Handler, jsonBody, type KiiCall, noContent } from './call.js'
import { requireEnabled, requireSelfOrAdmin } from './caller.js'
import { addressOf, type Channel, email, isVerified, phone } from './channels.js'
import { fits } from './codes.js'
import type { KiiUser } from './data.js'
import { invalidInput, KiiError } from './errors.js'
import { namedUser, targetUser } from './find-user.js'
import { sendResetLink, sendResetPin } from './messages.js'
import { pageLink, resetPagePath } from './page-links.js'
import { resetToChosen, resetToGenerated, setPassword } from './password-reset.js'
import { revokeTokens } from './tokens.js'

/** `PUT /users/{u}/password`: ends every session of the user. The administrator needs no old password. */
export const changePassword: Handler = async (call) => {
  const { world, caller } = call
  const user = targetUser(call)
  requireSelfOrAdmin(call, user)
  const hash = requirePassword(user)
  const { oldPassword, newPassword } = jsonBody(call.request)
  const chosen = checkedPassword(newPassword, world.settings)
  if (caller.kind !== 'admin' && !(typeof oldPassword === 'string' && (await verifyPassword(oldPassword, hash))))
    throw wrongPassword(call, user)
  const newHash = await hashPassword(chosen)
  if (user.passwordHash !== hash) throw wrongPassword(call, user)
  setPassword(world, user, newHash)
  return noContent
}

/** `POST /users/{u}/password/request-reset`: sends a link or a PIN to a verified address. */
export const requestReset: Handler = (call) => {
  const { world, request } = call
  const user = namedUser(call)
  requirePassword(user)
  requireEnabled(world, user)
  const { channel, byPin } = notification(jsonBody(request))
  const to = addressOf(user, channel).value
  if (to === undefined || !isVerified(user, channel, world.settings)) {
    throw new KiiError('INVALID_STATUS', `The ${channel.field} is not verified`, { appID: world.appId })
  }
  const recipient = { outbox: world.outbox, channel, to }
  const issuedAt = world.clock.now()
  const code = byPin ? randomDigits(6) : randomToken()
  if (byPin) {
    user.resetPin = { code, issuedAt }
    sendResetPin(recipient, code)
  } else {
    world.data.resetLinks[code] = { userID: user.userID, channel: channel.outbox, issuedAt }
    sendResetLink(recipient, pageLink(request, world, resetPagePath, { code }))
  }
  if (world.settings.revokeOnResetRequest) revokeTokens(world, user)
  return noContent
}

/** `POST /users/{u}/password/complete-reset`: the PIN stays valid until a reset with it succeeds. */
export const completeReset: Handler = async (call) => {
  const { world } = call
  const user = namedUser(call)
  const { pinCode, newPassword } = jsonBody(call.request)
  if (typeof pinCode !== 'string' || pinCode === '') throw invalidInput('pinCode is missing')
  requirePin(call, user, pinCode)
  const stillValid = (): void => requirePin(call, user, pinCode)
  if (world.settings.passwordResetFlow === 'generated') await resetToGenerated(world, user, phone, stillValid)
  else await resetToChosen(world, user, newPassword, stillValid)
  return noContent
}

function notification({ notificationMethod = 'EMAIL', smsResetMethod = 'URL' }: Json): { channel: Channel; byPin: boolean } {
  if (notificationMethod === 'EMAIL') return { channel: email, byPin: false }
  if (notificationMethod !== 'SMS') throw invalidInput('notificationMethod must be EMAIL or SMS')
  if (smsResetMethod !== 'URL' && smsResetMethod !== 'PIN') throw invalidInput('smsResetMethod must be URL or PIN')
  return { channel: phone, byPin: smsResetMethod === 'PIN' }
}

function requirePin({ world }: KiiCall, user: KiiUser, pinCode: string): void {
  requireEnabled(world, user)
  const fields = { userID: user.userID, appID: world.appId }
  const { resetPin } = user
  if (resetPin === undefined || !fits(world, resetPin, pinCode, () => delete user.resetPin)) {
    throw new KiiError('INVALID_VERIFICATION_CODE', 'The PIN code is wrong', { ...fields, verificationCode: pinCode })
  }
  if (isOver(world, resetPin, world.settings.pinLifetime)) throw new KiiError('PIN_CODE_EXPIRED', 'The PIN code has expired', fields)
}

/** Fails with OPERATION_NOT_ALLOWED for a pseudo user. */
function requirePassword(user: KiiUser): string {
  if (user.passwordHash === undefined) throw new KiiError('OPERATION_NOT_ALLOWED', 'The user has no password', { userID: user.userID })
  return user.passwordHash
}

function wrongPassword({ world }: KiiCall, { userID }: KiiUser): KiiError {
  return new KiiError('WRONG_PASSWORD', 'The provided password is wrong', { appID: world.appId, principalID: userID })
}
