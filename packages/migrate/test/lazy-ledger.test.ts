import { memoryStore, type Result, type Session, type UserDirectory, type UserError, userError, userId } from '@userport/core'
import { enrolSecondFactor, type Sandbox, startSandbox, totpCode, type Vendor } from '@userport/sandbox'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import * as TE from '#fp-ts/TaskEither'
import { hasBegun } from '../src/index.js'
import { directoryLedger } from '../src/lazy/directory-ledger.js'
import { migrating, moveLedgerHandler } from '../src/lazy.js'
import { type Ledger, LedgerFailure } from '../src/ledger/ledger.js'
import { serve, withLedger } from './support/lazy-ledger.js'
import { failureOf, signInAs, someone, successOf } from './support/lazy-memory.js'
import type { App } from './support/lazy-vendors.js'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await startSandbox()
})
afterAll(() => sandbox.stop())
afterEach(() => void vi.useRealTimers())

const residentOf = async (app: App, more: Partial<ReturnType<typeof someone>> = {}) => {
  const person = { ...someone(), ...more }
  const { username, email, password } = person
  const user = await successOf(
    app.open({}).signUp({ identifiers: { username, email }, password, profile: { displayName: 'Kim Lee', attributes: { color: 'blue' } } }),
  )
  return { ...person, user }
}

describe.each([
  { from: 'kii', to: 'kinvey' },
  { from: 'kinvey', to: 'kii' },
  { from: 'monaca', to: 'kii' },
  { from: 'kii', to: 'monaca' },
] as const)('after a bulk run from $from to $to', ({ from, to }) => {
  it('whoever proves the old password gets the account that was made for them, once', async () => {
    const { source, target, ledger, migration, moves } = await withLedger(sandbox, from, to)
    const kim = await residentOf(source)
    await successOf(migration().run())
    const [before] = await ledger.get([kim.user.id])
    expect(before).toMatchObject({ state: 'created', password: 'unset' })
    const remote = await serve(moves)
    const open = () => migrating({ from: source.open({}), to: target.open({}), ledger: remote.ledger })

    await failureOf(open().signIn(signInAs({ ...kim, password: 'Wrong-password-1' })), 'InvalidCredentials')
    const entered = await Promise.all(Array.from({ length: 4 }, () => open().signIn(signInAs(kim))()))
    const user = await successOf(open().signIn(signInAs(kim)))

    expect(entered.map(({ _tag }) => _tag)).toEqual(['Right', 'Right', 'Right', 'Right'])
    expect(user).toMatchObject({
      vendor: to,
      username: kim.username,
      displayName: 'Kim Lee',
      attributes: { color: 'blue', migratedFrom: kim.user.id },
    })
    expect(target.world.users()).toHaveLength(1)
    const [after] = await ledger.get([kim.user.id])
    expect(after).toMatchObject({ targetId: user.id, password: 'set', problem: null })
    expect(await successOf(remote.ledger.tail())).toEqual({ people: 1, come: 1, waiting: 0, behind: 0 })

    const next = someone().password
    const changing = open()
    await successOf(changing.signIn(signInAs(kim)))
    await successOf(changing.changePassword({ current: kim.password, next }))
    await failureOf(open().signIn(signInAs(kim)), 'InvalidCredentials')
    await successOf(open().signIn(signInAs({ ...kim, password: next })))

    const undone = await successOf(migration().undo())
    expect(undone.removed).toBe(0)
    expect(undone.kept.map(({ sourceId }) => sourceId)).toEqual([kim.user.id])
    expect(target.world.users()).toHaveLength(1)
    await remote.stop()
  })
})

