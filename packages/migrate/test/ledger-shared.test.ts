import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { UserError } from '@userport/core'
import { type Sandbox, startSandbox } from '@userport/sandbox'
import * as E from 'fp-ts/lib/Either.js'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { createMigration } from '../src/create-migration.js'
import { engineFor } from '../src/ledger/open-ledger.js'
import { addressOf } from '../src/ledger/postgres-address.js'
import type { RunOutcome, RunProgress } from '../src/migration.js'
import { runShared, type SharedRunOptions } from '../src/shared/run-shared.js'
import { ledgerPlaces, withLedger } from './support/ledger-engines.js'
import { directoryAt } from './support/mapping-targets.js'
import { compare, nothingWrong } from './support/outside.js'
import { populate, value } from './support/population.js'

const { places, server } = await ledgerPlaces()
const onServer = places.find(({ engine }) => engine === 'postgres')
const fresh = (): string => onServer?.fresh() ?? ''

/** A pooler before the server, which like PgBouncer ends whoever begins with a setting that it does not keep. */
const startPooler = async (address: string) => {
  const url = new URL(address)
  const port = Number(url.port)
  const known = ['user', 'database', 'application_name', 'client_encoding', 'DateStyle', 'TimeZone', 'standard_conforming_strings']
  const pooler = createServer((client) => {
    client.on('error', () => undefined)
    client.once('data', (hello) => {
      const texts = hello.subarray(8, -2).toString().split('\0')
      if (texts.some((name, at) => at % 2 === 0 && !known.includes(name))) return client.end()
      const server = connect(port, url.hostname, () => server.write(hello))
      server.on('error', () => client.destroy())
      server.pipe(client).pipe(server)
    })
  })
  await once(pooler.listen(0, '127.0.0.1'), 'listening')
  url.port = String((pooler.address() as AddressInfo).port)
  return { address: url.href, close: () => pooler.close() }
}

const script = fileURLToPath(new URL('support/ledger-worker.mjs', import.meta.url))

let sandbox: Sandbox
const children: ChildProcess[] = []
/** What processes said that ended by themselves as no worker should. */
const failures: string[] = []

const until = (condition: () => boolean): Promise<void> =>
  vi.waitFor(
    () => {
      if (!condition() && failures.length === 0) throw new Error('It takes too long.')
      expect(failures).toEqual([])
    },
    { timeout: 40_000, interval: 5 },
  )

beforeAll(async () => {
  sandbox = await startSandbox()
})
afterAll(() => sandbox.stop())
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  failures.splice(0)
})

const policy = { invalid: 'adapt', anonymous: 'move' } as const

/** An app of Kii's and one of Kinvey's that nobody else uses. */
const apps = () => {
  const names = { from: `app-${randomUUID().slice(0, 12)}`, to: `app-${randomUUID().slice(0, 12)}` }
  const source = sandbox.app('kii', names.from)
  const target = sandbox.app('kinvey', names.to)
  const from = directoryAt(sandbox, 'kii', names.from)
  const to = directoryAt(sandbox, 'kinvey', names.to)
  const settings = { apps: names, policy, limits: { pageSize: 40, concurrency: 8, latestArrival: 1000 } }
  const share = ({ signal, ...more }: Partial<SharedRunOptions> & { readonly ledger: string; readonly signal?: AbortSignal }) =>
    runShared({ from, to, ...settings, ...more }, signal === undefined ? {} : { signal })
  /** A worker in a process of its own. */
  const start = (ledger: string) => {
    const connections = { kii: sandbox.connection('kii', names.from), kinvey: sandbox.connection('kinvey', names.to) }
    const child = spawn(process.execPath, [script, JSON.stringify({ ...settings, ...connections, ledger })], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    children.push(child)
    const progress: string[] = []
    child.stderr.setEncoding('utf8').on('data', (line: string) => progress.push(line))
    child.on('exit', (code) => code !== null && code !== 0 && failures.push(progress.join('')))
    const outcome = text(child.stdout).then((json): RunOutcome | undefined => {
      if (json === '') return undefined
      const answer = JSON.parse(json) as E.Either<UserError, RunOutcome>
      if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left))
      return answer.right
    })
    return { child, outcome, progress }
  }
  return { source, target, from, to, settings, share, start }
}

