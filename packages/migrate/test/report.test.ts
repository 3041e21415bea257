import { describe, expect, it } from 'vitest'
import { type LedgerCounts, type MoveRecord, moveStates, type RateSample } from '../src/ledger/ledger.js'
import { losses } from '../src/losses.js'
import { ratesOf } from '../src/report/rates.js'
import { renderReport } from '../src/report/render-report.js'
import { type ReportData, reportIds } from '../src/report/report-data.js'
import { duration, share } from '../src/report/words.js'

const begun = Date.parse('2026-11-20T08:00:00Z')
const none = Object.fromEntries(moveStates.map((state) => [state, 0])) as LedgerCounts['byState']

const countsWith = (more: Partial<LedgerCounts> = {}): LedgerCounts => ({
  byState: none,
  byLoss: {},
  byProblem: [],
  byKind: { registered: 0, anonymous: 0 },
  waiting: 0,
  ...more,
})

const dataWith = (counts: LedgerCounts, more: Partial<ReportData> = {}, samples: readonly RateSample[] = []): ReportData => ({
  from: 'kii',
  to: 'kinvey',
  at: begun + 3_600_000,
  status: { counts, samples, progress: { cursor: null, passes: 1, purged: false, startedAt: begun, finishedAt: begun + 60_000 } },
  ...more,
})

const moved = countsWith({
  byState: { ...none, verified: 900, created: 50, left: 30, failed: 20 },
  byLoss: { 'password-not-moved': 950, 'username-adapted': 3 },
  byKind: { registered: 970, anonymous: 30 },
  byProblem: [
    { code: 'conflict', detail: 'username', count: 15 },
    { code: 'Vendor', detail: 'create: 550', count: 5 },
  ],
  waiting: 800,
})

const steady = (users: number, seconds: number): readonly RateSample[] =>
  Array.from({ length: seconds / 5 + 1 }, (_, at) => ({ at: begun + at * 5_000, created: users * at * 5, concurrency: 8 }))

/** The text as somebody reads it: without markup, and without the stylesheet. */
const textOf = (page: string): string =>
  page
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')

