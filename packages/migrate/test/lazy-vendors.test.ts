import { randomUUID } from 'node:crypto'
import { type Identifiers, memoryStore, type Profile, readSession, type Session, type UserProvider } from '@userport/core'
import { enrolSecondFactor, type Sandbox, startSandbox, totpCode } from '@userport/sandbox'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { migrating, migratingBackend } from '../src/lazy.js'
import { failureOf, signInAs, someone, successOf } from './support/lazy-memory.js'
import { type App, appAt, moving, pairs, type VendorKey, vendors } from './support/lazy-vendors.js'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await startSandbox()
})
afterAll(() => sandbox.stop())

/** Two apps that nobody else uses. */
const twoApps = (from: VendorKey, to: VendorKey): readonly [App, App] => [
  appAt(sandbox, from, `from-${randomUUID()}`),
  appAt(sandbox, to, `to-${randomUUID()}`),
]

/** Somebody who signed up before there was a new vendor. */
const residentOf = async (
  app: App,
  about: { readonly identifiers?: Identifiers; readonly profile?: Profile; readonly password?: string } = {},
) => {
  const person = someone()
  const { password = person.password, identifiers = { username: person.username, email: person.email } } = about
  const users = app.open({})
  const user = await successOf(users.signUp({ identifiers, password, ...(about.profile === undefined ? {} : { profile: about.profile }) }))
  return { ...person, password, user, users }
}

describe.each([...pairs, ...vendors.map((vendor) => ({ from: vendor, to: vendor }))])('from $from to $to', ({ from, to }) => {
  it('moves a user with the first sign-in, and needs the old vendor no more', async () => {
    const [source, target] = twoApps(from, to)
    const kim = await residentOf(source, { profile: { displayName: 'Kim Lee', country: 'JP', attributes: { color: 'blue', visits: 3 } } })
    const user = await successOf(moving(source, target).signIn(signInAs(kim)))
    expect(user).toMatchObject({
      vendor: to,
      username: kim.username,
      email: { address: kim.email },
      displayName: 'Kim Lee',
      country: 'JP',
      attributes: { color: 'blue', visits: 3, migratedFrom: kim.user.id },
    })
    expect((await successOf(target.open({}).signIn(signInAs(kim)))).id).toBe(user.id)
    expect([source.world.users().length, target.world.users().length]).toEqual([1, 1])
  })

  it('makes one account, whatever number of tabs sign in at once', async () => {
    const [source, target] = twoApps(from, to)
    const kim = await residentOf(source)
    const users = await Promise.all(Array.from({ length: 8 }, () => successOf(moving(source, target).signIn(signInAs(kim)))))
    expect(new Set(users.map(({ id }) => id)).size).toBe(1)
    expect(target.world.users()).toHaveLength(1)
  })

  it('writes nothing for a wrong password, and an old one opens nothing', async () => {
    const [source, target] = twoApps(from, to)
    const kim = await residentOf(source)
    await failureOf(moving(source, target).signIn(signInAs({ ...kim, password: 'Wrong-password-1' })), 'InvalidCredentials')
    // The sign-in that was refused, and nothing else.
    expect([target.world.requests.all().length, target.world.users().length]).toEqual([1, 0])
    const users = moving(source, target)
    await successOf(users.signIn(signInAs(kim)))
    const next = someone().password
    await successOf(users.changePassword({ current: kim.password, next }))
    await failureOf(moving(source, target).signIn(signInAs(kim)), 'InvalidCredentials')
    await successOf(moving(source, target).signIn(signInAs({ ...kim, password: next })))
    expect(target.world.users()).toHaveLength(1)
  })

  it('lets somebody who has not moved set a new password, and moves them with it', async () => {
    const [source, target] = twoApps(from, to)
    const kim = await residentOf(source)
    const users = moving(source, target)
    const ticket = await successOf(users.requestPasswordReset({ identifier: { username: kim.username } }))
    const message = await source.control.inbox.next({ to: kim.email, purpose: 'password-reset' })
    const newPassword = someone().password
    if (ticket.completion === 'in-app') {
      const kept = JSON.parse(JSON.stringify(ticket))
      const { user } = await successOf(users.completePasswordReset({ ticket: kept, code: message.code ?? '', newPassword }))
      expect(user?.vendor ?? to).toBe(to)
    } else {
      await source.control.openResetPage(message, newPassword)
    }
    const other = moving(source, target)
    await failureOf(other.signIn(signInAs(kim)), 'InvalidCredentials')
    const user = await successOf(other.signIn(signInAs({ ...kim, password: newPassword })))
    expect(user).toMatchObject({ vendor: to, attributes: { migratedFrom: kim.user.id } })
    expect(target.world.users()).toHaveLength(1)
  })

  it('keeps a live session of the old vendor until the password is seen', async () => {
    const [source, target] = twoApps(from, to)
    const store = memoryStore()
    const kim = await residentOf(source)
    const old = source.open({ store, namespace: 'old' })
    await successOf(old.signIn(signInAs(kim)))
    const users = moving({ ...source, open: () => source.open({ store, namespace: 'old' }) }, target, { store, namespace: 'new' })
    expect(await successOf(users.restore())).toMatchObject({ id: kim.user.id, vendor: from })
    expect((await successOf(users.updateProfile({ set: { color: 'red' } }))).attributes.color).toBe('red')
    await successOf(users.signOut())
    expect(await successOf(users.signIn(signInAs(kim)))).toMatchObject({ vendor: to, attributes: { color: 'red' } })
  })

  it('carries an anonymous user over, once, who can then be upgraded', async () => {
    const [source, target] = twoApps(from, to)
    const store = memoryStore()
    const old = source.open({ store, namespace: 'old' })
    const before = await successOf(old.signInAnonymously({ attributes: { cart: [1, 2] } }))
    const open = () => moving({ ...source, open: () => source.open({ store, namespace: 'old' }) }, target, { store, namespace: 'new' })
    const users = open()
    const user = await successOf(users.restore())
    expect(user).toMatchObject({ kind: 'anonymous', vendor: to, attributes: { cart: [1, 2], migratedFrom: before.id } })
    expect((await successOf(open().restore()))?.id).toBe(user?.id)
    expect(target.world.users()).toHaveLength(1)
    const { username, password } = someone()
    const upgraded = await successOf(users.upgrade({ identifiers: { username }, password }))
    expect(upgraded.user.attributes.cart).toEqual([1, 2])
    expect(target.world.users()).toHaveLength(1)
  })

  it('hides everything that happened at the old vendor from errors', async () => {
    const [source, target] = twoApps(from, to)
    const kim = await residentOf(source)
    source.control.faults.set('unavailable')
    const error = await failureOf(moving(source, target).signIn(signInAs(kim)), 'Unavailable')
    expect(JSON.stringify(error)).not.toContain(kim.password)
    expect(target.world.users()).toHaveLength(0)
  })
})

