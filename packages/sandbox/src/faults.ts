import { inTime } from './in-time.js'

/** Something that goes wrong between the app and the vendor. It changes availability, never values. */
export interface Fault {
  /** Which requests: method and/or a pattern on the path (a JS regular expression), and for JSON-RPC the method name. All, where absent. */
  readonly method?: string
  readonly path?: string
  readonly rpc?: string
  /** How often it strikes before it is gone (default: until removed). */
  readonly times?: number
  /** The chance that it strikes, 0 to 1 (default 1). */
  readonly probability?: number
  readonly kind: /** `after: 'write'`: the vendor does the work at once, only the reply comes late. */
    | { readonly type: 'latency'; readonly milliseconds: number; readonly after?: 'request' | 'write' }
    /** Reads the request and never answers. */
    | { readonly type: 'hang' }
    | { readonly type: 'status'; readonly status: number; readonly retryAfter?: string }
    /** Cuts the connection. `after: 'write'`: the vendor did the work, only the reply is lost. */
    | { readonly type: 'reset'; readonly after: 'request' | 'write' }
    /** Half of the body, then the connection is cut. */
    | { readonly type: 'truncate' }
    /** A page of a proxy instead of the reply, status 200. */
    | { readonly type: 'html'; readonly status?: number }
    /** Valid JSON of another shape. */
    | { readonly type: 'shape' }
    /** The vendor handles the request twice; the second answer is sent. */
    | { readonly type: 'duplicate' }
}

export interface Faults {
  readonly add: (fault: Fault) => { readonly remove: () => void }
  readonly list: () => readonly Fault[]
  /** How many requests each kind has struck since the app was new. */
  readonly struck: () => Readonly<Partial<Record<FaultKind['type'], number>>>
  readonly clear: () => void
}

export type FaultKind = Fault['kind']

/** What the faults look at to decide whether they strike. */
export interface FaultTarget {
  readonly method: string
  readonly path: string
  readonly rpc?: string
}

/** Faults that can be played: `strikes` counts down, so ask once for each request. */
export interface FaultQueue extends Faults {
  /** What happens to this request, in order: any latencies, then at most one other kind. */
  readonly strikes: (request: FaultTarget) => readonly FaultKind[]
}

interface Armed {
  readonly fault: Fault
  readonly path: RegExp | undefined
  left: number
}

/** @param random From 0 up to 1, decides about faults with a probability. */
export function createFaults(random: () => number = Math.random): FaultQueue {
  let armed: Armed[] = []
  const struck: Partial<Record<FaultKind['type'], number>> = {}
  const hits = ({ fault, path, left }: Armed, request: FaultTarget): boolean =>
    left > 0 &&
    (fault.method === undefined || fault.method.toUpperCase() === request.method) &&
    (path === undefined || [...new Set([request.path, decoded(request.path)])].some((form) => strikesAt(path, form))) &&
    (fault.rpc === undefined || fault.rpc === request.rpc) &&
    (fault.probability === undefined || random() < fault.probability)

  return {
    add: (fault) => {
      const path = fault.path === undefined ? undefined : new RegExp(fault.path)
      const added = { fault, path, left: fault.times ?? Number.POSITIVE_INFINITY }
      armed.push(added)
      return {
        remove: () => {
          armed = armed.filter((one) => one !== added)
        },
      }
    },
    list: () => armed.map(({ fault, left }) => (Number.isFinite(left) ? { ...fault, times: left } : fault)),
    struck: () => ({ ...struck }),
    clear: () => {
      armed = []
    },
    strikes: (request) => {
      if (armed.length === 0) return []
      const kinds: FaultKind[] = []
      for (const one of armed) {
        if (!hits(one, request)) continue
        one.left -= 1
        kinds.push(one.fault.kind)
        struck[one.fault.kind.type] = (struck[one.fault.kind.type] ?? 0) + 1
        if (one.fault.kind.type !== 'latency') break
      }
      armed = armed.filter(({ left }) => left > 0)
      return kinds
    },
  }
}

function strikesAt(pattern: RegExp, path: string): boolean {
  const strikes = inTime(() => pattern.test(path))
  if (strikes === undefined) throw new Error(`the pattern ${pattern.source} of a fault takes too long on ${path}`)
  return strikes
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
