import type { ErrorTable } from '@userport/core'
import { errors } from '../errors.js'

type Body = typeof errors extends ErrorTable<infer B> ? B : never

const said = (body: Body, endpoint: string): Readonly<Record<string, unknown>> => {
  switch (errors.code(body)) {
    case 'InvalidCredentials':
      return { path: 'masterSecret', problem: 'Kinvey refused the app key and the master secret.' }
    case 'UserAlreadyExists':
      // The id or the username is taken: Kinvey does not say which.
      return endpoint === 'createWithId' ? { identifier: undefined } : {}
    case 'InvalidIdentifier':
      return { field: 'id', rule: 'was refused by Kinvey' }
    default:
      return {}
  }
}

/** The errors of Kinvey as the holder of the master secret meets them. */
export const directoryErrors: ErrorTable<Body> = {
  ...errors,
  tags: {
    ...errors.tags,
    InvalidCredentials: 'Configuration',
    InvalidIdentifier: 'InvalidInput',
    ParameterValueOutOfRange: 'InvalidInput',
    InputValidationFailed: 'InvalidInput',
  },
  details: (body, endpoint) => ({ ...errors.details?.(body, endpoint), ...said(body, endpoint) }),
}
