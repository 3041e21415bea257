import type { ErrorTable } from '@userport/core'
import * as t from '#io-ts'
import { bucketEndpoints } from './endpoints/bucket.js'

const Failure = t.partial({ errorCode: t.string, error: t.string, field: t.string, minimumLength: t.number })
type Failure = t.TypeOf<typeof Failure>

const identifierOf = { loginName: 'username', emailAddress: 'email', phoneNumber: 'phone' } as const

const codeOf = ({ errorCode, error }: Failure): string | undefined => errorCode ?? error

type Details = Readonly<Record<string, unknown>>

const identifierSaid = (field: string | undefined): Details =>
  field !== undefined && Object.hasOwn(identifierOf, field) ? { identifier: identifierOf[field as keyof typeof identifierOf] } : {}

/** What an endpoint tells where the body does not. */
const ofEndpoint: Readonly<Record<string, Details>> = {
  // Only a change of the login name sends an identifier with it.
  'update USER_ALREADY_EXISTS': { identifier: 'username' },
  'update INVALID_INPUT_DATA': { field: 'attributes', rule: 'was refused by Kii: all custom fields together must have at most 63 KB' },
  'changeEmail USER_ALREADY_EXISTS': { identifier: 'email' },
  'changePhone USER_ALREADY_EXISTS': { identifier: 'phone' },
  'changeEmail INVALID_INPUT_DATA': { field: 'email', rule: 'is no address that Kii accepts' },
  'changePhone INVALID_INPUT_DATA': { field: 'phone', rule: 'must begin with + and the country code, unless the user has a country' },
  'verify ADDRESS_VERIFICATION_CODE_NOT_FOUND': { userAction: 'request-new-code' },
  'verify VERIFICATION_CODE_NOT_FOUND': { userAction: 'request-new-code' },
  'verify EMAIL_ADDRESS_VERIFICATION_CODE_EXPIRED': { userAction: 'request-new-code' },
  'verify PHONE_NUMBER_VERIFICATION_CODE_EXPIRED': { userAction: 'request-new-code' },
  'listTopics INVALID_INPUT_DATA': { field: 'paginationKey', rule: 'is not one of this list, or not any more' },
  'queryObjects INVALID_INPUT_DATA': { field: 'paginationKey', rule: 'is not one of this query' },
}

/** What is wrong with a configuration whose app nobody knows. */
export const unknownApp: Details = { path: 'appId', problem: 'Kii knows no app with this id at this site.' }

const ofCode: Readonly<Record<string, Details>> = {
  APP_NOT_FOUND: unknownApp,
  QUERY_NOT_SUPPORTED: { field: 'clause', rule: 'is not supported by Kii, or not in an encrypted bucket' },
  INVALID_BUCKET: { field: 'bucket', rule: 'is no name for a bucket' },
}

const storageCalls = Object.keys(bucketEndpoints)

/** Calls about the session's own user: where that is gone, the session is. */
const ownCalls = [
  'me',
  'update',
  'putIdentity',
  'changePassword',
  'changeEmail',
  'changePhone',
  'resendVerification',
  'verify',
  'remove',
  'groups',
  'listTopics',
  ...storageCalls,
]

/** Kii's error codes (the status table of its SDK's KiiErrorParser; the REST pages of each operation). */
export const errors: ErrorTable<Failure> = {
  body: Failure,
  code: codeOf,
  keys: (body, endpoint) => {
    const code = codeOf(body) ?? ''
    return [`${endpoint} ${code}`, code]
  },
  tags: {
    invalid_grant: 'InvalidCredentials',
    'renew invalid_grant': 'SessionExpired',
    WRONG_REFRESH_TOKEN: 'SessionExpired',
    WRONG_TOKEN: 'SessionExpired',
    UNAUTHORIZED: 'SessionExpired',
    // The token is good, the access rights of the bucket or the object do not allow it.
    ...Object.fromEntries(storageCalls.map((call) => [`${call} UNAUTHORIZED`, 'Forbidden' as const])),
    // Some replies have no code at all.
    401: 'SessionExpired',
    WRONG_PASSWORD: 'InvalidCredentials',
    USER_ALREADY_EXISTS: 'IdentifierTaken',
    USER_NOT_FOUND: 'UserNotFound',
    ...Object.fromEntries(ownCalls.map((call) => [`${call} USER_NOT_FOUND`, 'SessionExpired' as const])),
    USER_ADDRESS_NOT_FOUND: 'UserNotFound',
    // The user is there, the address to verify is not.
    'resendVerification USER_ADDRESS_NOT_FOUND': 'Vendor',
    'verify USER_ADDRESS_NOT_FOUND': 'Vendor',
    USER_DISABLED: 'UserDisabled',
    PASSWORD_TOO_SHORT: 'PasswordRejected',
    'completeReset INVALID_INPUT_DATA': 'PasswordRejected',
    'update INVALID_INPUT_DATA': 'InvalidInput',
    'changeEmail INVALID_INPUT_DATA': 'InvalidInput',
    'changePhone INVALID_INPUT_DATA': 'InvalidInput',
    'listTopics INVALID_INPUT_DATA': 'InvalidInput',
    'queryObjects INVALID_INPUT_DATA': 'InvalidInput',
    QUERY_NOT_SUPPORTED: 'InvalidInput',
    INVALID_BUCKET: 'InvalidInput',
    // The address to send to is not verified.
    INVALID_STATUS: 'NotVerified',
    INVALID_VERIFICATION_CODE: 'ResetCodeInvalid',
    VERIFICATION_CODE_NOT_FOUND: 'ResetCodeInvalid',
    PIN_CODE_EXPIRED: 'ResetCodeExpired',
    'verify INVALID_VERIFICATION_CODE': 'VerificationCodeInvalid',
    'verify ADDRESS_VERIFICATION_CODE_NOT_FOUND': 'VerificationCodeInvalid',
    'verify VERIFICATION_CODE_NOT_FOUND': 'VerificationCodeInvalid',
    'verify EMAIL_ADDRESS_VERIFICATION_CODE_EXPIRED': 'VerificationCodeInvalid',
    'verify PHONE_NUMBER_VERIFICATION_CODE_EXPIRED': 'VerificationCodeInvalid',
    // The user has no password: it is anonymous.
    OPERATION_NOT_ALLOWED: 'Forbidden',
    APP_NOT_FOUND: 'Configuration',
    APP_DISABLED: 'Forbidden',
    RESOURCE_TEMPORARILY_UNAVAILABLE: 'Unavailable',
    TEMPORARY_UNAVAILABLE_ERROR: 'Unavailable',
    LOCK_FAILED: 'Unavailable',
    QUERY_TIMEOUT: 'Unavailable',
  },
  details: (body, endpoint) => {
    const code = codeOf(body) ?? ''
    const { field, minimumLength } = body
    return {
      ...ofCode[code],
      ...ofEndpoint[`${endpoint} ${code}`],
      ...identifierSaid(field),
      ...(minimumLength === undefined ? {} : { minimumLength }),
    }
  },
}
