import { randomUUID } from 'node:crypto'
import type { IdentityProof } from '@userport/core'
import { describe, expect, it } from 'vitest'
import { createKinveyBackend } from '../src/index.js'
import { meanwhile } from './support/meanwhile.js'
import { account, entered, left, newPerson, right, useSandbox } from './support/people.js'

const newApp = useSandbox()
const versions = [3, 4, 5, 6] as const

const proofOf = (provider = 'facebook', id: string = randomUUID()): IdentityProof & { readonly id: string } => ({
  id,
  provider,
  tokens: { access_token: `${provider}-token-${id}` },
})

describe('signing in by an identity', () => {
  it.each(versions)('makes a user the first time and finds it the second, at version %i', async (apiVersion) => {
    const { provider, world } = newApp({ apiVersion })
    const { id, ...proof } = proofOf()
    const first = await right(provider.signInWithIdentity({ ...proof, profile: { displayName: 'Ann', attributes: { level: 1 } } }))
    expect(first).toMatchObject({
      created: true,
      user: { kind: 'registered', displayName: 'Ann', attributes: { level: 1 }, identities: [{ provider: 'facebook', id }] },
    })
    await right(provider.signOut())
    const second = await right(provider.signInWithIdentity(proof))
    expect(second).toMatchObject({ created: false, user: { id: first.user.id } })
    expect(world.users()).toHaveLength(1)
  })

  it('makes nobody when told not to', async () => {
    const { backend, world } = newApp()
    expect(await left(backend.signInWithIdentity({ ...proofOf(), create: false }))).toMatchObject({ _tag: 'UserNotFound' })
    expect(world.users()).toEqual([])
  })

  it('refuses what the provider does not vouch for', async () => {
    const { backend, world } = newApp()
    const forged = { provider: 'facebook', tokens: { access_token: 'forged' } }
    expect(await left(backend.signInWithIdentity(forged))).toMatchObject({ _tag: 'InvalidCredentials' })
    expect(world.users()).toEqual([])
  })

  it.each([
    [{ provider: '', tokens: { access_token: 'x' } }, 'provider'],
    [{ provider: 'face.book', tokens: { access_token: 'x' } }, 'provider'],
    [{ provider: '$facebook', tokens: { access_token: 'x' } }, 'provider'],
    [{ provider: 'facebook', tokens: {} }, 'tokens'],
    [{ provider: 'facebook', tokens: { access_token: { $ne: '' } } }, 'tokens.access_token'],
    [{ provider: 'facebook', tokens: { access_token: 'x' }, profile: { attributes: { phone: '1' } } }, 'attributes.phone'],
  ])('refuses %j before anything is sent', async (input, field) => {
    const { backend, world } = newApp()
    const { session } = await right(backend.signUp(account(newPerson())))
    world.requests.clear()
    const proof = input as unknown as IdentityProof
    expect(await left(backend.signInWithIdentity(proof))).toMatchObject({ _tag: 'InvalidInput', field })
    if (!('profile' in input)) expect(await left(backend.linkIdentity(proof, session))).toMatchObject({ _tag: 'InvalidInput', field })
    expect(world.requests.all()).toEqual([])
  })

  it('is done when only the answer to the sign-up was lost', async () => {
    const { backend, world } = newApp()
    world.faults.add({ method: 'POST', path: '/user/[^/]+$', times: 1, kind: { type: 'reset', after: 'write' } })
    expect(await right(backend.signInWithIdentity(proofOf()))).toMatchObject({ created: true })
    expect(world.users()).toHaveLength(1)
  })

  it('was not done when the request was lost', async () => {
    const { backend, world } = newApp()
    world.faults.add({ method: 'POST', path: '/user/[^/]+$', times: 1, kind: { type: 'reset', after: 'request' } })
    expect(await left(backend.signInWithIdentity(proofOf()))).toMatchObject({ _tag: 'Network', retryable: true })
    expect(world.users()).toEqual([])
  })

  it('may have been done when nothing more can be found out', async () => {
    const { config, world } = newApp()
    world.faults.add({ method: 'POST', path: '/user/[^/]+$', times: 1, kind: { type: 'reset', after: 'write' } })
    const http = meanwhile(/\/user\/[^/]+$/, () => world.faults.add({ path: 'login$', kind: { type: 'status', status: 503 } }))
    const outcome = createKinveyBackend(config, { http }).signInWithIdentity(proofOf())
    expect(await left(outcome)).toMatchObject({ _tag: 'OutcomeUnknown', retryable: false })
    expect(world.users()).toHaveLength(1)
  })

  it('is one user when two devices come at once', async () => {
    const { backend, world } = newApp()
    const proof = proofOf()
    const both = await Promise.all([1, 2, 3].map(() => right(backend.signInWithIdentity(proof))))
    expect(new Set(both.map(({ user }) => user.id)).size).toBe(1)
    expect(both.filter(({ created }) => created)).toHaveLength(1)
    expect(world.users()).toHaveLength(1)
  })

  it('is refused for an address that is not verified, where the app demands that', async () => {
    const { backend, world } = newApp()
    const proof = proofOf()
    const { session } = await right(backend.signUp(account(newPerson())))
    await right(backend.linkIdentity(proof, session))
    world.set({ emailVerification: { required: true, auto: false, since: null } })
    expect(await left(backend.signInWithIdentity(proof))).toMatchObject({ _tag: 'NotVerified', what: 'email' })
  })
})

