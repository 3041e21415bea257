import type { ErrorTable } from '@userport/core'
import * as t from '#io-ts'

const Failure = t.type({ error: t.intersection([t.type({ code: t.number }), t.partial({ data: t.unknown })]) })
type Failure = t.TypeOf<typeof Failure>

const Failed = t.type({ error: t.UnknownRecord })

/** -32602 covers almost everything: its data names the parameters that were refused. */
const refusedParameters = ({ error: { data } }: Failure): readonly string[] => (t.UnknownRecord.is(data) ? Object.keys(data) : [])

const facts: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  properties: { field: 'attributes', rule: 'was refused by Monaca: all properties together must have at most 500 KB' },
  options: { message: 'Monaca cannot send the mail: the mail template is missing, or the user has no e-mail address on record.' },
}

const invalidKey = { path: 'apiKey', problem: 'Monaca does not accept it for this backendId.', fix: 'Copy both from the Monaca console.' }

/** Monaca's error codes (https://docs.monaca.io/en/reference/monaca_api/cloud/error/); the parameters of -32602 as each method has them. */
export const errors: ErrorTable<Failure> = {
  failed: Failed.is,
  body: Failure,
  code: ({ error }) => String(error.code),
  keys: (body, endpoint) => {
    const code = String(body.error.code)
    return [...refusedParameters(body).map((name) => `${endpoint} ${code} ${name}`), `${endpoint} ${code}`, code]
  },
  tags: {
    // Taken or ill-formed: a second question tells.
    'register -32602 username': 'IdentifierTaken',
    'register -32602 password': 'PasswordRejected',
    'register -32602 properties': 'InvalidInput',
    'validate -32602': 'IdentifierTaken',
    'unregister -32602': 'InvalidCredentials',
    'login -32602': 'InvalidCredentials',
    'autoLogin -32602': 'SessionExpired',
    // Auto-login is disabled in the console: the login token is worth nothing.
    'autoLogin 13': 'SessionExpired',
    'updatePassword -32602 oldPassword': 'InvalidCredentials',
    'updatePassword -32602 newPassword': 'PasswordRejected',
    'sendPasswordResetToken -32602 username': 'UserNotFound',
    'sendPasswordResetToken 13': 'AlreadySignedIn',
    'resetPasswordAndLogin -32602 token': 'ResetCodeInvalid',
    'resetPasswordAndLogin -32602 newPassword': 'PasswordRejected',
    'resetPasswordAndLogin -32602 username': 'UserNotFound',
    'saveProperties -32602 properties': 'InvalidInput',
    'saveDeviceProperties -32602 properties': 'InvalidInput',
    4: 'Configuration',
    10: 'SessionExpired',
    11: 'SessionExpired',
    12: 'Vendor',
    13: 'Forbidden',
    14: 'Forbidden',
    9999: 'RateLimited',
    '-32600': 'Vendor',
    '-32601': 'Vendor',
    '-32602': 'Vendor',
    '-32603': 'Vendor',
    '-32700': 'Vendor',
  },
  details: (body) => (body.error.code === 4 ? invalidKey : Object.assign({}, ...refusedParameters(body).map((name) => facts[name]))),
}
