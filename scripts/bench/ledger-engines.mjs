// Which engine the ledger is kept in: what a killed process loses, how fast each is, how soon it is open.
//   node scripts/bench/ledger-engines.mjs [--kills 60]
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { engineFor } from '../../packages/migrate/dist/ledger/open-ledger.js'
import { sealFor } from '../../packages/migrate/dist/ledger/seal.js'
import { sqlLedger } from '../../packages/migrate/dist/ledger/sql-ledger.js'
import { startPostgres } from '../../packages/migrate/test/support/ledger-postgres.mjs'
import { table } from './table.mjs'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '60' },
    write: { type: 'string' },
    synchronous: { type: 'string' },
    run: { type: 'string' },
  },
})

const open = async (url, synchronous) => {
  const engine = await engineFor(url, 10_000)
  if (synchronous !== undefined) {
    const { sql } = createRequire(new URL('../../packages/migrate/package.json', import.meta.url))('kysely')
    await engine.read((database) => sql.raw(`pragma synchronous = ${synchronous}`).execute(database))
  }
  return sqlLedger(engine, await sealFor(undefined, 'salt'))
}

const user = (sourceId) => ({
  sourceId,
  kind: 'registered',
  state: 'planned',
  targetId: null,
  targetName: `name of ${sourceId}`,
  digest: 'a digest as long as one',
  losses: ['id-replaced', 'password-not-moved'],
  problem: null,
  folded: [`username:${sourceId}`],
})

/** Writes pages until it is killed, and says which ids have been promised to be kept. */
const writeUntilKilled = async () => {
  const ledger = await open(values.write, values.synchronous)
  for (let page = 0; ; page++) {
    const size = 1 + Math.floor(Math.random() * 50)
    const ids = Array.from({ length: size }, (_, index) => `${values.run}-${page}-${index}`)
    await ledger.append(ids.map(user), `${values.run}-${page}`)
    await ledger.change(ids.map((sourceId) => ({ sourceId, state: 'creating', attempted: true })))
    process.stdout.write(`${ids.join(' ')}\n`)
  }
}

const durability = async (url, synchronous, kills) => {
  let promised = 0
  let missing = 0
  for (let kill = 0; kill < kills; kill++) {
    const more = synchronous === undefined ? [] : ['--synchronous', synchronous]
    const child = spawn(process.execPath, [fileURLToPath(import.meta.url), '--write', url, '--run', `k${kill}`, ...more], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const kept = []
    const lines = createInterface(child.stdout).on('line', (line) => kept.push(...line.split(' ')))
    const closed = once(lines, 'close')
    await Promise.race([once(lines, 'line'), closed])
    await sleep(Math.random() * 120)
    child.kill('SIGKILL')
    await closed
    const ledger = await open(url)
    const rows = await ledger.get(kept)
    const { byState } = await ledger.counts()
    const counted = Object.values(byState).reduce((sum, count) => sum + count, 0)
    const listed = await ledger.list(['planned', 'creating'], { limit: 10_000_000 })
    promised += kept.length
    missing += kept.length - rows.filter(({ state, attempts }) => state === 'creating' && attempts === 1).length
    missing += Math.abs(counted - listed.length)
    await ledger.close()
  }
  return { promised, missing }
}

/** How many a second, over two seconds. */
const rate = async (perCall, call) => {
  const began = performance.now()
  let done = 0
  for (let number = 0; performance.now() - began < 2000; number++) {
    await call(number)
    done += perCall
  }
  return (done / (performance.now() - began)) * 1000
}

const speed = async (url, synchronous) => {
  const opening = []
  for (let again = 0; again < 5; again++) {
    const began = performance.now()
    const ledger = await open(url, synchronous)
    opening.push(performance.now() - began)
    await ledger.close()
  }
  const ledger = await open(url, synchronous)
  const one = { at: 0, created: 0, concurrency: 0 }
  const commits = await rate(1, () => ledger.addSample(one))
  const batch = 200
  const ids = (number) => Array.from({ length: batch }, (_, index) => `u${String(number * batch + index).padStart(9, '0')}`)
  let pages = 0
  const appended = await rate(batch, async (number) => {
    await ledger.append(ids(number).map(user), 'next')
    pages = number + 1
  })
  const changed = await rate(batch, (number) =>
    ledger.change(ids(number % pages).map((sourceId) => ({ sourceId, state: number % 2 === 0 ? 'created' : 'creating', attempted: true }))),
  )
  await ledger.close()
  return { first: opening[0], again: opening.sort((a, b) => a - b)[2], commits, appended, changed }
}

const measure = async () => {
  const kills = Number(values.kills)
  const folder = mkdtempSync(join(tmpdir(), 'userport-ledger-bench-'))
  const postgres = await startPostgres()
  if ('missing' in postgres) console.log(postgres.missing)
  const contestants = [
    { name: 'SQLite, synchronous = full', url: (what) => `file:${join(folder, `full-${what}.ledger`)}` },
    { name: 'SQLite, synchronous = normal', url: (what) => `file:${join(folder, `normal-${what}.ledger`)}`, synchronous: 'normal' },
    ...('missing' in postgres ? [] : [{ name: 'PostgreSQL', url: (what) => `${postgres.url}?schema=${what}` }]),
  ]
  const number = (value) => Math.round(value).toLocaleString('en')
  const rows = []
  try {
    for (const { name, url, synchronous } of contestants) {
      const { first, again, commits, appended, changed } = await speed(url('speed'), synchronous)
      const { promised, missing } = await durability(url('durability'), synchronous, kills)
      const opens = `${first.toFixed(0)} / ${again.toFixed(0)} ms`
      rows.push([name, opens, number(commits), number(appended), number(changed), String(kills), number(promised), String(missing)])
      if (missing > 0) process.exitCode = 1
    }
  } finally {
    if ('stop' in postgres) await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  const head = ['engine', 'opens (new / known)', 'commits/s', 'users appended/s', 'users changed/s', 'kills', 'users promised', 'lost']
  console.log(table(head, rows))
}

await (values.write === undefined ? measure() : writeUntilKilled())
