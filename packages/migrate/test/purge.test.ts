import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import * as E from '#fp-ts/Either'
import { between, newLedger } from './support/migration.js'
import { populate, value } from './support/population.js'

it('a purged ledger holds no name, can be looked at and undone, and nothing else', async () => {
  const { source, target, from, start } = between('kii', 'kinvey')
  await populate(from, 24)
  const { path, ledger } = await newLedger()
  const migration = await start({ ledger })
  await value(migration.run())
  const names = source.users().flatMap(({ username }) => (username === undefined ? [] : [username]))
  await value(migration.purge())
  const bytes = readFileSync(path, 'latin1')
  expect(names.filter((name) => bytes.includes(name))).toEqual([])

  const { progress, counts } = await value(migration.status())
  expect(progress.purged).toBe(true)
  expect(counts.byState.created).toBe(24)
  for (const refused of [migration.run(), migration.resume()]) {
    expect(await value(refused)).toMatchObject({
      status: 'refused',
      reasons: ['The ledger was purged: what moved can be undone, nothing else.'],
    })
  }
  const verified = await migration.verify()()
  expect(E.isLeft(verified) && verified.left).toMatchObject({ _tag: 'Configuration', vendor: 'ledger', path: 'ledger' })
  expect(await value(migration.undo())).toMatchObject({ removed: 24, kept: [] })
  expect(target.users()).toEqual([])
})

it('a purged ledger can be undone without its key, by its own policy', async () => {
  const { target, from, start } = between('kii', 'kinvey')
  await populate(from, 12)
  const { path, ledger } = await newLedger(undefined, 'a key')
  const migration = await start({ ledger })
  await value(migration.run())
  await value(migration.purge())
  await ledger.close()
  const { ledger: opened } = await newLedger(path)
  const other = await (await start({ ledger: opened, policy: { conflicts: 'skip' } })).undo()()
  expect(E.isLeft(other) && other.left).toMatchObject({ _tag: 'Configuration', problem: expect.stringContaining('another policy') })
  expect(await value((await start({ ledger: opened })).undo())).toMatchObject({ removed: 12, kept: [] })
  expect(target.users()).toEqual([])
})

it('a purged ledger is nobody else’s: not of other apps, nor of other vendors', async () => {
  const { from, start } = between('kii', 'kinvey')
  await populate(from, 12)
  const { ledger } = await newLedger()
  const migration = await start({ ledger })
  await value(migration.run())
  await value(migration.purge())
  const refusals = [
    [between('kii', 'kinvey'), 'The ledger belongs to a migration between other apps.'],
    [between('kii', 'monaca'), 'The ledger belongs to a migration from kii to kinvey.'],
    [between('monaca', 'kinvey'), 'The ledger belongs to a migration from kii to kinvey.'],
  ] as const
  for (const [other, problem] of refusals) {
    const ended = await (await other.start({ ledger })).undo()()
    expect(E.isLeft(ended) && ended.left).toMatchObject({ _tag: 'Configuration', problem })
  }
})

it('no operation begins while another one has the ledger', async () => {
  const { from, start } = between('kii', 'kinvey')
  await populate(from, 12)
  const { path, ledger } = await newLedger()
  const migration = await start({ ledger })
  await value(migration.run())
  const lease = await (await newLedger(path)).ledger.lease('somebody else')
  for (const operation of [migration.verify(), migration.undo(), migration.purge()]) {
    const ended = await operation()
    expect(E.isLeft(ended) && ended.left).toMatchObject({ _tag: 'Unavailable', vendor: 'ledger', code: 'busy' })
    expect(E.isLeft(ended) && ended.left.message).toContain('somebody else')
  }
  expect(await value(migration.status())).toMatchObject({ counts: { byState: { created: 12 } } })
  if ('release' in lease) await lease.release()
  expect(await value(migration.verify())).toMatchObject({ equal: 12 })
})

it('no operation throws for want of options, or goes on with a signal that cannot be heard', async () => {
  const { start } = between('kii', 'kinvey')
  const { ledger } = await newLedger()
  const migration = await start({ ledger })
  for (const operation of [migration.plan, migration.dryRun, migration.run, migration.verify, migration.undo, migration.purge]) {
    const told = await operation({ signal: new AbortController() as never })()
    expect(told).toMatchObject({ left: { _tag: 'InvalidInput', field: 'signal' } })
    expect((await operation(null as never)())._tag).toBe('Right')
  }
})
