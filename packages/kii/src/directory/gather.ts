import type { Result, UserError } from '@userport/core'
import * as E from '#fp-ts/Either'

/** Asks about each of the items, so many at a time, and answers in their order. Stops at the first failure. */
export const gather =
  <A, B>(items: readonly A[], atOnce: number, ask: (item: A) => Result<B>): Result<readonly B[]> =>
  async () => {
    const answers: B[] = []
    const left = items.entries()
    let failure: UserError | undefined
    const work = async (): Promise<void> => {
      for (const [index, item] of left) {
        const answer = await ask(item)()
        if (E.isLeft(answer)) failure ??= answer.left
        else answers[index] = answer.right
        if (failure !== undefined) return
      }
    }
    await Promise.all(items.slice(0, atOnce).map(work))
    return failure === undefined ? E.right(answers) : E.left(failure)
  }
