import nock from 'nock'
import { afterAll, describe, expect, it } from 'vitest'
import { endpoints } from '../src/endpoints.js'
import { answering, backend, knownWith, session, ticket, user, useScript, wireUser, withToken } from './support/scripted.js'

const onDevice = { device: 'd1' }
const tested = new Set<string>()
const names = ['email', 'phone', 'displayName', 'locale', 'country', 'level']

/** The params of a call besides its own: the key, the device, and the session where there is one. */
const common = { __api_key: 'the-key', __device: 'd1' }
const inSession = { ...common, __session: 's1' }

const envelope = (method: string, params: object): object => {
  tested.add(method)
  return { jsonrpc: '2.0', method: `User.${method}`, params, id: '1' }
}

useScript()
afterAll(() => expect([...tested].sort()).toEqual(Object.keys(endpoints).sort()))

describe('every call', () => {
  it('goes to the endpoint with the backend id, as JSON under the content type of the vendor’s client', async () => {
    const arrived = answering({ result: {} })
    await backend().usernameExists('alice', onDevice)
    expect(arrived[0]?.headers).toMatchObject({
      host: 'monaca.example',
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
    })
  })

  it('does without the slash at the end of the endpoint', async () => {
    const arrived = answering({ result: {} })
    await backend({ endpoint: 'https://monaca.example' }).usernameExists('alice', onDevice)
    expect(arrived).toHaveLength(1)
  })

  it('sends no session id where none is known', async () => {
    const arrived = answering({ result: { user: wireUser, loginToken: null } })
    const { session: signedIn } = await backend().signIn({ identifier: { username: 'alice' }, password: 'pw' }, onDevice)
    expect(Object.keys(signedIn.secrets).sort()).toEqual(['known'])
    answering({ error: { code: 11 } })
    await expect(backend().fetchUser(signedIn)).rejects.toMatchObject({ tag: 'SessionExpired' })
    expect(arrived[0]?.body.params).not.toHaveProperty('__session')
  })

  it.each([
    ['not JSON', '<!DOCTYPE html>', 'JSON'],
    ['without result and error', '{"jsonrpc":"2.0","id":"1"}', expect.any(String)],
    ['a list', '[{"unexpected":true}]', expect.any(String)],
  ])('that is answered with something else (%s) fails with Protocol', async (_, body, expected) => {
    nock('https://monaca.example').post('/b1').reply(200, body)
    await expect(backend().usernameExists('alice')).rejects.toMatchObject({ tag: 'Protocol', expected })
  })
})

