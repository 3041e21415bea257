import { describe, expect, expectTypeOf, it } from 'vitest'
import { isUserError, type Listener, type ResetLink, toPromises, type User, UserportError } from '../src/index.js'
import { fakeBackend } from './support/fake-backend.js'
import { FakeService } from './support/fake-service.js'
import { somebody } from './support/fake-vendor.js'
import { start } from './support/start.js'

describe('the Promise view', () => {
  it('resolves with the value', async () => {
    const users = toPromises(start().provider)
    const account = somebody()
    expect((await users.signUp(account)).username).toBe(account.username)
    expect(users.activeUser()?.username).toBe(account.username)
  })

  it('rejects with UserportError alone', async () => {
    const users = toPromises(start().provider)
    const error: unknown = await users.signIn(somebody()).catch((cause: unknown) => cause)
    expect(error).toBeInstanceOf(UserportError)
    expect(isUserError(error, 'UserNotFound')).toBe(true)
  })

  it('rejects, and never throws, for arguments of any kind', async () => {
    const users = toPromises(start().provider)
    for (const junk of [null, undefined, 7, 'text', []]) {
      await expect(users.signIn(junk as never)).rejects.toBeInstanceOf(UserportError)
      await expect(users.requestPasswordReset({ identifier: junk } as never)).rejects.toBeInstanceOf(UserportError)
      await expect(users.completePasswordReset(junk as never)).rejects.toBeInstanceOf(UserportError)
    }
  })

  it('rejects, and never throws, for options of any kind', async () => {
    const app = start()
    const users: Readonly<Record<string, unknown>> = { ...toPromises(app.provider) }
    const synchronous = ['state', 'activeUser', 'subscribe', 'close', 'accessToken', 'parseResetLink']
    const operations = Object.entries(users).filter(([name, member]) => typeof member === 'function' && !synchronous.includes(name))
    expect(operations.length).toBeGreaterThan(30)
    const unreadable = new Proxy(
      {},
      {
        get: () => {
          throw new Error('unreadable')
        },
      },
    )
    for (const [, operation] of operations) {
      for (const junk of [null, unreadable, { signal: new AbortController() }]) {
        const call = operation as (...args: readonly unknown[]) => Promise<unknown>
        // Wherever an operation has its options.
        for (const args of [[junk], [{}, junk], ['12345678', '12345678', junk]]) {
          const outcome = await call(...args).catch((cause: unknown) => cause)
          if (outcome instanceof Error) expect(outcome).toBeInstanceOf(UserportError)
        }
      }
    }
  })

  it('does nothing before it is called, and once for each call', async () => {
    const { provider, service } = start()
    const users = toPromises(provider)
    expect(service.calls).toEqual([])
    await users.signInAnonymously()
    expect(service.count('signInAnonymously')).toBe(1)
  })

  it('leaves alone what is no operation', () => {
    const { provider } = start()
    const users = toPromises(provider)
    expect(users.state()).toEqual(provider.state())
    expect(users.vendor).toBe('fake')
    expect(users.capabilities).toBe(provider.capabilities)
    const stop = users.subscribe(() => undefined)
    expect(stop()).toBeUndefined()
    users.close()
  })

  it('turns an Either into a promise as well', async () => {
    await expect(toPromises(start().provider).parseResetLink('https://example.com')).rejects.toMatchObject({ _tag: 'Unsupported' })
  })

  it('does the same for the stateless layer', async () => {
    const backend = toPromises(fakeBackend(new FakeService()))
    const { user, session } = await backend.signUp(somebody())
    expect((await backend.fetchUser(session)).user).toEqual(user)
    expect(backend.accessToken(session)).toBeNull()
    expect(await backend.adoptable(async () => null)).toBeNull()
  })

  it('has the types of the operations, without Result', () => {
    const users = toPromises(start().provider)
    expectTypeOf(users.restore).returns.toEqualTypeOf<Promise<User | null>>()
    expectTypeOf(users.signIn).returns.toEqualTypeOf<Promise<User>>()
    expectTypeOf(users.signIn).parameters.toEqualTypeOf<Parameters<ReturnType<typeof start>['provider']['signIn']>>()
    expectTypeOf(users.parseResetLink).returns.toEqualTypeOf<Promise<ResetLink>>()
    expectTypeOf(users.subscribe).toEqualTypeOf<(listener: Listener) => () => void>()
    expectTypeOf(users.activeUser).returns.toEqualTypeOf<User | null | undefined>()
  })
})
