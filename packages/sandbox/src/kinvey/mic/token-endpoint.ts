import type { VendorResponse } from '../../world.js'
import type { Call } from '../call.js'
import { entry, type KinveyWorld } from '../data.js'
import { isMicUser } from './authorize.js'
import { authenticatedClient, fieldsOf } from './client.js'
import { OAuthRefusal } from './refusal.js'
import { issueMicTokens, isVerifier, rotateMicTokens, type TokenReply } from './tokens.js'

type Fields = Readonly<Record<string, string>>
type Grant = (world: KinveyWorld, clientId: string, fields: Fields) => TokenReply | undefined

const grants: Readonly<Record<string, Grant>> = {
  authorization_code: (world, clientId, { code = '', redirect_uri: redirectUri, code_verifier: verifier }) => {
    const { codes } = world.data.mic
    const issued = entry(codes, code)
    delete codes[code]
    const isGood =
      issued !== undefined &&
      issued.clientId === clientId &&
      issued.redirectUri === redirectUri &&
      world.clock.now() < issued.expiresAt &&
      isVerifier(issued.codeChallenge, verifier)
    return isGood ? issueMicTokens(world, issued.username, clientId) : undefined
  },
  password: (world, clientId, { username = '', password = '' }) =>
    isMicUser(world, username, password) ? issueMicTokens(world, username, clientId) : undefined,
  // SDKs send the text `undefined` for a redirect URI that they never had.
  refresh_token: (world, clientId, { refresh_token: token = '' }) => rotateMicTokens(world, token, clientId),
}

/** `POST /oauth/token`, with or without the version before it. */
export function micToken(call: Call): VendorResponse {
  const clientId = authenticatedClient(call)
  const fields = fieldsOf(call.request)
  const grant = entry(grants, fields.grant_type ?? '')
  if (grant === undefined)
    throw new OAuthRefusal('unsupported_grant_type', 'grant_type must be authorization_code, password or refresh_token')
  const tokens = grant(call.world, clientId, fields)
  if (tokens === undefined) throw new OAuthRefusal('invalid_grant', 'What was given for a token is wrong, used or expired')
  return { status: 200, headers: { 'cache-control': 'no-store' }, body: tokens }
}
