import { describe, expect, it } from 'vitest'
import type { ActiveState, Change } from '../src/index.js'
import { somebody } from './support/fake-vendor.js'
import { failureOf, tagOf, valueOf } from './support/results.js'
import { start } from './support/start.js'

describe('events', () => {
  it('tell each change in its order, with the user after it', async () => {
    const { provider, changes, reasons } = start()
    const account = somebody()
    await valueOf(provider.signInAnonymously())
    await valueOf(provider.upgrade(account))
    await valueOf(provider.updateProfile({ set: { a: 1 } }))
    await valueOf(provider.refresh())
    await valueOf(provider.signOut())
    await valueOf(provider.signIn(account))
    await valueOf(provider.deleteUser())
    expect(reasons()).toEqual(['signedIn', 'upgraded', 'updated', 'refreshed', 'signedOut', 'signedIn', 'deleted'])
    expect(changes.map(({ user }) => user?.kind)).toEqual(['anonymous', 'registered', 'registered', 'registered', undefined, 'registered', undefined])
  })

  it('come after commit: the new state is there, in memory and in the store', async () => {
    const { provider, store } = start()
    const seen: (readonly [ActiveState, boolean])[] = []
    provider.subscribe(() => seen.push([provider.state(), [...store.entries.values()].some((text) => text.includes('access-'))]))
    await valueOf(provider.signUp(somebody()))
    await valueOf(provider.signOut())
    expect(seen).toMatchObject([
      [{ status: 'signedIn', stored: true }, true],
      [{ status: 'signedOut' }, false],
    ])
  })

  it('fit the state they carry, though the next change comes while the store is busy', async () => {
    const { provider, store, changes } = start()
    await valueOf(provider.signUp(somebody()))
    store.delay = 5
    await Promise.all([provider.refresh()(), provider.signOut()()])
    const told = changes.map(({ reason, user, state }: Change) => [reason, user === null ? 'nobody' : 'somebody', state.status])
    expect(told.at(-1)).toEqual(['signedOut', 'nobody', 'signedOut'])
    expect(told.filter(([reason, user]) => (reason === 'signedOut') !== (user === 'nobody'))).toEqual([])
  })

  it('are not told for what fails or changes nothing', async () => {
    const { provider, changes } = start()
    await failureOf(provider.signIn(somebody()), 'UserNotFound')
    await valueOf(provider.signOut())
    expect(changes).toEqual([])
  })

  it.each([
    ['throws', () => { throw new Error('listener') }],
    ['rejects', () => Promise.reject(new Error('listener'))],
  ])('reach the others when a listener %s, and the operation succeeds', async (_, listener) => {
    const { provider, problems } = start()
    const heard: string[] = []
    provider.subscribe(listener)
    provider.subscribe(({ reason }) => heard.push(reason))
    await valueOf(provider.signUp(somebody()))
    expect(heard).toEqual(['signedUp'])
    expect(problems.map(({ operation }) => operation)).toEqual(['subscribe'])
  })

  it('survive a problem handler that throws', async () => {
    const { provider } = start({ options: { onProblem: () => { throw new Error('handler') } } })
    provider.subscribe(() => { throw new Error('listener') })
    await valueOf(provider.signUp(somebody()))
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
    await valueOf(provider.signUp(somebody()))
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
    await valueOf(provider.signUp(somebody()))
    await valueOf(provider.signOut())
    expect(heard).toEqual(['signedUp'])
  })

  it('end with close, while operations go on', async () => {
    const { provider, changes } = start()
    provider.close()
    await valueOf(provider.signUp(somebody()))
    expect(changes).toEqual([])
    expect(provider.activeUser()?.kind).toBe('registered')
  })
})

describe('a reset', () => {
  const account = async () => {
    const app = start()
    const credentials = somebody()
    await valueOf(app.provider.signUp(credentials))
    return { ...app, credentials }
  }

  it('that ends sessions at the request signs the active user out at once', async () => {
    const { provider, credentials, reasons } = await account()
    await valueOf(provider.requestPasswordReset({ identifier: credentials.identifier, channel: 'email-link' }))
    expect(provider.activeUser()).toBeNull()
    expect(reasons()).toEqual(['signedUp', 'revokedByReset'])
  })

  it('for somebody else leaves the active user alone', async () => {
    const { provider } = await account()
    await valueOf(provider.requestPasswordReset({ identifier: somebody().identifier, channel: 'email-link' }))
    expect(provider.activeUser()?.kind).toBe('registered')
  })

  it('that ends sessions at completion signs the active user out then', async () => {
    const { provider, credentials, reasons } = await account()
    const ticket = await valueOf(provider.requestPasswordReset({ identifier: credentials.identifier }))
    expect(provider.activeUser()?.kind).toBe('registered')
    expect(JSON.parse(JSON.stringify(ticket))).toEqual(ticket)
    if (ticket.completion !== 'in-app') throw new Error('expected a ticket that ends in the app')
    await valueOf(provider.completePasswordReset({ ticket, code: '123456', newPassword: 'another one' }))
    expect(reasons()).toEqual(['signedUp', 'revokedByReset'])
    await valueOf(provider.signIn({ ...credentials, password: 'another one' }))
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
})
