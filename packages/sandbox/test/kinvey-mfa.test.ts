import { beforeEach, describe, expect, it } from 'vitest'
import { totpCode } from '../src/totp.js'
import { type KinveyApp, newPerson, type Person } from './kinvey-app.js'
import { kinveyApps } from './kinvey-apps.js'
import type { KinveyClient, Reply, UserReply } from './kinvey-client.js'

interface Enrolled extends UserReply {
  readonly token: string
  readonly authenticator: { readonly id: string; readonly name: string; readonly config: { readonly secret: string } }
  readonly recoveryCodes: readonly string[]
}

interface MfaRequired {
  readonly mfaSessionToken: string
  readonly authenticators: readonly { readonly id: string }[]
}

const wrongCode = {
  status: 400,
  body: { error: 'InputValidationFailed', description: 'Your request body contained invalid or incorrectly formatted data.' },
}
const noAuthenticator = { status: 404, body: { error: 'EntityNotFound', description: 'Could not find the specified authenticator.' } }
const refused = { status: 401, body: { error: 'InvalidCredentials' } }
const notAllowed = { status: 401, body: { error: 'InsufficientCredentials' } }

const startApp = kinveyApps()
let app: KinveyApp
let client: KinveyClient
let ann: Person

beforeEach(() => {
  ;({ app, client, ann } = startApp())
  app.world.clock.freeze()
})

type As = { readonly token: string } | { readonly mfa: string } | 'master' | 'app'

const call = (method: string, path: string, as: As, body?: object): Promise<Reply> =>
  typeof as === 'object' && 'mfa' in as
    ? client.call(method, path, { as: 'nobody', headers: { authorization: `KinveyMFA ${as.mfa}` }, body, version: 6 })
    : client.call(method, path, { as, body, version: 6 })

const logIn = (more: object = {}, version = 6): Promise<Reply> =>
  client.call('POST', '/user/:kid/login', { body: { username: ann.username, password: ann.password, ...more }, version })

const codeOf = ({ config }: Enrolled['authenticator']): string => totpCode(config.secret, app.world.clock.now())

/** Any six digits that are no code of now. */
const otherThan = (code: string): string => String((Number(code) + 500_000) % 1_000_000).padStart(6, '0')

const enrol = async (id: string, as: As): Promise<Pick<Enrolled, 'authenticator' | 'recoveryCodes'>> => {
  const created = await call('POST', `/user/:kid/${id}/authenticators`, as, { name: 'phone', type: 'totp' })
  const authenticator = created.body as Enrolled['authenticator']
  const { body } = await call('POST', `/user/:kid/${id}/authenticators/${authenticator.id}/verify`, as, { code: codeOf(authenticator) })
  return { authenticator, recoveryCodes: [], ...(body as object) }
}

const enrolled = async (): Promise<Enrolled> => {
  const user = await client.signUp(ann)
  return { ...user, ...(await enrol(user._id, { token: user.token })) }
}

const begin = async (): Promise<MfaRequired> => (await logIn()).body as MfaRequired

const challenge = async (authenticatorId: string): Promise<{ readonly mfa: string }> => {
  const { mfaSessionToken: mfa } = await begin()
  await call('POST', '/user/:kid/mfa/challenge', { mfa }, { authenticatorId })
  return { mfa }
}

const complete = (as: As, code: string, more: object = {}): Promise<Reply> => call('POST', '/user/:kid/mfa/complete', as, { code, ...more })

