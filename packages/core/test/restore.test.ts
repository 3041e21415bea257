import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { somebody } from './support/fake-vendor.js'
import { failureOf, successOf, tagOf } from './support/results.js'
import { type App, start } from './support/start.js'

const signedUp = async (): Promise<App> => {
  const app = start()
  await successOf(app.provider.signUp(somebody()))
  return app
}

const keyOf = ({ store }: App, end: string): string =>
  [...store.entries.keys()].find((name) => name.endsWith(end)) ?? `no key ends with ${end}`

describe('before anything is looked up', () => {
  it('the state is restoring, which nobody can take for signed out', () => {
    const { provider } = start()
    expect(provider.state()).toEqual({ status: 'restoring' })
    expect(provider.activeUser()).toBeUndefined()
  })
})

describe('restore', () => {
  it('finds nobody in an empty store, without asking the server, and says that restoring is over', async () => {
    const { provider, service, changes } = start()
    expect(await successOf(provider.restore())).toBeNull()
    expect(provider.state()).toEqual({ status: 'signedOut' })
    expect(provider.activeUser()).toBeNull()
    expect(service.calls).toEqual([])
    expect(changes).toEqual([{ reason: 'restored', user: null, state: { status: 'signedOut' } }])
  })

  it('brings back the user, confirmed by the server', async () => {
    const before = await signedUp()
    const { provider, service, reasons } = before.restart()
    const user = await successOf(provider.restore())
    expect(user).toEqual(before.provider.activeUser())
    expect(provider.state()).toMatchObject({ status: 'signedIn', stale: false, stored: true })
    expect(service.count('fetchUser')).toBe(1)
    expect(reasons()).toEqual(['restored'])
  })

  it('asks once, however often it is called', async () => {
    const { provider, service, reasons } = (await signedUp()).restart()
    await Promise.all([successOf(provider.restore()), successOf(provider.restore())])
    await successOf(provider.restore())
    expect(service.count('fetchUser')).toBe(1)
    expect(reasons()).toEqual(['restored'])
  })

  it('ends the session that the server calls dead', async () => {
    const before = await signedUp()
    before.service.revokeAll()
    const { provider, reasons, store } = before.restart()
    expect(await successOf(provider.restore())).toBeNull()
    expect(provider.state()).toEqual({ status: 'signedOut' })
    expect(reasons()).toEqual(['expired'])
    expect([...store.entries.values()].join()).not.toContain('access-')
  })

  it('renews a session that can be renewed', async () => {
    const before = await signedUp()
    before.service.expireAll()
    const { provider, restart } = before.restart()
    expect(await successOf(provider.restore())).not.toBeNull()
    expect(await successOf(restart().provider.restore())).not.toBeNull()
  })

  it('keeps the stored user without a connection, marked stale, and says so; a later refresh confirms it', async () => {
    const before = await signedUp()
    const { provider, service, changes } = before.restart()
    service.offline = true
    const user = await successOf(provider.restore())
    expect(user?.id).toBe(before.provider.activeUser()?.id)
    expect(provider.state()).toMatchObject({ status: 'signedIn', stale: true })
    expect(changes).toMatchObject([{ reason: 'restored', state: { status: 'signedIn', stale: true } }])
    await failureOf(provider.refresh(), 'Network')
    expect(provider.state()).toMatchObject({ status: 'signedIn', stale: true })
    service.offline = false
    await successOf(provider.refresh())
    expect(provider.state()).toMatchObject({ status: 'signedIn', stale: false })
  })

  it.each(['{', '{"user":{}}', '', 'null'])(
    'does not need the profile: with "%s" in its place the session still counts',
    async (profile) => {
      const before = await signedUp()
      before.store.entries.set(keyOf(before, '.user'), profile)
      const { provider, service } = before.restart()
      service.offline = true
      expect((await successOf(provider.restore()))?.id).toBe(before.provider.activeUser()?.id)
      service.offline = false
      expect(await successOf(provider.refresh())).toEqual(before.provider.activeUser())
    },
  )

  it.each(['id', 'vendor', 'kind', 'attributes', 'identities', 'status', 'vendorData'])(
    'shows no profile that lacks the %s, which every user has',
    async (field) => {
      const before = await signedUp()
      const key = keyOf(before, '.user')
      const { user, fetchedAt } = JSON.parse(before.store.entries.get(key) ?? '')
      const { [field]: _, ...rest } = user
      before.store.entries.set(key, JSON.stringify({ user: rest, fetchedAt }))
      const { provider, service } = before.restart()
      service.offline = true
      const shown = await successOf(provider.restore())
      expect(shown).toHaveProperty(field)
      expect(shown?.username).toBeUndefined()
    },
  )

  it('does not mix the session of one with the profile of another', async () => {
    const before = await signedUp()
    const key = keyOf(before, '.user')
    const other = randomUUID()
    before.store.entries.set(key, (before.store.entries.get(key) ?? '').replaceAll(before.provider.activeUser()?.id ?? '', other))
    const { provider, service } = before.restart()
    service.offline = true
    const user = await successOf(provider.restore())
    expect(user?.id).toBe(before.provider.activeUser()?.id)
    expect(user?.username).toBeUndefined()
  })

  it.each(['{', 'null', '{"vendor":"fake"}', '{"vendor":"other","userId":"1","kind":"registered","secrets":{}}'])(
    'is nobody, without an accident, when the stored session is %s, which is kept for a look',
    async (session) => {
      const before = await signedUp()
      const key = keyOf(before, '.session')
      before.store.entries.set(key, session)
      const { provider, store, problems } = before.restart()
      expect(await successOf(provider.restore())).toBeNull()
      expect(store.entries.get(`${key}.unreadable`)).toBe(session)
      expect(problems).toHaveLength(1)
      expect(JSON.stringify(problems)).not.toContain('secrets')
    },
  )

  it('stays restoring while the store cannot be read, and works once it can', async () => {
    const before = await signedUp()
    const { provider, store } = before.restart()
    store.health.get = 'fails'
    expect((await failureOf(provider.restore(), 'Unavailable')).operation).toBe('restore')
    expect(provider.state()).toEqual({ status: 'restoring' })
    expect(provider.activeUser()).toBeUndefined()
    store.health.get = 'works'
    expect(await successOf(provider.restore())).not.toBeNull()
  })

  it('is not needed: any operation looks up the session first', async () => {
    const before = await signedUp()
    const { provider } = before.restart()
    expect((await successOf(provider.refresh())).id).toBe(before.provider.activeUser()?.id)
  })
})

