import { randomUUID } from 'node:crypto'
import type { Json } from '../json.js'
import { hashPassword } from '../passwords.js'
import type { VendorResponse } from '../world.js'
import { objectBody, optionalText } from './body.js'
import type { AppCaller, Call, MasterCaller } from './call.js'
import type { KinveyWorld, StoredUser } from './data.js'
import { KinveyRefusal } from './errors.js'
import { withImportedFields } from './import-user.js'
import { newUser } from './new-user.js'
import { logInSession } from './sessions.js'
import { free, newIdentities } from './social-identities.js'
import { documentWithToken, emailOf, storeUser } from './users.js'
import { sendAutomaticVerification } from './verification.js'

type Creator = AppCaller | MasterCaller

/**
 * `POST /user/:kid`. What the body leaves out of username and password is generated: an empty body makes an implicit user,
 * one with an identity a user who can come again by it.
 */
export function createUser(call: Call<Creator>): Promise<VendorResponse> {
  const body = objectBody(call.request)
  return call.request.header('x-kinvey-master-create-user') === 'true' ? importUser(call, body) : signUp(call, body)
}

async function signUp(call: Call<Creator>, body: Json): Promise<VendorResponse> {
  const { world } = call
  const { password, hash } = await passwordOf(body)
  const socialIdentity = newIdentities(world, body)
  const made = newUser(world, body, hash)
  const user = { ...made, socialIdentity, implicit: made.implicit && Object.keys(socialIdentity).length === 0 }
  if (world.settings.emailVerification.required && emailOf(user) === undefined) {
    throw new KinveyRefusal('EmailVerificationRequired', 'An email address is required')
  }
  storeUser(world, user)
  sendAutomaticVerification(call, user)
  // From API version 6 on, signing up does not sign in.
  return created(world, user, password, call.apiVersion >= 6 ? undefined : logInSession(world, user))
}

/** Opens no session and mails nobody: the user is not there to sign up. */
async function importUser(call: Call<Creator>, body: Json): Promise<VendorResponse> {
  if (call.caller.kind !== 'master') throw new KinveyRefusal('InsufficientCredentials')
  if (typeof body.password === 'object' && body.password !== null) {
    throw new KinveyRefusal('FeatureUnavailable', 'Foreign password hashes are not available')
  }
  const { world } = call
  const { password, hash } = await passwordOf(body)
  const user = withImportedFields(newUser(world, body, hash), body)
  free(world, user.socialIdentity)
  storeUser(world, user)
  return created(world, user, password, undefined)
}

/** The body's password or a generated one, with its hash. */
async function passwordOf(body: Json): Promise<{ readonly password: string; readonly hash: string }> {
  const password = optionalText(body, 'password') ?? randomUUID()
  return { password, hash: await hashPassword(password) }
}

const created = (world: KinveyWorld, user: StoredUser, password: string, token: string | undefined): VendorResponse => ({
  status: 201,
  headers: { location: `/user/${world.appId}/${encodeURIComponent(user._id)}` },
  body: Object.assign(documentWithToken(user, token), { password }),
})
