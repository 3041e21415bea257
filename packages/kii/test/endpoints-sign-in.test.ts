import type { Session } from '@userport/core'
import { describe, expect, it } from 'vitest'
import { type Reply, serve } from '../../core/test/support/wire.js'
import { createKiiBackend } from '../src/index.js'
import {
  asApp,
  asUser,
  backend,
  config,
  credentials,
  id,
  left,
  login,
  me,
  ok,
  onTheWire,
  origin,
  pseudoUser,
  right,
  session,
  token,
  user,
} from './support/fixtures.js'

onTheWire()

const limited: Reply = [200, { id, access_token: 'T0', expires_in: 600, token_type: 'bearer', scope: 'mfa' }]
const pending: Session = { ...session, secrets: { accessToken: 'T0' }, expiresAt: 1_800_000_600_000 }
const meWith = (accessToken: string): object => ({ ...me, headers: { ...asUser(), authorization: `Bearer ${accessToken}` } })

describe('a sign-in with a second factor', () => {
  it.each([
    [401, { errorCode: 'UNAUTHORIZED', message: 'words' }],
    [403, { errorCode: 'WRONG_TOKEN', message: 'words' }],
    [401, {}],
  ])('waits where the token has a scope and opens nothing: %i %j', async (status, body) => {
    const sent = serve(origin, limited, [status, body])
    expect(await right(backend.signIn(credentials))).toEqual({ pending, factors: ['totp', 'recovery-code'], authenticators: [] })
    expect(sent).toEqual([login, meWith('T0')])
  })

  it('does not wait where a token with a scope opens the user', async () => {
    serve(origin, [200, { id, access_token: 'T1', expires_in: 100, scope: 'whatever' }], ok)
    expect(await right(backend.signIn(credentials))).toEqual({ user, session: { ...session, expiresAt: 1_800_000_100_000 } })
  })

  it('does not wait where a token without a scope is refused', async () => {
    serve(origin, token, [403, { errorCode: 'WRONG_TOKEN', message: 'words' }])
    expect(await left(backend.signIn(credentials))).toMatchObject({ _tag: 'SessionExpired' })
  })

  it('does not wait where only the connection failed', async () => {
    serve(origin, limited, ...Array<Reply>(3).fill([503, '']))
    expect(await left(backend.signIn(credentials))).toMatchObject({ _tag: 'Unavailable' })
  })

  it.each([
    ['totp', 'totp_code'],
    ['recovery-code', 'recovery_code'],
  ] as const)('is continued by %s', async (factor, member) => {
    const sent = serve(origin, token, ok)
    const signedIn = await right(backend.continueSignIn({ factor, code: '123456' }, pending))
    expect(signedIn).toEqual({ user, session: { ...session, expiresAt: 1_800_000_100_000 } })
    expect(sent).toEqual([
      {
        ...login,
        headers: { ...asApp, authorization: 'Bearer T0', 'content-type': 'application/json' },
        body: { grant_type: 'mfa', [member]: '123456' },
      },
      me,
    ])
  })

  it('is continued for the lifetime that the configuration asks for', async () => {
    const sent = serve(origin, token, ok)
    await right(createKiiBackend({ ...config, sessionLifetime: 60 }).continueSignIn({ factor: 'totp', code: '123456' }, pending))
    expect(sent[0]?.body).toEqual({ grant_type: 'mfa', totp_code: '123456', expiresAt: 1_800_000_060_000 })
  })

  it('leaves a lost answer unknown, since a code works once', async () => {
    serve(origin, [502, ''])
    expect(await left(backend.continueSignIn({ factor: 'totp', code: '123456' }, pending))).toMatchObject({ _tag: 'OutcomeUnknown' })
  })

  it('is needed anew after a password change, which the error says', async () => {
    const sent = serve(origin, ok, [204], limited, [401, {}])
    expect(await left(backend.changePassword({ current: 'old one', next: 'hunter2' }, session))).toMatchObject({
      _tag: 'SessionExpired',
      message: 'The password was changed, but signing in with it did not succeed yet.',
      userAction: 'sign-in',
    })
    expect(sent).toHaveLength(4)
  })
})

describe('a token', () => {
  it('signs in once the server says whose it is, and expires as the app says', async () => {
    const sent = serve(origin, ok)
    expect(await right(backend.signInWithToken({ token: 'T1', expiresAt: 1_900_000_000_000 }))).toEqual({
      user,
      session: { ...session, expiresAt: 1_900_000_000_000 },
    })
    expect(sent).toEqual([me])
  })

  it('signs in an anonymous user, whose only way in it is', async () => {
    serve(origin, [200, pseudoUser])
    expect(await right(backend.signInWithToken({ token: 'T1' }))).toMatchObject({
      user: { id, kind: 'anonymous' },
      session: { ...session, kind: 'anonymous' },
    })
  })

  it.each([
    [{ token: 'two words' }, 'token'],
    [{ token: 'a\r\nb: c' }, 'token'],
    [{ token: '' }, 'token'],
    [{ token: 'T1', expiresAt: Number.NaN }, 'expiresAt'],
    [{ token: 'T1', expiresAt: '2030-01-01' as unknown as number }, 'expiresAt'],
  ])('that is none is refused without a request: %j', async (input, field) => {
    const sent = serve(origin)
    expect(await left(backend.signInWithToken(input))).toMatchObject({ _tag: 'InvalidInput', field })
    expect(sent).toEqual([])
  })

  it('is read from a session, with its end where that is known', () => {
    expect(backend.accessToken({ ...session, expiresAt: 5 })).toEqual({ token: 'T1', expiresAt: 5 })
    expect(backend.accessToken(session)).toEqual({ token: 'T1' })
    expect(backend.accessToken({ ...session, secrets: {} })).toBeNull()
  })
})
