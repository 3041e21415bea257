import type { ErrorTag, Result } from '@userport/core'
import { describe, expect, it } from 'vitest'
import { type Reply, serve } from '../../core/test/support/wire.js'
import { errors } from '../src/errors.js'
import { anonymous, backend, credentials, left, ok, onTheWire, origin, pseudoUser, right, session, ticket } from './support/fixtures.js'

onTheWire()

interface Failing {
  /** What is answered before the call in question. */
  readonly before?: readonly Reply[]
  readonly run: () => Result<unknown>
}

const failing = {
  register: { run: () => backend.signUp({ identifiers: { username: 'ann' }, password: 'hunter2' }) },
  registerPseudoUser: { run: () => backend.signInAnonymously({}) },
  token: { run: () => backend.signIn(credentials) },
  renew: { run: () => backend.renewSession({ ...session, secrets: { accessToken: 'T1', refreshToken: 'R1' } }) },
  me: { run: () => backend.fetchUser(session) },
  update: { before: [ok], run: () => backend.updateProfile({ locale: 'en' }, session) },
  putIdentity: {
    before: [[200, pseudoUser]],
    run: () => backend.upgrade({ identifiers: { username: 'ann' }, password: 'hunter2' }, anonymous),
  },
  changePassword: { before: [ok], run: () => backend.changePassword({ current: 'hunter2', next: 'hunter3' }, session) },
  requestReset: { run: () => backend.requestPasswordReset({ identifier: { email: 'ann@example.com' } }) },
  requestPin: { run: () => backend.requestPasswordReset({ identifier: { phone: '+81312345678' } }) },
  completeReset: { run: () => backend.completePasswordReset({ ticket, code: '1234', newPassword: 'hunter2' }) },
  find: { run: () => backend.findUser({ username: 'ann' }, session) },
  remove: { run: () => backend.deleteUser({}, session) },
  changeUsername: { before: [ok], run: () => backend.changeUsername('anna', session) },
  changeEmail: { run: () => backend.changeContact({ email: 'new@example.com' }, session) },
  changePhone: { run: () => backend.changeContact({ phone: '0312345678' }, session) },
  resendVerification: { run: () => backend.requestVerification({ kind: 'email' }, session) },
  verify: { run: () => backend.confirmVerification({ kind: 'phone', code: '1234' }, session) },
  secondFactor: { run: () => backend.continueSignIn({ factor: 'totp', code: '123456' }, session) },
  signInWithToken: { run: () => backend.signInWithToken({ token: 'T1' }) },
  groups: { run: () => backend.extension.memberOfGroups(undefined, session) },
  listTopics: { run: () => backend.extension.listTopics({ paginationKey: 'old' }, session) },
  queryObjects: { run: () => backend.extension.queryObjects({ bucket: 'notes' }, session) },
  createObject: { run: () => backend.extension.createObject({ bucket: 'notes', fields: {} }, session) },
  patchObject: { run: () => backend.extension.patchObject({ bucket: 'notes', id: 'one', fields: {} }, session) },
  replaceObject: { run: () => backend.extension.replaceObject({ bucket: 'notes', id: 'one', fields: {} }, session) },
  deleteObject: { run: () => backend.extension.deleteObject({ bucket: 'notes', id: 'one' }, session) },
  getObject: { run: () => backend.extension.getObject({ bucket: 'notes', id: 'one' }, session) },
  countObjects: { run: () => backend.extension.countObjects({ bucket: 'notes' }, session) },
} satisfies Readonly<Record<string, Failing>>

type Row = readonly [endpoint: keyof typeof failing, code: string, status: number, tag: ErrorTag, details?: object, says?: object]

const ofStorage = ['createObject', 'getObject', 'patchObject', 'replaceObject', 'deleteObject', 'queryObjects', 'countObjects'] as const