describe('a live session of the old vendor', () => {
  const begin = async (from: Vendor = 'kii', to: Vendor = 'kinvey') => {
    const services = await withLedger(sandbox, from, to)
    const kim = await residentOf(services.source)
    await successOf(services.migration().run())
    const device = async (ledger = services.moves) => {
      const store = memoryStore()
      const old = { store, namespace: 'old' }
      await successOf(services.source.open(old).signIn(signInAs(kim)))
      return services.users({ old, provider: { store, namespace: 'new' }, ledger })
    }
    return { ...services, kim, device }
  }

  it('is exchanged for one at the new vendor, without a password', async () => {
    const { target, kim, device, ledger } = await begin()
    const users = await device()
    const moves: unknown[] = []
    users.migration.subscribe((moved) => moves.push(moved))
    const reasons: string[] = []
    users.subscribe(({ reason }) => reasons.push(reason))
    const user = await successOf(users.restore())
    expect(reasons).toEqual(['migrated'])
    expect(user).toMatchObject({ vendor: 'kinvey', attributes: { migratedFrom: kim.user.id } })
    expect(moves).toEqual([{ previousId: kim.user.id, id: user?.id, how: 'session' }])
    expect((await successOf(users.updateProfile({ set: { color: 'red' } }))).attributes.color).toBe('red')
    expect(target.world.users()).toHaveLength(1)
    expect((await ledger.get([kim.user.id]))[0]).toMatchObject({ password: 'exchanged' })
  })

  it('is exchanged though the new vendor does not answer the first question of the new one', async () => {
    const { target, kim, device } = await begin()
    const users = await device()
    target.world.faults.add({ method: 'GET', path: '_me', kind: { type: 'status', status: 503 }, times: 3 })
    expect((await successOf(users.restore()))?.id).toBe(kim.user.id)
    expect(users.state()).toMatchObject({ status: 'signedIn', user: { id: kim.user.id } })
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 120_000 })
    expect((await successOf(users.refresh())).attributes.migratedFrom).toBe(kim.user.id)
    expect(target.world.users()).toHaveLength(1)
  })

  it('is not exchanged again and again while the new vendor refuses the new one for another reason than that it is down', async () => {
    const { target, kim, device } = await begin()
    const users = await device()
    const refusals = () => target.world.requests.all().filter(({ path, status }) => path.endsWith('/_me') && status === 403).length
    target.world.faults.add({ method: 'GET', path: '_me', kind: { type: 'status', status: 403 }, times: 1_000 })
    expect((await successOf(users.restore()))?.id).toBe(kim.user.id)
    const before = refusals()
    expect(before).toBeGreaterThan(0)
    const begun = Date.now()
    vi.useFakeTimers({ toFake: ['Date'], now: begun + 1_800_000 })
    expect((await successOf(users.refresh())).id).toBe(kim.user.id)
    expect(refusals()).toBe(before)
    target.world.faults.clear()
    vi.setSystemTime(begun + 3_700_000)
    expect((await successOf(users.refresh())).attributes.migratedFrom).toBe(kim.user.id)
    expect(target.world.users()).toHaveLength(1)
  })

  it.each([
    { from: 'kinvey', to: 'kii', path: 'users/me', when: 'before' },
    { from: 'kinvey', to: 'kii', path: 'users/me', when: 'after' },
    { from: 'kii', to: 'kinvey', path: '_me', when: 'before' },
    { from: 'kii', to: 'kinvey', path: '_me', when: 'after' },
  ] as const)('ends where $to has barred the user $when the exchange, and nobody is lost', async ({ from, to, path, when }) => {
    const { source, target, kim, sides, moves, ledger } = await begin(from, to)
    const account = (await ledger.get([kim.user.id]))[0]?.targetId ?? userId('')
    const store = memoryStore()
    const old = { store, namespace: 'old' }
    await successOf(source.open(old).signIn(signInAs(kim)))
    const problems: string[] = []
    const onProblem = ({ _tag }: UserError) => problems.push(_tag)
    const users = migrating({ from: source.open(old), to: target.open({ store, namespace: 'new' }), ledger: moves, onProblem })
    if (when === 'after') {
      target.world.faults.add({ method: 'GET', path: `${path}$`, kind: { type: 'status', status: 503 }, times: 3 })
      expect((await successOf(users.restore()))?.id).toBe(kim.user.id)
    }
    await successOf(sides.to.directory.suspend(account))
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 120_000 })
    if (when === 'before') expect(await successOf(users.restore())).toBeNull()
    else await failureOf(users.refresh(), 'SessionExpired')
    expect(users.state()).toMatchObject({ status: 'signedOut' })
    // Neither says more of somebody who is suspended.
    if (when === 'before') expect(problems).toEqual(['InvalidCredentials'])
    await failureOf(users.signIn(signInAs(kim)), 'InvalidCredentials')
    await successOf(sides.to.directory.restore(account))
    expect((await successOf(users.signIn(signInAs(kim)))).id).toBe(account)
    expect(target.world.users()).toHaveLength(1)
  })

  it('ends where the new vendor has locked the user down, who hears of it at the next sign-in', async () => {
    const { ids, target, kim, device } = await begin()
    const users = await device()
    target.world.faults.add({ method: 'GET', path: '_me', kind: { type: 'status', status: 503 }, times: 3 })
    await successOf(users.restore())
    const lock = (isLocked: boolean): void => {
      for (const user of Object.values(sandbox.app('kinvey', ids.to).data.users)) user.lockedDown = isLocked
    }
    lock(true)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 120_000 })
    await failureOf(users.refresh(), 'SessionExpired')
    expect(users.state()).toMatchObject({ status: 'signedOut' })
    await failureOf(users.signIn(signInAs(kim)), 'UserDisabled')
    lock(false)
    expect((await successOf(users.signIn(signInAs(kim)))).attributes.migratedFrom).toBe(kim.user.id)
    expect(target.world.users()).toHaveLength(1)
  })

  it.each(['GET', 'PUT'] as const)(
    'goes on where the new vendor refuses the keys of the server, which says nothing of the user: %s',
    async (method) => {
      const { target, kim, device } = await begin('kinvey', 'kii')
      const users = await device()
      target.world.faults.add({ method, path: 'users/', kind: { type: 'status', status: 401 }, times: 1_000 })
      expect((await successOf(users.restore()))?.id).toBe(kim.user.id)
      target.world.faults.clear()
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_700_000 })
      expect((await successOf(users.refresh())).attributes.migratedFrom).toBe(kim.user.id)
      expect(target.world.users()).toHaveLength(1)
    },
  )

  it('that was exchanged is left alone by a later run, and when the run is taken back', async () => {
    const { kim, device, migration } = await begin()
    const users = await device()
    await successOf(users.restore())
    await successOf(migration().verify())
    await successOf(migration().run())
    expect(await successOf(migration().undo())).toMatchObject({ removed: 0, kept: [{ sourceId: kim.user.id, reason: 'has come since' }] })
    expect((await successOf(users.refresh())).attributes.migratedFrom).toBe(kim.user.id)
  })

  it('on a second device ends, and the old password still sets one there', async () => {
    const { target, kim, device } = await begin()
    await successOf((await device()).restore())
    const tablet = await device()
    expect(await successOf(tablet.restore())).toBeNull()
    const user = await successOf(tablet.signIn(signInAs(kim)))
    expect(user.attributes.migratedFrom).toBe(kim.user.id)
    expect(target.world.users()).toHaveLength(1)
  })

  it('of somebody who signed up after the run stays where it is', async () => {
    const { source, target, users } = await begin()
    const lee = await residentOf(source)
    const old = { store: memoryStore(), namespace: 'old' }
    await successOf(source.open(old).signIn(signInAs(lee)))
    const app = users({ old, provider: { store: old.store, namespace: 'new' } })
    expect((await successOf(app.restore()))?.id).toBe(lee.user.id)
    expect((await successOf(app.updateProfile({ set: { color: 'red' } }))).attributes.color).toBe('red')
    expect(target.world.users()).toHaveLength(1)
  })

  it('stays where it is while the ledger cannot be asked', async () => {
    const { kim, device, moves } = await begin()
    const remote = await serve(moves)
    await remote.stop()
    expect((await successOf((await device(remote.ledger)).restore()))?.id).toBe(kim.user.id)
  })

  it('on a second device ends though the ledger cannot be asked: two lives would drift apart', async () => {
    const { device, moves } = await begin()
    const remote = await serve(moves)
    await remote.stop()
    await successOf((await device()).restore())
    expect(await successOf((await device(remote.ledger)).restore())).toBeNull()
  })
})

