import { memoryStore, type Session, type SessionStore, type SignedIn, userError } from '@userport/core'
import { createMemoryBackend, createMemoryProvider } from '@userport/core/memory'
import { afterEach, describe, expect, it, vi } from 'vitest'
import * as E from '#fp-ts/Either'
import * as TE from '#fp-ts/TaskEither'
import { type MoveLedger, migrating, migratingBackend } from '../src/lazy.js'
import { failureOf, signInAs, someone, successOf, twoServices } from './support/lazy-memory.js'

afterEach(() => void vi.useRealTimers())

/** What a store holds, as a disk outlives a process. */
class Disk implements SessionStore {
  readonly entries: Map<string, string>
  readonly shared = false
  writes = 0
  /** The number of the write with which the process dies: neither it nor anything later happens. */
  diesAt = Number.POSITIVE_INFINITY
  constructor(entries: Iterable<readonly [string, string]> = []) {
    this.entries = new Map(entries)
  }
  died: () => void = () => undefined
  readonly death = new Promise<void>((resolve) => {
    this.died = resolve
  })
  #dead(): boolean {
    this.writes += 1
    if (this.writes < this.diesAt) return false
    this.died()
    return true
  }
  readonly get = (name: string): string | undefined => this.entries.get(name)
  readonly set = (name: string, value: string): Promise<void> | void => {
    if (this.#dead()) return new Promise(() => undefined)
    this.entries.set(name, value)
  }
  readonly remove = (name: string): Promise<void> | void => {
    if (this.#dead()) return new Promise(() => undefined)
    this.entries.delete(name)
  }
  readonly copy = (): Disk => new Disk(this.entries)
  get names(): readonly string[] {
    return [...this.entries.keys()]
  }
}

const signedInBefore = async (services: ReturnType<typeof twoServices>, store: SessionStore = new Disk()) => {
  const kim = await services.resident({ profile: { attributes: { color: 'blue' } } })
  const device = services.device({}, store)
  const old = device.old()
  await successOf(old.signIn(signInAs(kim)))
  return { kim, device, old }
}

const anonymousBefore = async (services: ReturnType<typeof twoServices>, store: SessionStore = new Disk()) => {
  const device = services.device({}, store)
  const user = await successOf(device.old().signInAnonymously({ attributes: { cart: [1, 2, 3] } }))
  return { user, device }
}

describe('somebody who was signed in when the app began to migrate', () => {
  it('stays signed in, with the same user, until the password is seen', async () => {
    const services = twoServices()
    const { kim, device } = await signedInBefore(services)
    const { users } = device
    expect((await successOf(users.restore()))?.id).toBe(kim.user.id)
    expect(users.state()).toMatchObject({ status: 'signedIn', stale: false, stored: true })
    expect((await successOf(users.updateProfile({ set: { color: 'red' } }))).attributes.color).toBe('red')
    expect(services.to.userCount()).toBe(0)

    const again = device.open()
    expect((await successOf(again.restore()))?.id).toBe(kim.user.id)
    await successOf(again.signOut())
    expect((await successOf(again.signIn(signInAs(kim)))).attributes).toEqual({
      color: 'red',
      migratedFrom: kim.user.id,
      migratedBy: 'sign-in',
    })
  })

  it('does everything at the old service until then', async () => {
    const services = twoServices()
    const { kim, device } = await signedInBefore(services)
    const other = await services.resident()
    const users = device.open({ rollout: 0 })
    await successOf(users.restore())
    expect(await successOf(users.findUser({ username: other.username }))).toMatchObject({ id: other.user.id })
    const token = users.accessToken()
    if (token === null) throw new Error('there must be a token')
    expect((await successOf(createMemoryBackend({ service: services.from }).signInWithToken(token))).user.id).toBe(kim.user.id)
    const { password } = someone()
    await successOf(users.changePassword({ current: kim.password, next: password }))
    await successOf(users.suspendUser())
    await failureOf(createMemoryProvider({ service: services.from }).signIn(signInAs({ ...kim, password })), 'UserDisabled')
    expect(services.to.userCount()).toBe(0)
  })

  it('is not signed out by a first start without a connection', async () => {
    const services = twoServices()
    const { kim, device } = await signedInBefore(services)
    services.from.faults.set('offline')
    services.to.faults.set('offline')
    expect((await successOf(device.users.restore({ deadline: 300 })))?.id).toBe(kim.user.id)
    expect(device.users.state()).toMatchObject({ status: 'signedIn', stale: true })
  })

  it('is asked to sign in where the old service says that the session is dead', async () => {
    const services = twoServices()
    const { kim, device } = await signedInBefore(services)
    services.from.expireSessions(kim.user.id)
    expect(await successOf(device.users.restore())).toBeNull()
    expect(device.users.state()).toEqual({ status: 'signedOut' })
    expect(await successOf(device.open().restore())).toBeNull()
  })

  it('does not come back after signing out', async () => {
    const services = twoServices()
    const { device } = await signedInBefore(services)
    await successOf(device.users.restore())
    await successOf(device.users.signOut())
    expect(await successOf(device.open().restore())).toBeNull()
    expect((device.store as Disk).names.filter((name) => name.endsWith('session'))).toEqual([])
  })

  it('ends where the same user has moved on another device: two lives would drift apart', async () => {
    const services = twoServices()
    const { kim, device } = await signedInBefore(services)
    await successOf(device.users.restore())
    await successOf(services.device().users.signIn(signInAs(kim)))
    await failureOf(device.users.refresh(), 'SessionExpired')
    expect(device.users.state()).toEqual({ status: 'signedOut' })
    await successOf(device.users.signIn(signInAs(kim)))
    expect(services.to.userCount()).toBe(1)
  })

  it('finds what the old service lacks refused by it', async () => {
    const services = twoServices({ from: { without: ['changeUsername'] } })
    const { device } = await signedInBefore(services)
    await successOf(device.users.restore())
    await failureOf(device.users.changeUsername(someone().username), 'Unsupported')
  })

  it('is taken over from the old vendor’s own library as well', async () => {
    const services = twoServices()
    const kim = await services.resident()
    const left = new Disk(Object.entries(services.from.legacySession(kim.user.id)))
    const users = migrating({
      from: createMemoryProvider({ service: services.from, legacyStore: left }),
      to: createMemoryProvider({ service: services.to }),
    })
    expect((await successOf(users.restore()))?.id).toBe(kim.user.id)
    expect(left.names).toEqual([])
  })

  it('keeps the session of somebody who has moved when the app drops the move', async () => {
    const services = twoServices()
    const kim = await services.resident()
    const device = services.device()
    const { id } = await successOf(device.users.signIn(signInAs(kim)))
    const plain = createMemoryProvider({ service: services.to, store: device.store, namespace: 'new' })
    expect((await successOf(plain.restore()))?.id).toBe(id)
  })

  it('is told that two providers cannot keep their sessions in one place', async () => {
    const services = twoServices()
    const store = memoryStore()
    const users = migrating({
      from: createMemoryProvider({ service: services.from, store }),
      to: createMemoryProvider({ service: services.to, store }),
    })
    expect((await failureOf(users.signIn(signInAs(someone())), 'Configuration')).path).toBe('to')
  })
})

/** A ledger that gives one session, once. */
const exchangingOnce = (session: Session): MoveLedger => {
  let exchanges = 0
  return {
    standing: () => TE.right('unknown'),
    claim: () => TE.right({ outcome: 'absent' }),
    exchange: () => {
      exchanges += 1
      return TE.right(exchanges === 1 ? { outcome: 'exchanged', session } : { outcome: 'come' })
    },
    record: () => TE.right(undefined),
    tail: () => TE.right({ people: 1, come: 0, waiting: 1, behind: 0 }),
  }
}

describe('a session that was exchanged while the new service could not be asked', () => {
  const exchanged = async () => {
    const services = twoServices()
    const { kim, device } = await signedInBefore(services)
    const { username, password } = someone()
    const attributes = { migratedFrom: kim.user.id }
    const made = await successOf(
      createMemoryBackend({ service: services.to }).signUp({ identifiers: { username }, password, profile: { attributes } }),
    )
    if ('pending' in made) throw new Error('there is no second factor')
    const ledger = exchangingOnce(made.session)
    const users = device.open({ ledger })
    services.to.faults.set('unavailable')
    expect((await successOf(users.restore()))?.id).toBe(kim.user.id)
    services.to.faults.clear()
    const refreshedLater = async () => {
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 120_000 })
      return successOf(users.refresh())
    }
    return { kim, users, made, refreshedLater }
  }

  it('is taken up later', async () => {
    const { made, refreshedLater } = await exchanged()
    expect((await refreshedLater()).id).toBe(made.user.id)
  })

  it('is not lost where it was renewed and then the new service fails', async () => {
    const services = twoServices()
    const kim = await services.resident()
    const [from, to] = [createMemoryBackend({ service: services.from }), createMemoryBackend({ service: services.to })]
    const { username, password } = someone()
    const made = (await successOf(to.signUp({ identifiers: { username }, password }))) as SignedIn
    let failures = 0
    const renewing: typeof to = {
      ...to,
      renewSession: (session, options) => async () => {
        const answer = await to.renewSession(session, options)()
        if (E.isLeft(answer) || failures > 0) return answer
        failures += 1
        await options?.keep?.(answer.right.session)
        return E.left(userError('Unavailable', { vendor: 'memory', operation: 'renewSession' }, {}))
      },
    }
    const { session } = (await successOf(migratingBackend({ from, to, rollout: 0 }).signIn(signInAs(kim)))) as SignedIn
    const server = migratingBackend({ from, to: renewing, ledger: exchangingOnce(made.session) })
    const kept: Session[] = []
    const keep = async (one: Session): Promise<void> => void kept.push(one)
    services.to.outdateSessions(made.user.id)
    const waiting = await successOf(server.renewSession(session, { keep }))
    expect([failures, waiting.user.id]).toEqual([1, kim.user.id])
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 120_000 })
    expect((await successOf(server.renewSession(waiting.session))).user.id).toBe(made.user.id)
    expect(kept.map(({ userId }) => userId)).toEqual([kim.user.id])
  })

  it('is not lost when the user changes their name meanwhile', async () => {
    const { users, made, refreshedLater } = await exchanged()
    await successOf(users.changeUsername(someone().username))
    expect((await refreshedLater()).id).toBe(made.user.id)
  })

  it('is not lost when the password is changed meanwhile', async () => {
    const { kim, users, made, refreshedLater } = await exchanged()
    await successOf(users.changePassword({ current: kim.password, next: someone().password }))
    expect((await refreshedLater()).id).toBe(made.user.id)
  })
})

