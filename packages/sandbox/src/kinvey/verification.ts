import type { VendorResponse } from '../world.js'
import { type Call, noContent, param } from './call.js'
import { isoNow, type KinveyWorld, type StoredUser } from './data.js'
import { KinveyRefusal } from './errors.js'
import { mailLink, openLink } from './mailed-links.js'
import { messagePage, page } from './pages.js'
import { addressedUser, emailOf } from './users.js'

/** The path of the link in the mail is not documented; clients only ever open it. */
export const verificationPage = 'user-email-verification-process'

/** `POST /rpc/:kid/:user/user-email-verification-initiate`. */
export function initiateVerification(call: Call): VendorResponse {
  sendVerification(call, addressedUser(call.world, param(call, 'user')))
  return noContent
}

/** Mails the link and moves the status on. A confirmed address stays confirmed and gets no mail. */
function sendVerification(call: Call, user: StoredUser): void {
  const { world } = call
  const { settings } = world
  const to = emailOf(user)
  if (to === undefined) throw new KinveyRefusal('ParameterValueOutOfRange', 'The user has no email address')
  const previous = user.kmd.emailVerification
  if (previous?.status === 'confirmed') return
  const link = mailLink(call, user, {
    purpose: 'verification',
    email: to,
    page: verificationPage,
    lifetime: settings.verificationLinkLifetime,
  })
  const status = settings.verificationDelivery ?? (previous === undefined ? 'sent' : 'resent')
  user.kmd = { ...user.kmd, emailVerification: { ...previous, status, lastStateChangeAt: isoNow(world), emailAddress: to } }
  const arrives = settings.verificationDelivery === null || settings.verificationDelivery === 'delivered'
  if (!arrives) return
  world.outbox.send({
    channel: 'email',
    to,
    purpose: 'verification',
    subject: `${settings.appName}: verify your email address`,
    text: `Hello ${user.username},\n\nplease verify your email address: ${link}\n`,
    link,
    username: user.username,
  })
}

/** The mail that goes out by itself, to a new user or a new address. */
export function sendAutomaticVerification(call: Call, user: StoredUser): void {
  if (call.world.settings.emailVerification.auto && emailOf(user) !== undefined) sendVerification(call, user)
}

/** `GET` of the link in the mail: opening it is all it takes, and it may be opened again while it lives. The first time another mail says so. */
export function completeVerification(call: Call): Promise<VendorResponse> {
  const { world } = call
  const { user, email } = openLink(call, 'verification')
  if (emailOf(user) !== email) throw new KinveyRefusal('InvalidOrMissingNonce', 'The email address has changed')
  if (user.kmd.emailVerification?.status !== 'confirmed') confirm(world, user, email)
  return page(messagePage(world.settings.appName, 'Your email address is verified.'))
}

function confirm(world: KinveyWorld, user: StoredUser, email: string): void {
  const now = isoNow(world)
  user.kmd = {
    ...user.kmd,
    emailVerification: { status: 'confirmed', lastStateChangeAt: now, lastConfirmedAt: now, emailAddress: email },
  }
  world.outbox.send({
    channel: 'email',
    to: email,
    purpose: 'email-verified',
    subject: `${world.settings.appName}: your email address is verified`,
    text: `Hello ${user.username},\n\nyour email address was verified on ${now}.\n`,
    username: user.username,
  })
}

/** A new address is an unverified one. */
export function forgetVerification(user: StoredUser): void {
  const { emailVerification: _forgotten, ...kmd } = user.kmd
  user.kmd = kmd
}
