import { describe, expect, it } from 'vitest'
import { Disk, person, random, useApps } from './support/apps.js'

const newApp = useApps()
const hour = 3_600_000

describe('an anonymous user', () => {
  it('is an account under a reserved name, which is not shown as its username', async () => {
    const app = newApp()
    const user = await app.start().signInAnonymously({ displayName: 'Guest', attributes: { basket: ['tea'] } })
    expect(user).toMatchObject({ kind: 'anonymous', displayName: 'Guest', attributes: { basket: ['tea'] } })
    expect(user).not.toHaveProperty('username')
    expect(app.usernames).toEqual([expect.stringMatching(/^userport-anonymous-[0-9a-f]{32}$/)])
  })

  it('has its name to itself: nobody else can register one like it', async () => {
    const app = newApp()
    const { password } = person()
    const refused = app.start().signUp({ identifiers: { username: `userport-anonymous-${random('x')}` }, password })
    await expect(refused).rejects.toMatchObject({ tag: 'InvalidInput', field: 'username' })
    expect(app.sent).toEqual([])
  })

  it('is registered only when its credentials are stored', async () => {
    const app = newApp()
    const disk = new Disk()
    let storedBefore = ''
    const http = app.http(({ method }) => {
      if (method === 'User.register') storedBefore = disk.text
    })
    await app.start(disk, { http }).signInAnonymously()
    const params = app.sent[0]?.params ?? {}
    expect(storedBefore).toContain(String(params.username))
    expect(storedBefore).toContain(String(params.password))
    expect(params.password).toMatch(/^[0-9a-f]{64}$/)
  })

  it('is not registered when they cannot be stored', async () => {
    const app = newApp()
    const full = { ...new Disk(), set: () => Promise.reject(new Error('full')) }
    await expect(app.start(full).signInAnonymously()).rejects.toMatchObject({ tag: 'Unavailable' })
    expect(app.sent).toEqual([])
  })

  it('comes back after a lost answer, as one', async () => {
    const app = newApp()
    const users = app.start()
    app.world.faults.add({ rpc: 'User.register', times: 1, kind: { type: 'reset', after: 'write' } })
    const user = await users.signInAnonymously({ attributes: { level: 1 } })
    expect(app.world.users().map(({ id }) => id)).toEqual([user.id])
    expect(await users.refresh()).toMatchObject({ id: user.id, attributes: { level: 1 } })
  })

  it('is not there when the request was lost, and can be made again', async () => {
    const app = newApp()
    const disk = new Disk()
    const users = app.start(disk)
    app.world.faults.add({ rpc: 'User.register', times: 1, kind: { type: 'reset', after: 'request' } })
    await expect(users.signInAnonymously()).rejects.toMatchObject({ tag: 'Network', retryable: true })
    expect(await app.start(disk.copy()).restore()).toBeNull()
    const { id } = await users.signInAnonymously()
    expect(app.world.users().map((user) => user.id)).toEqual([id])
  })

  it('has no id before Monaca gave it one, though another tab tells of a change meanwhile', async () => {
    const app = newApp()
    const disk = Object.assign(new Disk(), { shared: true })
    const neighbour = new BroadcastChannel(`userport.monaca.${app.config.backendId}`)
    const http = app.http(({ method }) => {
      if (method === 'User.register') neighbour.postMessage({ reason: 'signedOut' })
    })
    const users = app.start(disk, { http })
    const told: unknown[] = []
    users.subscribe(({ reason, user }) => told.push([reason, user?.id]))
    app.world.faults.add({ rpc: 'User.register', times: 1, kind: { type: 'latency', milliseconds: 50 } })
    const { id } = await users.signInAnonymously()
    neighbour.close()
    users.close()
    expect(app.world.users().map((user) => user.id)).toEqual([id])
    expect(told).toEqual([['signedIn', id]])
  })

  it('is nobody yet after a lost answer, however often nothing is heard, and the same one in the end', async () => {
    const app = newApp()
    const users = app.start(Object.assign(new Disk(), { shared: true }))
    app.world.faults.add({ kind: { type: 'reset', after: 'write' } })
    await expect(users.signInAnonymously()).rejects.toMatchObject({ tag: 'OutcomeUnknown' })
    await expect(users.signInAnonymously()).rejects.toMatchObject({ tag: 'Network' })
    expect(users.state()).toEqual({ status: 'signedOut' })
    app.world.faults.clear()
    const { id } = await users.signInAnonymously()
    users.close()
    expect(app.world.users().map((user) => user.id)).toEqual([id])
  })

  it('is kept up to date where its answer was lost, once another tab has found it', async () => {
    const app = newApp()
    const disk = Object.assign(new Disk(), { shared: true })
    const [here, there] = [app.start(disk), app.start(disk)]
    await Promise.all([here.restore(), there.restore()])
    app.world.faults.add({ kind: { type: 'reset', after: 'write' } })
    await expect(here.signInAnonymously()).rejects.toMatchObject({ tag: 'OutcomeUnknown' })
    app.world.faults.clear()
    const { id } = await there.signInAnonymously()
    await expect.poll(() => here.activeUser()?.id).toBe(id)
    there.close()
    await app.start(disk.copy()).updateProfile({ set: { level: 7 } })
    expect(await here.refresh()).toMatchObject({ id, attributes: { level: 7 } })
    here.close()
  })

  it('is there again when the app died before it read the answer', async () => {
    const app = newApp()
    const disk = await app.diskAfterDeath({ when: 'after', method: 'User.register' }, new Disk(), (users, signal) =>
      users.signInAnonymously({ attributes: { level: 2 } }, { signal }),
    )
    const users = app.start(disk)
    const [stored] = app.world.users()
    expect(await users.restore()).toMatchObject({ id: stored?.id, kind: 'anonymous', attributes: { level: 2 } })
    expect(await users.refresh()).toMatchObject({ id: stored?.id })
  })

  it('is nobody when the app died before it asked', async () => {
    const app = newApp()
    const disk = await app.diskAfterDeath({ when: 'before', method: 'User.register' }, new Disk(), (users, signal) =>
      users.signInAnonymously({}, { signal }),
    )
    const users = app.start(disk)
    expect(await users.restore()).toBeNull()
    expect(users.state()).toEqual({ status: 'signedOut' })
  })

  it.each([true, false])('lives on when session and login token are dead (auto-login %s)', async (autoLogin) => {
    const app = newApp({ autoLogin, loginTokenLifetime: hour })
    const disk = new Disk()
    const { id } = await app.start(disk).signInAnonymously({ attributes: { level: 3 } })
    app.world.clock.advance(2 * hour)
    const users = app.start(disk)
    expect(await users.restore()).toMatchObject({ id, kind: 'anonymous', attributes: { level: 3 } })
    expect(users.state()).toMatchObject({ stale: false })
  })

  it('is removed without a password, also when its session is dead', async () => {
    const app = newApp({ autoLogin: false })
    const users = app.start()
    await users.signInAnonymously()
    app.world.clock.advance(2 * hour)
    await users.deleteUser()
    expect([app.usernames, users.state()]).toEqual([[], { status: 'signedOut' }])
  })

  it('has no password to change', async () => {
    const app = newApp()
    const users = app.start()
    await users.signInAnonymously()
    const before = app.sent.length
    await expect(users.changePassword({ current: 'guessed', next: 'another' })).rejects.toMatchObject({ tag: 'Forbidden' })
    expect(app.sent.length).toBe(before)
  })

  it('is merged into an account and removed, even when its session is dead by then', async () => {
    const app = newApp({ autoLogin: false })
    const { username, password } = person()
    await app.start().signUp({ identifiers: { username }, password, profile: { attributes: { level: 9 } } })
    const users = app.start()
    await users.signInAnonymously({ attributes: { level: 1, basket: ['tea'] } })
    const refused = await users.upgrade({ identifiers: { username }, password }).catch((error: unknown) => error)
    expect(refused).toMatchObject({ tag: 'IdentifierTaken', identifier: 'username', mergeTicket: { type: 'merge' } })
    const { mergeTicket } = refused as { readonly mergeTicket: never }
    app.world.clock.advance(2 * hour)
    await users.signIn({ identifier: { username }, password }, { anonymous: mergeTicket })
    expect(await users.completeMerge()).toMatchObject({ username, attributes: { level: 9, basket: ['tea'] } })
    expect(app.usernames).toEqual([username])
  })
})
