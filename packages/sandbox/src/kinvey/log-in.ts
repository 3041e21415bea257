import type { VendorResponse } from '../world.js'
import { refuseIdentities } from './attributes.js'
import { userByPassword } from './authentication.js'
import { objectBody, requiredText } from './body.js'
import { type AppCaller, type Call, type MasterCaller, noContent, ok, param, type UserCaller } from './call.js'
import { isoNow } from './data.js'
import { ownToken, writableUser } from './permissions.js'
import { closeAllSessions, closeSession, openSession } from './sessions.js'
import { documentWithToken, userDocument } from './users.js'

/** `POST /user/:kid/login`. */
export async function logIn(call: Call<AppCaller | MasterCaller>): Promise<VendorResponse> {
  const body = objectBody(call.request)
  refuseIdentities(body)
  const { world } = call
  const user = await userByPassword(world, requiredText(body, 'username'), requiredText(body, 'password'))
  user.kmd = { ...user.kmd, llt: isoNow(world) }
  const token = openSession(world, user)
  return call.apiVersion >= 6 && world.settings.wrapV6Login
    ? ok({ mfaRequired: false, user: userDocument(user), authToken: token })
    : ok(documentWithToken(user, token))
}

/** `POST /user/:kid/_logout`. */
export function logOut({ world, caller }: Call<UserCaller>): VendorResponse {
  if (caller.token !== undefined) closeSession(world, caller.token)
  return noContent
}

/** `GET /user/:kid/_me`. */
export const me = ({ caller }: Call<UserCaller>): VendorResponse => ok(documentWithToken(caller.user, ownToken(caller, caller.user)))

/** `DELETE /user/:kid/:id/tokens`: out everywhere. */
export function invalidateTokens(call: Call<UserCaller | MasterCaller>): VendorResponse {
  closeAllSessions(call.world, writableUser(call, param(call, 'id')))
  return noContent
}
