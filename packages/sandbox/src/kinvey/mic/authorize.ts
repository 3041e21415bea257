import { randomToken } from '../../random-ids.js'
import type { VendorResponse } from '../../world.js'
import { type Call, ok, param } from '../call.js'
import { entry, type KinveyWorld, type MicRequest } from '../data.js'
import { page } from '../pages.js'
import { fieldsOf } from './client.js'
import { logInPage } from './log-in-page.js'
import { OAuthRefusal } from './refusal.js'

const logInLifetime = 10 * 60_000
const codeLifetime = 60_000

/** `POST /v3/oauth/auth`: the address to which an app posts the username and the password by itself. */
export function requestLogIn(call: Call): VendorResponse {
  return ok({ temp_login_uri: `${call.request.origin}/v3/oauth/${begin(call, false)}` })
}

/** `GET /v3/oauth/auth`: the page for the user. */
export function showLogIn(call: Call): Promise<VendorResponse> {
  return page(logInPage({ appName: call.world.settings.appName, action: begin(call, true) }))
}

/** Remembers the log-in; returns its address from `/v3/oauth/` on. */
function begin({ request, world }: Call, shownAsPage: boolean): string {
  const { client_id: clientId = '', redirect_uri: redirectUri = '', response_type: responseType, state, ...fields } = fieldsOf(request)
  const { code_challenge: codeChallenge, code_challenge_method: method } = fields
  if (!URL.canParse(redirectUri)) throw new OAuthRefusal('invalid_request', 'redirect_uri must be an absolute address')
  if (responseType !== 'code') throw new OAuthRefusal('unsupported_response_type', 'response_type must be code')
  if (codeChallenge !== undefined && method !== 'S256') throw new OAuthRefusal('invalid_request', 'code_challenge_method must be S256')
  const token = randomToken()
  world.data.mic.logIns[token] = {
    clientId,
    redirectUri,
    shownAsPage,
    expiresAt: world.clock.now() + logInLifetime,
    ...(state !== undefined && { state }),
    ...(codeChallenge !== undefined && { codeChallenge }),
  }
  return `auth/${token}?${new URLSearchParams({ client_id: clientId }).toString()}`
}

/** `POST` to that address, from the page or from the app itself: back to the app with a code. */
export async function submitLogIn(call: Call): Promise<VendorResponse> {
  const { world, request } = call
  const { logIns } = world.data.mic
  const token = param(call, 'login')
  const begun = entry(logIns, token)
  if (begun === undefined || world.clock.now() >= begun.expiresAt)
    throw new OAuthRefusal('invalid_request', 'The log-in is over; begin again')
  const { username = '', password = '', cancel } = fieldsOf(request)
  if (cancel !== undefined) {
    delete logIns[token]
    return redirected(begun, { error: 'access_denied', error_description: 'The user refused' })
  }
  if (isMicUser(world, username, password)) {
    delete logIns[token]
    return redirected(begun, { code: codeFor(world, begun, username) })
  }
  if (!begun.shownAsPage) throw new OAuthRefusal('invalid_grant', 'The username or the password is wrong', 401)
  const action = `?${request.query.toString()}`
  return {
    ...(await page(logInPage({ appName: world.settings.appName, action, message: 'The username or the password is wrong.' }))),
    status: 401,
  }
}

export const isMicUser = ({ settings }: KinveyWorld, username: string, password: string): boolean =>
  password !== '' && entry(settings.micUsers, username) === password

function codeFor({ data, clock }: KinveyWorld, { clientId, redirectUri, codeChallenge }: MicRequest, username: string): string {
  const code = randomToken()
  const expiresAt = clock.now() + codeLifetime
  data.mic.codes[code] = { clientId, redirectUri, username, expiresAt, ...(codeChallenge !== undefined && { codeChallenge }) }
  return code
}

function redirected({ redirectUri, state }: MicRequest, answer: Readonly<Record<string, string>>): VendorResponse {
  const query = new URLSearchParams({ ...answer, ...(state !== undefined && { state }) }).toString()
  // As text: an app's own scheme must come back as it was written.
  return { status: 302, headers: { location: `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${query}` } }
}
