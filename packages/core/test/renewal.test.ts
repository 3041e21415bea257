import { describe, expect, it } from 'vitest'
import * as E from '#fp-ts/Either'
import { type CallOptions, createProvider, type Session, type UserBackend, type UserProvider, userError } from '../src/index.js'
import { fakeBackend } from './support/fake-backend.js'
import { FakeService } from './support/fake-service.js'
import { somebody } from './support/fake-vendor.js'
import { failureOf, successOf, tagOf } from './support/results.js'
import { start } from './support/start.js'

const signedUp = async () => {
  const app = start()
  const account = somebody()
  const user = await successOf(app.provider.signUp(account))
  return { ...app, account, user }
}

describe('refresh', () => {
  it('is one request, however many ask at once', async () => {
    const { provider, service, reasons } = await signedUp()
    const users = await Promise.all(Array.from({ length: 10 }, () => successOf(provider.refresh())))
    expect(new Set(users.map(({ id }) => id)).size).toBe(1)
    expect(service.count('fetchUser')).toBe(1)
    expect(reasons()).toEqual(['signedUp', 'refreshed'])
  })

  it('goes on for the others when one gives up', async () => {
    const { provider, service } = await signedUp()
    const release = service.hold('fetchUser')
    const impatient = new AbortController()
    const first = provider.refresh({ signal: impatient.signal })()
    const second = provider.refresh()()
    await new Promise((resolve) => setTimeout(resolve, 5))
    impatient.abort()
    release()
    expect(tagOf(await first)).toBe('Cancelled')
    expect(tagOf(await second)).toBe('Right')
  })

  it('keeps the deadline of each who asks', async () => {
    const { provider, service } = await signedUp()
    const release = service.hold('fetchUser')
    const began = Date.now()
    const patient = provider.refresh()()
    expect(tagOf(await provider.refresh({ deadline: 20 })())).toBe('Timeout')
    expect(Date.now() - began).toBeLessThan(1_000)
    release()
    expect(tagOf(await patient)).toBe('Right')
  })

  it('that everybody gave up does not hold up the next one', async () => {
    const { provider, service } = await signedUp()
    service.failNext('hangs', 'fetchUser')
    const impatient = new AbortController()
    const given = provider.refresh({ signal: impatient.signal })()
    await expect.poll(() => service.count('fetchUser'), { interval: 1 }).toBe(1)
    impatient.abort()
    expect(tagOf(await given)).toBe('Cancelled')
    expect(tagOf(await provider.refresh()())).toBe('Right')
  })

  it('of a patient caller does not end with that of an impatient one', async () => {
    const { provider, service } = await signedUp()
    service.failNext('hangs', 'fetchUser')
    const impatient = provider.refresh({ deadline: 40 })()
    const patient = provider.refresh()()
    expect(tagOf(await impatient)).toBe('Timeout')
    expect(tagOf(await patient)).toBe('Right')
  })

  it('that fails names the operation that the app called', async () => {
    const { provider, service } = await signedUp()
    service.failNext('offline', 'fetchUser')
    expect((await failureOf(provider.refresh(), 'Network')).operation).toBe('refresh')
  })

  it('that is answered after sign-out brings nobody back', async () => {
    const { provider, service, store } = await signedUp()
    const release = service.hold('fetchUser')
    const late = provider.refresh()()
    await successOf(provider.signOut())
    release()
    expect(tagOf(await late)).toBe('Cancelled')
    expect(provider.activeUser()).toBeNull()
    expect([...store.entries.values()].join()).not.toContain('access-')
  })

  it('that is answered after another signed in is nobody’s, and the next one asks for the new user', async () => {
    const { provider, service } = await signedUp()
    const release = service.hold('fetchUser')
    const late = provider.refresh()()
    await successOf(provider.signOut())
    const next = await successOf(provider.signUp(somebody()))
    const refreshed = provider.refresh()()
    release()
    expect(tagOf(await late)).toBe('Cancelled')
    expect(await refreshed).toMatchObject({ right: { id: next.id } })
    expect(provider.activeUser()?.id).toBe(next.id)
  })

  it('that began before an update does not undo it', async () => {
    const { provider, service } = await signedUp()
    const release = service.hold('fetchUser')
    const late = provider.refresh()()
    await new Promise((resolve) => setTimeout(resolve, 5))
    await successOf(provider.updateProfile({ set: { score: 1 } }))
    release()
    expect(await late).toMatchObject({ right: { attributes: { score: 1 } } })
    expect(provider.activeUser()?.attributes).toEqual({ score: 1 })
  })
})

