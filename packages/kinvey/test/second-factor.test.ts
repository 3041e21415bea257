import type { SecondFactorStep, Session } from '@userport/core'
import { describe, expect, it } from 'vitest'
import { createKinvey, type NewAuthenticator } from '../src/index.js'
import { account, entered, left, newPerson, type Person, right, type TestApp, useSandbox } from './support/people.js'
import { otherThan, totp } from './support/totp.js'

const newApp = useSandbox()
const signInOf = ({ username, password }: Person) => ({ identifier: { username }, password })

interface Enrolled extends TestApp {
  readonly person: Person
  readonly session: Session
  readonly authenticator: NewAuthenticator
  readonly recoveryCodes: readonly string[]
  readonly code: () => string
}

const addTo = async ({ backend, world }: TestApp, session: Session, name = 'phone') => {
  const { value: authenticator } = await right(backend.extension.addAuthenticator({ name }, session))
  const code = (): string => totp(authenticator.secret, world.clock.now())
  const { value } = await right(backend.extension.verifyAuthenticator({ authenticator: authenticator.id, code: code() }, session))
  return { authenticator, recoveryCodes: value, code }
}

/** Somebody with one authenticator. The clock stands still, so that a code cannot run out on the way. */
const enrolled = async (): Promise<Enrolled> => {
  const app = newApp({ apiVersion: 6 })
  app.world.clock.freeze()
  const person = newPerson()
  const { session } = await right(app.backend.signUp(account(person)))
  return { ...app, person, session, ...(await addTo(app, session)) }
}

const pendingOf = async ({ backend, person }: Enrolled): Promise<Session> => {
  const waiting = await right(backend.signIn(signInOf(person)))
  if (!('pending' in waiting)) throw new Error('signed in without a second factor')
  return waiting.pending
}

const stepOf = async ({ provider, person }: Enrolled): Promise<SecondFactorStep> => {
  const refused = await left(provider.signIn(signInOf(person)))
  if (refused._tag !== 'SecondFactorRequired') throw new Error(`not waiting but ${refused._tag}`)
  return refused.step
}

