import type { SessionStore } from '../../src/index.js'

type Health = 'works' | 'fails' | 'hangs' | 'slow'

/** A session store whose three methods can be told to fail, to never answer, or to answer late. */
export interface BrittleStore extends SessionStore {
  readonly entries: Map<string, string>
  readonly health: { get: Health; set: Health; remove: Health }
  /** Milliseconds that each `set` takes; forgetting is quick. */
  delay: number
}

export const brittleStore = (shared = false): BrittleStore => {
  const entries = new Map<string, string>()
  const health: BrittleStore['health'] = { get: 'works', set: 'works', remove: 'works' }
  const through = async (method: keyof typeof health, slow: boolean): Promise<void> => {
    if (health[method] === 'hangs') await new Promise(() => undefined)
    if (slow && store.delay > 0) await new Promise((resolve) => setTimeout(resolve, store.delay))
    if (health[method] === 'fails') throw new Error(`the store cannot ${method}`)
  }
  const store: BrittleStore = {
    entries,
    health,
    delay: 0,
    shared,
    get: async (name) => {
      await through('get', false)
      const text = entries.get(name)
      if (health.get === 'slow') await new Promise((resolve) => setTimeout(resolve, 80))
      return text
    },
    set: async (name, value) => {
      await through('set', true)
      entries.set(name, value)
    },
    remove: async (name) => {
      await through('remove', false)
      entries.delete(name)
    },
  }
  return store
}
