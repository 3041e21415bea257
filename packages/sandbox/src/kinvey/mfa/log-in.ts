import type { Json } from '../../json.js'
import { randomToken } from '../../random-ids.js'
import type { VendorResponse } from '../../world.js'
import { objectBody, requiredText } from '../body.js'
import { type Call, type MfaCaller, noContent, ok } from '../call.js'
import type { Authenticator, KinveyWorld, MfaSession, StoredUser } from '../data.js'
import { KinveyRefusal } from '../errors.js'
import { logInSession } from '../sessions.js'
import { userDocument } from '../users.js'
import { checkCode, trustDevice, verifiedAuthenticators } from './factors.js'

const maximumWrongCodes = 10

/** What a log-in is answered with whose password was right. Without an authenticator the session serves to set one up. */
export function beginMfa({ data, clock, settings }: KinveyWorld, user: StoredUser): Json {
  const mfaSessionToken = randomToken()
  data.mfaSessions[mfaSessionToken] = { userId: user._id, expiresAt: clock.now() + settings.mfaSessionLifetime, wrongCodes: 0 }
  const authenticators = verifiedAuthenticators(user).map(shown)
  return { mfaRequired: true, userId: user._id, mfaSessionToken, authenticators }
}

export const shown = ({ id, name }: Authenticator): Json => ({ id, name, type: 'totp' })

/** `POST /user/:kid/mfa/challenge` with `{authenticatorId}`. */
export function challenge(call: Call<MfaCaller>): VendorResponse {
  const authenticatorId = requiredText(objectBody(call.request), 'authenticatorId')
  change(call, { authenticatorId: chosen(call, authenticatorId).id })
  return noContent
}

/** `POST /user/:kid/mfa/complete` with `{code, createDeviceToken}`. */
export function completeMfa(call: Call<MfaCaller>): VendorResponse {
  const { world, caller } = call
  const body = objectBody(call.request)
  const authenticator = chosen(call, caller.session.authenticatorId)
  try {
    checkCode(world, authenticator, body)
  } catch (error) {
    countWrongCode(call)
    throw error
  }
  const { user, token } = caller
  delete world.data.mfaSessions[token]
  const authToken = logInSession(world, user)
  return ok({ user: userDocument(user), authToken, ...(body.createDeviceToken === true && { deviceToken: trustDevice(world, user) }) })
}

function chosen({ caller }: Call<MfaCaller>, id: string | undefined): Authenticator {
  const found = verifiedAuthenticators(caller.user).find((authenticator) => authenticator.id === id)
  if (found === undefined) throw new KinveyRefusal('EntityNotFound')
  return found
}

function countWrongCode(call: Call<MfaCaller>): void {
  const wrongCodes = call.caller.session.wrongCodes + 1
  if (wrongCodes < maximumWrongCodes) change(call, { wrongCodes })
  else delete call.world.data.mfaSessions[call.caller.token]
}

function change({ world, caller }: Call<MfaCaller>, changes: Partial<MfaSession>): void {
  world.data.mfaSessions[caller.token] = { ...caller.session, ...changes }
}
