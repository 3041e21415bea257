import type { VendorResponse } from '../world.js'
import { isOver, verifyAddress } from './addresses.js'
import type { Handler, KiiCall } from './call.js'
import { type Channel, email, phone } from './channels.js'
import type { KiiUser } from './data.js'
import { KiiError } from './errors.js'
import { byId } from './find-user.js'
import { resetToChosen, resetToGenerated } from './password-reset.js'

/** The page behind the link of a verification e-mail: opening it is the proof. */
export const verificationPage: Handler = ({ world, request }) => {
  const userID = request.query.get('user') ?? ''
  const user = byId(world, userID)
  if (user === undefined) return gone
  try {
    verifyAddress(world, user, email, request.query.get('code') ?? '')
    return page(200, '<p>Your e-mail address is verified.</p>')
  } catch (error) {
    if (error instanceof KiiError) return gone
    throw error
  }
}

/** The page behind a reset link: a form, or where passwords are made up the reset itself. */
export const resetPage: Handler = async (call) => {
  const link = outstandingLink(call)
  if (link === undefined) return gone
  if (call.world.settings.passwordResetFlow === 'chosen') return form(200, 'Choose a new password.')
  return reset(
    () => resetToGenerated(call.world, link.user, link.channel, stillOutstanding(call)),
    'Your new password is on its way to you.',
  )
}

/** The form of that page, with the field `newPassword`. */
export const submitResetPage: Handler = (call) => {
  const link = outstandingLink(call)
  if (link === undefined || call.world.settings.passwordResetFlow !== 'chosen') return gone
  const newPassword = new URLSearchParams(call.request.body).get('newPassword')
  return reset(() => resetToChosen(call.world, link.user, newPassword, stillOutstanding(call)), 'Your password has been changed.')
}

class LinkUsed extends Error {}

async function reset(act: () => Promise<void>, done: string): Promise<VendorResponse> {
  try {
    await act()
    return page(200, `<p>${done}</p>`)
  } catch (error) {
    if (error instanceof LinkUsed) return gone
    if (error instanceof KiiError) return form(400, error.message)
    throw error
  }
}

function outstandingLink({ world, request }: KiiCall): { readonly user: KiiUser; readonly channel: Channel } | undefined {
  const code = request.query.get('code') ?? ''
  const link = Object.hasOwn(world.data.resetLinks, code) ? world.data.resetLinks[code] : undefined
  if (link === undefined || isOver(world, link, world.settings.resetLinkLifetime)) return undefined
  const user = world.data.users[link.userID]
  return user === undefined || user.disabled ? undefined : { user, channel: link.channel === 'email' ? email : phone }
}

function stillOutstanding(call: KiiCall): () => void {
  return () => {
    if (outstandingLink(call) === undefined) throw new LinkUsed()
  }
}

function page(status: number, body: string): VendorResponse {
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
    body: `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Your account</title><body>${body}</body></html>`,
  }
}

function form(status: number, message: string): VendorResponse {
  return page(
    status,
    `<p>${message}</p><form method="post"><label>New password <input type="password" name="newPassword" required></label><button>Save</button></form>`,
  )
}

const gone = page(410, '<p>This link is not valid any more.</p>')
