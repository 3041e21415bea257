import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createKinveyBackend } from '../src/index.js'
import { account, entered, left, newPerson, right, useSandbox } from './support/people.js'

const newApp = useSandbox()
const versions = [3, 4, 5, 6] as const

describe('every API version', () => {
  it.each(versions)('signs up, in and out, updates, changes the password and deletes at version %i', async (apiVersion) => {
    const { backend } = newApp({ apiVersion })
    const person = newPerson()
    const signedUp = await right(backend.signUp({ ...account(person), profile: { displayName: 'Ann', attributes: { level: 1 } } }))
    const updated = await right(backend.updateProfile({ set: { level: 2 } }, signedUp.session))
    const changed = await right(backend.changePassword({ current: person.password, next: `${person.password}!` }, updated.session))
    expect((await right(backend.fetchUser(changed.session))).user).toMatchObject({ displayName: 'Ann', attributes: { level: 2 } })
    expect(await right(backend.signOut(changed.session))).toEqual({ server: 'revoked' })
    expect(await left(backend.fetchUser(changed.session))).toMatchObject({ _tag: 'SessionExpired' })
    const again = await entered(backend.signIn({ identifier: { username: person.username }, password: `${person.password}!` }))
    await right(backend.deleteUser({}, again.session))
    expect(await right(backend.usernameExists(person.username))).toBe(false)
  })

  it.each(versions)('makes an anonymous user an account under the same id at version %i', async (apiVersion) => {
    const { provider } = newApp({ apiVersion })
    const person = newPerson()
    const { id } = await right(provider.signInAnonymously({ attributes: { cart: ['tea'] } }))
    const { user, identity } = await right(provider.upgrade({ ...account(person), profile: { locale: 'en' } }))
    expect({ ...user, identity }).toMatchObject({ id, kind: 'registered', identity: 'kept', attributes: { cart: ['tea'] }, locale: 'en' })
    expect((await right(provider.refresh())).username).toBe(person.username)
  })

  it('reads a login that version 6 wraps', async () => {
    const { backend, world } = newApp({ apiVersion: 6 })
    world.set({ wrapV6Login: true })
    const person = newPerson()
    const { session } = await right(backend.signUp(account(person)))
    expect((await right(backend.fetchUser(session))).user.username).toBe(person.username)
  })

  it('says that the account exists when version 6 cannot log in after the sign-up', async () => {
    const { backend, world } = newApp({ apiVersion: 6 })
    world.set({ emailVerification: { required: true, auto: true, since: null } })
    expect(await left(backend.signUp(account(newPerson())))).toMatchObject({
      _tag: 'NotVerified',
      what: 'email',
      accountCreated: true,
      userAction: 'verify',
    })
  })

  it('says so too when that log-in takes too long', async () => {
    const { backend, world } = newApp({ apiVersion: 6 })
    world.faults.add({ path: 'login$', kind: { type: 'hang' } })
    const error = await left(backend.signUp(account(newPerson()), { deadline: 500 }))
    expect(error).toMatchObject({ _tag: 'Timeout', accountCreated: true, carriedOut: true, userAction: 'sign-in' })
  })

  it('logs in a second time when the answer to the first login is lost', async () => {
    const { backend, world } = newApp({ apiVersion: 6 })
    world.faults.add({ path: 'login$', times: 1, kind: { type: 'reset', after: 'write' } })
    const person = newPerson()
    expect((await right(backend.signUp(account(person)))).user.username).toBe(person.username)
  })
})

