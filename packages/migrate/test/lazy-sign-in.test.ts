import { backendOf, toPromises } from '@userport/core'
import { createMemoryProvider } from '@userport/core/memory'
import { describe, expect, it, vi } from 'vitest'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import { migrating, migratingBackend } from '../src/lazy.js'
import { failureOf, signInAs, someone, successOf, twoServices } from './support/lazy-memory.js'

describe('signing in for the first time after the switch', () => {
  it('moves a user with everything that is known, and says so', async () => {
    const { from, to, resident, device } = twoServices()
    const profile = { displayName: 'Kim Lee', locale: 'en', country: 'JP', attributes: { color: 'blue', visits: 3 } }
    const kim = await resident({ profile })
    const { users, moves } = device()

    const user = await successOf(users.signIn(signInAs(kim)))

    expect(user.id).not.toBe(kim.user.id)
    expect(user).toMatchObject({
      username: kim.username,
      email: { address: kim.email },
      displayName: 'Kim Lee',
      locale: 'en',
      country: 'JP',
      attributes: { color: 'blue', visits: 3, migratedFrom: kim.user.id },
    })
    expect(user.attributes).not.toHaveProperty('migratedTo')
    expect(moves).toEqual([{ previousId: kim.user.id, id: user.id, how: 'password' }])
    expect([from.userCount(), to.userCount()]).toEqual([1, 1])
    expect((await successOf(users.refresh())).id).toBe(user.id)
  })

  it('does not ask the old service again, nor need it', async () => {
    const { from, to, resident, device } = twoServices()
    const kim = await resident()
    const first = await successOf(device().users.signIn(signInAs(kim)))
    // The old session is ended without anybody waiting for it.
    await vi.waitFor(() => expect(from.parts.state.sessions.size).toBe(1))
    const before = from.requestCount()
    expect((await successOf(device({ retired: true }).users.signIn(signInAs(kim)))).id).toBe(first.id)
    expect((await successOf(device().users.signIn(signInAs(kim)))).id).toBe(first.id)
    const alone = createMemoryProvider({ service: to })
    expect((await successOf(alone.signIn(signInAs(kim)))).id).toBe(first.id)
    expect(from.requestCount()).toBe(before)
  })

  it('writes nothing, neither here nor there, before the old service has said that the password is right', async () => {
    const { to, resident, device, atFrom } = twoServices()
    const kim = await resident()
    const before = atFrom(kim.user)
    const { users } = device()
    await failureOf(users.signIn({ identifier: { username: kim.username }, password: 'wrong-password' }), 'InvalidCredentials')
    await failureOf(users.signIn({ identifier: { username: someone().username }, password: kim.password }), 'InvalidCredentials')
    expect(to.userCount()).toBe(0)
    expect(atFrom(kim.user)).toEqual(before)
    expect(users.activeUser()).toBeNull()
  })

  it('makes one account, whatever number of tabs sign in at once', async () => {
    const { to, resident, device } = twoServices()
    const kim = await resident()
    const users = await Promise.all(Array.from({ length: 8 }, () => successOf(device().users.signIn(signInAs(kim)))))
    expect(new Set(users.map(({ id }) => id)).size).toBe(1)
    expect(to.userCount()).toBe(1)
  })

  it.each(['replyLost', 'truncated', 'offline'] as const)(
    'makes one account where the new service fails in the midst of it (%s)',
    async (fault) => {
      const { from, to, resident, device } = twoServices()
      const kim = await resident()
      const old = backendOf(createMemoryProvider({ service: from }))?.backend
      if (old === undefined) throw new Error('a provider knows its backend')
      // The mark at the old service is the last thing before the account is made.
      const updateProfile: typeof old.updateProfile = (...args) =>
        pipe(
          old.updateProfile(...args),
          TE.tapIO(() => () => to.faults.set(fault)),
        )
      const struck = { ...old, updateProfile }
      const users = migrating({ from: struck, to: createMemoryProvider({ service: to }) })
      await failureOf(users.signIn(signInAs(kim), { deadline: 300 }), fault === 'offline' ? 'Network' : 'OutcomeUnknown')
      to.faults.clear()
      expect(to.userCount()).toBe(fault === 'offline' ? 0 : 1)
      const user = await successOf(device().users.signIn(signInAs(kim)))
      expect(user.attributes.migratedFrom).toBe(kim.user.id)
      expect(to.userCount()).toBe(1)
    },
  )

  it('goes on where an app died after it had marked the user and before it made the account', async () => {
    const { from, to, resident, device } = twoServices()
    const kim = await resident()
    const old = createMemoryProvider({ service: from })
    await successOf(old.signIn(signInAs(kim)))
    await successOf(old.updateProfile({ set: { migratedTo: new Date().toISOString() } }))
    const user = await successOf(device().users.signIn(signInAs(kim)))
    expect(user.attributes.migratedFrom).toBe(kim.user.id)
    expect(to.userCount()).toBe(1)
  })

  it('signs in as what the kind of the identifier says: e-mail, phone', async () => {
    const { resident, device } = twoServices({ from: { verificationRequired: false } })
    const kim = await resident()
    const { users } = device()
    expect((await successOf(users.signIn({ identifier: { email: kim.email }, password: kim.password }))).username).toBe(kim.username)
  })
})

