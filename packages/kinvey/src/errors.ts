import type { ErrorTable, ErrorTag } from '@userport/core'
import * as t from '#io-ts'

const Failure = t.partial({ error: t.string })

const appCalls = ['signUp', 'signUpAnonymously', 'exists', 'forgotUsername', 'requestReset', 'requestVerification']

/** Calls that carry what somebody else vouches for, or a password: refused credentials are these, not the session's. */
const provingCalls = ['login', 'firstLogin', 'recoveryLogin', 'identityLogin', 'identitySignUp', 'linkIdentity']

/** Calls about the session's own user: where that is gone, the session is. */
const ownCalls = ['me', 'update', 'upgrade', 'changePassword', 'linkIdentity']

const identityCalls = ['identitySignUp', 'linkIdentity']

const micCalls = ['micToken', 'micRefresh']

const each = (calls: readonly string[], error: string, tag: ErrorTag): Readonly<Record<string, ErrorTag>> =>
  Object.fromEntries(calls.map((call) => [`${call} ${error}`, tag]))

const noSuchVersion = { path: 'apiVersion', problem: 'Kinvey does not have this API version for the app.' }
const wrongSecret = { path: 'appSecret', problem: 'Kinvey refused the app key and the app secret.' }

/** Kinvey's error names (https://devcenter.kinvey.com/rest/guides/troubleshooting; the error map of its SDKs). */
export const errors: ErrorTable<t.TypeOf<typeof Failure>> = {
  body: Failure,
  code: ({ error }) => error,
  keys: ({ error = '' }, endpoint) => [`${endpoint} ${error}`, error],
  tags: {
    // One name for a wrong password, a dead token and a wrong app secret: what was sent tells which.
    InvalidCredentials: 'SessionExpired',
    ...each(provingCalls, 'InvalidCredentials', 'InvalidCredentials'),
    'completeReset InvalidCredentials': 'Forbidden',
    ...each(appCalls, 'InvalidCredentials', 'Configuration'),
    // A password of spaces alone.
    'login ParameterValueOutOfRange': 'InvalidCredentials',
    InsufficientCredentials: 'Forbidden',
    UserAlreadyExists: 'IdentifierTaken',
    UserNotFound: 'UserNotFound',
    ...each(ownCalls, 'UserNotFound', 'SessionExpired'),
    UserLockedDown: 'UserDisabled',
    EmailVerificationRequired: 'NotVerified',
    InvalidOrMissingNonce: 'ResetCodeInvalid',
    // Of what a path can name, only authenticators are not users.
    EntityNotFound: 'InvalidInput',
    'mfaComplete InputValidationFailed': 'InvalidCredentials',
    'verifyAuthenticator InputValidationFailed': 'VerificationCodeInvalid',
    // Mobile Identity Connect speaks OAuth 2.0.
    'micToken invalid_grant': 'InvalidCredentials',
    'micRefresh invalid_grant': 'SessionExpired',
    ...each(micCalls, 'invalid_client', 'Configuration'),
    MissingConfiguration: 'Forbidden',
    AppProblem: 'Forbidden',
    CORSDisabled: 'Forbidden',
    AppNotFound: 'Configuration',
    APIVersionNotAvailable: 'Configuration',
    APIVersionNotImplemented: 'Configuration',
    KinveyInternalErrorRetry: 'Unavailable',
    // Answered with 500, but asking again does not help.
    KinveyInternalErrorStop: 'Vendor',
    DuplicateEndUsers: 'Vendor',
  },
  details: ({ error }, endpoint) => {
    switch (error) {
      case 'UserAlreadyExists':
        return identityCalls.includes(endpoint) ? {} : { identifier: 'username' }
      case 'EmailVerificationRequired':
        return { what: 'email' }
      case 'EntityNotFound':
        return { field: 'authenticator', rule: 'is none of this user' }
      case 'InvalidCredentials':
        return appCalls.includes(endpoint) ? wrongSecret : {}
      case 'invalid_client':
        return wrongSecret
      case 'AppNotFound':
        return { path: 'appKey', problem: 'Kinvey knows no app with this key.' }
      case 'APIVersionNotAvailable':
      case 'APIVersionNotImplemented':
        return noSuchVersion
      default:
        return {}
    }
  },
}
