import { describe, expect, it } from 'vitest'
import { createProvider, type MergeTicket, type UserProvider } from '../src/index.js'
import { fakeBackend } from './support/fake-backend.js'
import { capabilities, somebody } from './support/fake-vendor.js'
import { failureOf, successOf, tagOf } from './support/results.js'
import { type App, start } from './support/start.js'

interface Merging extends App {
  readonly account: ReturnType<typeof somebody>
  readonly accountId: string
  readonly anonymousId: string
  readonly ticket: MergeTicket
}

/** An anonymous user whose upgrade met an existing account. */
const taken = async (): Promise<Merging> => {
  const app = start()
  const account = somebody()
  const { id: accountId } = app.service.create({ ...account, attributes: { coins: 1, name: 'old' } })
  const { id: anonymousId } = await successOf(app.provider.signInAnonymously({ attributes: { coins: 7, level: 3 } }))
  const { mergeTicket } = await failureOf(app.provider.upgrade(account), 'IdentifierTaken')
  if (mergeTicket === undefined) throw new Error('no merge ticket')
  return { ...app, account, accountId, anonymousId, ticket: mergeTicket }
}

/** … and who then signed in to it, with the anonymous user set aside. */
const setAside = async (): Promise<Merging> => {
  const merging = await taken()
  await successOf(merging.provider.signIn(merging.account, { anonymous: merging.ticket }))
  return merging
}

describe('what is to be copied', () => {
  it.each([
    [
      'a function that throws',
      () => {
        throw new Error('mine')
      },
    ],
    ['a function that makes nothing', () => undefined],
    ['a function that only promises a change', async () => ({ set: { coins: 8 } })],
    [
      'a function whose promise is broken',
      async () => {
        throw new Error('mine')
      },
    ],
    ['another word', 'everything'],
  ])('cannot be %s: the anonymous user stays aside with all it has', async (_, copy) => {
    const { provider, service, anonymousId } = await setAside()
    expect(await failureOf(provider.completeMerge({ copy: copy as never }), 'InvalidInput')).toMatchObject({ field: 'copy' })
    expect(service.accounts.has(anonymousId)).toBe(true)
    expect(await successOf(provider.pendingMerge())).toMatchObject({ anonymous: { id: anonymousId } })
  })
})

describe('signing in with a merge ticket', () => {
  it('sets the anonymous user aside, where it survives a restart', async () => {
    const { provider, accountId, anonymousId, ticket, restart } = await setAside()
    expect(provider.activeUser()?.id).toBe(accountId)
    const pending = await successOf(restart().provider.pendingMerge())
    expect(pending).toMatchObject({ anonymous: { id: anonymousId, attributes: { coins: 7 } } })
    expect(pending?.ticket).toEqual({ type: 'merge', vendor: 'fake', anonymousId: ticket.anonymousId })
    expect(JSON.stringify(pending)).not.toContain('access-')
  })

  it('leaves everything as it was when the password is wrong', async () => {
    const { provider, account, anonymousId, ticket } = await taken()
    await failureOf(provider.signIn({ ...account, password: 'wrong' }, { anonymous: ticket }), 'InvalidCredentials')
    expect(provider.activeUser()?.id).toBe(anonymousId)
    expect(await successOf(provider.pendingMerge())).toBeNull()
  })

  it('signs nobody in when the store cannot take the anonymous user', async () => {
    const { provider, account, anonymousId, ticket, store } = await taken()
    store.health.set = 'fails'
    await failureOf(provider.signIn(account, { anonymous: ticket }), 'Unavailable')
    expect(provider.activeUser()?.id).toBe(anonymousId)
  })

  it('or up: says that the account is there, when the store cannot take the anonymous user', async () => {
    const { provider, anonymousId, ticket, store } = await taken()
    store.health.set = 'fails'
    const error = await failureOf(provider.signUp(somebody(), { anonymous: ticket }), 'Unavailable')
    expect(error).toMatchObject({ accountCreated: true, carriedOut: true, retryable: false, message: expect.stringContaining('set aside') })
    expect(provider.activeUser()?.id).toBe(anonymousId)
  })

  it('that the app gives up leaves nothing pending, and nothing to merge with itself', async () => {
    const { provider, service, account, anonymousId, ticket } = await taken()
    const release = service.hold('signIn')
    const app = new AbortController()
    const attempt = provider.signIn(account, { anonymous: ticket, signal: app.signal })()
    await new Promise((resolve) => setTimeout(resolve, 5))
    app.abort()
    release()
    expect(tagOf(await attempt)).toBe('Cancelled')
    expect(provider.activeUser()?.id).toBe(anonymousId)
    expect(await successOf(provider.pendingMerge())).toBeNull()
  })

  it('that a crash ended between the two steps never deletes the user that is still active', async () => {
    const app = await taken()
    for (const [name, text] of [...app.store.entries]) {
      app.store.entries.set(name.replace(/\.(session|user)$/, '.aside.$1'), text)
    }
    const { provider, service } = app.restart()
    expect((await successOf(provider.restore()))?.id).toBe(app.anonymousId)
    expect(await successOf(provider.pendingMerge())).toBeNull()
    await failureOf(provider.completeMerge(), 'InvalidInput')
    expect(service.accounts.has(app.anonymousId)).toBe(true)
  })
})