describe('the old password', () => {
  it('opens nothing once another one was chosen at the new service', async () => {
    const { to, resident, device, atTo } = twoServices()
    const kim = await resident()
    const { users } = device()
    const user = await successOf(users.signIn(signInAs(kim)))
    const next = someone().password
    await successOf(users.changePassword({ current: kim.password, next }))
    const before = atTo(user)
    const elsewhere = device()
    await failureOf(elsewhere.users.signIn(signInAs(kim)), 'InvalidCredentials')
    expect(elsewhere.users.activeUser()).toBeNull()
    expect(elsewhere.problems).toEqual([])
    expect(atTo(user)).toEqual(before)
    expect(to.userCount()).toBe(1)
    expect((await successOf(elsewhere.users.signIn(signInAs({ ...kim, password: next })))).id).toBe(user.id)
  })

  it('never opens an account that somebody else has made under the same name: its owner goes on at the old service', async () => {
    const { to, resident, device, atTo, atFrom } = twoServices()
    const kim = await resident()
    const stranger = createMemoryProvider({ service: to })
    const other = await successOf(stranger.signUp({ identifiers: { username: kim.username }, password: someone().password }))
    const before = atTo(other)
    const { users, problems, moves } = device()

    const user = await successOf(users.signIn(signInAs(kim)))

    expect(user.id).toBe(kim.user.id)
    expect(problems.map(({ _tag }) => _tag)).toEqual(['IdentifierTaken'])
    expect(moves).toEqual([])
    expect(atTo(other)).toEqual(before)
    expect(atFrom(kim.user)?.attributes).toEqual({})
    expect((await successOf(users.updateProfile({ set: { color: 'red' } }))).attributes).toEqual({ color: 'red' })
    expect(atFrom(kim.user)?.attributes).toEqual({ color: 'red' })
    expect(to.userCount()).toBe(1)
  })
})

describe('when the old service does not answer', () => {
  it.each(['offline', 'unavailable', 'html', 'hang'] as const)(
    'a user who has not moved hears that it is unavailable (%s)',
    async (fault) => {
      const { from, to, resident, device } = twoServices()
      const kim = await resident()
      from.faults.set(fault)
      const { users } = device({ patience: 60 })
      await failureOf(users.signIn(signInAs(kim)), 'Unavailable')
      expect(to.userCount()).toBe(0)
      from.faults.clear()
      await successOf(users.signIn(signInAs(kim)))
      expect(to.userCount()).toBe(1)
    },
  )

  it('is left alone after several failures, and comes back', async () => {
    const { from, to, resident, device } = twoServices()
    const kim = await resident()
    const newcomer = someone()
    await successOf(
      createMemoryProvider({ service: to }).signUp({ identifiers: { username: newcomer.username }, password: newcomer.password }),
    )
    from.faults.set('unavailable')
    const { users } = device({ breaker: { failures: 3, pause: 1_000 } })
    for (let attempt = 0; attempt < 3; attempt += 1) await failureOf(users.signIn(signInAs(kim)), 'Unavailable')
    const asked = from.requestCount()
    for (let attempt = 0; attempt < 5; attempt += 1) await failureOf(users.signIn(signInAs(kim)), 'Unavailable')
    expect(from.requestCount()).toBe(asked)
    await successOf(users.signIn(signInAs(newcomer)))
    await successOf(users.signOut())
    from.faults.clear()
    await new Promise((resolve) => setTimeout(resolve, 1_050))
    await successOf(users.signIn(signInAs(kim)))
  })

  it('slows nobody who has moved', async () => {
    const { from, resident, device } = twoServices()
    const kim = await resident()
    await successOf(device().users.signIn(signInAs(kim)))
    from.faults.set('hang')
    await successOf(device().users.signIn(signInAs(kim), { deadline: 200 }))
  })
})

