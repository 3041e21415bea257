import { describe, expect, it } from 'vitest'
import { monaca } from '../src/index.js'
import { type App, person, random, useApps } from './support/apps.js'
import { callAsOldClient } from './support/old-client.js'

const newApp = useApps()

/** An app that sees error codes as they come. */
const seenCode = async (call: Promise<unknown>): Promise<unknown> => {
  const { error } = (await call.catch((thrown: unknown) => thrown)) as { readonly error: { readonly code?: string } }
  return error.code
}

const withAddress = async (app: App, properties: Readonly<Record<string, string>>) => {
  const { username, password } = person()
  await app.start().signUp({ identifiers: { username }, password, profile: { attributes: properties } })
  return username
}

describe('Monaca’s -32602 stands for nearly everything', () => {
  it('and five causes of it are five errors', async () => {
    const app = newApp({ minimumPasswordLength: 8 })
    const users = app.start()
    const { username, password } = person()
    await users.signUp({ identifiers: { username }, password })
    const other = app.start()
    const calls = [
      other.signUp({ identifiers: { username }, password }),
      other.signIn({ identifier: { username }, password: random('wrong') }),
      users.changePassword({ current: password, next: 'short' }),
      other.requestPasswordReset({ identifier: { username: random('nobody') } }),
      other.signInWithToken({ token: random('token') }),
    ]
    const tags = await Promise.all(calls.map((call) => call.catch((error: unknown) => (error as { readonly tag: string }).tag)))
    expect(tags).toEqual(['IdentifierTaken', 'InvalidCredentials', 'PasswordRejected', 'UserNotFound', 'SessionExpired'])
  })
})

describe('Monaca’s 11: sign-in needed', () => {
  it('is a session that is over, not a missing right', async () => {
    const app = newApp({ autoLogin: false })
    const backend = app.backend()
    const { username, password } = person()
    const { session } = await backend.signUp({ identifiers: { username }, password })
    app.world.clock.advance(app.world.settings.sessionLifetime + 1)
    await expect(backend.fetchUser(session)).rejects.toMatchObject({ tag: 'SessionExpired' })
    expect(await seenCode(backend.fetchUser(session))).toBe('11')
  })
})

describe('Monaca’s 13: wrong state', () => {
  it('is never met by a reset, which is asked for without the session even by somebody who is signed in', async () => {
    const app = newApp()
    const users = app.start()
    const { username, password } = person()
    await users.signUp({ identifiers: { username, email: `${username}@example.com` }, password })
    await expect(users.requestPasswordReset({ identifier: { username } })).resolves.toMatchObject({ channel: 'email-code' })
    expect(app.sent.at(-1)?.params).not.toHaveProperty('__session')
    expect(await users.refresh()).toMatchObject({ username })
  })

  it('is a clear refusal of a login token, and no end of a session that lives', async () => {
    const app = newApp()
    const users = app.start()
    const { username, password } = person()
    await users.signUp({ identifiers: { username }, password })
    const { token } = users.accessToken() ?? { token: '' }
    app.world.set({ autoLogin: false })
    expect(await seenCode(app.start().signInWithToken({ token }))).toBe('13')
    expect(await users.refresh()).toMatchObject({ username })
  })
})

describe('the completion of a reset signs in', () => {
  it('so it is refused to somebody else who is signed in, before any request', async () => {
    const app = newApp()
    const username = await withAddress(app, {})
    const owner = app.start()
    const { username: other, password } = person()
    await owner.signUp({ identifiers: { username: other }, password })
    const ticket = {
      ...monaca.capabilities.passwordReset['email-code'],
      type: 'password-reset',
      vendor: 'monaca',
      channel: 'email-code',
      identifier: { username },
      requestedAt: new Date().toISOString(),
    } as const
    const sent = app.sent.length
    await expect(owner.completePasswordReset({ ticket, code: '0', newPassword: random('new') })).rejects.toMatchObject({
      tag: 'AlreadySignedIn',
    })
    expect(app.sent).toHaveLength(sent)
  })

  it('and tells its listeners of it', async () => {
    const app = newApp()
    const users = app.start()
    const { username, password } = person()
    await users.signUp({ identifiers: { username, email: `${username}@example.com` }, password })
    await users.signOut()
    const reasons: string[] = []
    users.subscribe(({ reason }) => reasons.push(reason))
    const ticket = await users.requestPasswordReset({ identifier: { username } })
    const { code = '' } = await app.world.outbox.next()
    if (ticket.completion !== 'in-app') throw new Error('not in the app')
    await users.completePasswordReset({ ticket, code, newPassword: random('new') })
    expect([reasons, users.activeUser()?.username]).toEqual([['signedIn'], username])
  })
})

