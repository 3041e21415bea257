import type { ErrorTable } from '@userport/core'
import * as t from '#io-ts'

const Failure = t.partial({ error: t.string })

const appCalls = ['signUp', 'signUpAnonymously', 'exists', 'forgotUsername', 'requestReset']

const noSuchVersion = { path: 'apiVersion', problem: 'Kinvey does not have this API version for the app.' }

/** Kinvey's error names (https://devcenter.kinvey.com/rest/guides/troubleshooting; the error map of its SDKs). */
export const errors: ErrorTable<t.TypeOf<typeof Failure>> = {
  body: Failure,
  code: ({ error }) => error,
  keys: ({ error = '' }, endpoint) => [`${endpoint} ${error}`, error],
  tags: {
    // One name for a wrong password, a dead token and a wrong app secret: what was sent tells which.
    InvalidCredentials: 'SessionExpired',
    'login InvalidCredentials': 'InvalidCredentials',
    'firstLogin InvalidCredentials': 'InvalidCredentials',
    'completeReset InvalidCredentials': 'Forbidden',
    ...Object.fromEntries(appCalls.map((call) => [`${call} InvalidCredentials`, 'Configuration' as const])),
    // A password of spaces alone.
    'login ParameterValueOutOfRange': 'InvalidCredentials',
    InsufficientCredentials: 'Forbidden',
    UserAlreadyExists: 'IdentifierTaken',
    UserNotFound: 'UserNotFound',
    // The session's own user is gone.
    'me UserNotFound': 'SessionExpired',
    'update UserNotFound': 'SessionExpired',
    'upgrade UserNotFound': 'SessionExpired',
    'changePassword UserNotFound': 'SessionExpired',
    UserLockedDown: 'UserDisabled',
    EmailVerificationRequired: 'NotVerified',
    InvalidOrMissingNonce: 'ResetCodeInvalid',
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
        return { identifier: 'username' }
      case 'EmailVerificationRequired':
        return { what: 'email' }
      case 'InvalidCredentials':
        return appCalls.includes(endpoint) ? { path: 'appSecret', problem: 'Kinvey refused the app key and the app secret.' } : {}
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