describe('many wrong passwords for one name', () => {
  it('are not passed on any more after a while, and keep nobody out who has moved', async () => {
    const { from, resident, device } = twoServices()
    const [kim, lee] = [await resident(), await resident()]
    await successOf(device().users.signIn(signInAs(lee)))
    const { users } = device({ throttle: { failures: 3, within: 60_000 } })
    for (const { username } of [kim, lee]) {
      for (let attempt = 0; attempt < 3; attempt += 1) {
        await failureOf(users.signIn({ identifier: { username }, password: `wrong-${attempt}` }), 'InvalidCredentials')
      }
    }
    const asked = from.requestCount()
    const { retryAfter } = await failureOf(users.signIn(signInAs(kim)), 'RateLimited')
    expect(retryAfter).toBeGreaterThan(50)
    expect(from.requestCount()).toBe(asked)
    await successOf(users.signIn(signInAs(lee)))
  })
})

describe('a part of the users first', () => {
  it('signs the others in where they are, and everybody new at the new service', async () => {
    const { from, to, resident, device } = twoServices()
    const kim = await resident()
    const { users, moves } = device({ rollout: 0 })
    expect((await successOf(users.signIn(signInAs(kim)))).id).toBe(kim.user.id)
    expect(to.userCount()).toBe(0)
    expect((await successOf(users.refresh())).id).toBe(kim.user.id)
    await successOf(users.signOut())
    const { username, password } = someone()
    await successOf(users.signUp({ identifiers: { username }, password }))
    expect([from.userCount(), to.userCount()]).toEqual([1, 1])
    expect(moves).toEqual([])
  })

  it('brings nobody back who has gone, whatever becomes of the percentage', async () => {
    const { resident, device } = twoServices()
    const kim = await resident()
    const { users } = device()
    await successOf(users.signIn(signInAs(kim)))
    await successOf(users.changePassword({ current: kim.password, next: 'Another-password-1' }))
    await failureOf(device({ rollout: 0 }).users.signIn(signInAs(kim)), 'InvalidCredentials')
  })

  it('chooses the same users every time, more of them the higher the percentage is', async () => {
    const { resident, device, to } = twoServices()
    const people = await Promise.all(Array.from({ length: 40 }, () => resident()))
    const movedAt = async (rollout: number) => {
      for (const person of people) await successOf(device({ rollout }).users.signIn(signInAs(person)))
      return to.userCount()
    }
    const half = await movedAt(50)
    expect(half).toBeGreaterThan(8)
    expect(half).toBeLessThan(32)
    expect(await movedAt(50)).toBe(half)
    expect(await movedAt(100)).toBe(40)
  })
})

describe('a second factor at the old service', () => {
  it('is asked for, and the move goes on with it', async () => {
    const { from, to, resident, device } = twoServices({ to: { without: ['secondFactor'] } })
    const kim = await resident()
    const kit = from.secondFactor.enrol(kim.user.id)
    const { users, moves } = device()
    const { step } = await failureOf(users.signIn(signInAs(kim)), 'SecondFactorRequired')
    expect(JSON.stringify(step)).not.toContain(kim.password)
    expect(to.userCount()).toBe(0)
    await failureOf(users.continueSignIn(step, { factor: 'totp', code: '000000' }), 'InvalidCredentials')
    expect(to.userCount()).toBe(0)
    const user = await successOf(users.continueSignIn(step, { factor: 'totp', code: kit.code() }))
    expect(user.attributes.migratedFrom).toBe(kim.user.id)
    expect(moves).toEqual([{ previousId: kim.user.id, id: user.id, how: 'second-factor' }])
  })
})

describe('what the old service says of somebody', () => {
  it('is passed on: barred there is barred', async () => {
    const { from, to, resident, device } = twoServices()
    const kim = await resident()
    from.disable(kim.user.id)
    await failureOf(device().users.signIn(signInAs(kim)), 'UserDisabled')
    expect(to.userCount()).toBe(0)
  })
})