describe('what an app says', () => {
  it('is not believed: the source is asked', async () => {
    const { source, target, moves, migration, ledger } = await withLedger(sandbox, 'kii', 'kinvey')
    const [kim, lee] = [await residentOf(source), await residentOf(source)]
    await successOf(migration().run())
    const sessionOf = async (person: typeof kim): Promise<Session> => {
      const store = memoryStore()
      await successOf(source.open({ store, namespace: 'any' }).signIn(signInAs(person)))
      return JSON.parse((await store.get('any.session')) ?? '{}')
    }
    const kims = await sessionOf(kim)
    const proof = { identifier: { username: kim.username }, password: 'Wrong-password-1', newPassword: someone().password }
    await failureOf(moves.claim({ ...proof, session: kims }), 'InvalidCredentials')
    await failureOf(moves.exchange?.({ ...kims, secrets: { accessToken: 'made-up' } }) ?? moves.tail(), 'SessionExpired')
    const stranger = await successOf(
      target.open({}).signUp({ identifiers: { username: someone().username }, password: someone().password }),
    )
    await failureOf(moves.record({ from: kims, targetId: stranger.id }), 'Forbidden')
    expect(await ledger.get([kim.user.id, lee.user.id])).toEqual([
      expect.objectContaining({ password: 'unset' }),
      expect.objectContaining({ password: 'unset' }),
    ])
  })

  it.each(['kii', 'kinvey', 'monaca'] as const)('of whom a session is counts for nothing, its token does (%s)', async (from) => {
    const { source, moves, migration, ledger } = await withLedger(sandbox, from, from === 'kinvey' ? 'kii' : 'kinvey')
    const [kim, lee] = [await residentOf(source), await residentOf(source)]
    await successOf(migration().run())
    const store = memoryStore()
    await successOf(source.open({ store, namespace: 'any' }).signIn(signInAs(lee)))
    const text = ((await store.get('any.session')) ?? '{}').replaceAll(lee.user.id, kim.user.id).replaceAll(lee.username, kim.username)
    const forged: Session = { ...JSON.parse(text), userId: userId(kim.user.id) }
    const { loginToken: _, ...secrets } = forged.secrets
    for (const session of [forged, { ...forged, secrets }]) {
      const answer = await moves.exchange?.(session)()
      if (answer?._tag === 'Right' && answer.right.outcome === 'exchanged') {
        expect((await ledger.byTarget(answer.right.session.userId))?.sourceId).toBe(lee.user.id)
      }
    }
    expect((await ledger.get([kim.user.id]))[0]).toMatchObject({ password: 'unset', problem: null })
    expect((await ledger.get([lee.user.id]))[0]).toMatchObject({ password: 'exchanged' })
  })

  it('is throttled, for each identifier', async () => {
    const { source, moves, migration } = await withLedger(sandbox, 'kii', 'kinvey')
    const kim = await residentOf(source)
    await successOf(migration().run())
    const store = memoryStore()
    await successOf(source.open({ store, namespace: 'any' }).signIn(signInAs(kim)))
    const session: Session = JSON.parse((await store.get('any.session')) ?? '{}')
    const proof = { identifier: { username: kim.username }, password: 'Wrong-password-1', newPassword: 'Wrong-password-1', session }
    source.world.faults.add({ path: 'token', kind: { type: 'status', status: 503 }, times: 1_000 })
    for (let attempt = 0; attempt < 10; attempt += 1) await failureOf(moves.claim(proof), 'Unavailable')
    source.world.faults.clear()
    for (let attempt = 0; attempt < 10; attempt += 1) await failureOf(moves.claim(proof), 'InvalidCredentials')
    expect((await failureOf(moves.claim(proof), 'RateLimited')).retryAfter).toBeGreaterThan(500)
  })

  it('leaves nobody signed in at the old vendor by its own question', async () => {
    const { source, moves, migration } = await withLedger(sandbox, 'kinvey', 'kii')
    const kim = await residentOf(source)
    await successOf(migration().run())
    const store = memoryStore()
    const app = source.open({ store, namespace: 'any' })
    await successOf(app.signIn(signInAs(kim)))
    const session: Session = JSON.parse((await store.get('any.session')) ?? '{}')
    const { username, password } = kim
    await successOf(moves.claim({ identifier: { username }, password, newPassword: password, session }))
    expect(source.world.requests.all().at(-1)?.path).toMatch(/_logout$/)
    expect((await successOf(app.refresh())).id).toBe(kim.user.id)
  })

  it('is refused where it is no question, and answers say nothing secret', async () => {
    const { source, moves } = await withLedger(sandbox, 'kii', 'kinvey')
    const kim = await residentOf(source)
    const handle = moveLedgerHandler(moves)
    const post = (body: string) => handle(new Request('http://127.0.0.1/', { method: 'POST', body }))
    expect((await handle(new Request('http://127.0.0.1/'))).status).toBe(405)
    for (const body of [
      '',
      'no JSON',
      '{}',
      '{"question":"tail","input":{}}',
      '{"question":"erase","input":{}}',
      '{"question":"claim","input":{"identifier":{}}}',
    ]) {
      expect((await post(body)).status, body).toBe(400)
    }
    expect((await post(`"${'x'.repeat(70_000)}"`)).status).toBe(413)
    const session = { vendor: 'kii', userId: kim.user.id, kind: 'registered', secrets: { accessToken: 'made-up-token' } }
    const input = { identifier: { username: kim.username }, password: 'Wrong-password-1', newPassword: 'Wrong-password-1', session }
    const answer = await post(JSON.stringify({ question: 'claim', input }))
    const text = await answer.text()
    expect(answer.status).toBe(400)
    for (const secret of ['Wrong-password-1', 'made-up-token', kim.username]) expect(text).not.toContain(secret)
    expect(JSON.parse(text)).toEqual({ tag: 'InvalidCredentials' })
  })
})