describe('an authenticator', () => {
  it('is made with a secret, and counts once a code of it was given', async () => {
    const { _id, token } = await client.signUp(ann)
    const path = `/user/:kid/${_id}/authenticators`
    const { status, body } = await call('POST', path, { token }, { name: 'phone', type: 'totp' })
    expect({ status, body }).toEqual({
      status: 201,
      body: { id: expect.any(String), name: 'phone', type: 'totp', config: { secret: expect.stringMatching(/^[A-Z2-7]{32}$/) } },
    })
    expect((await call('GET', path, { token })).body).toEqual([])
    expect((await logIn()).body).toMatchObject({ username: ann.username })
    const authenticator = body as Enrolled['authenticator']
    const verify = (code: unknown): Promise<Reply> => call('POST', `${path}/${authenticator.id}/verify`, { token }, { code })
    expect(await verify(otherThan(codeOf(authenticator)))).toMatchObject(wrongCode)
    expect(await verify(undefined)).toMatchObject(wrongCode)
    expect((await verify(codeOf(authenticator))).status).toBe(200)
    expect((await call('GET', path, { token })).body).toEqual([{ id: authenticator.id, name: 'phone', type: 'totp' }])
  })

  it('brings ten recovery codes if it is the first', async () => {
    const { _id, token, recoveryCodes } = await enrolled()
    expect(new Set(recoveryCodes).size).toBe(10)
    expect((await enrol(_id, { token })).recoveryCodes).toEqual([])
  })

  it.each([{ name: 'phone', type: 'sms' }, { name: 'phone' }])('is not made of %j', async (body) => {
    const { _id, token } = await client.signUp(ann)
    expect(await call('POST', `/user/:kid/${_id}/authenticators`, { token }, body)).toMatchObject({ status: 400 })
  })

  it('is removed with a slash at the end, and with it what hung on it', async () => {
    const { _id, token, authenticator } = await enrolled()
    expect((await call('DELETE', `/user/:kid/${_id}/authenticators/${authenticator.id}/`, { token })).status).toBe(204)
    expect((await call('GET', `/user/:kid/${_id}/recovery-codes`, { token })).body).toEqual({ recoveryCodes: [] })
    expect((await logIn()).body).toMatchObject({ username: ann.username })
    expect(await call('POST', `/user/:kid/${_id}/recovery-codes`, { token })).toMatchObject({ status: 400 })
  })

  it('that does not exist is not found', async () => {
    const { _id, token } = await enrolled()
    const path = `/user/:kid/${_id}/authenticators/unknown`
    expect(await call('DELETE', path, { token })).toMatchObject(noAuthenticator)
    expect(await call('POST', `${path}/verify`, { token }, { code: '1' })).toMatchObject(noAuthenticator)
  })

  it('is managed by its owner and the master secret, even where everybody may write everybody', async () => {
    app.world.set({ usersPermission: 'full' })
    const { _id } = await enrolled()
    const { token } = await client.signUp(newPerson())
    const path = `/user/:kid/${_id}/authenticators`
    for (const as of [{ token }, 'app'] as const) expect(await call('GET', path, as)).toMatchObject(notAllowed)
    expect((await call('GET', path, 'master')).body).toHaveLength(1)
    expect(await call('GET', '/user/:kid/unknown/authenticators', 'master')).toMatchObject({ status: 404, body: { error: 'UserNotFound' } })
  })
})

describe('a log-in with an authenticator', () => {
  it('asks for it', async () => {
    const { _id, authenticator } = await enrolled()
    expect(await logIn()).toEqual({
      status: 200,
      headers: expect.anything(),
      body: {
        mfaRequired: true,
        userId: _id,
        mfaSessionToken: expect.any(String),
        authenticators: [{ id: authenticator.id, name: 'phone', type: 'totp' }],
      },
    })
  })

  it('is complete with a code', async () => {
    const { _id, authenticator } = await enrolled()
    const as = await challenge(authenticator.id)
    const { status, body } = await complete(as, codeOf(authenticator))
    expect({ status, body }).toEqual({ status: 200, body: { user: expect.objectContaining({ _id }), authToken: expect.any(String) } })
    expect(await client.meStatus((body as { authToken: string }).authToken)).toBe(200)
    expect(await complete(as, codeOf(authenticator))).toMatchObject(refused)
  })

  it('is not complete without a challenge, or of another authenticator', async () => {
    const { authenticator } = await enrolled()
    const { mfaSessionToken: mfa } = await begin()
    expect(await complete({ mfa }, codeOf(authenticator))).toMatchObject(noAuthenticator)
    expect(await call('POST', '/user/:kid/mfa/challenge', { mfa }, { authenticatorId: 'unknown' })).toMatchObject(noAuthenticator)
  })

  it('bears nine wrong codes, not ten', async () => {
    const { authenticator } = await enrolled()
    const wrong = otherThan(codeOf(authenticator))
    const attempts = async (count: number): Promise<{ readonly mfa: string }> => {
      const as = await challenge(authenticator.id)
      for (let attempt = 0; attempt < count; attempt += 1) expect(await complete(as, wrong)).toMatchObject(wrongCode)
      return as
    }
    expect((await complete(await attempts(9), codeOf(authenticator))).status).toBe(200)
    expect(await complete(await attempts(10), codeOf(authenticator))).toMatchObject(refused)
  })

  it('has ten minutes', async () => {
    const { authenticator } = await enrolled()
    const as = await challenge(authenticator.id)
    app.world.clock.advance(600_000)
    expect(await complete(as, codeOf(authenticator))).toMatchObject(refused)
  })

  it('opens nothing before it is complete', async () => {
    const { _id } = await enrolled()
    const { mfaSessionToken } = await begin()
    expect(await client.meStatus(mfaSessionToken)).toBe(401)
    for (const path of ['/user/:kid/_me', `/user/:kid/${_id}`, `/user/:kid/${_id}/recovery-codes`]) {
      expect(await call('GET', path, { mfa: mfaSessionToken })).toMatchObject(notAllowed)
    }
    expect(await call('POST', `/user/:kid/${_id}/authenticators`, { mfa: mfaSessionToken }, { name: 'x', type: 'totp' })).toMatchObject(
      notAllowed,
    )
  })

  it('still asks for the right password first', async () => {
    await enrolled()
    expect(await logIn({ password: 'wrong' })).toMatchObject(refused)
  })

  it('of a user suspended meanwhile is refused', async () => {
    const { _id, authenticator } = await enrolled()
    const as = await challenge(authenticator.id)
    await call('DELETE', `/user/:kid/${_id}`, 'master')
    expect(await complete(as, codeOf(authenticator))).toMatchObject(refused)
  })

  it('asks for nothing below API version 6', async () => {
    await enrolled()
    expect((await logIn({}, 5)).body).toMatchObject({ username: ann.username, _kmd: { authtoken: expect.any(String) } })
  })
})

