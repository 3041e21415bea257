import { randomHex } from '../random-ids.js'
import type { Emulator, VendorRequest, VendorResponse } from '../world.js'
import { apiVersionOf } from './call.js'
import { emptyData, type KinveyData, type KinveyWorld } from './data.js'
import { KinveyRefusal } from './errors.js'
import { appOfClient } from './mic/client.js'
import { OAuthRefusal } from './mic/refusal.js'
import { decoded, findRoute } from './routes.js'
import { seedUsers, userRows } from './seed.js'
import { defaultSettings, type KinveySettings } from './settings.js'

export type { KinveyData } from './data.js'
export type { KinveySettings } from './settings.js'

/** Kinvey's user API: REST at API versions 3 to 6, its e-mail RPCs and the pages behind their links, Mobile Identity Connect. */
export const kinveyEmulator: Emulator<KinveySettings, KinveyData> = {
  vendor: 'kinvey',
  defaultSettings,
  emptyData,
  // SDKs from 4 on name the host themselves; given an address with a path in the place of an instance, they call `/…baas.kinvey.com/user`.
  hostInPath: /^\/[^/]*(?:baas|auth)\.kinvey\.com(?=\/)/,
  mounts: ['user', 'rpc', 'appdata', 'oauth', 'v3'],
  settingChoices: {
    apiVersion: [3, 4, 5, 6],
    verificationDelivery: [null, 'delivered', 'bounce', 'deferred', 'dropped'],
    usersPermission: ['private', 'shared', 'full'],
    tokenOnPasswordChange: ['renew', 'keep'],
    putSemantics: ['replace', 'merge'],
  },
  // A path without an app is a path of no endpoint.
  appNotFound: { status: 404, body: new KinveyRefusal('EndpointDoesNotExist').body },
  appOf: (request) => {
    const [mount = '', kid = ''] = request.path.split('/').slice(1)
    if (!['user', 'rpc', 'appdata'].includes(mount)) return appOfClient(request)
    return kid === '' ? undefined : decoded(kid)
  },
  handle,
  users: userRows,
  sessions: (data, now) => Object.values(data.sessions).filter(({ expiresAt = Number.POSITIVE_INFINITY }) => now < expiresAt),
  seed: seedUsers,
  connection: (origin, appId) => ({
    host: origin,
    appKey: appId,
    appSecret: defaultSettings.appSecret,
    masterSecret: defaultSettings.masterSecret,
  }),
}

async function handle(request: VendorRequest, world: KinveyWorld): Promise<VendorResponse> {
  const headers: Record<string, string> = {
    'x-kinvey-request-id': randomHex(32),
    'x-kinvey-api-version': request.header('x-kinvey-api-version') ?? String(world.settings.apiVersion),
  }
  const reply = await answer(request, world).catch(refusal)
  if (typeof reply.body === 'object') headers['content-type'] = 'application/json; charset=utf-8'
  return { status: reply.status, headers: Object.assign(headers, reply.headers), body: reply.body }
}

async function answer(request: VendorRequest, world: KinveyWorld): Promise<VendorResponse> {
  const matched = findRoute(request.method, request.path)
  if (matched === undefined) throw new KinveyRefusal('EndpointDoesNotExist')
  return matched.handler({ world, request, params: matched.params, apiVersion: apiVersionOf(world, request), caller: undefined })
}

function refusal(error: unknown): VendorResponse {
  if (error instanceof KinveyRefusal || error instanceof OAuthRefusal) return { status: error.status, body: error.body }
  throw error
}