describe('linking and unlinking', () => {
  it('several identities sign in to one user, until they are unlinked', async () => {
    const { provider, backend } = newApp()
    const { id } = await right(provider.signUp({ ...account(newPerson()), profile: { attributes: { level: 1 } } }))
    const [facebook, google] = [proofOf('facebook'), proofOf('google')]
    await right(provider.linkIdentity(facebook))
    const user = await right(provider.linkIdentity(google))
    expect(user.identities).toEqual([facebook, google].map(({ provider: name, id: account }) => ({ provider: name, id: account })))
    for (const proof of [facebook, google]) expect((await right(backend.signInWithIdentity(proof))).user.id).toBe(id)
    const after = await right(provider.unlinkIdentity('facebook'))
    expect(after).toMatchObject({ identities: [{ provider: 'google', id: google.id }], attributes: { level: 1 } })
    expect(await left(backend.signInWithIdentity({ ...facebook, create: false }))).toMatchObject({ _tag: 'UserNotFound' })
    expect((await right(backend.signInWithIdentity(google))).user.id).toBe(id)
  })

  it('an identity of another user is taken, and nothing changes', async () => {
    const { backend } = newApp()
    const proof = proofOf()
    await right(backend.signInWithIdentity(proof))
    const { session } = await right(backend.signUp(account(newPerson())))
    const refused = await left(backend.linkIdentity(proof, session))
    expect(refused).toMatchObject({ _tag: 'IdentifierTaken' })
    expect(refused).not.toHaveProperty('identifier')
    expect((await right(backend.fetchUser(session))).user.identities).toEqual([])
  })

  it('a dead session is told from a refused proof', async () => {
    const { backend } = newApp()
    const { session } = await right(backend.signUp(account(newPerson())))
    await right(backend.signOut(session))
    expect(await left(backend.linkIdentity(proofOf(), session))).toMatchObject({ _tag: 'SessionExpired' })
    expect(await left(backend.unlinkIdentity('facebook', session))).toMatchObject({ _tag: 'SessionExpired' })
  })

  it('unlinking what is not linked changes nothing', async () => {
    const { backend } = newApp()
    const { session, user } = await right(backend.signUp(account(newPerson())))
    expect((await right(backend.unlinkIdentity('facebook', session))).user.identities).toEqual(user.identities)
    expect(await left(backend.unlinkIdentity('face.book', session))).toMatchObject({ _tag: 'InvalidInput', field: 'provider' })
  })

  it('survives an update of the profile', async () => {
    const { backend } = newApp()
    const { session } = await right(backend.signInWithIdentity(proofOf()))
    expect((await right(backend.updateProfile({ set: { level: 2 } }, session))).user.identities).toHaveLength(1)
  })

  it('an anonymous user becomes an account that the identity signs in to', async () => {
    const { backend } = newApp()
    const { session, user } = await right(backend.signInAnonymously({ attributes: { cart: 1 } }))
    const proof = proofOf()
    const linked = await right(backend.linkIdentity(proof, session))
    expect(linked).toMatchObject({ user: { id: user.id, kind: 'registered', attributes: { cart: 1 } }, session: { kind: 'registered' } })
    expect(Object.keys(linked.session.secrets)).toEqual(['token'])
    expect(await right(backend.signInWithIdentity(proof))).toMatchObject({ created: false, user: { id: user.id } })
    expect((await right(backend.renewSession(session))).user).toMatchObject({ id: user.id, kind: 'registered' })
  })

  it('a user made by an identity gets a name and a password of its own', async () => {
    const { backend } = newApp()
    const { session, user } = await right(backend.signInWithIdentity(proofOf()))
    const { username, password } = newPerson()
    const renamed = await right(backend.changeUsername(username, session))
    await right(backend.changePassword({ next: password }, renamed.session))
    expect((await entered(backend.signIn({ identifier: { username }, password }))).user.id).toBe(user.id)
  })
})