const rows: readonly Row[] = [
  ...ofStorage.map((call): Row => [call, 'UNAUTHORIZED', 401, 'Forbidden']),
  ...ofStorage.map((call): Row => [call, 'USER_NOT_FOUND', 404, 'SessionExpired']),
  ['token', 'invalid_grant', 400, 'InvalidCredentials'],
  ['renew', 'invalid_grant', 400, 'SessionExpired'],
  ['renew', 'WRONG_REFRESH_TOKEN', 403, 'SessionExpired'],
  ['me', 'WRONG_TOKEN', 403, 'SessionExpired'],
  ['update', 'WRONG_TOKEN', 403, 'SessionExpired'],
  ['putIdentity', 'WRONG_TOKEN', 403, 'SessionExpired'],
  ['remove', 'WRONG_TOKEN', 403, 'SessionExpired'],
  ['find', 'UNAUTHORIZED', 401, 'SessionExpired'],
  ['changePassword', 'WRONG_PASSWORD', 401, 'InvalidCredentials'],
  ['token', 'WRONG_PASSWORD', 401, 'InvalidCredentials'],
  ['register', 'USER_ALREADY_EXISTS', 409, 'IdentifierTaken', { identifier: 'username' }, { field: 'loginName', value: 'hunter2' }],
  ['register', 'USER_ALREADY_EXISTS', 409, 'IdentifierTaken', { identifier: 'email' }, { field: 'emailAddress' }],
  ['putIdentity', 'USER_ALREADY_EXISTS', 409, 'IdentifierTaken', { identifier: 'phone' }, { field: 'phoneNumber' }],
  ['putIdentity', 'USER_ALREADY_EXISTS', 409, 'IdentifierTaken'],
  ['register', 'USER_ALREADY_EXISTS', 409, 'IdentifierTaken', {}, { field: 'toString' }],
  ['me', 'USER_NOT_FOUND', 404, 'SessionExpired'],
  ['update', 'USER_NOT_FOUND', 404, 'SessionExpired'],
  ['putIdentity', 'USER_NOT_FOUND', 404, 'SessionExpired'],
  ['changePassword', 'USER_NOT_FOUND', 404, 'SessionExpired'],
  ['changeEmail', 'USER_NOT_FOUND', 404, 'SessionExpired'],
  ['changePhone', 'USER_NOT_FOUND', 404, 'SessionExpired'],
  ['resendVerification', 'USER_NOT_FOUND', 404, 'SessionExpired'],
  ['verify', 'USER_NOT_FOUND', 404, 'SessionExpired'],
  ['remove', 'USER_NOT_FOUND', 404, 'SessionExpired'],
  ['requestReset', 'USER_NOT_FOUND', 404, 'UserNotFound'],
  ['requestReset', 'USER_ADDRESS_NOT_FOUND', 404, 'UserNotFound'],
  ['requestReset', 'USER_DISABLED', 401, 'UserDisabled'],
  ['register', 'PASSWORD_TOO_SHORT', 400, 'PasswordRejected', { minimumLength: 8 }, { minimumLength: 8 }],
  ['completeReset', 'INVALID_INPUT_DATA', 400, 'PasswordRejected'],
  ['register', 'INVALID_INPUT_DATA', 400, 'Vendor'],
  ['requestReset', 'INVALID_STATUS', 409, 'NotVerified', { what: 'email' }],
  ['requestPin', 'INVALID_STATUS', 409, 'NotVerified', { what: 'phone' }],
  ['completeReset', 'INVALID_VERIFICATION_CODE', 403, 'ResetCodeInvalid'],
  ['completeReset', 'VERIFICATION_CODE_NOT_FOUND', 404, 'ResetCodeInvalid'],
  ['completeReset', 'PIN_CODE_EXPIRED', 410, 'ResetCodeExpired'],
  ['changePassword', 'OPERATION_NOT_ALLOWED', 409, 'Forbidden'],
  ['changeUsername', 'USER_ALREADY_EXISTS', 409, 'IdentifierTaken', { identifier: 'username' }],
  ['changeEmail', 'USER_ALREADY_EXISTS', 409, 'IdentifierTaken', { identifier: 'email' }],
  ['changePhone', 'USER_ALREADY_EXISTS', 409, 'IdentifierTaken', { identifier: 'phone' }],
  ['update', 'INVALID_INPUT_DATA', 400, 'InvalidInput', { field: 'attributes' }],
  ['changeUsername', 'INVALID_INPUT_DATA', 400, 'InvalidInput', { field: 'username' }],
  ['changeEmail', 'INVALID_INPUT_DATA', 400, 'InvalidInput', { field: 'email' }],
  ['changePhone', 'INVALID_INPUT_DATA', 400, 'InvalidInput', { field: 'phone' }],
  ['resendVerification', 'INVALID_ACCOUNT_STATUS', 400, 'Vendor'],
  ['resendVerification', 'USER_ADDRESS_NOT_FOUND', 404, 'Vendor'],
  ['verify', 'INVALID_ACCOUNT_STATUS', 400, 'Vendor'],
  ['verify', 'INVALID_VERIFICATION_CODE', 403, 'VerificationCodeInvalid', { userAction: 'correct-input' }],
  ['verify', 'ADDRESS_VERIFICATION_CODE_NOT_FOUND', 404, 'VerificationCodeInvalid', { userAction: 'request-new-code' }],
  ['verify', 'EMAIL_ADDRESS_VERIFICATION_CODE_EXPIRED', 410, 'VerificationCodeInvalid', { userAction: 'request-new-code' }],
  ['verify', 'PHONE_NUMBER_VERIFICATION_CODE_EXPIRED', 410, 'VerificationCodeInvalid', { userAction: 'request-new-code' }],
  ['verify', 'VERIFICATION_CODE_NOT_FOUND', 404, 'VerificationCodeInvalid', { userAction: 'request-new-code' }],
  ['verify', 'USER_ADDRESS_NOT_FOUND', 404, 'Vendor'],
  ['secondFactor', 'invalid_grant', 400, 'InvalidCredentials'],
  ['signInWithToken', 'WRONG_TOKEN', 403, 'SessionExpired'],
  ['groups', 'USER_NOT_FOUND', 404, 'SessionExpired'],
  ['listTopics', 'USER_NOT_FOUND', 404, 'SessionExpired'],
  ['listTopics', 'INVALID_INPUT_DATA', 400, 'InvalidInput', { field: 'paginationKey' }],
  ['queryObjects', 'INVALID_INPUT_DATA', 400, 'InvalidInput', { field: 'paginationKey' }],
  ['queryObjects', 'QUERY_NOT_SUPPORTED', 400, 'InvalidInput', { field: 'clause' }],
  ['createObject', 'INVALID_BUCKET', 400, 'InvalidInput', { field: 'bucket' }],
  ['patchObject', 'OBJECT_NOT_FOUND', 404, 'Vendor'],
  ['patchObject', 'OBJECT_VERSION_IS_STALE', 409, 'Vendor'],
  ['replaceObject', 'OBJECT_ALREADY_EXISTS', 409, 'Vendor'],
  ['deleteObject', 'BUCKET_NOT_FOUND', 404, 'Vendor'],
  ['registerPseudoUser', 'APP_NOT_FOUND', 404, 'Configuration', { path: 'appId' }],
  ['token', 'APP_NOT_FOUND', 404, 'Configuration', { path: 'appId' }],
  ['registerPseudoUser', 'APP_DISABLED', 403, 'Forbidden'],
  ['token', 'RESOURCE_TEMPORARILY_UNAVAILABLE', 503, 'Unavailable', { retryable: true }],
  ['token', 'TEMPORARY_UNAVAILABLE_ERROR', 503, 'Unavailable', { retryable: true }],
  ['token', 'LOCK_FAILED', 503, 'Unavailable', { retryable: true }],
  ['token', 'QUERY_TIMEOUT', 503, 'Unavailable', { retryable: true }],
  ['token', 'toString', 400, 'Vendor'],
  ['token', 'OPERATION_NOT_IMPLEMENTED', 501, 'Vendor'],
]