/** What a server answers while it recovers from a crash. */
const recovering = async (port: number) => {
  const fields = Buffer.from('SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0')
  const head = Buffer.from([0x45, 0, 0, 0, fields.length + 4])
  const answering = createServer((socket) =>
    socket.on('error', () => undefined).once('data', () => socket.end(Buffer.concat([head, fields]))),
  )
  await once(answering.listen(port, '127.0.0.1'), 'listening')
  return { end: () => once(answering.close(), 'close') }
}

describe.runIf(onServer !== undefined)('a run that several workers share', () => {
  it('survives one of four processes being killed: nobody lost, nobody doubled', { timeout: 90_000 }, async () => {
    const { source, target, from, start } = apps()
    const users = 1008
    await populate(from, users)
    target.faults.add({ method: 'POST', kind: { type: 'latency', milliseconds: 20 } })
    const ledger = fresh()
    const workers = [start(ledger), start(ledger), start(ledger), start(ledger)] as const
    await until(() => workers.every(({ progress }) => progress.length > 0))
    await until(() => target.users().length > users * 0.3)
    const [victim, ...others] = workers
    victim.child.kill('SIGKILL')
    const atKill = target.users().length
    const outcomes = await Promise.all(others.map(({ outcome }) => outcome))
    expect(await victim.outcome).toBeUndefined()

    expect(atKill).toBeLessThan(users)
    expect(compare(source, target)).toEqual(nothingWrong(users))
    expect(target.users()).toHaveLength(users)
    for (const outcome of outcomes) expect(outcome).toMatchObject({ status: 'done', counts: { byState: { created: users, failed: 0 } } })
    for (const outcome of outcomes) expect(outcome?.created).toBeGreaterThan(0)
    await withLedger(ledger, async (kept) => {
      expect((await kept.progress()).finishedAt).not.toBeNull()
      expect((await kept.samples()).at(-1)?.created).toBe(users)
    })
  })

  it('goes on after all of its processes were killed', { timeout: 60_000 }, async () => {
    const { source, target, from, start, share } = apps()
    const users = 360
    await populate(from, users)
    target.faults.add({ method: 'POST', kind: { type: 'latency', milliseconds: 20 } })
    const ledger = fresh()
    const workers = [start(ledger), start(ledger)]
    await until(() => target.users().length > 100)
    for (const { child } of workers) child.kill('SIGKILL')
    await Promise.all(workers.map(({ outcome }) => outcome))
    const atKill = target.users().length
    expect(atKill).toBeLessThan(users)
    expect(await value(share({ ledger }))).toMatchObject({ status: 'done', counts: { byState: { created: users } } })
    expect(compare(source, target)).toEqual(nothingWrong(users))
  })

  it('fails with what its processes lost where the server goes away, and goes on when it is back', { timeout: 60_000 }, async () => {
    const { source, target, from, start, share } = apps()
    const users = 360
    await populate(from, users)
    target.faults.add({ method: 'POST', kind: { type: 'latency', milliseconds: 50 } })
    const ledger = fresh()
    const workers = [start(ledger), start(ledger)]
    await until(() => target.users().length > 60)
    const ended = Promise.allSettled(workers.map(({ outcome }) => outcome))
    await server?.crash()
    const lost = { status: 'rejected', reason: { message: expect.stringContaining('"code":"lost"') } }
    try {
      expect(await ended).toMatchObject([lost, lost])
    } finally {
      await server?.start()
    }
    expect(target.users().length).toBeLessThan(users)
    expect(await value(share({ ledger, resume: true }))).toMatchObject({ status: 'done' })
    expect(compare(source, target)).toEqual(nothingWrong(users))
  })

  it('does not wait for a server that recovers', { timeout: 60_000 }, async () => {
    const { target, from, share } = apps()
    await populate(from, 80)
    target.faults.add({ method: 'POST', kind: { type: 'latency', milliseconds: 1500 } })
    const ledger = fresh()
    // Most of them have nothing to do, and ask for it when the server goes away.
    const running = Promise.all(Array.from({ length: 8 }, () => share({ ledger })()))
    await until(() => target.users().length > 0)
    await sleep(1500)
    await server?.crash()
    const recovery = await recovering(Number(new URL(ledger).port))
    try {
      const crashedAt = Date.now()
      for (const outcome of await running) expect(outcome).toMatchObject({ left: { _tag: 'Unavailable', code: 'lost' } })
      expect(Date.now() - crashedAt).toBeLessThan(20_000)
    } finally {
      await recovery.end()
      await server?.start()
    }
  })

  it('is left by a worker that is told to stop, and ended by the others', { timeout: 60_000 }, async () => {
    const { source, target, from, start } = apps()
    const users = 360
    await populate(from, users)
    target.faults.add({ method: 'POST', kind: { type: 'latency', milliseconds: 20 } })
    const ledger = fresh()
    const [leaver, stayer] = [start(ledger), start(ledger)]
    await until(() => target.users().length > 60)
    await until(() => leaver.progress.length > 0)
    leaver.child.kill('SIGTERM')
    expect(await leaver.outcome).toMatchObject({ status: 'interrupted', reasons: ['It was told to stop.'] })
    expect(await stayer.outcome).toMatchObject({ status: 'done', counts: { byState: { created: users } } })
    expect(compare(source, target)).toEqual(nothingWrong(users))
  })

  it('has what a worker left taken up at once, not after the queue’s patience with what fails', { timeout: 60_000 }, async () => {
    const { source, from, target, share } = apps()
    const users = 240
    await populate(from, users)
    const latency = target.faults.add({ method: 'POST', kind: { type: 'latency', milliseconds: 50 } })
    const ledger = fresh()
    const leaving = new AbortController()
    const leaver = value(share({ ledger, signal: leaving.signal }))
    await until(() => target.users().length > 10)
    const stayer = value(share({ ledger }))
    leaving.abort()
    expect(await leaver).toMatchObject({ status: 'interrupted', reasons: ['It was told to stop.'] })
    const engine = await engineFor(ledger, 1000)
    const jobs = sql.table(`${addressOf(ledger).schema}_jobs.jobs`)
    const { rows } = await engine.read((database) =>
      sql`select 1 from ${jobs} where locked_at is null and run_at > now()`.execute(database),
    )
    await engine.close()
    expect(rows).toEqual([])
    latency.remove()
    expect(await stayer).toMatchObject({ status: 'done', counts: { byState: { created: users } } })
    expect(compare(source, target)).toEqual(nothingWrong(users))
  })

  it('leaves what takes hours to whoever is at it', { timeout: 30_000 }, async () => {
    const { target, from, share } = apps()
    await populate(from, 40)
    const latency = target.faults.add({ method: 'POST', kind: { type: 'latency', milliseconds: 4000 } })
    const ledger = fresh()
    const running = value(share({ ledger }))
    await until(() => target.users().length > 0)
    const engine = await engineFor(ledger, 1000)
    const locks = sql.id(`${addressOf(ledger).schema}_jobs`, '_private_jobs')
    await engine.write((database) => sql`update ${locks} set locked_at = locked_at - interval '3.9 hours'`.execute(database))
    const isOld = sql`select 1 from ${locks} where locked_at < now() - interval '3 hours'`
    const old = async () => (await engine.read((database) => isOld.execute(database))).rows
    expect(await old()).not.toEqual([])
    await vi.waitFor(async () => expect(await old()).toEqual([]), { timeout: 5_000, interval: 100 })
    await engine.close()
    latency.remove()
    expect(await running).toMatchObject({ status: 'done' })
  })

  it('is ended by one who works alone, and the other way round', { timeout: 30_000 }, async () => {
    const { source, target, from, to, settings, share } = apps()
    const users = 240
    await populate(from, users)
    const latency = target.faults.add({ method: 'POST', kind: { type: 'latency', milliseconds: 20 } })
    const address = fresh()
    await withLedger(address, async (ledger) => {
      const alone = createMigration({ from, to, ...settings, ledger })
      const stopAt = async (some: number, run: (signal: AbortSignal) => Promise<RunOutcome>) => {
        const leaving = new AbortController()
        const running = run(leaving.signal)
        await until(() => target.users().length > some)
        leaving.abort()
        expect(await running).toMatchObject({ status: 'interrupted' })
        expect(target.users().length).toBeLessThan(users)
      }
      await stopAt(30, (signal) => value(share({ ledger: address, signal })))
      await stopAt(90, (signal) => value(alone.resume({ signal })))
      await stopAt(130, (signal) => value(share({ ledger: address, resume: true, signal })))
      latency.remove()
      expect(await value(alone.resume())).toMatchObject({ status: 'done', counts: { byState: { created: users } } })
      expect(compare(source, target)).toEqual(nothingWrong(users))
    })
  })

  it('keeps out whoever works alone, and is kept out', { timeout: 30_000 }, async () => {
    const { target, from, to, settings, share } = apps()
    await populate(from, 60)
    target.faults.add({ method: 'POST', kind: { type: 'latency', milliseconds: 50 } })
    const address = fresh()
    await withLedger(address, async (ledger) => {
      const lease = await ledger.lease('ann')
      expect(await value(share({ ledger: address }))).toMatchObject({ status: 'refused', reasons: [expect.stringContaining('ann')] })
      if ('release' in lease) await lease.release()
      const running = value(share({ ledger: address }))
      await until(() => target.users().length > 0)
      expect(await ledger.lease('bob')).toMatchObject({ heldBy: 'a worker of a shared run' })
      const alone = createMigration({ from, to, ...settings, ledger })
      expect(await value(alone.run())).toMatchObject({ status: 'refused', reasons: [expect.stringContaining('a worker of a shared run')] })
      expect(await running).toMatchObject({ status: 'done' })
      const after = await ledger.lease('bob')
      expect('release' in after).toBe(true)
      if ('release' in after) await after.release()
    })
  })

  it('stops as one of its own does where a vendor is down for too long', async () => {
    const { source, target, from, settings, share } = apps()
    await populate(from, 24)
    target.faults.add({ method: 'POST', kind: { type: 'status', status: 503 } })
    const ledger = fresh()
    const limits = { ...settings.limits, patience: 300 }
    expect(await value(share({ ledger, limits }))).toMatchObject({
      status: 'interrupted',
      reasons: ['kinvey was down for too long: Unavailable.'],
    })
    target.faults.clear()
    expect(await value(share({ ledger, resume: true }))).toMatchObject({ status: 'done' })
    expect(compare(source, target)).toEqual(nothingWrong(24))
  })

  it('fails as one of its own does where a vendor refuses the keys, and goes on with better ones', async () => {
    const { source, target, from, share, settings } = apps()
    await populate(from, 24)
    const ledger = fresh()
    const connection: Sandbox['connection'] = (...app) => ({ ...sandbox.connection(...app), masterSecret: 'wrong' })
    const answer = await share({ ledger, to: directoryAt({ connection }, 'kinvey', settings.apps.to) })()
    expect(E.isLeft(answer) && answer.left).toMatchObject({ vendor: 'kinvey', _tag: 'Configuration' })
    expect(await value(share({ ledger }))).toMatchObject({ status: 'done', created: 24 })
    expect(compare(source, target)).toEqual(nothingWrong(24))
  })

  it('is left by a worker that the others took for dead', { timeout: 30_000 }, async () => {
    const { source, target, from, share } = apps()
    await populate(from, 120)
    const latency = target.faults.add({ method: 'POST', kind: { type: 'latency', milliseconds: 400 } })
    const ledger = fresh()
    const running = value(share({ ledger }))
    await until(() => target.users().length > 0)
    const engine = await engineFor(ledger, 1000)
    await engine.write((database) => database.deleteFrom('workers').execute())
    await engine.close()
    expect(await running).toMatchObject({ status: 'interrupted', reasons: [expect.stringContaining('for dead')] })
    latency.remove()
    expect(await value(share({ ledger }))).toMatchObject({ status: 'done' })
    expect(compare(source, target)).toEqual(nothingWrong(120))
  })

  it('moves who came since when it is begun again, and tells of everybody’s progress', { timeout: 30_000 }, async () => {
    const { source, target, from, share } = apps()
    await populate(from, 120)
    const ledger = fresh()
    const told: RunProgress[] = []
    const onProgress = (progress: RunProgress) => told.push(progress)
    const [one, other] = await Promise.all([value(share({ ledger, onProgress })), value(share({ ledger }))])
    expect(one.created + other.created).toBe(120)
    expect(told.at(-1)).toMatchObject({ done: 120, failed: 0 })
    await populate(from, 60)
    expect(await value(share({ ledger }))).toMatchObject({ status: 'done', created: 60, counts: { byState: { created: 180 } } })
    expect(compare(source, target)).toEqual(nothingWrong(180))
  })

  it('reads the source again when it is begun again, not when it is resumed', { timeout: 30_000 }, async () => {
    const { source, target, from, share } = apps()
    await populate(from, 40)
    const ledger = fresh()
    const progress = () => withLedger(ledger, (kept) => kept.progress())
    expect(await value(share({ ledger }))).toMatchObject({ status: 'done' })
    await populate(from, 20)
    expect(await value(share({ ledger, resume: true }))).toMatchObject({ status: 'done', created: 0 })
    expect(await progress()).toMatchObject({ passes: 1, finishedAt: expect.any(Number) })

    const latency = target.faults.add({ method: 'POST', kind: { type: 'latency', milliseconds: 200 } })
    const leaving = new AbortController()
    const again = value(share({ ledger, signal: leaving.signal }))
    await until(() => target.users().length > 40)
    leaving.abort()
    expect(await again).toMatchObject({ status: 'interrupted' })
    expect(await progress()).toMatchObject({ passes: 1, finishedAt: null })
    latency.remove()
    expect(await value(share({ ledger, resume: true }))).toMatchObject({ status: 'done' })
    expect(await progress()).toMatchObject({ passes: 2, finishedAt: expect.any(Number) })
    expect(compare(source, target)).toEqual(nothingWrong(60))
  })

  it('can be resumed from where it was left, from its first page on', { timeout: 30_000 }, async () => {
    const { source, target, from, share } = apps()
    await populate(from, 240)
    const latency = target.faults.add({ method: 'POST', kind: { type: 'latency', milliseconds: 50 } })
    const ledger = fresh()
    const stopAt = async (some: number, resume: boolean): Promise<unknown> => {
      const leaving = new AbortController()
      const running = value(share({ ledger, resume, signal: leaving.signal }))
      await until(() => target.users().length > some)
      leaving.abort()
      expect(await running).toMatchObject({ status: 'interrupted' })
      return withLedger(ledger, async (kept) => (await kept.progress()).cursor)
    }
    expect(await value(share({ ledger, signal: AbortSignal.abort() }))).toMatchObject({ status: 'interrupted', created: 0 })
    expect(await stopAt(0, true)).toBe('')
    expect(await stopAt(140, true)).toMatch(/./)
    latency.remove()
    expect(await value(share({ ledger, resume: true }))).toMatchObject({ status: 'done' })
    expect(compare(source, target)).toEqual(nothingWrong(240))
  })

  it('begins with the first page where the source does not know any more at which one it was', { timeout: 30_000 }, async () => {
    const { source, target, from, share } = apps()
    const users = 240
    await populate(from, users)
    const latency = target.faults.add({ method: 'POST', kind: { type: 'latency', milliseconds: 20 } })
    const ledger = fresh()
    const leaving = new AbortController()
    const running = value(share({ ledger, signal: leaving.signal }))
    await until(() => target.users().length > 60)
    leaving.abort()
    expect(await running).toMatchObject({ status: 'interrupted' })
    latency.remove()
    await withLedger(ledger, (kept) => kept.append([], 'a cursor that has run out'))
    const resumed = await Promise.all([value(share({ ledger, resume: true })), value(share({ ledger, resume: true }))])
    for (const outcome of resumed) expect(outcome).toMatchObject({ status: 'done', counts: { byState: { created: users } } })
    expect(compare(source, target)).toEqual(nothingWrong(users))
  })

  it('goes on while another one begins in the same database', { timeout: 60_000 }, async () => {
    const [first, second] = [apps(), apps()]
    for (const { from } of [first, second]) await populate(from, 120)
    const latency = first.target.faults.add({ method: 'POST', kind: { type: 'latency', milliseconds: 300 } })
    const running = value(first.share({ ledger: fresh() }))
    await until(() => first.target.users().length > 0)
    const atBeginning = first.target.users().length
    expect(await value(second.share({ ledger: fresh() }))).toMatchObject({ status: 'done' })
    expect(atBeginning).toBeLessThan(120)
    latency.remove()
    expect(await running).toMatchObject({ status: 'done', reasons: [], counts: { byState: { created: 120 } } })
    expect(compare(first.source, first.target)).toEqual(nothingWrong(120))
    expect(process.exitCode).toBeUndefined()
  })

  it('is busy where somebody holds the tables of its queue, and waits for them no longer than its patience', {
    timeout: 20_000,
  }, async () => {
    const { from, share } = apps()
    await populate(from, 12)
    const ledger = fresh()
    const holder = await engineFor(ledger, 1000)
    await holder.write(async (database) => {
      await sql`create schema ${sql.id(`${addressOf(ledger).schema}_jobs`)}`.execute(database)
      expect(await share({ ledger, patience: 200 })()).toMatchObject({ left: { _tag: 'Unavailable', code: 'busy' } })
    })
    await holder.close()
    expect(await value(share({ ledger }))).toMatchObject({ status: 'done' })
  })

  it('fails where nobody can ask its queue, and does not wait for it', { timeout: 20_000 }, async () => {
    const { source, target, from, share } = apps()
    await populate(from, 12)
    const ledger = fresh()
    await value(share({ ledger }))
    await populate(from, 12)
    const schema = `${addressOf(ledger).schema}_jobs`
    const engine = await engineFor(ledger, 1000)
    const change = (text: ReturnType<typeof sql>) => engine.write((database) => text.execute(database))
    // What a server says that ends a connection, when the queue asks for its tasks by itself.
    await change(sql`create function ${sql.id(schema, 'refuse')}() returns trigger language plpgsql as
      $$ begin if current_query() like 'insert%' then
        raise exception 'terminating connection' using errcode = 'admin_shutdown'; end if; return null; end $$`)
    const tasks = sql.id(schema, '_private_tasks')
    await change(sql`create trigger refuse before insert on ${tasks} execute function ${sql.id(schema, 'refuse')}()`)
    expect(await share({ ledger })()).toMatchObject({ left: { _tag: 'Unavailable', code: 'lost' } })
    await change(sql`drop trigger refuse on ${tasks}`)
    await engine.close()
    expect(await value(share({ ledger }))).toMatchObject({ status: 'done' })
    expect(compare(source, target)).toEqual(nothingWrong(24))
  })

  it.each(['with.dot', 'With "quotes"-1'])('has room in a schema of any name: %s', { timeout: 30_000 }, async (schema) => {
    const { from, to, settings, share } = apps()
    await populate(from, 12)
    const address = new URL(fresh())
    address.searchParams.set('schema', schema)
    const run = await value(share({ ledger: address.href }))
    expect(run).toMatchObject({ status: 'done', counts: { byState: { created: 12 } } })
    await withLedger(address.href, async (ledger) => {
      await value(createMigration({ from, to, ...settings, ledger }).purge())
      expect((await ledger.progress()).purged).toBe(true)
    })
  })

  it('says which right the user of its database lacks, and needs it for the first worker alone', { timeout: 30_000 }, async () => {
    const { from, share } = apps()
    await populate(from, 12)
    const ledger = fresh()
    const { schema } = addressOf(ledger)
    const engine = await engineFor(fresh(), 1000)
    const order = (text: string) => engine.write((database) => sql.raw(text).execute(database))
    await order(`create role ${schema} login`)
    const asUser = new URL(ledger)
    asUser.username = schema
    const shared = share({ ledger: asUser.href })
    const lacks = { left: { _tag: 'Unavailable', code: 'broken', message: expect.stringMatching(/CREATE ON DATABASE.*\(42501\)/) } }
    expect(await shared()).toMatchObject(lacks)
    // A ledger for one finds room in a schema that is there; the queue makes its own.
    await order(`create schema ${schema} authorization ${schema}`)
    await withLedger(asUser.href, async (kept) => expect((await kept.progress()).passes).toBe(0))
    expect(await shared()).toMatchObject(lacks)
    await order(`grant create on database postgres to ${schema}`)
    expect(await value(shared)).toMatchObject({ status: 'done' })
    await order(`revoke create on database postgres from ${schema}`)
    expect(await value(shared)).toMatchObject({ status: 'done' })
    await engine.close()
  })

  it('looks again at what became of the ledger before it joins', { timeout: 20_000 }, async () => {
    const { target, from, share } = apps()
    await populate(from, 12)
    const ledger = fresh()
    expect(await value(share({ ledger }))).toMatchObject({ status: 'done' })
    await populate(from, 12)
    const engine = await engineFor(ledger, 1000)
    const isWaiting = sql`select from pg_stat_activity where wait_event_type = 'Lock' and query like ${`%"${addressOf(ledger).schema}"."lease"%`}`
    const joining = await engine.write(async (database) => {
      // Whoever undoes or purges has the ledger alone.
      await database.selectFrom('lease').selectAll().forUpdate().execute()
      const running = value(share({ ledger }))
      await vi.waitFor(async () => expect((await engine.read((other) => isWaiting.execute(other))).rows).not.toEqual([]), 10_000)
      await database.updateTable('ledger').set({ purged: 1 }).execute()
      return { running }
    })
    expect(await joining.running).toMatchObject({ status: 'refused', reasons: [expect.stringContaining('was purged')] })
    expect(target.users()).toHaveLength(12)
    expect(await engine.read((database) => database.selectFrom('workers').selectAll().execute())).toEqual([])
    await engine.close()
  })

  it('is left, by its vendor’s error, by a worker whose keys the target refuses, and ended by the others', {
    timeout: 30_000,
  }, async () => {
    const { source, target, from, to, settings, share } = apps()
    await populate(from, 240)
    const latency = target.faults.add({ method: 'POST', kind: { type: 'latency', milliseconds: 100 } })
    const ledger = fresh()
    const staying = value(share({ ledger }))
    await until(() => target.users().length > 0)
    const wrong = directoryAt(
      { connection: (...which) => ({ ...sandbox.connection(...which), masterSecret: 'wrong' }) },
      'kinvey',
      settings.apps.to,
    )
    const refusal = { left: { _tag: 'Configuration', vendor: 'kinvey', path: 'masterSecret' } }
    expect(await share({ ledger, to: { ...to, create: wrong.create } })()).toMatchObject(refusal)
    expect(target.users().length).toBeLessThan(240)
    latency.remove()
    expect(await staying).toMatchObject({ status: 'done', reasons: [], counts: { byState: { created: 240, failed: 0 } } })
    expect(compare(source, target)).toEqual(nothingWrong(240))
  })

  it('is shared through a pooler that keeps no settings', { timeout: 30_000 }, async () => {
    const { from, share } = apps()
    await populate(from, 12)
    const pooler = await startPooler(fresh())
    await withLedger(pooler.address, async () => undefined)
    expect(await value(share({ ledger: pooler.address }))).toMatchObject({ status: 'done' })
    pooler.close()
  })

  it('is refused where it may not begin, and says why', async () => {
    const { from, share } = apps()
    await populate(from, 12)
    const ledger = fresh()
    expect(await value(share({ ledger, resume: true }))).toMatchObject({
      status: 'refused',
      reasons: ['Nothing has begun that could be resumed.'],
    })
    expect(await value(share({ ledger }))).toMatchObject({ status: 'done' })
    const other = await value(share({ ledger, policy: { ...policy, conflicts: 'skip' } }))
    expect(other).toMatchObject({ status: 'refused', reasons: [expect.stringContaining('another policy')] })
    expect(await share({ ledger: 'file:some.ledger' })()).toMatchObject({ left: { _tag: 'Configuration', path: 'ledger' } })
    expect(await share({ ledger, key: 'a key' })()).toMatchObject({ left: { _tag: 'Unavailable', code: 'broken' } })
    expect(await share({ ledger: 'postgres://127.0.0.1:1/x' })()).toMatchObject({ left: { _tag: 'Unavailable', code: 'lost' } })
  })
})
