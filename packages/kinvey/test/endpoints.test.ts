import type { Session } from '@userport/core'
import { describe, expect, it } from 'vitest'
import { type Reply, serve } from '../../core/test/support/wire.js'
import { createKinveyEmailVerification } from '../src/index.js'
import { left, right } from './support/people.js'
import {
  anonymous,
  asApp,
  asUser,
  backend,
  config,
  document,
  id,
  link,
  login,
  me,
  offline,
  origin,
  read,
  session,
  user,
  v6,
  withToken,
} from './support/wire-user.js'

offline()

describe('exact requests', () => {
  it('signUp', async () => {
    const sent = serve(origin, [201, withToken('T1', { password: 'hunter2' })])
    const profile = { displayName: 'Ann', locale: 'en', country: 'JP', attributes: { level: 1 } }
    const identifiers = { username: 'ann', email: 'ann@example.com', phone: '+81312345678' }
    expect(await right(backend.signUp({ identifiers, password: 'hunter2', profile }))).toEqual({ user, session })
    const body = {
      level: 1,
      displayName: 'Ann',
      locale: 'en',
      country: 'JP',
      phone: '+81312345678',
      email: 'ann@example.com',
      username: 'ann',
      password: 'hunter2',
    }
    expect(sent).toEqual([{ method: 'POST', path: '/user/kid_app', headers: asApp, body }])
  })

  it('signUp and firstLogin at version 6, which opens no session', async () => {
    const sent = serve(origin, [201, { ...document, password: 'hunter2' }], [200, { mfaRequired: false, user: document, authToken: 'T1' }])
    expect(await right(v6.signUp({ identifiers: { username: 'ann' }, password: 'hunter2' }))).toEqual({ user, session })
    const headers = { ...asApp, 'x-kinvey-api-version': '6' }
    expect(sent).toEqual([
      { method: 'POST', path: '/user/kid_app', headers, body: { username: 'ann', password: 'hunter2' } },
      { ...login, headers },
    ])
  })

  it('signUpAnonymously without a word, and with a profile', async () => {
    const made = withToken('T1', { password: 'made up' })
    const sent = serve(origin, [201, made], [201, made])
    expect(await right(backend.signInAnonymously({}))).toEqual({ user: { ...user, kind: 'anonymous' }, session: anonymous })
    await right(backend.signInAnonymously({ displayName: 'Guest' }))
    const request = { method: 'POST', path: '/user/kid_app', headers: asApp }
    expect(sent).toEqual([
      { ...request, body: '' },
      { ...request, body: { displayName: 'Guest' } },
    ])
  })

  it('login', async () => {
    const sent = serve(origin, [200, withToken('T1')])
    expect(await right(backend.signIn({ identifier: { username: 'ann' }, password: 'hunter2' }))).toEqual({ user, session })
    expect(sent).toEqual([login])
  })

  it('logout', async () => {
    const sent = serve(origin, [204])
    expect(await right(backend.signOut(session))).toEqual({ server: 'revoked' })
    expect(sent).toEqual([{ method: 'POST', path: '/user/kid_app/_logout', headers: asUser, body: '' }])
  })

  it('me, with the session it was asked with or the one in the reply', async () => {
    const sent = serve(origin, [200, withToken('T1')], [200, document], [200, withToken('T2')])
    expect((await right(backend.fetchUser(session))).session).toBe(session)
    expect(await right(backend.fetchUser(session))).toEqual({ user, session })
    expect((await right(backend.fetchUser(session))).session.secrets).toEqual({ token: 'T2' })
    expect(sent).toEqual([me, me, me])
  })

  it('update: the whole user but its metadata', async () => {
    const sent = serve(origin, [200, withToken('T1')], [200, withToken('T2', { nick: 'A', displayName: 'Ann' })])
    const updated = await right(backend.updateProfile({ displayName: 'Ann', set: { nick: 'A' }, remove: ['old'] }, session))
    expect(updated).toMatchObject({ user: { displayName: 'Ann', attributes: { nick: 'A' } }, session: { secrets: { token: 'T2' } } })
    const body = { _id: id, username: 'ann', email: 'ann@example.com', nick: 'A', displayName: 'Ann', _acl: { creator: id } }
    expect(sent).toEqual([me, { method: 'PUT', path: `/user/kid_app/${id}`, headers: asUser, body }])
  })

  it('upgrade: an update with username and password', async () => {
    const sent = serve(origin, [200, withToken('T1')], [200, withToken('T2', { username: 'bob' })])
    const identifiers = { username: 'bob', email: 'bob@example.com' }
    const upgraded = await right(backend.upgrade({ identifiers, password: 'hunter2', profile: { country: 'JP' } }, anonymous))
    expect(upgraded).toMatchObject({ identity: 'kept', previousId: id, session: { ...session, secrets: { token: 'T2' } } })
    const body = {
      _id: id,
      username: 'bob',
      password: 'hunter2',
      email: 'bob@example.com',
      nick: 'Annie',
      country: 'JP',
      _acl: { creator: id },
    }
    expect(sent).toEqual([me, { method: 'PUT', path: `/user/kid_app/${id}`, headers: asUser, body }])
  })

  it('changePassword, after a login with the old one that leaves no session', async () => {
    const sent = serve(origin, [200, withToken('T1')], [200, withToken('T9')], [204], [200, withToken('T2')])
    const changed = await right(backend.changePassword({ current: 'hunter2', next: 'better' }, session))
    expect(changed.session.secrets).toEqual({ token: 'T2' })
    const { _kmd, ...sentBack } = document
    expect(sent).toEqual([
      me,
      login,
      { method: 'POST', path: '/user/kid_app/_logout', headers: { ...asUser, authorization: 'Kinvey T9' }, body: '' },
      { method: 'PUT', path: `/user/kid_app/${id}`, headers: asUser, body: { ...sentBack, password: 'better' } },
    ])
  })

  it.each([
    ['updateProfile', () => backend.updateProfile({ set: { nick: 'A' } }, session)],
    ['changeUsername', () => backend.changeUsername('bob', session)],
    ['changeContact', () => backend.changeContact({ phone: '+15550100001' }, session)],
    ['changePassword', () => backend.changePassword({ next: 'better' }, session)],
    ['linkIdentity', () => backend.linkIdentity({ provider: 'facebook', tokens: { access_token: 'F' } }, session)],
    ['unlinkIdentity', () => backend.unlinkIdentity('facebook', session)],
    ['upgrade', () => backend.upgrade({ identifiers: { username: 'bob' }, password: 'hunter2' }, anonymous)],
  ] as const)('%s goes on with the token that the first reply brings', async (_, run) => {
    const sent = serve(origin, [200, withToken('T2')], [200, document], [200, document])
    const { session: after } = await right<{ readonly session: Session }>(run())
    expect(after.secrets).toEqual({ token: 'T2' })
    const [first, ...more] = sent.map(({ headers }) => headers['authorization'])
    expect([first, ...new Set(more)]).toEqual(['Kinvey T1', 'Kinvey T2'])
  })

  it('requestVerification and signInWithToken keep the token that the user is read with', async () => {
    serve(origin, [200, withToken('T2')], [204], [200, withToken('T3')])
    expect((await right(backend.requestVerification({ kind: 'email' }, session))).session.secrets).toEqual({ token: 'T2' })
    expect((await right(backend.signInWithToken({ token: 'T2' }))).session.secrets).toEqual({ token: 'T3' })
  })

  it('requestVerification has nowhere to send a mail where the address is empty', async () => {
    const sent = serve(origin, [200, withToken('T1', { email: '' })], [200, withToken('T1', { email: '' })])
    expect((await right(backend.fetchUser(session))).user).not.toHaveProperty('email')
    expect(await left(backend.requestVerification({ kind: 'email' }, session))).toMatchObject({ _tag: 'Vendor' })
    expect(sent).toEqual([me, me])
  })

  it('exists', async () => {
    const sent = serve(origin, [200, { usernameExists: true }])
    expect(await right(backend.usernameExists('ann'))).toBe(true)
    expect(sent).toEqual([{ method: 'POST', path: '/rpc/kid_app/check-username-exists', headers: asApp, body: { username: 'ann' } }])
  })

  it('forgotUsername', async () => {
    const sent = serve(origin, [204])
    await right(backend.forgotUsername({ email: 'ann@example.com' }))
    expect(sent).toEqual([
      { method: 'POST', path: '/rpc/kid_app/user-forgot-username', headers: asApp, body: { email: 'ann@example.com' } },
    ])
  })

  it('requestReset, the name escaped', async () => {
    const sent = serve(origin, [204])
    await right(backend.requestPasswordReset({ identifier: { username: 'ann/b% c' } }))
    expect(sent).toEqual([{ method: 'POST', path: '/rpc/kid_app/ann%2Fb%25%20c/user-password-reset-initiate', headers: asApp, body: '' }])
  })

  it('completeReset: the form of the page, without credentials', async () => {
    const sent = serve(origin, [200, '<html>done</html>', { 'X-Kinvey-Request-Id': '1' }])
    await right(backend.completePasswordReset({ link, newPassword: 'b&tter' }))
    expect(sent).toEqual([
      {
        method: 'POST',
        path: '/rpc/kid_app/ann%20%26%20co/user-password-reset-complete',
        headers: { accept: 'application/json, text/html', 'content-type': 'application/x-www-form-urlencoded' },
        body: 'time=1&nonce=n%2F%3D&sig=s&password=b%26tter',
      },
    ])
  })

  it('lookup', async () => {
    const sent = serve(origin, [200, [{ _id: id, username: 'ann' }]], [200, []])
    expect((await right(backend.findUser({ username: 'ann' }, session))).user).toMatchObject({ id, username: 'ann', kind: 'unknown' })
    expect((await right(backend.findUser({ email: 'ann@example.com' }, session))).user).toBeNull()
    const request = { method: 'POST', path: '/user/kid_app/_lookup', headers: asUser }
    expect(sent).toEqual([
      { ...request, body: { username: 'ann' } },
      { ...request, body: { email: 'ann@example.com' } },
    ])
  })

  it('logoutEverywhere, at version 6 whatever the app’s is', async () => {
    const sent = serve(origin, [204])
    await right(backend.signOutEverywhere(session))
    expect(sent).toEqual([{ method: 'DELETE', path: `/user/kid_app/${id}/tokens`, headers: read('6', 'Kinvey T1'), body: '' }])
  })

  it('signInWithToken: asks whose it is', async () => {
    const sent = serve(origin, [200, withToken('T1')], [200, document])
    expect(await right(backend.signInWithToken({ token: 'T1' }))).toEqual({ user, session })
    expect((await right(backend.signInWithToken({ token: 'T1' }))).session.secrets).toEqual({ token: 'T1' })
    expect(sent).toEqual([me, me])
  })

  it('requestVerification: proves the session, then asks by username, escaped', async () => {
    const sent = serve(origin, [200, withToken('T1', { username: 'ann/b% c' })], [204])
    expect(await right(backend.requestVerification({ kind: 'email' }, session))).toEqual({ session })
    const path = '/rpc/kid_app/ann%2Fb%25%20c/user-email-verification-initiate'
    expect(sent).toEqual([me, { method: 'POST', path, headers: asApp, body: '' }])
  })

  it('requestVerification without a session, by username or email', async () => {
    const sent = serve(origin, [204], [204])
    const mails = createKinveyEmailVerification(config)
    await right(mails.request({ username: 'ann' }))
    await right(mails.request({ email: 'ann@example.com' }))
    expect(sent).toEqual([
      { method: 'POST', path: '/rpc/kid_app/ann/user-email-verification-initiate', headers: asApp, body: '' },
      { method: 'POST', path: '/rpc/kid_app/ann%40example.com/user-email-verification-initiate', headers: asApp, body: '' },
    ])
  })

  it('changeContact: the whole user, and a look at what became of it', async () => {
    const sent = serve(origin, ...([200, 200, 200].map((status) => [status, withToken('T1', { email: 'new@example.com' })]) as Reply[]))
    const changed = await right(backend.changeContact({ email: 'new@example.com' }, session))
    expect(changed.user.email).toEqual({ address: 'new@example.com', verified: false })
    const body = { _id: id, username: 'ann', email: 'new@example.com', nick: 'Annie', _acl: { creator: id } }
    expect(sent).toEqual([me, { method: 'PUT', path: `/user/kid_app/${id}`, headers: asUser, body }, me])
  })

  it('changeContact, done though the look fails', async () => {
    serve(origin, [200, withToken('T1')], [200, withToken('T1', { email: 'new@example.com' })], [404, { error: 'AppProblem' }])
    expect((await right(backend.changeContact({ email: 'new@example.com' }, session))).user.email?.address).toBe('new@example.com')
  })

  it('changeUsername', async () => {
    const sent = serve(origin, [200, withToken('T1')], [200, withToken('T1', { username: 'bob' })])
    expect((await right(backend.changeUsername('bob', session))).user.username).toBe('bob')
    const body = { _id: id, username: 'bob', email: 'ann@example.com', nick: 'Annie', _acl: { creator: id } }
    expect(sent).toEqual([me, { method: 'PUT', path: `/user/kid_app/${id}`, headers: asUser, body }])
  })

  it('lookup by several criteria, in Kinvey’s names', async () => {
    const sent = serve(origin, [200, [{ _id: id, username: 'ann', first_name: 'Ann' }]])
    const criteria = {
      username: 'ann',
      email: 'ann@example.com',
      firstName: 'Ann',
      lastName: 'Lee',
      identity: { provider: 'facebook', id: '77' },
    }
    const { users } = await right(backend.findUsers(criteria, session))
    expect(users).toMatchObject([{ id, attributes: { first_name: 'Ann' }, kind: 'unknown' }])
    const body = {
      username: 'ann',
      email: 'ann@example.com',
      first_name: 'Ann',
      last_name: 'Lee',
      '_socialIdentity.facebook.id': '77',
    }
    expect(sent).toEqual([{ method: 'POST', path: '/user/kid_app/_lookup', headers: asUser, body }])
  })

  it('suspend', async () => {
    const sent = serve(origin, [204])
    await right(backend.suspendUser(session))
    expect(sent).toEqual([{ method: 'DELETE', path: `/user/kid_app/${id}`, headers: read('4', 'Kinvey T1'), body: '' }])
  })

  it('remove: for good, not just suspended', async () => {
    const sent = serve(origin, [204])
    await right(backend.deleteUser({}, session))
    expect(sent).toEqual([{ method: 'DELETE', path: `/user/kid_app/${id}?hard=true`, headers: read('4', 'Kinvey T1'), body: '' }])
  })
})

