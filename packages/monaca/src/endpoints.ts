import { type Calls, endpointsOf, type HttpRequest, type HttpResponse, type JsonObject, type Renewal, type Session } from '@userport/core'
import { DoneReply, kindOfUsername, PropertiesReply, SignedInReply } from './codecs.js'
import type { MonacaConfig } from './config.js'
import { type Account, type Credentials, renewed, renewedId, toAccount, toWire, withProperties } from './session.js'

const endpoint = endpointsOf<MonacaConfig>()

/** Who calls: always a device, often with a session. */
export interface Caller {
  readonly device: string
  readonly session?: Session
}

interface Call {
  readonly from: Caller
}

interface SessionCall {
  readonly from: Required<Caller>
}

interface Names {
  readonly names: readonly string[]
}

interface Properties {
  readonly properties: JsonObject
}

/** The vendor's own client sends its JSON under a form's content type, which also spares a browser the preflight: so does this one. */
const call = (
  { endpoint: base, backendId, apiKey }: MonacaConfig,
  method: string,
  { device, session }: Caller,
  params: object,
): HttpRequest => {
  const own = { __api_key: apiKey, __device: device, __session: session?.secrets.sessionId }
  return {
    method: 'POST',
    url: `${base}${base.endsWith('/') ? '' : '/'}${encodeURIComponent(backendId)}`,
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body: JSON.stringify({ jsonrpc: '2.0', method, params: Object.assign({}, params, own), id: '1' }),
  }
}

/** Any reply may renew the session, a refusal too. */
const ownSession = {
  renewed: ({ from: { session } }: Call, headers: HttpResponse['headers']): Renewal | undefined => {
    const sessionId = renewedId(headers)
    return session === undefined || sessionId === undefined ? undefined : { userId: session.userId, secrets: { sessionId } }
  },
}

/** The password of an anonymous user is kept, since nobody else knows it; that of anybody else never is. */
const kept = ({ username, password }: Credentials): Session['secrets'] => (kindOfUsername(username) === 'anonymous' ? { password } : {})

export const endpoints = {
  /** Registering signs in. */
  register: endpoint({
    effect: 'once',
    request: ({ from, username, password, properties }: Call & Credentials & Properties, config) =>
      call(config, 'User.register', from, { username, password, properties }),
    response: SignedInReply,
    result: ({ result }, input, headers): Account => toAccount(result, headers, input.from.device, kept(input)),
  }),

  /** Would this registration be refused? */
  validate: endpoint({
    effect: 'read',
    request: ({ from, username, properties }: Call & Properties & { readonly username: string }, config) =>
      call(config, 'User.validate', from, { username, properties }),
    response: DoneReply,
    result: () => undefined,
  }),

  unregister: endpoint({
    ...ownSession,
    effect: 'once',
    request: ({ from, password }: SessionCall & { readonly password: string }, config) =>
      call(config, 'User.unregister', from, { password }),
    response: DoneReply,
    result: () => undefined,
  }),

  login: endpoint({
    effect: 'write',
    request: ({ from, username, password }: Call & Credentials, config) => call(config, 'User.login', from, { username, password }),
    response: SignedInReply,
    result: ({ result }, input, headers): Account => toAccount(result, headers, input.from.device, kept(input)),
  }),

  /** Monaca may answer with another login token in place of this one; then a lost answer has lost it, whether or not it is asked again. */
  autoLogin: endpoint({
    ...ownSession,
    effect: 'read',
    request: ({ from, loginToken }: Call & { readonly loginToken: string }, config) => call(config, 'User.autoLogin', from, { loginToken }),
    response: SignedInReply,
    result: ({ result }, { from: { device, session }, loginToken }, headers): Account =>
      toAccount(result, headers, device, { loginToken, ...session?.secrets }),
  }),

  logout: endpoint({
    ...ownSession,
    effect: 'write',
    request: ({ from }: SessionCall, config) => call(config, 'User.logout', from, {}),
    response: DoneReply,
    result: () => undefined,
  }),

  updatePassword: endpoint({
    ...ownSession,
    effect: 'once',
    request: ({ from, oldPassword, newPassword }: SessionCall & { readonly oldPassword: string; readonly newPassword: string }, config) =>
      call(config, 'User.updatePassword', from, { oldPassword, newPassword }),
    response: DoneReply,
    result: ({ result }, { from }, headers): Session => renewed(from.session, headers, result),
  }),

  /** Refused to anybody who is signed in, so it goes without a session. */
  sendPasswordResetToken: endpoint({
    effect: 'write',
    request: ({ from, username, emailPropertyName }: Call & { readonly username: string; readonly emailPropertyName: string }, config) =>
      call(config, 'User.sendPasswordResetToken', from, { username, options: { emailPropertyName, templateName: config.templateName } }),
    response: DoneReply,
    result: () => undefined,
  }),

  resetPasswordAndLogin: endpoint({
    effect: 'once',
    request: ({ from, ...params }: Call & { readonly username: string; readonly newPassword: string; readonly token: string }, config) =>
      call(config, 'User.resetPasswordAndLogin', from, params),
    response: SignedInReply,
    result: ({ result }, { from: { device } }, headers): Account => toAccount(result, headers, device, {}),
  }),

  getProperties: endpoint({
    ...ownSession,
    effect: 'read',
    request: ({ from, names }: SessionCall & Names, config) => call(config, 'User.getProperties', from, { names }),
    response: PropertiesReply,
    result: ({ result }, { from: { session } }, headers): Account => ({
      wire: toWire(session, result.properties),
      session: renewed(session, headers, result),
    }),
  }),

  saveProperties: endpoint({
    ...ownSession,
    effect: 'write',
    request: ({ from, properties }: SessionCall & Properties, config) => call(config, 'User.saveProperties', from, { properties }),
    response: DoneReply,
    result: ({ result }, { from: { session }, properties }, headers): Session =>
      withProperties(renewed(session, headers, result), Object.keys(properties)),
  }),

  /** What the app keeps with the device. Nobody need be signed in for it, so it goes without a session. */
  deviceProperties: endpoint({
    effect: 'read',
    request: ({ from, names }: Call & Names, config) => call(config, 'Device.getProperties', from, { names }),
    response: PropertiesReply,
    result: ({ result }): JsonObject => result.properties as JsonObject,
  }),

  saveDeviceProperties: endpoint({
    effect: 'write',
    request: ({ from, properties }: Call & Properties, config) => call(config, 'Device.saveProperties', from, { properties }),
    response: DoneReply,
    result: () => undefined,
  }),
}

export type MonacaCalls = Calls<typeof endpoints>
