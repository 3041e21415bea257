import type { Calls, Effect, JsonObject, ResetLink } from '@userport/core'
import * as t from '#io-ts'
import { ImplicitUser, KinveyUser, Login, loggedIn } from './codecs.js'
import { identityEndpoints } from './endpoints/identities.js'
import { secondFactorEndpoints } from './endpoints/second-factor.js'
import { base, call, endpoint, nothing, type Own, own } from './request.js'
import { formFields } from './reset-link.js'
import type { Credentials } from './session.js'

interface Update extends Own {
  /** The whole user: what it lacks is deleted. */
  readonly document: JsonObject
}

/** What a password is sent with: a device that is trusted, or a code that stands in for a second factor. */
interface PasswordLogin extends Credentials {
  readonly deviceToken?: string
  readonly recoveryCode?: string
}

const login = (effect: Effect) =>
  endpoint({
    effect,
    request: (credentials: PasswordLogin, config) => call(config, 'user', { method: 'POST', path: '/login', body: { ...credentials } }),
    response: Login,
    result: loggedIn,
  })

const put = (effect: Effect) =>
  endpoint({
    effect,
    request: ({ session, document }: Update, config) =>
      call(config, 'user', { method: 'PUT', path: own(session), session, body: document }),
    response: KinveyUser,
    result: (wire) => wire,
  })

/** What can be called (https://devcenter.kinvey.com/rest/guides/users). */
export const endpoints = {
  ...identityEndpoints,
  ...secondFactorEndpoints,

  signUp: endpoint({
    effect: 'once',
    request: (fields: JsonObject & Credentials, config) => call(config, 'user', { method: 'POST', path: '', body: fields }),
    response: KinveyUser,
    result: (wire) => wire,
  }),

  signUpAnonymously: endpoint({
    effect: 'once',
    request: (fields: JsonObject, config) => call(config, 'user', { method: 'POST', path: '', body: fields }),
    response: ImplicitUser,
    result: (wire) => wire,
  }),

  login: login('write'),

  /** The login that ends a sign-up at API version 6: it leaves time to say what became of the account. */
  firstLogin: login('once'),

  /** A login that uses up one of the user's recovery codes. */
  recoveryLogin: login('once'),

  logout: endpoint({
    effect: 'write',
    request: ({ session }: Own, config) => call(config, 'user', { method: 'POST', path: '/_logout', session }),
    ...nothing,
  }),

  /** All tokens of the user. The only client that knows this call sends it at version 6. */
  logoutEverywhere: endpoint({
    effect: 'once',
    request: ({ session }: Own, config) => call(config, 'user', { method: 'DELETE', path: `${own(session)}/tokens`, session, atLeast: 6 }),
    ...nothing,
  }),

  me: endpoint({
    effect: 'read',
    request: ({ session }: Own, config) => call(config, 'user', { method: 'GET', path: '/_me', session }),
    response: KinveyUser,
    result: (wire) => wire,
  }),

  update: put('write'),
  upgrade: put('once'),
  changePassword: put('once'),

  exists: endpoint({
    effect: 'read',
    request: (username: string, config) => call(config, 'rpc', { method: 'POST', path: '/check-username-exists', body: { username } }),
    response: t.type({ usernameExists: t.boolean }),
    result: ({ usernameExists }) => usernameExists,
  }),

  forgotUsername: endpoint({
    effect: 'write',
    request: (email: string, config) => call(config, 'rpc', { method: 'POST', path: '/user-forgot-username', body: { email } }),
    ...nothing,
  }),

  /** The app asks, no user needs to be signed in. Takes a username or an email. */
  requestVerification: endpoint({
    effect: 'write',
    request: (usernameOrEmail: string, config) =>
      call(config, 'rpc', { method: 'POST', path: `/${encodeURIComponent(usernameOrEmail)}/user-email-verification-initiate` }),
    ...nothing,
  }),

  requestReset: endpoint({
    effect: 'write',
    request: (usernameOrEmail: string, config) =>
      call(config, 'rpc', { method: 'POST', path: `/${encodeURIComponent(usernameOrEmail)}/user-password-reset-initiate` }),
    ...nothing,
  }),

  /** What the form on the reset page submits. It answers with a page: only Kinvey's own header tells it from a proxy's. */
  completeReset: endpoint({
    effect: 'once',
    request: ({ link, newPassword }: { readonly link: ResetLink; readonly newPassword: string }, config) => ({
      method: 'POST',
      url: `${base(config.host)}/rpc/${encodeURIComponent(config.appKey)}/${encodeURIComponent(link.identifier)}/user-password-reset-complete`,
      headers: { accept: 'application/json, text/html', 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ ...formFields(link, config), [config.resetPasswordField ?? 'password']: newPassword }).toString(),
    }),
    text: true,
    response: t.unknown,
    result: (_, __, headers) => headers['x-kinvey-request-id'] !== undefined,
  }),

  lookup: endpoint({
    effect: 'read',
    request: ({ session, filter }: Own & { readonly filter: JsonObject }, config) =>
      call(config, 'user', { method: 'POST', path: '/_lookup', session, body: filter }),
    response: t.array(KinveyUser),
    result: (wire) => wire,
  }),

  suspend: endpoint({
    effect: 'once',
    request: ({ session }: Own, config) => call(config, 'user', { method: 'DELETE', path: own(session), session }),
    ...nothing,
  }),

  /** Without `hard` the user would only be suspended. */
  remove: endpoint({
    effect: 'once',
    request: ({ session }: Own, config) => call(config, 'user', { method: 'DELETE', path: `${own(session)}?hard=true`, session }),
    ...nothing,
  }),
}

export type KinveyCalls = Calls<typeof endpoints>