describe('signing up', () => {
  it('refuses an account without a username before anything is sent: it would be an implicit user', async () => {
    const { backend, world } = newApp()
    const { email, password } = newPerson()
    expect(await left(backend.signUp({ identifiers: { email }, password }))).toMatchObject({ _tag: 'InvalidInput', field: 'username' })
    expect(await left(backend.signUp({ identifiers: { username: ' ' }, password }))).toMatchObject({ _tag: 'InvalidInput' })
    expect(world.requests.all()).toEqual([])
  })

  it('is done when only the answer was lost, and says so', async () => {
    const { backend, world } = newApp()
    world.faults.add({ method: 'POST', path: '/user/[^/]+$', times: 1, kind: { type: 'reset', after: 'write' } })
    const person = newPerson()
    expect((await right(backend.signUp(account(person)))).user.username).toBe(person.username)
    expect(world.users()).toHaveLength(1)
  })

  it('was not done when the request was lost', async () => {
    const { backend, world } = newApp()
    world.faults.add({ method: 'POST', path: '/user/[^/]+$', times: 1, kind: { type: 'reset', after: 'request' } })
    expect(await left(backend.signUp(account(newPerson())))).toMatchObject({ _tag: 'Network', retryable: true })
    expect(world.users()).toEqual([])
  })

  it('finds out that the name was taken though the answer was lost', async () => {
    const { backend, world } = newApp()
    const person = newPerson()
    await right(backend.signUp(account(person)))
    world.faults.add({ method: 'POST', path: '/user/[^/]+$', times: 1, kind: { type: 'reset', after: 'write' } })
    expect(await left(backend.signUp({ ...account(person), password: 'another' }))).toMatchObject({
      _tag: 'IdentifierTaken',
      identifier: 'username',
    })
  })

  it('cannot tell whose the name is when nothing more can be found out', async () => {
    const { backend, world } = newApp()
    const person = newPerson()
    await right(backend.signUp(account(person)))
    world.faults.add({ method: 'POST', path: '/user/[^/]+$', times: 1, kind: { type: 'reset', after: 'write' } })
    world.faults.add({ path: 'check-username-exists$', kind: { type: 'shape' } })
    expect(await left(backend.signUp({ ...account(person), password: 'another' }))).toMatchObject({ _tag: 'OutcomeUnknown' })
  })

  it('trims usernames and passwords where the app was built with the SDK that does', async () => {
    const { backend, config } = newApp({ trimPasswords: true })
    const { username, password } = newPerson()
    await right(backend.signUp({ identifiers: { username: ` ${username} ` }, password: ` ${password} ` }))
    const { trimPasswords: _, ...exact } = config
    expect((await entered(createKinveyBackend(exact).signIn({ identifier: { username }, password }))).user.username).toBe(username)
    expect((await entered(backend.signIn({ identifier: { username }, password: `${password}\n` }))).user.username).toBe(username)
  })

  it('leaves passwords as they are otherwise', async () => {
    const { backend } = newApp()
    const { username, password } = newPerson()
    await right(backend.signUp({ identifiers: { username }, password: ` ${password}` }))
    expect(await left(backend.signIn({ identifier: { username }, password }))).toMatchObject({ _tag: 'InvalidCredentials' })
  })
})

