import { describe, expect, it } from 'vitest'
import * as E from '#fp-ts/Either'
import { createProvider, type UserBackend, type UserProvider, userError, userId } from '../src/index.js'
import { brittleStore } from './support/brittle-store.js'
import { fakeBackend } from './support/fake-backend.js'
import { FakeService } from './support/fake-service.js'
import { somebody } from './support/fake-vendor.js'
import { failureOf, successOf, tagOf } from './support/results.js'
import { type App, start } from './support/start.js'

const anonymous = async (): Promise<App & { readonly id: string }> => {
  const app = start()
  const { id } = await successOf(app.provider.signInAnonymously({ attributes: { coins: 7 } }))
  return { ...app, id }
}

const holds = ({ store }: App, id: string): boolean =>
  [...store.entries.values()].some((text) => text.includes(id) && text.includes('access-'))

describe('signInAnonymously', () => {
  it('is idempotent: the same user, one request, also in parallel and after a restart', async () => {
    const { provider, service, restart } = start()
    const users = await Promise.all([1, 2, 3].map(() => successOf(provider.signInAnonymously())))
    const again = await successOf(restart().provider.signInAnonymously())
    expect(new Set([...users, again].map(({ id }) => id)).size).toBe(1)
    expect(service.count('signInAnonymously')).toBe(1)
  })

  it('has the only credential in the store when it succeeds', async () => {
    const app = await anonymous()
    expect(holds(app, app.id)).toBe(true)
  })

  it('does not report success when the store fails; the user is kept, and a later call stores it', async () => {
    const app = start()
    app.store.health.set = 'fails'
    await failureOf(app.provider.signInAnonymously(), 'Unavailable')
    const kept = app.provider.activeUser()
    expect(kept?.kind).toBe('anonymous')
    expect(app.provider.state()).toMatchObject({ stored: false })
    app.store.health.set = 'works'
    expect((await successOf(app.provider.signInAnonymously())).id).toBe(kept?.id)
    expect(app.provider.state()).toMatchObject({ stored: true })
    expect(app.service.count('signInAnonymously')).toBe(1)
    expect((await successOf(app.restart().provider.restore()))?.id).toBe(kept?.id)
  })

  it('is refused while a registered user is active, without asking the server', async () => {
    const { provider, service } = start()
    await successOf(provider.signUp(somebody()))
    await failureOf(provider.signInAnonymously(), 'AlreadySignedIn')
    expect(service.count('signInAnonymously')).toBe(0)
  })

  it('says OutcomeUnknown when the answer is lost, and nobody is active', async () => {
    const { provider, service } = start()
    service.failNext('answer lost')
    await failureOf(provider.signInAnonymously(), 'OutcomeUnknown')
    expect(provider.activeUser()).toBeNull()
  })

  it.each([
    ['Forbidden', 'forgets'],
    ['Network', 'keeps'],
  ] as const)('that fails with %s %s what was stored on the way', async (tag, does) => {
    const store = brittleStore()
    const cutOff: UserBackend = {
      ...fakeBackend(new FakeService()),
      signInAnonymously: (_, options) => async () => {
        await options?.keep?.({ vendor: 'fake', userId: userId('made'), kind: 'anonymous', secrets: { access: 'access-1' } })
        return E.left(userError(tag, { vendor: 'fake', operation: 'signInAnonymously' }, {}))
      },
    }
    const provider: UserProvider = createProvider(cutOff, { store })
    await failureOf(provider.signInAnonymously(), tag)
    expect([...store.entries.values()].join().includes('access-1')).toBe(does === 'keeps')
  })

  it('that was cut off after its credential was stored goes on with that user', async () => {
    const service = new FakeService()
    const backend = fakeBackend(service)
    const cutOff: UserBackend = {
      ...backend,
      signInAnonymously: (profile, options) => async () => {
        const made = await successOf(backend.signInAnonymously(profile, options))
        await options?.keep?.(made.session)
        return E.left(userError('Timeout', { vendor: 'fake', operation: 'signInAnonymously' }, {}))
      },
    }
    const provider: UserProvider = createProvider(cutOff)
    await failureOf(provider.signInAnonymously(), 'Timeout')
    const { id } = await successOf(provider.signInAnonymously())
    expect([...service.accounts.keys()]).toEqual([id])
    expect((await successOf(provider.refresh())).id).toBe(id)
  })

  describe('with a credential whose user was never seen', () => {
    const unseen = async (): Promise<App & { readonly id: string }> => {
      const app = await anonymous()
      for (const name of [...app.store.entries.keys()]) if (name.endsWith('.user')) app.store.entries.delete(name)
      return { ...app, ...app.restart(), id: app.id }
    }

    it('asks the server for that user', async () => {
      const { provider, service, id } = await unseen()
      expect(await successOf(provider.signInAnonymously())).toMatchObject({ id, attributes: { coins: 7 } })
      expect(service.count('signInAnonymously')).toBe(1)
    })

    it('makes nobody else while the server cannot be asked', async () => {
      const { provider, service, id } = await unseen()
      service.failNext('offline', 'fetchUser')
      await failureOf(provider.signInAnonymously(), 'Network')
      expect(provider.activeUser()).toEqual({
        id,
        vendor: 'fake',
        kind: 'anonymous',
        identities: [],
        attributes: {},
        status: 'unknown',
        vendorData: {},
      })
      expect((await successOf(provider.signInAnonymously())).id).toBe(id)
      expect(service.count('signInAnonymously')).toBe(1)
    })

    it('makes another one where the server calls it dead', async () => {
      const { provider, service, id, reasons } = await unseen()
      service.revokeAll()
      const { id: another } = await successOf(provider.signInAnonymously())
      expect(another).not.toBe(id)
      expect(provider.activeUser()?.id).toBe(another)
      expect(reasons()).toEqual(['expired', 'signedIn'])
    })
  })
})

