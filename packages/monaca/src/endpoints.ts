import { endpointsOf, type HttpRequest, type JsonObject, type Session } from '@userport/core'
import { DoneReply, kindOfUsername, PropertiesReply, SignedInReply } from './codecs.js'
import type { MonacaConfig } from './config.js'
import { type Account, type Credentials, renewed, toAccount, toWire, withProperties } from './session.js'

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

/** The vendor's own client sends its JSON under a form's content type, which also spares a browser the preflight: so does this one. */
const call = (
  { endpoint: base, backendId, apiKey }: MonacaConfig,
  method: string,
  { device, session }: Caller,
  params: object,
): HttpRequest => {
  const sessionId = session?.secrets.sessionId
  return {
    method: 'POST',
    url: `${base}${base.endsWith('/') ? '' : '/'}${encodeURIComponent(backendId)}`,
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body: JSON.stringify({
      jsonrpc: '2.0',
      method: `User.${method}`,
      params: { ...params, __api_key: apiKey, __device: device, ...(sessionId === undefined ? {} : { __session: sessionId }) },
      id: '1',
    }),
  }
}

/** The password of an anonymous user is kept, since nobody else knows it; that of anybody else never is. */
const kept = ({ username, password }: Credentials): Session['secrets'] => (kindOfUsername(username) === 'anonymous' ? { password } : {})

export const endpoints = {
  /** Registering signs in. */
  register: endpoint({
    effect: 'once',
    request: ({ from, username, password, properties }: Call & Credentials & { readonly properties: JsonObject }, config) =>
      call(config, 'register', from, { username, password, properties }),
    response: SignedInReply,
    result: ({ result }, input, headers): Account => toAccount(result, headers, input.from.device, kept(input)),
  }),

  /** Would this registration be refused? */
  validate: endpoint({
    effect: 'read',
    request: ({ from, username, properties }: Call & { readonly username: string; readonly properties: JsonObject }, config) =>
      call(config, 'validate', from, { username, properties }),
    response: DoneReply,
    result: () => undefined,
  }),

  unregister: endpoint({
    effect: 'once',
    request: ({ from, password }: SessionCall & { readonly password: string }, config) => call(config, 'unregister', from, { password }),
    response: DoneReply,
    result: () => undefined,
  }),

  login: endpoint({
    effect: 'write',
    request: ({ from, username, password }: Call & Credentials, config) => call(config, 'login', from, { username, password }),
    response: SignedInReply,
    result: ({ result }, input, headers): Account => toAccount(result, headers, input.from.device, kept(input)),
  }),

  /** Monaca may answer with another login token in place of this one; then a lost answer has lost it, whether or not it is asked again. */
  autoLogin: endpoint({
    effect: 'read',
    request: ({ from, loginToken }: SessionCall & { readonly loginToken: string }, config) =>
      call(config, 'autoLogin', from, { loginToken }),
    response: SignedInReply,
    result: ({ result }, { from: { device, session } }, headers): Account => toAccount(result, headers, device, session.secrets),
  }),

  logout: endpoint({
    effect: 'write',
    request: ({ from }: SessionCall, config) => call(config, 'logout', from, {}),
    response: DoneReply,
    result: () => undefined,
  }),

  updatePassword: endpoint({
    effect: 'once',
    request: ({ from, oldPassword, newPassword }: SessionCall & { readonly oldPassword: string; readonly newPassword: string }, config) =>
      call(config, 'updatePassword', from, { oldPassword, newPassword }),
    response: DoneReply,
    result: (_, { from }, headers): Session => renewed(from.session, headers),
  }),

  /** Refused to anybody who is signed in, so it goes without a session. */
  sendPasswordResetToken: endpoint({
    effect: 'write',
    request: ({ from, username, emailPropertyName }: Call & { readonly username: string; readonly emailPropertyName: string }, config) =>
      call(config, 'sendPasswordResetToken', from, { username, options: { emailPropertyName, templateName: config.templateName } }),
    response: DoneReply,
    result: () => undefined,
  }),

  resetPasswordAndLogin: endpoint({
    effect: 'once',
    request: ({ from, ...params }: Call & { readonly username: string; readonly newPassword: string; readonly token: string }, config) =>
      call(config, 'resetPasswordAndLogin', from, params),
    response: SignedInReply,
    result: ({ result }, { from: { device } }, headers): Account => toAccount(result, headers, device, {}),
  }),

  getProperties: endpoint({
    effect: 'read',
    request: ({ from, names }: SessionCall & { readonly names: readonly string[] }, config) =>
      call(config, 'getProperties', from, { names }),
    response: PropertiesReply,
    result: ({ result }, { from: { session } }, headers): Account => ({
      wire: toWire(session, result.properties),
      session: renewed(session, headers),
    }),
  }),

  saveProperties: endpoint({
    effect: 'write',
    request: ({ from, properties }: SessionCall & { readonly properties: JsonObject }, config) =>
      call(config, 'saveProperties', from, { properties }),
    response: DoneReply,
    result: (_, { from: { session }, properties }, headers): Session => withProperties(renewed(session, headers), Object.keys(properties)),
  }),
}