describe('the anonymous user', () => {
  it('keeps the credentials that Kinvey made, and comes back with them when its token is dead', async () => {
    const { provider, world } = newApp()
    const { id } = await right(provider.signInAnonymously({ displayName: 'Guest' }))
    for (const token of Object.keys(world.data.sessions)) delete world.data.sessions[token]
    expect(await right(provider.refresh())).toMatchObject({ id, kind: 'anonymous', displayName: 'Guest' })
    expect(world.users()).toMatchObject([{ id, anonymous: true }])
  })

  it('ends when its user is gone', async () => {
    const { backend, world } = newApp()
    const { session } = await right(backend.signInAnonymously({}))
    delete world.data.users[session.userId]
    expect(await left(backend.renewSession(session))).toMatchObject({ _tag: 'SessionExpired' })
  })

  it('is kept before version 6 logs in, and survives a login that fails', async () => {
    const { backend, world } = newApp({ apiVersion: 6 })
    world.faults.add({ path: 'login$', times: 1, kind: { type: 'status', status: 503 } })
    const kept: unknown[] = []
    const keep = async (session: unknown): Promise<void> => {
      kept.push([session, world.requests.all().length])
    }
    const { session, user } = await right(backend.signInAnonymously({}, { keep }))
    expect(kept).toEqual([[session, 1]])
    expect(await left(backend.fetchUser(session))).toMatchObject({ _tag: 'SessionExpired' })
    expect((await right(backend.renewSession(session))).user).toMatchObject({ id: user.id, kind: 'anonymous' })
  })

  it('survives a login of version 6 that never answers', async () => {
    const { provider, world } = newApp({ apiVersion: 6 })
    world.faults.add({ path: 'login$', times: 1, kind: { type: 'hang' } })
    const { id } = await right(provider.signInAnonymously({}, { deadline: 600 }))
    expect(await right(provider.refresh())).toMatchObject({ id, kind: 'anonymous' })
  })

  it('is told from the account that another device made of it', async () => {
    const { backend } = newApp()
    const { session } = await right(backend.signInAnonymously({}))
    const elsewhere = await right(backend.renewSession(session))
    await right(backend.upgrade(account(newPerson()), elsewhere.session))
    expect(await left(backend.upgrade(account(newPerson()), session))).toMatchObject({ _tag: 'SessionExpired' })
    expect(await left(backend.renewSession(session))).toMatchObject({ _tag: 'SessionExpired' })
  })

  it('is an account for its own session too when passwords do not end sessions', async () => {
    const { backend, world } = newApp()
    world.set({ tokenOnPasswordChange: 'keep' })
    const { session } = await right(backend.signInAnonymously({}))
    const elsewhere = await right(backend.renewSession(session))
    await right(backend.upgrade(account(newPerson()), elsewhere.session))
    const fetched = await right(backend.fetchUser(session))
    expect(fetched).toMatchObject({ user: { kind: 'registered' }, session: { kind: 'registered' } })
    expect(Object.keys(fetched.session.secrets)).toEqual(['token'])
    expect(await left(backend.upgrade(account(newPerson()), session))).toMatchObject({ _tag: 'NotAnonymous' })
  })

  it('has no password to change', async () => {
    const { backend } = newApp()
    const { session } = await right(backend.signInAnonymously({}))
    expect(await left(backend.changePassword({ next: newPerson().password }, session))).toMatchObject({ _tag: 'Forbidden' })
  })
})

describe('the upgrade', () => {
  it('leaves the anonymous user as it was when the name is taken', async () => {
    const { backend } = newApp()
    const person = newPerson()
    await right(backend.signUp(account(person)))
    const { session, user } = await right(backend.signInAnonymously({ attributes: { cart: 1 } }))
    expect(await left(backend.upgrade(account(person), session))).toMatchObject({ _tag: 'IdentifierTaken', identifier: 'username' })
    const after = await right(backend.fetchUser(session))
    expect({ ...after.user, updatedAt: user.updatedAt }).toEqual(user)
    expect(after.session).toBe(session)
  })

  it('forgets the credentials that Kinvey made', async () => {
    const { backend } = newApp()
    const { session } = await right(backend.signInAnonymously({}))
    const upgraded = await right(backend.upgrade(account(newPerson()), session))
    expect(Object.keys(upgraded.session.secrets)).toEqual(['token'])
    expect(await left(backend.renewSession(session))).toMatchObject({ _tag: 'SessionExpired' })
  })

  it('is done when only the answer was lost', async () => {
    const { backend, world } = newApp()
    const { session, user } = await right(backend.signInAnonymously({}))
    world.faults.add({ method: 'PUT', times: 1, kind: { type: 'reset', after: 'write' } })
    const upgraded = await right(backend.upgrade(account(newPerson()), session))
    expect(upgraded).toMatchObject({ user: { id: user.id, kind: 'registered' }, identity: 'kept' })
    expect((await right(backend.fetchUser(upgraded.session))).user.id).toBe(user.id)
  })

  it('was not done when the request was lost, and the user is still anonymous', async () => {
    const { backend, world } = newApp()
    const { session, user } = await right(backend.signInAnonymously({}))
    world.faults.add({ method: 'PUT', times: 1, kind: { type: 'reset', after: 'request' } })
    expect(await left(backend.upgrade(account(newPerson()), session))).toMatchObject({ _tag: 'Network', retryable: true })
    expect((await right(backend.fetchUser(session))).user).toEqual(user)
  })

  it('does not take somebody else for the upgraded user when the request was lost', async () => {
    const { backend, world } = newApp()
    const person = newPerson()
    await right(backend.signUp(account(person)))
    const { session } = await right(backend.signInAnonymously({}))
    world.faults.add({ method: 'PUT', times: 1, kind: { type: 'reset', after: 'request' } })
    expect(await left(backend.upgrade(account(person), session))).toMatchObject({ _tag: 'Network' })
  })
})

