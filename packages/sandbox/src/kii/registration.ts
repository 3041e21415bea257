import { hashPassword } from '../passwords.js'
import { randomHex } from '../random-ids.js'
import type { VendorResponse } from '../world.js'
import { alreadyExists, requireFree, setFirstAddress } from './addresses.js'
import { type Attributes, attributesOf, checkedPassword, hasIdentity } from './attributes.js'
import { contentType, created, type Handler, jsonBody, type KiiCall, type KiiWorld } from './call.js'
import { channels } from './channels.js'
import type { KiiUser } from './data.js'
import { invalidInput } from './errors.js'
import { byLoginName } from './find-user.js'
import { addUser } from './indexes.js'
import { issueUserToken } from './tokens.js'
import { fullView } from './user-view.js'

/** `POST /users`: the content type decides whether a session comes with the user, and only then may he be a pseudo user. */
export const register: Handler = async (call) => {
  const { world, request } = call
  const withSession = contentType(request).includes('registrationandauthorizationrequest')
  const attributes = attributesOf(jsonBody(request), world.settings)
  const pseudo = withSession && attributes.password === undefined && !hasIdentity(attributes)
  if (!pseudo) requireCredentials(world, attributes)
  const passwordHash = attributes.password === undefined ? undefined : await hashPassword(attributes.password)
  const user = registerUser(call, attributes, passwordHash)
  return withSession ? sessionReply(call, user) : registered(call, user, 'RegistrationResponse', {})
}

/** What makes a user able to sign in: a password, and an identifier that does not wait for its verification. */
export function requireCredentials({ settings }: KiiWorld, attributes: Attributes): void {
  checkedPassword(attributes.password, settings)
  if (!hasIdentity(attributes)) throw invalidInput('one of loginName, emailAddress or phoneNumber is needed')
  const usable =
    attributes.loginName !== undefined ||
    channels.some((channel) => attributes[channel.field] !== undefined && !channel.verificationRequired(settings))
  if (!usable) throw invalidInput('an address that requires verification cannot be the only identifier')
}

/** Fails with USER_ALREADY_EXISTS where the login name or a verified address is somebody else's. */
export function requireFreeIdentity(world: KiiWorld, attributes: Attributes, except?: KiiUser): void {
  const { loginName } = attributes
  const owner = loginName === undefined ? undefined : byLoginName(world, loginName)
  if (loginName !== undefined && owner !== undefined && owner !== except) throw alreadyExists(world, 'loginName', loginName)
  for (const channel of channels) {
    const value = attributes[channel.field]
    if (value !== undefined) requireFree(world, channel, value, except)
  }
}

/** Checks and adds without waiting in between, so that two registrations of one name cannot both succeed. */
function registerUser(call: KiiCall, attributes: Attributes, passwordHash: string | undefined): KiiUser {
  requireFreeIdentity(call.world, attributes)
  const user = insertUser(call.world, attributes, passwordHash)
  for (const channel of channels) {
    const value = attributes[channel.field]
    if (value !== undefined) setFirstAddress(call, user, channel, value)
  }
  return user
}

/** Adds a user without any address. */
export function insertUser({ data, clock }: KiiWorld, attributes: Attributes, passwordHash: string | undefined): KiiUser {
  const { loginName, displayName, country, locale, custom } = attributes
  const now = clock.now()
  data.lastInternalUserID += 1
  const user: KiiUser = {
    userID: `${randomHex(12)}-${randomHex(4)}-${randomHex(4)}-${randomHex(4)}-${randomHex(8)}`,
    internalUserID: data.lastInternalUserID,
    ...(loginName === undefined ? {} : { loginName }),
    ...(displayName === undefined ? {} : { displayName }),
    ...(country === undefined ? {} : { country }),
    ...(locale === undefined ? {} : { locale }),
    email: { proved: false },
    phone: { proved: false },
    ...(passwordHash === undefined ? {} : { passwordHash, passwordChangedAt: now }),
    disabled: false,
    custom,
    createdAt: now,
    modifiedAt: now,
  }
  addUser(data, user)
  return user
}

function sessionReply(call: KiiCall, user: KiiUser): VendorResponse {
  const { accessToken, refreshToken } = issueUserToken(call.world, user)
  return registered(call, user, 'RegistrationAndAuthorizationResponse', {
    _accessToken: accessToken,
    ...(refreshToken === undefined ? {} : { _refreshToken: refreshToken }),
  })
}

function registered(call: KiiCall, user: KiiUser, type: string, tokens: Readonly<Record<string, string>>): VendorResponse {
  return created(call, type, `users/${user.userID}`, { ...fullView(user, call.world.settings), ...tokens })
}
