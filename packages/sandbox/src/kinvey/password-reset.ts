import { hashPassword } from '../passwords.js'
import type { VendorResponse } from '../world.js'
import { requiredText } from './body.js'
import { type Call, noContent, param } from './call.js'
import { isoNow, type StoredUser } from './data.js'
import { KinveyRefusal } from './errors.js'
import { dropLinks, mailLink, type OpenedLink, openLink } from './mailed-links.js'
import { messagePage, page, resetFormPage } from './pages.js'
import { closeAllSessions } from './sessions.js'
import { setPassword } from './update-user.js'
import { addressedUser, emailOf } from './users.js'

export const resetPage = 'user-password-reset-process'
export const resetCompletion = 'user-password-reset-complete'

/** `POST /rpc/:kid/:user/user-password-reset-initiate`: every session dies at once, the old password lives until the reset is complete. */
export function initiateReset(call: Call): VendorResponse {
  const { world } = call
  const user = addressedUser(world, param(call, 'user'))
  const to = emailOf(user)
  if (to === undefined) throw new KinveyRefusal('ParameterValueOutOfRange', 'The user has no email address')
  closeAllSessions(world, user)
  user.kmd = { ...user.kmd, passwordReset: { status: 'InProgress', lastStateChangeAt: isoNow(world) } }
  const { resetLinkLifetime: lifetime, ownResetPage: ownPage } = world.settings
  const link = mailLink(call, user, { purpose: 'password-reset', email: to, page: resetPage, lifetime, ownPage })
  world.outbox.send({
    channel: 'email',
    to,
    purpose: 'password-reset',
    subject: `${world.settings.appName}: reset your password`,
    text: `Hello ${user.username},\n\nchoose a new password here: ${link}\n`,
    link,
    username: user.username,
  })
  return noContent
}

/** `GET` of the link in the mail: the form for the new password. */
export function showResetPage(call: Call): Promise<VendorResponse> {
  const { appName, resetCompleteFields: names } = call.world.settings
  const { user } = openLink(call, 'password-reset')
  const hidden = Object.fromEntries((['time', 'nonce', 'sig'] as const).map((name) => [names[name], call.request.query.get(name) ?? '']))
  return page(resetFormPage({ appName, username: user.username, action: resetCompletion, hidden, passwordField: names.password }))
}

/** `POST` of that form. The link is used up by a password, not by a blank form. */
export async function completeReset(call: Call): Promise<VendorResponse> {
  const { world } = call
  const names = world.settings.resetCompleteFields
  const open = (): OpenedLink => openLink(call, 'password-reset', names)
  const hash = await hashPassword(requiredText(open().fields, names.password))
  // Opened again: while the hash was made, the same link may have been used.
  const { user, email } = open()
  dropLinks(world, user, 'password-reset')
  setPassword(world, user, hash)
  forgetReset(user)
  world.outbox.send({
    channel: 'email',
    to: email,
    purpose: 'password-changed',
    subject: `${world.settings.appName}: your password has been changed`,
    text: `Hello ${user.username},\n\nyour password was changed on ${isoNow(world)}.\n`,
    username: user.username,
  })
  return page(messagePage(world.settings.appName, 'Your password has been changed.'))
}

function forgetReset(user: StoredUser): void {
  const { passwordReset: _done, ...kmd } = user.kmd
  user.kmd = kmd
}