describe('the profile', () => {
  it('sends the whole user back, so that nothing is lost that the app does not know', async () => {
    const { backend, world } = newApp()
    const person = newPerson()
    const { session } = await right(backend.signUp({ ...account(person), profile: { attributes: { first_name: 'Ann', old: true } } }))
    const stored = world.data.users[session.userId]
    if (stored === undefined) throw new Error('no user')
    stored.attributes = { ...stored.attributes, _geoloc: [1, 2] }
    stored.acl = { ...stored.acl, gr: true }
    const { user } = await right(backend.updateProfile({ displayName: 'Annie', set: { level: 3 }, remove: ['old'] }, session))
    expect(user.attributes).toEqual({ first_name: 'Ann', level: 3 })
    expect(user.vendorData).toMatchObject({ kinvey: { _geoloc: [1, 2], _acl: { gr: true } } })
    expect(world.data.users[session.userId]?.attributes).toEqual({
      first_name: 'Ann',
      displayName: 'Annie',
      level: 3,
      email: person.email,
      _geoloc: [1, 2],
    })
  })

  it('does not pretend to have removed what a merging server keeps', async () => {
    const { backend, world } = newApp()
    world.set({ putSemantics: 'merge' })
    const { session } = await right(backend.signUp({ ...account(newPerson()), profile: { attributes: { old: true } } }))
    expect(await left(backend.updateProfile({ remove: ['old'] }, session))).toMatchObject({ _tag: 'Vendor' })
    expect((await right(backend.updateProfile({ set: { old: false } }, session))).user.attributes).toEqual({ old: false })
  })

  it('keeps the fields where the configuration says', async () => {
    const { backend, world } = newApp({ fields: { displayName: 'nick', country: 'home_country' } })
    const profile = { displayName: 'Ann', country: 'JP', attributes: { country: { code: 81 } } }
    const { user, session } = await right(backend.signUp({ ...account(newPerson()), profile }))
    expect(user).toMatchObject({ ...profile })
    expect(world.data.users[user.id]?.attributes).toMatchObject({ nick: 'Ann', home_country: 'JP', country: { code: 81 } })
    const broken = { _tag: 'InvalidInput', field: 'attributes.nick' }
    expect(await left(backend.updateProfile({ set: { nick: 'Bob' } }, session))).toMatchObject(broken)
    expect(await left(backend.updateProfile({ remove: ['nick'] }, session))).toMatchObject(broken)
    expect(await left(backend.signInAnonymously({ attributes: { nick: 'Bob' } }))).toMatchObject(broken)
    expect(await left(backend.signUp({ ...account(newPerson()), profile: { attributes: { nick: 'Bob' } } }))).toMatchObject(broken)
  })

  it('takes an attribute that is no text for an attribute, whatever its name', async () => {
    const { backend, world } = newApp()
    const { session } = await right(backend.signUp({ ...account(newPerson()), profile: { displayName: 'Ann' } }))
    const stored = world.data.users[session.userId]
    if (stored === undefined) throw new Error('no user')
    stored.attributes = { ...stored.attributes, locale: { tag: 'en' } }
    const { user } = await right(backend.fetchUser(session))
    expect(user).toMatchObject({ displayName: 'Ann', attributes: { locale: { tag: 'en' } } })
    expect(user).not.toHaveProperty('locale')
  })

  it('takes null for a field that is not there, so that an anonymous user who has one can be merged', async () => {
    const { backend, provider, world } = newApp()
    const ann = account(newPerson())
    await right(backend.signUp(ann))
    const guest = await right(provider.signInAnonymously())
    const stored = world.data.users[guest.id]
    if (stored === undefined) throw new Error('no user')
    stored.attributes = { phone: null, displayName: null, cart: [1] }
    expect((await right(provider.refresh())).attributes).toEqual({ cart: [1] })
    const taken = await left(provider.upgrade(ann))
    if (taken._tag !== 'IdentifierTaken' || taken.mergeTicket === undefined) throw new Error(`not taken but ${taken._tag}`)
    const { username } = ann.identifiers
    await right(provider.signIn({ identifier: { username }, password: ann.password }, { anonymous: taken.mergeTicket }))
    expect(await right(provider.completeMerge())).toMatchObject({ username, attributes: { cart: [1] } })
  })

  it.each([[123], [['ann@example.com']], [{ work: 'ann@example.com' }]])(
    'lets a user in whose email is %j, and shows it as it is',
    async (email) => {
      const { backend, world } = newApp()
      const { username, password } = newPerson()
      const { session } = await right(backend.signUp({ identifiers: { username }, password }))
      const stored = world.data.users[session.userId]
      if (stored === undefined) throw new Error('no user')
      stored.attributes = { email }
      const { user } = await entered(backend.signIn({ identifier: { username }, password }))
      expect(user).toMatchObject({ attributes: {}, vendorData: { kinvey: { email } } })
      expect(user).not.toHaveProperty('email')
      expect(await left(backend.requestVerification({ kind: 'email' }, session))).toMatchObject({ _tag: 'Vendor' })
    },
  )

  it('keeps a phone number as a contact that nobody verified', async () => {
    const { backend } = newApp()
    const { username, password } = newPerson()
    const { user } = await right(backend.signUp({ identifiers: { username, phone: '+81312345678' }, password }))
    expect(user.phone).toEqual({ address: '+81312345678', verified: false })
  })

  it('shows no token and no password', async () => {
    const { backend, world } = newApp()
    const { user, session } = await right(backend.signInAnonymously({ displayName: 'Guest' }))
    const fetched = await right(backend.fetchUser(session))
    const shown = JSON.stringify([user, fetched.user])
    expect(Object.keys(world.data.sessions)).toEqual([session.secrets.token])
    for (const secret of [session.secrets.token, session.secrets.password]) expect(shown).not.toContain(secret)
  })
})

