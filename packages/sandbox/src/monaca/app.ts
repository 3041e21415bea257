import { accountMethods } from './account-methods.js'
import type { AppMethod } from './app-call.js'
import { type MonacaWorld, own } from './data.js'
import { callLimitExceeded, deviceIdRequired, invalidKey, methodNotFound } from './errors.js'
import { apiKeyOf } from './keys.js'
import { propertyMethods } from './property-methods.js'
import { resetMethods } from './reset-methods.js'
import type { RpcRun } from './rpc.js'
import { liveSession, renewSession } from './sessions.js'
import { signInMethods } from './sign-in-methods.js'

const sessionHeader = 'X-Set-Monaca-Cloud-Session'

const methods: Readonly<Record<string, AppMethod>> = { ...accountMethods, ...signInMethods, ...resetMethods, ...propertyMethods }

/** The endpoint that apps call. */
export const runApp =
  (world: MonacaWorld): RpcRun =>
  async ({ method, params }, headers) => {
    if (params.__api_key !== apiKeyOf(world.appId)) throw invalidKey()
    if (world.settings.monthlyCallLimitReached) throw callLimitExceeded()
    const deviceId = params.__device
    if (typeof deviceId !== 'string' || deviceId === '') throw deviceIdRequired()
    const session = liveSession(world, params.__session)
    const run = own(methods, method)
    if (run === undefined) throw methodNotFound()
    if (session !== undefined && world.settings.renewSession === 'always') headers[sessionHeader] = renewSession(world, session)
    return run({
      world,
      params,
      deviceId,
      session,
      replyWithSession: (id) => {
        if (id === undefined) delete headers[sessionHeader]
        else headers[sessionHeader] = id
      },
    })
  }
