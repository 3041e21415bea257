import { endpointsOf, type HttpRequest, type JsonObject, type UserId, userId } from '@userport/core'
import * as t from '#io-ts'
import { MonacaUser } from '../codecs.js'
import type { Credentials } from '../session.js'
import type { MonacaDirectoryConfig } from './config.js'

const endpoint = endpointsOf<MonacaDirectoryConfig>()

const call = ({ managementUrl, managementKey }: MonacaDirectoryConfig, method: string, params?: object): HttpRequest => ({
  method: 'POST',
  url: managementUrl,
  headers: { accept: 'application/json', 'content-type': 'application/json', 'x-monaca-backend-management-api-key': managementKey },
  body: JSON.stringify({ jsonrpc: '2.0', method: `User.${method}`, ...(params === undefined ? {} : { params }), id: 1 }),
})

const UserPage = t.type({ result: t.type({ items: t.array(MonacaUser), totalItems: t.number }) })

/** A call without a result: an answer without an error says that it was carried out. */
const nothing = { response: t.UnknownRecord, result: () => undefined }

/** The calls of the management API (https://docs.monaca.io/en/reference/monaca_api/cloud_management/user/). */
export const directoryEndpoints = {
  propertyNames: endpoint({
    effect: 'read',
    request: (_: undefined, config) => call(config, 'getPropertyNames'),
    response: t.type({ result: t.type({ names: t.array(t.string) }) }),
    result: ({ result }) => result.names,
  }),

  list: endpoint({
    effect: 'read',
    request: (
      params: {
        readonly page: number
        readonly itemsInPage: number
        readonly propertyNames?: readonly string[]
        readonly nameFilter?: string
      },
      config,
    ) => call(config, 'list', { sortProperty: '_createdAt', sortOrder: 'asc', ...params }),
    response: UserPage,
    result: ({ result }) => result,
  }),

  get: endpoint({
    effect: 'read',
    request: (id: string, config) => call(config, 'get', { _id: id }),
    response: t.type({ result: t.type({ user: MonacaUser }) }),
    result: ({ result }) => result.user,
  }),

  create: endpoint({
    effect: 'once',
    request: (params: Credentials & { readonly properties: JsonObject }, config) => call(config, 'create', params),
    response: t.type({ result: t.type({ user: t.type({ _id: t.string }) }) }),
    result: ({ result }): UserId => userId(result.user._id),
  }),

  update: endpoint({
    effect: 'write',
    request: ({ id, user }: { readonly id: string; readonly user: JsonObject }, config) => call(config, 'update', { _id: id, user }),
    ...nothing,
  }),

  erase: endpoint({
    effect: 'write',
    request: (id: string, config) => call(config, 'delete', { idList: [id] }),
    ...nothing,
  }),
}