describe('a session that is renewed by an update which is refused', () => {
  type Backend = ReturnType<typeof createMemoryBackend>

  const refusing = (backend: Backend, isRefused: (call: number) => boolean): Backend => {
    let calls = 0
    return {
      ...backend,
      updateProfile: (change, session, options) => async () => {
        calls += 1
        if (!isRefused(calls)) return backend.updateProfile(change, session, options)()
        const { session: now } = await successOf(backend.renewSession(session))
        await options?.renewed?.(now, session)
        return E.left(userError('Forbidden', { vendor: 'memory', operation: 'updateProfile' }, {}))
      },
    }
  }

  it('is the one that a sign-in answers with, at the new service', async () => {
    const services = twoServices()
    const [from, to] = [createMemoryBackend({ service: services.from }), createMemoryBackend({ service: services.to })]
    const { username, password } = someone()
    await successOf(to.signUp({ identifiers: { username }, password, profile: { attributes: { migratedFrom: 'somebody' } } }))
    const server = migratingBackend({ from, to: refusing(to, () => true) })
    const { session } = (await successOf(server.signIn(signInAs({ username, password })))) as SignedIn
    await successOf(server.renewSession(session))
  })

  it('is the one that a sign-in answers with, at the old service', async () => {
    const services = twoServices()
    const kim = await services.resident()
    const [from, to] = [createMemoryBackend({ service: services.from }), createMemoryBackend({ service: services.to })]
    await successOf(to.signUp({ identifiers: { username: kim.username }, password: someone().password }))
    // The mark is written, and cannot be taken back.
    const server = migratingBackend({ from: refusing(from, (call) => call === 2), to })
    const { user, session } = (await successOf(server.signIn(signInAs(kim)))) as SignedIn
    expect(user.id).toBe(kim.user.id)
    await successOf(from.renewSession(JSON.parse(session.secrets['userport.source'] ?? '')))
  })
})

