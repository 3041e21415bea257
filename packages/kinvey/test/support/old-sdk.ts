import { createRequire } from 'node:module'
import { memoryStore, type SessionStore } from '@userport/core'
import { init } from 'kinvey-js-sdk'
import type { KinveyConfig } from '../../src/index.js'

type HostConfig = Parameters<typeof init>[0]

/** Starts Kinvey's own SDK on a device of its own. Gives the store in which it keeps its session. */
export const startOldSdk = (
  { host, appKey, appSecret }: KinveyConfig,
  apiVersion: number,
): SessionStore & { readonly names: () => readonly string[] } => {
  const entries = new Map<string, string>()
  const send: HostConfig['httpAdapter']['send'] = async ({ url, method, headers, body }) => {
    const local = url.replace(/^https:\/\/[^/]*(baas|auth)\.kinvey\.com/, host)
    const response = await fetch(local, { method, headers, redirect: 'manual', ...(body === undefined ? {} : { body }) })
    return { statusCode: response.status, headers: Object.fromEntries(response.headers), data: await response.text() }
  }
  init({
    kinveyConfig: { appKey, appSecret, apiVersion },
    httpAdapter: { send },
    popup: { open: () => Promise.reject(new Error('no popup here')) },
    sessionStore: {
      // `null` is what a browser's store answers, and what the SDK looks for; its types know no null.
      get: (key) => Promise.resolve(entries.get(key) ?? null) as Promise<string>,
      set: async (key, value) => entries.set(key, value).has(key),
      remove: async (key) => entries.delete(key),
    },
    storageAdapter: {
      find: async () => [],
      count: async () => 0,
      findById: async (_db, _collection, id) => ({ _id: id }),
      save: async (_db, _collection, docs) => docs,
      removeById: async () => 0,
      clear: async () => undefined,
      clearDatabase: async () => undefined,
    },
    pubnub: null,
  })
  return {
    get: (name) => entries.get(name) ?? null,
    set: (name, value) => void entries.set(name, value),
    remove: (name) => void entries.delete(name),
    names: () => [...entries.keys()],
  }
}

interface Sdk3User {
  readonly _id: string
  readonly data: object
  readonly me: () => Promise<Sdk3User>
}

interface Sdk3 {
  readonly init: (config: object) => unknown
  readonly User: { readonly signup: () => Promise<Sdk3User>; readonly getActiveUser: () => Sdk3User }
}

/** What version 3 of the SDK has of an anonymous user. It keeps that as JSON where there is a store, which Node has not. */
export const keptBySdk3 = async (
  { host, appKey, appSecret }: KinveyConfig,
  next: (user: Sdk3User) => Promise<unknown> = () => Promise.resolve(),
): Promise<{ readonly legacyStore: SessionStore; readonly user: Sdk3User }> => {
  const sdk = createRequire(import.meta.url)('kinvey-node-sdk') as Sdk3
  sdk.init({ appKey, appSecret, apiHostname: host, micHostname: host })
  await next(await sdk.User.signup())
  const user = sdk.User.getActiveUser()
  const legacyStore = memoryStore()
  await legacyStore.set(`${appKey}.active_user`, JSON.stringify(user.data))
  return { legacyStore, user }
}
