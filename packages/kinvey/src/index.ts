import { defineVendor } from '@userport/core'
import { adoptable } from './adoptable.js'
import { capabilities } from './capabilities.js'
import { KinveyConfig } from './config.js'
import { deskOf } from './desk.js'
import { endpoints } from './endpoints.js'
import { errors } from './errors.js'
import { extension } from './extension.js'
import { account } from './operations-account.js'
import { identities } from './operations-identities.js'
import { others } from './operations-others.js'
import { sessions } from './operations-sessions.js'
import { parseResetLink } from './reset-link.js'
import { rules } from './rules.js'
import { brokenInput } from './rules-input.js'

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
  accessToken: ({ secrets: { token } }) => (token === undefined ? null : { token }),
  check: brokenInput,

  operations: (calls, context, config) => {
    const desk = deskOf(calls, context, config)
    return { ...sessions(desk), ...identities(desk), ...account(desk), ...others(desk) }
  },
})

export { capabilities } from './capabilities.js'
export type { Authenticator } from './codecs.js'
export { KinveyConfig } from './config.js'
export { createKinveyEmailVerification, type KinveyEmailVerification } from './email-verification.js'
export type { AuthenticatorId, KinveyExtension, NewAuthenticator } from './extension.js'
export { createMobileIdentityConnect, type MicLogIn, type MicRequest, type MobileIdentityConnect } from './mobile-identity-connect.js'
export { rules } from './rules.js'

/** Kinvey without state: the caller keeps the sessions. For servers. */
export const createKinveyBackend = kinvey.createBackend

/** Kinvey with one active user. For apps. */
export const createKinvey = kinvey.createProvider