describe('an identifier that the new vendor cannot sign in with', () => {
  it('is the username there: e-mail at Kii, username at Kinvey', async () => {
    const [source, target] = twoApps('kii', 'kinvey')
    const { email } = someone()
    const kim = await residentOf(source, { identifiers: { email } })
    const users = moving(source, target)
    const user = await successOf(users.signIn({ identifier: { username: email }, password: kim.password }))
    expect(user).toMatchObject({ username: email, email: { address: email } })
    const strict = moving(source, target, { addressAsUsername: false })
    const lee = await residentOf(source, { identifiers: { email: someone().email } })
    await failureOf(
      strict.signIn({ identifier: { username: lee.user.email?.address ?? '' }, password: lee.password }),
      'InvalidCredentials',
    )
  })

  it('was the username before: an address as username at Monaca, e-mail at Kii', async () => {
    const [source, target] = twoApps('monaca', 'kii')
    const { email } = someone()
    const kim = await residentOf(source, { identifiers: { username: email } })
    for (const identifier of [{ username: email }, { email }] as const) {
      const user = await successOf(moving(source, target).signIn({ identifier, password: kim.password }))
      expect(user.email?.address).toBe(email)
    }
    expect(target.world.users()).toHaveLength(1)
  })

  it('is adapted where the new vendor takes it in no form, and still signs in', async () => {
    const [source, target] = twoApps('kinvey', 'kii')
    const kim = await residentOf(source, { identifiers: { username: `Kim Ü. Lee ${randomUUID().slice(0, 8)}` } })
    const identifier = { username: kim.user.username ?? '' }
    const first = await successOf(moving(source, target).signIn({ identifier, password: kim.password }))
    expect((await successOf(moving(source, target).signIn({ identifier, password: kim.password }))).id).toBe(first.id)
    await failureOf(moving(source, target).signIn({ identifier, password: 'Wrong-password-1' }), 'InvalidCredentials')
    expect(target.world.users()).toHaveLength(1)
  })
})

