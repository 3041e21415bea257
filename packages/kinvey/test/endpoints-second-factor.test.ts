import type { Session } from '@userport/core'
import { describe, expect, it } from 'vitest'
import { serve } from '../../core/test/support/wire.js'
import { createKinveyBackend } from '../src/index.js'
import { left, right } from './support/people.js'
import { asApp, config, document, id, offline, origin, read, session, user, v6, withToken } from './support/wire-user.js'

offline()

const version = { 'x-kinvey-api-version': '6' }
const asPending = { ...asApp, ...version, authorization: 'KinveyMFA M1' }
const asUser = { ...asApp, ...version, authorization: 'Kinvey T1' }
const authenticators = [
  { id: 'A1', name: 'phone', type: 'totp' },
  { id: 'A2', name: 'tablet', type: 'totp' },
]
const wanted = { mfaRequired: true, userId: id, mfaSessionToken: 'M1', authenticators }
const pending: Session = {
  ...session,
  secrets: { mfaToken: 'M1', pendingUsername: 'ann', pendingPassword: 'hunter2', authenticator: 'A1' },
}
const signIn = { identifier: { username: 'ann' }, password: 'hunter2' }
const path = `/user/kid_app/${id}`

describe('a sign-in with a second factor', () => {
  it('waits, with the authenticators to choose from', async () => {
    serve(origin, [200, wanted])
    expect(await right(v6.signIn(signIn))).toEqual({ pending, factors: ['totp', 'recovery-code'], authenticators })
  })

  it('cannot go on without an authenticator', async () => {
    const sent = serve(origin, [200, { ...wanted, authenticators: [] }])
    const waiting = await right(v6.signIn(signIn))
    if (!('pending' in waiting)) throw new Error('signed in')
    expect(waiting.factors).toEqual([])
    expect(await left(v6.continueSignIn({ factor: 'totp', code: '123456' }, waiting.pending))).toMatchObject({
      _tag: 'InvalidInput',
      field: 'authenticator',
    })
    expect(sent).toHaveLength(1)
  })

  it('sends the device that is trusted along, at version 6 alone', async () => {
    const sent = serve(origin, [200, { mfaRequired: false, user: document, authToken: 'T1' }], [200, withToken('T1')])
    expect(await right(v6.signIn(signIn, { trustedDevice: 'D1' }))).toEqual({ user, session })
    await right(createKinveyBackend(config).signIn(signIn, { trustedDevice: 'D1' }))
    const credentials = { username: 'ann', password: 'hunter2' }
    expect(sent.map(({ body }) => body)).toEqual([{ ...credentials, deviceToken: 'D1' }, credentials])
  })

  it('mfaChallenge and mfaComplete', async () => {
    const sent = serve(origin, [204], [200, { user: document, authToken: 'T1' }])
    expect(await right(v6.continueSignIn({ factor: 'totp', code: ' 123456 ' }, pending))).toEqual({ user, session })
    expect(sent).toEqual([
      { method: 'POST', path: '/user/kid_app/mfa/challenge', headers: asPending, body: { authenticatorId: 'A1' } },
      { method: 'POST', path: '/user/kid_app/mfa/complete', headers: asPending, body: { code: '123456', createDeviceToken: false } },
    ])
  })

  it('mfaComplete by another authenticator, with a device to be trusted', async () => {
    const sent = serve(origin, [204], [200, { user: document, authToken: 'T1', deviceToken: 'D1' }])
    const answer = { factor: 'totp', code: '123456', authenticator: 'A2', trustDevice: true } as const
    expect(await right(v6.continueSignIn(answer, pending))).toEqual({ user, session, trustedDevice: 'D1' })
    expect(sent.map(({ body }) => body)).toEqual([{ authenticatorId: 'A2' }, { code: '123456', createDeviceToken: true }])
  })

  it('recoveryLogin', async () => {
    const sent = serve(origin, [200, { mfaRequired: false, user: document, authToken: 'T1' }])
    expect(await right(v6.continueSignIn({ factor: 'recovery-code', code: 'R1' }, pending))).toEqual({ user, session })
    const body = { username: 'ann', password: 'hunter2', recoveryCode: 'R1' }
    expect(sent).toEqual([{ method: 'POST', path: '/user/kid_app/login', headers: { ...asApp, ...version }, body }])
  })
})

describe('what a user sets up', () => {
  const { extension } = v6
  const A1 = { authenticator: 'A1' }

  it.each([
    [
      'listAuthenticators',
      () => extension.listAuthenticators(undefined, session),
      'GET',
      '/authenticators',
      '',
      authenticators,
      authenticators,
    ],
    [
      'addAuthenticator',
      () => extension.addAuthenticator({ name: 'phone' }, session),
      'POST',
      '/authenticators',
      { name: 'phone', type: 'totp' },
      { ...authenticators[0], config: { secret: 'SECRET' } },
      { ...authenticators[0], secret: 'SECRET' },
    ],
    [
      'verifyAuthenticator',
      () => extension.verifyAuthenticator({ ...A1, code: '123456' }, session),
      'POST',
      '/authenticators/A1/verify',
      { code: '123456' },
      { recoveryCodes: ['R1'] },
      ['R1'],
    ],
    [
      'verifyAuthenticator, not the first',
      () => extension.verifyAuthenticator({ ...A1, code: '123456' }, session),
      'POST',
      '/authenticators/A1/verify',
      { code: '123456' },
      { recoveryCodes: null },
      [],
    ],
    ['removeAuthenticator', () => extension.removeAuthenticator(A1, session), 'DELETE', '/authenticators/A1/', '', undefined, undefined],
    [
      'listRecoveryCodes',
      () => extension.listRecoveryCodes(undefined, session),
      'GET',
      '/recovery-codes',
      '',
      { recoveryCodes: ['R1'] },
      ['R1'],
    ],
    [
      'renewRecoveryCodes',
      () => extension.renewRecoveryCodes(undefined, session),
      'POST',
      '/recovery-codes',
      '',
      { recoveryCodes: ['R2'] },
      ['R2'],
    ],
  ] as const)('%s', async (_name, ask, method, tail, body, reply, value) => {
    const sent = serve(origin, reply === undefined ? [204] : [200, reply])
    expect(await right<unknown>(ask())).toEqual({ value, session })
    const headers = method === 'POST' ? asUser : read('6', 'Kinvey T1')
    expect(sent).toEqual([{ method, path: path + tail, headers, body }])
  })

  it('addAuthenticator for a sign-in that waits for one', async () => {
    const sent = serve(origin, [201, { ...authenticators[0], config: { secret: 'SECRET' } }])
    await right(extension.addAuthenticator({ name: 'phone' }, pending))
    expect(sent).toMatchObject([{ path: `${path}/authenticators`, headers: asPending }])
  })

  it('is refused before anything is sent, below version 6', async () => {
    const sent = serve(origin)
    const old = createKinveyBackend({ ...config, apiVersion: 5 })
    expect(await left(old.extension.listAuthenticators(undefined, session))).toMatchObject({
      _tag: 'Unsupported',
      capability: 'secondFactor',
    })
    expect(sent).toEqual([])
  })
})
