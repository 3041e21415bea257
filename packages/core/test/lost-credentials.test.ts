import { expect, it } from 'vitest'
import type { MergeTicket, Session } from '../src/index.js'
import { somebody } from './support/fake-vendor.js'
import { errorOf, failureOf, successOf } from './support/results.js'
import { type App, start } from './support/start.js'

/** Whose credentials are in the store as lost. */
const lost = ({ store }: App): readonly string[] =>
  [...store.entries]
    .filter(([name]) => /\.lost(\.|$)/.test(name))
    .map(([, text]) => (JSON.parse(text) as Session).userId)
    .sort()

/** An anonymous user whose session the server calls dead. */
const lose = async ({ provider, service }: App): Promise<string> => {
  const { id } = await successOf(provider.signInAnonymously())
  service.revokeAll()
  await failureOf(provider.refresh(), 'SessionExpired')
  expect(provider.activeUser()).toBeNull()
  return id
}

it('the credential of a second anonymous user whose session died does not take the place of the first', async () => {
  const app = start()
  const first = await lose(app)
  const second = await lose(app)
  const third = await lose(app.restart())
  expect(lost(app)).toEqual([first, second, third].sort())
})

it('nor does that of another tab', async () => {
  const here = start()
  const there = start({ service: here.service, store: here.store })
  const first = await lose(here)
  const second = await lose(there)
  expect(lost(here)).toEqual([first, second].sort())
})

it('nor of one that an earlier version wrote down', async () => {
  const app = start()
  const session = { vendor: 'fake', userId: 'long ago', kind: 'anonymous', secrets: { access: 'access-1' } }
  app.store.entries.set('userport.fake.lost', JSON.stringify(session))
  const next = await lose(app)
  expect(lost(app)).toEqual([next, 'long ago'].sort())
})

it('an anonymous user whose session died stays as long as the last trace cannot be stored', async () => {
  const app = start()
  const { provider, service, store } = app
  const { id } = await successOf(provider.signInAnonymously())
  service.revokeAll()
  store.health.set = 'fails'
  await failureOf(provider.refresh(), 'SessionExpired')
  expect(provider.activeUser()?.id).toBe(id)
  expect([...store.entries.values()].some((text) => text.includes(`"userId":"${id}"`))).toBe(true)
  store.health.set = 'works'
  await failureOf(provider.refresh(), 'SessionExpired')
  expect(provider.activeUser()).toBeNull()
  expect(lost(app)).toEqual([id])
})

it('nor is such a user taken for a living one who was stored before being seen', async () => {
  const app = start()
  const { id } = await successOf(app.provider.signInAnonymously())
  const text = [...app.store.entries.keys()].find((name) => name.endsWith('.user')) ?? ''
  app.store.entries.delete(text)
  const { provider, service, store } = app.restart()
  service.revokeAll()
  store.health.set = 'fails'
  await failureOf(provider.signInAnonymously(), 'SessionExpired')
  store.health.set = 'works'
  expect((await successOf(provider.signInAnonymously())).id).not.toBe(id)
  expect(lost(app)).toEqual([id])
})

it('a merge does not end before the last trace of a user who cannot be removed any more is stored', async () => {
  const app = start()
  const { provider, service, store } = app
  const account = somebody()
  service.create({ ...account, attributes: {} })
  const { id } = await successOf(provider.signInAnonymously())
  const { mergeTicket } = await failureOf(provider.upgrade(account), 'IdentifierTaken')
  await successOf(provider.signIn(account, { anonymous: mergeTicket as MergeTicket }))
  service.revokeAll()
  await successOf(provider.signIn(account, { replace: true }))
  store.health.set = 'fails'
  expect((await errorOf(provider.completeMerge()))._tag).toBe('Unavailable')
  expect(await successOf(provider.pendingMerge())).toMatchObject({ anonymous: { id } })
  store.health.set = 'works'
  await successOf(provider.completeMerge())
  expect(lost(app)).toEqual([id])
})
