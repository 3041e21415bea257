import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'
import { userId } from '@userport/core'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { LedgerFailure } from '../src/ledger/ledger.js'
import { engineFor, openLedger } from '../src/ledger/open-ledger.js'
import { sealFor } from '../src/ledger/seal.js'
import { sqlLedger } from '../src/ledger/sql-ledger.js'
import { ledgerPlaces, newRecord, withLedger } from './support/ledger-engines.js'

const { places, folder, server } = await ledgerPlaces()

const failsWith = (reason: LedgerFailure['reason']) => expect.objectContaining({ name: 'LedgerFailure', reason })

const page = (number: number, size = 100) =>
  Array.from({ length: size }, (_, index) =>
    newRecord(`u${number}-${index}`, { targetName: 'Personal Name', folded: [`${number}-${index}`] }),
  )

describe.each(places)('a ledger on $engine', ({ engine: name, fresh }) => {
  it('writes all of a call or nothing', async () => {
    const engine = await engineFor(fresh(), 1000)
    const ledger = sqlLedger(engine, await sealFor(undefined, 'salt'))
    await ledger.append(page(0), 'page 1')
    // The last write of a call fails: what came before it in the call must be gone.
    await engine.write((database) => database.schema.alterTable('ledger').renameTo('gone').execute())
    const failure = await ledger.append(page(1), 'page 2').catch((error: unknown) => error)
    expect(failure).toEqual(failsWith('broken'))
    expect(String(failure)).not.toContain('Personal')
    await engine.write((database) =>
      database.schema
        .alterTable('gone' as 'ledger')
        .renameTo('ledger')
        .execute(),
    )
    expect((await ledger.counts()).byState.planned).toBe(100)
    expect((await ledger.progress()).cursor).toBe('page 1')
    expect((await ledger.holders(['1-1'])).size).toBe(0)
    await engine.close()
  })

  /** The table in which the engine keeps which versions the ledger has had. */
  const versions = (url: string) =>
    sql.table(name === 'sqlite' ? 'ledger_migrations' : `${new URL(url).searchParams.get('schema')}.ledger_migrations`)

  it('that was made by a newer version is refused', async () => {
    const url = fresh()
    const engine = await engineFor(url, 1000)
    const later = sql`insert into ${versions(url)} (name, timestamp) values ('999-later', '2999-01-01T00:00:00Z')`
    await engine.write((database) => later.execute(database))
    await engine.close()
    await expect(openLedger(url)).rejects.toMatchObject({ reason: 'broken', message: expect.stringContaining('newer version') })
  })

  it('that was made by an older version gets what it lacks, and keeps what it has', async () => {
    const url = fresh()
    await withLedger(url, (ledger) => ledger.append(page(0), 'page 1'))
    const engine = await engineFor(url, 1000)
    await engine.write(async (database) => {
      await database.schema.dropTable('workers').execute()
      await database.schema.dropTable('pages').execute()
      await sql`delete from ${versions(url)} where name <> '001-first-tables'`.execute(database)
    })
    await engine.close()
    const opened = await Promise.all([openLedger(url), openLedger(url)])
    for (const ledger of opened) {
      expect((await ledger.counts()).byState.planned).toBe(100)
      const lease = await ledger.lease('ann')
      expect(lease).toHaveProperty('release')
      if ('release' in lease) await lease.release()
      await ledger.close()
    }
  })

  it('that another process has locked is busy, after the patience given', async () => {
    const url = fresh()
    const holder = await engineFor(url, 1000)
    await withLedger(url, (ledger) => ledger.append([newRecord('a')], null))
    await withLedger(
      url,
      (ledger) =>
        holder.write(async (database) => {
          await database.updateTable('moves').set({ attempts: 1 }).execute()
          const began = Date.now()
          await expect(ledger.change([{ sourceId: userId('a'), state: 'created' }])).rejects.toEqual(failsWith('busy'))
          expect(Date.now() - began).toBeLessThan(5000)
          expect(await ledger.get(['a'])).toMatchObject([{ state: 'planned', attempts: 0 }])
        }),
      { patience: 200 },
    )
    await holder.close()
  })
})