describe('the state of the email address', () => {
  it.each(['delivered', 'bounce', 'deferred', 'dropped'] as const)(
    'tells that the verification mail was %s',
    async (verificationDelivery) => {
      const { backend, world } = newApp()
      world.set({ verificationDelivery, emailVerification: { required: false, auto: true, since: null } })
      const person = newPerson()
      const { user } = await right(backend.signUp(account(person)))
      expect(user.email).toEqual({
        address: person.email,
        verified: false,
        delivery: { status: verificationDelivery, since: expect.any(String) },
      })
    },
  )

  it('is verified once the link was opened, and login works from then on', async () => {
    const { backend, world } = newApp()
    world.set({ emailVerification: { required: true, auto: true, since: null } })
    const person = newPerson()
    await right(backend.signUp(account(person)))
    const signIn = backend.signIn({ identifier: { username: person.username }, password: person.password })
    expect(await left(signIn)).toMatchObject({ _tag: 'NotVerified', what: 'email', userAction: 'verify' })
    const { link = '' } = await world.outbox.next({ to: person.email, purpose: 'verification' })
    await fetch(link)
    expect((await entered(signIn)).user.email).toMatchObject({ address: person.email, verified: true, delivery: { status: 'confirmed' } })
  })

  it('is refused where the app demands an address and none was given', async () => {
    const { backend, world } = newApp()
    world.set({ emailVerification: { required: true, auto: true, since: null } })
    const { username, password } = newPerson()
    expect(await left(backend.signUp({ identifiers: { username }, password }))).toMatchObject({ _tag: 'NotVerified', what: 'email' })
  })
})

