import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Result, UserProvider } from '../src/index.js'
import { createMemoryProvider, createMemoryService } from '../src/memory.js'
import { brittleStore } from './support/brittle-store.js'
import { somebody } from './support/fake-vendor.js'
import { errorOf, failureOf, successOf, tagOf } from './support/results.js'
import { start } from './support/start.js'

/** An app with `first` on the screen, and an account of somebody else. */
const signedIn = async () => {
  const app = start()
  const [first, second] = [somebody(), somebody()]
  const other = app.service.create({ ...second, attributes: {} })
  const user = await successOf(app.provider.signUp(first))
  return { ...app, user, first, second, other }
}

/** A backup of an anonymous user who was made on another device. */
const fromElsewhere = async ({ service }: Awaited<ReturnType<typeof signedIn>> | ReturnType<typeof start>) => {
  const elsewhere = start({ service })
  const { id } = await successOf(elsewhere.provider.signInAnonymously())
  return { id, backup: await successOf(elsewhere.provider.exportAnonymous('correct horse')) }
}

describe('an operation that is called while somebody else signs in', () => {
  it.each<[string, (provider: UserProvider, second: ReturnType<typeof somebody>) => Result<unknown>]>([
    ['deleteUser', (provider) => provider.deleteUser()],
    ['updateProfile', (provider) => provider.updateProfile({ set: { a: 1 } })],
    ['changePassword', (provider, { password }) => provider.changePassword({ current: password, next: 'another one' })],
    ['completeMerge', (provider) => provider.completeMerge()],
  ])('is for the user who was active then, and is refused without a request: %s', async (name, call) => {
    const { provider, service, second, other } = await signedIn()
    const signingIn = provider.signIn(second, { replace: true })()
    const outcome = errorOf(call(provider, second))
    expect(tagOf(await signingIn)).toBe('Right')
    const before = service.calls.length
    expect(await outcome).toMatchObject({ _tag: 'Cancelled', operation: name })
    expect(service.calls.length).toBe(before)
    expect(provider.activeUser()?.id).toBe(other.id)
    expect(service.accounts.get(other.id)).toMatchObject({ password: second.password, attributes: {} })
    await successOf(provider.updateProfile({ set: { a: 2 } }))
  })

  it('takes place where nobody else came in after all', async () => {
    const { provider, service, user, second } = await signedIn()
    const signingIn = provider.signIn({ ...second, password: 'wrong' }, { replace: true })()
    const outcome = successOf(provider.deleteUser())
    expect(tagOf(await signingIn)).toBe('InvalidCredentials')
    await outcome
    expect(service.accounts.has(user.id)).toBe(false)
  })

  it('takes place where the same user signs in again', async () => {
    const { provider, first } = await signedIn()
    void provider.signIn(first, { replace: true })()
    expect(await successOf(provider.updateProfile({ set: { a: 1 } }))).toMatchObject({ attributes: { a: 1 } })
  })

  it('says NotSignedIn where nobody is left', async () => {
    const { provider, service } = await signedIn()
    void provider.signOut()()
    await failureOf(provider.deleteUser(), 'NotSignedIn')
    expect(service.count('deleteUser')).toBe(0)
  })

  it('is for whoever comes where nobody was active: what is called at once after a sign-up', async () => {
    const { provider } = start()
    await successOf(provider.restore())
    void provider.signUp(somebody())()
    expect(await successOf(provider.updateProfile({ set: { a: 1 } }))).toMatchObject({ attributes: { a: 1 } })
  })

  it('is so before it is known who is active, too', async () => {
    const { provider } = start()
    void provider.signUp(somebody())()
    expect(await successOf(provider.updateProfile({ set: { a: 1 } }))).toMatchObject({ attributes: { a: 1 } })
  })

  it('is for the stored user where that is not known yet', async () => {
    const { restart, service, second, other, user } = await signedIn()
    const { provider } = restart()
    void provider.signIn(second, { replace: true })()
    await failureOf(provider.deleteUser(), 'Cancelled')
    expect([service.accounts.has(other.id), service.accounts.has(user.id)]).toEqual([true, true])
  })

  it('signOut leaves nobody signed in', async () => {
    const { provider, second } = await signedIn()
    void provider.signIn(second, { replace: true })()
    await successOf(provider.signOut())
    expect(provider.activeUser()).toBeNull()
  })
})

it.each(['kept', 'replaced'] as const)(
  'what is called while the anonymous user is upgraded is for the same person (id %s)',
  async (upgrade) => {
    const service = createMemoryService({ upgrade })
    const provider = createMemoryProvider({ service }) as unknown as UserProvider
    await successOf(provider.signInAnonymously())
    const { identifiers, password } = { identifiers: { username: `u${randomUUID()}`.slice(0, 18) }, password: 'correct horse' }
    const upgrading = provider.upgrade({ identifiers, password })()
    const changed = await successOf(provider.updateProfile({ set: { a: 1 } }))
    expect(tagOf(await upgrading)).toBe('Right')
    expect(changed).toMatchObject({ kind: 'registered', attributes: { a: 1 } })
  },
)

describe('leave to lose the anonymous user', () => {
  const discard = { anonymous: 'discard' } as const

  it('is for the one who was active when it was given: signing out', async () => {
    const app = start()
    const { id, backup } = await fromElsewhere(app)
    await successOf(app.provider.signInAnonymously())
    void app.provider.importAnonymous(backup, 'correct horse', discard)()
    await failureOf(app.provider.signOut({ discardAnonymous: true }), 'WouldLoseAnonymousUser')
    expect(app.provider.activeUser()?.id).toBe(id)
  })

  it('is for the one who was active when it was given: signing in', async () => {
    const app = start()
    const account = somebody()
    app.service.create({ ...account, attributes: {} })
    const { id, backup } = await fromElsewhere(app)
    await successOf(app.provider.signInAnonymously())
    void app.provider.importAnonymous(backup, 'correct horse', discard)()
    await failureOf(app.provider.signIn(account, discard), 'WouldLoseAnonymousUser')
    expect(app.provider.activeUser()?.id).toBe(id)
  })

  it('is not for one whom another tab brought in meanwhile', async () => {
    const parts = { store: brittleStore(true), options: { namespace: `bound-${randomUUID()}` } }
    const here = start(parts)
    const there = start({ ...parts, service: here.service })
    const account = somebody()
    here.service.create({ ...account, attributes: {} })
    const { id, backup } = await fromElsewhere(here)
    for (const { provider } of [here, there]) await successOf(provider.restore())
    const { id: mine } = await successOf(here.provider.signInAnonymously())
    await expect.poll(() => there.provider.activeUser()?.id).toBe(mine)
    const release = here.service.hold('signIn')
    const late = here.provider.signIn(account, discard)()
    await expect.poll(() => here.service.count('signIn')).toBe(1)
    await successOf(there.provider.importAnonymous(backup, 'correct horse', discard))
    await expect.poll(() => here.provider.activeUser()?.id).toBe(id)
    release()
    expect(tagOf(await late)).toBe('WouldLoseAnonymousUser')
    expect(here.provider.activeUser()?.id).toBe(id)
    for (const { provider } of [here, there]) provider.close()
  })

  it('holds for whoever is made by what was called before, where nobody was active', async () => {
    const { provider } = start()
    await successOf(provider.restore())
    void provider.signInAnonymously()()
    await successOf(provider.signOut({ discardAnonymous: true }))
    expect(provider.activeUser()).toBeNull()
  })
})
