import type { HttpRequest, Identifiers, Profile, Session } from '@userport/core'
import type { KiiConfig } from './config.js'

interface Call {
  readonly method: HttpRequest['method']
  /** Below the app. */
  readonly path: string
  readonly session?: Session
  /** Kii chooses the behaviour by the content type, e.g. `RegistrationRequest`. */
  readonly type?: string
  readonly headers?: HttpRequest['headers']
  readonly body?: object
}

const json = (type: string): string => (type === 'json' ? 'application/json' : `application/vnd.kii.${type}+json`)

export const call = ({ site, appId, appKey }: KiiConfig, { method, path, session, type, headers, body }: Call): HttpRequest => ({
  method,
  url: `${site.replace(/\/+$/, '')}/apps/${encodeURIComponent(appId)}${path}`,
  headers: {
    accept: 'application/json',
    'x-kii-appid': appId,
    'x-kii-appkey': appKey,
    ...(session === undefined ? {} : { authorization: `Bearer ${session.secrets.accessToken}` }),
    ...(type === undefined ? {} : { 'content-type': json(type) }),
    ...headers,
  },
  ...(body === undefined ? {} : { body: JSON.stringify(body) }),
})

/** What every call for a signed-in user takes. */
export interface Own {
  readonly session: Session
}

export const ownPath = ({ session }: Own): string => `/users/${encodeURIComponent(session.userId)}`

/** A user in a path: `me`, an id, or an address with its kind in front, so that a login name of digits is no phone number. */
export const address = ({ username, email, phone }: Identifiers): string => {
  const prefixed = username !== undefined ? `LOGIN_NAME:${username}` : email !== undefined ? `EMAIL:${email}` : `PHONE:${phone}`
  return encodeURIComponent(prefixed)
}

/** A phone number as one dials it within its country. */
export const isLocal = (phone: string | undefined): boolean => phone !== undefined && !phone.startsWith('+')

/** Kii's password grant takes a login name bare, an address with its prefix, a local number with its country. */
export const loginName = ({ username, email, phone }: Identifiers, country?: string): string => {
  const region = isLocal(phone) && country !== undefined ? `${country.toUpperCase()}-` : ''
  return username ?? (email === undefined ? `PHONE:${region}${phone}` : `EMAIL:${email}`)
}

export const identity = ({ username, email, phone }: Identifiers): object => ({
  loginName: username,
  emailAddress: email,
  phoneNumber: phone,
})

export const about = ({ displayName, locale, country, attributes }: Profile): object => ({ ...attributes, displayName, locale, country })
