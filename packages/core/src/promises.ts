import type { Either } from '#fp-ts/Either'
import { toUserportError, type UserError } from './errors.js'
import type { Result } from './result.js'

/** The same operations as promises: a `Result` becomes a promise that rejects with `UserportError`; all else stays as it is. */
export type Promises<Port> = {
  readonly [Name in keyof Port]: Name extends 'extension' | 'migration'
    ? Promises<Port[Name]>
    : Port[Name] extends (...args: infer Args) => infer Answer
      ? [Answer] extends [Result<infer Value>]
        ? (...args: Args) => Promise<Value>
        : [Answer] extends [Either<UserError, infer Value>]
          ? (...args: Args) => Promise<Value>
          : Port[Name]
      : Port[Name]
}

// Groups of operations below the provider itself.
const groups = new Set<PropertyKey>(['extension', 'migration'])

// What answers at once stays as it is: its answer may be a function too.
const immediate = new Set<PropertyKey>(['state', 'activeUser', 'subscribe', 'close', 'accessToken', 'adoptable'])

const unwrap = async (answer: unknown): Promise<unknown> => {
  const outcome = (await (typeof answer === 'function' ? (answer as () => unknown)() : answer)) as Either<UserError, unknown>
  if (outcome._tag === 'Left') throw toUserportError(outcome.left)
  return outcome.right
}

/** The Promise view of a provider or of a backend, derived from it. Rejects with `UserportError` alone; see `isUserError`. */
export const toPromises = <Port extends object>(port: Port): Promises<Port> =>
  Object.fromEntries(
    Object.entries(port).map(([name, member]) => [
      name,
      groups.has(name)
        ? toPromises(member as object)
        : typeof member === 'function' && !immediate.has(name)
          ? (...args: readonly unknown[]) => unwrap(member(...args))
          : member,
    ]),
  ) as Promises<Port>
