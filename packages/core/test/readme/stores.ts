import { type SessionStore, webStorageStore } from '@userport/core'
import { fileStore } from '@userport/core/node'

export const inABrowser = () => webStorageStore(localStorage)
export const onAServer = () => fileStore('/var/lib/my-app/sessions')

const entries = new Map<string, string>()
export const ofMyOwn: SessionStore = {
  get: async (name) => entries.get(name),
  set: async (name, value) => void entries.set(name, value),
  remove: async (name) => void entries.delete(name),
}
