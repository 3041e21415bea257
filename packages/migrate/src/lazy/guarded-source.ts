import { type OperationName, operationNames, type Result, type UserBackend, type UserError, userError } from '@userport/core'
import { ConsecutiveBreaker, circuitBreaker, handleWhenResult } from 'cockatiel'
import * as E from '#fp-ts/Either'
import * as TE from '#fp-ts/TaskEither'

const isDown = (outcome: unknown): boolean => {
  const answer = outcome as E.Either<UserError, unknown>
  return E.isLeft(answer) && ['Unavailable', 'Network', 'Timeout', 'Protocol'].includes(answer.left._tag)
}

type Call = (...args: readonly unknown[]) => Result<unknown>

/** A backend that is left alone for a while once it has failed several times in a row: whoever needs it hears at once that it is down. */
export const guardedSource = (
  from: UserBackend,
  { failures, pause }: { readonly failures: number; readonly pause: number },
): UserBackend => {
  const breaker = circuitBreaker(handleWhenResult(isDown), { halfOpenAfter: pause, breaker: new ConsecutiveBreaker(failures) })

  const down = (operation: string): UserError =>
    userError(
      'Unavailable',
      { vendor: from.vendor, operation },
      { message: 'The service that the users come from has failed repeatedly; it is not asked for now.' },
    )

  const guarded = (name: OperationName): Call => {
    const call = from[name] as unknown as Call
    return (...args) =>
      TE.flatten(
        TE.tryCatch(
          () => breaker.execute(call(...args)).then(TE.fromEither),
          () => down(name),
        ),
      )
  }

  return { ...from, ...Object.fromEntries(operationNames.map((name) => [name, guarded(name)])) }
}
