import { randomUUID } from 'node:crypto'
import type { AccessToken, UserCriteria } from '@userport/core'
import { describe, expect, it } from 'vitest'
import { account, entered, left, newPerson, right, useSandbox } from './support/people.js'

const newApp = useSandbox()
const versions = [3, 4, 5, 6] as const

describe('the token', () => {
  it('is Kinvey’s own, and signs in elsewhere', async () => {
    const { provider, backend, config } = newApp()
    expect(provider.accessToken()).toBeNull()
    const { id } = await right(provider.signUp(account(newPerson())))
    const { token } = provider.accessToken() ?? { token: '' }
    const answer = await fetch(`${config.host}/appdata/${config.appKey}`, { headers: { authorization: `Kinvey ${token}` } })
    expect(answer.status).toBe(200)
    const elsewhere = await right(backend.signInWithToken({ token }))
    expect(elsewhere).toMatchObject({ user: { id, kind: 'registered' }, session: { userId: id } })
    expect((await right(backend.updateProfile({ displayName: 'Ann' }, elsewhere.session))).user.displayName).toBe('Ann')
  })

  it('of an anonymous user signs an anonymous user in', async () => {
    const { provider, backend } = newApp()
    const { session } = await right(backend.signInAnonymously({}))
    const user = await right(provider.signInWithToken({ token: session.secrets.token ?? '' }))
    expect(user.kind).toBe('anonymous')
    expect((await right(provider.upgrade(account(newPerson())))).user).toMatchObject({ id: user.id, kind: 'registered' })
  })

  it('that is dead signs nobody in', async () => {
    const { provider } = newApp()
    expect(await left(provider.signInWithToken({ token: `${randomUUID()}.x` }))).toMatchObject({ _tag: 'SessionExpired' })
    expect(provider.activeUser()).toBeNull()
  })

  it.each(['', ' ', 'two words', 'T1\r\nX-Other: 1', 'schlüssel'])('%j is refused before anything is sent', async (token) => {
    const { backend, world } = newApp()
    expect(await left(backend.signInWithToken({ token }))).toMatchObject({ _tag: 'InvalidInput', field: 'token' })
    expect(await left(backend.signInWithToken({ token: 7 } as unknown as AccessToken))).toMatchObject({ _tag: 'InvalidInput' })
    expect(world.requests.all()).toEqual([])
  })

  it('is none of a sign-in that waits', () => {
    const { backend } = newApp({ apiVersion: 6 })
    const pending = { vendor: 'kinvey', userId: 'u' as never, kind: 'registered', secrets: { mfaToken: 'M' } } as const
    expect(backend.accessToken(pending)).toBeNull()
  })
})

describe('signing out everywhere', () => {
  it.each(versions)('ends every session, at version %i', async (apiVersion) => {
    const { provider, backend, world } = newApp({ apiVersion })
    const person = newPerson()
    await right(provider.signUp(account(person)))
    const { session } = await entered(backend.signIn({ identifier: { username: person.username }, password: person.password }))
    await right(provider.signOutEverywhere())
    expect([provider.activeUser(), world.sessions()]).toEqual([null, []])
    expect(await left(backend.fetchUser(session))).toMatchObject({ _tag: 'SessionExpired' })
  })

  it('is done when only the answer was lost, and not when the request was', async () => {
    const { backend, world } = newApp()
    const person = newPerson()
    const { session } = await right(backend.signUp(account(person)))
    world.faults.add({ method: 'DELETE', times: 1, kind: { type: 'reset', after: 'request' } })
    expect(await left(backend.signOutEverywhere(session))).toMatchObject({ _tag: 'Network', retryable: true })
    world.faults.add({ method: 'DELETE', times: 1, kind: { type: 'reset', after: 'write' } })
    await right(backend.signOutEverywhere(session))
    expect(world.sessions()).toEqual([])
    expect(await left(backend.signOutEverywhere(session))).toMatchObject({ _tag: 'SessionExpired' })
  })
})

