import type { Session } from '@userport/core'
import type { MonacaSettings } from '@userport/sandbox'
import { describe, expect, it } from 'vitest'
import { Disk, person, random, useApps } from './support/apps.js'

const newApp = useApps()
const hour = 3_600_000

describe('the device', () => {
  it('is one for all calls of an app, through sign-out and restart', async () => {
    const app = newApp()
    const disk = new Disk()
    const { username, password } = person()
    const first = app.start(disk)
    await first.signUp({ identifiers: { username }, password })
    await first.signOut()
    const second = app.start(disk)
    await second.signIn({ identifier: { username }, password })
    await second.usernameExists(random('somebody'))
    const devices = new Set(app.sent.map(({ params }) => params.__device))
    expect(app.sent.map(({ method }) => method)).toEqual(['User.register', 'User.logout', 'User.login', 'User.validate'])
    expect([...devices]).toEqual([expect.stringMatching(/^.{16,}$/)])
  })

  it('of a stateless call is the one it names, else the one its session began with', async () => {
    const app = newApp()
    const backend = app.backend()
    const { username, password } = person()
    const { session } = await backend.signUp({ identifiers: { username }, password }, { device: 'device-1' })
    await backend.fetchUser(session)
    await backend.fetchUser(session, { device: 'device-2' })
    await backend.signIn({ identifier: { username }, password })
    const [signedUp, fetched, named, made] = app.sent.map(({ params }) => params.__device)
    expect([signedUp, fetched, named]).toEqual(['device-1', 'device-1', 'device-2'])
    expect(made).not.toBe('device-1')
    expect(made).toMatch(/^.{16,}$/)
  })

  it('is another for each sign-in that names none, also on the same backend', async () => {
    const app = newApp()
    const backend = app.backend()
    const people = [person(), person()]
    for (const { username, password } of people) await backend.signUp({ identifiers: { username }, password }, { device: 'device-1' })
    for (const { username, password } of people) await backend.signIn({ identifier: { username }, password })
    const devices = app.sent.filter(({ method }) => method === 'User.login').map(({ params }) => params.__device)
    expect(new Set(devices).size).toBe(2)
  })
})