describe('a ledger in a file', () => {
  const fresh = (): string => places[0]?.fresh() ?? ''

  it('that has no room fails with `full` and keeps what it had', async () => {
    const engine = await engineFor(fresh(), 1000)
    const ledger = sqlLedger(engine, await sealFor(undefined, 'salt'))
    const limit = (pages: number) => engine.read((database) => sql`pragma max_page_count = ${sql.lit(pages)}`.execute(database))
    await limit(60)
    let appended = 0
    let failure: unknown
    for (; failure === undefined && appended < 1000; appended++)
      failure = await ledger.append(page(appended), String(appended)).then(
        () => undefined,
        (error: unknown) => error,
      )
    const kept = (appended - 1) * 100
    expect(failure).toEqual(failsWith('full'))
    expect((await ledger.counts()).byState.planned).toBe(kept)
    expect(await ledger.list(['planned'], { limit: 100_000 })).toHaveLength(kept)
    expect((await ledger.progress()).cursor).toBe(String(appended - 2))
    await limit(10_000)
    expect((await ledger.append(page(appended - 1), 'again')).size).toBe(100)
    await engine.close()
  })

  it('on a disk that is full fails with `full`, and goes on when there is room again', { timeout: 20_000 }, (test) => {
    const disk = mkdtempSync(join(tmpdir(), 'userport-disk-'))
    const script = fileURLToPath(new URL('support/ledger-on-small-disk.mjs', import.meta.url))
    const run = (...command: readonly string[]) =>
      spawnSync('unshare', ['--user', '--map-root-user', '--mount', ...command], { encoding: 'utf8' })
    if (run('mount', '-t', 'tmpfs', 'tmpfs', disk).status !== 0) {
      rmSync(disk, { recursive: true })
      test.skip('An ordinary user cannot mount a disk here: a full one is only imitated.')
    }
    const { stdout, stderr } = run(process.execPath, script, disk)
    rmSync(disk, { recursive: true })
    expect(stderr).toBe('')
    const { appended, ...outcome } = JSON.parse(stdout) as { readonly appended: number }
    expect(appended).toBeGreaterThan(5)
    expect(outcome).toEqual({
      failure: 'LedgerFailure: There is no space left for the ledger. (SQLITE_FULL)',
      counted: appended * 100,
      listed: appended * 100,
      cursor: String(appended - 1),
      added: 100,
    })
  })

  it('refuses a file that is none', async () => {
    const path = join(folder, 'letter.txt')
    writeFileSync(path, 'Dear Ann, '.repeat(1000))
    await expect(openLedger(`file:${path}`)).rejects.toEqual(failsWith('broken'))
    expect(readFileSync(path, 'utf8')).toBe('Dear Ann, '.repeat(1000))
  })

  it('refuses a database that is somebody else’s, and leaves it alone', async () => {
    const { default: Sqlite } = await import('libsql')
    const path = join(folder, 'app.db')
    const app = new Sqlite(path)
    app.exec('create table customers (name text)')
    app.close()
    const before = readFileSync(path)
    await expect(openLedger(path)).rejects.toMatchObject({ reason: 'broken', message: expect.stringContaining('not a ledger') })
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  it('that is damaged fails with `broken`', async () => {
    const url = fresh()
    await withLedger(url, async (ledger) => {
      for (let number = 0; number < 20; number++) await ledger.append(page(number), null)
    })
    const path = url.replace('file:', '')
    const bytes = readFileSync(path)
    writeFileSync(path, bytes.fill(0xab, 4096))
    await expect(withLedger(url, (ledger) => ledger.list(['planned'], { limit: 10_000 }))).rejects.toEqual(failsWith('broken'))
  })

  it('cannot be where no file can be', async () => {
    await expect(openLedger(join(folder, 'no', 'such', 'folder', 'ledger'))).rejects.toBeInstanceOf(LedgerFailure)
    await expect(openLedger(folder)).rejects.toBeInstanceOf(LedgerFailure)
    await expect(openLedger('mysql://localhost/ledger')).rejects.toEqual(failsWith('broken'))
  })
})

it.each(['postgres://ann:pl/anted@127.0.0.1:1/x', 'postgres://ann:pl#anted@127.0.0.1:1/x', 'postgresql://ann:pl?anted@[::1/x'])(
  'a ledger whose address is no URL fails with `broken`, and without the password: %s',
  async (url) => {
    const failure: unknown = await openLedger(url).catch((cause: unknown) => cause)
    expect(failure).toEqual(failsWith('broken'))
    expect(inspect(failure)).toContain('%2F')
    expect(inspect(failure)).not.toContain('anted')
  },
)

describe.runIf(server !== undefined)('a ledger on a server', () => {
  const fresh = (): string => places[1]?.fresh() ?? ''

  it('whose server goes away fails with `lost`, and goes on when it is back', { timeout: 20_000 }, () =>
    withLedger(fresh(), async (ledger) => {
      await ledger.append(page(0), 'page 1')
      const settled = Promise.allSettled(Array.from({ length: 20 }, (_, number) => ledger.append(page(number + 1), `page ${number + 2}`)))
      await server?.crash()
      const outcomes = await settled
      for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toEqual(failsWith('lost'))
      await expect(ledger.append(page(99), 'page 99')).rejects.toEqual(failsWith('lost'))
      await server?.start()
      const { byState } = await ledger.counts()
      const kept = outcomes.filter(({ status }) => status === 'fulfilled').length
      expect(byState.planned).toBeGreaterThanOrEqual((1 + kept) * 100)
      expect(byState.planned % 100).toBe(0)
      expect(await ledger.list(['planned'], { limit: 100_000 })).toHaveLength(byState.planned)
      expect((await ledger.append(page(100), null)).size).toBe(100)
    }),
  )

  it('can be opened while somebody else changes other tables of the same database', { timeout: 20_000 }, async () => {
    const engine = await engineFor(fresh(), 1000)
    const table = sql.table(`public.${randomUUID()}`)
    const columns = sql.join(Array.from({ length: 40 }, (_, index) => sql`${sql.ref(`c${index}`)} text`))
    let isOpening = true
    const changing = (async () => {
      for (; isOpening; await engine.write((database) => sql`drop table ${table}`.execute(database)))
        await engine.write((database) => sql`create table ${table} (${columns})`.execute(database))
    })()
    try {
      const url = fresh()
      for (let times = 0; times < 25; times++) await withLedger(url, (ledger) => ledger.counts())
    } finally {
      isOpening = false
      await changing
      await engine.close()
    }
  })

  it('that has no room fails with `full`, and nothing of the call is kept', async () => {
    const url = fresh()
    const schema = new URL(url).searchParams.get('schema') ?? ''
    const engine = await engineFor(url, 1000)
    const ledger = sqlLedger(engine, await sealFor(undefined, 'salt'))
    await ledger.append(page(0), 'page 1')
    // What a full disk makes the server say, at the last write of a call.
    const refuse = sql`create function ${sql.table(`${schema}.refuse`)}() returns trigger language plpgsql as
      $$ begin raise exception 'could not extend file: No space left on device' using errcode = 'disk_full'; end $$`
    const onUpdate = sql`create trigger refuse before update on ${sql.table(`${schema}.ledger`)} execute function ${sql.table(`${schema}.refuse`)}()`
    await engine.write(async (database) => {
      await refuse.execute(database)
      await onUpdate.execute(database)
    })
    await expect(ledger.append(page(1), 'page 2')).rejects.toEqual(failsWith('full'))
    await engine.write((database) => sql`drop trigger refuse on ${sql.table(`${schema}.ledger`)}`.execute(database))
    expect((await ledger.counts()).byState.planned).toBe(100)
    expect((await ledger.append(page(1), 'page 2')).size).toBe(100)
    await engine.close()
  })

  it('that takes no more connections is busy, and says so', async () => {
    const engine = await engineFor(fresh(), 1000)
    await engine.write(async (database) => {
      await sql`create role guest login connection limit 0`.execute(database)
    })
    const url = new URL(fresh())
    url.username = 'guest'
    const failure = await openLedger(url.href).catch((error: unknown) => error)
    expect(failure).toEqual(failsWith('busy'))
    expect(String(failure)).toContain('takes no more connections')
    await engine.close()
  })

  it('that nobody answers for fails with `lost`, and tells no password', async () => {
    const failure = await openLedger('postgres://ann:secret@127.0.0.1:1/ledger').catch((error: unknown) => error)
    expect(failure).toEqual(failsWith('lost'))
    expect(String(failure)).not.toMatch(/secret|ann/)
  })

  it('that hangs up without a word fails with `lost`', async () => {
    const silent = createServer((socket) => socket.once('data', () => socket.end()))
    await once(silent.listen(0, '127.0.0.1'), 'listening')
    const { port } = silent.address() as AddressInfo
    await expect(openLedger(`postgres://ann@127.0.0.1:${port}/ledger`)).rejects.toEqual(failsWith('lost'))
    silent.close()
  })
})
