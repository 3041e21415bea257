import type { ErrorTag, IdentityProof, Result, Session } from '@userport/core'
import { describe, expect, it } from 'vitest'
import { type Reply, serve } from '../../core/test/support/wire.js'
import { errors } from '../src/errors.js'
import { createMobileIdentityConnect } from '../src/index.js'
import { left } from './support/people.js'
import { anonymous, backend, config, document, link, offline, origin, session, v6, withToken } from './support/wire-user.js'

offline()

interface Failing {
  /** What is answered before the call in question. */
  readonly before?: readonly Reply[]
  readonly run: () => Result<unknown>
}

const proof: IdentityProof = { provider: 'facebook', tokens: { access_token: 'T1F' } }
const pending: Session = {
  ...session,
  secrets: { mfaToken: 'T1M', pendingUsername: 'ann', pendingPassword: 'hunter2', authenticator: 'A1' },
}

const failing = {
  signUp: { run: () => backend.signUp({ identifiers: { username: 'ann' }, password: 'hunter2' }) },
  signUpAnonymously: { run: () => backend.signInAnonymously({}) },
  firstLogin: { before: [[201, document]], run: () => v6.signUp({ identifiers: { username: 'ann' }, password: 'hunter2' }) },
  login: { run: () => backend.signIn({ identifier: { username: 'ann' }, password: 'hunter2' }) },
  me: { run: () => backend.fetchUser(session) },
  update: { before: [[200, withToken('T1')]], run: () => backend.updateProfile({ locale: 'en' }, session) },
  upgrade: {
    before: [[200, withToken('T1')]],
    run: () => backend.upgrade({ identifiers: { username: 'bob' }, password: 'hunter2' }, anonymous),
  },
  changePassword: { before: [[200, withToken('T1')]], run: () => backend.changePassword({ next: 'hunter2' }, session) },
  exists: { run: () => backend.usernameExists('ann') },
  forgotUsername: { run: () => backend.forgotUsername({ email: 'ann@example.com' }) },
  requestReset: { run: () => backend.requestPasswordReset({ identifier: { username: 'ann' } }) },
  completeReset: {
    run: () =>
      backend.completePasswordReset({
        link: { ...link, parameters: { ...link.parameters, time: String(Date.now()) } },
        newPassword: 'hunter2',
      }),
  },
  lookup: { run: () => backend.findUser({ username: 'ann' }, session) },
  remove: { run: () => backend.deleteUser({}, session) },
  suspend: { run: () => backend.suspendUser(session) },
  logoutEverywhere: { run: () => backend.signOutEverywhere(session) },
  requestVerification: { before: [[200, withToken('T1')]], run: () => backend.requestVerification({ kind: 'email' }, session) },
  recoveryLogin: { run: () => v6.continueSignIn({ factor: 'recovery-code', code: 'R1' }, pending) },
  mfaChallenge: { run: () => v6.continueSignIn({ factor: 'totp', code: '123456' }, pending) },
  mfaComplete: { before: [[204]], run: () => v6.continueSignIn({ factor: 'totp', code: '123456' }, pending) },
  verifyAuthenticator: { run: () => v6.extension.verifyAuthenticator({ authenticator: 'A1', code: '123456' }, session) },
  removeAuthenticator: { run: () => v6.extension.removeAuthenticator({ authenticator: 'A1' }, session) },
  identityLogin: { run: () => backend.signInWithIdentity({ ...proof, create: false }) },
  identitySignUp: { before: [[404, { error: 'UserNotFound' }]], run: () => backend.signInWithIdentity(proof) },
  linkIdentity: { before: [[200, withToken('T1')]], run: () => backend.linkIdentity(proof, session) },
  micToken: { run: () => createMobileIdentityConnect(config).byPassword({ username: 'ann', password: 'hunter2' }) },
  micRefresh: { run: () => backend.renewSession({ ...session, secrets: { token: 'T1', micClient: 'kid_app', refreshToken: 'T1R' } }) },
} satisfies Readonly<Record<string, Failing>>

type Row = readonly [endpoint: keyof typeof failing, error: string, status: number, tag: ErrorTag, details?: object]

