import { randomUUID } from 'node:crypto'
import { userId } from '@userport/core'
import { describe, expect, it } from 'vitest'
import { type LedgerIdentity, moveStates } from '../src/ledger/ledger.js'
import { openLedger } from '../src/ledger/open-ledger.js'
import { defaultPolicy } from '../src/policy.js'
import { ledgerPlaces, newRecord, withLedger } from './support/ledger-engines.js'

const { places } = await ledgerPlaces()

const identity: LedgerIdentity = { from: 'kii', to: 'kinvey', fingerprint: 'f1', policy: defaultPolicy }
const emptyStates = Object.fromEntries(moveStates.map((state) => [state, 0]))

describe.each(places)('a ledger on $engine', ({ engine, fresh }) => {
  const onLedger = (use: Parameters<typeof withLedger>[1]) => () => withLedger(fresh(), use)

  it(
    'says on what it is',
    onLedger(async (ledger) => expect(ledger.engine).toBe(engine)),
  )

  it(
    'keeps every field of a user as it was given',
    onLedger(async (ledger) => {
      // NUL and half of a surrogate pair: neither database takes them as they are.
      const targetName = `O'Nëil "x" \\ \u0000 \ud800 ${randomUUID()} 😀`
      const record = newRecord('u1', {
        kind: 'anonymous',
        state: 'failed',
        targetId: userId('t1'),
        targetName,
        losses: ['id-replaced', 'created-at-changed'],
        problem: { code: 'invalid', detail: 'username: at most 20 characters' },
      })
      const before = Date.now()
      await ledger.append([record], null)
      const [kept] = await ledger.get(['u1'])
      const { folded: _, ...fields } = record
      expect(kept).toEqual({
        ...fields,
        losses: ['created-at-changed', 'id-replaced'],
        attempts: 0,
        password: 'unset',
        updatedAt: expect.any(Number),
      })
      expect(kept?.updatedAt).toBeGreaterThanOrEqual(before)
    }),
  )

  it(
    'changes a user only while the row is as it was read, where that is asked for',
    onLedger(async (ledger) => {
      const [a, b, c, d, e] = [userId('a'), userId('b'), userId('c'), userId('d'), userId('e')]
      await ledger.append([newRecord(a), newRecord(b), newRecord(c), newRecord(d), newRecord(e)], null)
      const asRead = await ledger.get([a, b, c, d])
      const problem = { code: 'claiming', detail: 'a password is being set' }
      await ledger.change([
        { sourceId: b, state: 'undoing' },
        { sourceId: c, password: 'exchanged' },
        { sourceId: d, problem },
      ])
      await ledger.change([
        ...asRead.map((ifStill) => ({ sourceId: ifStill.sourceId, state: 'verified', problem: null, ifStill }) as const),
        { sourceId: e, state: 'verified' },
      ])
      const rows = new Map((await ledger.get([a, b, c, d, e])).map((row) => [row.sourceId, row]))
      expect([a, b, c, d, e].map((id) => rows.get(id))).toMatchObject([
        { state: 'verified' },
        { state: 'undoing' },
        { state: 'planned', password: 'exchanged' },
        { state: 'planned', problem },
        { state: 'verified' },
      ])
      expect((await ledger.counts()).byState).toEqual({ ...emptyStates, planned: 2, undoing: 1, verified: 2 })
    }),
  )

  it(
    'answers which users of a page are new, and leaves the others as they are',
    onLedger(async (ledger) => {
      expect(await ledger.append([newRecord('a'), newRecord('b')], 'page 2')).toEqual(new Set(['a', 'b']))
      await ledger.change([{ sourceId: userId('b'), state: 'created', targetId: userId('t') }])
      expect(await ledger.append([newRecord('b', { state: 'failed' }), newRecord('c'), newRecord('c')], null)).toEqual(new Set(['c']))
      expect(await ledger.get(['b'])).toMatchObject([{ state: 'created', targetId: 't' }])
      expect((await ledger.counts()).byState).toEqual({ ...emptyStates, planned: 2, created: 1 })
    }),
  )

  it(
    'changes what it is told to change and nothing else, also twice in one call',
    onLedger(async (ledger) => {
      await ledger.append(
        [newRecord('a', { targetName: 'name a', losses: ['id-replaced'] }), newRecord('b', { targetName: 'name b' })],
        null,
      )
      const a = userId('a')
      await ledger.change([
        { sourceId: a, state: 'creating', attempted: true, targetId: userId('t1') },
        { sourceId: userId('b'), targetName: null, problem: { code: 'Unavailable', detail: '503' } },
        { sourceId: a, state: 'created', attempted: true, password: 'set' },
      ])
      const [first, second] = await ledger.get(['a', 'b'])
      expect(first).toMatchObject({
        state: 'created',
        attempts: 2,
        targetId: 't1',
        targetName: 'name a',
        losses: ['id-replaced'],
        password: 'set',
      })
      expect(second).toMatchObject({ state: 'planned', attempts: 0, targetName: null, problem: { code: 'Unavailable', detail: '503' } })
      await ledger.change([{ sourceId: userId('b'), problem: null, losses: ['id-replaced'], digest: 'new', targetName: 'other' }])
      expect(await ledger.get(['b'])).toMatchObject([{ problem: null, losses: ['id-replaced'], digest: 'new', targetName: 'other' }])
    }),
  )

  it(
    'keeps what a vendor said of a failure, without what no database takes',
    onLedger(async (ledger) => {
      const problem = { code: 'Ven\0dor', detail: 'create: E\0\ud8001' }
      await ledger.append([newRecord('a', { problem }), newRecord('b')], null)
      await ledger.change([{ sourceId: userId('b'), problem }])
      const kept = { code: 'Vendor', detail: 'create: E\ufffd1' }
      expect((await ledger.get(['a', 'b'])).map((row) => row.problem)).toEqual([kept, kept])
    }),
  )

  it(
    'changes nothing where one of the users is not in it',
    onLedger(async (ledger) => {
      await ledger.append([newRecord('a')], null)
      const changes = [
        { sourceId: userId('a'), state: 'created' as const },
        { sourceId: userId('nobody'), state: 'created' as const },
      ]
      await expect(ledger.change(changes)).rejects.toMatchObject({ name: 'LedgerFailure', reason: 'broken' })
      expect(await ledger.get(['a', 'nobody'])).toMatchObject([{ sourceId: 'a', state: 'planned' }])
      expect((await ledger.counts()).byState).toEqual({ ...emptyStates, planned: 1 })
    }),
  )

  it(
    'takes empty calls for what they are',
    onLedger(async (ledger) => {
      expect(await ledger.append([], 'page 2')).toEqual(new Set())
      await ledger.change([])
      expect(await ledger.get([])).toEqual([])
      expect(await ledger.list([], { limit: 10 })).toEqual([])
      expect(await ledger.holders([])).toEqual(new Map())
      expect((await ledger.progress()).cursor).toBe('page 2')
    }),
  )

  it(
    'lists users of some states by id, byte by byte, page after page',
    onLedger(async (ledger) => {
      const ids = ['B', 'Z', 'a', 'a-1', 'a1', 'b', 'z', 'é', '😀']
      await ledger.append(
        ids.map((id, index) => newRecord(id, { state: (['created', 'planned', 'failed'] as const)[index % 3] ?? 'failed' })).reverse(),
        null,
      )
      const pages: string[][] = []
      for (let after: string | undefined; ; ) {
        const page = await ledger.list(['created', 'planned', 'created'], { limit: 2, ...(after === undefined ? {} : { after }) })
        if (page.length === 0) break
        pages.push(page.map(({ sourceId }) => sourceId))
        after = page.at(-1)?.sourceId
      }
      expect(pages).toEqual([
        ['B', 'Z'],
        ['a-1', 'a1'],
        ['z', 'é'],
      ])
    }),
  )

  it(
    'finds a user by the id at the target',
    onLedger(async (ledger) => {
      await ledger.append([newRecord('a', { targetId: userId('t-a') }), newRecord('b')], null)
      expect(await ledger.byTarget('t-a')).toMatchObject({ sourceId: 'a' })
      expect(await ledger.byTarget('t-b')).toBeNull()
    }),
  )

  it(
    'knows who was the first to have a folded identifier',
    onLedger(async (ledger) => {
      await ledger.append(
        [newRecord('a', { folded: ['username:ann', 'email:a@x'] }), newRecord('b', { folded: ['username:ann'] })],
        'page 2',
      )
      await ledger.append([newRecord('c', { folded: ['email:a@x', 'phone:1'] }), newRecord('a', { folded: ['phone:2'] })], null)
      expect(await ledger.holders(['username:ann', 'email:a@x', 'phone:1', 'phone:2'])).toEqual(
        new Map([
          ['username:ann', 'a'],
          ['email:a@x', 'a'],
          ['phone:1', 'c'],
        ]),
      )
    }),
  )

  it(
    'lets users get and give up identifiers, and takes none from another one',
    onLedger(async (ledger) => {
      await ledger.append([newRecord('a', { folded: ['username:ann'] }), newRecord('b', { folded: ['username:bob'] })], null)
      await ledger.hold([
        { sourceId: userId('a'), folded: ['username:amy', 'username:bob'] },
        { sourceId: userId('b'), folded: ['username:amy', 'phone:1'] },
        { sourceId: userId('b'), folded: [] },
      ])
      await ledger.release([
        { sourceId: userId('a'), folded: ['username:ann', 'username:bob', 'username:absent'] },
        { sourceId: userId('b'), folded: ['username:amy'] },
      ])
      expect(await ledger.holders(['username:ann', 'username:amy', 'username:bob', 'phone:1'])).toEqual(
        new Map([
          ['username:amy', 'a'],
          ['username:bob', 'b'],
          ['phone:1', 'b'],
        ]),
      )
      await ledger.releaseAll(['b', 'absent'])
      expect(await ledger.holders(['username:amy', 'username:bob', 'phone:1'])).toEqual(new Map([['username:amy', 'a']]))
    }),
  )

  it(
    'counts users by state, kind, loss and problem, and those who have not come',
    onLedger(async (ledger) => {
      const problem = { code: 'invalid', detail: 'username: too long' }
      await ledger.append(
        [
          newRecord('a', { losses: ['id-replaced', 'password-not-moved'] }),
          newRecord('b', { losses: ['id-replaced'] }),
          newRecord('c', { kind: 'anonymous', state: 'left' }),
          newRecord('d', { state: 'failed', problem, losses: ['id-replaced'] }),
          newRecord('e', { state: 'failed', problem, losses: ['password-not-moved'] }),
          newRecord('f', { state: 'failed', problem: { code: 'twin', detail: '' } }),
          newRecord('g', { losses: ['id-replaced', 'phone-dropped'] }),
          newRecord('h', { losses: ['id-replaced'] }),
          newRecord('i', { losses: ['id-replaced'] }),
          newRecord('j', { state: 'skipped', problem }),
        ],
        null,
      )
      await ledger.change([
        { sourceId: userId('a'), state: 'created' },
        { sourceId: userId('b'), state: 'verified', password: 'set' },
        { sourceId: userId('e'), state: 'planned', problem: null },
        { sourceId: userId('g'), state: 'undone' },
        { sourceId: userId('h'), state: 'linked' },
        { sourceId: userId('i'), state: 'undoing' },
      ])
      expect(await ledger.counts()).toEqual({
        byState: { ...emptyStates, created: 1, verified: 1, left: 1, failed: 2, skipped: 1, planned: 1, undone: 1, linked: 1, undoing: 1 },
        byKind: { registered: 9, anonymous: 1 },
        byLoss: { 'id-replaced': 4, 'password-not-moved': 1 },
        byProblem: [
          { ...problem, count: 2 },
          { code: 'twin', detail: '', count: 1 },
        ],
        waiting: 1,
      })
    }),
  )

  it('counts the same however many write at a time', async () => {
    const url = fresh()
    await withLedger(url, (ledger) =>
      withLedger(url, async (other) => {
        const ids = Array.from({ length: 60 }, (_, index) => `u${String(index).padStart(3, '0')}`)
        await ledger.append(
          ids.map((id) => newRecord(id)),
          null,
        )
        const thirds = [ids.slice(0, 40), ids.slice(20), ids.toReversed().slice(10, 50)]
        await Promise.all(
          thirds.flatMap((some) =>
            [ledger, other].flatMap((one) =>
              (['creating', 'created'] as const).map((state) =>
                one.change(some.map((id) => ({ sourceId: userId(id), state, attempted: true }))),
              ),
            ),
          ),
        )
        const rows = await ledger.get(ids)
        expect(rows.reduce((sum, row) => sum + row.attempts, 0)).toBe(thirds.flat().length * 4)
        const { byState } = await other.counts()
        for (const state of ['creating', 'created'] as const) expect(byState[state]).toBe(rows.filter((row) => row.state === state).length)
        expect(byState.planned).toBe(0)
      }),
    )
  })

  it('is one migration’s, and says whose', async () => {
    const url = fresh()
    await withLedger(url, async (ledger) => {
      expect(await ledger.identity()).toBeNull()
      expect(await ledger.identify(identity)).toBe('new')
    })
    await withLedger(url, async (ledger) => {
      expect(await ledger.identify(identity)).toBe('known')
      expect(await ledger.identify({ ...identity, fingerprint: 'f2' })).toEqual({ belongsTo: identity })
      expect(await ledger.identity()).toEqual(identity)
    })
  })

  it('is claimed by one of two that begin in the same instant', async () => {
    const url = fresh()
    await withLedger(url, (one) =>
      withLedger(url, async (other) => {
        const answers = await Promise.all([one.identify(identity), other.identify({ ...identity, fingerprint: 'f2' })])
        expect(answers.filter((answer) => answer === 'new')).toHaveLength(1)
        expect(answers.filter((answer) => typeof answer === 'object')).toHaveLength(1)
      }),
    )
  })

  it('remembers how far a run has come', async () => {
    const url = fresh()
    await withLedger(url, async (ledger) => {
      await ledger.identify(identity)
      expect(await ledger.progress()).toMatchObject({ cursor: undefined, passes: 0, purged: false, finishedAt: null })
      await ledger.append([newRecord('a')], 'page 2')
    })
    await withLedger(url, async (ledger) => {
      expect(await ledger.progress()).toMatchObject({ cursor: 'page 2', passes: 0 })
      await ledger.append([], null)
      await ledger.finish(1234)
      expect(await ledger.progress()).toMatchObject({ cursor: null, passes: 1, finishedAt: 1234 })
      await ledger.rewind()
      const { startedAt, ...progress } = await ledger.progress()
      expect(progress).toEqual({ cursor: undefined, passes: 1, purged: false, finishedAt: null })
      expect(Math.abs(startedAt - Date.now())).toBeLessThan(60_000)
    })
  })

  it(
    'keeps samples in the order of time',
    onLedger(async (ledger) => {
      await ledger.addSample({ at: 2, created: 5, concurrency: 8 })
      await ledger.addSample({ at: 1, created: 3, concurrency: 4 })
      expect(await ledger.samples()).toEqual([
        { at: 1, created: 3, concurrency: 4 },
        { at: 2, created: 5, concurrency: 8 },
      ])
    }),
  )

  it('takes thousands of users in one call', { timeout: 20_000 }, () =>
    withLedger(fresh(), async (ledger) => {
      const ids = Array.from({ length: 20_000 }, (_, index) => `user-${index}`)
      expect(
        (
          await ledger.append(
            ids.map((id) => newRecord(id, { folded: [id] })),
            null,
          )
        ).size,
      ).toBe(ids.length)
      await ledger.change(ids.map((id) => ({ sourceId: userId(id), state: 'created' })))
      expect(await ledger.get(ids)).toHaveLength(ids.length)
      expect((await ledger.holders(ids)).size).toBe(ids.length)
      expect((await ledger.counts()).byState.created).toBe(ids.length)
    }),
  )

  it('can be made by several that open it in the same instant', async () => {
    const url = fresh()
    const opened = await Promise.all(Array.from({ length: 6 }, () => openLedger(url)))
    await Promise.all(opened.map((ledger, index) => ledger.append([newRecord(`u${index}`)], null)))
    expect((await opened[0]?.counts())?.byState.planned).toBe(6)
    expect(new Set(opened.map((ledger) => ledger.hash('x'))).size).toBe(1)
    await Promise.all(opened.map((ledger) => ledger.close()))
  })
})
