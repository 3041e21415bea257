import type { SettingsOf } from '@userport/sandbox'
import { describe, expect, it } from 'vitest'
import { createKinveyEmailVerification } from '../src/index.js'
import { account, entered, left, newPerson, right, type TestApp, useSandbox } from './support/people.js'

const newApp = useSandbox()
const versions = [3, 4, 5, 6] as const

type Verification = SettingsOf<'kinvey'>['emailVerification']

const demanding = (more: Partial<Verification> = {}) => ({ emailVerification: { required: true, auto: false, since: null, ...more } })

const opened = async ({ world }: TestApp, to: string): Promise<void> => {
  const { link = '' } = await world.outbox.next({ to, purpose: 'verification' })
  expect((await fetch(link)).status).toBe(200)
}

describe('verifying an email address', () => {
  it('goes from sent to resent to confirmed, each with its time', async () => {
    const app = newApp()
    app.world.clock.freeze()
    const { email, ...person } = newPerson()
    await right(app.provider.signUp(account({ ...person, email })))
    const state = async () => (await right(app.provider.refresh())).email
    const since = (): string => new Date(app.world.clock.now()).toISOString()
    expect(await state()).toEqual({ address: email, verified: false })
    await right(app.provider.requestVerification({ kind: 'email' }))
    expect(await state()).toEqual({ address: email, verified: false, delivery: { status: 'sent', since: since() } })
    app.world.clock.advance(1000)
    await right(app.provider.requestVerification({ kind: 'email' }))
    expect(await state()).toEqual({ address: email, verified: false, delivery: { status: 'resent', since: since() } })
    app.world.clock.advance(1000)
    await opened(app, email)
    expect(await state()).toEqual({ address: email, verified: true, delivery: { status: 'confirmed', since: since() } })
  })

  it.each(['delivered', 'bounce', 'deferred', 'dropped'] as const)('is not done by a mail that was %s', async (verificationDelivery) => {
    const { provider, world } = newApp()
    world.set({ verificationDelivery })
    await right(provider.signUp(account(newPerson())))
    await right(provider.requestVerification({ kind: 'email' }))
    const { email } = await right(provider.refresh())
    expect(email).toMatchObject({ verified: false, delivery: { status: verificationDelivery, since: expect.any(String) } })
  })

  it('has five days', async () => {
    const { provider, world } = newApp()
    const person = newPerson()
    await right(provider.signUp(account(person)))
    await right(provider.requestVerification({ kind: 'email' }))
    const { link = '' } = await world.outbox.next({ to: person.email, purpose: 'verification' })
    world.clock.advance(5 * 24 * 3_600_000)
    expect((await fetch(link)).ok).toBe(false)
    expect((await right(provider.refresh())).email).toMatchObject({ verified: false, delivery: { status: 'sent' } })
  })

  it('needs an address, and a live session', async () => {
    const { backend, world } = newApp()
    const { username, password, email } = newPerson()
    const { session } = await right(backend.signUp({ identifiers: { username }, password }))
    expect(await left(backend.requestVerification({ kind: 'email' }, session))).toMatchObject({ _tag: 'Vendor' })
    const { session: changed } = await right(backend.changeContact({ email }, session))
    await right(backend.signOut(changed))
    expect(await left(backend.requestVerification({ kind: 'email' }, changed))).toMatchObject({ _tag: 'SessionExpired' })
    expect(world.outbox.messages()).toEqual([])
  })

  it('is not for phones, which is said before anything is sent', async () => {
    const { backend, world } = newApp()
    const { session } = await right(backend.signUp(account(newPerson())))
    world.requests.clear()
    expect(await left(backend.requestVerification({ kind: 'phone' }, session))).toMatchObject({ _tag: 'Unsupported' })
    expect(world.requests.all()).toEqual([])
  })
})

