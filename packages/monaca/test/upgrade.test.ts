import { describe, expect, it } from 'vitest'
import { type Death, Disk, person, random, useApps } from './support/apps.js'

const newApp = useApps()

const input = () => {
  const { username, password } = person()
  return { identifiers: { username }, password }
}

describe('an upgrade', () => {
  it('replaces the user by an account with everything it had', async () => {
    const app = newApp()
    const disk = new Disk()
    const users = app.start(disk)
    const before = await users.signInAnonymously({ displayName: 'Guest', locale: 'ja', attributes: { level: 1, basket: ['tea'] } })
    const { identifiers, password } = input()
    const email = `${identifiers.username}@example.com`
    const upgraded = await users.upgrade({
      identifiers: { ...identifiers, email },
      password,
      profile: { displayName: 'Alice', attributes: { level: 2 } },
    })
    expect(upgraded).toMatchObject({
      identity: 'replaced',
      previousId: before.id,
      warnings: [],
      user: {
        kind: 'registered',
        ...identifiers,
        email: { address: email },
        displayName: 'Alice',
        locale: 'ja',
        attributes: { level: 2, basket: ['tea'] },
      },
    })
    expect(upgraded.user.id).not.toBe(before.id)
    expect(app.usernames).toEqual([identifiers.username])
    expect(await app.start(disk).restore()).toMatchObject({ id: upgraded.user.id })
    expect(disk.text).not.toContain(password)
  })

  it.each([true, false])('copies also what another device added (auto-login %s)', async (autoLogin) => {
    const app = newApp({ autoLogin })
    const disk = new Disk()
    const users = app.start(disk)
    await users.signInAnonymously({ attributes: { level: 1 } })
    const elsewhere = app.start(disk.copy())
    await elsewhere.restore()
    await elsewhere.updateProfile({ set: { added: true } })
    const { user } = await users.upgrade(input())
    expect(user.attributes).toEqual({ level: 1, added: true })
  })

  it('to a taken name leaves everything as it was', async () => {
    const app = newApp()
    const taken = input()
    await app.start().signUp(taken)
    const disk = new Disk()
    const users = app.start(disk)
    const before = await users.signInAnonymously({ attributes: { level: 1 } })
    const stored = disk.text
    const password = random('password')
    await expect(users.upgrade({ ...taken, password })).rejects.toMatchObject({
      tag: 'IdentifierTaken',
      identifier: 'username',
      mergeTicket: { anonymousId: before.id },
    })
    expect(disk.text).toBe(stored)
    expect(await users.refresh()).toEqual(before)
  })

  it('to a refused password leaves the user as it was, and nothing of the intent', async () => {
    const app = newApp({ minimumPasswordLength: 10 })
    const disk = new Disk()
    const users = app.start(disk)
    const before = await users.signInAnonymously()
    await expect(users.upgrade({ ...input(), password: 'short-pw' })).rejects.toMatchObject({ tag: 'PasswordRejected' })
    expect(disk.text).not.toContain('short-pw')
    expect(await users.refresh()).toEqual(before)
  })

  it('of an account is refused', async () => {
    const users = newApp().start()
    await users.signUp(input())
    await expect(users.upgrade(input())).rejects.toMatchObject({ tag: 'NotAnonymous' })
  })

  it('does not begin when the intent cannot be stored', async () => {
    const app = newApp()
    const disk = new Disk()
    const { entries, get, remove } = disk
    let full = false
    const set = (name: string, value: string): void => {
      if (full) throw new Error('full')
      entries.set(name, value)
    }
    const users = app.start({ get, set, remove })
    await users.signInAnonymously()
    full = true
    await expect(users.upgrade(input())).rejects.toMatchObject({ tag: 'Unavailable' })
    expect(app.sent.filter(({ method }) => method === 'User.register')).toHaveLength(1)
  })

  it('whose registration loses its answer succeeds', async () => {
    const app = newApp()
    const users = app.start()
    await users.signInAnonymously({ attributes: { level: 1 } })
    const wanted = input()
    app.world.faults.add({ rpc: 'User.register', times: 1, kind: { type: 'reset', after: 'write' } })
    const { user, warnings } = await users.upgrade(wanted)
    expect([user.username, user.attributes, warnings]).toEqual([wanted.identifiers.username, { level: 1 }, []])
    expect(app.usernames).toEqual([user.username])
  })

  it('whose registration never arrives leaves the user as it was', async () => {
    const app = newApp()
    const users = app.start()
    const before = await users.signInAnonymously()
    app.world.faults.add({ rpc: 'User.register', times: 1, kind: { type: 'reset', after: 'request' } })
    await expect(users.upgrade(input())).rejects.toMatchObject({ tag: 'Network', retryable: true })
    expect(await users.refresh()).toEqual(before)
    expect(app.world.users().map(({ id }) => id)).toEqual([before.id])
  })

  it.each([
    ['was refused', { type: 'status', status: 500 }],
    ['lost its answer', { type: 'reset', after: 'write' }],
  ] as const)('warns when the removal of the anonymous user %s', async (_, kind) => {
    const app = newApp()
    const users = app.start()
    await users.signInAnonymously()
    app.world.faults.add({ rpc: 'User.unregister', times: 1, kind })
    const { user, warnings } = await users.upgrade(input())
    expect(warnings).toEqual([{ code: 'anonymous-user-left-behind', message: expect.any(String) }])
    expect(users.activeUser()).toEqual(user)
  })
})

