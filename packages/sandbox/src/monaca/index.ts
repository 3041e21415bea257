import type { Emulator, VendorResponse } from '../world.js'
import { runApp } from './app.js'
import { seed, sessionRows, userRows } from './control.js'
import { emptyData, type MonacaData } from './data.js'
import { invalidKey } from './errors.js'
import { apiKeyOf, managementKeyOf } from './keys.js'
import { runManagement } from './management.js'
import { answerRpc, failure } from './rpc.js'
import { defaultSettings, type MonacaSettings } from './settings.js'

export type { MonacaData } from './data.js'
export type { MailTemplate, MonacaSettings } from './settings.js'

const appMount = 'monaca'
const managementMount = 'monaca-management'

/** Monaca Backend: the user calls of apps and the management calls of servers. */
export const monacaEmulator: Emulator<MonacaSettings, MonacaData> = {
  vendor: 'monaca',
  defaultSettings,
  emptyData,
  mounts: [appMount, managementMount],
  appOf: ({ path }) => address(path)?.backendId,
  appNotFound: { status: 200, body: failure(null, invalidKey()) },
  settingChoices: {
    renewSession: ['always', 'never'],
    autoLoginToken: ['extended', 'replaced', 'unchanged'],
    unsetProperties: ['omitted', 'null'],
    timestampUnit: ['milliseconds', 'seconds'],
    updatedAtName: ['_updatedAt', '_updateAt'],
  },
  handle: (request, world): Promise<VendorResponse> => {
    const run =
      address(request.path)?.mount === managementMount
        ? runManagement(world, request.header('X-Monaca-Backend-Management-API-Key'))
        : runApp(world)
    return answerRpc(request, world.settings.errorData, run)
  },
  users: userRows,
  sessions: sessionRows,
  seed,
  connection: (origin, appId) => ({
    endpoint: `${origin}/${appMount}/`,
    backendId: appId,
    apiKey: apiKeyOf(appId),
    managementUrl: `${origin}/${managementMount}/${encodeURIComponent(appId)}`,
    managementKey: managementKeyOf(appId),
  }),
}

const address = (path: string): { readonly mount: string; readonly backendId: string } | undefined => {
  const [, mount, segment] = /^\/([^/]+)\/([^/]+)$/.exec(path) ?? []
  if (mount === undefined || segment === undefined) return undefined
  try {
    return { mount, backendId: decodeURIComponent(segment) }
  } catch {
    return undefined
  }
}
