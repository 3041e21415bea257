import * as E from '#fp-ts/Either'

/** Runs what may throw or reject and says which it did. The one place where failures of others become values. */
export const settle = async <A>(run: () => A | PromiseLike<A>): Promise<E.Either<unknown, A>> => {
  try {
    return E.right(await run())
  } catch (cause) {
    return E.left(cause)
  }
}