describe('an old password that breaks a rule of the new vendor', () => {
  const begin = async () => {
    const [source, target] = twoApps('kii', 'monaca')
    const kim = await residentOf(source, { password: `with spaces ${randomUUID().slice(0, 8)}` })
    const users = moving(source, target)
    const error = await failureOf(users.signIn(signInAs(kim)), 'PasswordRejected')
    if (error.step === undefined) throw new Error('there must be a step')
    return { source, target, kim, users, error, step: error.step }
  }

  it('lets the user choose another one, and signs in with that', async () => {
    const { target, kim, users, error, step } = await begin()
    expect(JSON.stringify(error)).not.toContain(kim.password)
    expect(error).toMatchObject({ rule: 'must be without spaces', userAction: 'correct-input' })
    expect(target.world.users()).toHaveLength(0)
    const again = await failureOf(users.migration.chooseNewPassword(step, 'spaces again'), 'PasswordRejected')
    expect(again).toMatchObject({ operation: 'chooseNewPassword', step })
    const next = someone().password
    const user = await successOf(users.migration.chooseNewPassword(step, next))
    expect(user).toMatchObject({ vendor: 'monaca', username: kim.username, attributes: { migratedFrom: kim.user.id } })
    expect(users.activeUser()).toEqual(user)
    await failureOf(users.migration.chooseNewPassword(step, next), 'AlreadySignedIn')
    await successOf(users.signOut())
    await failureOf(users.migration.chooseNewPassword(step, next), 'InvalidInput')
    await successOf(users.signIn(signInAs({ ...kim, password: next })))
    expect(target.world.users()).toHaveLength(1)
  })

  it('is good for nothing on another device, and the old one opens nothing once another was chosen', async () => {
    const { source, target, kim, users, step } = await begin()
    const other = moving(source, target)
    expect((await failureOf(other.migration.chooseNewPassword(step, someone().password), 'InvalidInput')).field).toBe('step')
    await successOf(users.migration.chooseNewPassword(step, someone().password))
    const { step: later } = await failureOf(other.signIn(signInAs(kim)), 'PasswordRejected')
    if (later === undefined) throw new Error('there must be a step')
    await failureOf(other.migration.chooseNewPassword(later, someone().password), 'InvalidCredentials')
    expect(target.world.users()).toHaveLength(1)
  })

  it('is found out by the server too, where only that knows the rule', async () => {
    const [source] = twoApps('kii', 'monaca')
    const target = appAt(sandbox, 'monaca', `to-${randomUUID()}`, { monaca: { minimumPasswordLength: 12 } })
    const kim = await residentOf(source, { password: 'short-1' })
    const users = moving(source, target)
    const { step } = await failureOf(users.signIn(signInAs(kim)), 'PasswordRejected')
    if (step === undefined) throw new Error('there must be a step')
    await failureOf(users.migration.chooseNewPassword(step, 'short-2'), 'PasswordRejected')
    await successOf(users.migration.chooseNewPassword(step, 'long-enough-3'))
    expect(target.world.users()).toHaveLength(1)
  })
})

describe('a second factor', () => {
  it('at Kii is asked for on the way to a vendor that has none', async () => {
    const [source, target] = twoApps('kii', 'monaca')
    const kim = await residentOf(source)
    const kit = enrolSecondFactor(source.world as Parameters<typeof enrolSecondFactor>[0], kim.user.id)
    const users: UserProvider = moving(source, target)
    const { step } = await failureOf(users.signIn(signInAs(kim)), 'SecondFactorRequired')
    const user = await successOf(users.continueSignIn(step, { factor: 'totp', code: totpCode(kit.secret, source.world.clock.now()) }))
    expect(user.vendor).toBe('monaca')
    expect(target.world.users()).toHaveLength(1)
  })
})

describe('a name that somebody at the old vendor holds', () => {
  it.each([
    ['kinvey', 'kii'],
    ['monaca', 'kinvey'],
  ] as const)('is not given away (%s → %s)', async (from, to) => {
    const [source, target] = twoApps(from, to)
    const kim = await residentOf(source)
    const users = moving(source, target)
    const error = await failureOf(
      users.signUp({ identifiers: { username: kim.username }, password: someone().password }),
      'IdentifierTaken',
    )
    expect(error).toMatchObject({ vendor: to, identifier: 'username' })
    expect(target.world.users()).toHaveLength(0)
    if (users.capabilities.usernameExists !== false) expect(await successOf(users.usernameExists(kim.username))).toBe(true)
    const { username, password } = someone()
    await successOf(users.signUp({ identifiers: { username }, password }))
  })

  it('can be told from a name that is only too short for the old vendor', async () => {
    const source = appAt(sandbox, 'monaca', `from-${randomUUID()}`, { monaca: { minimumUsernameLength: 6 } })
    const [, target] = twoApps('monaca', 'kinvey')
    await successOf(moving(source, target).signUp({ identifiers: { username: 'kim' }, password: someone().password }))
  })
})

