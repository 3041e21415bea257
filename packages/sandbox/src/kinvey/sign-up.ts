import { randomUUID } from 'node:crypto'
import { hashPassword } from '../passwords.js'
import type { VendorResponse } from '../world.js'
import { refuseIdentities } from './attributes.js'
import { objectBody, optionalText } from './body.js'
import type { AppCaller, Call, MasterCaller } from './call.js'
import type { Json, KinveyWorld, StoredUser } from './data.js'
import { KinveyRefusal } from './errors.js'
import { withImportedFields } from './import-user.js'
import { newUser } from './new-user.js'
import { openSession } from './sessions.js'
import { documentWithToken, emailOf, storeUser } from './users.js'
import { sendAutomaticVerification } from './verification.js'

type Creator = AppCaller | MasterCaller

/** `POST /user/:kid`. What the body leaves out of username and password is generated: an empty body makes an implicit user. */
export function createUser(call: Call<Creator>): Promise<VendorResponse> {
  const body = objectBody(call.request)
  return call.request.header('x-kinvey-master-create-user') === 'true' ? importUser(call, body) : signUp(call, body)
}

async function signUp(call: Call<Creator>, body: Json): Promise<VendorResponse> {
  refuseIdentities(body)
  const { world } = call
  const password = optionalText(body, 'password') ?? randomUUID()
  const hash = await hashPassword(password)
  const user = newUser(world, body, hash)
  if (world.settings.emailVerification.required && emailOf(user) === undefined) {
    throw new KinveyRefusal('EmailVerificationRequired', 'An email address is required')
  }
  storeUser(world, user)
  sendAutomaticVerification(call, user)
  // From API version 6 on, signing up does not sign in.
  return created(world, user, password, call.apiVersion >= 6 ? undefined : openSession(world, user))
}

/** Opens no session and mails nobody: the user is not there to sign up. */
async function importUser(call: Call<Creator>, body: Json): Promise<VendorResponse> {
  if (call.caller.kind !== 'master') throw new KinveyRefusal('InsufficientCredentials')
  if (typeof body.password === 'object' && body.password !== null) {
    throw new KinveyRefusal('FeatureUnavailable', 'Foreign password hashes are not available')
  }
  const { world } = call
  const password = optionalText(body, 'password') ?? randomUUID()
  const hash = await hashPassword(password)
  const user = withImportedFields(newUser(world, body, hash), body)
  storeUser(world, user)
  return created(world, user, password, undefined)
}

const created = (world: KinveyWorld, user: StoredUser, password: string, token: string | undefined): VendorResponse => ({
  status: 201,
  headers: { location: `/user/${world.appId}/${encodeURIComponent(user._id)}` },
  body: { ...documentWithToken(user, token), password },
})
