import { type Identifier, kindOf } from '@userport/core'
import { fold } from '../mapping/fold.js'

export interface Throttle {
  /** Seconds until the source may be asked about this identifier again; `undefined`: now. */
  readonly waits: (identifier: Identifier) => number | undefined
  readonly failed: (identifier: Identifier) => void
  readonly passed: (identifier: Identifier) => void
}

// Somebody who tries one name after the other must not fill the memory.
const remembered = 10_000

const keyOf = (identifier: Identifier): string => {
  const kind = kindOf(identifier)
  return kind === undefined ? '' : fold(String(identifier[kind]))
}

/** Counts wrong passwords at the source for each identifier, whatever its kind is called. */
export const createThrottle = ({ failures, within }: { readonly failures: number; readonly within: number }): Throttle => {
  const known = new Map<string, { readonly count: number; readonly until: number }>()

  const current = (key: string): { readonly count: number; readonly until: number } | undefined => {
    const entry = known.get(key)
    if (entry === undefined || entry.until > Date.now()) return entry
    known.delete(key)
    return undefined
  }

  return {
    waits: (identifier) => {
      const entry = current(keyOf(identifier))
      return entry === undefined || entry.count < failures ? undefined : Math.max(1, Math.ceil((entry.until - Date.now()) / 1000))
    },
    failed: (identifier) => {
      const key = keyOf(identifier)
      const entry = current(key)
      known.delete(key)
      known.set(key, { count: (entry?.count ?? 0) + 1, until: entry?.until ?? Date.now() + within })
      const oldest = known.keys().next().value
      if (known.size > remembered && oldest !== undefined) known.delete(oldest)
    },
    passed: (identifier) => void known.delete(keyOf(identifier)),
  }
}