/** Modules of its own: what a dead process holds, nobody waits for. */
const anotherProcess = async () => {
  vi.resetModules()
  const [lazy, memory] = [await import('../src/lazy.js'), await import('@userport/core/memory')]
  return ({ from, to }: ReturnType<typeof twoServices>, store: SessionStore) =>
    lazy.migrating({
      from: memory.createMemoryProvider({ service: from, store, namespace: 'old' }),
      to: memory.createMemoryProvider({ service: to, store, namespace: 'new' }),
    })
}

describe('an anonymous user of the old service', () => {
  it('is carried over with everything, under another id that is told', async () => {
    const services = twoServices()
    const { user, device } = await anonymousBefore(services)
    const reasons: string[] = []
    device.users.subscribe(({ reason }) => reasons.push(reason))
    const restored = await successOf(device.users.restore())
    expect(restored).toMatchObject({ kind: 'anonymous', attributes: { cart: [1, 2, 3], migratedFrom: user.id } })
    await successOf(device.users.refresh())
    expect(reasons).toEqual(['migrated', 'refreshed'])
    expect(device.moves).toEqual([{ previousId: user.id, id: restored?.id, how: 'anonymous' }])
    expect((device.store as Disk).names.filter((name) => name.startsWith('old.'))).toEqual([])
    expect((await successOf(device.open().restore()))?.id).toBe(restored?.id)
    expect([services.from.userCount(), services.to.userCount()]).toEqual([1, 1])
  })

  it.each(['offline', 'unavailable', 'hang'] as const)(
    'stays as it is while the new service fails (%s), and comes later',
    async (fault) => {
      const services = twoServices()
      const { user, device } = await anonymousBefore(services)
      services.to.faults.set(fault)
      expect((await successOf(device.open({ patience: 60 }).restore()))?.id).toBe(user.id)
      expect((await successOf(device.open().signInAnonymously())).id).toBe(user.id)
      services.to.faults.clear()
      const again = services.device({}, new Disk([...(device.store as Disk).entries].filter(([name]) => name.startsWith('old.'))))
      expect((await successOf(again.users.restore()))?.attributes.migratedFrom).toBe(user.id)
      expect(services.to.userCount()).toBe(1)
    },
  )

  it('stays while the old service fails', async () => {
    const services = twoServices()
    const { user, device } = await anonymousBefore(services)
    services.from.faults.set('unavailable')
    expect((await successOf(device.users.restore()))?.id).toBe(user.id)
    services.from.faults.clear()
    expect((await successOf(device.users.refresh())).attributes.migratedFrom).toBe(user.id)
  })

  it.each(['token', 'generated-credentials'] as const)(
    'is not lost by an app that dies at any write of its store (%s)',
    async (custody) => {
      const dying = await anotherProcess()
      let neverUsed = 0
      for (let diesAt = 1; diesAt <= 8; diesAt += 1) {
        const services = twoServices({ to: { custody } })
        const { user, device } = await anonymousBefore(services)
        const disk = (device.store as Disk).copy()
        disk.diesAt = diesAt
        await Promise.race([disk.death, dying(services, disk).restore()()])

        const next = services.device({}, disk.copy())
        const restored = await successOf(next.users.restore())
        expect(restored?.attributes, `died at write ${diesAt}`).toEqual({ cart: [1, 2, 3], migratedFrom: user.id, migratedBy: 'sign-in' })
        const [last, inUse] = [await successOf(next.open().restore()), await successOf(next.users.refresh())]
        expect([last?.id, inUse.id]).toEqual([restored?.id, restored?.id])
        neverUsed += services.to.userCount() - 1
      }
      // An app that dies before it could store the new credential leaves a user behind whom nobody uses: at the first write alone.
      expect(neverUsed).toBeLessThanOrEqual(1)
    },
  )

  it('is carried over to the account that was begun, though the new service cannot be asked in between', async () => {
    const dying = await anotherProcess()
    let neverUsed = 0
    for (let diesAt = 1; diesAt <= 4; diesAt += 1) {
      const services = twoServices()
      const { user, device } = await anonymousBefore(services)
      const disk = (device.store as Disk).copy()
      disk.diesAt = diesAt
      await Promise.race([disk.death, dying(services, disk).restore()()])

      const after = disk.copy()
      services.to.faults.set('offline')
      expect(await successOf(services.device({}, after).users.restore()), `died at write ${diesAt}`).not.toBeNull()
      services.to.faults.clear()
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 120_000 })
      const restored = await successOf(services.device({}, after).users.restore())
      vi.useRealTimers()
      expect(restored?.attributes.migratedFrom).toBe(user.id)
      neverUsed += services.to.userCount() - 1
    }
    // The one whose credential could not be stored.
    expect(neverUsed).toBeLessThanOrEqual(1)
  })

  it('is carried over once by eight tabs', async () => {
    const services = twoServices()
    const { user, device } = await anonymousBefore(services, Object.assign(memoryStore(), { shared: true }))
    const tabs = Array.from({ length: 8 }, () => device.open())
    const restored = await Promise.all(tabs.map((tab) => successOf(tab.restore())))
    expect(new Set(restored.map((one) => one?.id)).size).toBe(1)
    expect(restored[0]?.attributes.migratedFrom).toBe(user.id)
    expect(services.to.userCount()).toBe(1)
    for (const tab of tabs) tab.close()
  })

  it('is not carried over while nothing can be stored', async () => {
    const services = twoServices()
    const { user, device } = await anonymousBefore(services)
    const disk = (device.store as Disk).copy()
    const full: SessionStore = {
      get: disk.get,
      set: () => {
        throw new Error('full')
      },
      remove: disk.remove,
    }
    expect((await successOf(services.device({}, full).users.restore()))?.id).toBe(user.id)
    expect(services.to.userCount()).toBe(0)
  })

  it.each(['on the way', 'there'] as const)('is taken for nobody else whom the store holds by now, and who is %s', async (where) => {
    const services = twoServices()
    const sides = { from: createMemoryBackend({ service: services.from }), to: createMemoryBackend({ service: services.to }) }
    const travelling = async () => {
      const { session } = await successOf(sides.from.signInAnonymously({}))
      const token = sides.from.accessToken(session)
      if (token === null) throw new Error('there must be a token')
      return (await successOf(migratingBackend({ ...sides, rollout: 0 }).signInWithToken(token))).session
    }
    const [mine, other] = [await travelling(), await travelling()]
    const kept: Session[] = []
    const keep = async (session: Session): Promise<void> => void kept.push(session)
    const there = await successOf(migratingBackend(sides).renewSession(other, { keep }))
    const stored = where === 'there' ? there.session : kept[0]
    const moved = await successOf(migratingBackend({ ...sides, stored: async () => stored }).renewSession(mine))
    expect(moved.user.attributes.migratedFrom).toBe(mine.userId)
    expect(services.to.userCount()).toBe(2)
  })

  it('stays where the new service lets no anonymous user in', async () => {
    const services = twoServices()
    const [from, open] = [createMemoryBackend({ service: services.from }), createMemoryBackend({ service: services.to })]
    const forbidden = userError('Forbidden', { vendor: open.vendor, operation: 'signInAnonymously' }, {})
    const to = { ...open, signInAnonymously: () => TE.left(forbidden) }
    const { session } = await successOf(from.signInAnonymously({}))
    const token = from.accessToken(session)
    if (token === null) throw new Error('there must be a token')
    const users = migratingBackend({ from, to })
    const stays = await successOf(users.signInWithToken(token))
    expect(stays.user.id).toBe(session.userId)
    expect((await successOf(users.fetchUser(stays.session))).user.id).toBe(session.userId)
  })

  it('is carried over though the ledger cannot write that down, which is told', async () => {
    const services = twoServices()
    const { user, device } = await anonymousBefore(services)
    const down = userError('Unavailable', { vendor: 'ledger', operation: 'record' }, {})
    const ledger: MoveLedger = {
      standing: () => TE.right('unknown'),
      claim: () => TE.right({ outcome: 'absent' }),
      record: () => TE.left(down),
      tail: () => TE.left(down),
    }
    const restored = await successOf(device.open({ ledger }).restore())
    expect(restored?.attributes.migratedFrom).toBe(user.id)
    expect(device.problems).toEqual([down])
  })

  it('becomes an account of the new service by an upgrade', async () => {
    const services = twoServices()
    const { user, device } = await anonymousBefore(services)
    const { username, password } = someone()
    const waiting = device.open({ rollout: 0 })
    await successOf(waiting.restore())
    const upgraded = await successOf(waiting.upgrade({ identifiers: { username }, password }))
    expect(upgraded).toMatchObject({ identity: 'replaced', previousId: user.id, warnings: [] })
    expect(upgraded.user).toMatchObject({ kind: 'registered', username, attributes: { cart: [1, 2, 3] } })
    expect([services.from.userCount(), services.to.userCount()]).toEqual([1, 1])
    expect((await successOf(createMemoryProvider({ service: services.to }).signIn(signInAs({ username, password })))).id).toBe(
      upgraded.user.id,
    )
  })

  it('is told of as upgraded, though carried over on the way', async () => {
    const services = twoServices()
    const { user, device } = await anonymousBefore(services)
    const waiting = device.open({ rollout: 0 })
    await successOf(waiting.restore())
    await successOf(waiting.updateProfile({ set: { seen: true } }))
    services.from.outdateSessions(user.id)
    const users = device.open()
    const reasons: string[] = []
    users.subscribe(({ reason }) => reasons.push(reason))
    const { username, password } = someone()
    await successOf(users.upgrade({ identifiers: { username }, password }))
    expect(reasons.at(-1)).toBe('upgraded')
  })

  it('is told of as signed in where a token that the app kept brought them', async () => {
    const services = twoServices()
    const old = createMemoryBackend({ service: services.from })
    const { session } = await successOf(old.signInAnonymously({}))
    const token = old.accessToken(session)
    if (token === null) throw new Error('there must be a token')
    const { users } = services.device()
    const reasons: string[] = []
    users.subscribe(({ reason }) => reasons.push(reason))
    expect((await successOf(users.signInWithToken(token))).attributes.migratedFrom).toBe(session.userId)
    expect(reasons).toEqual(['signedIn'])
  })

  it('is brought into an account of the new service by a merge', async () => {
    const services = twoServices()
    const { device, user } = await anonymousBefore(services)
    const taken = someone()
    const other = createMemoryProvider({ service: services.to })
    const account = await successOf(other.signUp({ identifiers: { username: taken.username }, password: taken.password }))
    const users = device.open({ rollout: 0 })
    await successOf(users.restore())
    const upgrade = users.upgrade({ identifiers: { username: taken.username }, password: someone().password })
    const { mergeTicket } = await failureOf(upgrade, 'IdentifierTaken')
    if (mergeTicket === undefined) throw new Error('there must be a ticket')
    await successOf(users.signIn(signInAs(taken), { anonymous: mergeTicket }))
    expect((await successOf(users.pendingMerge()))?.anonymous.id).toBe(user.id)
    const merged = await successOf(users.completeMerge())
    expect(merged).toMatchObject({ id: account.id, attributes: { cart: [1, 2, 3] } })
    expect([services.from.userCount(), services.to.userCount()]).toEqual([0, 1])
  })

  it('is carried over from a backup as well', async () => {
    const services = twoServices()
    const { device, user } = await anonymousBefore(services)
    const waiting = device.open({ rollout: 0 })
    await successOf(waiting.restore())
    const backup = await successOf(waiting.exportAnonymous('a long passphrase'))
    const { users } = services.device()
    const imported = await successOf(users.importAnonymous(backup, 'a long passphrase'))
    expect(imported.attributes).toEqual({ cart: [1, 2, 3], migratedFrom: user.id, migratedBy: 'sign-in' })
  })

  it('keeps what it had where the upgrade fails', async () => {
    const services = twoServices()
    const { user, device } = await anonymousBefore(services)
    const taken = someone()
    const other = createMemoryProvider({ service: services.to })
    await successOf(other.signUp({ identifiers: { username: taken.username }, password: taken.password }))
    const waiting = device.open({ rollout: 0 })
    await successOf(waiting.restore())
    await failureOf(waiting.upgrade({ identifiers: { username: taken.username }, password: someone().password }), 'IdentifierTaken')
    expect((await successOf(waiting.refresh())).id).toBe(user.id)
  })
})

