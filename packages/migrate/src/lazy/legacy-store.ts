import type { Adoptable, SessionStore, UserBackend } from '@userport/core'
import { travelling } from './travelling-session.js'

// Names of the source's old library, told from those of the target's.
const prefix = 'userport.source:'

/** What the old libraries of both vendors left behind, in one store. */
export const legacyStore = (there: SessionStore | undefined, here: SessionStore | undefined): SessionStore | undefined => {
  if (there === undefined && here === undefined) return undefined
  const placeOf = (name: string): readonly [SessionStore | undefined, string] =>
    name.startsWith(prefix) ? [here, name.slice(prefix.length)] : [there, name]
  return {
    get: async (name) => {
      const [store, own] = placeOf(name)
      return store?.get(own)
    },
    set: async (name, value) => {
      const [store, own] = placeOf(name)
      await store?.set(own, value)
    },
    remove: async (name) => {
      const [store, own] = placeOf(name)
      await store?.remove(own)
    },
  }
}

/** The session that an old library left: that of the target's vendor, else that of the source's. */
export const adoptableFrom =
  (to: UserBackend, source: UserBackend): UserBackend['adoptable'] =>
  async (read) => {
    const there = await to.adoptable(read).catch(() => null)
    if (there !== null) return there
    const here = await source.adoptable((name) => read(`${prefix}${name}`))
    return here === null ? null : ({ session: travelling(to.vendor, here.session), name: `${prefix}${here.name}` } satisfies Adoptable)
  }
