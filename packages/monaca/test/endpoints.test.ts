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

const envelope = (name: keyof typeof endpoints, params: object, method = `User.${name}`): object => {
  tested.add(name)
  return { jsonrpc: '2.0', method, params, id: '1' }
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

  it('autoLogin with a token alone', async () => {
    const arrived = answering({ result: { user: wireUser }, session: 's1' })
    const signedIn = await backend().signInWithToken({ token: 't1' }, onDevice)
    expect(arrived[0]?.body).toEqual(envelope('autoLogin', { loginToken: 't1', ...common }))
    expect(signedIn).toEqual({ user, session: withToken })
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

  it('saveProperties with an address', async () => {
    const email = 'new@example.com'
    const arrived = answering({ result: {} }, { result: { properties: { email } } })
    const { user: changed } = await backend().changeContact({ email }, session)
    expect(arrived[0]?.body).toEqual(envelope('saveProperties', { properties: { email }, ...inSession }))
    expect(changed.email).toEqual({ address: email, verified: 'unknown' })
  })

  it('saveProperties with a phone under a name of the app’s own', async () => {
    const arrived = answering({ result: {} }, { result: { properties: { mobile: '090' } } })
    const { user: changed } = await backend({ fields: { phone: 'mobile' } }).changeContact({ phone: '090' }, session)
    expect(arrived[0]?.body.params).toMatchObject({ properties: { mobile: '090' } })
    expect(changed.phone).toEqual({ address: '090', verified: 'unknown' })
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

  it.each([
    ['updatePassword', () => backend().changePassword({ current: 'old', next: 'new' }, withToken)],
    ['saveProperties', () => backend().extension.saveProperty({ name: 'level', value: 7 }, withToken)],
    ['getProperties', () => backend().extension.getProperty('level', withToken)],
  ])('%s that answers with a login token replaces the old one', async (method, ask) => {
    const properties = { level: 7 }
    if (method === 'updatePassword') answering({ result: { properties } })
    answering({ result: { properties, loginToken: 't2' } })
    expect((await ask()).session.secrets).toMatchObject({ ...withToken.secrets, loginToken: 't2' })
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

describe('the calls of the extension', () => {
  const renewed = { ...session, secrets: { ...session.secrets, sessionId: 's2' } }

  it('getProperty', async () => {
    const arrived = answering({ result: { properties: { level: 7 } }, session: 's2' })
    expect(await backend().extension.getProperty('level', session)).toEqual({ value: 7, session: renewed })
    expect(arrived[0]?.body).toEqual(envelope('getProperties', { names: ['level'], ...inSession }))
  })

  it('getProperties', async () => {
    const arrived = answering({ result: { properties: { level: 7, gone: null, other: 1 } } })
    const asked = ['level', 'gone', 'never', 'toString', '__proto__']
    const { value } = await backend().extension.getProperties(asked, session)
    expect(Object.entries(value)).toEqual([
      ['level', 7],
      ['gone', null],
      ['never', null],
      ['toString', null],
      ['__proto__', null],
    ])
    expect(arrived[0]?.body.params).toEqual({ names: asked, ...inSession })
  })

  it('saveProperty', async () => {
    const arrived = answering({ result: {}, session: 's2' })
    const saved = await backend().extension.saveProperty({ name: 'added', value: ['tea'] }, session)
    expect(arrived[0]?.body).toEqual(envelope('saveProperties', { properties: { added: ['tea'] }, ...inSession }))
    expect(saved).toEqual({ value: undefined, session: { ...renewed, secrets: { ...renewed.secrets, known: knownWith('added') } } })
  })

  it('saveProperties', async () => {
    const arrived = answering({ result: {} })
    await backend().extension.saveProperties({ email: 'new@example.com', level: null }, session)
    expect(arrived[0]?.body.params).toEqual({ properties: { email: 'new@example.com', level: null }, ...inSession })
  })

  it('validate', async () => {
    const arrived = answering({ result: {} })
    const registration = { username: 'alice', properties: { level: 1 } }
    expect(await backend().extension.validate(registration, session, onDevice)).toEqual({ value: [], session })
    expect(arrived[0]?.body).toEqual(envelope('validate', { ...registration, ...common }))
  })

  it('validate of properties that Monaca alone refuses', async () => {
    const refused = { error: { code: -32602 } }
    const arrived = answering(refused, { result: {} }, refused)
    const registration = { username: 'alice', properties: { level: 1 } }
    const { value } = await backend().extension.validate(registration, session, onDevice)
    expect(value).toEqual([{ field: 'properties', reason: 'invalid' }])
    expect(arrived.map(({ body }) => body.params['properties'])).toEqual([{ level: 1 }, {}, { level: 1 }])
  })

  it('getDeviceProperties', async () => {
    const arrived = answering({ result: { properties: { theme: 'dark' } } })
    const found = await backend().extension.getDeviceProperties(['theme', 'size'], session)
    expect(arrived[0]?.body).toEqual(envelope('deviceProperties', { names: ['theme', 'size'], ...common }, 'Device.getProperties'))
    expect(found).toEqual({ value: { theme: 'dark', size: null }, session })
  })

  it('saveDeviceProperties', async () => {
    const arrived = answering({ result: {} })
    const saved = await backend().extension.saveDeviceProperties({ theme: 'dark' }, session)
    expect(arrived[0]?.body).toEqual(
      envelope('saveDeviceProperties', { properties: { theme: 'dark' }, ...common }, 'Device.saveProperties'),
    )
    expect(saved).toEqual({ value: undefined, session })
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

  it.each(['_createdAt', '_updatedAt', '_updateAt'])('has no time beyond all calendars: %s', async (name) => {
    await expect(read({ ...wireUser, [name]: 1e300 })).rejects.toMatchObject({ tag: 'Protocol', path: `result.user.${name}` })
  })

  it('has the time of its update under either spelling', async () => {
    const { _updatedAt, ...rest } = wireUser
    expect((await read({ ...rest, _updateAt: _updatedAt })).updatedAt).toBe(user.updatedAt)
  })

  it('has the newer spelling of that where both are there', async () => {
    expect((await read({ ...wireUser, _updateAt: 1 })).updatedAt).toBe(user.updatedAt)
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
