import { init, MFA, User } from 'kinvey-js-sdk'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Sandbox, startSandbox } from '../src/index.js'
import { totpCode } from '../src/totp.js'
import { type KinveyApp, newApp, newPerson, type Person } from '../test/kinvey-app.js'
import { localHost } from './kinvey-js-host.js'
import { rejection } from './kinvey-sdk-results.js'

type Created = Awaited<ReturnType<typeof MFA.Authenticators.create>>

const wrongCode = 'Your request body contained invalid or incorrectly formatted data.'

let sandbox: Sandbox
let app: KinveyApp
let ann: Person

beforeAll(async () => {
  sandbox = await startSandbox({ vendors: ['kinvey'] })
})

afterAll(() => sandbox.stop())

beforeEach(async () => {
  app = newApp(sandbox)
  ann = newPerson()
  app.world.clock.freeze()
  const { appKey, appSecret, host } = app.connection
  init({ kinveyConfig: { appKey, appSecret, apiVersion: 6 }, ...localHost(host) })
  await User.signup(ann)
})

const codeOf = ({ config }: Created['authenticator']): string =>
  totpCode((config as { readonly secret: string }).secret, app.world.clock.now())

const otherThan = (code: string): string => String((Number(code) + 500_000) % 1_000_000).padStart(6, '0')

const create = (name = 'phone'): Promise<Created> => MFA.Authenticators.create({ name }, async (authenticator) => codeOf(authenticator))

/** Signed in, with one authenticator. */
const enrolled = async (): Promise<Created> => {
  await User.login(ann.username, ann.password)
  return create()
}

const select = async (authenticators: readonly object[]): Promise<string> => (authenticators as { id: string }[])[0]?.id ?? ''

const logIn = (code: string, trustDevice = false): Promise<User> =>
  User.loginWithMFA(ann.username, ann.password, select, async () => ({ code, trustDevice }))

describe('an authenticator', () => {
  it('is created with a secret and recovery codes, and listed', async () => {
    const { authenticator, recoveryCodes } = await enrolled()
    expect(authenticator).toEqual({ id: expect.any(String), name: 'phone', type: 'totp', config: { secret: expect.any(String) } })
    expect(recoveryCodes).toHaveLength(10)
    expect(await MFA.Authenticators.list()).toEqual([{ id: authenticator.id, name: 'phone', type: 'totp' }])
    expect(await MFA.isEnabled()).toBe(true)
    expect(await MFA.listRecoveryCodes()).toEqual(recoveryCodes)
    expect((await create('tablet')).recoveryCodes).toBeNull()
  })

  it('is verified at the second attempt after a wrong code', async () => {
    await User.login(ann.username, ann.password)
    const seen: unknown[] = []
    await MFA.Authenticators.create({ name: 'phone' }, async (authenticator, { retries, error }) => {
      seen.push(error instanceof Error ? error.message : error)
      return retries === 0 ? otherThan(codeOf(authenticator)) : codeOf(authenticator)
    })
    expect(seen).toEqual([undefined, wrongCode])
    expect(await MFA.isEnabled()).toBe(true)
  })

  it('is tried ten times and then not enabled', async () => {
    await User.login(ann.username, ann.password)
    const failing = (): Promise<unknown> =>
      MFA.Authenticators.create({ name: 'phone' }, async (authenticator) => otherThan(codeOf(authenticator)))
    expect((await rejection(failing)).message).toBe('Max retries count for authenticator verification exceeded.')
    expect(await MFA.isEnabled()).toBe(false)
  })

  it('is removed', async () => {
    const { authenticator } = await enrolled()
    await create('tablet')
    await MFA.Authenticators.remove(authenticator.id)
    expect(await MFA.Authenticators.list()).toMatchObject([{ name: 'tablet' }])
    await MFA.disable()
    expect(await MFA.isEnabled()).toBe(false)
    await User.logout()
    expect((await User.login(ann.username, ann.password)).username).toBe(ann.username)
  })

  it('that does not exist cannot be removed', async () => {
    await enrolled()
    expect(await rejection(() => MFA.Authenticators.remove('unknown'))).toMatchObject({
      name: 'NotFoundError',
      message: 'Could not find the specified authenticator.',
    })
  })
})

describe('a log-in', () => {
  it('KV14 by password alone is refused where a second factor is on', async () => {
    await enrolled()
    await User.logout()
    expect((await rejection(() => User.login(ann.username, ann.password))).message).toBe('MFA login is required.')
    expect(await User.getActiveUser()).toBeNull()
  })

  it('KV14 KV16 is complete with a code', async () => {
    const { authenticator } = await enrolled()
    await User.logout()
    const user = await logIn(codeOf(authenticator))
    expect(user.data).toMatchObject({ username: ann.username, _kmd: { llt: expect.any(String), authtoken: expect.any(String) } })
    expect((await User.me())._id).toBe(user._id)
  })

  it('KV14 is complete at the second attempt after a wrong code', async () => {
    const { authenticator } = await enrolled()
    await User.logout()
    const messages: unknown[] = []
    await User.loginWithMFA(ann.username, ann.password, select, async (_id, { retries, error }) => {
      messages.push(error instanceof Error ? error.message : error)
      return { code: retries === 0 ? otherThan(codeOf(authenticator)) : codeOf(authenticator) }
    })
    expect(messages).toEqual([undefined, wrongCode])
    expect((await User.me()).username).toBe(ann.username)
  })

  it('KV14 fails after ten wrong codes', async () => {
    const { authenticator } = await enrolled()
    await User.logout()
    expect((await rejection(() => logIn(otherThan(codeOf(authenticator))))).message).toBe('Max retries count exceeded.')
    expect(await User.getActiveUser()).toBeNull()
  })

  it('KV16 needs no code again on a trusted device, until the tokens are invalidated', async () => {
    const { authenticator } = await enrolled()
    await User.logout()
    await logIn(codeOf(authenticator), true)
    await User.logout()
    expect((await logIn('no code')).username).toBe(ann.username)
    await User.invalidateTokens()
    expect((await rejection(() => User.login(ann.username, ann.password))).message).toBe('MFA login is required.')
  })

  it('KV14 takes a recovery code once', async () => {
    const [recoveryCode = ''] = (await enrolled()).recoveryCodes ?? []
    await User.logout()
    expect((await User.loginWithRecoveryCode(ann.username, ann.password, recoveryCode)).username).toBe(ann.username)
    await User.logout()
    expect((await rejection(() => User.loginWithRecoveryCode(ann.username, ann.password, recoveryCode))).name).toBe(
      'InvalidCredentialsError',
    )
  })

  it('KV14 takes none of the recovery codes that were replaced', async () => {
    const [old = ''] = (await enrolled()).recoveryCodes ?? []
    const [fresh = ''] = await MFA.regenerateRecoveryCodes()
    await User.logout()
    await rejection(() => User.loginWithRecoveryCode(ann.username, ann.password, old))
    expect((await User.loginWithRecoveryCode(ann.username, ann.password, fresh)).username).toBe(ann.username)
  })
})

it('KV14 where a second factor is required, the log-in leads to setting one up', async () => {
  app.world.set({ mfaRequired: true })
  expect((await rejection(() => logIn('no code'))).message).toBe('User has no MFA authenticators yet. Please enable MFA.')
  const { authenticator } = await create()
  expect((await logIn(codeOf(authenticator))).username).toBe(ann.username)
})
