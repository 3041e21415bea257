import * as t from '#io-ts'
import { Authenticator, KinveyUser } from '../codecs.js'
import { call, endpoint, nothing, type Own, own } from '../request.js'

const texts = t.array(t.string)

/** With the secret to be given to the device, this once. */
const NewAuthenticator = t.intersection([Authenticator, t.type({ config: t.type({ secret: t.string }) })])

/** A user's first authenticator brings recovery codes along. */
const Verified = t.partial({ recoveryCodes: t.union([texts, t.null]) })

const RecoveryCodes = t.type({ recoveryCodes: texts })

/** The end of a sign-in with a second factor. */
const Completed = t.intersection([t.type({ user: KinveyUser, authToken: t.string }), t.partial({ deviceToken: t.string })])

export interface OwnAuthenticator extends Own {
  readonly authenticator: string
}

export interface Coded extends Own {
  readonly code: string
}

const authenticators = ({ session }: Own): string => `${own(session)}/authenticators`
const one = ({ session, authenticator }: OwnAuthenticator): string => `${authenticators({ session })}/${encodeURIComponent(authenticator)}`
const recoveryCodes = ({ session }: Own): string => `${own(session)}/recovery-codes`

/** Second factors: how a sign-in goes on, and what a user sets up for it. They came with API version 6. */
export const secondFactorEndpoints = {
  mfaChallenge: endpoint({
    effect: 'write',
    request: ({ session, authenticator }: OwnAuthenticator, config) =>
      call(config, 'user', { method: 'POST', path: '/mfa/challenge', session, body: { authenticatorId: authenticator } }),
    ...nothing,
  }),

  mfaComplete: endpoint({
    effect: 'write',
    request: ({ session, code, createDeviceToken }: Coded & { readonly createDeviceToken: boolean }, config) =>
      call(config, 'user', { method: 'POST', path: '/mfa/complete', session, body: { code, createDeviceToken } }),
    response: Completed,
    result: ({ user, authToken, deviceToken }) => ({ document: user, token: authToken, deviceToken }),
  }),

  listAuthenticators: endpoint({
    effect: 'read',
    request: ({ session }: Own, config) => call(config, 'user', { method: 'GET', path: authenticators({ session }), session }),
    response: t.array(Authenticator),
    result: (wire) => wire,
  }),

  addAuthenticator: endpoint({
    effect: 'write',
    request: ({ session, name }: Own & { readonly name: string }, config) =>
      call(config, 'user', { method: 'POST', path: authenticators({ session }), session, body: { name, type: 'totp' } }),
    response: NewAuthenticator,
    result: (wire) => wire,
  }),

  verifyAuthenticator: endpoint({
    effect: 'write',
    request: ({ code, ...which }: Coded & OwnAuthenticator, config) =>
      call(config, 'user', { method: 'POST', path: `${one(which)}/verify`, session: which.session, body: { code } }),
    response: Verified,
    result: ({ recoveryCodes: codes }) => codes ?? [],
  }),

  // The slash at the end is what Kinvey's own SDK sends.
  removeAuthenticator: endpoint({
    effect: 'write',
    request: (which: OwnAuthenticator, config) =>
      call(config, 'user', { method: 'DELETE', path: `${one(which)}/`, session: which.session }),
    ...nothing,
  }),

  listRecoveryCodes: endpoint({
    effect: 'read',
    request: ({ session }: Own, config) => call(config, 'user', { method: 'GET', path: recoveryCodes({ session }), session }),
    response: RecoveryCodes,
    result: ({ recoveryCodes: codes }) => codes,
  }),

  renewRecoveryCodes: endpoint({
    effect: 'write',
    request: ({ session }: Own, config) => call(config, 'user', { method: 'POST', path: recoveryCodes({ session }), session }),
    response: RecoveryCodes,
    result: ({ recoveryCodes: codes }) => codes,
  }),
}
