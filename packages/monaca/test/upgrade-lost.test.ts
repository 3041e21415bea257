import type { Session } from '@userport/core'
import { describe, expect, it, vi } from 'vitest'
import { type App, Disk, person, type Sent, useApps } from './support/apps.js'

const newApp = useApps()

const input = () => {
  const { username, password } = person()
  return { identifiers: { username }, password }
}

const registered = { type: 'reset', after: 'write' } as const
const neverArrived = { type: 'reset', after: 'request' } as const

/** Acts once, when the registration of an account is on its way; that of the anonymous user is not one. */
const whenRegistering = (username: string, act: () => void): ((sent: Sent) => void) => {
  let done = false
  return ({ method, params }) => {
    if (done || method !== 'User.register' || params.username !== username) return
    done = true
    act()
  }
}

/** From here on nothing can be looked up, until the network is mended. */
const lose = (app: App, kind: typeof registered | typeof neverArrived): void => {
  app.world.faults.add({ rpc: 'User.register', kind })
  app.world.faults.add({ rpc: 'User.login', kind: neverArrived })
}

/** An anonymous user whose upgrade ended without a word on what became of it. */
const unknown = async (kind: typeof registered | typeof neverArrived) => {
  const app = newApp()
  const disk = new Disk()
  const wanted = input()
  const users = app.start(disk, { http: app.http(whenRegistering(wanted.identifiers.username, () => lose(app, kind))) })
  const before = await users.signInAnonymously({ displayName: 'Guest', attributes: { level: 1 } })
  await expect(users.upgrade(wanted)).rejects.toMatchObject({ tag: 'OutcomeUnknown' })
  expect(users.activeUser()).toEqual(before)
  app.world.faults.clear()
  return { app, disk, users, before, wanted }
}

describe('an upgrade of which nobody knows what became', () => {
  it('and that was carried out is finished by the next refresh', async () => {
    const { app, disk, users, before, wanted } = await unknown(registered)
    expect(app.usernames).toHaveLength(2)
    const user = await users.refresh()
    expect(user).toMatchObject({ kind: 'registered', ...wanted.identifiers, displayName: 'Guest', attributes: { level: 1 } })
    expect(user.id).not.toBe(before.id)
    expect(app.usernames).toEqual([wanted.identifiers.username])
    expect(disk.text).not.toContain(wanted.password)
    await expect(users.upgrade(input())).rejects.toMatchObject({ tag: 'NotAnonymous' })
  })

  it('and that was not is undone by the next refresh, and works later', async () => {
    const { app, disk, users, before, wanted } = await unknown(neverArrived)
    expect(await users.refresh()).toEqual(before)
    expect(disk.text).not.toContain(wanted.password)
    expect(await users.upgrade(wanted)).toMatchObject({ previousId: before.id, user: wanted.identifiers, warnings: [] })
    expect(app.usernames).toEqual([wanted.identifiers.username])
  })

  it('is finished by the next start, too', async () => {
    const { app, disk, wanted } = await unknown(registered)
    expect(await app.start(disk).restore()).toMatchObject(wanted.identifiers)
    expect(app.usernames).toEqual([wanted.identifiers.username])
  })

  it('is undone by the next start, too', async () => {
    const { app, disk, before, wanted } = await unknown(neverArrived)
    const users = app.start(disk)
    expect(await users.restore()).toEqual(before)
    expect(await users.upgrade(wanted)).toMatchObject({ user: wanted.identifiers })
  })

  it.each([registered, neverArrived])('and is asked for again works (lost after the $after)', async (kind) => {
    const { app, users, before, wanted } = await unknown(kind)
    expect(await users.upgrade(wanted)).toMatchObject({ previousId: before.id, user: { ...wanted.identifiers, attributes: { level: 1 } } })
    expect(app.usernames).toEqual([wanted.identifiers.username])
  })

  it('stays that way while the server cannot be asked', async () => {
    const { app, users, before, wanted } = await unknown(registered)
    const fault = app.world.faults.add({ rpc: 'User.login', kind: { type: 'status', status: 503 } })
    await expect(users.refresh()).rejects.toMatchObject({ tag: 'Unavailable' })
    expect(users.activeUser()).toEqual(before)
    fault.remove()
    expect(await users.refresh()).toMatchObject(wanted.identifiers)
  })

  it.each([
    ['the account, where there is one', registered],
    ['the anonymous user, where there is none', neverArrived],
  ] as const)('is settled before a change, which goes to %s', async (_, kind) => {
    const { app, users, before, wanted } = await unknown(kind)
    const changed = await users.updateProfile({ set: { level: 2, added: true } })
    expect(changed).toMatchObject({ attributes: { level: 2, added: true } })
    expect(changed.id === before.id).toBe(kind === neverArrived)
    expect(app.usernames).toEqual(kind === registered ? [wanted.identifiers.username] : [expect.stringMatching(/^userport-anonymous-/)])
    expect(await users.refresh()).toEqual(changed)
  })

  it('bars changes that only Monaca has, since they might go to the wrong user', async () => {
    const { app, users, wanted } = await unknown(registered)
    const sent = app.sent.length
    await expect(users.extension.saveProperty({ name: 'level', value: 2 })).rejects.toMatchObject({ tag: 'Unavailable', retryable: true })
    expect(app.sent).toHaveLength(sent)
    await users.refresh()
    await users.extension.saveProperty({ name: 'level', value: 2 })
    expect(await users.refresh()).toMatchObject({ ...wanted.identifiers, attributes: { level: 2 } })
  })

  it.each([registered, neverArrived])('leaves nobody when the user is removed (lost after the $after)', async (kind) => {
    const { app, users } = await unknown(kind)
    await users.deleteUser()
    expect([app.usernames, users.state()]).toEqual([[], { status: 'signedOut' }])
  })
})