describe('answers', () => {
  const signIn = backend.signIn({ identifier: { username: 'ann' }, password: 'hunter2' })

  it('that are not a user are a protocol error which names the place', async () => {
    serve(origin, [200, { ...document, _id: 7 }])
    expect(await left(backend.fetchUser(session))).toMatchObject({ _tag: 'Protocol', path: '_id', expected: 'string' })
  })

  it('without a token are no login', async () => {
    serve(origin, [200, document])
    expect(await left(signIn)).toMatchObject({ _tag: 'Protocol' })
  })

  it('that ask for a second factor where none can be given are said to be out of reach', async () => {
    serve(origin, [201, document], [200, { mfaRequired: true, userId: id, mfaSessionToken: 'F1', authenticators: [] }])
    const failed = await left(v6.signUp({ identifiers: { username: 'ann' }, password: 'hunter2' }))
    expect(failed).toMatchObject({ _tag: 'Vendor', code: 'mfaRequired', accountCreated: true })
  })

  it('map what Kinvey knows of verification, identities and status', async () => {
    const since = '2026-03-04T05:06:07.890Z'
    const _kmd = {
      authtoken: 'T1',
      status: { val: 'disabled', lastChange: since },
      emailVerification: { status: 'bounce', lastStateChangeAt: since, emailAddress: 'ann@example.com' },
    }
    const _socialIdentity = { facebook: { id: '77', access_token: 'F-SECRET' }, google: {}, kinveyAuth: null }
    serve(origin, [200, { ...document, _kmd, _socialIdentity }])
    const fetched = await right(backend.fetchUser(session))
    expect(fetched.user).toMatchObject({
      status: 'disabled',
      email: { address: 'ann@example.com', verified: false, delivery: { status: 'bounce', since } },
      identities: [{ provider: 'facebook', id: '77' }, { provider: 'google' }],
    })
    expect(JSON.stringify(fetched.user)).not.toMatch(/F-SECRET|T1/)
  })

  it('that confirmed another address leave this one unverified', async () => {
    const emailVerification = { status: 'confirmed', emailAddress: 'old@example.com' }
    serve(origin, [200, { ...document, _kmd: { emailVerification } }])
    expect((await right(backend.fetchUser(session))).user.email).toEqual({ address: 'ann@example.com', verified: false })
  })
})