describe('signing in with a second factor', () => {
  it('is refused with a step, which the code of an authenticator ends', async () => {
    const ann = await enrolled()
    const step = await stepOf(ann)
    const { id, name, type } = ann.authenticator
    expect(step).toMatchObject({ factors: ['totp', 'recovery-code'], authenticators: [{ id, name, type }] })
    expect(ann.provider.activeUser()).toBeNull()
    const user = await right(ann.provider.continueSignIn(step, { factor: 'totp', code: ann.code() }))
    expect(user.username).toBe(ann.person.username)
    expect((await right(ann.provider.refresh())).id).toBe(user.id)
  })

  it('says nothing of what waits in the step: neither password nor token', async () => {
    const ann = await enrolled()
    const refused = JSON.stringify(await left(ann.provider.signIn(signInOf(ann.person))))
    expect(refused).not.toContain(ann.person.password)
    for (const token of Object.keys(ann.world.data.mfaSessions)) expect(refused).not.toContain(token)
  })

  it('may be tried again after a wrong code', async () => {
    const ann = await enrolled()
    const step = await stepOf(ann)
    const wrong = { factor: 'totp', code: otherThan(ann.code()) } as const
    expect(await left(ann.provider.continueSignIn(step, wrong))).toMatchObject({ _tag: 'InvalidCredentials', operation: 'continueSignIn' })
    await right(ann.provider.continueSignIn(step, { factor: 'totp', code: ann.code() }))
  })

  it('begins anew after ten wrong codes', async () => {
    const ann = await enrolled()
    const pending = await pendingOf(ann)
    const wrong = { factor: 'totp', code: otherThan(ann.code()) } as const
    for (let attempt = 0; attempt < 10; attempt += 1) {
      expect(await left(ann.backend.continueSignIn(wrong, pending))).toMatchObject({ _tag: 'InvalidCredentials' })
    }
    expect(await left(ann.backend.continueSignIn({ factor: 'totp', code: ann.code() }, pending))).toMatchObject({ _tag: 'SessionExpired' })
  })

  it('has ten minutes', async () => {
    const ann = await enrolled()
    const pending = await pendingOf(ann)
    ann.world.clock.advance(600_000)
    expect(await left(ann.backend.continueSignIn({ factor: 'totp', code: ann.code() }, pending))).toMatchObject({ _tag: 'SessionExpired' })
  })

  it('takes a recovery code, once', async () => {
    const ann = await enrolled()
    const [code = ''] = ann.recoveryCodes
    const answer = { factor: 'recovery-code', code } as const
    const { session, user } = await right(ann.backend.continueSignIn(answer, await pendingOf(ann)))
    expect((await right(ann.backend.fetchUser(session))).user.id).toBe(user.id)
    expect(await left(ann.backend.continueSignIn(answer, await pendingOf(ann)))).toMatchObject({ _tag: 'InvalidCredentials' })
  })

  it('does not know whether a recovery code was used up when the answer is lost', async () => {
    const ann = await enrolled()
    const pending = await pendingOf(ann)
    ann.world.faults.add({ path: 'login$', times: 1, kind: { type: 'reset', after: 'write' } })
    const answer = { factor: 'recovery-code', code: ann.recoveryCodes[0] ?? '' } as const
    expect(await left(ann.backend.continueSignIn(answer, pending))).toMatchObject({ _tag: 'OutcomeUnknown' })
  })

  it('does not ask again on a device that is trusted, until all sessions end', async () => {
    const ann = await enrolled()
    await right(ann.provider.continueSignIn(await stepOf(ann), { factor: 'totp', code: ann.code(), trustDevice: true }))
    await right(ann.provider.signOut())
    expect((await right(ann.provider.signIn(signInOf(ann.person)))).username).toBe(ann.person.username)
    expect((await left(createKinvey(ann.config).signIn(signInOf(ann.person))))._tag).toBe('SecondFactorRequired')
    await right(ann.provider.signOutEverywhere())
    expect((await left(ann.provider.signIn(signInOf(ann.person))))._tag).toBe('SecondFactorRequired')
  })

  it('does not forget whose device it is when it is trusted by somebody else too', async () => {
    const ann = await enrolled()
    const bob = newPerson()
    const { session } = await right(ann.backend.signUp(account(bob)))
    const bobs = await addTo(ann, session)
    await right(ann.provider.continueSignIn(await stepOf(ann), { factor: 'totp', code: ann.code(), trustDevice: true }))
    await right(ann.provider.signOut())
    const step = await stepOf({ ...ann, person: bob })
    await right(ann.provider.continueSignIn(step, { factor: 'totp', code: bobs.code(), trustDevice: true }))
    await right(ann.provider.signOut())
    for (const person of [ann.person, bob, ann.person]) {
      expect((await right(ann.provider.signIn(signInOf(person)))).username).toBe(person.username)
      await right(ann.provider.signOut())
    }
  })

  it('lets one choose among authenticators', async () => {
    const ann = await enrolled()
    const tablet = await addTo(ann, ann.session, 'tablet')
    expect(tablet.recoveryCodes).toEqual([])
    const answer = { factor: 'totp', code: tablet.code(), authenticator: tablet.authenticator.id } as const
    await right(ann.backend.continueSignIn(answer, await pendingOf(ann)))
    const unknown = { ...answer, authenticator: 'none' }
    expect(await left(ann.backend.continueSignIn(unknown, await pendingOf(ann)))).toMatchObject({
      _tag: 'InvalidInput',
      field: 'authenticator',
    })
  })

  it('refuses an empty code before anything is sent', async () => {
    const ann = await enrolled()
    const pending = await pendingOf(ann)
    ann.world.requests.clear()
    expect(await left(ann.backend.continueSignIn({ factor: 'totp', code: ' ' }, pending))).toMatchObject({ _tag: 'InvalidInput' })
    expect(ann.world.requests.all()).toEqual([])
  })

  it('leaves a user without one alone', async () => {
    const { backend } = newApp({ apiVersion: 6 })
    const person = newPerson()
    await right(backend.signUp(account(person)))
    expect((await entered(backend.signIn(signInOf(person)))).user.username).toBe(person.username)
  })

  it('proves the old password of a user with one, who changes it', async () => {
    const ann = await enrolled()
    const next = `${ann.person.password}!`
    expect(await left(ann.backend.changePassword({ current: 'wrong', next }, ann.session))).toMatchObject({ _tag: 'InvalidCredentials' })
    await right(ann.backend.changePassword({ current: ann.person.password, next }, ann.session))
    expect(await right(ann.backend.signIn(signInOf({ ...ann.person, password: next })))).toHaveProperty('pending')
  })

  it('sets up the first one on the way in, where the app demands one', async () => {
    const app = newApp({ apiVersion: 6 })
    app.world.clock.freeze()
    const person = newPerson()
    await right(app.backend.signUp(account(person)))
    app.world.set({ mfaRequired: true })
    const waiting = await right(app.backend.signIn(signInOf(person)))
    if (!('pending' in waiting)) throw new Error('signed in')
    expect(waiting).toMatchObject({ factors: [], authenticators: [] })
    const { authenticator, code } = await addTo(app, waiting.pending)
    const answer = { factor: 'totp', code: code(), authenticator: authenticator.id } as const
    expect((await right(app.backend.continueSignIn(answer, waiting.pending))).user.username).toBe(person.username)
  })

  it('cannot end a sign-up, whose account exists then', async () => {
    const { backend, world } = newApp({ apiVersion: 6 })
    world.set({ mfaRequired: true })
    const refused = { _tag: 'Vendor', code: 'mfaRequired', accountCreated: true }
    expect(await left(backend.signUp(account(newPerson())))).toMatchObject(refused)
  })

  it('leaves one anonymous user behind where everybody must have one, however often it is tried', async () => {
    const { provider, world } = newApp({ apiVersion: 6 })
    world.set({ mfaRequired: true })
    const created = { _tag: 'Vendor', code: 'mfaRequired', accountCreated: true }
    expect(await left(provider.signInAnonymously())).toMatchObject(created)
    expect(await left(provider.signInAnonymously())).toMatchObject({ _tag: 'Vendor', code: 'mfaRequired' })
    expect(world.users()).toHaveLength(1)
    world.set({ mfaRequired: false })
    const [{ id } = { id: '' }] = world.users()
    expect(await right(provider.signInAnonymously())).toMatchObject({ id, kind: 'anonymous' })
  })
})

