import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  type CallOptions,
  createProvider,
  type MergeTicket,
  type ResetByCode,
  type Result,
  type UserProvider,
  withDeadline,
} from '../src/index.js'
import { brittleStore } from './support/brittle-store.js'
import { fakeBackend } from './support/fake-backend.js'
import { FakeService } from './support/fake-service.js'
import { somebody } from './support/fake-vendor.js'
import { errorOf, failureOf, successOf } from './support/results.js'
import { type App, start } from './support/start.js'

afterEach(() => void vi.useRealTimers())

const never = () => new Promise<never>(() => undefined)

const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20))

type Call = { readonly signal: AbortSignal }

/** Gives up what cannot end, once it has come as far as it comes. */
const givenUp = async (operation: (call: Call) => Result<unknown>) => {
  const app = new AbortController()
  const outcome = errorOf(operation({ signal: app.signal }))
  await soon()
  app.abort()
  return outcome
}

describe('an app that gives up while the vendor reads what became of it', () => {
  const carryingOut = (service: FakeService): UserProvider =>
    createProvider({
      ...fakeBackend(service),
      signUp: (_: unknown, options: CallOptions = {}) =>
        withDeadline({ vendor: 'fake', operation: 'signUp' }, options, ({ carriedOut }) => {
          carriedOut({ accountCreated: true, userAction: 'sign-in' })
          return never
        }),
    })

  const expected = { carriedOut: true, accountCreated: true, retryable: false, userAction: 'sign-in' }

  it('hears that it was carried out', async () => {
    const provider = carryingOut(new FakeService())
    const error = await givenUp((call) => provider.signUp(somebody(), call))
    expect(error).toMatchObject({ _tag: 'Cancelled', operation: 'signUp', ...expected })
  })

  it('hears so too where the operation had to wait for its turn', async () => {
    const service = new FakeService()
    const provider = carryingOut(service)
    const release = service.hold('signIn')
    const first = provider.signIn(somebody())()
    setTimeout(release, 5)
    const error = await givenUp((call) => provider.signUp(somebody(), call))
    await first
    expect(error).toMatchObject({ _tag: 'Cancelled', ...expected })
  })
})

it('an app that gives up a request that must not happen twice hears that it may have been carried out', async () => {
  const { provider, service } = start()
  service.failNext('hangs', 'signUp')
  const error = await givenUp((call) => provider.signUp(somebody(), call))
  expect(error).toMatchObject({ _tag: 'Cancelled', message: expect.stringContaining('not known') })
  expect(error.carriedOut).toBeUndefined()
  service.failNext('hangs', 'usernameExists')
  expect((await givenUp((call) => provider.usernameExists('alice', call))).message).not.toContain('not known')
})

