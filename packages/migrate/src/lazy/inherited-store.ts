import { readSession, type Session, type SessionStore, type VendorName } from '@userport/core'
import { sourceSessionOf, travelling } from './travelling-session.js'

export interface Place {
  readonly store: SessionStore
  readonly namespace: string
}

// What a provider keeps under its namespace, as far as it is the user's and not a trace of trouble.
const sessions = ['.session', '.aside.session']
const companions: Readonly<Record<string, string>> = { '.session': '.user', '.aside.session': '.aside.user' }
const inherited = ['.session', '.user', '.aside.session', '.aside.user', '.device']

const isOfTarget = (text: string): boolean => {
  const session = readSession(text)
  return session !== undefined && sourceSessionOf(session) === undefined
}

/**
 * The store of the target's provider, in which the session that the source's provider left counts as well: somebody who was signed in
 * when the app began to migrate stays so, offline too. What the source's provider stored stays until a session of the target is stored.
 */
export const inheritedStore = (vendor: VendorName, mine: Place, old: Place): SessionStore => {
  const { store, namespace } = mine
  const partOf = (name: string): string | undefined => (name.startsWith(namespace) ? name.slice(namespace.length) : undefined)
  const oldName = (part: string): string => `${old.namespace}${part}`

  const fromOld = async (part: string): Promise<string | null | undefined> => {
    const text = await old.store.get(oldName(part))
    if (!sessions.includes(part) || typeof text !== 'string') return text
    const session: Session | undefined = readSession(text)
    return session === undefined ? null : JSON.stringify(travelling(vendor, session))
  }

  const dropOld = async (part: string): Promise<void> => {
    for (const gone of [part, companions[part]]) if (gone !== undefined) await old.store.remove(oldName(gone))
  }

  return {
    ...(store.shared === undefined ? {} : { shared: store.shared }),
    get: async (name) => {
      const own = await store.get(name)
      const part = partOf(name)
      return typeof own === 'string' || part === undefined || !inherited.includes(part) ? own : fromOld(part)
    },
    set: async (name, value) => {
      await store.set(name, value)
      const part = partOf(name)
      if (part !== undefined && sessions.includes(part) && isOfTarget(value)) await dropOld(part)
    },
    remove: async (name) => {
      await store.remove(name)
      const part = partOf(name)
      if (part !== undefined && inherited.includes(part)) await dropOld(part)
    },
  }
}