describe('when the old service is retired', () => {
  it('is never asked, and its sessions are over', async () => {
    const services = twoServices()
    const { device, kim } = await signedInBefore(services)
    await successOf(device.users.restore())
    const before = services.from.requestCount()
    const retired = device.open({ retired: true })
    expect(await successOf(retired.restore())).toBeNull()
    expect(retired.state()).toEqual({ status: 'signedOut' })
    await failureOf(retired.signIn(signInAs(kim)), 'InvalidCredentials')
    await failureOf(retired.requestPasswordReset({ identifier: { username: kim.username } }), 'UserNotFound')
    await successOf(retired.signUp({ identifiers: { username: kim.username }, password: kim.password }))
    expect(services.from.requestCount()).toBe(before)
  })

  it('is not asked by a server for a change of name or a sign-out either', async () => {
    const services = twoServices()
    const kim = await services.resident()
    const [from, to] = [createMemoryBackend({ service: services.from }), createMemoryBackend({ service: services.to })]
    const { session } = (await successOf(migratingBackend({ from, to, rollout: 0 }).signIn(signInAs(kim)))) as SignedIn
    const before = services.from.requestCount()
    const retired = migratingBackend({ from, to, retired: true })
    await failureOf(retired.changeUsername(someone().username, session), 'SessionExpired')
    expect(await successOf(retired.signOut(session))).toEqual({ server: 'local' })
    expect(services.from.requestCount()).toBe(before)
  })

  it('keeps the credential of an anonymous user as lost', async () => {
    const services = twoServices()
    const { user, device } = await anonymousBefore(services)
    const waiting = device.open({ rollout: 0 })
    await successOf(waiting.restore())
    await successOf(waiting.updateProfile({ set: { seen: true } }))
    const retired = device.open({ retired: true })
    expect(await successOf(retired.restore())).toBeNull()
    const lost = (device.store as Disk).entries.get(`new.lost.${user.id}`)
    expect(JSON.parse(lost ?? '{}')).toMatchObject({ userId: user.id, kind: 'anonymous' })
  })
})