const rows: readonly Row[] = [
  ['me', 'InvalidCredentials', 401, 'SessionExpired'],
  ['update', 'InvalidCredentials', 401, 'SessionExpired'],
  ['upgrade', 'InvalidCredentials', 401, 'SessionExpired'],
  ['changePassword', 'InvalidCredentials', 401, 'SessionExpired'],
  ['lookup', 'InvalidCredentials', 401, 'SessionExpired'],
  ['remove', 'InvalidCredentials', 401, 'SessionExpired'],
  ['login', 'InvalidCredentials', 401, 'InvalidCredentials'],
  ['firstLogin', 'KinveyInternalErrorRetry', 500, 'Unavailable', { accountCreated: true, retryable: false, userAction: 'sign-in' }],
  ['firstLogin', 'InvalidCredentials', 401, 'InvalidCredentials', { accountCreated: true }],
  ['completeReset', 'InvalidCredentials', 401, 'Forbidden'],
  ['signUp', 'InvalidCredentials', 401, 'Configuration', { path: 'appSecret' }],
  ['signUpAnonymously', 'InvalidCredentials', 401, 'Configuration', { path: 'appSecret' }],
  ['exists', 'InvalidCredentials', 401, 'Configuration', { path: 'appSecret' }],
  ['forgotUsername', 'InvalidCredentials', 401, 'Configuration', { path: 'appSecret' }],
  ['requestReset', 'InvalidCredentials', 401, 'Configuration', { path: 'appSecret' }],
  ['recoveryLogin', 'InvalidCredentials', 401, 'InvalidCredentials'],
  ['identityLogin', 'InvalidCredentials', 401, 'InvalidCredentials'],
  ['identitySignUp', 'InvalidCredentials', 401, 'InvalidCredentials'],
  ['linkIdentity', 'InvalidCredentials', 401, 'InvalidCredentials'],
  ['requestVerification', 'InvalidCredentials', 401, 'Configuration', { path: 'appSecret' }],
  ['mfaChallenge', 'InvalidCredentials', 401, 'SessionExpired'],
  ['suspend', 'InvalidCredentials', 401, 'SessionExpired'],
  ['logoutEverywhere', 'InvalidCredentials', 401, 'SessionExpired'],
  ['requestVerification', 'ParameterValueOutOfRange', 400, 'Vendor'],
  ['identityLogin', 'UserNotFound', 404, 'UserNotFound'],
  ['identityLogin', 'EndpointDoesNotExist', 404, 'Vendor'],
  ['identitySignUp', 'EmailVerificationRequired', 400, 'NotVerified', { what: 'email' }],
  ['linkIdentity', 'UserNotFound', 404, 'SessionExpired'],
  ['linkIdentity', 'UserAlreadyExists', 409, 'IdentifierTaken'],
  ['mfaChallenge', 'EntityNotFound', 404, 'InvalidInput', { field: 'authenticator' }],
  ['removeAuthenticator', 'EntityNotFound', 404, 'InvalidInput', { field: 'authenticator' }],
  ['mfaComplete', 'InputValidationFailed', 400, 'InvalidCredentials'],
  ['verifyAuthenticator', 'InputValidationFailed', 400, 'VerificationCodeInvalid'],
  ['micToken', 'invalid_grant', 400, 'InvalidCredentials'],
  ['micToken', 'invalid_client', 401, 'Configuration', { path: 'appSecret' }],
  ['micToken', 'unsupported_grant_type', 400, 'Vendor'],
  ['micRefresh', 'invalid_grant', 400, 'SessionExpired'],
  ['micRefresh', 'invalid_client', 401, 'Configuration', { path: 'appSecret' }],
  ['lookup', 'ResultSetSizeExceeded', 400, 'Vendor'],
  ['login', 'ParameterValueOutOfRange', 400, 'InvalidCredentials'],
  ['requestReset', 'ParameterValueOutOfRange', 400, 'Vendor'],
  ['me', 'InsufficientCredentials', 401, 'Forbidden'],
  ['signUp', 'UserAlreadyExists', 409, 'IdentifierTaken', { identifier: 'username' }],
  ['upgrade', 'UserAlreadyExists', 409, 'IdentifierTaken', { identifier: 'username' }],
  ['requestReset', 'UserNotFound', 404, 'UserNotFound'],
  ['me', 'UserNotFound', 404, 'SessionExpired'],
  ['update', 'UserNotFound', 404, 'SessionExpired'],
  ['upgrade', 'UserNotFound', 404, 'SessionExpired'],
  ['changePassword', 'UserNotFound', 404, 'SessionExpired'],
  ['login', 'UserLockedDown', 401, 'UserDisabled'],
  ['me', 'UserLockedDown', 403, 'UserDisabled'],
  ['login', 'EmailVerificationRequired', 403, 'NotVerified', { what: 'email' }],
  ['firstLogin', 'EmailVerificationRequired', 401, 'NotVerified', { what: 'email', accountCreated: true }],
  ['completeReset', 'InvalidOrMissingNonce', 400, 'ResetCodeInvalid'],
  ['requestReset', 'MissingConfiguration', 403, 'Forbidden'],
  ['login', 'AppProblem', 403, 'Forbidden'],
  ['login', 'CORSDisabled', 400, 'Forbidden'],
  ['login', 'AppNotFound', 404, 'Configuration', { path: 'appKey' }],
  ['login', 'APIVersionNotAvailable', 400, 'Configuration', { path: 'apiVersion' }],
  ['login', 'APIVersionNotImplemented', 501, 'Configuration', { path: 'apiVersion' }],
  ['login', 'KinveyInternalErrorRetry', 500, 'Unavailable', { retryable: true }],
  ['login', 'KinveyInternalErrorStop', 500, 'Vendor', { retryable: false }],
  ['login', 'DuplicateEndUsers', 500, 'Vendor', { retryable: false }],
  ['login', 'EndpointDoesNotExist', 404, 'Vendor'],
  ['signUp', 'BLRuntimeError', 400, 'Vendor'],
]

describe('the error table', () => {
  it.each(rows.map(([endpoint, ...row]) => ({ endpoint, row })))(
    '$endpoint: $row',
    async ({ endpoint, row: [error, status, tag, details] }) => {
      const { before = [], run }: Failing = failing[endpoint]
      serve(origin, ...before, [status, { error, description: 'words', debug: '' }])
      const failed = await left(run())
      expect(failed).toMatchObject({ _tag: tag, code: error, status, vendor: 'kinvey', ...details })
      expect(JSON.stringify(failed)).not.toMatch(/hunter2|app-secret|T1|words/)
    },
  )

  it('has a row here for each of its own', () => {
    const tested = new Set(rows.flatMap(([endpoint, error]) => [`${endpoint} ${error}`, error]))
    expect(Object.keys(errors.tags).filter((key) => !tested.has(key))).toEqual([])
  })
})
