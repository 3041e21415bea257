import type { Json } from '../json.js'
import { verifyPassword } from '../passwords.js'
import type { VendorRequest, VendorResponse } from '../world.js'
import { contentType, type Handler, jsonBody, type KiiWorld } from './call.js'
import { KiiError, toOauthErrorReply } from './errors.js'
import { userOfSignIn } from './find-user.js'
import { removeToken, tokenByRefreshToken } from './indexes.js'
import { completeSignIn } from './second-factor.js'
import { type IssuedToken, issueAppToken, issueLimitedToken, issueUserToken, requestedExpiry } from './tokens.js'

/** `POST /oauth2/token` and `POST /apps/{id}/oauth2/token`: the only endpoint whose errors have OAuth's shape. */
export const tokenEndpoint: Handler = async ({ request, world }) => {
  try {
    return await grant(world, request, parameters(request))
  } catch (error) {
    if (error instanceof KiiError) return toOauthErrorReply(error)
    throw error
  }
}

function grant(world: KiiWorld, request: VendorRequest, body: Json): VendorResponse | Promise<VendorResponse> {
  switch (body.grant_type ?? impliedGrant(body)) {
    case 'password':
      return signIn(world, body)
    case 'refresh_token':
      return refresh(world, body)
    case 'client_credentials':
      return appToken(world, body)
    case 'mfa':
      return secondFactor(world, request, body)
    default:
      throw new KiiError('unsupported_grant_type', 'The grant type is missing or not supported')
  }
}

/** The older form names no grant; a form-encoded request must. */
function impliedGrant(body: Json): string | undefined {
  if ('username' in body) return 'password'
  return 'client_id' in body ? 'client_credentials' : undefined
}

function parameters(request: VendorRequest): Json {
  if (!contentType(request).includes('application/x-www-form-urlencoded')) return jsonBody(request)
  const form = Object.fromEntries(new URLSearchParams(request.body))
  if (!('grant_type' in form)) throw new KiiError('invalid_request', 'grant_type is missing')
  return form
}

async function signIn(world: KiiWorld, body: Json): Promise<VendorResponse> {
  const { username, password } = body
  if (typeof username !== 'string' || typeof password !== 'string') throw new KiiError('invalid_request', 'username or password is missing')
  const expiresAt = requestedExpiry(world, body)
  const user = userOfSignIn(world, username)
  const hash = user?.passwordHash
  const fits = hash !== undefined && (await verifyPassword(password, hash))
  // The password may have been changed and the user deleted or disabled while the hash was computed.
  if (!fits || user === undefined || user.disabled || world.data.users[user.userID]?.passwordHash !== hash) {
    throw new KiiError('invalid_grant', 'The user was not found or a wrong password was provided')
  }
  const issued = user.secondFactor === undefined ? issueUserToken(world, user, expiresAt) : issueLimitedToken(world, user)
  return tokenReply(user.userID, issued)
}

function secondFactor(world: KiiWorld, request: VendorRequest, body: Json): VendorResponse {
  const { user, issued } = completeSignIn(world, request, body)
  return tokenReply(user.userID, issued)
}

/** A refresh token works once, and takes the access token with it. */
function refresh(world: KiiWorld, body: Json): VendorResponse {
  const { refresh_token: refreshToken } = body
  const old = typeof refreshToken === 'string' ? tokenByRefreshToken(world.data, refreshToken) : undefined
  const user = old === undefined ? undefined : world.data.users[world.data.tokens[old]?.id ?? '']
  if (old === undefined || user === undefined) throw new KiiError('WRONG_REFRESH_TOKEN', 'The refresh token is not valid')
  const issued = issueUserToken(world, user, requestedExpiry(world, body))
  removeToken(world.data, old)
  return tokenReply(user.userID, issued)
}

/** The administrator's token, or with the app's own id and key a token for nobody. The key is not checked: any value works. */
function appToken(world: KiiWorld, body: Json): VendorResponse {
  const { client_id: id, client_secret: secret } = body
  const expiresAt = requestedExpiry(world, body)
  if (id === world.appId) return tokenReply(world.appId, issueAppToken(world, 'anonymous', world.appId, expiresAt))
  const { clientId, clientSecret } = world.settings
  if (id !== clientId || secret !== clientSecret)
    throw new KiiError('invalid_grant', 'The client was not found or a wrong secret was provided')
  return tokenReply(clientId, issueAppToken(world, 'admin', clientId, expiresAt))
}

function tokenReply(id: string, { accessToken, refreshToken, expiresIn, scope }: IssuedToken): VendorResponse {
  return {
    status: 200,
    body: {
      id,
      access_token: accessToken,
      expires_in: expiresIn,
      token_type: 'bearer',
      ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
      ...(scope === undefined ? {} : { scope }),
    },
  }
}