describe('an app that lets verified people in alone', () => {
  it('refuses the first log-in of version 6, whose account exists: the mail is asked for without a session', async () => {
    const app = newApp({ apiVersion: 6 })
    app.world.set(demanding())
    const person = newPerson()
    expect(await left(app.provider.signUp(account(person)))).toMatchObject({ _tag: 'NotVerified', what: 'email', accountCreated: true })
    await right(createKinveyEmailVerification(app.config).request({ username: person.username }))
    await opened(app, person.email)
    const user = await right(app.provider.signIn({ identifier: { username: person.username }, password: person.password }))
    expect(user.email).toMatchObject({ verified: true })
  })

  it('keeps the session of the sign-up, and asks for the address at the next log-in', async () => {
    const app = newApp()
    app.world.set(demanding())
    const person = newPerson()
    const signIn = { identifier: { username: person.username }, password: person.password }
    await right(app.provider.signUp(account(person)))
    expect(await left(app.backend.signIn(signIn))).toMatchObject({ _tag: 'NotVerified', userAction: 'verify' })
    await right(app.provider.requestVerification({ kind: 'email' }))
    await opened(app, person.email)
    await entered(app.backend.signIn(signIn))
  })

  it.each(versions)(
    'version %i: changes the password of an unverified user, unless the old one must be proved by a log-in',
    async (apiVersion) => {
      const app = newApp({ apiVersion })
      const person = newPerson()
      const next = newPerson().password
      await right(app.provider.signUp(account(person)))
      app.world.set(demanding())
      const refused = { _tag: 'NotVerified', what: 'email', userAction: 'verify' }
      expect(await left(app.provider.changePassword({ current: person.password, next }))).toMatchObject(refused)
      expect(await left(app.provider.changePassword({ current: next, next }))).toMatchObject({ _tag: 'InvalidCredentials' })
      expect((await right(app.provider.changePassword({ next }))).email).toMatchObject({ verified: false })
      expect((await right(app.provider.refresh())).username).toBe(person.username)
      await right(app.provider.requestVerification({ kind: 'email' }))
      await opened(app, person.email)
      await entered(app.backend.signIn({ identifier: { username: person.username }, password: next }))
    },
  )

  it('cannot tell what became of a change whose answer was lost, until the address is verified', async () => {
    const app = newApp()
    const person = newPerson()
    await right(app.provider.signUp(account(person)))
    app.world.set(demanding())
    app.world.faults.add({ method: 'PUT', times: 1, kind: { type: 'reset', after: 'write' } })
    const next = newPerson().password
    expect(await left(app.provider.changePassword({ next }))).toMatchObject({ _tag: 'OutcomeUnknown', userAction: 'sign-in' })
    await right(createKinveyEmailVerification(app.config).request({ username: person.username }))
    await opened(app, person.email)
    await entered(app.backend.signIn({ identifier: { username: person.username }, password: next }))
  })

  it('lets those in who were there before', async () => {
    const app = newApp()
    const person = newPerson()
    await right(app.backend.signUp(account(person)))
    app.world.set(demanding({ since: new Date(app.world.clock.now() + 60_000).toISOString() }))
    await entered(app.backend.signIn({ identifier: { username: person.username }, password: person.password }))
  })

  it('sends to a username as the log-in trims it', async () => {
    const app = newApp({ apiVersion: 6, trimPasswords: true })
    app.world.set(demanding())
    const { username, password, email } = newPerson()
    const typed = ` ${username} `
    const refused = { _tag: 'NotVerified', accountCreated: true }
    expect(await left(app.provider.signUp({ identifiers: { username: typed, email }, password }))).toMatchObject(refused)
    const mails = createKinveyEmailVerification(app.config)
    await right(mails.request({ username: typed }))
    await opened(app, email)
    expect((await right(app.provider.signIn({ identifier: { username: typed }, password }))).username).toBe(username)
    expect(await left(mails.request({ username: ' .. ' }))).toMatchObject({ _tag: 'InvalidInput', field: 'username' })
    expect(await left(mails.request({ username: 7 as never }))).toMatchObject({ _tag: 'InvalidInput', field: 'username' })
  })

  it('sends by email address too, and says what cannot be', async () => {
    const app = newApp()
    const person = newPerson()
    const { username, password } = newPerson()
    await right(app.backend.signUp(account(person)))
    await right(app.backend.signUp({ identifiers: { username }, password }))
    const mails = createKinveyEmailVerification(app.config)
    await right(mails.request({ email: person.email }))
    await opened(app, person.email)
    expect(await left(mails.request({ username }))).toMatchObject({ _tag: 'Vendor', code: 'ParameterValueOutOfRange' })
    expect(await left(mails.request({ username: newPerson().username }))).toMatchObject({ _tag: 'UserNotFound' })
    app.world.requests.clear()
    expect(await left(mails.request({ username: ' ' }))).toMatchObject({ _tag: 'InvalidInput', field: 'username' })
    expect(await left(mails.request({ email: '' }))).toMatchObject({ _tag: 'InvalidInput', field: 'email' })
    expect(app.world.requests.all()).toEqual([])
  })
})