describe('the calls', () => {
  it('register', async () => {
    const arrived = answering({ result: { user: wireUser, loginToken: 't1' }, session: 's1' })
    const signedUp = await backend().signUp(
      {
        identifiers: { username: 'alice', email: 'alice@example.com', phone: '090' },
        password: 'pw',
        profile: { displayName: 'Alice', locale: 'ja', country: 'JP', attributes: { level: 7 } },
      },
      onDevice,
    )
    const sent = { level: 7, email: 'alice@example.com', phone: '090', displayName: 'Alice', locale: 'ja', country: 'JP' }
    expect(arrived[0]?.body).toEqual(envelope('register', { username: 'alice', password: 'pw', properties: sent, ...common }))
    expect(signedUp).toEqual({ user, session: withToken })
  })

  it('register without properties', async () => {
    const arrived = answering({ result: { user: wireUser } })
    await backend().signUp({ identifiers: { username: 'alice' }, password: 'pw' }, onDevice)
    expect(arrived[0]?.body.params).toMatchObject({ properties: {} })
  })

  it('validate', async () => {
    const arrived = answering({ result: null }, { error: { code: -32602, data: { username: 'x' } } })
    expect([await backend().usernameExists('alice', onDevice), await backend().usernameExists('alice', onDevice)]).toEqual([false, true])
    expect(arrived[0]?.body).toEqual(envelope('validate', { username: 'alice', properties: {}, ...common }))
  })

  it('login', async () => {
    const arrived = answering({ result: { user: wireUser, loginToken: 't1' }, session: 's1' })
    const signedIn = await backend().signIn({ identifier: { username: 'alice' }, password: ' pw ' }, onDevice)
    expect(arrived[0]?.body).toEqual(envelope('login', { username: 'alice', password: ' pw ', ...common }))
    expect(signedIn).toEqual({ user, session: withToken })
  })

  it('autoLogin', async () => {
    const arrived = answering({ result: { user: { ...wireUser, level: 8 }, loginToken: 't2' }, session: 's2' })
    const fetched = await backend().fetchUser(withToken)
    expect(arrived[0]?.body).toEqual(envelope('autoLogin', { loginToken: 't1', ...inSession }))
    expect(fetched.user).toEqual({ ...user, attributes: { level: 8 } })
    expect(fetched.session.secrets).toEqual({ ...withToken.secrets, loginToken: 't2', sessionId: 's2' })
  })

  it('autoLogin that answers no login token keeps the one it has', async () => {
    answering({ result: { user: wireUser } })
    expect((await backend().fetchUser(withToken)).session).toEqual(withToken)
  })

  it('getProperties', async () => {
    const { _updatedAt: _, _role: __, _id: ___, _username: ____, _createdAt: _____, ...sent } = wireUser
    const arrived = answering({ result: { properties: sent }, session: 's2' })
    const fetched = await backend().fetchUser(session)
    expect(arrived[0]?.body).toEqual(envelope('getProperties', { names, ...inSession }))
    const { updatedAt, ...known } = user
    expect(updatedAt).toBe('2020-09-13T12:26:41.000Z')
    expect(fetched.user).toEqual({ ...known, vendorData: { monaca: { phone: 5 } } })
    expect(fetched.session).toEqual({ ...session, secrets: { ...session.secrets, sessionId: 's2' } })
  })

  it('saveProperties', async () => {
    const arrived = answering({ result: {}, session: 's2' }, { result: { properties: { level: 8, added: true, displayName: 'Al' } } })
    const updated = await backend().updateProfile({ displayName: 'Al', set: { level: 8, added: true } }, session)
    const sent = { level: 8, added: true, displayName: 'Al' }
    expect(arrived[0]?.body).toEqual(envelope('saveProperties', { properties: sent, ...inSession }))
    expect(arrived[1]?.body.params).toEqual({ names: [...names, 'added'], ...common, __session: 's2' })
    expect(updated.user).toMatchObject({ displayName: 'Al', attributes: { level: 8, added: true } })
    expect(updated.session.secrets).toEqual({ ...session.secrets, sessionId: 's2', known: knownWith('added') })
  })

  it('logout', async () => {
    const arrived = answering({ result: null })
    expect(await backend().signOut(session)).toEqual({ server: 'revoked' })
    expect(arrived[0]?.body).toEqual(envelope('logout', inSession))
  })

  it('updatePassword', async () => {
    const arrived = answering({ result: { properties: { displayName: 'Alice', level: 7 } } }, { result: {}, session: 's2' })
    const changed = await backend().changePassword({ current: 'old', next: 'new' }, withToken)
    expect(arrived[1]?.body).toEqual(envelope('updatePassword', { oldPassword: 'old', newPassword: 'new', ...inSession }))
    expect(changed.user).toMatchObject({ id: 'oid-1', username: 'alice', displayName: 'Alice', attributes: { level: 7 } })
    expect(changed.session.secrets).toEqual({ ...withToken.secrets, sessionId: 's2' })
  })

  it('sendPasswordResetToken', async () => {
    const arrived = answering({ result: {} })
    const requested = await backend({ templateName: 'mine' }).requestPasswordReset({ identifier: { username: 'alice' } }, onDevice)
    const options = { emailPropertyName: 'email', templateName: 'mine' }
    expect(arrived[0]?.body).toEqual(envelope('sendPasswordResetToken', { username: 'alice', options, ...common }))
    expect(requested).toMatchObject({
      type: 'password-reset',
      vendor: 'monaca',
      channel: 'email-code',
      sessionsEnd: 'unknown',
      lifetime: 'unknown',
    })
  })

  it('resetPasswordAndLogin', async () => {
    const arrived = answering({ result: { user: wireUser, loginToken: 't1' }, session: 's1' })
    const completed = await backend().completePasswordReset({ ticket, code: '000000', newPassword: 'new' }, onDevice)
    expect(arrived[0]?.body).toEqual(
      envelope('resetPasswordAndLogin', { username: 'alice', newPassword: 'new', token: '000000', ...common }),
    )
    expect(completed).toEqual({ temporaryPasswordDelivered: false, signedIn: { user, session: withToken } })
  })

  it('unregister', async () => {
    const arrived = answering({ result: {} })
    await backend().deleteUser({ password: 'pw' }, session)
    expect(arrived[0]?.body).toEqual(envelope('unregister', { password: 'pw', ...inSession }))
  })
})

describe('a user', () => {
  const read = async (sent: object) => {
    answering({ result: { user: sent } })
    return (await backend().signIn({ identifier: { username: 'alice' }, password: 'pw' })).user
  }

  it('has the times that Monaca gives in seconds, too', async () => {
    const { createdAt, updatedAt } = await read({ ...wireUser, _createdAt: 1_600_000_000, _updatedAt: 1_600_000_001 })
    expect([createdAt, updatedAt]).toEqual([user.createdAt, user.updatedAt])
  })

  it('has the time of its update under either spelling', async () => {
    const { _updatedAt, ...rest } = wireUser
    expect((await read({ ...rest, _updateAt: _updatedAt })).updatedAt).toBe(user.updatedAt)
  })

  it('is anonymous by its name, which is then the vendor’s', async () => {
    const { username: _, ...rest } = user
    const _username = 'userport-anonymous-1'
    expect(await read({ ...wireUser, _username })).toEqual({
      ...rest,
      kind: 'anonymous',
      vendorData: { monaca: { ...user.vendorData.monaca, _username } },
    })
  })
})
