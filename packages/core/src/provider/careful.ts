import * as E from '#fp-ts/Either'
import { userError } from '../errors.js'
import type { Result } from '../result.js'
import type { VendorName } from '../user.js'

type Operations = Readonly<Record<string, (...args: never) => Result<unknown>>>

/** The same operations, which never throw or reject: without types an argument may be anything, and looking into it may throw. */
export const careful = <Group extends Operations>(vendor: VendorName, operations: Group): Group =>
  Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [
      name,
      (...args: never) =>
        async () => {
          try {
            return await operation(...args)()
          } catch {
            return E.left(userError('InvalidInput', { vendor, operation: name }, { field: 'input', rule: 'is not of the documented form' }))
          }
        },
    ]),
  ) as unknown as Group