const tests = rows.map(([endpoint, code, status, tag, details = {}, says = {}]) => ({ endpoint, code, status, tag, details, says }))

describe('the error table', () => {
  it.each(tests)('$endpoint: $code with status $status is $tag $details', async ({ endpoint, code, status, tag, details, says }) => {
    const { before = [], run }: Failing = failing[endpoint]
    serve(origin, ...before, [status, { errorCode: code, message: 'words', ...says }])
    const failed = await left(run())
    expect(failed).toMatchObject({ _tag: tag, code, status, vendor: 'kii', ...details })
    expect(JSON.stringify(failed)).not.toMatch(/hunter|T1|R1|1234|words/)
    const said = ['what', 'rule', 'identifier'].map((name) => name in failed)
    expect(said).toEqual([tag === 'NotVerified', tag === 'InvalidInput', 'identifier' in details])
  })

  it('reads the form of the token endpoint too', async () => {
    serve(origin, [400, { error: 'invalid_grant', error_description: 'words' }])
    expect(await left(backend.signIn(credentials))).toMatchObject({ _tag: 'InvalidCredentials', code: 'invalid_grant', status: 400 })
  })

  it('finds nobody where Kii says that there is no such user', async () => {
    serve(origin, [404, { errorCode: 'USER_NOT_FOUND', message: 'words' }])
    expect(await right(backend.findUser({ username: 'ann' }, session))).toEqual({ user: null, session })
  })

  it('takes a 401 without a word for the end of the session', async () => {
    serve(origin, [401, {}])
    expect(await left(backend.fetchUser(session))).toMatchObject({ _tag: 'SessionExpired', status: 401 })
  })

  it('has a row here for each of its own', () => {
    const tested = new Set(['401', ...rows.flatMap(([endpoint, code]) => [`${endpoint} ${code}`, code])])
    expect(Object.keys(errors.tags).filter((key) => !tested.has(key))).toEqual([])
  })
})

type Name = keyof typeof failing

const reads = ['me', 'find', 'signInWithToken', 'groups', 'listTopics', 'getObject', 'queryObjects', 'countObjects'] as const
const repeatable = [
  'token',
  'renew',
  'update',
  'requestReset',
  'changeUsername',
  'changeEmail',
  'changePhone',
  'resendVerification',
] as const
const repeatableInStorage = ['patchObject', 'replaceObject', 'deleteObject'] as const
const once = ['registerPseudoUser', 'completeReset', 'secondFactor', 'createObject'] as const

describe('where no answer comes', () => {
  const ask = async (name: Name, ...replies: readonly Reply[]) => {
    const { before = [], run }: Failing = failing[name]
    const sent = serve(origin, ...before, ...replies)
    return { error: await left(run()), asked: sent.length - before.length }
  }

  it.each(reads)('%s is asked again by itself', async (name) => {
    expect(await ask(name, [502, ''], [400, {}])).toMatchObject({ error: { _tag: 'Vendor', status: 400 }, asked: 2 })
  })

  it.each([...repeatable, ...repeatableInStorage])('%s is left to the app to try again', async (name) => {
    expect(await ask(name, [502, ''])).toMatchObject({ error: { _tag: 'Unavailable', retryable: true }, asked: 1 })
  })

  it.each(once)('%s may have been carried out', async (name) => {
    expect(await ask(name, [502, ''])).toMatchObject({ error: { _tag: 'OutcomeUnknown', retryable: false }, asked: 1 })
  })
})
