import { describe, expect, test, vi } from 'vitest'
import { bearer, freshName, type Json, send, type TestApp, testApps, withSession } from './support.js'

const newApp = testApps()
const password = 'pass-1234'

async function member(app: TestApp, attributes: Json = {}): Promise<{ id: string; token: string; name: string }> {
  const name = freshName()
  const { json } = await app.kii('POST', 'users', { loginName: name, password, ...attributes }, withSession)
  return { id: String(json.userID), token: String(json._accessToken), name }
}

async function administrator(app: TestApp): Promise<Record<string, string>> {
  const { clientId, clientSecret } = app.world.settings
  const { json } = await app.kii('POST', 'oauth2/token', {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
  })
  return bearer(json.access_token)
}

const outcome = ({ status, json }: { status: number; json: Json }): unknown[] => [status, json.errorCode]

describe('registration', () => {
  test('with a session in one call', async () => {
    const app = newApp()
    const { status, headers, json } = await app.kii('POST', 'users', { loginName: freshName(), password, level: 3 }, withSession)
    expect([status, headers['content-type']]).toEqual([201, 'application/vnd.kii.RegistrationAndAuthorizationResponse+json'])
    expect(headers.location).toBe(`${app.origin}/api/apps/${app.appId}/users/${String(json.userID)}`)
    expect(json).toMatchObject({ level: 3, _hasPassword: true, _disabled: false, internalUserID: 1, _accessToken: expect.any(String) })
    expect(json.userID).toMatch(/^[0-9a-f]{12}(-[0-9a-f]{4}){3}-[0-9a-f]{8}$/)
  })

  test('without a session: no token in the reply', async () => {
    const app = newApp()
    const { status, json } = await app.kii('POST', 'users', { loginName: freshName(), password })
    expect([status, Object.keys(json).filter((key) => key.includes('Token'))]).toEqual([201, []])
  })

  test.each([
    ['no password', { loginName: 'somebody' }, 'PASSWORD_TOO_SHORT'],
    ['a short password', { loginName: 'somebody', password: 'abc' }, 'PASSWORD_TOO_SHORT'],
    ['a long password', { loginName: 'somebody', password: 'x'.repeat(51) }, 'INVALID_INPUT_DATA'],
    ['a password beyond ASCII', { loginName: 'somebody', password: 'pässword' }, 'INVALID_INPUT_DATA'],
    ['no identifier', { password }, 'INVALID_INPUT_DATA'],
    ['a bad login name', { loginName: 'a b', password }, 'INVALID_INPUT_DATA'],
    ['a bad e-mail address', { emailAddress: 'nobody', password }, 'INVALID_INPUT_DATA'],
    ['a local number without a country', { phoneNumber: '09012345678', password }, 'INVALID_INPUT_DATA'],
    ['a display name of 51 characters', { loginName: 'somebody', displayName: '日'.repeat(51), password }, 'INVALID_INPUT_DATA'],
    ['64 KB of custom fields', { loginName: 'somebody', password, blob: 'x'.repeat(64 * 1024) }, 'INVALID_INPUT_DATA'],
  ])('is refused with %s', async (_what, body, errorCode) => {
    expect(outcome(await newApp().kii('POST', 'users', body))).toEqual([400, errorCode])
  })

  test('is refused for a body that is no JSON object', async () => {
    const { origin, appId } = newApp()
    const headers = { 'x-kii-appid': appId, 'content-type': 'application/json' }
    const post = (body: string): Promise<unknown[]> =>
      send(`${origin}/api/apps/${appId}/users`, { method: 'POST', headers, body }).then(outcome)
    expect([await post('{'), await post('[]')]).toEqual([
      [400, 'INVALID_JSON'],
      [400, 'INVALID_DATA_TYPE'],
    ])
  })

  test('counts fifty characters, not code units', async () => {
    const app = newApp()
    expect((await app.kii('POST', 'users', { loginName: freshName(), password, displayName: '🙂'.repeat(50) })).status).toBe(201)
  })

  test('lets two users claim an address until one has verified it', async () => {
    const app = newApp()
    app.world.set({ emailVerificationRequired: true })
    const emailAddress = `${freshName()}@example.com`
    await member(app, { emailAddress })
    await member(app, { emailAddress })
    const { link = '' } = await app.world.outbox.next({ to: emailAddress })
    await send(link)
    const third = await app.kii('POST', 'users', { loginName: freshName(), emailAddress, password })
    expect([outcome(third), third.json.field]).toEqual([[409, 'USER_ALREADY_EXISTS'], 'emailAddress'])
  })
})