describe('the page', () => {
  const page = renderReport(dataWith(moved, { ceiling: 120 }, steady(100, 60)))

  it('asks nobody for anything', () => {
    expect(page).not.toMatch(/<(?:script|link|img|iframe|object|embed)\b/)
    expect(page).not.toMatch(/\b(?:src|href|action)=/)
    expect(page).not.toContain('@import')
    expect([...page.matchAll(/url\(\s*(?!"?data:)/g)]).toEqual([])
    expect(page).toContain(`content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; img-src data:"`)
  })

  it('is fit for a phone, for the dark, and for those who listen', () => {
    expect(page).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">')
    expect(page).toContain('prefers-color-scheme:dark')
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/)
    expect(page.match(/<h1>/g)).toHaveLength(1)
    expect(page.match(/<table>/g)).toHaveLength(page.match(/<caption>/g)?.length ?? 0)
    expect(page.match(/<table>/g)).toHaveLength(
      page.match(/<div class="scroll" role="region" aria-label="[^"]+" tabindex="0"><table>/g)?.length ?? 0,
    )
    expect(page).toMatch(/<svg class="chart" role="img" aria-labelledby="chart-title chart-text"/)
    expect(page).toMatch(/<title id="chart-title">[^<]+<\/title>\s*<desc id="chart-text">[^<]+<\/desc>/)
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('is well-formed: every element that is opened is closed', () => {
    const open: string[] = []
    const alone = new Set(['meta', 'rect', 'line', 'path'])
    for (const [, close, name = '', attributes] of page.replace(/<style>.*?<\/style>/s, '').matchAll(/<(\/?)([a-z]\w*)([^>]*)>/g)) {
      if (alone.has(name)) continue
      if (close === '/') expect(open.pop()).toBe(name)
      else if (!attributes?.endsWith('/')) open.push(name)
    }
    expect(open).toEqual([])
  })

  it('tells counts, losses with their meaning, conflicts and other problems, and who has not come', () => {
    const text = textOf(page)
    expect(text).toContain('From Kii Cloud to Kinvey Finished, except 20 users that could not be moved.')
    expect(text).toContain('verified 900 90 %')
    expect(text).toContain(`password-not-moved 950 ${losses['password-not-moved'].slice(0, 20)}`)
    expect(text).toMatch(/Identifiers that somebody else has .*conflict 15 username.*Other problems .*Vendor 5 create: 550/)
    expect(text).toContain('800 users (84.2 % of those moved) have not come yet.')
    expect(text).toContain('30 users without a login stay at the source')
  })

  it('draws the rate and its ceiling', () => {
    expect(textOf(page)).toContain('Over 1 min, about 100 users per second, at most 100. The limits allow 120 users per second.')
    expect(page).toContain('class="ceiling"')
    const far = renderReport(dataWith(moved, { ceiling: 1_000 }, steady(100, 60)))
    expect(far).not.toContain('class="ceiling"')
    expect(textOf(far)).toContain('The limits allow at most 1,000 users per second.')
    expect(renderReport(dataWith(moved))).not.toContain('<svg class="chart"')
  })

  it('tells the result of a comparison by field, not by user', () => {
    const verification = {
      compared: 950,
      equal: 948,
      different: 2,
      changedSince: 4,
      goneAtSource: 0,
      goneAtTarget: 1,
      notMoved: 7,
      mismatches: [
        { sourceId: 'secret-source-1', targetId: 'secret-target-1', fields: ['displayName', 'attributes.age'] },
        { sourceId: 'secret-source-2', targetId: 'secret-target-2', fields: ['displayName'] },
      ],
    }
    const told = renderReport(dataWith(moved, { verification }))
    expect(textOf(told)).toContain('Fields that differ Field Users displayName 2 attributes.age 1')
    expect(textOf(told)).toContain('New at the source, not moved yet 7')
    expect(told).not.toContain('secret-')
    const many = renderReport(dataWith(moved, { verification: { ...verification, different: 5_000 } }))
    expect(textOf(many)).toContain('Fields that differ, among the first 2 of them Field Users displayName 2')
  })

  it('says of a ledger in any state what state it is in', () => {
    const { status } = dataWith(countsWith())
    const fresh = { ...status.progress, cursor: undefined, passes: 0, finishedAt: null }
    expect(textOf(renderReport(dataWith(countsWith(), { status: { ...status, progress: fresh } })))).toContain('Not begun.')
    const half = countsWith({ byState: { ...none, created: 5, planned: 3, creating: 2 } })
    const stopped = { counts: half, samples: [], progress: { ...fresh, cursor: 'x' } }
    expect(textOf(renderReport(dataWith(half, { status: stopped })))).toContain('Not finished: 5 users not done yet')
    const undone = countsWith({ byState: { ...none, undone: 5 } })
    const purged = { counts: undone, samples: [], progress: { ...status.progress, purged: true } }
    const text = textOf(renderReport(dataWith(undone, { status: purged })))
    expect(text).toContain('taken back 5 100 %')
    expect(text).toContain('Personal data in the ledger erased')
  })
})

describe('what comes from outside', () => {
  const attack = `"><script>alert('x')</script><img src=x onerror=alert(1)>&lt;`

  it('never becomes markup, wherever it stands', () => {
    const counts = countsWith({
      byState: { ...none, failed: 1 },
      byProblem: [
        { code: attack, detail: attack, count: 1 },
        { code: 'conflict', detail: attack, count: 1 },
      ],
    })
    const user = { sourceId: attack, targetId: attack, about: attack }
    const page = renderReport(
      dataWith(counts, {
        from: attack,
        to: attack,
        ids: { failed: [user], different: [user], waiting: [user], most: 10 },
        performed: [{ command: attack, at: begun, took: 1, ended: attack }],
        versions: { [attack]: attack },
        verification: {
          compared: 1,
          equal: 0,
          different: 1,
          changedSince: 0,
          goneAtSource: 0,
          goneAtTarget: 0,
          notMoved: 0,
          mismatches: [{ sourceId: attack, targetId: attack, fields: [attack] }],
        },
        plan: {
          from: attack,
          to: attack,
          policy: { conflicts: 'fail', renameTo: attack, invalid: 'fail', anonymous: 'leave', originAttribute: attack },
          users: 1,
          sampled: 1,
          kinds: { registered: 1, anonymous: 0, disabled: 0 },
          findings: [{ severity: 'notes', code: 'rules', detail: attack, users: 1 }],
          callsPerUser: { from: 1, to: 1 },
          ceiling: null,
          refused: false,
        },
      }),
    )
    expect(page).not.toMatch(/<script|<img/)
    expect(page.match(/&lt;script&gt;alert\(&#39;x&#39;\)&lt;\/script&gt;/g)?.length).toBeGreaterThan(10)
  })
})

describe('ids', () => {
  const record = (sourceId: string, more: Partial<MoveRecord>): MoveRecord => ({
    sourceId: sourceId as MoveRecord['sourceId'],
    kind: 'registered',
    state: 'verified',
    targetId: `target-of-${sourceId}` as MoveRecord['targetId'],
    targetName: 'ann@example.com',
    digest: '',
    losses: [],
    problem: null,
    attempts: 1,
    password: 'unset',
    updatedAt: begun,
    ...more,
  })

  const ledgerOf = (records: readonly MoveRecord[]): Parameters<typeof reportIds>[0] => ({
    list: async (states, { after = '', limit }) =>
      records.filter(({ state, sourceId }) => states.includes(state) && sourceId > after).slice(0, limit),
  })

  const records = [
    record('a', { state: 'failed', problem: { code: 'conflict', detail: 'username' } }),
    record('b', { state: 'created', problem: { code: 'mismatch', detail: 'displayName' }, password: 'set' }),
    record('c', {}),
    record('d', { password: 'set' }),
  ]

  it('are named only when asked for, and names and addresses never', async () => {
    const ids = await reportIds(ledgerOf(records))
    expect(ids.failed.map(({ sourceId }) => sourceId)).toEqual(['a'])
    expect(ids.different.map(({ sourceId }) => sourceId)).toEqual(['b'])
    expect(ids.waiting.map(({ sourceId }) => sourceId)).toEqual(['c'])
    const page = renderReport(dataWith(moved, { ids }))
    expect(textOf(page)).toContain('Could not be moved Id at the source Id at the target About a target-of-a conflict: username')
    expect(page).not.toContain('ann@example.com')
    expect(renderReport(dataWith(moved))).not.toContain('target-of-a')
  })

  it('are at most a thousand of each, however many there are', async () => {
    const many = Array.from({ length: 2_500 }, (_, at) => record(String(at).padStart(5, '0'), { password: at % 2 === 0 ? 'unset' : 'set' }))
    const { waiting } = await reportIds(ledgerOf(many))
    expect(waiting).toHaveLength(1_000)
    expect(waiting[999]?.sourceId).toBe('01998')
  })
})

describe('rates', () => {
  it('are what was created in between', () => {
    expect(ratesOf(steady(100, 20)).map(({ rate }) => rate)).toEqual([100, 100, 100, 100, 100, 100])
    expect(ratesOf([])).toEqual([])
    expect(ratesOf(steady(5, 0))).toEqual([])
  })

  it('break off where a run stood still, and where users were taken back', () => {
    const first = steady(100, 50)
    const resumed = steady(100, 50).map(({ at, created }) => ({ at: at + 3_600_000, created: created + 5_000, concurrency: 8 }))
    const rates = ratesOf([...first, ...resumed]).map(({ rate }) => rate)
    expect(rates.filter((rate) => rate === null)).toHaveLength(1)
    expect(rates.filter((rate) => rate !== null)).toEqual(Array(24).fill(100))
    const undone = [...first, { at: begun + 55_000, created: 0, concurrency: 8 }]
    expect(ratesOf(undone).every(({ rate }) => rate === null || rate >= 0)).toBe(true)
  })

  it('are few enough to draw, however long it took, and lose nothing', () => {
    const points = ratesOf(steady(40, 100_000))
    expect(points.length).toBeLessThan(200)
    expect(points.every(({ rate }) => rate === 40)).toBe(true)
  })
})

describe('words', () => {
  it.each([
    [0, 0, '–'],
    [1, 100_000, '< 0.1 %'],
    [99_999, 100_000, '> 99.9 %'],
    [1, 3, '33.3 %'],
    [5, 5, '100 %'],
    [0, 5, '0 %'],
  ])('the share of %d in %d is %s', (part, whole, told) => {
    expect(share(part, whole)).toBe(told)
  })

  it.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [61_000, '1 min 1 s'],
    [3_600_000, '1 h'],
    [90_061_000, '1 d 1 h'],
  ])('%d milliseconds are %s', (milliseconds, told) => {
    expect(duration(milliseconds)).toBe(told)
  })
})
