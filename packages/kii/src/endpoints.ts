import { endpointsOf, type HttpRequest, type Identifiers, Nothing, type Profile, type PublicUser, type ResetChannel, type Session, type SignedIn, userId } from '@userport/core'
import * as t from '#io-ts'
import { KiiRegistered, KiiToken, KiiUser, toPublicUser, toUser } from './codecs.js'
import type { KiiConfig } from './config.js'

const endpoint = endpointsOf<KiiConfig>()

interface Call {
  readonly method: HttpRequest['method']
  readonly path: string
  readonly session?: Session
  /** Kii chooses the behaviour by the content type, e.g. `RegistrationRequest`. */
  readonly type?: string
  readonly body?: object
}

const json = (type: string): string => (type === 'json' ? 'application/json' : `application/vnd.kii.${type}+json`)

export const call = ({ site, appId, appKey }: KiiConfig, { method, path, session, type, body }: Call): HttpRequest => ({
  method,
  url: `${site.replace(/\/+$/, '')}/apps/${encodeURIComponent(appId)}${path}`,
  headers: {
    accept: 'application/json',
    'x-kii-appid': appId,
    'x-kii-appkey': appKey,
    ...(session === undefined ? {} : { authorization: `Bearer ${session.secrets['accessToken']}` }),
    ...(type === undefined ? {} : { 'content-type': json(type) }),
  },
  ...(body === undefined ? {} : { body: JSON.stringify(body) }),
})

/** A user in a path: `me`, an id, or an address with its kind in front, so that a login name of digits is no phone number. */
export const address = ({ username, email, phone }: Identifiers): string => {
  const prefixed = username !== undefined ? `LOGIN_NAME:${username}` : email !== undefined ? `EMAIL:${email}` : `PHONE:${phone}`
  return encodeURIComponent(prefixed)
}

/** Kii's password grant takes a login name bare, an address with its prefix. */
export const loginName = ({ username, email, phone }: Identifiers): string => username ?? (email === undefined ? `PHONE:${phone}` : `EMAIL:${email}`)

export const identity = ({ username, email, phone }: Identifiers): object => ({ loginName: username, emailAddress: email, phoneNumber: phone })

export const about = ({ displayName, locale, country, attributes }: Profile): object => ({ ...attributes, displayName, locale, country })

interface SessionPart {
  readonly accessToken: string
  readonly refreshToken?: string
  readonly expiresIn?: number
}

const toSession = (id: string, kind: Session['kind'], { accessToken, refreshToken, expiresIn }: SessionPart): Session => ({
  vendor: 'kii',
  userId: userId(id),
  kind,
  secrets: { accessToken, ...(refreshToken === undefined ? {} : { refreshToken }) },
  ...(expiresIn === undefined ? {} : { expiresAt: Date.now() + expiresIn * 1000 }),
})

const ofToken = ({ id, access_token, refresh_token, expires_in }: KiiToken): Session =>
  toSession(id, 'registered', { accessToken: access_token, refreshToken: refresh_token, expiresIn: expires_in })

/** `complete`: the reply held the whole user; Kii's first documentation had the id and the token alone. */
const ofRegistration =
  (kind: Session['kind']) =>
  (wire: KiiRegistered): SignedIn & { readonly complete: boolean } => ({
    user: { ...toUser(wire), kind },
    session: toSession(wire.userID, kind, { accessToken: wire._accessToken, refreshToken: wire._refreshToken, expiresIn: wire.expires_in }),
    complete: wire._hasPassword !== undefined,
  })

const notification: Readonly<Partial<Record<ResetChannel, object>>> = {
  'email-link': { notificationMethod: 'EMAIL' },
  'sms-link': { notificationMethod: 'SMS' },
  'sms-code': { notificationMethod: 'SMS', smsResetMethod: 'PIN' },
}

interface Own {
  readonly session: Session
}

const ownPath = ({ session }: Own): string => `/users/${encodeURIComponent(session.userId)}`

