import type { Json } from '../json.js'
import { randomHex } from '../random-ids.js'
import { newTotpSecret, totpCode } from '../totp.js'
import type { VendorRequest } from '../world.js'
import type { KiiWorld } from './call.js'
import { bearerToken } from './caller.js'
import { countWrongTry } from './codes.js'
import type { KiiToken, KiiUser, SecondFactor } from './data.js'
import { KiiError } from './errors.js'
import { byId, userNotFound } from './find-user.js'
import { removeToken } from './indexes.js'
import { type IssuedToken, issueUserToken, requestedExpiry } from './tokens.js'

const stepMilliseconds = 30_000

/** Enrols a user; from now on the password alone gives a limited token. How an app enrols its users at Kii is unknown. */
export function enrolSecondFactor(world: KiiWorld, userID: string): SecondFactor {
  const user = byId(world, userID) ?? userNotFound(world, userID)
  user.secondFactor = { secret: newTotpSecret(), recoveryCodes: Array.from({ length: 8 }, () => randomHex(10)) }
  return user.secondFactor
}

/** The grant `mfa`: a code together with the limited token gives the full token, and the limited one dies. */
export function completeSignIn(world: KiiWorld, request: VendorRequest, body: Json): { user: KiiUser; issued: IssuedToken } {
  const { accessToken, token, user, factor } = limitedSession(world, request)
  if (!useTotp(world, factor, body.totp_code) && !useRecoveryCode(factor, body.recovery_code)) {
    countWrongTry(world, token, () => removeToken(world.data, accessToken))
    throw refused()
  }
  const issued = issueUserToken(world, user, requestedExpiry(world, body))
  removeToken(world.data, accessToken)
  return { user, issued }
}

interface LimitedSession {
  readonly accessToken: string
  readonly token: KiiToken
  readonly user: KiiUser
  readonly factor: SecondFactor
}

function limitedSession(world: KiiWorld, request: VendorRequest): LimitedSession {
  const { data, clock } = world
  const accessToken = bearerToken(request) ?? ''
  const token = Object.hasOwn(data.tokens, accessToken) ? data.tokens[accessToken] : undefined
  const user = token?.limited ? byId(world, token.id) : undefined
  if (token === undefined || token.expiresAt <= clock.now() || user?.secondFactor === undefined) throw refused()
  return { accessToken, token, user, factor: user.secondFactor }
}

/** A clock may be one step off, and a code works once. */
function useTotp({ clock }: KiiWorld, factor: SecondFactor, code: unknown): boolean {
  const now = Math.floor(clock.now() / stepMilliseconds)
  const step = [now, now - 1, now + 1].find(
    (one) => one > (factor.lastStep ?? -1) && totpCode(factor.secret, one * stepMilliseconds) === code,
  )
  if (step === undefined) return false
  factor.lastStep = step
  return true
}

function useRecoveryCode(factor: SecondFactor, code: unknown): boolean {
  const left = factor.recoveryCodes.filter((one) => one !== code)
  if (left.length === factor.recoveryCodes.length) return false
  factor.recoveryCodes = left
  return true
}

const refused = (): KiiError => new KiiError('invalid_grant', 'The code is not valid')
