import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { userId } from '@userport/core'
import { openLedger } from '@userport/migrate'
import { expect, it } from 'vitest'
import { groupsSince, writeRetryFile } from '../src/cli/migrate/retry-file.js'
import { tellUndo, tellVerification } from '../src/cli/migrate/tell.js'

it('a retry file lists everybody whom a comparison found different, however many, and nobody of an earlier one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'userport-retry-'))
  const ledger = await openLedger(join(folder, 'ledger.db'))
  const ids = Array.from({ length: 1_200 }, (_, index) => userId(`id-${index}`))
  const plain = { kind: 'registered', state: 'created', targetName: null, digest: '', losses: [], problem: null, folded: [] } as const
  await ledger.append(
    ids.map((sourceId) => ({ ...plain, sourceId, targetId: sourceId })),
    null,
  )
  const [earlier, gone, ...different] = ids
  const told = (sourceId: typeof earlier, code: string, detail: string) => ({ sourceId: sourceId ?? userId(''), problem: { code, detail } })
  await ledger.change([told(earlier, 'mismatch', 'username')])
  const since = Date.now() + 1
  while (Date.now() < since);
  await ledger.change([
    told(gone, 'gone-at-target', 'removed after the move'),
    ...different.map((sourceId, index) => told(sourceId, 'mismatch', index % 2 === 0 ? 'displayName' : 'locale')),
  ])
  const file = join(folder, 'retry.jsonl')
  await writeRetryFile(file, await groupsSince(ledger, since))
  await ledger.close()
  const lines = (await readFile(file, 'utf8')).trim().split('\n')
  const groups = lines.map((line) => JSON.parse(line) as { readonly code: string; readonly detail: string; readonly users: number })
  expect(groups.map(({ code, detail, users }) => `${code} ${detail} ${users}`).sort()).toEqual([
    'gone-at-target removed after the move 1',
    'mismatch displayName 599',
    'mismatch locale 599',
  ])
  await rm(folder, { recursive: true })
})

it('fields are counted among those who are listed, which is said where others differ too', () => {
  const mismatches = [{ sourceId: 'a', targetId: 'b', fields: ['locale'] }]
  const others = { compared: 9_000, equal: 4_000, changedSince: 0, goneAtSource: 0, goneAtTarget: 0, notMoved: 0 }
  expect(tellVerification({ ...others, different: 5_000, mismatches })).toBe(
    '9,000 users compared, field by field: 4,000 equal, 5,000 different.\nAmong the first 1 of these differ:\n  locale  1 user',
  )
})

it('who stays after an undo is counted, not only listed', () => {
  const told = tellUndo({
    removed: 1,
    kept: [],
    keptBy: { 'has come since': 5_000, 'is not the user that this ledger made': 1 },
    status: 'done',
  })
  expect(told.split('\n')[0]).toBe('1 user removed, 5,001 kept.')
  expect(told).toMatch(/5,000 users +has come since/)
})