export const endpoints = {
  /** Registers and signs in at once: the content type does both, so no account is left behind without a session. */
  register: endpoint({
    effect: 'once',
    request: (input: { readonly identifiers: Identifiers; readonly password: string; readonly profile: Profile }, config) =>
      call(config, {
        method: 'POST',
        path: '/users',
        type: 'RegistrationAndAuthorizationRequest',
        body: { ...about(input.profile), ...identity(input.identifiers), password: input.password },
      }),
    response: KiiRegistered,
    result: ofRegistration('registered'),
  }),

  registerPseudoUser: endpoint({
    effect: 'once',
    request: (profile: Profile, config) => call(config, { method: 'POST', path: '/users', type: 'RegistrationAndAuthorizationRequest', body: about(profile) }),
    response: KiiRegistered,
    result: ofRegistration('anonymous'),
  }),

  token: endpoint({
    effect: 'write',
    request: (input: { readonly username: string; readonly password: string }, config) =>
      call(config, {
        method: 'POST',
        path: '/oauth2/token',
        type: 'json',
        body: {
          grant_type: 'password',
          ...input,
          ...(config.sessionLifetime === undefined ? {} : { expiresAt: Date.now() + config.sessionLifetime * 1000 }),
        },
      }),
    response: KiiToken,
    result: ofToken,
  }),

  /** A refresh token works once: a lost answer cannot be asked for again. */
  renew: endpoint({
    effect: 'write',
    request: (refreshToken: string, config) =>
      call(config, { method: 'POST', path: '/oauth2/token', type: 'json', body: { grant_type: 'refresh_token', refresh_token: refreshToken } }),
    response: KiiToken,
    result: ofToken,
  }),

  me: endpoint({
    effect: 'read',
    request: (input: Own, config) => call(config, { method: 'GET', path: '/users/me', session: input.session }),
    response: KiiUser,
    result: (wire, { session }) => {
      const user = toUser(wire)
      return { user, session: user.kind === session.kind ? session : { ...session, kind: user.kind } }
    },
  }),

  /** Custom fields are replaced as a whole; predefined fields that are not sent stay. */
  update: endpoint({
    effect: 'write',
    request: (input: Own & { readonly fields: object }, config) =>
      call(config, { method: 'POST', path: ownPath(input), session: input.session, type: 'UserUpdateRequest', body: input.fields }),
    response: t.UnknownRecord,
    result: () => undefined,
  }),

  putIdentity: endpoint({
    effect: 'once',
    request: (input: Own & { readonly identifiers: Identifiers; readonly password: string; readonly fields: object }, config) =>
      call(config, {
        method: 'POST',
        path: ownPath(input),
        session: input.session,
        type: 'UserUpdateRequest',
        body: { ...input.fields, ...identity(input.identifiers), password: input.password },
      }),
    response: t.UnknownRecord,
    result: () => undefined,
  }),

  changePassword: endpoint({
    effect: 'once',
    request: (input: Own & { readonly oldPassword: string; readonly newPassword: string }, config) =>
      call(config, {
        method: 'PUT',
        path: `${ownPath(input)}/password`,
        session: input.session,
        type: 'ChangePasswordRequest',
        body: { oldPassword: input.oldPassword, newPassword: input.newPassword },
      }),
    response: Nothing,
    result: () => undefined,
  }),

  requestReset: endpoint({
    effect: 'write',
    request: (input: { readonly user: string; readonly channel: ResetChannel }, config) =>
      call(config, { method: 'POST', path: `/users/${input.user}/password/request-reset`, type: 'ResetPasswordRequest', body: notification[input.channel] ?? {} }),
    response: Nothing,
    result: () => undefined,
  }),

  completeReset: endpoint({
    effect: 'once',
    request: (input: { readonly user: string; readonly pinCode: string; readonly newPassword?: string }, config) =>
      call(config, {
        method: 'POST',
        path: `/users/${input.user}/password/complete-reset`,
        type: 'CompletePasswordResetRequest',
        body: { pinCode: input.pinCode, newPassword: input.newPassword },
      }),
    response: Nothing,
    result: () => undefined,
  }),

  find: endpoint({
    effect: 'read',
    request: (input: Own & { readonly user: string }, config) => call(config, { method: 'GET', path: `/users/${input.user}`, session: input.session }),
    response: KiiUser,
    result: (wire): PublicUser | null => toPublicUser(wire),
  }),

  remove: endpoint({
    effect: 'once',
    request: (input: Own, config) => call(config, { method: 'DELETE', path: ownPath(input), session: input.session }),
    response: Nothing,
    result: () => undefined,
  }),
}
