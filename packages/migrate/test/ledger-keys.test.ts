import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { userId } from '@userport/core'
import { describe, expect, it } from 'vitest'
import { openLedger } from '../src/ledger/open-ledger.js'
import { ledgerPlaces, newRecord, withLedger } from './support/ledger-engines.js'

const { places, folder } = await ledgerPlaces()

const key = 'the operator’s key'

/** Names of files that hold a text. */
const filesWith = (text: string): readonly string[] => readdirSync(folder).filter((name) => readFileSync(join(folder, name)).includes(text))

describe.each(places)('the key of a ledger on $engine', ({ engine, fresh }) => {
  it('is needed to open it again, and it must be the same', async () => {
    const url = fresh()
    await withLedger(url, (ledger) => ledger.append([newRecord('a', { targetName: 'ann' })], null), { key })
    await expect(openLedger(url)).rejects.toMatchObject({ reason: 'broken', message: expect.stringContaining('made with a key') })
    await expect(openLedger(url, { key: 'another' })).rejects.toMatchObject({
      reason: 'broken',
      message: 'The key is not the one that the ledger was made with.',
    })
    await withLedger(url, async (ledger) => expect(await ledger.get(['a'])).toMatchObject([{ targetName: 'ann' }]), { key })
  })

  it('may not be empty: anybody could read what it encrypts', async () => {
    await expect(openLedger(fresh(), { key: '' })).rejects.toMatchObject({ reason: 'broken', message: 'The key of the ledger is empty.' })
  })

  it('cannot be added to a ledger that was made without one', async () => {
    const url = fresh()
    await withLedger(url, async () => undefined)
    await expect(openLedger(url, { key })).rejects.toMatchObject({ reason: 'broken', message: expect.stringContaining('without a key') })
  })

  it('makes hashes that no other ledger makes', async () => {
    const hashes = new Set<string>()
    for (const options of [{}, {}, { key }, { key }])
      await withLedger(
        fresh(),
        async (ledger) => {
          expect(ledger.hash('ann')).toBe(ledger.hash('ann'))
          expect(ledger.hash('ann')).not.toBe(ledger.hash('bob'))
          hashes.add(ledger.hash('ann'))
        },
        options,
      )
    expect(hashes.size).toBe(4)
  })

  it('finds twins by their hashes', () =>
    withLedger(
      fresh(),
      async (ledger) => {
        await ledger.append([newRecord('a', { folded: ['username:ann'] })], null)
        expect(await ledger.holders(['username:ann'])).toEqual(new Map([['username:ann', 'a']]))
      },
      { key },
    ))

  it('is not needed once the ledger is purged: ids and counts stay, names, hashes and details go', async () => {
    const url = fresh()
    const problem = { code: 'invalid', detail: 'secret detail' }
    await withLedger(
      url,
      async (ledger) => {
        await ledger.append(
          [
            newRecord('a', { targetName: 'ann', folded: ['ann'], targetId: userId('t'), losses: ['id-replaced'] }),
            newRecord('b', { state: 'failed', problem }),
          ],
          'after ann',
        )
        await ledger.purge()
      },
      { key },
    )
    await withLedger(url, async (ledger) => {
      expect(await ledger.progress()).toMatchObject({ purged: true, cursor: '' })
      const [a, b] = await ledger.get(['a', 'b'])
      expect(a).toMatchObject({ targetId: 't', targetName: null, digest: '', losses: ['id-replaced'] })
      expect(b).toMatchObject({ state: 'failed', problem: { code: 'invalid', detail: '' } })
      expect(await ledger.holders(['ann'])).toEqual(new Map())
      expect(await ledger.counts()).toMatchObject({ byKind: { registered: 2 }, byProblem: [{ code: 'invalid', detail: '', count: 1 }] })
      await ledger.change([{ sourceId: userId('a'), state: 'undone' }])
      expect((await ledger.counts()).byState).toMatchObject({ undone: 1, planned: 0, failed: 1 })
    })
    expect(engine).toBe(engine)
  })
})

describe('the file of a ledger', () => {
  const [sqlite] = places
  const fresh = (): string => sqlite?.fresh() ?? ''

  it('is for its owner only', async () => {
    const url = fresh()
    const ledger = await openLedger(url)
    await ledger.append([newRecord('a')], null)
    const path = url.replace('file:', '')
    for (const file of [path, `${path}-wal`, `${path}-shm`]) expect(statSync(file).mode & 0o077).toBe(0)
    await ledger.close()
  })

  it('holds no name where there is a key', async () => {
    const name = `ann-${randomUUID()}`
    const users = Array.from({ length: 50 }, (_, index) => newRecord(`u${index}`, { targetName: name, folded: [`${name}${index}`] }))
    await withLedger(
      fresh(),
      async (ledger) => {
        await ledger.append(users, null)
        expect(filesWith(name)).toEqual([])
      },
      { key },
    )
    expect(filesWith(name)).toEqual([])
  })

  it('holds no name any more once it is purged', async () => {
    const name = `ann-${randomUUID()}`
    const detail = `detail-${randomUUID()}`
    const ids = Array.from({ length: 500 }, (_, index) => `u${index}`)
    await withLedger(fresh(), async (ledger) => {
      await ledger.append(
        ids.map((id) => newRecord(id, { targetName: name, folded: [`${name}${id}`], problem: { code: 'invalid', detail } })),
        name,
      )
      // Rows that were changed leave copies behind.
      await ledger.change(ids.map((id) => ({ sourceId: userId(id), targetName: `${name}-2`, state: 'created' })))
      expect(filesWith(name).length).toBeGreaterThan(0)
      const hash = ledger.hash(`identifier ${name}u1`)
      expect(filesWith(hash).length).toBeGreaterThan(0)
      await ledger.purge()
      for (const text of [name, detail, hash]) expect(filesWith(text)).toEqual([])
      expect(await ledger.get(ids)).toHaveLength(ids.length)
    })
  })
})