describe('the session', () => {
  it('is the newest one that a reply gave, where the old ones die at once', async () => {
    const users = newApp({ autoLogin: false, renewedSessionGrace: 0 }).start()
    const { username, password } = person()
    await users.signUp({ identifiers: { username }, password })
    await users.refresh()
    await users.updateProfile({ set: { level: 1 } })
    await users.changePassword({ current: password, next: random('next') })
    const user = await users.refresh()
    expect(user).toMatchObject({ username, attributes: { level: 1 } })
  })

  it.each<readonly [string, (users: ReturnType<ReturnType<typeof newApp>['start']>) => Promise<unknown>]>([
    ['the first request', (users) => users.deleteUser({ password: random('wrong') })],
    ['a later one', (users) => users.changePassword({ current: random('wrong'), next: random('next') })],
  ])('is the newest one after an operation too that was refused at %s', async (_, refused) => {
    const users = newApp({ autoLogin: false, renewedSessionGrace: 0 }).start()
    const { username, password } = person()
    await users.signUp({ identifiers: { username }, password })
    for (const attempt of ['first', 'second']) {
      await expect(refused(users), attempt).rejects.toMatchObject({ tag: 'InvalidCredentials' })
    }
    await expect(users.refresh()).resolves.toMatchObject({ username })
  })

  it.each([
    ['takes too long', () => ({ deadline: 300 })],
    ['the app gives up', () => ({ signal: AbortSignal.timeout(300) })],
  ])('is the newest one after an operation too that %s after its first step', async (_, limits) => {
    const app = newApp({ autoLogin: false, renewedSessionGrace: 0 })
    const users = app.start()
    const { username, password } = person()
    await users.signUp({ identifiers: { username }, password })
    app.world.faults.add({ rpc: 'User.getProperties', times: 1, kind: { type: 'hang' } })
    await expect(users.updateProfile({ set: { level: 1 } }, limits())).rejects.toThrow()
    await expect(users.refresh()).resolves.toMatchObject({ username })
  })

  it('is told to a server whose operation was refused', async () => {
    const backend = newApp({ autoLogin: false, renewedSessionGrace: 0 }).backend()
    const { username, password } = person()
    const { session } = await backend.signUp({ identifiers: { username }, password })
    const told: { readonly now: Session; readonly before: Session }[] = []
    const renewed = async (now: Session, before: Session): Promise<void> => void told.push({ now, before })
    const wrong = { current: random('wrong'), next: random('next') }
    await expect(backend.changePassword(wrong, session, { renewed })).rejects.toMatchObject({ tag: 'InvalidCredentials' })
    expect(told).toEqual([{ now: { ...session, secrets: { ...session.secrets, sessionId: expect.any(String) } }, before: session }])
    await backend.changePassword({ current: password, next: wrong.next }, told[0]?.now ?? session, { renewed })
    expect(told).toHaveLength(1)
  })

  it('keeps no password of a registered user, and forgets everything on sign-out', async () => {
    const disk = new Disk()
    const users = newApp().start(disk)
    const { username, password } = person()
    await users.signUp({ identifiers: { username }, password })
    expect(disk.text).toContain(username)
    expect(disk.text).not.toContain(password)
    await users.signOut()
    expect(disk.text).not.toContain(username)
  })

  it('ends on the server with its login token, also when it had run out before', async () => {
    const app = newApp()
    const backend = app.backend()
    const { username, password } = person()
    const { session } = await backend.signUp({ identifiers: { username }, password })
    app.world.clock.advance(2 * hour)
    await expect(backend.signOut(session)).resolves.toEqual({ server: 'revoked' })
    await expect(backend.fetchUser(session)).rejects.toMatchObject({ tag: 'SessionExpired' })
    await expect(backend.signOut(session)).resolves.toEqual({ server: 'revoked' })
  })

  it('is not said to have ended there when it had run out and nothing more can be found out', async () => {
    const app = newApp()
    const backend = app.backend()
    const { username, password } = person()
    const { session } = await backend.signUp({ identifiers: { username }, password })
    app.world.clock.advance(2 * hour)
    app.world.faults.add({ rpc: 'User.autoLogin', kind: { type: 'shape' } })
    await expect(backend.signOut(session)).rejects.toMatchObject({ tag: 'Protocol' })
    app.world.faults.clear()
    await expect(backend.fetchUser(session)).resolves.toMatchObject({ user: { username } })
  })
})

