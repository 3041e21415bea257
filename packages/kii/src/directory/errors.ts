import type { ErrorTable } from '@userport/core'
import { errors, unknownApp } from '../errors.js'

type Body = typeof errors extends ErrorTable<infer B> ? B : never

const wrongClient = {
  path: 'clientSecret',
  problem: 'Kii refused the client id and the client secret.',
  fix: 'Copy both from the developer portal, with the app they belong to.',
}

const said = (body: Body, endpoint: string): Readonly<Record<string, unknown>> => {
  switch (errors.code(body)) {
    case 'invalid_grant':
      return wrongClient
    case 'CLIENT_CREDENTIALS_NOT_FOUND':
      return unknownApp
    case 'WRONG_TOKEN':
      return { message: 'Kii does not accept the admin token that it gave.' }
    case 'UNAUTHORIZED':
      return { message: 'The client id and the client secret do not make an administrator.' }
    case 'INVALID_INPUT_DATA':
      return endpoint === 'queryUsers' ? { field: 'cursor', rule: 'is not one of this list' } : {}
    default:
      return {}
  }
}

/** The errors of Kii as an administrator meets them. */
export const directoryErrors: ErrorTable<Body> = {
  ...errors,
  tags: {
    ...errors.tags,
    invalid_grant: 'Configuration',
    CLIENT_CREDENTIALS_NOT_FOUND: 'Configuration',
    WRONG_TOKEN: 'Forbidden',
    UNAUTHORIZED: 'Forbidden',
    // Some refusals come without any code.
    401: 'Forbidden',
    INVALID_INPUT_DATA: 'InvalidInput',
    'setPassword INVALID_INPUT_DATA': 'PasswordRejected',
  },
  details: (body, endpoint) => ({ ...errors.details?.(body, endpoint), ...said(body, endpoint) }),
}
