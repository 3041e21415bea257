import type { Either } from '#fp-ts/Either'
import type { ErrorTag, Result, UserError, UserErrorOf } from '../../src/index.js'

/** Runs an operation that must succeed. */
export const successOf = async <A>(result: Result<A>): Promise<A> => {
  const outcome = await result()
  if (outcome._tag === 'Left') throw new Error(`expected a value, got ${outcome.left._tag}: ${outcome.left.message}`)
  return outcome.right
}

/** Runs an operation that must fail. */
export const errorOf = async (result: Result<unknown>): Promise<UserError> => {
  const outcome = await result()
  if (outcome._tag === 'Right') throw new Error(`expected an error, got ${JSON.stringify(outcome.right)}`)
  return outcome.left
}

/** Runs an operation that must fail with one tag. */
export const failureOf = async <Tag extends ErrorTag>(result: Result<unknown>, tag: Tag): Promise<UserErrorOf<Tag>> => {
  const error = await errorOf(result)
  if (error._tag !== tag) throw new Error(`expected ${tag}, got ${error._tag}: ${error.message}`)
  return error as UserErrorOf<Tag>
}

export const tagOf = (outcome: Either<UserError, unknown>): ErrorTag | 'Right' => (outcome._tag === 'Left' ? outcome.left._tag : 'Right')
