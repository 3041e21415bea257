import * as E from '#fp-ts/Either'
import * as TE from '#fp-ts/TaskEither'
import { type ErrorBase, type UserError, userError } from './errors.js'
import { defined } from './fields.js'
import type { Result } from './result.js'

/** After a lost answer, looks up what became of it. `lookUp` gets the `OutcomeUnknown` and decides what the operation ends in. */
export const orLookUp =
  <A>(lookUp: (unknown: UserError) => Result<A>) =>
  (result: Result<A>): Result<A> =>
  async () => {
    const answer = await result()
    return E.isLeft(answer) && answer.left._tag === 'OutcomeUnknown' ? lookUp(answer.left)() : answer
  }

/** The `code` of an unknown outcome where nothing broke: the answer was not waited for any longer. */
export const notAwaited = 'answer-not-awaited'

const gatewayTimeout = 504

/**
 * A connection error in place of an unknown outcome, for when a look-up showed that nothing was done. Where nothing broke, and only the
 * waiting was given up, the service may still be at it: then the outcome stays unknown.
 */
export const notDone = (error: UserError): UserError => {
  const { code, status } = error
  if (code === notAwaited || status === gatewayTimeout) return error
  return userError('Network', error, {
    message: 'The connection broke; the service did not carry this out.',
    ...defined({ code, status }),
  })
}

/** What an error says besides, once the vendor has carried the operation out. */
export type Aftermath = Partial<Pick<ErrorBase, 'accountCreated' | 'message' | 'userAction'>>

const unseen = 'The service carried this out, but what came of it could not be read. Do not ask for it again: refresh, or sign in.'

/** An error that came after the vendor had carried the operation out: the same call again would not fare better. */
export const inTheEnd = (error: UserError, { userAction, ...aftermath }: Aftermath): UserError => {
  const { userAction: before, ...rest } = error
  const action = error.retryable ? userAction : (before ?? userAction)
  return {
    ...rest,
    ...(error.retryable ? { retryable: false, message: unseen } : {}),
    ...(action === undefined ? {} : { userAction: action }),
    ...aftermath,
    carriedOut: true,
  }
}

/** The rest of an operation that the vendor has carried out already. Where it fails, or takes too long, the error says so. */
export const afterwards =
  (carriedOut: (aftermath: Aftermath) => void, aftermath: Aftermath = {}) =>
  <A>(rest: Result<A>): Result<A> =>
  () => {
    carriedOut(aftermath)
    return TE.mapLeft((error: UserError) => inTheEnd(error, aftermath))(rest)()
  }
