import type { ErrorTable } from '@userport/core'
import * as t from '#io-ts'

const Failure = t.partial({ errorCode: t.string, error: t.string, field: t.string, minimumLength: t.number })

const identifierOf = { loginName: 'username', emailAddress: 'email', phoneNumber: 'phone' } as const

/** Kii's error codes (the status table of its SDK's KiiErrorParser; the REST pages of each operation). */
export const errors: ErrorTable<t.TypeOf<typeof Failure>> = {
  body: Failure,
  code: ({ errorCode, error }) => errorCode ?? error,
  keys: ({ errorCode, error }, endpoint) => {
    const code = errorCode ?? error ?? ''
    return [`${endpoint} ${code}`, code]
  },
  tags: {
    invalid_grant: 'InvalidCredentials',
    'renew invalid_grant': 'SessionExpired',
    WRONG_REFRESH_TOKEN: 'SessionExpired',
    WRONG_TOKEN: 'SessionExpired',
    UNAUTHORIZED: 'SessionExpired',
    'changePassword WRONG_PASSWORD': 'InvalidCredentials',
    WRONG_PASSWORD: 'InvalidCredentials',
    USER_ALREADY_EXISTS: 'IdentifierTaken',
    USER_NOT_FOUND: 'UserNotFound',
    USER_ADDRESS_NOT_FOUND: 'UserNotFound',
    USER_DISABLED: 'UserDisabled',
    PASSWORD_TOO_SHORT: 'PasswordRejected',
    'completeReset INVALID_INPUT_DATA': 'PasswordRejected',
    // The address to send to is not verified.
    INVALID_STATUS: 'NotVerified',
    INVALID_VERIFICATION_CODE: 'ResetCodeInvalid',
    VERIFICATION_CODE_NOT_FOUND: 'ResetCodeInvalid',
    PIN_CODE_EXPIRED: 'ResetCodeExpired',
    // The user has no password: it is anonymous.
    OPERATION_NOT_ALLOWED: 'Forbidden',
    APP_DISABLED: 'Forbidden',
    RESOURCE_TEMPORARILY_UNAVAILABLE: 'Unavailable',
    TEMPORARY_UNAVAILABLE_ERROR: 'Unavailable',
    LOCK_FAILED: 'Unavailable',
    QUERY_TIMEOUT: 'Unavailable',
  },
  details: ({ field, minimumLength }) => ({
    ...(field !== undefined && Object.hasOwn(identifierOf, field) ? { identifier: identifierOf[field as keyof typeof identifierOf] } : {}),
    ...(minimumLength === undefined ? {} : { minimumLength }),
  }),
}
