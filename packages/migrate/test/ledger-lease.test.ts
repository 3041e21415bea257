import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { LedgerEngine } from '../src/ledger/engine.js'
import type { Lease } from '../src/ledger/ledger.js'
import { engineFor } from '../src/ledger/open-ledger.js'
import { sealFor } from '../src/ledger/seal.js'
import { sqlLedger } from '../src/ledger/sql-ledger.js'
import type { LeaseRow } from '../src/ledger/tables.js'
import { ledgerPlaces, withLedger } from './support/ledger-engines.js'

const { places } = await ledgerPlaces()

const isLease = (answer: object): answer is Lease => 'held' in answer

describe.each(places)('the lease of a ledger on $engine', ({ fresh }) => {
  afterEach(() => vi.useRealTimers())

  /** A ledger whose lease row can be made to look as if another process had written it. */
  const withRow = async (
    use: (
      ledger: ReturnType<typeof sqlLedger>,
      row: (change: Partial<LeaseRow>) => Promise<unknown>,
      engine: LedgerEngine,
    ) => Promise<void>,
  ) => {
    const engine = await engineFor(fresh(), 1000)
    try {
      const row = (change: Partial<LeaseRow>) => engine.write((database) => database.updateTable('lease').set(change).execute())
      await use(sqlLedger(engine, await sealFor(undefined, 'salt')), row, engine)
    } finally {
      await engine.close()
    }
  }

  it('keeps a second operator out, and says who holds it', () => {
    const url = fresh()
    return withLedger(url, (one) =>
      withLedger(url, async (other) => {
        const before = Date.now()
        const lease = await one.lease('ann')
        if (!isLease(lease)) throw new Error('Nobody else held it.')
        expect(lease.held()).toBe(true)
        const refusal = await other.lease('bob')
        expect(refusal).toEqual({ heldBy: 'ann', since: expect.any(Number) })
        expect('since' in refusal && Math.abs(refusal.since - before)).toBeLessThan(10_000)
        await lease.release()
        expect(lease.held()).toBe(false)
        const next = await other.lease('bob')
        expect(isLease(next) && next.held()).toBe(true)
        if (isLease(next)) await next.release()
      }),
    )
  })

  it('is given to one of several that ask in the same instant', () => {
    const url = fresh()
    return withLedger(url, (one) =>
      withLedger(url, async (other) => {
        const answers = await Promise.all([one, other, one, other].map((ledger, index) => ledger.lease(`operator ${index}`)))
        const leases = answers.filter(isLease)
        expect(leases).toHaveLength(1)
        await leases[0]?.release()
      }),
    )
  })

  /** The number of a process that runs on this machine no more. */
  const ended = async (): Promise<number> => {
    const child = spawn(process.execPath, ['-e', ''])
    await once(child, 'exit')
    return child.pid ?? 0
  }

  it('of a process that was killed is free at once', () =>
    withRow(async (ledger, row) => {
      const lease = await ledger.lease('ann')
      await row({ pid: await ended() })
      const next = await ledger.lease('bob')
      expect(isLease(next)).toBe(true)
      for (const one of [lease, next]) if (isLease(one)) await one.release()
    }))

  it('of a machine that was lost is free after half a minute', () =>
    withRow(async (ledger, row) => {
      const lease = await ledger.lease('ann')
      await row({ machine: 'elsewhere', pid: await ended(), beat: Date.now() - 20_000 })
      expect(await ledger.lease('bob')).toMatchObject({ heldBy: 'ann' })
      await row({ beat: Date.now() - 31_000 })
      const next = await ledger.lease('bob')
      expect(isLease(next)).toBe(true)
      for (const one of [lease, next]) if (isLease(one)) await one.release()
    }))

  it('stays ours while we live, and is known to be lost once somebody else has it', () =>
    withRow(async (ledger, row, engine) => {
      vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
      const lease = await ledger.lease('ann')
      if (!isLease(lease)) throw new Error('Nobody else held it.')
      const beat = () => engine.read((database) => database.selectFrom('lease').select('beat').executeTakeFirstOrThrow())
      await row({ beat: 0 })
      vi.advanceTimersByTime(5_000)
      await vi.waitFor(async () => expect((await beat()).beat).toBeGreaterThan(0))
      expect(lease.held()).toBe(true)
      await row({ token: 'somebody else’s' })
      vi.advanceTimersByTime(5_000)
      await vi.waitFor(() => expect(lease.held()).toBe(false))
      await lease.release()
      expect(await ledger.lease('bob')).toMatchObject({ heldBy: 'ann' })
    }))

  it('is not believed after a pause in which nobody could have known', () =>
    withRow(async (ledger) => {
      const lease = await ledger.lease('ann')
      if (!isLease(lease)) throw new Error('Nobody else held it.')
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31_000 })
      expect(lease.held()).toBe(false)
      await lease.release()
    }))
})
