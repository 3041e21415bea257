import type { ErrorTable } from '@userport/core'
import { errors } from '../errors.js'

type Body = typeof errors extends ErrorTable<infer B> ? B : never

const invalidKey = {
  path: 'managementKey',
  problem: 'Monaca does not accept it for this managementUrl.',
  fix: 'Copy both from the Monaca console, and see which addresses the key is bound to.',
}

/** The errors of Monaca's management API (https://docs.monaca.io/en/reference/monaca_api/cloud_management/). */
export const directoryErrors: ErrorTable<Body> = {
  ...errors,
  tags: {
    ...errors.tags,
    'get -32602': 'UserNotFound',
    // Taken or ill-formed: a second question tells.
    'create -32602 username': 'IdentifierTaken',
    'create -32602 password': 'PasswordRejected',
    'create -32602 properties': 'InvalidInput',
    'update -32602 _id': 'UserNotFound',
    'update -32602 _username': 'IdentifierTaken',
    'update -32602 user': 'InvalidInput',
    // Of sessions, the management API knows nothing.
    10: 'Vendor',
    11: 'Vendor',
  },
  details: (body, endpoint) => (body.error.code === 4 ? invalidKey : (errors.details?.(body, endpoint) ?? {})),
}