describe('what the vendor has carried out, and the store holds up', () => {
  const account = somebody()

  const nobody = async (): Promise<App> => {
    const app = start()
    app.service.create({ ...account, attributes: {} })
    await successOf(app.provider.restore())
    return app
  }
  const registered = async (): Promise<App> => {
    const app = await nobody()
    await successOf(app.provider.signIn(account))
    return app
  }
  const anonymous = async (): Promise<App> => {
    const app = await nobody()
    await successOf(app.provider.signInAnonymously({ attributes: { level: 1 } }))
    return app
  }
  const merging = async (): Promise<App> => {
    const app = await anonymous()
    const { mergeTicket } = await failureOf(app.provider.upgrade(account), 'IdentifierTaken')
    await successOf(app.provider.signIn(account, { anonymous: mergeTicket as MergeTicket }))
    return app
  }
  const { username, password } = account
  const byCode = { identifier: { username }, channel: 'email-code' } as const

  it.each<[string, () => Promise<App>, 'set' | 'remove', (provider: UserProvider, call: Call) => Result<unknown>, object?]>([
    ['signUp', nobody, 'set', (provider, call) => provider.signUp(somebody(), call), { accountCreated: true }],
    ['signIn', nobody, 'set', (provider, call) => provider.signIn(account, call)],
    ['signInAnonymously', nobody, 'set', (provider, call) => provider.signInAnonymously({}, call)],
    ['updateProfile', registered, 'set', (provider, call) => provider.updateProfile({ set: { a: 1 } }, call)],
    ['changePassword', registered, 'set', (provider, call) => provider.changePassword({ current: password, next: password }, call)],
    ['deleteUser', registered, 'remove', (provider, call) => provider.deleteUser({}, call)],
    ['signOut', registered, 'remove', (provider, call) => provider.signOut(call)],
    ['upgrade', anonymous, 'set', (provider, call) => provider.upgrade(somebody(), call), { accountCreated: true }],
    [
      'requestPasswordReset',
      registered,
      'remove',
      (provider, call) => provider.requestPasswordReset({ ...byCode, channel: 'email-link' }, call),
    ],
    ['abortMerge', merging, 'set', (provider, call) => provider.abortMerge(call)],
    ['completeMerge', merging, 'remove', (provider, call) => provider.completeMerge({ copy: 'none' }, call)],
  ])('says so when the app gives up: %s', async (operation, prepare, method, run, more = {}) => {
    const { provider, store } = await prepare()
    store.health[method] = 'hangs'
    const error = await givenUp((call) => run(provider, call))
    expect(error).toMatchObject({ _tag: 'Cancelled', operation, carriedOut: true, retryable: false, ...more })
  })

  it('says so when the app gives up: completePasswordReset', async () => {
    const { provider, store } = await registered()
    const ticket = await successOf(provider.requestPasswordReset(byCode))
    store.health.remove = 'hangs'
    const error = await givenUp((call) => provider.completePasswordReset({ ticket, code: '1', newPassword: password } as ResetByCode, call))
    expect(error).toMatchObject({ _tag: 'Cancelled', carriedOut: true, userAction: 'sign-in' })
  })

  it('says so of a sign-up while the store is asked who came meanwhile', async () => {
    const store = brittleStore(true)
    const { provider, service } = start({ store, options: { namespace: randomUUID() } })
    await successOf(provider.restore())
    const release = service.hold('signUp')
    setTimeout(() => {
      store.health.get = 'hangs'
      release()
    }, 5)
    const error = await givenUp((call) => provider.signUp(somebody(), call))
    expect(error).toMatchObject({ _tag: 'Cancelled', carriedOut: true, accountCreated: true, userAction: 'sign-in' })
    provider.close()
  })

  it('says so when its time is up', async () => {
    vi.useFakeTimers()
    const store = brittleStore(true)
    const { provider, service } = start({ store, options: { namespace: randomUUID() } })
    await successOf(provider.restore())
    const release = service.hold('signUp')
    const outcome = errorOf(provider.signUp(somebody(), { deadline: 1_000 }))
    await vi.advanceTimersByTimeAsync(900)
    Object.assign(store.health, { get: 'hangs', set: 'hangs' })
    release()
    await vi.advanceTimersByTimeAsync(20_000)
    expect(await outcome).toMatchObject({ _tag: 'Timeout', carriedOut: true, accountCreated: true, retryable: false })
    provider.close()
  })
})

describe('what the vendor has carried out for somebody who was signed out in another tab meanwhile', () => {
  const elsewhere = async (operation: 'updateProfile' | 'upgrade') => {
    const parts = { service: new FakeService(), store: brittleStore(true), options: { namespace: `given-up-${randomUUID()}` } }
    const [here, there] = [start(parts), start(parts)]
    for (const { provider } of [here, there]) await successOf(provider.restore())
    const { id } = await successOf(here.provider.signInAnonymously())
    await expect.poll(() => there.provider.activeUser()?.id).toBe(id)
    const release = parts.service.hold(operation)
    const late = errorOf(operation === 'upgrade' ? here.provider.upgrade(somebody()) : here.provider.updateProfile({ set: { a: 1 } }))
    await expect.poll(() => parts.service.count(operation)).toBe(1)
    await successOf(there.provider.signOut({ discardAnonymous: true }))
    await expect.poll(() => here.provider.activeUser()).toBeNull()
    release()
    const error = await late
    for (const { provider } of [here, there]) provider.close()
    return error
  }

  it('says so in updateProfile', async () => {
    expect(await elsewhere('updateProfile')).toMatchObject({ _tag: 'Cancelled', carriedOut: true })
  })

  it('says so in upgrade, and that there is an account', async () => {
    expect(await elsewhere('upgrade')).toMatchObject({ _tag: 'Cancelled', carriedOut: true, accountCreated: true, userAction: 'sign-in' })
  })
})
