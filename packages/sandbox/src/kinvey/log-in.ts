import type { Json } from '../json.js'
import type { VendorResponse } from '../world.js'
import { identitiesIn } from './attributes.js'
import { refuseBarredUser, refuseUnverified, userByPassword } from './authentication.js'
import { objectBody, requiredText } from './body.js'
import { type AppCaller, type Call, type MasterCaller, noContent, ok, param, type UserCaller } from './call.js'
import { KinveyRefusal } from './errors.js'
import { forgetDevices, hasSecondFactor, passesSecondFactor } from './mfa/factors.js'
import { beginMfa } from './mfa/log-in.js'
import { liveMicToken } from './mic/tokens.js'
import { ownToken, writableUser } from './permissions.js'
import { closeAllSessions, closeSession, logInSession } from './sessions.js'
import { micProvider, vouchedFor } from './social-identities.js'
import { documentWithToken, storeUser, userByIdentity, userDocument } from './users.js'

type LogIn = Call<AppCaller | MasterCaller>

/** `POST /user/:kid/login`, by password or by the identity of a third party. */
export function logIn(call: LogIn): Promise<VendorResponse> | VendorResponse {
  const body = objectBody(call.request)
  const [identity, ...others] = Object.entries(identitiesIn(body))
  if (identity === undefined) return logInByPassword(call, body)
  if (others.length > 0) throw new KinveyRefusal('ParameterValueOutOfRange', 'One identity at a time')
  return logInByIdentity(call, ...identity)
}

async function logInByPassword({ world, apiVersion }: LogIn, body: Json): Promise<VendorResponse> {
  const user = await userByPassword(world, requiredText(body, 'username'), requiredText(body, 'password'))
  // Second factors came with API version 6; clients of older ones could not answer.
  if (apiVersion >= 6 && !passesSecondFactor(world, user, body)) return ok(beginMfa(world, user))
  const token = logInSession(world, user)
  const isWrapped = apiVersion >= 6 && (world.settings.wrapV6Login || hasSecondFactor(user))
  return ok(isWrapped ? { mfaRequired: false, user: userDocument(user), authToken: token } : documentWithToken(user, token))
}

/** Never wrapped, whatever the version: SDKs read the identity from the plain user. */
function logInByIdentity({ world }: LogIn, provider: string, given: Json | null): VendorResponse {
  const identity = vouchedFor(world, provider, given ?? {})
  const found = userByIdentity(world, provider, identity.id)
  if (found === undefined) throw new KinveyRefusal('UserNotFound')
  refuseBarredUser(world, found)
  refuseUnverified(world, found)
  const user = { ...found, socialIdentity: { ...found.socialIdentity, [provider]: identity } }
  storeUser(world, user)
  const micToken = provider === micProvider ? liveMicToken(world, String(identity.access_token)) : undefined
  return ok(documentWithToken(user, logInSession(world, user, micToken?.expiresAt)))
}

/** `POST /user/:kid/_logout`. */
export function logOut({ world, caller }: Call<UserCaller>): VendorResponse {
  if (caller.token !== undefined) closeSession(world, caller.token)
  return noContent
}

/** `GET /user/:kid/_me`. */
export const me = ({ caller }: Call<UserCaller>): VendorResponse => ok(documentWithToken(caller.user, ownToken(caller, caller.user)))

/** `DELETE /user/:kid/:id/tokens`: out everywhere, and no device is trusted any more. */
export function invalidateTokens(call: Call<UserCaller | MasterCaller>): VendorResponse {
  const user = writableUser(call, param(call, 'id'))
  closeAllSessions(call.world, user)
  forgetDevices(user)
  return noContent
}