describe('completeMerge', () => {
  it('copies what the account lacks and removes the anonymous user', async () => {
    const { provider, service, accountId, anonymousId } = await setAside()
    const user = await successOf(provider.completeMerge())
    expect(user).toMatchObject({ id: accountId, attributes: { coins: 1, name: 'old', level: 3 } })
    expect(provider.activeUser()).toEqual(user)
    expect(service.accounts.has(anonymousId)).toBe(false)
    expect(await successOf(provider.pendingMerge())).toBeNull()
  })

  it.each([
    ['all', { coins: 7, name: 'old', level: 3 }],
    ['none', { coins: 1, name: 'old' }],
  ] as const)('copies %s', async (copy, attributes) => {
    const { provider } = await setAside()
    expect((await successOf(provider.completeMerge({ copy }))).attributes).toEqual(attributes)
  })

  it('copies what the app makes of the two', async () => {
    const { provider } = await setAside()
    const sum = await successOf(
      provider.completeMerge({
        copy: (anonymous, account) => ({ set: { coins: Number(anonymous.attributes.coins) + Number(account.attributes.coins) } }),
      }),
    )
    expect(sum.attributes).toEqual({ coins: 8, name: 'old' })
  })

  it('copies nothing where the app makes nothing of the two', async () => {
    const { provider, service, anonymousId } = await setAside()
    const { attributes } = await successOf(provider.completeMerge({ copy: () => ({ set: {} }) }))
    expect(attributes).toEqual({ coins: 1, name: 'old' })
    expect(service.accounts.has(anonymousId)).toBe(false)
  })

  it('does not remove who became an account on another device meanwhile', async () => {
    const { provider, service, account, anonymousId, ticket } = await taken()
    const backup = await successOf(provider.exportAnonymous('correct horse'))
    await successOf(provider.signIn(account, { anonymous: ticket }))
    const elsewhere = start({ service })
    await successOf(elsewhere.provider.importAnonymous(backup, 'correct horse'))
    await successOf(elsewhere.provider.upgrade(somebody()))
    expect((await successOf(provider.completeMerge())).attributes).toMatchObject({ level: 3 })
    expect(await successOf(provider.pendingMerge())).toBeNull()
    expect(service.accounts.has(anonymousId)).toBe(true)
    expect((await successOf(elsewhere.provider.refresh())).kind).toBe('registered')
  })

  it('removes the anonymous user though the session ran out while they were aside', async () => {
    const { provider, service, anonymousId } = await setAside()
    service.expireAll()
    await successOf(provider.completeMerge())
    expect(service.accounts.has(anonymousId)).toBe(false)
  })

  it('can leave the anonymous user on the server', async () => {
    const { provider, service, anonymousId } = await setAside()
    await successOf(provider.completeMerge({ keepAnonymous: true }))
    expect(service.accounts.has(anonymousId)).toBe(true)
    expect(await successOf(provider.pendingMerge())).toBeNull()
  })

  it.each(['updateProfile', 'deleteUser'] as const)('may be repeated, also after a restart, when %s failed', async (operation) => {
    const app = await setAside()
    app.service.failNext('offline', operation)
    await failureOf(app.provider.completeMerge(), 'Network')
    const { provider, service } = app.restart()
    expect((await successOf(provider.completeMerge())).attributes).toEqual({ coins: 1, name: 'old', level: 3 })
    expect(service.accounts.has(app.anonymousId)).toBe(false)
  })

  it('is done when the anonymous user is gone already', async () => {
    const { provider, service, anonymousId } = await setAside()
    service.failNext('answer lost', 'deleteUser')
    await failureOf(provider.completeMerge(), 'OutcomeUnknown')
    expect(service.accounts.has(anonymousId)).toBe(false)
    expect(tagOf(await provider.completeMerge()())).toBe('Right')
  })

  it('keeps the last trace of an anonymous user whose session died, since the user may live on', async () => {
    const { provider, service, store, account, anonymousId } = await setAside()
    service.revokeAll()
    await successOf(provider.signIn(account, { replace: true }))
    expect((await successOf(provider.completeMerge())).attributes).toMatchObject({ level: 3 })
    expect(await successOf(provider.pendingMerge())).toBeNull()
    expect(service.accounts.has(anonymousId)).toBe(true)
    const [, trace = '{}'] = [...store.entries].find(([name]) => name.endsWith(`.lost.${anonymousId}`)) ?? []
    expect(JSON.parse(trace)).toMatchObject({ userId: anonymousId })
  })

  it('copies nothing where the vendor could not remove the anonymous user afterwards', async () => {
    const merging = await setAside()
    const { service, store } = merging
    const cannotDelete = { ...fakeBackend(service), capabilities: { ...capabilities, deleteUser: false } as const }
    const provider: UserProvider = createProvider(cannotDelete, { store })
    expect(await failureOf(provider.completeMerge(), 'Unsupported')).toMatchObject({ capability: 'deleteUser' })
    expect(service.count('updateProfile')).toBe(0)
    expect((await successOf(provider.completeMerge({ keepAnonymous: true }))).attributes).toMatchObject({ level: 3 })
  })

  it('has nothing to do without a merge, and says so', async () => {
    const { provider } = start()
    await failureOf(provider.completeMerge(), 'NotSignedIn')
    await successOf(provider.signUp(somebody()))
    expect(await failureOf(provider.completeMerge(), 'InvalidInput')).toMatchObject({ field: 'merge' })
  })
})