describe('a dead session', () => {
  it('is renewed once for ten calls at once, and all of them succeed', async () => {
    const { provider, service, account } = await signedUp()
    service.expireAll()
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => provider.findUser(account.identifier)()))
    expect(outcomes.map(tagOf)).toEqual(Array.from({ length: 10 }, () => 'Right'))
    expect(service.count('renewSession')).toBe(1)
  })

  it('is renewed for the others though the first who asked gives up', async () => {
    const { provider, service, account } = await signedUp()
    service.expireAll()
    const release = service.hold('renewSession')
    const impatient = new AbortController()
    const first = provider.findUser(account.identifier, { signal: impatient.signal })()
    const second = provider.findUser(account.identifier)()
    await new Promise((resolve) => setTimeout(resolve, 5))
    impatient.abort()
    release()
    expect(tagOf(await first)).toBe('Cancelled')
    expect(tagOf(await second)).toBe('Right')
  })

  it('is not lost when everybody gave up during its renewal: the old one no longer counts', async () => {
    const { provider, service, account } = await signedUp()
    service.expireAll()
    const release = service.hold('renewSession')
    const impatient = new AbortController()
    const first = provider.findUser(account.identifier, { signal: impatient.signal })()
    await new Promise((resolve) => setTimeout(resolve, 5))
    impatient.abort()
    release()
    expect(tagOf(await first)).toBe('Cancelled')
    expect(tagOf(await provider.findUser(account.identifier)())).toBe('Right')
    expect(service.count('renewSession')).toBe(1)
  })

  it('that is renewed survives a restart', async () => {
    const { provider, service, user, restart } = await signedUp()
    service.expireAll()
    await successOf(provider.refresh())
    expect((await successOf(restart().provider.restore()))?.id).toBe(user.id)
  })

  it('that is renewed is known to be stored', async () => {
    const { provider, service, account } = await signedUp()
    service.expireAll()
    await successOf(provider.findUser(account.identifier))
    expect(provider.state()).toMatchObject({ status: 'signedIn', stored: true })
  })

  it('that cannot be renewed ends the active user, once', async () => {
    const { provider, service, account, reasons } = await signedUp()
    service.revokeAll()
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => provider.findUser(account.identifier)()))
    expect(new Set(outcomes.map(tagOf))).toEqual(new Set(['SessionExpired']))
    expect(provider.state()).toEqual({ status: 'signedOut' })
    expect(reasons()).toEqual(['signedUp', 'expired'])
  })

  it('that is renewed after somebody else signed in does not get into their way', async () => {
    const { provider, service } = await signedUp()
    service.expireAll()
    const release = service.hold('renewSession')
    const late = provider.refresh()()
    await expect.poll(() => service.count('renewSession'), { interval: 1 }).toBe(1)
    await successOf(provider.signOut())
    const next = await successOf(provider.signUp(somebody()))
    release()
    await late
    expect((await successOf(provider.refresh())).id).toBe(next.id)
  })

  it('is never replaced by that of somebody else who signed in meanwhile', async () => {
    const service = new FakeService()
    const backend: UserBackend = fakeBackend(service)
    const askedAs: string[] = []
    const noting: UserBackend = {
      ...backend,
      findUser: (whom, session, options) => {
        askedAs.push(session.userId)
        return backend.findUser(whom, session, options)
      },
    }
    const provider: UserProvider = createProvider(noting)
    const account = somebody()
    const { id } = await successOf(provider.signUp(account))
    service.expireAll()
    const release = service.hold('findUser')
    const late = provider.findUser(account.identifier)()
    await expect.poll(() => service.count('findUser'), { interval: 1 }).toBe(1)
    const next = await successOf(provider.signUp(somebody(), { replace: true }))
    release()
    expect(tagOf(await late)).toBe('Right')
    expect(askedAs).toEqual([id, id])
    expect(provider.activeUser()?.id).toBe(next.id)
  })

  it('is kept when the renewal fails for want of a connection', async () => {
    const { provider, service, account } = await signedUp()
    service.expireAll()
    service.failNext('offline', 'renewSession')
    await failureOf(provider.findUser(account.identifier), 'Network')
    expect(provider.state()).toMatchObject({ status: 'signedIn' })
    expect(tagOf(await provider.findUser(account.identifier)())).toBe('Right')
  })

  it('of an anonymous user leaves its credential in the store: the last trace of it', async () => {
    const { provider, service, store } = start()
    const { id } = await successOf(provider.signInAnonymously())
    service.revokeAll()
    await failureOf(provider.refresh(), 'SessionExpired')
    expect(provider.activeUser()).toBeNull()
    expect([...store.entries.values()].some((text) => text.includes(id) && text.includes('access-'))).toBe(true)
  })

  it('that another process renewed is taken from the store', async () => {
    const before = await signedUp()
    const other = start({ service: before.service, store: before.store })
    await successOf(other.provider.restore())
    before.service.expireAll()
    await successOf(other.provider.refresh())
    expect(tagOf(await before.provider.refresh()())).toBe('Right')
    expect(before.service.count('renewSession')).toBe(1)
  })

  it('that another process renewed, and which died again, is renewed from the newer one', async () => {
    const before = await signedUp()
    const other = start({ service: before.service, store: before.store })
    await successOf(other.provider.restore())
    before.service.expireAll()
    await successOf(other.provider.refresh())
    before.service.expireAll()
    expect(tagOf(await before.provider.refresh()())).toBe('Right')
  })

  it('is renewed from memory when the store holds an older one', async () => {
    const { provider, service, store, account } = await signedUp()
    store.health.set = 'fails'
    service.expireAll()
    await successOf(provider.refresh())
    service.expireAll()
    expect(tagOf(await provider.findUser(account.identifier)())).toBe('Right')
    expect(provider.activeUser()).not.toBeNull()
  })
})

it('a session that comes with the answer to a refresh is not lost when the upgrade beside it is refused', async () => {
  const service = new FakeService()
  const backend: UserBackend = fakeBackend(service)
  let release: () => void = () => undefined
  let begun = false
  const provider: UserProvider = createProvider({
    ...backend,
    // The means to renew a session work once.
    fetchUser: (session: Session) => backend.renewSession(session),
    upgrade:
      (_: unknown, session: Session, { keep }: CallOptions = {}) =>
      async () => {
        await keep?.({ ...session, secrets: { ...session.secrets, step: 'half-way' } })
        begun = true
        await new Promise<void>((resolve) => {
          release = resolve
        })
        return E.left(userError('IdentifierTaken', { vendor: 'fake', operation: 'upgrade' }, {}))
      },
  })
  const { id } = await successOf(provider.signInAnonymously())
  const upgrade = provider.upgrade(somebody())()
  await expect.poll(() => begun).toBe(true)
  await successOf(provider.refresh())
  release()
  expect(tagOf(await upgrade)).toBe('IdentifierTaken')
  expect((await successOf(provider.refresh())).id).toBe(id)
})