describe('a trusted device', () => {
  const trust = async ({ authenticator }: Enrolled): Promise<string> => {
    const { body } = await complete(await challenge(authenticator.id), codeOf(authenticator), { createDeviceToken: true })
    return (body as { deviceToken: string }).deviceToken
  }

  it('is asked for no code, in a wrapped reply', async () => {
    const deviceToken = await trust(await enrolled())
    expect((await logIn({ deviceToken })).body).toMatchObject({
      mfaRequired: false,
      user: { username: ann.username },
      authToken: expect.any(String),
    })
    expect((await logIn({ deviceToken: 'another' })).body).toMatchObject({ mfaRequired: true })
  })

  it('is trusted for thirty days', async () => {
    const deviceToken = await trust(await enrolled())
    app.world.clock.advance(30 * 24 * 3_600_000)
    expect((await logIn({ deviceToken })).body).toMatchObject({ mfaRequired: true })
  })

  it('is trusted no more after the tokens are invalidated', async () => {
    const user = await enrolled()
    const deviceToken = await trust(user)
    await call('DELETE', `/user/:kid/${user._id}/tokens`, { token: user.token })
    expect((await logIn({ deviceToken })).body).toMatchObject({ mfaRequired: true })
  })
})

describe('a recovery code', () => {
  it('stands for a code, once', async () => {
    const { _id, token, recoveryCodes } = await enrolled()
    const [recoveryCode = '', ...left] = recoveryCodes
    expect((await logIn({ recoveryCode })).body).toMatchObject({ mfaRequired: false, authToken: expect.any(String) })
    expect(await logIn({ recoveryCode })).toMatchObject(refused)
    expect((await call('GET', `/user/:kid/${_id}/recovery-codes`, { token })).body).toEqual({ recoveryCodes: left })
  })

  it('is void when others are made', async () => {
    const { _id, token, recoveryCodes } = await enrolled()
    const { body } = await call('POST', `/user/:kid/${_id}/recovery-codes`, { token })
    const { recoveryCodes: fresh } = body as { recoveryCodes: readonly string[] }
    expect(fresh).toHaveLength(10)
    expect(await logIn({ recoveryCode: recoveryCodes[0] })).toMatchObject(refused)
    expect((await logIn({ recoveryCode: fresh[0] })).body).toMatchObject({ mfaRequired: false })
  })
})

describe('an app that requires a second factor', () => {
  it('lets nobody in without one, but to set one up', async () => {
    app.world.set({ mfaRequired: true })
    const { _id } = await client.signUp(ann)
    const { mfaSessionToken: mfa, authenticators } = await begin()
    expect(authenticators).toEqual([])
    const { authenticator, recoveryCodes } = await enrol(_id, { mfa })
    expect(recoveryCodes).toHaveLength(10)
    expect((await complete(await challenge(authenticator.id), codeOf(authenticator))).status).toBe(200)
  })

  it('does not let the one set up the factors of another', async () => {
    app.world.set({ mfaRequired: true })
    await client.signUp(ann)
    const other = await client.signUp(newPerson())
    const { mfaSessionToken: mfa } = await begin()
    expect(await call('POST', `/user/:kid/${other._id}/authenticators`, { mfa }, { name: 'x', type: 'totp' })).toMatchObject(notAllowed)
  })
})

it('second factors come back with a snapshot and are shown to nobody', async () => {
  const { authenticator } = await enrolled()
  const snapshot = app.world.snapshot()
  app.world.reset()
  app.world.restore(snapshot)
  app.world.clock.freeze()
  expect((await complete(await challenge(authenticator.id), codeOf(authenticator))).status).toBe(200)
  expect(JSON.stringify(app.world.users())).not.toContain(authenticator.config.secret)
})
