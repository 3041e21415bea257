import { readFile } from 'node:fs/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { type CoverageData, page, problemsOf, readCoverage, unknownNames } from '../../scripts/coverage.mjs'

let coverage: Awaited<ReturnType<typeof readCoverage>>
beforeAll(async () => {
  coverage = await readCoverage()
}, 120_000)

describe('the coverage page', () => {
  it('has a row for everything the vendors document, and names only what exists', () => expect(coverage.problems).toEqual([]))

  it('is up to date (npm run coverage)', async () => {
    expect(await readFile(page, 'utf8')).toBe(coverage.text)
  })

  const planted: readonly (readonly [string, (data: CoverageData) => CoverageData, string])[] = [
    ['a row that is missing', ({ rows: { KI01: _, ...rows }, ...data }) => ({ ...data, rows }), 'KI01: has no row'],
    ['a row of nothing', (data) => ({ ...data, rows: { ...data.rows, KI99: { documented: '' } } }), 'KI99: is no row of the documentation'],
    [
      'a row that says neither what stands for it nor why nothing does',
      (data) => ({ ...data, rows: { ...data.rows, KS22: { documented: 'userWithID' } } }),
      'KS22: needs exactly one of ours, instead and impossible',
    ],
    [
      'a row whose reason is empty',
      (data) => ({ ...data, rows: { ...data.rows, KS22: { documented: 'userWithID', instead: '' } } }),
      'KS22: needs exactly one of ours, instead and impossible',
    ],
    [
      'a row that only the vendor’s SDK proves',
      (data) => ({ ...data, rows: { ...data.rows, KI04: { documented: 'delete', ours: 'deleteUser' } } }),
      'KI04: neither the contract nor a test of the driver proves our side',
    ],
    [
      'a requirement that does not exist',
      (data) => ({ ...data, rows: { ...data.rows, KI04: { documented: 'delete', ours: 'deleteUser', contract: 'DEL-99' } } }),
      'KI04: the contract of kii has no requirement DEL-99',
    ],
    [
      'a requirement that does not run for the vendor of the row',
      (data) => ({ ...data, rows: { ...data.rows, KI04: { documented: 'delete', ours: 'deleteUser', contract: 'DEL-3' } } }),
      'KI04: the contract of kii has no requirement DEL-3',
    ],
    [
      'a test that does not exist',
      (data) => ({
        ...data,
        rows: { ...data.rows, KI04: { documented: 'delete', ours: 'deleteUser', tests: ['kii/endpoints: removes'] } },
      }),
      'KI04: there is no test kii/endpoints: removes',
    ],
    ['a trap that no test proves', (data) => ({ ...data, traps: [{ what: 'A trap' }] }), '"A trap": no test proves it'],
  ]
  it.each(planted)('would not pass with %s', (_, plant, problem) => {
    expect(problemsOf(plant(coverage.data), coverage.tests, [])).toContain(problem)
  })

  it('would not pass with a row that no test proves', () => {
    const tests = coverage.tests.filter(({ project }) => project !== 'oracles')
    expect(problemsOf(coverage.data, tests, [])).toContain('KS08: no test proves it')
  })

  it('would not pass with a test of a row that does not exist', () => {
    const tests = [...coverage.tests, { project: 'oracles', file: 'packages/sandbox/oracles/kii-users.test.ts', path: ['KI77 flies'] }]
    expect(problemsOf(coverage.data, tests, [])).toContain('KI77: a test names this row, which does not exist')
  })

  it('would not pass with a name that does not exist', async () => {
    const kii = (name: string): { readonly vendor: string; readonly name: string } => ({ vendor: 'kii', name })
    const wrong = [
      'signUpp',
      'forgotUsername',
      'user.colour',
      'user.email.colour',
      'config.apiVersion',
      'extension.fly',
      'error.Sad',
      'sky.blue',
    ]
    const right = ['signUp', 'user.email.pending', 'config.sessionLifetime', 'error.NotVerified', 'capabilities.findUser.verifiedOnly']
    expect(await unknownNames([...wrong, ...right].map(kii))).toEqual(wrong.map(kii))
    expect(problemsOf(coverage.data, coverage.tests, [kii('signUpp')])).toContain('signUpp: kii has nothing of that name')
  }, 60_000)
})