describe('the guard of an anonymous user', () => {
  it.each([
    ['signOut', ({ provider }: App) => provider.signOut()],
    ['signIn', ({ provider }: App) => provider.signIn(somebody())],
    ['signIn with replace', ({ provider }: App) => provider.signIn(somebody(), { replace: true })],
    ['signUp', ({ provider }: App) => provider.signUp(somebody())],
    ['signUp with replace', ({ provider }: App) => provider.signUp(somebody(), { replace: true })],
  ])('refuses %s before anything is sent', async (_, attempt) => {
    const app = await anonymous()
    const before = app.service.calls.length
    await failureOf(attempt(app), 'WouldLoseAnonymousUser')
    expect(app.provider.activeUser()?.id).toBe(app.id)
    expect(app.service.calls).toHaveLength(before)
  })

  it('lets go when told to discard', async () => {
    const first = await anonymous()
    await successOf(first.provider.signOut({ discardAnonymous: true }))
    expect(first.provider.activeUser()).toBeNull()
    const second = await anonymous()
    await successOf(second.provider.signUp(somebody(), { anonymous: 'discard' }))
    expect(second.provider.activeUser()?.kind).toBe('registered')
    expect(holds(second, second.id)).toBe(false)
  })

  it('does not take a ticket of another user', async () => {
    const app = await anonymous()
    const ticket = { type: 'merge', vendor: 'fake', anonymousId: 'somebody-else' } as const
    await failureOf(app.provider.signIn(somebody(), { anonymous: ticket }), 'InvalidInput')
    expect(app.provider.activeUser()?.id).toBe(app.id)
  })

  it('keeps the user when the sign-in that may discard it fails', async () => {
    const app = await anonymous()
    await failureOf(app.provider.signIn(somebody(), { anonymous: 'discard' }), 'UserNotFound')
    expect(app.provider.activeUser()?.id).toBe(app.id)
    expect((await successOf(app.restart().provider.restore()))?.id).toBe(app.id)
  })
})