describe('the token endpoint', () => {
  test('takes every form of a username', async () => {
    const app = newApp()
    const email = `${freshName()}@example.com`
    const { id, name } = await member(app, { emailAddress: email, phoneNumber: '09012345678', country: 'JP' })
    for (const username of [name, email, '+819012345678', `EMAIL:${email}`, 'PHONE:+819012345678', 'PHONE:JP-09012345678']) {
      const { status, json } = await app.kii('POST', 'oauth2/token', { grant_type: 'password', username, password })
      expect([username, status, json.id]).toEqual([username, 200, id])
    }
  })

  test('gives a token its whole lifetime though time goes on meanwhile', async () => {
    const app = newApp()
    const { name: username } = await member(app)
    let now = app.world.clock.now()
    const clock = vi.spyOn(app.world.clock, 'now').mockImplementation(() => {
      now += 1
      return now
    })
    const { json } = await app.kii('POST', 'oauth2/token', { grant_type: 'password', username, password })
    clock.mockRestore()
    expect(json.expires_in).toBe(2_147_483_647)
  })

  test('takes no prefix in front of a login name', async () => {
    const app = newApp()
    const { name } = await member(app)
    expect(outcome(await app.kii('POST', 'oauth2/token', { username: `LOGIN_NAME:${name}`, password }))).toEqual([400, 'invalid_grant'])
  })

  test('takes no user id for a username', async () => {
    const app = newApp()
    const other = await member(app)
    const signIn = (username: string): ReturnType<TestApp['kii']> =>
      app.kii('POST', 'oauth2/token', { grant_type: 'password', username, password })
    expect(outcome(await signIn(other.id))).toEqual([400, 'invalid_grant'])
    const { json } = await app.kii('POST', 'users', { loginName: other.id, password }, withSession)
    expect((await signIn(other.id)).json.id).toBe(json.userID)
  })

  test('takes the app from a header or from Basic credentials where the path names none', async () => {
    const { origin, appId, ...app } = newApp()
    const { id, name: username } = await member({ origin, appId, ...app })
    const token = (headers: Record<string, string>): Promise<unknown> =>
      send(`${origin}/api/oauth2/token`, { method: 'POST', headers, body: JSON.stringify({ username, password }) }).then(
        ({ json }) => json.id ?? json.errorCode,
      )
    const basic = { authorization: `Basic ${Buffer.from(`${appId}:x`).toString('base64')}` }
    expect([await token({ 'x-kii-appid': appId }), await token(basic), await token({})]).toEqual([id, id, 'APP_NOT_FOUND'])
  })

  test('takes a form, which must name its grant', async () => {
    const { origin, appId, ...app } = newApp()
    const { id, name: username } = await member({ origin, appId, ...app })
    const post = (form: Record<string, string>): ReturnType<typeof send> =>
      send(`${origin}/api/apps/${appId}/oauth2/token`, {
        method: 'POST',
        headers: { 'x-kii-appid': appId, 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(form).toString(),
      })
    expect((await post({ grant_type: 'password', username, password })).json.id).toBe(id)
    expect(outcome(await post({ username, password }))).toEqual([400, 'invalid_request'])
  })

  test('has an error shape of its own', async () => {
    const { status, json } = await newApp().kii('POST', 'oauth2/token', { username: 'nobody', password })
    expect([status, json]).toEqual([
      400,
      {
        errorCode: 'invalid_grant',
        error: 'invalid_grant',
        error_description: 'The user was not found or a wrong password was provided',
      },
    ])
  })

  test('exchanges a refresh token once, and the old pair dies', async () => {
    const app = newApp()
    app.world.set({ refreshTokenEnabled: true, defaultTokenLifetime: 60 })
    // The whole seconds left are exact only while no time passes.
    app.world.clock.freeze()
    const { name: username } = await member(app)
    const first = (await app.kii('POST', 'oauth2/token', { username, password })).json
    expect(first.expires_in).toBe(60)
    app.world.clock.advance(61_000)
    const exchange = (): ReturnType<TestApp['kii']> =>
      app.kii('POST', 'oauth2/token', { grant_type: 'refresh_token', refresh_token: first.refresh_token })
    const second = (await exchange()).json
    expect((await app.kii('GET', 'users/me', undefined, bearer(second.access_token))).status).toBe(200)
    expect(outcome(await app.kii('GET', 'users/me', undefined, bearer(first.access_token)))).toEqual([403, 'WRONG_TOKEN'])
    expect(outcome(await exchange())).toEqual([403, 'WRONG_REFRESH_TOKEN'])
  })

  test('gives pseudo users no refresh token', async () => {
    const app = newApp()
    app.world.set({ refreshTokenEnabled: true })
    const pseudo = await app.kii('POST', 'users', {}, withSession)
    const normal = await app.kii('POST', 'users', { loginName: freshName(), password }, withSession)
    expect([pseudo.json._refreshToken, normal.json._refreshToken]).toEqual([undefined, expect.any(String)])
  })

  test('gives the app a token that stands for nobody', async () => {
    const app = newApp()
    const { id } = await member(app)
    const { json } = await app.kii('POST', 'oauth2/token', { grant_type: 'client_credentials', client_id: app.appId, client_secret: 'any' })
    expect(outcome(await app.kii('GET', `users/${id}`, undefined, bearer(json.access_token)))).toEqual([401, 'UNAUTHORIZED'])
  })
})

describe('a user', () => {
  test('is read by id, me and every address, encoded or not', async () => {
    const app = newApp()
    const email = `${freshName()}+tag@example.com`
    const { id, name, token } = await member(app, { emailAddress: email, phoneNumber: '+819012345678' })
    const references = ['me', id, `LOGIN_NAME:${name}`, `EMAIL:${email}`, encodeURIComponent(`EMAIL:${email}`), 'PHONE:+819012345678']
    for (const reference of references) {
      const { status, json } = await app.kii('GET', `users/${reference}`, undefined, { authorization: `bearer ${token}` })
      expect([reference, status, json.userID, json.emailAddress]).toEqual([reference, 200, id, email])
    }
  })

  test('keeps predefined fields and loses custom fields that an update does not send', async () => {
    const app = newApp()
    const { token } = await member(app, { displayName: 'One', city: 'Tokyo' })
    const { status, headers, json } = await app.kii('POST', 'users/me', { level: 2 }, bearer(token))
    expect([status, json]).toEqual([200, { modifiedAt: expect.any(Number) }])
    expect(headers['content-type']).toBe('application/vnd.kii.UserDataRetrievalResponse+json')
    const { json: user } = await app.kii('GET', 'users/me', undefined, bearer(token))
    expect([user.displayName, user.city, user.level]).toEqual(['One', undefined, 2])
  })

  test('does not store what a client echoes of a reply', async () => {
    const app = newApp()
    const { token } = await member(app)
    const echo = {
      createdAt: 1,
      modified: 1,
      disabled: true,
      passwordChangedAt: 1,
      phoneNumberVerified: null,
      _accessToken: token,
      level: 2,
    }
    await app.kii('POST', 'users/me', echo, bearer(token))
    const [user] = app.world.users()
    expect(Object.keys(user?.document ?? {}).toSorted()).toEqual([
      '_disabled',
      '_hasPassword',
      'internalUserID',
      'level',
      'loginName',
      'userID',
    ])
    expect(user?.disabled).toBe(false)
  })

  test('cannot change the password with an update', async () => {
    const app = newApp()
    const { token } = await member(app)
    expect(outcome(await app.kii('POST', 'users/me', { password: 'other-5678' }, bearer(token)))).toEqual([400, 'INVALID_INPUT_DATA'])
  })

  test.each([
    ['an identifier without a password', { loginName: freshName() }, 'PASSWORD_TOO_SHORT'],
    ['a password without an identifier', { password }, 'INVALID_INPUT_DATA'],
  ])('does not become a normal user with %s', async (_what, body, errorCode) => {
    const app = newApp()
    const { json } = await app.kii('POST', 'users', {}, withSession)
    expect(outcome(await app.kii('POST', 'users/me', body, bearer(json._accessToken)))).toEqual([400, errorCode])
    expect(app.world.users()).toMatchObject([{ anonymous: true }])
  })

  test('needs a token or app credentials for anything', async () => {
    const { origin, appId } = newApp()
    const reply = await send(`${origin}/api/apps/${appId}/users`, { method: 'POST', body: '{}' })
    expect(outcome(reply)).toEqual([401, 'UNAUTHORIZED'])
  })

  test('gets a bare 401 where the app says so', async () => {
    const app = newApp()
    app.world.set({ bareUnauthorizedBody: true })
    const { status, text } = await app.kii('GET', 'users/me')
    expect([status, text]).toEqual([401, '{}'])
  })

  test('can reset with a dead token in the header', async () => {
    const app = newApp()
    const { name } = await member(app, { emailAddress: `${freshName()}@example.com` })
    expect((await app.kii('POST', `users/LOGIN_NAME:${name}/password/reset`, undefined, bearer('dead'))).status).toBe(204)
  })

  test('completes a reset as me, though not with a dead token', async () => {
    const app = newApp()
    const { name, token } = await member(app, { phoneNumber: '+819012345678' })
    const sms = { notificationMethod: 'SMS', smsResetMethod: 'PIN' }
    expect((await app.kii('POST', 'users/me/password/request-reset', sms, bearer(token))).status).toBe(204)
    const { code: pinCode } = await app.world.outbox.next({ channel: 'sms' })
    const complete = (headers: Record<string, string>): ReturnType<TestApp['kii']> =>
      app.kii('POST', 'users/me/password/complete-reset', { pinCode }, headers)
    expect([outcome(await complete({})), outcome(await complete(bearer('dead')))]).toEqual([
      [401, 'UNAUTHORIZED'],
      [403, 'WRONG_TOKEN'],
    ])
    expect((await complete(bearer(token))).status).toBe(204)
    expect(outcome(await app.kii('POST', 'oauth2/token', { username: name, password }))).toEqual([400, 'invalid_grant'])
  })

  test('gets JSON for what is not served', async () => {
    const app = newApp()
    const { token, id } = await member(app)
    expect(outcome(await app.kii('GET', `things/${id}`, undefined, bearer(token)))).toEqual([404, 'NOT_FOUND'])
  })
})

describe('a refusal', () => {
  test('has the exception of the reference in its content type', async () => {
    const app = newApp()
    const { name, token } = await member(app, { phoneNumber: '+819012345678' })
    const reset = `users/LOGIN_NAME:${name}/password`
    await app.kii('POST', `${reset}/request-reset`, { notificationMethod: 'SMS', smsResetMethod: 'PIN' })
    const { code } = await app.world.outbox.next({ channel: 'sms' })
    app.world.clock.advance(app.world.settings.pinLifetime * 1_000)
    const refusals = [
      await app.kii('GET', 'users/me'),
      await app.kii('POST', 'users', { loginName: 'a b', password }),
      await app.kii('GET', 'users/me/email-address', undefined, bearer(token)),
      await app.kii('POST', `${reset}/complete-reset`, { pinCode: code }),
    ]
    expect(refusals.map(({ json, headers }) => [json.errorCode, headers['content-type']])).toEqual([
      ['UNAUTHORIZED', 'application/vnd.kii.UnauthorizedAccessException+json'],
      ['INVALID_INPUT_DATA', 'application/vnd.kii.ValidationException+json'],
      ['USER_ADDRESS_NOT_FOUND', 'application/vnd.kii.UserWithoutAddressException+json'],
      ['PIN_CODE_EXPIRED', 'application/vnd.kii.PINCodeExpiredException+json'],
    ])
  })

  test('says who may not do it', async () => {
    const app = newApp()
    const [one, other] = [await member(app), await member(app)]
    const refused = (headers: Record<string, string>): Promise<unknown> =>
      app.kii('DELETE', `users/${other.id}`, undefined, headers).then(({ json }) => json)
    const what = { errorCode: 'UNAUTHORIZED', message: expect.any(String), authenticatedAppID: app.appId }
    expect([await refused(bearer(one.token)), await refused({})]).toEqual([{ ...what, authenticatedPrincipalID: one.id }, what])
  })
})

describe('an address', () => {
  test('is answered with the type of the reference', async () => {
    const app = newApp()
    app.world.set({ phoneVerificationRequired: true })
    const { id, token } = await member(app, { emailAddress: `${freshName()}@example.com`, phoneNumber: '+819012345678' })
    const replies = [
      await app.kii('GET', 'users/me/email-address', undefined, bearer(token)),
      await app.kii('GET', 'users/me/phone-number', undefined, bearer(token)),
      await app.kii('POST', `users/${id}/phone-number/reset-verification-code`, undefined, await administrator(app)),
    ]
    expect(replies.map(({ headers }) => headers['content-type'])).toEqual([
      'application/vnd.kii.EmailAddressRetrievalResponse+json',
      'application/vnd.kii.PhoneNumberRetrievalResponse+json',
      'application/vnd.kii.ResetVerificationCodeResponse+json',
    ])
  })

  test('is shown to others where the app exposes everything', async () => {
    const app = newApp()
    const emailAddress = `${freshName()}@example.com`
    const [owner, other] = [await member(app, { emailAddress }), await member(app)]
    const read = (): ReturnType<TestApp['kii']> => app.kii('GET', `users/${owner.id}/email-address`, undefined, bearer(other.token))
    expect(outcome(await read())).toEqual([401, 'UNAUTHORIZED'])
    app.world.set({ exposeFullUserDataToOthers: true })
    expect((await read()).json).toEqual({ emailAddress, verified: true })
  })

  test('is verified without a sign-in too: the code is the proof', async () => {
    const app = newApp()
    app.world.set({ emailVerificationRequired: true, phoneVerificationRequired: true })
    const emailAddress = `${freshName()}@example.com`
    const { id } = await member(app, { emailAddress, phoneNumber: '+819012345678' })
    const again = await app.kii('POST', `users/EMAIL:${emailAddress}/email-address/resend-verification`)
    const { code: mailed } = await app.world.outbox.next({ channel: 'email' })
    const { code } = await app.world.outbox.next({ channel: 'sms' })
    const verified = [
      await app.kii('POST', `users/EMAIL:${emailAddress}/email-address/verify`, { verificationCode: mailed }),
      await app.kii('POST', `users/${id}/phone-number/verify`, { verificationCode: code }),
    ]
    expect([again, ...verified].map(({ status }) => status)).toEqual([204, 200, 200])
    expect(outcome(await app.kii('POST', 'users/me/phone-number/verify', { verificationCode: code }))).toEqual([401, 'UNAUTHORIZED'])
  })

  test('of somebody else is not verified with the own token', async () => {
    const app = newApp()
    app.world.set({ phoneVerificationRequired: true })
    const [{ id }, { token }] = [await member(app, { phoneNumber: '+819012345678' }), await member(app)]
    const verify = app.kii('POST', `users/${id}/phone-number/verify`, { verificationCode: '123456' }, bearer(token))
    expect(outcome(await verify)).toEqual([401, 'UNAUTHORIZED'])
  })

  test('of an e-mail has no code to renew', async () => {
    const app = newApp()
    app.world.set({ emailVerificationRequired: true })
    const { id } = await member(app, { emailAddress: `${freshName()}@example.com` })
    const reply = await app.kii('POST', `users/${id}/email-address/reset-verification-code`, undefined, await administrator(app))
    expect(outcome(reply)).toEqual([404, 'NOT_FOUND'])
  })
})

describe('the administrator', () => {
  test('pages through all users in the order of registration', async () => {
    const app = newApp()
    const admin = await administrator(app)
    const ids = app.world.seed(5).map(({ id }) => id)
    const found: unknown[] = []
    let paginationKey: unknown
    do {
      const query = {
        userQuery: { clause: { type: 'all' } },
        bestEffortLimit: 2,
        ...(paginationKey === undefined ? {} : { paginationKey }),
      }
      const { json } = await app.kii('POST', 'users/query', query, admin)
      found.push(...(json.results as Json[]).map(({ userID }) => userID))
      paginationKey = json.nextPaginationKey
    } while (paginationKey !== undefined)
    expect(found).toEqual(ids)
  })

  test('sees in a query what replies are known to show', async () => {
    const app = newApp()
    const admin = await administrator(app)
    await member(app, { emailAddress: `${freshName()}@example.com`, level: 1 })
    const query = { userQuery: { clause: { type: 'all' } } }
    const first = (await app.kii('POST', 'users/query', query, admin)).json.results as Json[]
    expect(first[0]).toMatchObject({
      emailAddressVerified: true,
      createdAt: expect.any(Number),
      passwordChangedAt: expect.any(Number),
      disabled: false,
    })
    expect(first[0]).not.toHaveProperty('level')
    app.world.set({ userQueryShowsCustomFields: true })
    const second = (await app.kii('POST', 'users/query', query, admin)).json.results as Json[]
    expect(second[0]).toHaveProperty('level', 1)
  })

  test('is the only one who queries, disables and reads codes', async () => {
    const app = newApp()
    const { id, token } = await member(app)
    const asked = [
      await app.kii('POST', 'users/query', { userQuery: { clause: { type: 'all' } } }, bearer(token)),
      await app.kii('PUT', `users/${id}/status`, { disabled: true }, bearer(token)),
      await app.kii('GET', `users/${id}/email-address/verification-code`, undefined, bearer(token)),
    ]
    expect(asked.map(outcome)).toEqual(Array.from({ length: 3 }, () => [401, 'UNAUTHORIZED']))
  })

  test('is not me', async () => {
    const app = newApp()
    expect(outcome(await app.kii('GET', 'users/me', undefined, await administrator(app)))).toEqual([401, 'UNAUTHORIZED'])
  })

  test('disables and enables a user', async () => {
    const app = newApp()
    const admin = await administrator(app)
    const { id, token, name: username } = await member(app)
    const setDisabled = (disabled: boolean): ReturnType<TestApp['kii']> => app.kii('PUT', `users/${id}/status`, { disabled }, admin)
    expect((await setDisabled(true)).status).toBe(204)
    expect(outcome(await app.kii('GET', 'users/me', undefined, bearer(token)))).toEqual([403, 'WRONG_TOKEN'])
    expect((await app.kii('GET', `users/${id}/status`, undefined, admin)).json).toEqual({ disabled: true })
    expect(outcome(await app.kii('POST', `users/${id}/password/request-reset`))).toEqual([401, 'USER_DISABLED'])
    await setDisabled(false)
    expect((await app.kii('POST', 'oauth2/token', { username, password })).status).toBe(200)
  })

  test('keeps a disabled user from completing what was begun before', async () => {
    const app = newApp()
    const admin = await administrator(app)
    const { id, name } = await member(app, { phoneNumber: '+819012345678', emailAddress: `${freshName()}@example.com` })
    const reset = `users/LOGIN_NAME:${name}/password`
    await app.kii('POST', `${reset}/request-reset`, { notificationMethod: 'SMS', smsResetMethod: 'PIN' })
    await app.kii('POST', `${reset}/request-reset`, { notificationMethod: 'EMAIL' })
    app.world.set({ emailVerificationRequired: true, phoneVerificationRequired: true })
    await app.kii('PUT', `users/${id}/phone-number`, { phoneNumber: '+819087654321' }, admin)
    await app.kii('PUT', `users/${id}/email-address`, { emailAddress: `${freshName()}@example.com` }, admin)
    await app.kii('PUT', `users/${id}/status`, { disabled: true }, admin)

    const { code: pinCode } = await app.world.outbox.next({ channel: 'sms', purpose: 'password-reset' })
    const { code: verificationCode } = await app.world.outbox.next({ channel: 'sms', purpose: 'verification' })
    expect(outcome(await app.kii('POST', `${reset}/complete-reset`, { pinCode }))).toEqual([401, 'USER_DISABLED'])
    expect(outcome(await app.kii('POST', `users/${id}/phone-number/verify`, { verificationCode }, admin))).toEqual([401, 'USER_DISABLED'])
    for (const purpose of ['password-reset', 'verification'] as const) {
      const { link = '' } = await app.world.outbox.next({ channel: 'email', purpose })
      expect([purpose, (await send(link)).status]).toEqual([purpose, 410])
    }
  })

  test('is the only one who reads the status', async () => {
    const app = newApp()
    const { token } = await member(app)
    expect(outcome(await app.kii('GET', 'users/me/status', undefined, bearer(token)))).toEqual([401, 'UNAUTHORIZED'])
  })

  test('sets an address as verified and a password without the old one', async () => {
    const app = newApp()
    app.world.set({ emailVerificationRequired: true })
    const admin = await administrator(app)
    const { id, token } = await member(app)
    const emailAddress = `${freshName()}@example.com`
    expect((await app.kii('PUT', `users/${id}/email-address`, { emailAddress, verified: true }, admin)).status).toBe(204)
    expect((await app.kii('GET', `users/${id}/email-address`, undefined, admin)).json).toEqual({ emailAddress, verified: true })
    expect((await app.kii('PUT', `users/${id}/password`, { newPassword: 'other-5678' }, admin)).status).toBe(204)
    expect((await app.kii('POST', 'oauth2/token', { username: emailAddress, password: 'other-5678' })).status).toBe(200)
    expect(outcome(await app.kii('GET', 'users/me', undefined, bearer(token)))).toEqual([403, 'WRONG_TOKEN'])
  })

  test('a user cannot set an address as verified', async () => {
    const app = newApp()
    app.world.set({ emailVerificationRequired: true })
    const { token } = await member(app)
    await app.kii('PUT', 'users/me/email-address', { emailAddress: `${freshName()}@example.com`, verified: true }, bearer(token))
    expect(outcome(await app.kii('GET', 'users/me/email-address', undefined, bearer(token)))).toEqual([404, 'USER_ADDRESS_NOT_FOUND'])
  })

  test('reads and renews a verification code', async () => {
    const app = newApp()
    app.world.set({ phoneVerificationRequired: true })
    const admin = await administrator(app)
    const { id, token } = await member(app, { phoneNumber: '+819012345678' })
    const { code } = await app.world.outbox.next({ channel: 'sms' })
    expect((await app.kii('GET', `users/${id}/phone-number/verification-code`, undefined, admin)).json).toEqual({ verificationCode: code })
    const renewed = (await app.kii('POST', `users/${id}/phone-number/reset-verification-code`, undefined, admin)).json
    const verify = await app.kii('POST', 'users/me/phone-number/verify', renewed, bearer(token))
    expect([verify.status, verify.json]).toEqual([200, { verificationStatus: 'VERIFIED' }])
  })
})
