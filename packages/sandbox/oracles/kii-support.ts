import { randomUUID } from 'node:crypto'
import { createRequire } from 'node:module'
import { afterAll, beforeAll } from 'vitest'
import { type KiiData, type KiiSettings, type Sandbox, startSandbox, type World } from '../src/index.js'
import type { AdminContext, Sdk, SdkUser } from './kii-sdk.js'

export type { Sdk, SdkUser } from './kii-sdk.js'

const { create } = createRequire(import.meta.url)('kii-cloud-sdk') as { readonly create: () => Sdk }

export interface KiiApp {
  readonly world: World<KiiSettings, KiiData>
  readonly connection: Readonly<Record<string, string>>
  /** Another device: an SDK of its own on the same app. */
  readonly device: () => Sdk
}

/** One sandbox for the test file; every call of the result is an app of its own. */
export function kiiApps(): (settings?: Partial<KiiSettings>) => KiiApp {
  let sandbox: Sandbox
  beforeAll(async () => {
    sandbox = await startSandbox({ vendors: ['kii'] })
  })
  afterAll(() => sandbox.stop())
  return (settings = {}) => {
    const appId = `app-${randomUUID()}`
    const world = sandbox.app('kii', appId)
    world.set(settings)
    const connection = sandbox.connection('kii', appId)
    return { world, connection, device: () => connect(connection) }
  }
}

function connect({ appId = '', appKey = '', site = '' }: Readonly<Record<string, string>>): Sdk {
  const sdk = create()
  sdk.Kii.initializeWithSite(appId, appKey, site)
  return sdk
}

/** The SDK can leave a promise pending for ever; then this rejects. */
export function settled<T>(promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the SDK did not settle within 3 s')), 3_000)
  })
  return Promise.race([promise, deadline]).finally(() => clearTimeout(timer))
}

/** The message that the SDK rejects with. */
export async function failure(promise: Promise<unknown>): Promise<string> {
  const outcome = await settled(promise).then(
    () => 'resolved',
    (error: unknown) => (error instanceof Error ? error.message : `not an Error: ${JSON.stringify(error)}`),
  )
  return outcome
}

export const freshName = (): string => `user_${randomUUID().slice(0, 13)}`
export const freshEmail = (): string => `${freshName()}@example.com`
export const freshPhone = (): string => `+8190${String(Math.floor(Math.random() * 1e8)).padStart(8, '0')}`

/** The secret of every test user. */
export const password = 'pass-1234'

/** Signs up a user with a login name alone on that device. */
export const register = ({ KiiUser }: Sdk): Promise<SdkUser> => settled(KiiUser.userWithUsername(freshName(), password).register())

export function administrator({ connection, device }: KiiApp): Promise<AdminContext> {
  const { clientId = '', clientSecret = '' } = connection
  return settled(device().Kii.authenticateAsAppAdmin(clientId, clientSecret))
}

/** What the administrator can do and the SDK cannot: a request below the app's path. */
export async function asAdministrator(app: KiiApp, method: string, path: string, body?: object): Promise<Response> {
  const { site, appId } = app.connection
  const headers = { authorization: `Bearer ${(await administrator(app)).getAccessToken()}`, 'content-type': 'application/json' }
  return fetch(`${site}/apps/${appId}/${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
}
