import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { userId } from '@userport/core'
import { describe, expect, it } from 'vitest'
import { bundled, failure, value } from '../../core/test/support/vendor-results.js'
import { createKiiDirectory, type KiiDirectoryConfig } from '../src/directory.js'
import { start } from './support/apps.js'

describe('the admin token', () => {
  const asked = (world: ReturnType<typeof start>['world']): number =>
    world.requests.all().filter(({ path }) => path.endsWith('/oauth2/token')).length

  it('is asked for once, however many need it', async () => {
    const { world, directory } = start()
    await Promise.all(Array.from({ length: 10 }, () => value(directory.list({}))))
    expect(asked(world)).toBe(1)
  })

  it('is renewed once when Kii no longer accepts it', async () => {
    const { world, directory } = start()
    world.seed(30)
    await value(directory.list({}))
    for (const token of Object.keys(world.data.tokens)) delete world.data.tokens[token]
    expect(await Promise.all(Array.from({ length: 5 }, () => value(directory.list({}))))).toHaveLength(5)
    expect(asked(world)).toBe(2)
  })

  it('that Kii refuses to give is asked for once, however many need it', async () => {
    const { world, config } = start()
    const directory = createKiiDirectory({ ...config, clientSecret: 'wrong' })
    const failures = await Promise.all(Array.from({ length: 10 }, () => failure(directory.list({}))))
    expect(new Set(failures.map(({ _tag }) => _tag))).toEqual(new Set(['Configuration']))
    expect(asked(world)).toBe(1)
  })

  it('comes to those who wait though the first to ask gives up', async () => {
    const { world, directory } = start()
    world.faults.add({ path: 'oauth2/token$', times: 1, kind: { type: 'hang' } })
    const first = failure(directory.list({}, { deadline: 100 }))
    const second = value(directory.list({}))
    expect((await first)._tag).toBe('Timeout')
    expect((await second).users).toEqual([])
  })

  it('that Kii keeps refusing ends with Forbidden', async () => {
    const { config } = start()
    // With the app's own id, Kii gives a token that opens nothing.
    const directory = createKiiDirectory({ ...config, clientId: config.appId })
    expect((await failure(directory.list({})))._tag).toBe('Forbidden')
  })
})

describe('failures', () => {
  it('of the keys say which, and nothing of their values', async () => {
    const { config } = start()
    const clientSecret = `secret-${randomUUID()}`
    const error = await failure(createKiiDirectory({ ...config, clientSecret }).list({}))
    expect(error).toMatchObject({ _tag: 'Configuration', path: 'clientSecret', operation: 'list' })
    expect(JSON.stringify(error)).not.toContain(clientSecret)
  })

  it('of the keys name each operation that waited for them', async () => {
    const directory = createKiiDirectory({ ...start().config, clientSecret: 'wrong' })
    const failures = await Promise.all([failure(directory.list({})), failure(directory.find({ username: 'somebody' }))])
    expect(failures.map(({ operation }) => operation)).toEqual(['list', 'find'])
  })

  it.each(['suspend', 'erase'] as const)('to %s are told where something else than the vendor answers', async (operation) => {
    const { world, directory } = start()
    const [{ id = '' } = {}] = world.seed(1)
    await value(directory.list({}))
    world.faults.add({ path: id, kind: { type: 'shape' } })
    expect((await failure(directory[operation](userId(id))))._tag).toBe('Protocol')
    expect(world.users()).toMatchObject([{ id, disabled: false }])
  })

  it('of the configuration come before any request', async () => {
    const { config } = start()
    const { clientSecret: _, ...incomplete } = config
    expect(await failure(createKiiDirectory(incomplete as KiiDirectoryConfig).list({}))).toMatchObject({
      _tag: 'Configuration',
      path: 'clientSecret',
    })
    const more = { ...config, masterSecret: 'x' }
    expect(await failure(createKiiDirectory(more).list({}))).toMatchObject({ _tag: 'Configuration', path: 'masterSecret' })
  })

  it('of the connection and of time', async () => {
    const { config, world, directory } = start({}, { deadline: 200 })
    const dead = createKiiDirectory({ ...config, site: 'http://127.0.0.1:1/api' }, { deadline: 3_000 })
    expect((await failure(dead.list({})))._tag).toBe('Network')
    world.faults.add({ kind: { type: 'hang' } })
    expect((await failure(directory.list({})))._tag).toBe('Timeout')
  })
})

it('is in no bundle of the package itself', async () => {
  const codeOf = (entry: string): Promise<string> => bundled(fileURLToPath(new URL(`../src/${entry}.ts`, import.meta.url)))
  expect(await codeOf('directory')).toContain('client_credentials')
  expect(await codeOf('index')).not.toMatch(/client_credentials|clientSecret/)
})
