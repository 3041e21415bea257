import { createHash } from 'node:crypto'
import { randomToken } from '../../random-ids.js'
import { entry, type Identity, type KinveyWorld, type MicToken } from '../data.js'

/** The token, as long as it lives. */
export function liveMicToken({ data, clock }: KinveyWorld, accessToken: string): MicToken | undefined {
  const token = entry(data.mic.tokens, accessToken)
  return token !== undefined && clock.now() < token.expiresAt ? token : undefined
}

/** The `kinveyAuth` identity that the access token stands for. */
export function micIdentity(world: KinveyWorld, accessToken: string): (Identity & { readonly id: string }) | undefined {
  const token = liveMicToken(world, accessToken)
  return token && { id: token.username, audience: token.clientId, access_token: accessToken, refresh_token: token.refreshToken }
}

export interface TokenReply {
  readonly access_token: string
  readonly token_type: 'Bearer'
  /** Seconds. */
  readonly expires_in: number
  readonly refresh_token: string
}

export function issueMicTokens({ data, clock, settings }: KinveyWorld, username: string, clientId: string): TokenReply {
  const accessToken = randomToken()
  const refreshToken = randomToken()
  data.mic.tokens[accessToken] = { username, clientId, refreshToken, expiresAt: clock.now() + settings.micTokenLifetime }
  data.mic.refreshTokens[refreshToken] = accessToken
  return {
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: Math.floor(settings.micTokenLifetime / 1000),
    refresh_token: refreshToken,
  }
}

/** New tokens for a refresh token, which dies with its access token. `undefined` where it is not the client's, or used. */
export function rotateMicTokens(world: KinveyWorld, refreshToken: string, clientId: string): TokenReply | undefined {
  const { tokens, refreshTokens } = world.data.mic
  const accessToken = entry(refreshTokens, refreshToken)
  const token = accessToken === undefined ? undefined : entry(tokens, accessToken)
  if (accessToken === undefined || token?.clientId !== clientId) return undefined
  delete tokens[accessToken]
  delete refreshTokens[refreshToken]
  return issueMicTokens(world, token.username, clientId)
}

/** Whether the verifier is the one that the challenge was made of; without a challenge none is asked for. */
export const isVerifier = (challenge: string | undefined, verifier = ''): boolean =>
  challenge === undefined || createHash('sha256').update(verifier).digest('base64url') === challenge
