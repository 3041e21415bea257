import { newTotpSecret } from '../../totp.js'
import type { VendorResponse } from '../../world.js'
import { objectBody, requiredText } from '../body.js'
import { type Call, type MasterCaller, type MfaCaller, noContent, ok, param, type UserCaller } from '../call.js'
import type { Authenticator, StoredUser } from '../data.js'
import { KinveyRefusal } from '../errors.js'
import { newId, userById } from '../users.js'
import { changeFactors, checkCode, factorsOf, hasSecondFactor, newRecoveryCodes, verifiedAuthenticators } from './factors.js'
import { shown } from './log-in.js'

type Owner = Call<UserCaller | MasterCaller>
type Enroller = Call<UserCaller | MasterCaller | MfaCaller>

/** The user whose factors the call is about: oneself, or anybody for the master secret. */
function ownerOf(call: Enroller): StoredUser {
  const { caller, world } = call
  const id = param(call, 'id')
  // A password alone sets up the first authenticator; the next one needs the first.
  const mayCall = caller.kind === 'master' || (caller.user._id === id && (caller.kind === 'user' || !hasSecondFactor(caller.user)))
  if (!mayCall) throw new KinveyRefusal('InsufficientCredentials')
  const user = userById(world, id)
  if (user === undefined) throw new KinveyRefusal('UserNotFound')
  return user
}

function authenticatorOf(call: Enroller, user: StoredUser): Authenticator {
  const found = factorsOf(user).authenticators.find(({ id }) => id === param(call, 'authenticator'))
  if (found === undefined) throw new KinveyRefusal('EntityNotFound')
  return found
}

/** `GET /user/:kid/:id/authenticators`. */
export const listAuthenticators = (call: Owner): VendorResponse => ok(verifiedAuthenticators(ownerOf(call)).map(shown))

/** `POST /user/:kid/:id/authenticators` with `{name, type: 'totp'}`: one that counts as soon as a code of it is given. */
export function createAuthenticator(call: Enroller): VendorResponse {
  const user = ownerOf(call)
  const body = objectBody(call.request)
  if (body.type !== 'totp') throw new KinveyRefusal('InputValidationFailed', 'type must be totp')
  const authenticator = { id: newId(call.world), name: requiredText(body, 'name'), secret: newTotpSecret(), verified: false }
  changeFactors(user, { authenticators: [...factorsOf(user).authenticators, authenticator] })
  return { status: 201, body: { ...shown(authenticator), config: { secret: authenticator.secret } } }
}

/** `POST /user/:kid/:id/authenticators/:authenticator/verify` with `{code}`. The first one brings the recovery codes. */
export function verifyAuthenticator(call: Enroller): VendorResponse {
  const user = ownerOf(call)
  const authenticator = authenticatorOf(call, user)
  checkCode(call.world, authenticator, objectBody(call.request))
  const isFirst = !hasSecondFactor(user)
  const authenticators = factorsOf(user).authenticators.map((one) => (one === authenticator ? { ...one, verified: true } : one))
  changeFactors(user, { authenticators, ...(isFirst && { recoveryCodes: newRecoveryCodes() }) })
  return ok(isFirst ? { recoveryCodes: factorsOf(user).recoveryCodes } : {})
}

/** `DELETE /user/:kid/:id/authenticators/:authenticator`. Without any, codes and trusted devices mean nothing and are dropped. */
export function removeAuthenticator(call: Owner): VendorResponse {
  const user = ownerOf(call)
  const removed = authenticatorOf(call, user)
  changeFactors(user, { authenticators: factorsOf(user).authenticators.filter((one) => one !== removed) })
  if (!hasSecondFactor(user)) changeFactors(user, { recoveryCodes: [], devices: {} })
  return noContent
}

/** `GET /user/:kid/:id/recovery-codes`: those that are not used yet. */
export const listRecoveryCodes = (call: Owner): VendorResponse => ok({ recoveryCodes: factorsOf(ownerOf(call)).recoveryCodes })

/** `POST /user/:kid/:id/recovery-codes`: others in place of all. */
export function regenerateRecoveryCodes(call: Owner): VendorResponse {
  const user = ownerOf(call)
  if (!hasSecondFactor(user)) throw new KinveyRefusal('BadRequest', 'The user has no authenticator')
  changeFactors(user, { recoveryCodes: newRecoveryCodes() })
  return listRecoveryCodes(call)
}
