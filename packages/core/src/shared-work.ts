import type { Either } from '#fp-ts/Either'
import { withDeadline } from './deadline.js'
import type { At, UserError } from './errors.js'
import { Stop } from './stop-signal.js'
import type { CallOptions } from './user-backend.js'

type Limits = Pick<CallOptions, 'signal' | 'deadline'>

/** Work that several callers wait for. Each gives up for itself; once nobody waits any more, the work is told to end. */
export interface SharedWork<A> {
  /** Is it worth the wait of a caller who has this many milliseconds? Not once it is over, nor where it ends long before the caller does. */
  readonly isOpenTo: (deadline: number) => boolean
  readonly join: (at: At, limits: Limits) => Promise<Either<UserError, A>>
}

/** Begins work whose calls end within `deadline` milliseconds each. */
export const shareWork = <A>(
  { signal, deadline }: Limits & { readonly deadline: number },
  work: (limits: Limits) => Promise<Either<UserError, A>>,
): SharedWork<A> => {
  // Where the first one who waits cannot give up early, there is always somebody who waits.
  const abort = signal === undefined ? undefined : new Stop()
  const end = Date.now() + deadline
  let waiting = 0
  let over = false
  const run = async (): Promise<Either<UserError, A>> => {
    try {
      return await work({ signal: abort, deadline })
    } finally {
      over = true
    }
  }
  const outcome = run()
  return {
    isOpenTo: (wanted) => !over && abort?.aborted !== true && (end - Date.now()) * 2 >= wanted,
    join: async (at, limits) => {
      waiting += 1
      const answer = await withDeadline<A>(at, limits, () => () => outcome)()
      waiting -= 1
      if (waiting === 0 && !over) abort?.stop()
      return answer
    },
  }
}