describe('the other ways in', () => {
  it('take a token of the old service that the app kept', async () => {
    const { from, resident, device } = twoServices()
    const kim = await resident()
    const old = createMemoryProvider({ service: from })
    await successOf(old.signIn(signInAs(kim)))
    const kept = old.accessToken()
    const { users } = device()
    expect((await successOf(users.signInWithToken(kept ?? { token: '' }))).id).toBe(kim.user.id)
    expect((await successOf(users.refresh())).id).toBe(kim.user.id)
    await failureOf(device().users.signInWithToken({ token: 'nobody-has-this' }), 'SessionExpired')
  })

  it('move somebody by the identity that a third party vouches for, once', async () => {
    const { from, to, device } = twoServices()
    const identity = from.identityProof('facebook', 'kim')
    to.parts.state.identities.set(identity.access_token, { provider: 'facebook', id: 'kim' })
    const proof = { provider: 'facebook', tokens: identity }
    const before = await successOf(
      createMemoryProvider({ service: from }).signInWithIdentity({ ...proof, profile: { attributes: { color: 'blue' } } }),
    )
    const { users, moves } = device()
    const { user, created } = await successOf(users.signInWithIdentity(proof))
    expect(created).toBe(false)
    expect(user.attributes).toEqual({ color: 'blue', migratedFrom: before.user.id, migratedBy: 'sign-in' })
    expect(moves).toEqual([{ previousId: before.user.id, id: user.id, how: 'identity' }])
    expect((await successOf(device().users.signInWithIdentity(proof))).user.id).toBe(user.id)
    expect(to.userCount()).toBe(1)
  })

  it('make nobody anew who may be at the old service while that does not answer', async () => {
    const { from, to, device } = twoServices()
    const identity = from.identityProof('facebook', 'kim')
    to.parts.state.identities.set(identity.access_token, { provider: 'facebook', id: 'kim' })
    const proof = { provider: 'facebook', tokens: identity }
    const before = await successOf(createMemoryProvider({ service: from }).signInWithIdentity(proof))
    from.faults.set('unavailable')
    await failureOf(device().users.signInWithIdentity(proof), 'Unavailable')
    expect(to.userCount()).toBe(0)
    from.faults.clear()
    expect((await successOf(device().users.signInWithIdentity(proof))).user.attributes.migratedFrom).toBe(before.user.id)
  })

  it('keep somebody who has a password too at the old service until it is given, so that there is one account', async () => {
    const { from, to, resident, device } = twoServices()
    const kim = await resident()
    const identity = from.identityProof('facebook', 'kim')
    to.parts.state.identities.set(identity.access_token, { provider: 'facebook', id: 'kim' })
    const proof = { provider: 'facebook', tokens: identity }
    const old = createMemoryProvider({ service: from })
    await successOf(old.signIn(signInAs(kim)))
    await successOf(old.linkIdentity(proof))
    expect((await successOf(device().users.signInWithIdentity(proof))).user.id).toBe(kim.user.id)
    expect(to.userCount()).toBe(0)
    await successOf(device().users.signIn(signInAs(kim)))
    await failureOf(device().users.signInWithIdentity(proof), 'UserNotFound')
    expect(to.userCount()).toBe(1)
  })
})

describe('whoever listens', () => {
  it('cannot spoil a move by throwing', async () => {
    const { resident, device } = twoServices()
    const kim = await resident()
    const { users, moves, problems } = device({
      onMoved: () => {
        throw new Error('mine')
      },
    })
    users.migration.subscribe(() => Promise.reject(new Error('mine')))
    const stop = users.migration.subscribe(() => {
      throw new Error('stopped before')
    })
    stop()
    await successOf(users.signIn(signInAs(kim)))
    expect(moves).toHaveLength(1)
    await vi.waitFor(() => expect(problems).toHaveLength(1))
    expect(problems).toMatchObject([{ _tag: 'Vendor', operation: 'subscribe' }])
  })
})

describe('what `from` and `to` may be', () => {
  it('backends as well as providers', async () => {
    const { from, to, resident } = twoServices()
    const kim = await resident()
    const [old, next] = [createMemoryProvider({ service: from }), createMemoryProvider({ service: to })]
    const [oldBackend, nextBackend] = [backendOf(old)?.backend, backendOf(next)?.backend]
    if (oldBackend === undefined || nextBackend === undefined) throw new Error('a provider knows its backend')
    const users = migrating({ from: oldBackend, to: nextBackend })
    await successOf(users.signIn(signInAs(kim)))
    const server = migratingBackend({ from: old, to: next })
    const answer = await successOf(server.signIn(signInAs(kim)))
    expect('user' in answer && answer.user.username).toBe(kim.username)
    expect(to.userCount()).toBe(1)
  })

  it('nothing else: every operation says what is wrong', async () => {
    const { from, to } = twoServices()
    const next = createMemoryProvider({ service: to })
    const broken = migrating({ from: toPromises(createMemoryProvider({ service: from })), to: next })
    const error = await failureOf(broken.signIn(signInAs(someone())), 'Configuration')
    expect(error.path).toBe('from')
    const onTheMove = migratingBackend({ from: createMemoryProvider({ service: from }), to: next })
    await failureOf(migrating({ from: onTheMove, to: next }).signIn(signInAs(someone())), 'Configuration')
    await failureOf(broken.signInAnonymously(), 'Configuration')
    const nowhere = migrating({ from: next, to: { vendor: 'none', capabilities: {}, rules: {} } }) as unknown as typeof next
    expect((await failureOf(nowhere.signIn(signInAs(someone())), 'Configuration')).path).toBe('to')
  })
})

it('without a ledger nobody is counted', async () => {
  const { device } = twoServices()
  const { users } = device()
  expect((await failureOf(users.migration.tail(), 'Unsupported')).instead).toContain('ledger')
  await expect(toPromises(users).migration.tail()).rejects.toMatchObject({ _tag: 'Unsupported' })
})