describe('auto-login', () => {
  it.each(['extended', 'replaced', 'unchanged'] as const)(
    'brings back a session that ran out (token %s), again and again',
    async (autoLoginToken) => {
      const app = newApp({ autoLoginToken })
      const disk = new Disk()
      const { username, password } = person()
      const { id } = await app.start(disk).signUp({ identifiers: { username }, password, profile: { attributes: { level: 3 } } })
      for (const _ of ['first', 'second']) {
        app.world.clock.advance(2 * hour)
        const users = app.start(disk)
        await expect(users.restore()).resolves.toMatchObject({ id, username, attributes: { level: 3 } })
        expect(users.state()).toMatchObject({ status: 'signedIn', stale: false })
      }
    },
  )

  it('renews the session under a write', async () => {
    const app = newApp()
    const users = app.start()
    const { username, password } = person()
    await users.signUp({ identifiers: { username }, password })
    app.world.clock.advance(2 * hour)
    await expect(users.updateProfile({ set: { level: 4 } })).resolves.toMatchObject({ attributes: { level: 4 } })
  })

  it('that was disabled meanwhile leaves the session as it is', async () => {
    const app = newApp()
    const users = app.start()
    const { username, password } = person()
    const signedUp = await users.signUp({ identifiers: { username }, password })
    app.world.set({ autoLogin: false })
    const { updatedAt: _, ...known } = signedUp
    await expect(users.refresh()).resolves.toEqual(known)
  })

  it('with a dead token leaves a session that lives', async () => {
    const app = newApp({ sessionLifetime: 100 * hour, loginTokenLifetime: hour })
    const users = app.start()
    const { username, password } = person()
    await users.signUp({ identifiers: { username }, password })
    app.world.clock.advance(2 * hour)
    await expect(users.refresh()).resolves.toMatchObject({ username })
  })

  it.each<readonly [string, Partial<MonacaSettings>]>([
    ['that was disabled meanwhile', { autoLogin: false }],
    ['with a dead token', { loginTokenLifetime: 1 }],
  ])('%s leaves a session that lives, where renewed ones die at once', async (_, settings) => {
    const app = newApp({ renewedSessionGrace: 0, ...(settings.autoLogin === undefined ? settings : {}) })
    const users = app.start()
    const { username, password } = person()
    await users.signUp({ identifiers: { username }, password })
    app.world.set(settings)
    app.world.clock.advance(1_000)
    for (const time of ['first', 'second']) await expect(users.refresh(), time).resolves.toMatchObject({ username })
  })

  it('with neither, the user is signed out', async () => {
    const app = newApp({ loginTokenLifetime: hour })
    const users = app.start()
    const { username, password } = person()
    await users.signUp({ identifiers: { username }, password })
    app.world.clock.advance(2 * hour)
    await expect(users.refresh()).rejects.toMatchObject({ tag: 'SessionExpired' })
    expect(users.state()).toEqual({ status: 'signedOut' })
  })
})

describe.each(['omitted', 'null'] as const)('without a login token (unset properties %s)', (unsetProperties) => {
  it('a refresh says what the sign-in said, but for the time of the last update', async () => {
    const users = newApp({ autoLogin: false, unsetProperties }).start()
    const { username, password } = person()
    const email = `${username}@example.com`
    const profile = { displayName: 'Alice', attributes: { level: 7, gone: null, deep: { list: [1, 'a'] } } }
    const { updatedAt, ...signedUp } = await users.signUp({ identifiers: { username, email }, password, profile })
    expect(signedUp).toMatchObject({ username, email: { address: email, verified: 'unknown' }, ...profile })
    expect(Date.parse(updatedAt ?? '')).toBeGreaterThan(0)
    expect(await users.refresh()).toEqual(signedUp)
  })

  it('a refresh knows what was set since, here or in a field elsewhere', async () => {
    const app = newApp({ autoLogin: false, unsetProperties })
    const users = app.start()
    const { username, password } = person()
    await users.signUp({ identifiers: { username }, password })
    await users.updateProfile({ set: { theme: 'dark' } })
    const elsewhere = app.start()
    await elsewhere.signIn({ identifier: { username }, password })
    await elsewhere.updateProfile({ displayName: 'Bob', set: { theme: 'light' } })
    expect(await users.refresh()).toMatchObject({ displayName: 'Bob', attributes: { theme: 'light' } })
  })
})

describe('the fields', () => {
  it('are properties of the names that the app gives them', async () => {
    const app = newApp({}, { fields: { email: 'mailAddress', displayName: 'nickname' } })
    const users = app.start()
    const { username, password } = person()
    const email = `${username}@example.com`
    const profile = { displayName: 'Alice', country: 'JP', attributes: { email: 'my own' } }
    const user = await users.signUp({ identifiers: { username, email, phone: '0901234567' }, password, profile })
    expect(user).toMatchObject({ email: { address: email }, phone: { address: '0901234567' }, ...profile })
    expect(app.world.users()[0]?.document).toMatchObject({
      mailAddress: email,
      nickname: 'Alice',
      phone: '0901234567',
      country: 'JP',
      email: 'my own',
    })
  })

  it('are no attributes', async () => {
    const app = newApp({}, { fields: { email: 'mailAddress' } })
    const users = app.start()
    const { username, password } = person()
    const attributes = { mailAddress: 'x' }
    const refused = { tag: 'InvalidInput', field: 'attributes.mailAddress', rule: 'holds the email of the user' }
    await expect(users.signUp({ identifiers: { username }, password, profile: { attributes } })).rejects.toMatchObject(refused)
    await expect(users.signInAnonymously({ attributes })).rejects.toMatchObject(refused)
    await expect(app.backend().upgrade({ identifiers: { username }, password, profile: { attributes } }, anySession)).rejects.toMatchObject(
      refused,
    )
    await expect(app.backend().updateProfile({ set: attributes }, anySession)).rejects.toMatchObject(refused)
    expect(app.sent).toEqual([])
  })
})