describe('who is barred', () => {
  it.each([401, 403])('is disabled when locked down, which Kinvey may say with status %i', async (userLockedDownStatus) => {
    const { backend, world } = newApp()
    world.set({ userLockedDownStatus })
    const person = newPerson()
    const { session } = await right(backend.signUp(account(person)))
    const stored = world.data.users[session.userId]
    if (stored === undefined) throw new Error('no user')
    stored.lockedDown = true
    expect(await left(backend.signIn({ identifier: { username: person.username }, password: person.password }))).toMatchObject({
      _tag: 'UserDisabled',
      status: userLockedDownStatus,
    })
    expect(await left(backend.fetchUser(session))).toMatchObject({ _tag: 'UserDisabled' })
  })

  it('cannot be told from a wrong password when suspended', async () => {
    const { backend, world } = newApp()
    const person = newPerson()
    const { session } = await right(backend.signUp(account(person)))
    const stored = world.data.users[session.userId]
    if (stored === undefined) throw new Error('no user')
    stored.kmd = { ...stored.kmd, status: { val: 'disabled', lastChange: new Date().toISOString() } }
    expect(await left(backend.signIn({ identifier: { username: person.username }, password: person.password }))).toMatchObject({
      _tag: 'InvalidCredentials',
    })
    expect(await left(backend.fetchUser(session))).toMatchObject({ _tag: 'SessionExpired' })
  })

  it('is the app itself when its secret is wrong, and no session ends for it', async () => {
    const { backend } = newApp({ appSecret: 'wrong' })
    const refused = { _tag: 'Configuration', path: 'appSecret', code: 'InvalidCredentials' }
    expect(await left(backend.usernameExists('anybody'))).toMatchObject(refused)
    expect(await left(backend.signUp(account(newPerson())))).toMatchObject(refused)
    expect(await left(backend.signInAnonymously({}))).toMatchObject(refused)
  })
})

describe('changing the password', () => {
  it.each(['renew', 'keep'] as const)(
    'proves the old one first and leaves one session, when tokens are to %s',
    async (tokenOnPasswordChange) => {
      const { backend, world } = newApp()
      world.set({ tokenOnPasswordChange })
      const person = newPerson()
      const next = randomUUID()
      const { session } = await right(backend.signUp(account(person)))
      expect(await left(backend.changePassword({ current: next, next }, session))).toMatchObject({ _tag: 'InvalidCredentials' })
      const changed = await right(backend.changePassword({ current: person.password, next }, session))
      expect(world.sessions()).toHaveLength(1)
      expect((await right(backend.fetchUser(changed.session))).user.username).toBe(person.username)
      expect((await entered(backend.signIn({ identifier: { username: person.username }, password: next }))).user.id).toBe(session.userId)
    },
  )

  it('needs no old password', async () => {
    const { backend } = newApp()
    const person = newPerson()
    const { session } = await right(backend.signUp(account(person)))
    await right(backend.changePassword({ next: `${person.password}!` }, session))
    expect(await left(backend.signIn({ identifier: { username: person.username }, password: person.password }))).toMatchObject({
      _tag: 'InvalidCredentials',
    })
  })

  it('is done when only the answer was lost, with a session that works', async () => {
    const { backend, world } = newApp()
    const person = newPerson()
    const { session } = await right(backend.signUp(account(person)))
    world.faults.add({ method: 'PUT', times: 1, kind: { type: 'reset', after: 'write' } })
    const changed = await right(backend.changePassword({ next: randomUUID() }, session))
    expect((await right(backend.fetchUser(changed.session))).user.username).toBe(person.username)
  })

  it('was not done when the request was lost, and the session works', async () => {
    const { backend, world } = newApp()
    const person = newPerson()
    const { session } = await right(backend.signUp(account(person)))
    world.faults.add({ method: 'PUT', times: 1, kind: { type: 'reset', after: 'request' } })
    expect(await left(backend.changePassword({ next: randomUUID() }, session))).toMatchObject({ _tag: 'Network', retryable: true })
    expect((await right(backend.fetchUser(session))).user.username).toBe(person.username)
  })
})

