import { type OperationName, operationNames, type UserBackend, type UserError } from '@userport/core'
import * as E from '#fp-ts/Either'
import * as TE from '#fp-ts/TaskEither'

/** A backend that cannot work, and says why, whatever is asked of it. */
export const refusing = (backend: UserBackend, error: UserError): UserBackend => ({
  ...backend,
  ...Object.fromEntries(operationNames.map((name: OperationName) => [name, () => TE.left({ ...error, operation: name })])),
  parseResetLink: () => E.left({ ...error, operation: 'parseResetLink' }),
  adoptable: async () => null,
  accessToken: () => null,
  extension: {},
})
