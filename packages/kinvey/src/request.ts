import { endpointsOf, type HttpRequest, Nothing, type Session } from '@userport/core'
import type { KinveyConfig } from './config.js'

export const endpoint = endpointsOf<KinveyConfig>()

/** An answer that says nothing but that it was done. */
export const nothing = { response: Nothing, result: () => undefined }

interface Call {
  readonly method: HttpRequest['method']
  readonly path: string
  /** Without a session it is the app that asks, or whoever else `authorization` names. */
  readonly session?: Session
  readonly authorization?: string
  readonly headers?: HttpRequest['headers']
  readonly body?: object
  /** The API version that the call came with, where it is a late one. */
  readonly atLeast?: number
}

/** What a call on behalf of a user takes. */
export interface Own {
  readonly session: Session
}

export const base = (host: string): string => host.replace(/\/+$/, '')

// `btoa` takes bytes as characters, and throws at any other: RFC 7617 wants those of UTF-8.
const bytesOf = (text: string): string => String.fromCharCode(...new TextEncoder().encode(text))

export const basic = (name: string, secret: string): string => `Basic ${btoa(bytesOf(`${name}:${secret}`))}`

// An app that asks for itself has the same to say every time.
const asApp = new WeakMap<KinveyConfig, string>()

const appAuthorization = (config: KinveyConfig): string => {
  const known = asApp.get(config) ?? basic(config.appKey, config.appSecret)
  asApp.set(config, known)
  return known
}

export const own = ({ userId }: Session): string => `/${encodeURIComponent(userId)}`

// An empty body of type JSON is what Kinvey's own SDKs send where there is nothing to say.
const content = (body: object | undefined): string => (body === undefined || Object.keys(body).length === 0 ? '' : JSON.stringify(body))

// A sign-in that waits for its second factor has a token of another kind.
const authorizationOf = ({ secrets: { token, mfaToken } }: Session): string =>
  token === undefined && mfaToken !== undefined ? `KinveyMFA ${mfaToken}` : `Kinvey ${token ?? ''}`

export const call = (
  config: KinveyConfig,
  service: 'user' | 'rpc',
  { method, path, session, authorization, headers, body, atLeast = 0 }: Call,
): HttpRequest => {
  const { host, appKey, apiVersion = 4 } = config
  const hasBody = method === 'POST' || method === 'PUT'
  return {
    method,
    url: `${base(host)}/${service}/${encodeURIComponent(appKey)}${path}`,
    headers: {
      accept: 'application/json',
      'x-kinvey-api-version': String(Math.max(apiVersion, atLeast)),
      authorization: authorization ?? (session === undefined ? appAuthorization(config) : authorizationOf(session)),
      ...(hasBody ? { 'content-type': 'application/json' } : {}),
      ...headers,
    },
    ...(hasBody ? { body: content(body) } : {}),
  }
}
