import { hashPassword } from '../passwords.js'
import { changeAddress } from './addresses.js'
import { attributesOf, hasIdentity } from './attributes.js'
import { type Handler, jsonBody, noContent, ok, param } from './call.js'
import { requireAdmin, requireSelfOrAdmin } from './caller.js'
import { channels } from './channels.js'
import { invalidInput } from './errors.js'
import { targetUser, userNotFound } from './find-user.js'
import { generatedUserById } from './generated-users.js'
import { removeUser, setLoginName } from './indexes.js'
import { requireCredentials, requireFreeIdentity } from './registration.js'
import { revokeTokens } from './tokens.js'
import { fullView, publicView } from './user-view.js'

export const readUser: Handler = (call) => {
  const user = (call.caller.kind === 'admin' ? generatedUserById(call.world, param(call, 'user')) : undefined) ?? targetUser(call)
  const own = call.caller.kind === 'admin' || (call.caller.kind === 'user' && call.caller.user === user)
  return ok('UserDataRetrievalResponse', (own ? fullView : publicView)(user, call.world.settings))
}

/**
 * `POST /users/{u}`: predefined fields that are not sent stay, custom fields that are not sent are gone.
 * With an identifier and a password it makes a pseudo user a normal one, who keeps his id and his token.
 */
export const updateUser: Handler = async (call) => {
  const { world, request } = call
  const user = targetUser(call)
  requireSelfOrAdmin(call, user)
  const attributes = attributesOf(jsonBody(request), world.settings, user.country)
  const isUpgrade = user.passwordHash === undefined && (attributes.password !== undefined || hasIdentity(attributes))
  if (isUpgrade) requireCredentials(world, attributes)
  if (!isUpgrade && attributes.password !== undefined) throw invalidInput('password cannot be updated here')
  const passwordHash = isUpgrade && attributes.password !== undefined ? await hashPassword(attributes.password) : undefined

  // The user may have been deleted while the password was hashed.
  if (world.data.users[user.userID] !== user) userNotFound(world, user.userID)
  requireFreeIdentity(world, attributes, user)
  const { loginName, displayName, country, locale, custom } = attributes
  const now = world.clock.now()
  if (loginName !== undefined) setLoginName(world.data, user, loginName)
  if (displayName !== undefined) user.displayName = displayName
  if (country !== undefined) user.country = country
  if (locale !== undefined) user.locale = locale
  user.custom = custom
  for (const channel of channels) {
    const value = attributes[channel.field]
    if (value !== undefined) changeAddress(call, user, channel, value)
  }
  if (passwordHash !== undefined) {
    user.passwordHash = passwordHash
    user.passwordChangedAt = now
  }
  user.modifiedAt = now
  return ok('UserDataRetrievalResponse', { modifiedAt: now })
}

export const deleteUser: Handler = (call) => {
  const user = targetUser(call)
  requireSelfOrAdmin(call, user)
  revokeTokens(call.world, user)
  removeUser(call.world.data, user)
  for (const group of Object.values(call.world.data.groups)) group.members = group.members.filter((id) => id !== user.userID)
  return noContent
}

export const readStatus: Handler = (call) => {
  requireAdmin(call)
  return ok('UserStatusRetrievalResponse', { disabled: targetUser(call).disabled })
}

/** Disabling ends every session; enabling brings none back. */
export const changeStatus: Handler = (call) => {
  requireAdmin(call)
  const user = targetUser(call)
  const { disabled } = jsonBody(call.request)
  if (typeof disabled !== 'boolean') throw invalidInput('disabled must be true or false')
  user.disabled = disabled
  if (disabled) revokeTokens(call.world, user)
  return noContent
}
