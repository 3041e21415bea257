import type { Json } from '../json.js'
import { hashPassword, verifyPassword } from '../passwords.js'
import type { VendorResponse } from '../world.js'
import { aclIn, attributesIn } from './attributes.js'
import { objectBody, optionalText } from './body.js'
import { type Call, type MasterCaller, ok, param, type UserCaller } from './call.js'
import { isoNow, type KinveyWorld, type StoredUser } from './data.js'
import { KinveyRefusal } from './errors.js'
import { ownToken, writableUser } from './permissions.js'
import { closeAllSessions, openSession } from './sessions.js'
import { linkedIdentities } from './social-identities.js'
import { documentWithToken, emailOf, storeUser, userByUsername } from './users.js'
import { forgetVerification, sendAutomaticVerification } from './verification.js'

/**
 * `PUT /user/:kid/:id`. SDKs send the whole cached user: its `_kmd`, its creator, and a password that may be the old one.
 * The reply carries a live token, because every SDK since 3.x replaces its stored session by it.
 */
export async function updateUser(call: Call<UserCaller | MasterCaller>): Promise<VendorResponse> {
  const { world, caller } = call
  const id = param(call, 'id')
  const body = objectBody(call.request)
  const passwordHash = await newPasswordHash(writableUser(call, id), optionalText(body, 'password'))

  // From here to the end nothing waits, so that no other request comes in between.
  const previous = writableUser(call, id)
  const user = { ...previous, ...changedFields(call, previous, body), kmd: { ...previous.kmd, lmt: isoNow(world) } }
  storeUser(world, user)
  if (emailOf(user) !== emailOf(previous)) emailChanged(call, user)
  const token = ownToken(caller, user)
  if (passwordHash === undefined) return ok(documentWithToken(user, token))
  setPassword(world, user, passwordHash)
  const renewed = token !== undefined && world.settings.tokenOnPasswordChange === 'renew'
  return ok(documentWithToken(user, renewed ? openSession(world, user) : token))
}

async function newPasswordHash(user: StoredUser, password: string | undefined): Promise<string | undefined> {
  if (password === undefined || (await verifyPassword(password, user.passwordHash))) return undefined
  return hashPassword(password)
}

export function setPassword(world: KinveyWorld, user: StoredUser, passwordHash: string): void {
  user.passwordHash = passwordHash
  user.kmd = { ...user.kmd, lmt: isoNow(world) }
  if (world.settings.tokenOnPasswordChange === 'renew') closeAllSessions(world, user)
}

type Changes = Pick<StoredUser, 'username' | 'implicit' | 'attributes' | 'socialIdentity' | 'acl'>

function changedFields({ world, caller }: Call<UserCaller | MasterCaller>, user: StoredUser, body: Json): Changes {
  const username = optionalText(body, 'username') ?? user.username
  const holder = userByUsername(world, username)
  if (holder !== undefined && holder !== user) throw new KinveyRefusal('UserAlreadyExists')
  const attributes = attributesIn(body)
  const socialIdentity = linkedIdentities(world, user, body, caller.kind === 'master')
  return {
    username,
    implicit: user.implicit && username === user.username && Object.keys(socialIdentity).length === 0,
    attributes: world.settings.putSemantics === 'merge' ? { ...user.attributes, ...attributes } : attributes,
    socialIdentity,
    acl: body._acl === undefined ? user.acl : aclIn(body, user.acl.creator),
  }
}

function emailChanged(call: Call, user: StoredUser): void {
  forgetVerification(user)
  sendAutomaticVerification(call, user)
}
