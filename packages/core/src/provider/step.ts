import type * as E from '#fp-ts/Either'
import type { Running } from '../deadline.js'
import type { UserError } from '../errors.js'
import type { Held } from '../session-storage.js'
import type { CallOptions } from '../user-backend.js'

export type Outcome<A> = Promise<E.Either<UserError, A>>

/** The options of the next call of the backend. Made anew for each, since of the time of an operation there is less every time. */
export type CallWith = () => CallOptions

/**
 * One step of an operation: who is active when it begins, the limits it must keep, and whom the app meant: who was active when it called,
 * or, where nobody was, who is active now.
 */
export type Step<A> = (held: Held | null, callWith: CallWith, running: Running, meant: Held | null) => Outcome<A>

export type SignedInStep<A> = (held: Held, callWith: CallWith, running: Running) => Outcome<A>