describe('suspending oneself', () => {
  it('bars the account, and ends its sessions', async () => {
    const { provider, backend, world } = newApp()
    const person = newPerson()
    const { id } = await right(provider.signUp(account(person)))
    await right(provider.suspendUser())
    expect([provider.activeUser(), world.sessions(), world.data.users[id]?.kmd.status?.val]).toEqual([null, [], 'disabled'])
    const signIn = backend.signIn({ identifier: { username: person.username }, password: person.password })
    expect(await left(signIn)).toMatchObject({ _tag: 'InvalidCredentials' })
  })

  it('is done when only the answer was lost, and not when the request was', async () => {
    const { backend, world } = newApp()
    const { session } = await right(backend.signUp(account(newPerson())))
    world.faults.add({ method: 'DELETE', times: 1, kind: { type: 'reset', after: 'request' } })
    expect(await left(backend.suspendUser(session))).toMatchObject({ _tag: 'Network', retryable: true })
    world.faults.add({ method: 'DELETE', times: 1, kind: { type: 'reset', after: 'write' } })
    await right(backend.suspendUser(session))
    expect(world.data.users[session.userId]?.kmd.status?.val).toBe('disabled')
    expect(await left(backend.suspendUser(session))).toMatchObject({ _tag: 'SessionExpired' })
  })
})

describe('finding users', () => {
  const people = async () => {
    const app = newApp()
    const family = randomUUID()
    const [ann, bob] = [newPerson(), newPerson()]
    const named = (first: string) => ({ profile: { attributes: { first_name: first, last_name: family, secret: 'hidden' } } })
    const { user, session } = await right(app.backend.signUp({ ...account(ann), ...named('Ann') }))
    await right(app.backend.signUp({ ...account(bob), ...named('Bob') }))
    const proof = { provider: 'facebook', tokens: { access_token: `facebook-token-${family}` } }
    await right(app.backend.linkIdentity(proof, session))
    return { ...app, ann, bob, family, id: user.id, session }
  }

  it('by each criterion, and by all of them together', async () => {
    const { backend, ann, bob, family, id, session } = await people()
    const names = async (criteria: UserCriteria) =>
      (await right(backend.findUsers(criteria, session))).users.map(({ username }) => username).sort()
    const identity = { provider: 'facebook', id: family }
    expect(await names({ lastName: family })).toEqual([ann.username, bob.username].sort())
    for (const one of [{ username: ann.username }, { email: ann.email }, { identity }, { lastName: family, firstName: 'Ann' }]) {
      expect(await names(one)).toEqual([ann.username])
    }
    const all = { username: ann.username, email: ann.email, firstName: 'Ann', lastName: family, identity }
    const { users } = await right(backend.findUsers(all, session))
    expect(users).toMatchObject([{ id, kind: 'unknown', identities: [identity], attributes: { first_name: 'Ann', last_name: family } }])
    expect(JSON.stringify(users)).not.toContain('hidden')
    expect(await names({ ...all, firstName: 'Bob' })).toEqual([])
  })

  it('does not show who is suspended', async () => {
    const { backend, bob, family, session } = await people()
    const other = await entered(backend.signIn({ identifier: { username: bob.username }, password: bob.password }))
    await right(backend.suspendUser(other.session))
    expect((await right(backend.findUsers({ lastName: family }, session))).users).toHaveLength(1)
  })

  it.each([
    [{}, 'criteria'],
    [{ username: '' }, 'username'],
    [{ username: { $ne: '' } }, 'username'],
    [{ identity: null }, 'identity.provider'],
    [{ identity: { provider: 'facebook', id: { $exists: true } } }, 'identity.id'],
    [{ identity: { provider: 'facebook.id', id: '7' } }, 'provider'],
  ])('refuses %j before anything is sent: it would be a query of its own', async (criteria, field) => {
    const { backend, world } = newApp()
    const { session } = await right(backend.signUp(account(newPerson())))
    world.requests.clear()
    expect(await left(backend.findUsers(criteria as UserCriteria, session))).toMatchObject({ _tag: 'InvalidInput', field })
    expect(world.requests.all()).toEqual([])
  })

  it('asks for nothing but the criteria, whatever else an untyped caller passes', async () => {
    const { backend, world } = newApp()
    const { session } = await right(backend.signUp(account(newPerson())))
    world.requests.clear()
    const untyped = { username: newPerson().username, $or: [{}] } as UserCriteria
    expect(await left(backend.findUsers(untyped, session))).toMatchObject({ _tag: 'Unsupported', capability: 'findUsers.$or' })
    expect(world.requests.all()).toEqual([])
  })
})