it('an upgrade that the server never heard of leaves the user as it was, and works later', async () => {
  const app = newApp()
  const wanted = input()
  const act = (): void => void app.world.faults.add({ rpc: 'User.register', times: 1, kind: neverArrived })
  const users = app.start(new Disk(), { http: app.http(whenRegistering(wanted.identifiers.username, act)) })
  const before = await users.signInAnonymously({ attributes: { level: 1 } })
  await expect(users.upgrade(wanted)).rejects.toMatchObject({ tag: 'Network', retryable: true })
  expect(await users.refresh()).toEqual(before)
  expect(await users.upgrade(wanted)).toMatchObject({ previousId: before.id, user: wanted.identifiers })
})

it('an upgrade that runs out of time is undone by the next refresh, and works later', async () => {
  const app = newApp()
  const wanted = input()
  const act = (): void => void app.world.faults.add({ rpc: 'User.register', times: 1, kind: { type: 'hang' } })
  const users = app.start(new Disk(), { http: app.http(whenRegistering(wanted.identifiers.username, act)) })
  const before = await users.signInAnonymously()
  await expect(users.upgrade(wanted, { deadline: 600 })).rejects.toMatchObject({
    tag: expect.stringMatching(/^(OutcomeUnknown|Network|Timeout)$/),
  })
  expect(await users.refresh()).toEqual(before)
  expect(await users.upgrade(wanted)).toMatchObject({ user: wanted.identifiers })
})

describe('an upgrade that the app gives up', () => {
  /** The server registers the account, and the app gives up before it reads so. */
  const givenUp = async () => {
    const app = newApp()
    const wanted = input()
    const disk = new Disk()
    const end = new AbortController()
    const direct = app.http()
    const users = app.start(disk, {
      http: {
        send: async (request, signal) => {
          const answer = await direct.send(request, signal)
          if (request.body?.includes('"User.register"') && request.body.includes(wanted.identifiers.username)) end.abort()
          return answer
        },
      },
    })
    await users.signInAnonymously({ attributes: { level: 1 } })
    const outcome = users.upgrade(wanted, { signal: end.signal })
    return { app, users, wanted, disk, outcome }
  }

  it('is finished by a refresh right after', async () => {
    const { app, users, wanted, outcome } = await givenUp()
    await expect(outcome).rejects.toMatchObject({ tag: 'Cancelled' })
    expect(await users.refresh()).toMatchObject({ ...wanted.identifiers, attributes: { level: 1 } })
    expect(app.usernames).toEqual([wanted.identifiers.username])
  })

  it('is finished by the next start', async () => {
    const { app, wanted, disk, outcome } = await givenUp()
    await expect(outcome).rejects.toMatchObject({ tag: 'Cancelled' })
    expect(await app.start(disk).restore()).toMatchObject(wanted.identifiers)
    expect(app.usernames).toEqual([wanted.identifiers.username])
  })
})