describe('the store', () => {
  it('may be shared by providers with a namespace each, which know nothing of each other', async () => {
    const one = start({ options: { namespace: 'one' } })
    await successOf(one.provider.signUp(somebody()))
    const other = start({ service: one.service, store: one.store, options: { namespace: 'other' } })
    expect(await successOf(other.provider.restore())).toBeNull()
    const { id } = await successOf(other.provider.signInAnonymously())
    await successOf(one.provider.signOut())
    expect((await successOf(other.restart().provider.restore()))?.id).toBe(id)
    expect([...one.store.entries.keys()].filter((name) => !name.startsWith('other.'))).toEqual([])
  })

  it('holds the secrets apart from the profile', async () => {
    const app = await signedUp()
    const { entries } = app.store
    expect(entries.get(keyOf(app, '.session'))).toContain('access-')
    expect(entries.get(keyOf(app, '.user'))).not.toMatch(/access-|refresh-/)
  })

  it('that fails never loses the session in memory, and the failure is reported', async () => {
    const { provider, store, problems } = start()
    store.health.set = 'fails'
    await successOf(provider.signUp(somebody()))
    expect(provider.state()).toMatchObject({ status: 'signedIn', stored: false })
    expect(problems.length).toBeGreaterThan(0)
    store.health.set = 'works'
    await successOf(provider.refresh())
    expect(provider.state()).toMatchObject({ status: 'signedIn', stored: true })
  })

  it('ends as memory says, though it writes slowly and forgets quickly', async () => {
    const { provider, store, restart } = start()
    store.delay = 20
    const app = new AbortController()
    const given = provider.signUp(somebody(), { signal: app.signal })()
    await expect.poll(() => provider.activeUser()?.kind, { interval: 1 }).toBe('registered')
    app.abort()
    expect(tagOf(await given)).toBe('Cancelled')
    await successOf(provider.signOut())
    await new Promise((resolve) => setTimeout(resolve, 60))
    expect([...store.entries.values()]).toEqual([])
    expect(await successOf(restart().provider.restore())).toBeNull()
  })
})
