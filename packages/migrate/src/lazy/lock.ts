import type { Result } from '@userport/core'
import * as E from '#fp-ts/Either'

const turns = new Map<string, Promise<unknown>>()

const inTurn = <A>(name: string, work: () => Promise<A>): Promise<A> => {
  const mine = (turns.get(name) ?? Promise.resolve()).then(work, work)
  const over = mine.then(
    () => undefined,
    () => undefined,
  )
  turns.set(name, over)
  void over.then(() => {
    if (turns.get(name) === over) turns.delete(name)
  })
  return mine
}

interface Locks {
  readonly request: <A>(name: string, work: () => Promise<A>) => Promise<A>
}

const webLocks = (): Locks | undefined => (globalThis.navigator as { readonly locks?: Locks } | undefined)?.locks

/** Work of one name, one after the other: in all tabs of a site where the browser can, else in this process. */
export const locked = <A>(name: string, work: () => ReturnType<Result<A>>): ReturnType<Result<A>> => {
  const locks = webLocks()
  return inTurn(name, async () => {
    if (locks === undefined) return work()
    let outcome: Awaited<ReturnType<Result<A>>> | undefined
    // A page that may not use locks rejects before the work has begun.
    const asked = E.tryCatch(
      () =>
        locks.request(name, async () => {
          outcome = await work()
        }),
      () => undefined,
    )
    if (E.isRight(asked)) await asked.right.catch(() => undefined)
    return outcome ?? work()
  })
}
