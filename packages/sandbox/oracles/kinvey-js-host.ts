import type { init } from 'kinvey-js-sdk'

type HostConfig = Parameters<typeof init>[0]

/** What `init` of the core SDK asks of its host platform, for a local server in place of the vendor's two host names. */
export function localHost(origin: string): Omit<HostConfig, 'kinveyConfig'> {
  const sessions = new Map<string, string>()
  const localUrl = (url: string): string => url.replace(/^https:\/\/[^/]*(baas|auth)\.kinvey\.com/, origin)
  return {
    httpAdapter: {
      send: async ({ url, method, headers, body }) => {
        const response = await fetch(localUrl(url), { method, headers, redirect: 'manual', ...(body !== undefined && { body }) })
        return { statusCode: response.status, headers: Object.fromEntries(response.headers), data: await response.text() }
      },
    },
    sessionStore: {
      get: async (key) => sessions.get(key) ?? '',
      set: async (key, session) => sessions.set(key, session).has(key),
      remove: async (key) => sessions.delete(key),
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
    popup: { open: () => Promise.reject(new Error('no popup here')) },
    pubnub: null,
  }
}
