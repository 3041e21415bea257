import { type Effect, endpointsOf, type HttpRequest, type Identifiers, type JsonObject, Nothing, type ResetLink, type Session } from '@userport/core'
import * as t from '#io-ts'
import { ImplicitUser, KinveyUser, Login, loggedIn } from './codecs.js'
import type { KinveyConfig } from './config.js'
import type { Credentials } from './session.js'

const endpoint = endpointsOf<KinveyConfig>()

interface Call {
  readonly method: HttpRequest['method']
  readonly path: string
  /** Without a session it is the app that asks. */
  readonly session?: Session
  readonly body?: object
}

const base = ({ host }: KinveyConfig): string => host.replace(/\/+$/, '')

const own = ({ userId }: Session): string => `/${encodeURIComponent(userId)}`

// An empty body of type JSON is what Kinvey's own SDKs send where there is nothing to say.
const content = (body: object | undefined): string => (body === undefined || Object.keys(body).length === 0 ? '' : JSON.stringify(body))

export const call = (config: KinveyConfig, service: 'user' | 'rpc', { method, path, session, body }: Call): HttpRequest => {
  const { appKey, appSecret, apiVersion = 4 } = config
  const hasBody = method === 'POST' || method === 'PUT'
  return {
    method,
    url: `${base(config)}/${service}/${encodeURIComponent(appKey)}${path}`,
    headers: {
      accept: 'application/json',
      'x-kinvey-api-version': String(apiVersion),
      authorization: session === undefined ? `Basic ${btoa(`${appKey}:${appSecret}`)}` : `Kinvey ${session.secrets.token ?? ''}`,
      ...(hasBody ? { 'content-type': 'application/json' } : {}),
    },
    ...(hasBody ? { body: content(body) } : {}),
  }
}

interface Own {
  readonly session: Session
}

interface Update extends Own {
  /** The whole user: what it lacks is deleted. */
  readonly document: JsonObject
}

const login = (effect: Effect) =>
  endpoint({
    effect,
    request: (credentials: Credentials, config) => call(config, 'user', { method: 'POST', path: '/login', body: { ...credentials } }),
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

const nothing = { response: Nothing, result: () => undefined }

export const endpoints = {
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

  logout: endpoint({
    effect: 'write',
    request: ({ session }: Own, config) => call(config, 'user', { method: 'POST', path: '/_logout', session }),
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
      url: `${base(config)}/rpc/${encodeURIComponent(config.appKey)}/${encodeURIComponent(link.identifier)}/user-password-reset-complete`,
      headers: { accept: 'application/json, text/html', 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ ...link.parameters, [config.resetPasswordField ?? 'password']: newPassword }).toString(),
    }),
    text: true,
    response: t.unknown,
    result: (_, __, headers) => headers['x-kinvey-request-id'] !== undefined,
  }),

  lookup: endpoint({
    effect: 'read',
    request: ({ session, filter }: Own & { readonly filter: Pick<Identifiers, 'username' | 'email'> }, config) =>
      call(config, 'user', { method: 'POST', path: '/_lookup', session, body: filter }),
    response: t.array(KinveyUser),
    result: (wire) => wire,
  }),

  /** Without `hard` the user would only be suspended. */
  remove: endpoint({
    effect: 'once',
    request: ({ session }: Own, config) => call(config, 'user', { method: 'DELETE', path: `${own(session)}?hard=true`, session }),
    ...nothing,
  }),
}