describe('the reset mail goes to the property that the request names', () => {
  it('the one that holds the e-mail address, where nothing is configured', async () => {
    const app = newApp()
    const users = app.start()
    const { username, password } = person()
    const email = `${random('me')}@example.com`
    await users.signUp({ identifiers: { username, email }, password })
    await users.requestPasswordReset({ identifier: { username } })
    expect(app.sent.at(-1)?.params).toMatchObject({ options: { emailPropertyName: 'email' } })
    expect(await app.world.outbox.next()).toMatchObject({ to: email })
  })

  it('the one that is configured', async () => {
    const app = newApp({}, { emailPropertyName: 'backup' })
    const backup = `${random('backup')}@example.com`
    const username = await withAddress(app, { backup })
    await app.start().requestPasswordReset({ identifier: { username } })
    expect(await app.world.outbox.next()).toMatchObject({ to: backup })
  })

  it('the username, only where the app says that usernames are addresses', async () => {
    const app = newApp({}, { emailPropertyName: '_username' })
    const username = `${random('me')}@example.com`
    await app.start().signUp({ identifiers: { username }, password: random('password') })
    await app.start().requestPasswordReset({ identifier: { username } })
    expect(await app.world.outbox.next()).toMatchObject({ to: username })
  })

  it('and never to the username by default, which would mail a stranger', async () => {
    const app = newApp()
    const username = `${random('me')}@example.com`
    await app.start().signUp({ identifiers: { username }, password: random('password') })
    await expect(app.start().requestPasswordReset({ identifier: { username } })).rejects.toMatchObject({ tag: 'Vendor', code: '-32602' })
    expect(app.world.outbox.messages()).toEqual([])
  })
})

describe('spaces', () => {
  it('are forbidden in a new password, and refused before any request', async () => {
    const app = newApp()
    const users = app.start()
    const { username } = person()
    for (const password of [' secret', 'secret ', 'sec ret', 'sec\tret', 'sec\u3000ret']) {
      await expect(users.signUp({ identifiers: { username }, password })).rejects.toMatchObject({ tag: 'InvalidInput', field: 'password' })
    }
    expect(app.sent).toEqual([])
  })

  it('of a password one signs in with are not taken away', async () => {
    const app = newApp()
    const { username, password } = person()
    await app.start().signUp({ identifiers: { username }, password })
    const users = app.start()
    await expect(users.signIn({ identifier: { username }, password: ` ${password} ` })).rejects.toMatchObject({ tag: 'InvalidCredentials' })
    expect(app.sent.at(-1)?.params.password).toBe(` ${password} `)
  })
})

describe('other traps', () => {
  it('a property cannot be removed: it is refused, not pretended', async () => {
    const app = newApp()
    const users = app.start()
    const { username, password } = person()
    await users.signUp({ identifiers: { username }, password, profile: { attributes: { level: 1 } } })
    const sent = app.sent.length
    await expect(users.updateProfile({ remove: ['level'] })).rejects.toMatchObject({ tag: 'Unsupported', capability: 'attributeRemoval' })
    expect(app.sent).toHaveLength(sent)
  })

  it.each(['_updatedAt', '_updateAt'] as const)('the time of the last update is read as %s', async (updatedAtName) => {
    const users = newApp({ updatedAtName }).start()
    const { username, password } = person()
    const { createdAt, updatedAt, vendorData } = await users.signUp({ identifiers: { username }, password })
    expect(Date.parse(updatedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(createdAt ?? ''))
    expect(vendorData).toEqual({ monaca: {} })
  })

  it.each(['milliseconds', 'seconds'] as const)('times are read in %s', async (timestampUnit) => {
    const users = newApp({ timestampUnit }).start()
    const { username, password } = person()
    const { createdAt } = await users.signUp({ identifiers: { username }, password })
    expect(Math.abs(Date.parse(createdAt ?? '') - Date.now())).toBeLessThan(60_000)
  })

  it('the wrong password and the unknown user are one error, however Monaca tells them', async () => {
    const { username, password } = person()
    for (const loginFailuresAlike of [true, false]) {
      const app = newApp({ loginFailuresAlike })
      await callAsOldClient(app, 'User.register', { username, password })
      for (const given of [{ username }, { username: random('nobody') }]) {
        const refused = app.start().signIn({ identifier: given, password: random('wrong') })
        await expect(refused).rejects.toMatchObject({ tag: 'InvalidCredentials', code: '-32602' })
      }
    }
  })

  it('the monthly limit (9999) is no session that is over', async () => {
    const app = newApp()
    const users = app.start()
    const { username, password } = person()
    await users.signUp({ identifiers: { username }, password })
    app.world.set({ monthlyCallLimitReached: true })
    await expect(users.refresh({ deadline: 1_000 })).rejects.toMatchObject({ tag: 'RateLimited' })
    expect(users.activeUser()).toMatchObject({ username })
  })
})