const anySession = { vendor: 'monaca', userId: 'none' as never, kind: 'registered', secrets: {} } as const

describe('a reset', () => {
  it('goes to the configured property, signs in, and says what the app said of it', async () => {
    const app = newApp(
      { mailTemplates: { mine: { subject: 's', body: '%PASSWORD_RESET_TOKEN%' } } },
      { emailPropertyName: 'backup', templateName: 'mine', sessionsAfterReset: 'stay', resetTokenLifetime: 600 },
    )
    const users = app.start()
    const { username, password } = person()
    const backup = `${random('backup')}@example.com`
    const { id } = await users.signUp({ identifiers: { username }, password, profile: { attributes: { backup } } })
    await users.signOut()
    const ticket = await users.requestPasswordReset({ identifier: { username } })
    expect(ticket).toMatchObject({
      channel: 'email-code',
      completion: 'in-app',
      sessionsEnd: 'never',
      lifetime: 600,
      signsIn: true,
      identifier: { username },
    })
    if (ticket.completion !== 'in-app') throw new Error('not in the app')
    const { code = '' } = await app.world.outbox.next({ to: backup })
    await expect(users.completePasswordReset({ ticket, code: `${code}x`, newPassword: random('new') })).rejects.toMatchObject({
      tag: 'ResetCodeInvalid',
    })
    const { user } = await users.completePasswordReset({ ticket, code, newPassword: random('new') })
    expect(user).toMatchObject({ id, username })
    expect(users.activeUser()).toEqual(user)
  })

  it('whose completion loses its answer is looked up', async () => {
    const app = newApp()
    const users = app.start()
    const { username, password } = person()
    await users.signUp({ identifiers: { username, email: `${username}@example.com` }, password })
    await users.signOut()
    const ticket = await users.requestPasswordReset({ identifier: { username } })
    if (ticket.completion !== 'in-app') throw new Error('not in the app')
    const { code = '' } = await app.world.outbox.next()
    app.world.faults.add({ rpc: 'User.resetPasswordAndLogin', times: 1, kind: { type: 'reset', after: 'write' } })
    const { user } = await users.completePasswordReset({ ticket, code, newPassword: random('new') })
    expect(user).toMatchObject({ username })
  })

  it.each([{ email: 'a@example.com' }, { phone: '0901234567' }])(
    'by anything but a username is refused before any request',
    async (identifier) => {
      const app = newApp()
      await expect(app.start().requestPasswordReset({ identifier })).rejects.toMatchObject({ tag: 'InvalidInput', field: 'identifier' })
      expect(app.sent).toEqual([])
    },
  )
})