describe('changing contacts and the username', () => {
  it('puts a new email in place at once, not verified any more', async () => {
    const app = newApp()
    const [person, { email }] = [newPerson(), newPerson()]
    await right(app.provider.signUp({ ...account(person), profile: { attributes: { level: 1 } } }))
    await right(app.provider.requestVerification({ kind: 'email' }))
    await opened(app, person.email)
    expect((await right(app.provider.refresh())).email?.verified).toBe(true)
    const changed = await right(app.provider.changeContact({ email }))
    expect(changed).toMatchObject({ email: { address: email, verified: false }, attributes: { level: 1 } })
    expect(changed.email).not.toHaveProperty('delivery')
  })

  it('says that a mail went out by itself', async () => {
    const app = newApp()
    await right(app.provider.signUp(account(newPerson())))
    app.world.set(demanding({ required: false, auto: true }))
    const { email } = newPerson()
    expect((await right(app.provider.changeContact({ email }))).email).toMatchObject({ address: email, delivery: { status: 'sent' } })
    await opened(app, email)
    expect((await right(app.provider.refresh())).email).toMatchObject({ address: email, verified: true })
  })

  it('keeps the phone in its attribute', async () => {
    const { provider, world } = newApp({ fields: { phone: 'mobile' } })
    const { id } = await right(provider.signUp(account(newPerson())))
    const { phone } = await right(provider.changeContact({ phone: '+81312345678' }))
    expect(phone).toEqual({ address: '+81312345678', verified: false })
    expect(world.data.users[id]?.attributes).toMatchObject({ mobile: '+81312345678' })
  })

  it('renames, and signs in by the new name alone', async () => {
    const { provider, backend } = newApp()
    const [person, { username }] = [newPerson(), newPerson()]
    const { id } = await right(provider.signUp(account(person)))
    expect((await right(provider.changeUsername(username))).username).toBe(username)
    expect((await entered(backend.signIn({ identifier: { username }, password: person.password }))).user.id).toBe(id)
    expect(await right(backend.usernameExists(person.username))).toBe(false)
  })

  it('refuses a name that somebody has, and changes nothing', async () => {
    const { provider, backend } = newApp()
    const [ann, bob] = [newPerson(), newPerson()]
    await right(backend.signUp(account(bob)))
    await right(provider.signUp(account(ann)))
    expect(await left(provider.changeUsername(bob.username))).toMatchObject({ _tag: 'IdentifierTaken', identifier: 'username' })
    expect((await right(provider.refresh())).username).toBe(ann.username)
  })

  it('does not rename an anonymous user, who would lose the credentials that Kinvey made', async () => {
    const { backend, world } = newApp()
    const { session } = await right(backend.signInAnonymously({}))
    world.requests.clear()
    expect(await left(backend.changeUsername(newPerson().username, session))).toMatchObject({ _tag: 'Forbidden' })
    expect(world.requests.all()).toEqual([])
  })

  it('refuses what is empty or no address before anything is sent', async () => {
    const { backend, world } = newApp()
    const { session } = await right(backend.signUp(account(newPerson())))
    world.requests.clear()
    expect(await left(backend.changeUsername(' ', session))).toMatchObject({ _tag: 'InvalidInput', field: 'username' })
    expect(await left(backend.changeContact({ email: 'nobody' }, session))).toMatchObject({ _tag: 'InvalidInput', field: 'email' })
    expect(world.requests.all()).toEqual([])
  })
})