describe('with a ledger', () => {
  it('no identifier of somebody who has not come is given away, whatever its kind', async () => {
    const { source, users } = await withLedger(sandbox, 'kii', 'kinvey')
    const kim = await residentOf(source)
    const { email, username, password } = someone()
    const taken = await failureOf(users().signUp({ identifiers: { username, email: kim.email }, password }), 'IdentifierTaken')
    expect(taken.identifier).toBe('email')
    await failureOf(users().signUp({ identifiers: { username: kim.username }, password }), 'IdentifierTaken')
    await successOf(users().signUp({ identifiers: { username, email }, password }))
  })

  it('one that nobody at the source can have is nobody’s', async () => {
    const { moves } = await withLedger(sandbox, 'kii', 'kinvey')
    expect(await successOf(moves.standing({ phone: '5551' }))).toBe('unknown')
  })

  it('nor is one kept for somebody who has left the old vendor before the move', async () => {
    const { source, sides, users, migration } = await withLedger(sandbox, 'kii', 'kinvey')
    const kim = await residentOf(source)
    const holder = await successOf(sides.to.directory.create({ identifiers: { username: kim.username } }))
    await successOf(migration().run())
    await successOf(sides.from.directory.erase(kim.user.id))
    await successOf(sides.to.directory.erase(holder.id))
    expect(await successOf(migration().resume())).toMatchObject({ counts: { byProblem: [{ code: 'gone-at-source' }] } })
    await successOf(users().signUp({ identifiers: { username: kim.username }, password: someone().password }))
  })

  it('a reset goes where the user is', async () => {
    const { source, target, users, migration } = await withLedger(sandbox, 'kii', 'kinvey')
    const kim = await residentOf(source)
    await successOf(migration().run())
    const identifier = { username: kim.username }
    expect(target.world.outbox.messages()).toEqual([])
    expect((await successOf(users().requestPasswordReset({ identifier }))).vendor).toBe('kii')
    await source.control.inbox.next({ to: kim.email, purpose: 'password-reset' })
    await successOf(users().signIn(signInAs(kim)))
    expect((await successOf(users().requestPasswordReset({ identifier }))).vendor).toBe('kinvey')
    await target.control.inbox.next({ to: kim.email, purpose: 'password-reset' })
  })

  it('also of somebody who came when the ledger could not be asked', async () => {
    const { source, target, users } = await withLedger(sandbox, 'kii', 'kinvey')
    const kim = await residentOf(source)
    await successOf(migrating({ from: source.open({}), to: target.open({}) }).signIn(signInAs(kim)))
    expect((await successOf(users().requestPasswordReset({ identifier: { username: kim.username } }))).vendor).toBe('kinvey')
  })

  it('the old password opens nothing of somebody who set another one at the new vendor, though the ledger does not know of it', async () => {
    const { target, source, users, migration, ledger, sides } = await withLedger(sandbox, 'kii', 'kinvey')
    const kim = await residentOf(source)
    await successOf(migration().run())
    const [row] = await ledger.get([kim.user.id])
    const next = someone().password
    await successOf(sides.to.directory.setPassword(userId(row?.targetId ?? ''), next))
    await successOf(users().signIn(signInAs({ ...kim, password: next })))
    expect((await ledger.get([kim.user.id]))[0]?.password).toBe('unset')
    await failureOf(users().signIn(signInAs(kim)), 'InvalidCredentials')
    await successOf(users().signIn(signInAs({ ...kim, password: next })))
    expect(target.world.users()).toHaveLength(1)
  })

  it('somebody who comes before any run is made once, and a purged ledger learns of nobody', async () => {
    const { source, target, migration, moves, users, ledger, sides } = await withLedger(sandbox, 'kinvey', 'kii')
    const [kim, lee] = [await residentOf(source), await residentOf(source)]
    await successOf(users().signIn(signInAs(kim)))
    expect(hasBegun(await successOf(migration().status()))).toBe(false)
    expect(await successOf(migration().resume())).toMatchObject({ status: 'refused' })
    await successOf(sides.from.directory.update(kim.user.id, { identifiers: { username: someone().username } }))
    expect(await successOf(migration().run())).toMatchObject({ status: 'done', created: 1 })
    expect(target.world.users()).toHaveLength(2)
    await successOf(migration().purge())
    const mia = await residentOf(source)
    await successOf(users().signIn(signInAs(mia)))
    expect((await ledger.get([kim.user.id, lee.user.id, mia.user.id])).map(({ sourceId }) => sourceId).sort()).toEqual(
      [kim.user.id, lee.user.id].sort(),
    )
    expect(await successOf(moves.tail())).toMatchObject({ people: 2, come: 1 })
  })

  it('somebody who signed up at the old vendor after the run is made by the sign-in, and never by a run, whatever the name is by then', async () => {
    const { source, target, migration, moves, sides } = await withLedger(sandbox, 'kii', 'kinvey')
    await residentOf(source)
    await successOf(migration().run())
    const lee = await residentOf(source)
    const problems: unknown[] = []
    const app = migrating({ from: source.open({}), to: target.open({}), ledger: moves, onProblem: (problem) => problems.push(problem) })
    const user = await successOf(app.signIn(signInAs(lee)))
    expect(user.attributes.migratedFrom).toBe(lee.user.id)
    expect(target.world.users()).toHaveLength(2)
    expect(await successOf(moves.tail())).toEqual({ people: 2, come: 1, waiting: 1, behind: 0 })
    expect(problems).toEqual([])
    await successOf(sides.from.directory.update(lee.user.id, { identifiers: { username: someone().username } }))
    expect(await successOf(migration().run())).toMatchObject({ created: 0, counts: { byState: { created: 1, linked: 1 } } })
    expect(await successOf(moves.tail())).toEqual({ people: 2, come: 1, waiting: 1, behind: 0 })
    expect(await successOf(migration().verify())).toMatchObject({ different: 0, notMoved: 0 })
    expect(target.world.users()).toHaveLength(2)
    await successOf(migration().undo())
    expect(target.world.users().map(({ id }) => id)).toEqual([user.id])
  })

  it('the old password opens nothing of somebody who came alone, whatever the ledger has missed', async () => {
    const { source, users, migration, moves, ledger } = await withLedger(sandbox, 'kii', 'kinvey')
    const kim = await residentOf(source)
    const forgetful = {
      ...moves,
      record: () => async () =>
        ({ _tag: 'Left', left: await failureOf(moves.tail({ signal: AbortSignal.abort() }), 'Cancelled') }) as const,
    }
    const app = users({ ledger: forgetful })
    const { id } = await successOf(app.signIn(signInAs(kim)))
    const next = someone().password
    await successOf(app.changePassword({ current: kim.password, next }))
    await successOf(migration().run())
    await ledger.change([{ sourceId: kim.user.id, state: 'created', targetId: id, password: 'unset' }])
    await failureOf(users().signIn(signInAs(kim)), 'InvalidCredentials')
    expect((await successOf(users().signIn(signInAs({ ...kim, password: next })))).id).toBe(id)
  })

  it('a second factor at the old vendor is asked for before the account is given', async () => {
    const { source, target, users, migration, moves } = await withLedger(sandbox, 'kii', 'kinvey')
    const kim = await residentOf(source)
    await successOf(migration().run())
    const kit = enrolSecondFactor(source.world as Parameters<typeof enrolSecondFactor>[0], kim.user.id)
    const app = users()
    const lee = await residentOf(source)
    const store = memoryStore()
    await successOf(source.open({ store, namespace: 'any' }).signIn(signInAs(lee)))
    const lees: Session = JSON.parse((await store.get('any.session')) ?? '{}')
    const proof = { identifier: { username: kim.username }, password: kim.password, newPassword: kim.password }
    await failureOf(moves.claim({ ...proof, session: lees }), 'InvalidCredentials')
    const { step } = await failureOf(app.signIn(signInAs(kim)), 'SecondFactorRequired')
    const code = totpCode(kit.secret, source.world.clock.now())
    expect((await successOf(app.continueSignIn(step, { factor: 'totp', code }))).attributes.migratedFrom).toBe(kim.user.id)
    expect(target.world.users()).toHaveLength(1)
  })

  it('an account that was there before the run is opened by its own password alone', async () => {
    const { source, target, users, migration, ledger } = await withLedger(sandbox, 'kii', 'kinvey')
    const kim = await residentOf(source)
    const own = someone().password
    const identifiers = { username: kim.username, email: kim.email }
    const before = await successOf(target.open({}).signUp({ identifiers, password: own }))
    await successOf(migration({ conflicts: 'link' }).run())
    expect((await ledger.get([kim.user.id]))[0]).toMatchObject({ state: 'linked', targetId: before.id })
    await failureOf(users().signIn(signInAs(kim)), 'InvalidCredentials')
    expect((await successOf(users().requestPasswordReset({ identifier: { username: kim.username } }))).vendor).toBe('kinvey')
    expect((await successOf(users().signIn(signInAs({ ...kim, password: own })))).id).toBe(before.id)
  })

  it('a claim that was cut short is done again, and the old password opens nothing later', async () => {
    let calls = 0
    const failing = (ledger: Ledger): Ledger => ({
      ...ledger,
      hash: (text) => ledger.hash(text),
      get: (ids) => ledger.get(ids),
      holders: (folded) => ledger.holders(folded),
      change: async (changes) => {
        calls += 1
        // Written before: the first. Written after the password is set: the second.
        if (calls === 2) throw new LedgerFailure('full', 'no space')
        return ledger.change(changes)
      },
    })
    const { source, target, users, migration, ledger } = await withLedger(sandbox, 'kii', 'kinvey', failing)
    const kim = await residentOf(source)
    await successOf(migration().run())
    await failureOf(users().signIn(signInAs(kim)), 'Unavailable')
    expect((await ledger.get([kim.user.id]))[0]).toMatchObject({ password: 'set', problem: { code: 'claiming' } })
    const user = await successOf(users().signIn(signInAs(kim)))
    expect(user.attributes.migratedFrom).toBe(kim.user.id)
    expect(target.world.users()).toHaveLength(1)
  })

  it.each([429, 403])('a claim that the new vendor refuses with %i for now is good whenever the user comes back', async (status) => {
    const { source, target, users, migration } = await withLedger(sandbox, 'kii', 'kinvey')
    const kim = await residentOf(source)
    await successOf(migration().run())
    target.world.faults.add({ method: 'PUT', kind: { type: 'status', status }, times: 1 })
    await failureOf(users().signIn(signInAs(kim)), status === 429 ? 'RateLimited' : 'Vendor')
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 })
    expect((await successOf(users().signIn(signInAs(kim)))).attributes.migratedFrom).toBe(kim.user.id)
    expect(target.world.users()).toHaveLength(1)
  })

  it.each(['verify', 'run'] as const)('a claim that was cut short is done again after a %s as well', async (operation) => {
    const { source, target, users, migration } = await withLedger(sandbox, 'kii', 'kinvey')
    const kim = await residentOf(source)
    await successOf(migration().run())
    target.world.faults.add({ method: 'PUT', kind: { type: 'reset', after: 'request' }, times: 1 })
    await failureOf(users().signIn(signInAs(kim)), 'Unavailable')
    await migration()[operation]()()
    expect((await successOf(users().signIn(signInAs(kim)))).attributes.migratedFrom).toBe(kim.user.id)
    expect(target.world.users()).toHaveLength(1)
  })

  it.each(['verify', 'run', 'first run'] as const)('a claim that was cut short in the midst of a %s is done again', async (operation) => {
    const { source, target, users, migration, ledger, sides } = await withLedger(sandbox, 'kii', 'kinvey')
    const kim = await residentOf(source)
    if (operation !== 'first run') await successOf(migration().run())
    if (operation === 'run') await successOf(sides.from.directory.update(kim.user.id, { displayName: 'Kim' }))
    let hasCome = false
    const comes = async (): Promise<void> => {
      if (hasCome) return
      hasCome = true
      target.world.faults.add({ method: 'PUT', kind: { type: 'reset', after: 'request' }, times: 1 })
      await failureOf(users().signIn(signInAs(kim)), 'Unavailable')
    }
    const meanwhile =
      <A>(answer: Result<A>): Result<A> =>
      async () => {
        const given = await answer()
        await comes()
        return given
      }
    const { directory } = sides.to
    const to: UserDirectory = {
      ...directory,
      get: (...given) => meanwhile(directory.get(...given)),
      create: (...given) => meanwhile(directory.create(...given)),
    }
    await successOf<unknown>(operation === 'verify' ? migration({}, to).verify() : migration({}, to).run())
    expect((await ledger.get([kim.user.id]))[0]).toMatchObject({ password: 'set', problem: { code: 'claiming' } })
    expect((await successOf(users().signIn(signInAs(kim)))).attributes.migratedFrom).toBe(kim.user.id)
    expect(target.world.users()).toHaveLength(1)
  })

  it('a claim that was cut short is not done again once another password may have been set', async () => {
    const { source, target, users, migration, ledger } = await withLedger(sandbox, 'kii', 'kinvey')
    const kim = await residentOf(source)
    await successOf(migration().run())
    target.world.faults.add({ method: 'PUT', kind: { type: 'reset', after: 'write' }, times: 1 })
    await failureOf(users().signIn(signInAs(kim)), 'Unavailable')
    expect((await ledger.get([kim.user.id]))[0]).toMatchObject({ password: 'set', problem: { code: 'claiming' } })
    const alone = target.open({})
    await successOf(alone.signIn(signInAs(kim)))
    const next = someone().password
    await successOf(alone.changePassword({ current: kim.password, next }))
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 })
    await failureOf(users().signIn(signInAs(kim)), 'InvalidCredentials')
    await successOf(users().signIn(signInAs({ ...kim, password: next })))
  })

  it('a password that the new vendor refuses is chosen anew', async () => {
    const { source, users, migration, ledger, sides } = await withLedger(sandbox, 'kii', 'kinvey')
    const kim = await residentOf(source)
    await successOf(migration().run())
    const { directory } = sides.to
    const setPassword: typeof directory.setPassword = (id, password, call) =>
      password === kim.password
        ? TE.left(userError('PasswordRejected', { vendor: 'kinvey', operation: 'setPassword' }, {}))
        : directory.setPassword(id, password, call)
    const app = users({ ledger: directoryLedger({ ...sides, ledger, to: { ...sides.to, directory: { ...directory, setPassword } } }) })
    const { step } = await failureOf(app.signIn(signInAs(kim)), 'PasswordRejected')
    if (step === undefined) throw new Error('there must be a step')
    const next = someone().password
    const user = await successOf(app.migration.chooseNewPassword(step, next))
    expect(user.attributes.migratedFrom).toBe(kim.user.id)
    await failureOf(users().signIn(signInAs(kim)), 'InvalidCredentials')
    expect((await successOf(users().signIn(signInAs({ ...kim, password: next })))).id).toBe(user.id)
  })

  it('nothing is half-made while it is down', async () => {
    const { source, target, users, migration, moves } = await withLedger(sandbox, 'kii', 'kinvey')
    const kim = await residentOf(source)
    await successOf(migration().run())
    const remote = await serve(moves)
    await remote.stop()
    await failureOf(users({ ledger: remote.ledger }).signIn(signInAs(kim)), 'Unavailable')
    expect(target.world.users()).toHaveLength(1)
    await successOf(users().signIn(signInAs(kim)))
  })
})