describe('a lost answer', () => {
  const replyLost = { type: 'reset', after: 'write' } as const
  const neverArrived = { type: 'reset', after: 'request' } as const

  it('to a changed password is looked up', async () => {
    const app = newApp()
    const users = app.start()
    const { username, password } = person()
    const next = random('next')
    await users.signUp({ identifiers: { username }, password })
    app.world.faults.add({ rpc: 'User.updatePassword', times: 1, kind: replyLost })
    await expect(users.changePassword({ current: password, next })).resolves.toMatchObject({ username })
    await expect(app.start().signIn({ identifier: { username }, password: next })).resolves.toMatchObject({ username })
  })

  it('to a new password that was never set leaves the old one, and says so', async () => {
    const app = newApp()
    const users = app.start()
    const { username, password } = person()
    const next = random('next')
    const email = `${username}@example.com`
    await users.signUp({ identifiers: { username, email }, password })
    const notDone = { tag: 'Network', retryable: true }
    app.world.faults.add({ rpc: 'User.updatePassword', times: 1, kind: neverArrived })
    await expect(users.changePassword({ current: password, next })).rejects.toMatchObject(notDone)
    await users.signOut()
    const ticket = await users.requestPasswordReset({ identifier: { username } })
    if (ticket.completion !== 'in-app') throw new Error('not in the app')
    app.world.faults.add({ rpc: 'User.resetPasswordAndLogin', times: 1, kind: neverArrived })
    await expect(users.completePasswordReset({ ticket, code: 'none', newPassword: next })).rejects.toMatchObject(notDone)
    await expect(users.signIn({ identifier: { username }, password })).resolves.toMatchObject({ username })
  })

  it('to a new password stays one when nothing more can be found out', async () => {
    const app = newApp()
    const users = app.start()
    const { username, password } = person()
    const next = random('next')
    await users.signUp({ identifiers: { username, email: `${username}@example.com` }, password })
    app.world.faults.add({ rpc: 'User.login', kind: { type: 'status', status: 503 } })
    app.world.faults.add({ rpc: 'User.updatePassword', times: 1, kind: replyLost })
    await expect(users.changePassword({ current: password, next })).rejects.toMatchObject({ tag: 'OutcomeUnknown' })
    await users.signOut()
    const ticket = await users.requestPasswordReset({ identifier: { username } })
    if (ticket.completion !== 'in-app') throw new Error('not in the app')
    app.world.faults.add({ rpc: 'User.resetPasswordAndLogin', times: 1, kind: replyLost })
    await expect(users.completePasswordReset({ ticket, code: 'none', newPassword: next })).rejects.toMatchObject({ tag: 'OutcomeUnknown' })
  })

  it('to a deletion is looked up', async () => {
    const app = newApp()
    const users = app.start()
    const { username, password } = person()
    await users.signUp({ identifiers: { username }, password })
    app.world.faults.add({ rpc: 'User.unregister', times: 1, kind: replyLost })
    await users.deleteUser({ password })
    expect([app.usernames, users.state()]).toEqual([[], { status: 'signedOut' }])
  })

  it.each([
    ['that never arrived', neverArrived],
    ['with a wrong password', replyLost],
  ])('to a deletion %s does not look like a deletion', async (what, kind) => {
    const app = newApp()
    const users = app.start()
    const { username, password } = person()
    await users.signUp({ identifiers: { username }, password })
    app.world.faults.add({ rpc: 'User.unregister', times: 1, kind })
    const given = what === 'with a wrong password' ? random('wrong') : password
    await expect(users.deleteUser({ password: given })).rejects.toMatchObject({ tag: 'Network', retryable: true })
    expect(app.usernames).toEqual([username])
    expect(users.activeUser()).toMatchObject({ username })
  })

  it('to a sign-up is looked up', async () => {
    const app = newApp()
    const users = app.start()
    const { username, password } = person()
    app.world.faults.add({ rpc: 'User.register', times: 1, kind: replyLost })
    await expect(users.signUp({ identifiers: { username }, password })).resolves.toMatchObject({ username, kind: 'registered' })
  })

  it('to a sign-up that never arrived leaves nothing, and says so', async () => {
    const app = newApp()
    const users = app.start()
    const { username, password } = person()
    app.world.faults.add({ rpc: 'User.register', times: 1, kind: neverArrived })
    await expect(users.signUp({ identifiers: { username }, password })).rejects.toMatchObject({ tag: 'Network', retryable: true })
    expect(app.usernames).toEqual([])
    await expect(users.signUp({ identifiers: { username }, password })).resolves.toMatchObject({ username })
  })
})
