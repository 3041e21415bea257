import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import * as E from '#fp-ts/Either'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import { createProvider, type SessionStore, type UserBackend, type UserProvider, userError } from '../src/index.js'
import { brittleStore } from './support/brittle-store.js'
import { fakeBackend } from './support/fake-backend.js'
import { FakeService } from './support/fake-service.js'
import { somebody } from './support/fake-vendor.js'
import { failureOf, successOf, tagOf } from './support/results.js'
import { type App, start } from './support/start.js'

const open: App[] = []
afterEach(() => {
  for (const { provider } of open.splice(0)) provider.close()
})

const twoTabs = async (): Promise<readonly [App, App]> => {
  const service = new FakeService()
  const store = brittleStore(true)
  const options = { namespace: `tabs-${randomUUID()}` }
  const tabs = [start({ service, store, options }), start({ service, store, options })] as const
  open.push(...tabs)
  for (const { provider } of tabs) await successOf(provider.restore())
  return tabs
}

const prefixOf = ({ store }: App): string =>
  ([...store.entries.keys()].find((name) => name.endsWith('.session')) ?? '').replace(/\.session$/, '')

const changesOf = ({ reasons }: App): readonly string[] => reasons().filter((reason) => reason !== 'restored')

describe('two tabs', () => {
  it('hear each other’s changes', async () => {
    const [here, there] = await twoTabs()
    const { id } = await successOf(here.provider.signUp(somebody()))
    await expect.poll(() => there.provider.activeUser()?.id).toBe(id)
    await successOf(there.provider.updateProfile({ set: { theme: 'dark' } }))
    await expect.poll(() => here.provider.activeUser()?.attributes).toEqual({ theme: 'dark' })
    await successOf(here.provider.signOut())
    await expect.poll(() => there.provider.activeUser()).toBeNull()
    expect(changesOf(there)).toEqual(['signedUp', 'updated', 'signedOut'])
    expect(changesOf(here)).toEqual(['signedUp', 'updated', 'signedOut'])
  })

  it('say nothing secret to each other', async () => {
    const [here] = await twoTabs()
    const notes: unknown[] = []
    await successOf(here.provider.signUp(somebody()))
    const spy = new BroadcastChannel(prefixOf(here))
    spy.onmessage = ({ data }: MessageEvent<unknown>) => notes.push(data)
    await successOf(here.provider.updateProfile({ set: { a: 1 } }))
    await successOf(here.provider.signOut())
    await expect.poll(() => notes).toEqual([{ reason: 'updated' }, { reason: 'signedOut' }])
    spy.close()
  })

  it('bear what others post to their channel', async () => {
    const [here] = await twoTabs()
    await successOf(here.provider.signUp(somebody()))
    const stranger = new BroadcastChannel(prefixOf(here))
    for (const junk of [null, 'text', 7, {}, { reason: 5 }]) stranger.postMessage(junk)
    await expect.poll(() => here.changes.length).toBeGreaterThanOrEqual(6)
    expect(here.provider.activeUser()?.kind).toBe('registered')
    stranger.close()
  })

  it('do not lose a renewal when the other one writes meanwhile', async () => {
    const [here, there] = await twoTabs()
    await successOf(here.provider.signUp(somebody()))
    await expect.poll(() => there.provider.activeUser()?.kind).toBe('registered')
    here.service.expireAll()
    const release = here.service.hold('renewSession')
    const renewal = here.provider.refresh()()
    await expect.poll(() => here.service.count('renewSession')).toBe(1)
    const told = here.changes.length
    const stranger = new BroadcastChannel(prefixOf(here))
    stranger.postMessage({ reason: 'updated' })
    await expect.poll(() => here.changes.length).toBeGreaterThan(told)
    release()
    await renewal
    expect(tagOf(await here.provider.refresh()())).toBe('Right')
    expect(here.service.count('renewSession')).toBe(1)
    stranger.close()
  })

  it('do not lose a session that came with the answer to a refresh, when the other one writes meanwhile', async () => {
    const service = new FakeService()
    const store = brittleStore(true)
    const backend: UserBackend = fakeBackend(service)
    // Each look at the user uses up the means to renew the session, and brings new ones.
    const renewing: UserBackend = {
      ...backend,
      fetchUser: (session, options) =>
        pipe(
          backend.renewSession(session, options),
          TE.tap(() => backend.fetchUser(session, options)),
        ),
    }
    const provider: UserProvider = createProvider(renewing, { store, namespace: `tabs-${randomUUID()}` })
    await successOf(provider.signUp(somebody()))
    const release = service.hold('fetchUser')
    const refresh = provider.refresh()()
    await expect.poll(() => service.count('fetchUser')).toBe(1)
    const stranger = new BroadcastChannel(
      [...store.entries.keys()].find((name) => name.endsWith('.session'))?.replace(/\.session$/, '') ?? '',
    )
    const told = new Promise((resolve) => provider.subscribe(resolve))
    stranger.postMessage({ reason: 'updated' })
    await told
    release()
    expect(tagOf(await refresh)).toBe('Right')
    expect(tagOf(await provider.refresh()())).toBe('Right')
    provider.close()
    stranger.close()
  })

  it('stay signed in when both renew the session at once, though the means to do so work once', async () => {
    const [here, there] = await twoTabs()
    const { id } = await successOf(here.provider.signInAnonymously())
    await expect.poll(() => there.provider.activeUser()?.id).toBe(id)
    here.service.expireAll()
    const release = here.service.hold('renewSession')
    const renewals = [here, there].map(({ provider }) => provider.refresh()())
    await expect.poll(() => here.service.count('renewSession')).toBe(2)
    release()
    expect((await Promise.all(renewals)).map(tagOf)).toEqual(['Right', 'Right'])
    expect([here, there].map(({ provider }) => provider.activeUser()?.id)).toEqual([id, id])
    expect([...changesOf(here), ...changesOf(there)]).not.toContain('expired')
    expect((await successOf(here.restart().provider.restore()))?.id).toBe(id)
  })

  it('stay signed in though the one that renewed the session hears of it later than the other one is refused', async () => {
    const [here, there] = await twoTabs()
    const { id } = await successOf(here.provider.signInAnonymously())
    await expect.poll(() => there.provider.activeUser()?.id).toBe(id)
    here.service.expireAll()
    const release = here.service.hold('renewSession')
    const quicker = here.provider.refresh()()
    await expect.poll(() => here.service.count('renewSession')).toBe(1)
    here.store.delay = 60
    release()
    const later = there.provider.refresh()()
    expect([await quicker, await later].map(tagOf)).toEqual(['Right', 'Right'])
    expect([here, there].map(({ provider }) => provider.activeUser()?.id)).toEqual([id, id])
    expect((await successOf(here.restart().provider.restore()))?.id).toBe(id)
  })

  it('do not bring back a session that the other one signed out while a write was on its way', async () => {
    const [here, there] = await twoTabs()
    await successOf(here.provider.signUp(somebody()))
    await expect.poll(() => there.provider.activeUser()?.kind).toBe('registered')
    const release = here.service.hold('updateProfile')
    const late = here.provider.updateProfile({ set: { a: 1 } })()
    await expect.poll(() => here.service.count('updateProfile')).toBe(1)
    await successOf(there.provider.signOut())
    await expect.poll(() => here.provider.activeUser()).toBeNull()
    release()
    expect(tagOf(await late)).toBe('Cancelled')
    expect(here.provider.activeUser()).toBeNull()
    expect([...here.store.entries.values()].join()).not.toContain('access-')
  })

  it('do not overwrite an anonymous user that the other one made while a sign-in was on its way', async () => {
    const [here, there] = await twoTabs()
    const account = somebody()
    here.service.create({ ...account, attributes: {} })
    const release = here.service.hold('signIn')
    const late = here.provider.signIn(account)()
    await expect.poll(() => here.service.count('signIn')).toBe(1)
    const { id } = await successOf(there.provider.signInAnonymously())
    await expect.poll(() => here.provider.activeUser()?.id).toBe(id)
    release()
    expect(tagOf(await late)).toBe('WouldLoseAnonymousUser')
    expect(here.provider.activeUser()?.id).toBe(id)
  })

  describe('of which one has not heard yet that the other one made another anonymous user', () => {
    const discard = { discardAnonymous: true }

    const behind = async () => {
      const [here, there] = await twoTabs()
      const account = somebody()
      here.service.create({ ...account, attributes: {} })
      const { id: before } = await successOf(here.provider.signInAnonymously())
      await expect.poll(() => there.provider.activeUser()?.id).toBe(before)
      await successOf(here.provider.signOut(discard))
      const { id } = await successOf(here.provider.signInAnonymously())
      expect(there.provider.activeUser()?.id).toBe(before)
      return { here, there, account, id }
    }

    const stays = async ({ here, there, id }: Awaited<ReturnType<typeof behind>>): Promise<void> => {
      await expect.poll(() => there.provider.activeUser()?.id).toBe(id)
      expect(here.provider.activeUser()?.id).toBe(id)
      expect((await successOf(here.restart().provider.restore()))?.id).toBe(id)
    }

    it('do not lose that one when it signs out', async () => {
      const tabs = await behind()
      await successOf(tabs.there.provider.signOut(discard))
      await stays(tabs)
    })

    it('do not lose that one when it deletes the one it knows', async () => {
      const tabs = await behind()
      await tabs.there.provider.deleteUser()()
      await stays(tabs)
    })

    it.each(['changePassword', 'upgrade'] as const)('do not lose that one when %s of the one it knows ends', async (operation) => {
      const service = new FakeService()
      const store = brittleStore(true)
      const namespace = `tabs-${randomUUID()}`
      const quiet = start({ service, store: { ...store, shared: false }, options: { namespace } })
      const { provider } = start({ service, store, options: { namespace } })
      const account = somebody()
      await successOf(operation === 'upgrade' ? provider.signInAnonymously() : provider.signUp(account))
      const release = service.hold(operation)
      const late =
        operation === 'upgrade'
          ? provider.upgrade(somebody())()
          : provider.changePassword({ current: account.password, next: 'another one' })()
      await expect.poll(() => service.count(operation)).toBe(1)
      await successOf(quiet.provider.signOut(discard))
      const { id } = await successOf(quiet.provider.signInAnonymously())
      release()
      expect(await late).toMatchObject({ left: { _tag: 'Cancelled', carriedOut: true } })
      expect(provider.activeUser()?.id).toBe(id)
      provider.close()
      expect((await successOf(quiet.restart().provider.restore()))?.id).toBe(id)
    })

    it('do not go on with a merge for the account that the other one signed out', async () => {
      const [here] = await twoTabs()
      const account = somebody()
      here.service.create({ ...account, attributes: {} })
      await successOf(here.provider.signInAnonymously({ attributes: { level: 1 } }))
      const { mergeTicket } = await failureOf(here.provider.upgrade(account), 'IdentifierTaken')
      await successOf(here.provider.signIn(account, mergeTicket === undefined ? {} : { anonymous: mergeTicket }))
      const quiet = start({ service: here.service, store: { ...here.store, shared: false }, options: { namespace: prefixOf(here) } })
      const release = here.service.hold('updateProfile')
      const late = here.provider.completeMerge()()
      await expect.poll(() => here.service.count('updateProfile')).toBe(1)
      await successOf(quiet.provider.signOut())
      const { id } = await successOf(quiet.provider.signInAnonymously())
      release()
      expect(tagOf(await late)).toBe('Cancelled')
      expect(here.provider.activeUser()?.id).toBe(id)
      expect(here.service.accounts.has(id)).toBe(true)
    })

    it('do not lose that one when it signs in somebody else', async () => {
      const tabs = await behind()
      expect(tagOf(await tabs.there.provider.signIn(tabs.account, { anonymous: 'discard' })())).toBe('WouldLoseAnonymousUser')
      await stays(tabs)
    })
  })

  it('do not lose an anonymous user when somebody else takes the place of an account that the other one signed out', async () => {
    const [here, there] = await twoTabs()
    const account = somebody()
    here.service.create({ ...account, attributes: {} })
    const { id: before } = await successOf(here.provider.signUp(somebody()))
    await expect.poll(() => there.provider.activeUser()?.id).toBe(before)
    await successOf(here.provider.signOut())
    const { id } = await successOf(here.provider.signInAnonymously())
    expect(there.provider.activeUser()?.id).toBe(before)
    expect(tagOf(await there.provider.signIn(account, { replace: true })())).toBe('WouldLoseAnonymousUser')
    expect(there.provider.activeUser()?.id).toBe(id)
    expect((await successOf(here.restart().provider.restore()))?.id).toBe(id)
  })

  it('tell of nobody twice when one of them looks who is there before somebody else signs in', async () => {
    const [here] = await twoTabs()
    const account = somebody()
    here.service.create({ ...account, attributes: {} })
    await successOf(here.provider.signUp(somebody()))
    await successOf(here.provider.signIn(account, { replace: true }))
    expect(changesOf(here)).toEqual(['signedUp', 'signedIn'])
  })

  it('tell of a sign-out as of one, though word of it comes later than somebody else signs in', async () => {
    const [here, there] = await twoTabs()
    const account = somebody()
    here.service.create({ ...account, attributes: {} })
    await successOf(here.provider.signUp(somebody()))
    await expect.poll(() => there.provider.activeUser()?.kind).toBe('registered')
    const quiet = start({ service: here.service, store: { ...here.store, shared: false }, options: { namespace: prefixOf(here) } })
    await successOf(quiet.provider.signOut())
    await successOf(there.provider.signIn(account, { replace: true }))
    expect(there.changes.filter(({ user }) => user === null).map(({ reason }) => reason)).toEqual(['restored', 'signedOut'])
  })

  it('tell of who is there when the other one signs out and in faster than word of it comes', async () => {
    const [here, there] = await twoTabs()
    const { id } = await successOf(here.provider.signUp(somebody()))
    await expect.poll(() => there.provider.activeUser()?.id).toBe(id)
    await successOf(here.provider.signOut())
    const next = await successOf(here.provider.signUp(somebody()))
    await expect.poll(() => there.provider.activeUser()?.id).toBe(next.id)
    expect(changesOf(there)).not.toContain('signedOut')
  })

  describe('of which one is refused an anonymous user, and has not heard yet who came in the other one', () => {
    const refusing = async (kept: boolean) => {
      const service = new FakeService()
      const store = brittleStore(true)
      const namespace = `tabs-${randomUUID()}`
      const quiet = start({ service, store: { ...store, shared: false }, options: { namespace } })
      await successOf(quiet.provider.restore())
      const { session } = service.begin(service.create({ attributes: {} }))
      const backend: UserBackend = {
        ...fakeBackend(service),
        signInAnonymously:
          (_, { keep } = {}) =>
          async () => {
            if (kept) await keep?.({ ...session, kind: 'anonymous' })
            await successOf(quiet.provider.signUp(somebody()))
            return E.left(userError('Forbidden', { vendor: 'fake', operation: 'signInAnonymously' }, {}))
          },
      }
      const provider: UserProvider = createProvider(backend, { store, namespace })
      await failureOf(provider.signInAnonymously(), 'Forbidden')
      provider.close()
      return quiet
    }

    it.each([true, false])('do not lose that one (a session was kept: %s)', async (kept) => {
      const quiet = await refusing(kept)
      expect((await successOf(quiet.restart().provider.restore()))?.id).toBe(quiet.provider.activeUser()?.id)
    })
  })

  it('do not lose who came in the other one, of whom word comes late, when one signs out after an upgrade of unknown end', async () => {
    const service = new FakeService()
    const store = brittleStore(true)
    const namespace = `tabs-${randomUUID()}`
    const backend: UserBackend = {
      ...fakeBackend(service),
      upgrade:
        (_, session, { keep } = {}) =>
        async () => {
          await keep?.({ ...session, secrets: { ...session.secrets, step: 'half-way' } })
          return E.left(userError('Network', { vendor: 'fake', operation: 'upgrade' }, {}))
        },
    }
    const provider: UserProvider = createProvider(backend, { store, namespace })
    await successOf(provider.signInAnonymously())
    await failureOf(provider.upgrade(somebody()), 'Network')
    const quiet = start({ service, store: { ...store, shared: false }, options: { namespace } })
    await successOf(quiet.provider.signOut({ discardAnonymous: true }))
    const { id } = await successOf(quiet.provider.signInAnonymously())
    await successOf(provider.signOut({ discardAnonymous: true }))
    provider.close()
    expect((await successOf(quiet.restart().provider.restore()))?.id).toBe(id)
  })

  it.each([true, false])(
    'do not bring back an anonymous user whom the other one gave up, of which word comes late, when an upgrade is refused (kept: %s)',
    async (kept) => {
      const service = new FakeService()
      const store = brittleStore(true)
      const namespace = `tabs-${randomUUID()}`
      const quiet = start({ service, store: { ...store, shared: false }, options: { namespace } })
      const backend: UserBackend = {
        ...fakeBackend(service),
        upgrade:
          (_, session, { keep } = {}) =>
          async () => {
            if (kept) await keep?.({ ...session, secrets: { ...session.secrets, step: 'half-way' } })
            await successOf(quiet.provider.signOut({ discardAnonymous: true }))
            return E.left(userError('IdentifierTaken', { vendor: 'fake', operation: 'upgrade' }, {}))
          },
      }
      const provider: UserProvider = createProvider(backend, { store, namespace })
      await successOf(provider.signInAnonymously())
      await failureOf(provider.upgrade(somebody()), 'IdentifierTaken')
      provider.close()
      expect([...store.entries.values()].join()).not.toContain('access-')
    },
  )

  it('agree on one anonymous user when both ask at once', async () => {
    const [here, there] = await twoTabs()
    const release = here.service.hold('signInAnonymously')
    const late = here.provider.signInAnonymously()()
    await expect.poll(() => here.service.count('signInAnonymously')).toBe(1)
    release()
    const first = await late
    const second = await successOf(there.provider.signInAnonymously())
    expect(first).toMatchObject({ right: { id: second.id } })
  })

  it('agree on one anonymous user though the word of it comes late', async () => {
    const [here, there] = await twoTabs()
    const releaseThere = here.service.hold('signInAnonymously')
    const late = there.provider.signInAnonymously()()
    await expect.poll(() => here.service.count('signInAnonymously')).toBe(1)
    const releaseHere = here.service.hold('signInAnonymously')
    const early = here.provider.signInAnonymously()()
    await expect.poll(() => here.service.count('signInAnonymously')).toBe(2)
    releaseHere()
    const { id } = await successOf(() => early)
    releaseThere()
    expect(await late).toMatchObject({ right: { id } })
    expect((await successOf(here.restart().provider.restore()))?.id).toBe(id)
  })

  it('do not overwrite an anonymous user whose word comes late', async () => {
    const [here, there] = await twoTabs()
    const account = somebody()
    here.service.create({ ...account, attributes: {} })
    const release = here.service.hold('signIn')
    const late = there.provider.signIn(account)()
    await expect.poll(() => here.service.count('signIn')).toBe(1)
    const { id } = await successOf(here.provider.signInAnonymously())
    release()
    expect(tagOf(await late)).toBe('WouldLoseAnonymousUser')
    expect((await successOf(here.restart().provider.restore()))?.id).toBe(id)
  })

  it('do not end with their own session the one of who took its place, though the word of it comes late', async () => {
    const [here, there] = await twoTabs()
    await successOf(here.provider.signUp(somebody()))
    await expect.poll(() => there.provider.activeUser()?.kind).toBe('registered')
    const quiet = start({ service: here.service, store: { ...here.store, shared: false }, options: { namespace: prefixOf(here) } })
    await successOf(quiet.provider.signOut())
    const { id } = await successOf(quiet.provider.signInAnonymously())
    expect(tagOf(await there.provider.refresh()())).toBe('SessionExpired')
    expect(there.provider.activeUser()?.id).toBe(id)
    expect((await successOf(quiet.restart().provider.restore()))?.id).toBe(id)
  })

  it('do not overwrite a session with an anonymous user that comes too late', async () => {
    const [here, there] = await twoTabs()
    const release = here.service.hold('signInAnonymously')
    const late = here.provider.signInAnonymously()()
    await expect.poll(() => here.service.count('signInAnonymously')).toBe(1)
    const { id } = await successOf(there.provider.signUp(somebody()))
    await expect.poll(() => here.provider.activeUser()?.id).toBe(id)
    release()
    expect(tagOf(await late)).toBe('AlreadySignedIn')
    expect(here.provider.activeUser()?.id).toBe(id)
    expect((await successOf(here.restart().provider.restore()))?.id).toBe(id)
  })

  it('keep an anonymous user whose credential never reached the store', async () => {
    const [here, there] = await twoTabs()
    here.store.health.set = 'fails'
    await here.provider.signInAnonymously()()
    const { id } = here.provider.activeUser() ?? {}
    here.store.health.set = 'works'
    await successOf(there.provider.signUp(somebody()))
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(here.provider.activeUser()?.id).toBe(id)
  })

  it('keep a user whose session never reached the store', async () => {
    const [here, there] = await twoTabs()
    here.store.health.set = 'fails'
    const { id } = await successOf(here.provider.signUp(somebody()))
    await successOf(there.provider.signUp(somebody()))
    await successOf(there.provider.signOut())
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(here.provider.activeUser()?.id).toBe(id)
    expect(here.reasons()).toEqual(['restored', 'signedUp'])
  })

  it('hear of a change while a write of their own is on its way, and keep what they write', async () => {
    const [here] = await twoTabs()
    await successOf(here.provider.signUp(somebody()))
    const stranger = new BroadcastChannel(prefixOf(here))
    here.store.delay = 30
    const replaced = here.provider.signUp(somebody(), { replace: true })()
    await expect.poll(() => here.changes.length + here.service.count('signUp')).toBe(4)
    stranger.postMessage({ reason: 'updated' })
    const answer = await replaced
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(answer).toMatchObject({ right: { id: here.provider.activeUser()?.id } })
    expect((await successOf(here.restart().provider.restore()))?.id).toBe(here.provider.activeUser()?.id)
    stranger.close()
  })

  it('hear of a sign-out though an update of their own ends while they read of it', async () => {
    const [here, there] = await twoTabs()
    await successOf(here.provider.signUp(somebody()))
    await expect.poll(() => there.provider.activeUser()?.kind).toBe('registered')
    const release = here.service.hold('updateProfile')
    const late = there.provider.updateProfile({ set: { a: 1 } })()
    await expect.poll(() => here.service.count('updateProfile')).toBe(1)
    here.store.health.get = 'slow'
    await successOf(here.provider.signOut())
    await new Promise((resolve) => setTimeout(resolve, 20))
    release()
    await late
    await expect.poll(() => there.provider.activeUser()).toBeNull()
    expect(there.reasons().at(-1)).toBe('signedOut')
  })

  it('do not take up a session that the other one signed out while it was being read', async () => {
    const [here] = await twoTabs()
    await successOf(here.provider.signUp(somebody()))
    const namespace = prefixOf(here)
    const { store, service } = here
    const slow: SessionStore = {
      ...store,
      get: async (name) => {
        const text = store.entries.get(name)
        await new Promise((resolve) => setTimeout(resolve, 40))
        return text
      },
    }
    const there = start({ service, options: { namespace, store: slow } })
    open.push(there)
    const restored = there.provider.restore()()
    await new Promise((resolve) => setTimeout(resolve, 5))
    await successOf(here.provider.signOut())
    expect(await restored).toMatchObject({ right: null })
    expect(there.provider.state()).toEqual({ status: 'signedOut' })
    expect(service.count('fetchUser')).toBe(0)
  })

  it('work on when one is closed in the middle of an operation', async () => {
    const [here] = await twoTabs()
    const release = here.service.hold('signUp')
    const late = here.provider.signUp(somebody())()
    await expect.poll(() => here.service.count('signUp')).toBe(1)
    here.provider.close()
    release()
    expect(tagOf(await late)).toBe('Right')
  })
})

it('a store that is not shared tells nobody', async () => {
  const service = new FakeService()
  const store = brittleStore(false)
  const options = { namespace: `alone-${randomUUID()}` }
  const [here, there] = [start({ service, store, options }), start({ service, store, options })]
  await successOf(there.provider.restore())
  await successOf(here.provider.signUp(somebody()))
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(there.provider.activeUser()).toBeNull()
})