describe('finding and deleting', () => {
  it('finds a person by username or email, with what Kinvey shows of others', async () => {
    const { backend } = newApp()
    const person = newPerson()
    const profile = { displayName: 'hidden', attributes: { first_name: 'Ann', secret: true } }
    const { user } = await right(backend.signUp({ ...account(person), profile }))
    const { session } = await right(backend.signInAnonymously({}))
    const { username, email } = person
    const shown = {
      id: user.id,
      vendor: 'kinvey',
      kind: 'unknown',
      status: 'unknown',
      username,
      email: { address: email, verified: 'unknown' },
      identities: [],
      attributes: { first_name: 'Ann' },
      vendorData: { kinvey: {} },
    }
    expect(await right(backend.findUser({ username }, session))).toEqual({ user: shown, session })
    expect(await right(backend.findUser({ email }, session))).toEqual({ user: shown, session })
    expect((await right(backend.findUser({ username: newPerson().username }, session))).user).toBeNull()
  })

  it('asks for nothing but the identifier, whatever else an untyped caller passes', async () => {
    const { backend } = newApp()
    const person = newPerson()
    const { session } = await right(backend.signUp(account(person)))
    const untyped = { username: newPerson().username, $or: [{ username: person.username }] } as { readonly username: string }
    expect((await right(backend.findUser(untyped, session))).user).toBeNull()
  })

  it('deletes for good, also when only the answer was lost', async () => {
    const { backend, world } = newApp()
    const { session } = await right(backend.signUp(account(newPerson())))
    world.faults.add({ method: 'DELETE', times: 1, kind: { type: 'reset', after: 'write' } })
    await right(backend.deleteUser({}, session))
    expect(world.users()).toEqual([])
  })

  it('says that nothing was deleted when the request was lost', async () => {
    const { backend, world } = newApp()
    const { session } = await right(backend.signUp(account(newPerson())))
    world.faults.add({ method: 'DELETE', times: 1, kind: { type: 'reset', after: 'request' } })
    expect(await left(backend.deleteUser({}, session))).toMatchObject({ _tag: 'Network', retryable: true })
    expect(world.users()).toHaveLength(1)
  })

  it('sends a forgotten username to its owner and says nothing to others', async () => {
    const { backend, world } = newApp()
    const person = newPerson()
    await right(backend.signUp(account(person)))
    await right(backend.forgotUsername({ email: newPerson().email }))
    await right(backend.forgotUsername({ email: person.email }))
    expect(await world.outbox.next({ purpose: 'forgot-username' })).toMatchObject({ to: person.email, username: person.username })
  })

  it('signs out a session that is dead already', async () => {
    const { backend } = newApp()
    const { session } = await right(backend.signUp(account(newPerson())))
    await right(backend.signOut(session))
    expect(await right(backend.signOut(session))).toEqual({ server: 'revoked' })
  })
})
