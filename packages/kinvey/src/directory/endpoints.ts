import { endpointsOf, type HttpRequest, type JsonObject } from '@userport/core'
import * as t from '#io-ts'
import { KinveyUser } from '../codecs.js'
import { basic, call, nothing } from '../request.js'
import type { KinveyDirectoryConfig } from './config.js'

const endpoint = endpointsOf<KinveyDirectoryConfig>()

type Request = Omit<Parameters<typeof call>[2], 'session' | 'authorization'>

const asMaster = (config: KinveyDirectoryConfig, request: Request): HttpRequest =>
  call(config, 'user', { ...request, authorization: basic(config.appKey, config.masterSecret) })

const userPath = (id: string): string => `/${encodeURIComponent(id)}`

const query = (parameters: Readonly<Record<string, string>>): string => `/?${new URLSearchParams(parameters).toString()}`

const list = (filter: object, limit: number): Request => ({
  method: 'GET',
  path: query({ query: JSON.stringify(filter), sort: '{"_id":1}', limit: String(limit) }),
})

const create = endpoint({
  effect: 'once',
  // The header of Kinvey's own importer: without it, times and verification could not be carried over, and mails would be sent.
  request: (fields: JsonObject, config) =>
    asMaster(config, { method: 'POST', path: '', body: fields, headers: { 'x-kinvey-master-create-user': 'true' } }),
  response: KinveyUser,
  result: (wire) => wire,
})

const user = { response: KinveyUser, result: (wire: KinveyUser) => wire }

/** The calls of whoever has the master secret (https://devcenter.kinvey.com/rest/guides/users). */
export const directoryEndpoints = {
  count: endpoint({
    effect: 'read',
    request: (_: undefined, config) => asMaster(config, { method: 'GET', path: '/_count' }),
    response: t.type({ count: t.number }),
    result: ({ count }) => count,
  }),

  /** By id, after the last one seen: nothing shifts, and no page grows beyond what Kinvey answers. */
  list: endpoint({
    effect: 'read',
    request: ({ after, limit }: { readonly after: string | undefined; readonly limit: number }, config) =>
      asMaster(config, list(after === undefined ? {} : { _id: { $gt: after } }, limit)),
    response: t.array(KinveyUser),
    result: (wire) => wire,
  }),

  find: endpoint({
    effect: 'read',
    request: (filter: { readonly username?: string; readonly email?: string }, config) => asMaster(config, list(filter, 1)),
    response: t.array(KinveyUser),
    result: ([first]) => first ?? null,
  }),

  read: endpoint({
    effect: 'read',
    request: (id: string, config) => asMaster(config, { method: 'GET', path: userPath(id) }),
    ...user,
  }),

  create,
  createWithId: create,

  /** The document replaces the one that is there. */
  replace: endpoint({
    effect: 'write',
    request: ({ id, document }: { readonly id: string; readonly document: JsonObject }, config) =>
      asMaster(config, { method: 'PUT', path: userPath(id), body: document }),
    ...user,
  }),

  /** Without `hard` a user is suspended. */
  suspend: endpoint({
    effect: 'write',
    request: (id: string, config) => asMaster(config, { method: 'DELETE', path: userPath(id) }),
    ...nothing,
  }),

  restore: endpoint({
    effect: 'write',
    request: (id: string, config) => asMaster(config, { method: 'POST', path: `${userPath(id)}/_restore` }),
    ...nothing,
  }),

  erase: endpoint({
    effect: 'write',
    request: (id: string, config) => asMaster(config, { method: 'DELETE', path: `${userPath(id)}?hard=true` }),
    ...nothing,
  }),
}