describe('setting up second factors', () => {
  it('lists, renews and removes', async () => {
    const { backend, session, authenticator, recoveryCodes, person } = await enrolled()
    const { extension } = backend
    const { id, name, type } = authenticator
    expect(await right(extension.listAuthenticators(undefined, session))).toEqual({ value: [{ id, name, type }], session })
    expect((await right(extension.listRecoveryCodes(undefined, session))).value).toEqual(recoveryCodes)
    const renewed = (await right(extension.renewRecoveryCodes(undefined, session))).value
    expect([renewed.length, recoveryCodes.filter((code) => renewed.includes(code))]).toEqual([recoveryCodes.length, []])
    await right(extension.removeAuthenticator({ authenticator: id }, session))
    expect((await right(extension.listAuthenticators(undefined, session))).value).toEqual([])
    expect((await entered(backend.signIn(signInOf(person)))).user.id).toBe(session.userId)
  })

  it('works for the active user', async () => {
    const { provider, world } = newApp({ apiVersion: 6 })
    world.clock.freeze()
    await right(provider.signUp(account(newPerson())))
    const { id, secret } = await right(provider.extension.addAuthenticator({ name: 'phone' }))
    await right(provider.extension.verifyAuthenticator({ authenticator: id, code: totp(secret, world.clock.now()) }))
    expect(await right(provider.extension.listAuthenticators())).toEqual([{ id, name: 'phone', type: 'totp' }])
    expect(await right(provider.extension.listRecoveryCodes())).toHaveLength(10)
  })

  it('needs somebody to be signed in, and a live session', async () => {
    const { provider, backend } = newApp({ apiVersion: 6 })
    const { session } = await right(backend.signUp(account(newPerson())))
    await right(backend.signOut(session))
    expect(await left(provider.extension.listAuthenticators())).toMatchObject({ _tag: 'NotSignedIn' })
    expect(await left(backend.extension.listAuthenticators(undefined, session))).toMatchObject({ _tag: 'SessionExpired' })
  })

  it('refuses a wrong code, and asks for no second factor then', async () => {
    const { backend, world } = newApp({ apiVersion: 6 })
    world.clock.freeze()
    const person = newPerson()
    const { session } = await right(backend.signUp(account(person)))
    const { value } = await right(backend.extension.addAuthenticator({ name: 'phone' }, session))
    const wrong = { authenticator: value.id, code: otherThan(totp(value.secret, world.clock.now())) }
    expect(await left(backend.extension.verifyAuthenticator(wrong, session))).toMatchObject({ _tag: 'VerificationCodeInvalid' })
    await entered(backend.signIn(signInOf(person)))
  })

  it('takes a code that was copied with spaces around it', async () => {
    const { backend, world } = newApp({ apiVersion: 6 })
    world.clock.freeze()
    const { session } = await right(backend.signUp(account(newPerson())))
    const { value } = await right(backend.extension.addAuthenticator({ name: 'phone' }, session))
    const copied = { authenticator: value.id, code: ` ${totp(value.secret, world.clock.now())}\n` }
    expect((await right(backend.extension.verifyAuthenticator(copied, session))).value).toHaveLength(10)
  })

  it('refuses what is missing or none of the user’s', async () => {
    const { backend, session, world } = await enrolled()
    const { extension } = backend
    expect(await left(extension.removeAuthenticator({ authenticator: 'none' }, session))).toMatchObject({ _tag: 'InvalidInput' })
    world.requests.clear()
    expect(await left(extension.addAuthenticator({ name: '' }, session))).toMatchObject({ _tag: 'InvalidInput', field: 'name' })
    expect(await left(extension.verifyAuthenticator({ authenticator: 'x', code: '' }, session))).toMatchObject({ field: 'code' })
    expect(await left(extension.removeAuthenticator({ authenticator: '' }, session))).toMatchObject({ field: 'authenticator' })
    const untyped = undefined as unknown as { readonly name: string }
    expect(await left(extension.addAuthenticator(untyped, session))).toMatchObject({ field: 'name' })
    expect(world.requests.all()).toEqual([])
  })

  it('is nothing that an earlier API version has, whatever is given', async () => {
    const { backend, world } = newApp({ apiVersion: 4 })
    const { session } = await right(backend.signUp(account(newPerson())))
    world.requests.clear()
    for (const name of ['', 'phone']) {
      expect(await left(backend.extension.addAuthenticator({ name }, session))).toMatchObject({
        _tag: 'Unsupported',
        capability: 'secondFactor',
        instead: 'apiVersion 6 in the configuration',
      })
    }
    expect(world.requests.all()).toEqual([])
  })

  it.each(['.', '..'])('does not take the name %s out of the path of the authenticators, to the user', async (authenticator) => {
    const { backend, session, world, code } = await enrolled()
    world.requests.clear()
    const refused = { _tag: 'InvalidInput', field: 'authenticator' }
    expect(await left(backend.extension.removeAuthenticator({ authenticator }, session))).toMatchObject(refused)
    expect(await left(backend.extension.verifyAuthenticator({ authenticator, code: code() }, session))).toMatchObject(refused)
    expect(world.requests.all()).toEqual([])
    expect(world.users()).toMatchObject([{ disabled: false }])
  })

  it('would lock an anonymous user out, and is refused', async () => {
    const { backend, world } = newApp({ apiVersion: 6 })
    const { session } = await right(backend.signInAnonymously({}))
    world.requests.clear()
    expect(await left(backend.extension.addAuthenticator({ name: 'phone' }, session))).toMatchObject({ _tag: 'Forbidden' })
    expect(world.requests.all()).toEqual([])
  })
})
