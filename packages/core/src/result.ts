import type * as TE from '#fp-ts/TaskEither'
import type { UserError } from './errors.js'

/** What every operation returns: a lazy computation that ends in a value or in a `UserError`. Running it never rejects. */
export type Result<A> = TE.TaskEither<UserError, A>