describe('upgrade', () => {
  it('makes an account of the same user', async () => {
    const app = await anonymous()
    const account = somebody()
    const upgraded = await successOf(app.provider.upgrade(account))
    expect(upgraded).toMatchObject({
      identity: 'kept',
      previousId: app.id,
      user: { id: app.id, kind: 'registered', attributes: { coins: 7 } },
    })
    expect(JSON.stringify(upgraded)).not.toContain('access-')
    await successOf(app.provider.signOut())
    expect((await successOf(app.provider.signIn(account))).id).toBe(app.id)
  })

  it.each(['offline', 'answer lost'] as const)(
    'that fails (%s) leaves the user with a working session, now and after a restart',
    async (fault) => {
      const app = await anonymous()
      app.service.failNext(fault, 'upgrade')
      const outcome = await app.provider.upgrade(somebody())()
      expect(tagOf(outcome)).toBe(fault === 'offline' ? 'Network' : 'OutcomeUnknown')
      expect(app.provider.activeUser()?.id).toBe(app.id)
      expect((await successOf(app.provider.refresh())).id).toBe(app.id)
      expect((await successOf(app.restart().provider.restore()))?.id).toBe(app.id)
    },
  )

  it('warns where the store refuses the account, which is in memory only then', async () => {
    const app = start()
    await successOf(app.provider.signInAnonymously())
    app.store.health.set = 'fails'
    const { user, warnings } = await successOf(app.provider.upgrade(somebody()))
    expect(warnings).toEqual([{ code: 'not-stored', message: expect.any(String) }])
    expect(app.provider.state()).toMatchObject({ status: 'signedIn', user, stored: false })
  })

  it('to a taken name leaves the user as it was, and hands out a merge ticket', async () => {
    const app = await anonymous()
    const before = app.provider.state()
    const account = somebody()
    app.service.create({ ...account, attributes: {} })
    const { mergeTicket } = await failureOf(app.provider.upgrade(account), 'IdentifierTaken')
    expect(mergeTicket).toEqual({ type: 'merge', vendor: 'fake', anonymousId: app.id, identifier: 'username' })
    expect(app.provider.state()).toEqual(before)
    expect((await successOf(app.provider.refresh())).kind).toBe('anonymous')
  })

  it('with a session that the server calls dead says so, and keeps the credential for a look', async () => {
    const app = await anonymous()
    app.service.revokeAll()
    await failureOf(app.provider.upgrade(somebody()), 'SessionExpired')
    expect(app.provider.activeUser()).toBeNull()
    expect(holds(app, app.id)).toBe(true)
  })

  it('that is refused half-way leaves a user who is refreshed as before', async () => {
    const app = await anonymous()
    const backend: UserBackend = fakeBackend(app.service)
    const halfWay: UserBackend = {
      ...backend,
      upgrade: (_, session, options) => async () => {
        await options?.keep?.({ ...session, secrets: { ...session.secrets, step: 'half-way' } })
        return E.left(userError('IdentifierTaken', { vendor: 'fake', operation: 'upgrade' }, {}))
      },
    }
    const provider: UserProvider = createProvider(halfWay, { store: app.store })
    await failureOf(provider.upgrade(somebody()), 'IdentifierTaken')
    expect([...app.store.entries.values()].join()).not.toContain('half-way')
    await successOf(app.provider.updateProfile({ set: { coins: 8 } }))
    await successOf(provider.refresh())
    expect(provider.activeUser()).toMatchObject({ id: app.id, attributes: { coins: 8 } })
  })

  it('is refused for a registered user and for nobody', async () => {
    const app = start()
    await failureOf(app.provider.upgrade(somebody()), 'NotSignedIn')
    await successOf(app.provider.signUp(somebody()))
    await failureOf(app.provider.upgrade(somebody()), 'NotAnonymous')
  })
})
