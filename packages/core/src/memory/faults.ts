import * as E from '#fp-ts/Either'
import { pause } from '../deadline.js'
import type { OperationContext } from '../define-backend.js'
import type { Effect } from '../endpoint.js'
import { type UserError, userError } from '../errors.js'
import type { Result } from '../result.js'

/**
 * What goes wrong between app and service. With `truncated` and `replyLost` the service does its work and the answer is lost;
 * with all others it does nothing.
 */
export type MemoryFault = 'offline' | 'hang' | 'unavailable' | 'rateLimited' | 'html' | 'shape' | 'truncated' | 'replyLost'

export interface MemoryFaults {
  /** Strikes every request, or that many, until `clear`. */
  readonly set: (kind: MemoryFault, times?: number) => void
  readonly clear: () => void
}

export interface Traffic {
  readonly faults: MemoryFaults
  readonly count: () => number
  /** One request: it travels, is handled unless a fault prevents it, and its answer travels back unless a fault spoils it. */
  readonly exchange: <A>(context: OperationContext, effect: Effect, handle: () => E.Either<UserError, A>) => Result<A>
}

export const createTraffic = (latency: number): Traffic => {
  let count = 0
  let fault: { readonly kind: MemoryFault; readonly left: number } | undefined

  const strike = (): MemoryFault | undefined => {
    const kind = fault?.kind
    if (fault !== undefined) fault = fault.left > 1 ? { ...fault, left: fault.left - 1 } : undefined
    return kind
  }

  const answer = <A>(
    { at }: OperationContext,
    effect: Effect,
    kind: MemoryFault | undefined,
    handle: () => E.Either<UserError, A>,
  ): E.Either<UserError, A> => {
    const lost = (tag: 'Network' | 'Protocol'): E.Either<UserError, A> => {
      if (effect === 'once') return E.left(userError('OutcomeUnknown', at, {}))
      return E.left(tag === 'Network' ? userError(tag, at, {}) : userError(tag, at, { path: '', expected: 'JSON' }))
    }
    switch (kind) {
      case undefined:
        return handle()
      case 'offline':
      case 'hang':
        return E.left(userError('Network', at, {}))
      case 'unavailable':
        return E.left(userError('Unavailable', at, { status: 503 }))
      case 'rateLimited':
        return E.left(userError('RateLimited', at, { status: 429, retryAfter: 7 }))
      case 'html':
      case 'shape':
        return lost('Protocol')
      case 'truncated':
      case 'replyLost':
        handle()
        return lost('Network')
    }
  }

  return {
    count: () => count,
    faults: {
      set: (kind, times = Number.POSITIVE_INFINITY) => {
        fault = { kind, left: times }
      },
      clear: () => {
        fault = undefined
      },
    },
    exchange: (context, effect, handle) => async () => {
      const { signal, at } = context
      count += 1
      if (effect === 'once') context.unsure(true)
      await pause(latency, signal)
      if (signal.aborted) return E.left(userError('Cancelled', at, {}))
      const kind = strike()
      const outcome = answer(context, effect, kind, handle)
      await pause(kind === 'hang' ? 1_000_000 : latency, signal)
      const isUnknown = E.isLeft(outcome) && outcome.left._tag === 'OutcomeUnknown'
      if (!isUnknown && !signal.aborted) context.unsure(false)
      return outcome
    },
  }
}
