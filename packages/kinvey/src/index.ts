import { defineVendor } from '@userport/core'
import { adoptable } from './adoptable.js'
import { capabilities } from './capabilities.js'
import { KinveyConfig } from './config.js'
import { endpoints } from './endpoints.js'
import { errors } from './errors.js'
import { extension, extensionInput } from './extension.js'
import { brokenInput } from './input.js'
import { operations } from './operations.js'
import { parseResetLink } from './reset-link.js'
import { rules } from './rules.js'

/** Kinvey as a value, e.g. for `createUserProvider(config, { vendors: { kinvey } })`. */
export const kinvey = defineVendor(capabilities)({
  name: 'kinvey',
  rules,
  endpoints,
  errors,
  config: KinveyConfig,
  appId: ({ appKey }) => appKey,
  parseResetLink,
  adoptable,
  extension,
  extensionInput,
  accessToken: ({ secrets: { token } }) => (token === undefined ? null : { token }),
  check: brokenInput,
  operations,
})

export { capabilities } from './capabilities.js'
export type { Authenticator } from './codecs.js'
export { KinveyConfig } from './config.js'
export type { AuthenticatorId, KinveyExtension, NewAuthenticator } from './extension.js'
export { rules } from './rules.js'
export { createKinveyEmailVerification, type KinveyEmailVerification } from './sessionless/email-verification.js'
export {
  createMobileIdentityConnect,
  type MicLogIn,
  type MicRequest,
  type MobileIdentityConnect,
} from './sessionless/mobile-identity-connect.js'

/** Kinvey without state: the caller keeps the sessions. For servers. */
export const createKinveyBackend = kinvey.createBackend

/** Kinvey with one active user. For apps. */
export const createKinvey = kinvey.createProvider