describe('what the old vendor’s own library left', () => {
  it.each([
    ['kinvey', 'kii'],
    ['monaca', 'kinvey'],
  ] as const)('is a live session too (%s → %s)', async (from, to) => {
    const [source, target] = twoApps(from, to)
    const kim = await residentOf(source)
    const legacy = memoryStore()
    const left = Object.entries(source.control.legacySession?.(kim.user.id) ?? {})
    expect(left).not.toHaveLength(0)
    for (const [name, text] of left) await legacy.set(name, text)
    const users = moving({ ...source, open: (options) => source.open({ ...options, legacyStore: legacy }) }, target)
    expect(await successOf(users.restore())).toMatchObject({ id: kim.user.id, vendor: from })
    for (const [name] of left) expect(legacy.get(name)).toBeUndefined()
  })
})

it('keeps somebody signed in at a vendor that renews the session with a refusal too', async () => {
  const settings = { monaca: { autoLogin: false, renewedSessionGrace: 0 } }
  const source = appAt(sandbox, 'monaca', `from-${randomUUID()}`, settings)
  const target = appAt(sandbox, 'kinvey', `to-${randomUUID()}`)
  const store = memoryStore()
  const old = source.open({ store, namespace: 'old' })
  const kim = someone()
  await successOf(old.signUp({ identifiers: { username: kim.username }, password: kim.password }))
  old.close()
  const users = moving({ ...source, open: () => source.open({ store, namespace: 'old' }) }, target, { store, namespace: 'new' })
  await successOf(users.restore())
  await failureOf(users.changePassword({ current: 'Wrong-password-1', next: 'New-password-1' }), 'InvalidCredentials')
  expect(await successOf(users.refresh())).toMatchObject({ username: kim.username, vendor: 'monaca' })
})

it('tells a server of the session that such a vendor renewed before an upgrade failed', async () => {
  const source = appAt(sandbox, 'monaca', `from-${randomUUID()}`, { monaca: { renewedSessionGrace: 0 } })
  const target = appAt(sandbox, 'kinvey', `to-${randomUUID()}`)
  const taken = await residentOf(target)
  const store = memoryStore()
  const anonymous = await successOf(source.open({ store, namespace: 'old' }).signInAnonymously())
  const sides = { from: source.open({ store, namespace: 'old' }), to: target.open({ store, namespace: 'new' }) }
  await successOf(migrating({ ...sides, rollout: 0 }).restore())
  const before = readSession((await store.get('new.session')) ?? '')
  if (before === undefined) throw new Error('there must be a session')

  const server = migratingBackend({ ...sides, rollout: 0 })
  const told: (readonly [now: Session, before: Session])[] = []
  const renewed = async (...sessions: readonly [Session, Session]): Promise<void> => void told.push(sessions)
  const { username, password } = taken
  await failureOf(server.upgrade({ identifiers: { username }, password }, before, { renewed }), 'IdentifierTaken')
  expect(told).toEqual([[expect.anything(), before]])
  const [[now] = [before]] = told
  expect((await successOf(server.fetchUser(now))).user.id).toBe(anonymous.id)
})

it('warns of what an upgrade leaves behind where the new vendor takes no more', async () => {
  const [source, target] = twoApps('kinvey', 'kii')
  const store = memoryStore()
  const attributes = { color: 'blue', drawing: 'x'.repeat(70_000) }
  await successOf(source.open({ store, namespace: 'old' }).signInAnonymously({ attributes }))
  const users = migrating({ from: source.open({ store, namespace: 'old' }), to: target.open({ store, namespace: 'new' }), rollout: 0 })
  await successOf(users.restore())
  const { username, password } = someone()
  const { user, warnings } = await successOf(users.upgrade({ identifiers: { username }, password }))
  expect(user.attributes).toMatchObject({ color: 'blue' })
  expect(user.attributes).not.toHaveProperty('drawing')
  expect(warnings).toEqual([{ code: 'attribute-not-copied', message: expect.any(String) }])
})
