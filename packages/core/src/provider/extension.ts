import * as E from '#fp-ts/Either'
import type { Result } from '../result.js'
import type { Extended, Extension } from '../user-backend.js'
import type { ProviderCall, ProviderExtension } from '../user-provider.js'
import type { ActiveSession } from './active-session.js'

/** The operations that only this vendor has, for the active user. */
export const extension = ({ backend, ask }: ActiveSession): ProviderExtension<Extension> => {
  const bound =
    (name: string, call: Extension[string]) =>
    (input: unknown, options: ProviderCall = {}): Result<unknown> =>
    async () => {
      const answer = await ask<Extended<unknown>>(name, options, (session, limits) => call(input as never, session, limits))()
      return E.isLeft(answer) ? answer : E.right(answer.right.value)
    }
  return Object.fromEntries(Object.entries(backend.extension).map(([name, call]) => [name, bound(name, call)]))
}
