/**
 * Where a session outlives the app: text under a name. Any object with these three methods will do, sync or async.
 * `shared`: other tabs of the same browser read and write it too.
 */
export interface SessionStore {
  readonly get: (name: string) => string | null | undefined | Promise<string | null | undefined>
  readonly set: (name: string, value: string) => void | Promise<void>
  readonly remove: (name: string) => void | Promise<void>
  readonly shared?: boolean
}

/** Keeps sessions as long as the process lives. */
export const memoryStore = (): SessionStore => {
  const entries = new Map<string, string>()
  return {
    get: (name) => entries.get(name),
    set: (name, value) => void entries.set(name, value),
    remove: (name) => void entries.delete(name),
  }
}

/** Keeps sessions in `localStorage` (shared by the tabs of a site) or `sessionStorage` (one tab). */
export const webStorageStore = (storage: Storage = globalThis.localStorage): SessionStore => ({
  get: (name) => storage.getItem(name),
  set: (name, value) => storage.setItem(name, value),
  remove: (name) => storage.removeItem(name),
  shared: storage === globalThis.localStorage,
})