describe('an app that dies in an upgrade', () => {
  /** An anonymous user whose upgrade was cut short, and the disk as the app left it. */
  const cutShort = async (when: Death['when'], method: string) => {
    const app = newApp()
    const disk = new Disk()
    const before = await app.start(disk).signInAnonymously({ attributes: { level: 1 } })
    const wanted = input()
    const left = await app.diskAfterDeath({ when, method }, disk, async (users, signal) => {
      await users.restore()
      return users.upgrade(wanted, { signal })
    })
    return { app, before, wanted, left, users: app.start(left) }
  }

  it.each([
    ['after', 'User.register'],
    ['before', 'User.unregister'],
    ['after', 'User.unregister'],
  ] as const)('%s %s finds it finished', async (when, method) => {
    const { app, before, wanted, left, users } = await cutShort(when, method)
    const user = await users.restore()
    expect(user).toMatchObject({ kind: 'registered', ...wanted.identifiers, attributes: { level: 1 } })
    expect(user?.id).not.toBe(before.id)
    expect(app.usernames).toEqual([wanted.identifiers.username])
    expect(left.text).not.toContain(wanted.password)
    expect(await users.refresh()).toEqual(user)
  })

  it('before User.register finds it undone', async () => {
    const { before, wanted, left, users } = await cutShort('before', 'User.register')
    expect(left.text).toContain(wanted.password)
    expect(await users.restore()).toEqual(before)
    expect(left.text).not.toContain(wanted.password)
    expect(await users.upgrade(wanted)).toMatchObject({ user: wanted.identifiers, previousId: before.id })
  })

  it('finds it undone also when the old session is dead', async () => {
    const { app, before, wanted, left, users } = await cutShort('before', 'User.register')
    app.world.clock.advance(app.world.settings.loginTokenLifetime * 2)
    expect(await users.restore()).toMatchObject({ id: before.id, kind: 'anonymous', attributes: { level: 1 } })
    expect(left.text).not.toContain(wanted.password)
  })

  it('keeps the anonymous user when the account of that name is not its copy', async () => {
    const { app, before, wanted, users } = await cutShort('before', 'User.register')
    await app.start().signUp(wanted)
    expect(await users.restore()).toEqual(before)
    expect(app.usernames).toHaveLength(2)
  })

  it.each(['User.login', 'User.unregister'])('goes on later when %s cannot be reached', async (rpc) => {
    const { app, before, wanted, users } = await cutShort('after', 'User.register')
    const fault = app.world.faults.add({ rpc, kind: { type: 'status', status: 503 } })
    expect(await users.restore()).toMatchObject({ id: before.id })
    expect(users.state()).toMatchObject({ stale: true })
    fault.remove()
    expect(await users.refresh()).toMatchObject(wanted.identifiers)
    expect(app.usernames).toEqual([wanted.identifiers.username])
  })

  it('is not kept out by an anonymous user that cannot be removed', async () => {
    const { app, wanted, users } = await cutShort('after', 'User.register')
    app.world.faults.add({ rpc: 'User.unregister', kind: { type: 'status', status: 403 } })
    expect(await users.restore()).toMatchObject(wanted.identifiers)
  })

  it.each(['User.register', 'User.unregister'])('after %s and asks for the same upgrade again gets it', async (method) => {
    const { app, before, wanted, users } = await cutShort('after', method)
    expect(await users.upgrade(wanted)).toMatchObject({
      identity: 'replaced',
      previousId: before.id,
      user: wanted.identifiers,
      warnings: [],
    })
    expect(app.usernames).toEqual([wanted.identifiers.username])
  })

  it('and asks for another upgrade learns that there is an account', async () => {
    const { wanted, users } = await cutShort('after', 'User.register')
    await expect(users.upgrade(input())).rejects.toMatchObject({ tag: 'NotAnonymous' })
    expect(await users.refresh()).toMatchObject(wanted.identifiers)
  })
})