describe('a bulk run beside people who come', () => {
  it('makes nobody twice', async () => {
    const { source, target, users, migration } = await withLedger(sandbox, 'kii', 'kinvey')
    const people = await Promise.all(Array.from({ length: 30 }, () => residentOf(source)))
    const early = people.slice(0, 5)
    for (const person of early) await successOf(users().signIn(signInAs(person)))
    const [run] = await Promise.all([
      successOf(migration({ conflicts: 'link' }).run()),
      ...people.slice(5, 15).map((person) => users().signIn(signInAs(person))()),
    ])
    expect(['done', 'done-with-failures']).toContain(run.status)
    for (const person of people) await successOf(users().signIn(signInAs(person)))
    expect(target.world.users()).toHaveLength(30)
  })

  it('leaves the account alone that somebody made by coming, and so does taking the run back', async () => {
    const { source, target, users, migration, ledger } = await withLedger(sandbox, 'kii', 'kii')
    const kim = await residentOf(source)
    const app = users()
    const { id } = await successOf(app.signIn(signInAs(kim)))
    await successOf(migration().run())
    expect((await successOf(app.refresh())).id).toBe(id)
    expect(target.world.users()).toHaveLength(1)
    expect((await ledger.get([kim.user.id]))[0]).toMatchObject({ state: 'linked', targetId: id })
    await successOf(migration().undo())
    expect((await successOf(app.refresh())).id).toBe(id)
  })

  it.each(['kii', 'kinvey', 'monaca'] as const)(
    'leaves no placeholder at %s of an anonymous user who came by the own device',
    async (to) => {
      const from = to === 'kii' ? 'kinvey' : 'kii'
      const { source, target, users, migration, ledger } = await withLedger(sandbox, from, to)
      const store = memoryStore()
      const old = { store, namespace: 'old' }
      const before = await successOf(source.open(old).signInAnonymously({ attributes: { color: 'blue' } }))
      await successOf(migration({ anonymous: 'move' }).run())
      expect(target.world.users()).toHaveLength(1)
      const app = users({ old, provider: { store, namespace: 'new' } })
      const after = await successOf(app.restore())
      expect(after).toMatchObject({ vendor: to, kind: 'anonymous', attributes: { color: 'blue' } })
      expect(target.world.users()).toHaveLength(1)
      expect((await ledger.get([before.id]))[0]).toMatchObject({ targetId: after?.id, password: 'set' })
      await successOf(migration({ anonymous: 'move' }).undo())
      expect((await successOf(app.refresh())).id).toBe(after?.id)
    },
  )

  it('takes back what it made of an anonymous user where that could not be removed when the user came', async () => {
    const { source, target, users, migration, ledger } = await withLedger(sandbox, 'kii', 'kinvey')
    const store = memoryStore()
    const old = { store, namespace: 'old' }
    const before = await successOf(source.open(old).signInAnonymously({}))
    await successOf(migration({ anonymous: 'move' }).run())
    const [placeholder] = target.world.users()
    target.world.faults.add({ method: 'DELETE', kind: { type: 'status', status: 503 }, times: 1_000 })
    const app = users({ old, provider: { store, namespace: 'new' } })
    const { id } = (await successOf(app.restore())) ?? {}
    expect((await ledger.get([before.id]))[0]).toMatchObject({ targetId: placeholder?.id })
    target.world.faults.clear()
    await successOf(migration({ anonymous: 'move' }).undo())
    expect(target.world.users()).toMatchObject([{ id }])
  })

  it('has no problem any more with somebody whom it skipped and who came', async () => {
    const { source, sides, users, migration, ledger } = await withLedger(sandbox, 'kii', 'kinvey')
    const kim = await residentOf(source)
    const holder = await successOf(sides.to.directory.create({ identifiers: { username: kim.username } }))
    await successOf(migration({ conflicts: 'skip' }).run())
    expect((await successOf(users().signIn(signInAs(kim)))).id).toBe(kim.user.id)
    expect((await ledger.get([kim.user.id]))[0]).toMatchObject({ state: 'skipped', problem: { code: 'conflict' } })
    await successOf(sides.to.directory.erase(holder.id))
    const { id } = await successOf(users().signIn(signInAs(kim)))
    expect((await ledger.get([kim.user.id]))[0]).toMatchObject({ state: 'created', targetId: id, password: 'set' })
    expect((await ledger.counts()).byProblem).toEqual([])
  })

  it('leaves alone who came by a password that the ledger did not set, and counts them', async () => {
    const { source, target, sides, users, migration, ledger } = await withLedger(sandbox, 'kii', 'kinvey')
    const kim = await residentOf(source)
    await successOf(migration().run())
    const [made] = target.world.users()
    const password = someone().password
    await successOf(sides.to.directory.setPassword(userId(made?.id ?? ''), password))
    const app = users()
    await successOf(app.signIn(signInAs({ ...kim, password })))
    await successOf(app.updateProfile({ displayName: 'Mine' }))
    await successOf(sides.from.directory.update(kim.user.id, { displayName: 'Theirs' }))
    expect((await ledger.counts()).waiting).toBe(1)
    await successOf(migration().run())
    expect((await successOf(app.refresh())).displayName).toBe('Mine')
    expect((await ledger.counts()).waiting).toBe(0)
  })

  it('leaves alone who has come since, whatever changes at the source', async () => {
    const { source, target, users, migration } = await withLedger(sandbox, 'kii', 'kinvey')
    const kim = await residentOf(source)
    await successOf(migration().run())
    const app = users()
    const { id } = await successOf(app.signIn(signInAs(kim)))
    const old = source.open({})
    await successOf(old.signIn(signInAs(kim)))
    await successOf(old.updateProfile({ set: { color: 'red' } }))
    await successOf(migration().run())
    expect((await successOf(app.refresh())).attributes.color).toBe('blue')
    expect(await successOf(migration().undo())).toMatchObject({ removed: 0, kept: [{ sourceId: kim.user.id, reason: 'has come since' }] })
    expect((await successOf(app.refresh())).id).toBe(id)
    expect(target.world.users()).toHaveLength(1)
  })
})
