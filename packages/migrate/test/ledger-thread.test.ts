import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SqliteThread } from '../src/ledger/sqlite-thread.js'

let folder: string
const threads: SqliteThread[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'userport-thread-'))
})
afterEach(async () => {
  for (const thread of threads.splice(0)) await thread.close()
  rmSync(folder, { recursive: true })
})

const open = (path = join(folder, 'ledger')): SqliteThread => {
  const thread = new SqliteThread(path)
  threads.push(thread)
  return thread
}

const counting = (to: number): string =>
  `with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < ${to}) select count(*) as n from numbers`

describe('a file in a thread', () => {
  it('answers each order in its turn, with rows or with how many were changed', async () => {
    const thread = open()
    const answers = await Promise.all([
      thread.exec('create table numbers (n integer); insert into numbers values (1), (2)'),
      thread.query('update numbers set n = n + ?', [10]),
      thread.query('select n from numbers order by n', []),
    ])
    expect(answers).toEqual([undefined, { rows: [], numAffectedRows: 2n }, { rows: [{ n: 11 }, { n: 12 }] }])
  })

  it('lets the process work while a statement runs', async () => {
    const thread = open()
    let turns = 0
    const timer = setInterval(() => {
      turns += 1
    }, 1)
    const { rows } = await thread.query(counting(1_000_000), [])
    clearInterval(timer)
    expect(rows).toEqual([{ n: 1_000_000 }])
    expect(turns).toBeGreaterThan(5)
  })

  it('says with its code what SQLite refuses, and goes on', async () => {
    const thread = open()
    await expect(thread.query('select * from absent', [])).rejects.toMatchObject({ code: 'SQLITE_ERROR' })
    await thread.exec('create table absent (n integer)')
    expect(await thread.query('select * from absent', [])).toEqual({ rows: [] })
  })

  it('takes a transaction back once, and nothing where there is none', async () => {
    const thread = open()
    await thread.exec('create table numbers (n integer)')
    await thread.exec('begin immediate')
    await thread.exec('insert into numbers values (1)')
    await thread.rollback()
    await thread.rollback()
    expect(await thread.query('select count(*) as n from numbers', [])).toEqual({ rows: [{ n: 0 }] })
  })

  it('leaves nobody waiting when it ends', async () => {
    const thread = open()
    const asked = thread.query(counting(2_000_000), []).catch((error: unknown) => error)
    await thread.close()
    expect(await asked).toMatchObject({ code: 'SQLITE_IOERR' })
    await expect(thread.exec('select 1')).rejects.toMatchObject({ code: 'SQLITE_IOERR' })
  })

  it('that cannot be opened refuses everything', async () => {
    const thread = open(join(folder, 'no', 'such', 'folder', 'ledger'))
    await expect(thread.exec('select 1')).rejects.toBeInstanceOf(Error)
    await expect(thread.exec('select 1')).rejects.toBeInstanceOf(Error)
  })
})

it('a process that leaves its ledger open ends all the same, and nothing is lost', () => {
  const script = fileURLToPath(new URL('support/ledger-left-open.mjs', import.meta.url))
  for (const _ of ['first', 'second']) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, join(folder, 'ledger')], { encoding: 'utf8', timeout: 20_000 })
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'a page', stderr: '' })
  }
})

// libsql panics where its thread is ended in the midst of a statement, and takes the process along.
it.each([
  { how: 'exit', ends: { status: 7, stdout: '' } },
  { how: 'close', ends: { status: 0, stdout: 'closed' } },
  { how: 'exit at once', ends: { status: 7, stdout: '' } },
])('a process that ends while its thread works ends as it wanted: $how', ({ how, ends }) => {
  const script = fileURLToPath(new URL('support/ledger-ends-at-work.mjs', import.meta.url))
  // The package does not export the thread, and Node runs it only as it is built.
  const { href } = new URL('../dist/ledger/sqlite-thread.js', import.meta.url)
  for (const name of ['a', 'b', 'c', 'd', 'e']) {
    const { status, stdout } = spawnSync(process.execPath, [script, join(folder, name), how, href], { encoding: 'utf8', timeout: 20_000 })
    expect({ status, stdout }).toEqual(ends)
  }
})

it('a process that ends while several threads hang waits for all of them at once', () => {
  const script = fileURLToPath(new URL('support/ledgers-end-at-work.mjs', import.meta.url))
  const { href } = new URL('../dist/ledger/sqlite-thread.js', import.meta.url)
  const { stdout } = spawnSync(process.execPath, [script, folder, href], { encoding: 'utf8', timeout: 20_000 })
  expect(Number(stdout)).toBeGreaterThanOrEqual(2_000)
  expect(Number(stdout)).toBeLessThan(4_000)
})
