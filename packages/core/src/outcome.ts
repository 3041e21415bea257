import * as E from '#fp-ts/Either'
import type { UserError } from './errors.js'
import type { Result } from './result.js'

/** After a lost answer, looks up what became of it. `lookUp` gets the `OutcomeUnknown` and decides what the operation ends in. */
export const orLookUp =
  <A>(lookUp: (unknown: UserError) => Result<A>) =>
  (result: Result<A>): Result<A> =>
  async () => {
    const answer = await result()
    return E.isLeft(answer) && answer.left._tag === 'OutcomeUnknown' ? lookUp(answer.left)() : answer
  }

/** A connection error in place of an unknown outcome, for when a look-up showed that nothing was done. */
export const notDone = (error: UserError): UserError => {
  const { vendor, operation, code, status } = error
  return {
    _tag: 'Network',
    vendor,
    operation,
    message: 'The connection broke; the service did not carry this out.',
    retryable: true,
    userAction: 'try-again',
    ...(code === undefined ? {} : { code }),
    ...(status === undefined ? {} : { status }),
  }
}

/** The error of a step after the one that made the account: the way on is to sign in, for the same call would find the account taken. */
export const accountMade = (error: UserError): UserError => ({
  ...error,
  accountCreated: true,
  ...(error.retryable ? { retryable: false, userAction: 'sign-in' } : {}),
})
