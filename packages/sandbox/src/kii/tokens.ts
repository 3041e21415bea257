import type { Json } from '../json.js'
import { randomToken } from '../random-ids.js'
import type { KiiWorld } from './call.js'
import type { KiiToken, KiiUser } from './data.js'
import { invalidInput } from './errors.js'
import { addToken, removeToken, tokensOfUser } from './indexes.js'
import { unlimitedLifetime } from './settings.js'

export interface IssuedToken {
  readonly accessToken: string
  readonly refreshToken?: string
  /** Seconds. */
  readonly expiresIn: number
  /** What the token is good for; absent for everything. */
  readonly scope?: string
}

/** Gives a user one more session. Pseudo users never get a refresh token. */
export function issueUserToken(world: KiiWorld, user: KiiUser, expiresAt?: number): IssuedToken {
  const { refreshTokenEnabled, defaultTokenLifetime: lifetime } = world.settings
  const withRefresh = refreshTokenEnabled && user.passwordHash !== undefined
  return store(world, { kind: 'user', id: user.userID, ...(withRefresh ? { refreshToken: randomToken() } : {}) }, { lifetime, expiresAt })
}

/** What the password alone gives a user who has enrolled in the second factor. */
export function issueLimitedToken(world: KiiWorld, { userID }: KiiUser): IssuedToken {
  const { limitedTokenScope, limitedTokenLifetime: lifetime } = world.settings
  const issued = store(world, { kind: 'user', id: userID, limited: true }, { lifetime })
  return { ...issued, scope: limitedTokenScope }
}

/** A token of the app itself; it lives for ever unless a date is given. */
export function issueAppToken(world: KiiWorld, kind: 'admin' | 'anonymous', id: string, expiresAt?: number): IssuedToken {
  return store(world, { kind, id }, { lifetime: unlimitedLifetime, expiresAt })
}

/** The `expiresAt` of a request: an instant in milliseconds, not past the app's maximum. */
export function requestedExpiry(world: KiiWorld, { expiresAt }: Json): number | undefined {
  if (expiresAt === undefined || expiresAt === null) return undefined
  const instant = Number(expiresAt)
  if (!Number.isFinite(instant) || instant <= world.clock.now()) throw invalidInput('expiresAt must be a future instant in milliseconds')
  if (instant > world.clock.now() + world.settings.maxTokenLifetime * 1_000) throw invalidInput('expiresAt exceeds the maximum lifetime')
  return instant
}

/** Ends every session of a user, refresh tokens included. */
export function revokeTokens({ data }: KiiWorld, user: KiiUser): void {
  for (const accessToken of tokensOfUser(data, user)) removeToken(data, accessToken)
}

/** How long a token lives: `lifetime` seconds, unless a date is given. */
interface Life {
  readonly lifetime: number
  readonly expiresAt?: number | undefined
}

function store({ data, clock }: KiiWorld, token: Omit<KiiToken, 'createdAt' | 'expiresAt'>, life: Life): IssuedToken {
  const accessToken = randomToken()
  const createdAt = clock.now()
  const { lifetime, expiresAt = createdAt + lifetime * 1_000 } = life
  // Not by a spread, as in the views.
  addToken(data, accessToken, Object.assign({}, token, { createdAt, expiresAt }))
  return {
    accessToken,
    expiresIn: Math.floor((expiresAt - createdAt) / 1_000),
    ...(token.refreshToken === undefined ? {} : { refreshToken: token.refreshToken }),
  }
}
