import { expect, it } from 'vitest'
import * as E from '#fp-ts/Either'
import { type Change, createProvider, type MergeTicket, type UserBackend, type UserProvider } from '../src/index.js'
import { brittleStore } from './support/brittle-store.js'
import { fakeBackend } from './support/fake-backend.js'
import { FakeService } from './support/fake-service.js'
import { somebody } from './support/fake-vendor.js'
import { failureOf, successOf } from './support/results.js'

/** A session that ran out, in whose place the vendor gives that of another account: the same person has moved there. */
const moving = async () => {
  const service = new FakeService()
  const account = { ...somebody(), attributes: { moved: true } }
  const there = service.create(account)
  const backend = { ...fakeBackend(service), renewSession: () => async () => E.right(service.begin(there)) } as unknown as UserBackend
  const store = brittleStore()
  const changes: Change[] = []
  const provider: UserProvider = createProvider(backend, { store })
  const { id } = await successOf(provider.signInAnonymously({ attributes: { level: 1 } }))
  provider.subscribe((change) => changes.push(change))
  service.expireAll()
  return { service, backend, store, provider, changes, account, before: id, after: there.id }
}

it('a session that moves to another id by an operation without a user shows the new user at once, and tells so', async () => {
  const { provider, changes, account, after, backend, store } = await moving()
  await successOf(provider.findUser(account.identifier))
  expect(provider.activeUser()).toMatchObject({ id: after, kind: 'registered', attributes: { moved: true } })
  expect(changes.map(({ reason, user }) => [reason, user?.id])).toEqual([['refreshed', after]])
  const again: UserProvider = createProvider(backend, { store })
  await successOf(again.findUser(account.identifier))
  expect(again.activeUser()).toMatchObject({ id: after, attributes: { moved: true } })
})

it('the operation on whose way the session moves is for the same person', async () => {
  const { provider, after } = await moving()
  expect(await successOf(provider.updateProfile({ set: { color: 'green' } }))).toMatchObject({ id: after, attributes: { color: 'green' } })
  expect(provider.activeUser()).toMatchObject({ id: after, attributes: { color: 'green' } })
})

it.each(['restore', 'refresh'] as const)('so is a %s', async (operation) => {
  const { backend, store, after } = await moving()
  const provider: UserProvider = createProvider(backend, { store })
  expect(await successOf(provider[operation]())).toMatchObject({ id: after })
  expect(provider.state()).toMatchObject({ status: 'signedIn', stale: false, stored: true, user: { id: after } })
})

/** An anonymous user whose session moves to that of another anonymous user once it has run out. */
const movingAnonymously = async () => {
  const service = new FakeService()
  const account = somebody()
  service.create({ ...account, attributes: {} })
  const there = service.create({ attributes: {} })
  const backend = { ...fakeBackend(service), renewSession: () => async () => E.right(service.begin(there)) } as unknown as UserBackend
  const provider: UserProvider = createProvider(backend, { store: brittleStore() })
  await successOf(provider.signInAnonymously())
  return { service, provider, account, after: there.id }
}

it.each(['on its way', 'afterwards'])('the merge ticket of an upgrade holds when the session moves to another id %s', async (when) => {
  const { service, provider, account, after } = await movingAnonymously()
  if (when === 'on its way') service.expireAll()
  const { mergeTicket } = await failureOf(provider.upgrade(account), 'IdentifierTaken')
  expect(mergeTicket?.anonymousId).toBe(provider.activeUser()?.id)
  if (when === 'afterwards') service.expireAll()
  expect((await successOf(provider.refresh())).id).toBe(after)
  await successOf(provider.signIn(account, { anonymous: mergeTicket as MergeTicket }))
  expect(await successOf(provider.pendingMerge())).toMatchObject({ anonymous: { id: after } })
})

it('leave to lose the anonymous user holds for the id to which the session moves', async () => {
  const { service, provider, after } = await movingAnonymously()
  service.expireAll()
  const moving = provider.updateProfile({ set: { a: 1 } })()
  await successOf(provider.signOut({ discardAnonymous: true }))
  expect(await moving).toMatchObject({ right: { id: after } })
  expect(provider.activeUser()).toBeNull()
})
