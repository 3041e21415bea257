import { describe, expect, it } from 'vitest'
import type { ActiveState } from '../src/index.js'
import { somebody } from './support/fake-vendor.js'
import { failureOf, successOf, tagOf } from './support/results.js'
import { start } from './support/start.js'

describe('events', () => {
  it('tell each change in its order, with the user after it', async () => {
    const { provider, changes, reasons } = start()
    const account = somebody()
    await successOf(provider.signInAnonymously())
    await successOf(provider.upgrade(account))
    await successOf(provider.updateProfile({ set: { a: 1 } }))
    await successOf(provider.refresh())
    await successOf(provider.signOut())
    await successOf(provider.signIn(account))
    await successOf(provider.deleteUser())
    expect(reasons()).toEqual(['signedIn', 'upgraded', 'updated', 'refreshed', 'signedOut', 'signedIn', 'deleted'])
    expect(changes.map(({ user }) => user?.kind)).toEqual([
      'anonymous',
      'registered',
      'registered',
      'registered',
      undefined,
      'registered',
      undefined,
    ])
  })

  it('come after commit: the new state is there, in memory and in the store', async () => {
    const { provider, store } = start()
    const seen: (readonly [ActiveState, boolean])[] = []
    provider.subscribe(() => seen.push([provider.state(), [...store.entries.values()].some((text) => text.includes('access-'))]))
    await successOf(provider.signUp(somebody()))
    await successOf(provider.signOut())
    expect(seen).toMatchObject([
      [{ status: 'signedIn', stored: true }, true],
      [{ status: 'signedOut' }, false],
    ])
  })

  it('fit the state they carry, though the next change comes while the store is busy, and bring nobody back', async () => {
    const { provider, store, service, changes } = start()
    await successOf(provider.signUp(somebody()))
    const activeThen: unknown[] = []
    provider.subscribe(() => activeThen.push(provider.activeUser()))
    store.delay = 60
    const refreshed = provider.refresh()()
    await expect.poll(() => service.count('fetchUser'), { interval: 1 }).toBe(1)
    await new Promise((resolve) => setTimeout(resolve, 5))
    const signedOut = provider.signOut()()
    await Promise.all([refreshed, signedOut])
    const told = changes.slice(1).map(({ reason, user, state }) => [reason, user?.kind ?? 'nobody', state.status])
    expect(told).toEqual([
      ['refreshed', 'registered', 'signedIn'],
      ['signedOut', 'nobody', 'signedOut'],
    ])
    expect(activeThen).toEqual([null, null])
  })

  it('are not told for what fails or changes nothing', async () => {
    const { provider, changes } = start()
    await failureOf(provider.signIn(somebody()), 'UserNotFound')
    await successOf(provider.signOut())
    expect(changes).toEqual([])
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('listener')
      },
    ],
    ['rejects', () => Promise.reject(new Error('listener'))],
  ])('reach the others when a listener %s, and the operation succeeds', async (_, listener) => {
    const { provider, problems } = start()
    const heard: string[] = []
    provider.subscribe(listener)
    provider.subscribe(({ reason }) => heard.push(reason))
    await successOf(provider.signUp(somebody()))
    expect(heard).toEqual(['signedUp'])
    expect(problems.map(({ operation }) => operation)).toEqual(['subscribe'])
  })

  it('survive a problem handler that throws', async () => {
    const { provider } = start({
      options: {
        onProblem: () => {
          throw new Error('handler')
        },
      },
    })
    provider.subscribe(() => {
      throw new Error('listener')
    })
    await successOf(provider.signUp(somebody()))
    expect(provider.activeUser()?.kind).toBe('registered')
  })

  it('may call any operation, even wait for it, without a dead-lock', async () => {
    const { provider, reasons } = start()
    const outcomes: string[] = []
    provider.subscribe(async ({ reason }) => {
      if (reason !== 'signedUp') return
      outcomes.push(tagOf(await provider.updateProfile({ set: { seen: true } })()))
      outcomes.push(tagOf(await provider.signOut()()))
    })
    await successOf(provider.signUp(somebody()))
    await expect.poll(() => outcomes).toEqual(['Right', 'Right'])
    expect(reasons()).toEqual(['signedUp', 'updated', 'signedOut'])
  })

  it('end for a listener that left, also from inside', async () => {
    const { provider } = start()
    const heard: string[] = []
    const leave = provider.subscribe(({ reason }) => {
      heard.push(reason)
      leave()
    })
    await successOf(provider.signUp(somebody()))
    await successOf(provider.signOut())
    expect(heard).toEqual(['signedUp'])
  })

  it('end with close, while operations go on', async () => {
    const { provider, changes } = start()
    provider.close()
    await successOf(provider.signUp(somebody()))
    expect(changes).toEqual([])
    expect(provider.activeUser()?.kind).toBe('registered')
  })
})

describe('a reset', () => {
  const account = async () => {
    const app = start()
    const credentials = somebody()
    await successOf(app.provider.signUp(credentials))
    return { ...app, credentials }
  }

  it('that ends sessions at the request signs the active user out at once', async () => {
    const { provider, credentials, reasons } = await account()
    await successOf(provider.requestPasswordReset({ identifier: credentials.identifier, channel: 'email-link' }))
    expect(provider.activeUser()).toBeNull()
    expect(reasons()).toEqual(['signedUp', 'revokedByReset'])
  })

  it('for somebody else leaves the active user alone', async () => {
    const { provider } = await account()
    await successOf(provider.requestPasswordReset({ identifier: somebody().identifier, channel: 'email-link' }))
    expect(provider.activeUser()?.kind).toBe('registered')
  })

  it('that ends sessions at completion signs the active user out then', async () => {
    const { provider, credentials, reasons } = await account()
    const ticket = await successOf(provider.requestPasswordReset({ identifier: credentials.identifier }))
    expect(provider.activeUser()?.kind).toBe('registered')
    expect(JSON.parse(JSON.stringify(ticket))).toEqual(ticket)
    if (ticket.completion !== 'in-app') throw new Error('expected a ticket that ends in the app')
    await successOf(provider.completePasswordReset({ ticket, code: '123456', newPassword: 'another one' }))
    expect(reasons()).toEqual(['signedUp', 'revokedByReset'])
    await successOf(provider.signIn({ ...credentials, password: 'another one' }))
  })
})

describe('enumerationSafe', () => {
  it('answers alike whether or not the user exists', async () => {
    const { provider, service } = start({ options: { enumerationSafe: true } })
    const known = somebody()
    service.create({ ...known, attributes: {} })
    const wrongPassword = await failureOf(provider.signIn({ ...known, password: 'wrong' }), 'InvalidCredentials')
    expect(await failureOf(provider.signIn(somebody()), 'InvalidCredentials')).toEqual(wrongPassword)
  })

  it('leaves every other error as it is', async () => {
    const { provider, service } = start({ options: { enumerationSafe: true } })
    const account = somebody()
    service.create({ ...account, attributes: {} })
    expect(await failureOf(provider.signUp(account), 'IdentifierTaken')).toMatchObject({ identifier: 'username' })
    service.failNext('offline', 'signIn')
    await failureOf(provider.signIn(account), 'Network')
  })
})