describe('abortMerge', () => {
  it('brings the anonymous user back and signs the account out', async () => {
    const { provider, service, anonymousId, restart } = await setAside()
    expect((await successOf(provider.abortMerge())).id).toBe(anonymousId)
    expect((await successOf(provider.refresh())).id).toBe(anonymousId)
    expect(await successOf(provider.pendingMerge())).toBeNull()
    expect(service.count('signOut')).toBe(1)
    expect((await successOf(restart().provider.restore()))?.id).toBe(anonymousId)
  })

  it('works after a restart and after the account signed out', async () => {
    const app = await setAside()
    await successOf(app.provider.signOut())
    expect((await successOf(app.restart().provider.abortMerge())).id).toBe(app.anonymousId)
  })

  it('keeps the anonymous user aside as long as the store cannot take it back', async () => {
    const { provider, store, anonymousId, restart } = await setAside()
    store.health.set = 'fails'
    await successOf(provider.abortMerge())
    store.health.set = 'works'
    const after = restart()
    expect((await successOf(after.provider.signOut())).server).toBe('revoked')
    expect((await successOf(after.provider.signInAnonymously())).id).toBe(anonymousId)
  })

  it('has nothing to do without a merge, and says so', async () => {
    expect(await failureOf(start().provider.abortMerge(), 'InvalidInput')).toMatchObject({ field: 'merge' })
  })
})

describe('an anonymous user who comes while another is set aside', () => {
  const passphrase = 'correct horse'

  const twoAnonymous = async (): Promise<Merging & { readonly secondId: string }> => {
    const merging = await setAside()
    const elsewhere = start({ service: merging.service })
    const { id: secondId } = await successOf(elsewhere.provider.signInAnonymously())
    const backup = await successOf(elsewhere.provider.exportAnonymous(passphrase))
    await successOf(merging.provider.importAnonymous(backup, passphrase, { replace: true }))
    return { ...merging, secondId }
  }

  it('does not take their place', async () => {
    const { provider, account, anonymousId, secondId, restart } = await twoAnonymous()
    const { mergeTicket } = await failureOf(provider.upgrade(account), 'IdentifierTaken')
    await failureOf(provider.signIn(account, { anonymous: mergeTicket as MergeTicket }), 'WouldLoseAnonymousUser')
    expect(provider.activeUser()?.id).toBe(secondId)
    expect(await successOf(restart().provider.pendingMerge())).toMatchObject({ anonymous: { id: anonymousId } })
  })

  it('is not lost when the merge is aborted, and may be completed with', async () => {
    const { provider, anonymousId, secondId, service } = await twoAnonymous()
    await failureOf(provider.abortMerge(), 'WouldLoseAnonymousUser')
    expect(provider.activeUser()?.id).toBe(secondId)
    expect((await successOf(provider.completeMerge())).attributes).toMatchObject({ coins: 7 })
    expect(service.accounts.has(anonymousId)).toBe(false)
  })
})

it('signInAnonymously finds the user set aside, instead of making another', async () => {
  const { provider, anonymousId, service } = await setAside()
  await successOf(provider.signOut())
  expect((await successOf(provider.signInAnonymously())).id).toBe(anonymousId)
  expect(service.count('signInAnonymously')).toBe(1)
  expect(await successOf(provider.pendingMerge())).toBeNull()
})
