/** What an SDK call rejects with, synchronous throws included. Fails if it resolves. */
export async function rejection(call: () => unknown): Promise<{ readonly name: string; readonly message: string }> {
  try {
    await call()
  } catch (error) {
    if (error instanceof Error) return error
    throw new Error(`rejected with something that is no Error: ${String(error)}`)
  }
  throw new Error('the call did not fail')
}

export interface Observed<A> {
  readonly subscribe: (observer: { next: (value: A) => void; error: (error: unknown) => void; complete: () => void }) => unknown
}

/** The last value of an SDK's observable. */
export const lastValue = <A>(observable: Observed<A>): Promise<A | undefined> =>
  new Promise((resolve, reject) => {
    let last: A | undefined
    observable.subscribe({
      next: (value) => {
        last = value
      },
      error: reject,
      complete: () => resolve(last),
    })
  })
