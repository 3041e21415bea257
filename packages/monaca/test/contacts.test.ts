import { describe, expect, it } from 'vitest'
import { person, random, useApps } from './support/apps.js'

const newApp = useApps()
const hour = 3_600_000

const contacts = [
  { kind: 'email', address: () => `${random('new')}@example.com` },
  { kind: 'phone', address: () => '+819012345678' },
] as const

const change = (kind: 'email' | 'phone', address: string) => (kind === 'email' ? { email: address } : { phone: address })

describe.each(contacts)('a new $kind', ({ kind, address }) => {
  it.each([true, false])('is there at once, verified by nobody (auto-login %s)', async (autoLogin) => {
    const app = newApp({ autoLogin })
    const users = app.start()
    const { username, password } = person()
    const before = await users.signUp({
      identifiers: { username, [kind]: 'old@example.com' },
      password,
      profile: { attributes: { level: 1 } },
    })
    const to = address()
    const changed = await users.changeContact(change(kind, to))
    expect(changed).toMatchObject({ id: before.id, username, [kind]: { address: to, verified: 'unknown' }, attributes: { level: 1 } })
    expect(changed[kind]).not.toHaveProperty('pending')
    expect(users.activeUser()).toEqual(changed)
    expect(await app.start().signIn({ identifier: { username }, password })).toMatchObject({ [kind]: { address: to } })
  })

  it('goes to the property of the app’s own name', async () => {
    const app = newApp({}, { fields: { [kind]: 'reachedAt' } })
    const users = app.start()
    const { username, password } = person()
    await users.signUp({ identifiers: { username }, password })
    const to = address()
    await users.changeContact(change(kind, to))
    expect(app.world.users()[0]?.document).toMatchObject({ reachedAt: to })
  })

  it('may be the one of somebody else: it identifies nobody', async () => {
    const app = newApp()
    const to = address()
    for (const { username, password } of [person(), person()]) {
      const users = app.start()
      await users.signUp({ identifiers: { username }, password })
      expect(await users.changeContact(change(kind, to))).toMatchObject({ [kind]: { address: to } })
    }
  })

  it('belongs to an anonymous user too, and to the account it becomes', async () => {
    const users = newApp().start()
    await users.signInAnonymously()
    const to = address()
    expect(await users.changeContact(change(kind, to))).toMatchObject({ kind: 'anonymous', [kind]: { address: to } })
    const { username, password } = person()
    expect(await users.upgrade({ identifiers: { username }, password })).toMatchObject({ user: { username, [kind]: { address: to } } })
  })

  it('is saved also when the session has run out', async () => {
    const app = newApp()
    const users = app.start()
    const { username, password } = person()
    await users.signUp({ identifiers: { username }, password })
    app.world.clock.advance(2 * hour)
    const to = address()
    expect(await users.changeContact(change(kind, to))).toMatchObject({ [kind]: { address: to } })
  })

  it('of nobody is refused, and so is none at all, before any request', async () => {
    const app = newApp()
    const users = app.start()
    await expect(users.changeContact(change(kind, address()))).rejects.toMatchObject({ tag: 'NotSignedIn' })
    expect(app.sent).toEqual([])
    const { username, password } = person()
    await users.signUp({ identifiers: { username }, password })
    const sent = app.sent.length
    await expect(users.changeContact(change(kind, ' '))).rejects.toMatchObject({ tag: 'InvalidInput', field: kind })
    await expect(users.changeContact({} as never)).rejects.toMatchObject({ tag: 'InvalidInput' })
    await expect(users.changeContact(change(kind, 7 as never))).rejects.toMatchObject({ tag: 'InvalidInput', field: kind })
    expect(app.sent).toHaveLength(sent)
  })
})

it('the reset mail goes to the changed address', async () => {
  const app = newApp()
  const users = app.start()
  const { username, password } = person()
  await users.signUp({ identifiers: { username, email: 'old@example.com' }, password })
  const email = `${random('new')}@example.com`
  await users.changeContact({ email })
  await users.signOut()
  await users.requestPasswordReset({ identifier: { username } })
  expect(await app.world.outbox.next()).toMatchObject({ to: email })
})

it('an address that makes the properties too many is refused', async () => {
  const users = newApp().start()
  const { username, password } = person()
  await users.signUp({ identifiers: { username }, password, profile: { attributes: { big: 'x'.repeat(500 * 1024 - 100) } } })
  const email = `${'x'.repeat(200)}@example.com`
  await expect(users.changeContact({ email })).rejects.toMatchObject({ tag: 'InvalidInput', rule: expect.stringContaining('500 KB') })
})