describe('an upgrade that ends while the anonymous user is removed', () => {
  /** The account is there, and nothing is heard of the last step any more. */
  const halfRemoved = () => {
    const app = newApp()
    const end = new AbortController()
    const direct = app.http()
    const users = app.start(new Disk(), {
      http: {
        send: (request, signal) => {
          if (!request.body?.includes('"User.unregister"')) return direct.send(request, signal)
          setTimeout(() => end.abort(), 5)
          return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('given up'))))
        },
      },
    })
    return { users, wanted: input(), end }
  }

  it('says that the account is there when the app gives up', async () => {
    const { users, wanted, end } = halfRemoved()
    await users.signInAnonymously({ attributes: { level: 1 } })
    const outcome = users.upgrade(wanted, { signal: end.signal })
    await expect(outcome).rejects.toMatchObject({ tag: 'Cancelled', carriedOut: true, accountCreated: true })
  })
})

describe('what happens beside an upgrade', () => {
  it.each([
    ['a refresh', (users: ReturnType<App['start']>) => users.refresh()],
    ['a call that renews the session', (users: ReturnType<App['start']>) => users.extension.getProperty('level')],
  ])('does not make it forgotten: %s', async (_, beside) => {
    const app = newApp()
    const wanted = input()
    const disk = new Disk()
    let other: Promise<unknown> = Promise.resolve()
    const direct = app.http()
    const users = app.start(disk, {
      http: {
        send: async (request, signal) => {
          if (request.body?.includes('"User.register"') && request.body.includes(wanted.identifiers.username)) {
            other = beside(users)
            await other
            lose(app, registered)
          }
          return direct.send(request, signal)
        },
      },
    })
    const before = await users.signInAnonymously({ attributes: { level: 1 } })
    await expect(users.upgrade(wanted)).rejects.toMatchObject({ tag: 'OutcomeUnknown' })
    await other
    app.world.faults.clear()
    expect(users.activeUser()).toMatchObject({ id: before.id })
    expect(await app.start(disk.copy()).restore()).toMatchObject(wanted.identifiers)
    expect(await users.refresh()).toMatchObject(wanted.identifiers)
  })
})

it('a server that keeps sessions itself settles an upgrade with the session that it was given to keep', async () => {
  const app = newApp()
  const wanted = input()
  const backend = app.backend({ http: app.http(whenRegistering(wanted.identifiers.username, () => lose(app, registered))) })
  const { session } = await backend.signInAnonymously({ attributes: { level: 1 } })
  let kept: Session = session
  const keep = async (one: Session): Promise<void> => {
    kept = one
  }
  await expect(backend.upgrade(wanted, session, { keep })).rejects.toMatchObject({ tag: 'OutcomeUnknown' })
  app.world.faults.clear()
  const { user } = await backend.fetchUser(kept)
  expect(user).toMatchObject({ ...wanted.identifiers, attributes: { level: 1 } })
  expect(app.usernames).toEqual([wanted.identifiers.username])
})

it('what a refusal renews is never taken from the account for the anonymous user whose place it took', async () => {
  const app = newApp()
  const wanted = input()
  const heard = whenRegistering(wanted.identifiers.username, () => lose(app, registered))
  const direct = app.http(heard)
  const backend = app.backend({
    http: {
      send: (request, signal) =>
        direct.send({ ...request, body: (request.body ?? '').replace('"properties":{"color"', '"properties":{"no name"') }, signal),
    },
  })
  const { session } = await backend.signInAnonymously({ attributes: { level: 1 } })
  let kept: Session = session
  const keep = async (one: Session): Promise<void> => {
    kept = one
  }
  await expect(backend.upgrade(wanted, session, { keep })).rejects.toMatchObject({ tag: 'OutcomeUnknown' })
  app.world.faults.clear()
  const renewed = vi.fn(async () => undefined)
  await expect(backend.updateProfile({ set: { color: 'blue' } }, kept, { renewed })).rejects.toMatchObject({ tag: 'InvalidInput' })
  expect(renewed).not.toHaveBeenCalled()
  expect((await backend.fetchUser(kept)).user).toMatchObject(wanted.identifiers)
})
