import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { userId } from '@userport/core'
import { describe, expect, it } from 'vitest'
import { bundled, failure, value } from '../../core/test/support/vendor-results.js'
import { createKinveyDirectory, type KinveyDirectoryConfig } from '../src/directory.js'
import { createKinveyBackend } from '../src/index.js'
import { start } from './support/apps.js'

describe('failures', () => {
  it('of the keys say which, and nothing of their values', async () => {
    const { config } = start()
    const masterSecret = `secret-${randomUUID()}`
    const error = await failure(createKinveyDirectory({ ...config, masterSecret }).count())
    expect(error).toMatchObject({ _tag: 'Configuration', path: 'masterSecret', operation: 'count' })
    expect(JSON.stringify(error)).not.toContain(masterSecret)
  })

  it('of a secret in other letters than Kinvey’s are no failures of ours', async () => {
    const { config } = start()
    const secret = 'sécret…'
    expect(await failure(createKinveyDirectory({ ...config, masterSecret: secret }).count())).toMatchObject({ path: 'masterSecret' })
    expect(
      await failure(createKinveyBackend({ host: config.host, appKey: config.appKey, appSecret: secret }).usernameExists('ann')),
    ).toMatchObject({ _tag: 'Configuration', path: 'appSecret' })
  })

  it('of a key that opens less', async () => {
    const { config } = start()
    const directory = createKinveyDirectory({ ...config, masterSecret: config.appSecret })
    expect((await failure(directory.count()))._tag).toBe('Forbidden')
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
    const { masterSecret: _, ...incomplete } = config
    expect(await failure(createKinveyDirectory(incomplete as KinveyDirectoryConfig).list({}))).toMatchObject({
      _tag: 'Configuration',
      path: 'masterSecret',
    })
    const more = { ...config, clientSecret: 'x' }
    expect(await failure(createKinveyDirectory(more).list({}))).toMatchObject({ _tag: 'Configuration', path: 'clientSecret' })
  })

  it('of the connection and of time', async () => {
    const { config, world, directory } = start({}, { deadline: 200 })
    const dead = createKinveyDirectory({ ...config, host: 'http://127.0.0.1:1' }, { deadline: 3_000 })
    expect((await failure(dead.list({})))._tag).toBe('Network')
    world.faults.add({ kind: { type: 'hang' } })
    expect((await failure(directory.list({})))._tag).toBe('Timeout')
  })

  it('that pass are tried again', async () => {
    const { world, directory } = start()
    world.faults.add({ times: 1, kind: { type: 'status', status: 503 } })
    expect(await value(directory.count())).toBe(0)
  })

  it('of the reply name what is wrong with it', async () => {
    const { world, directory } = start()
    world.faults.add({ kind: { type: 'shape' } })
    expect(await failure(directory.list({}))).toMatchObject({ _tag: 'Protocol', path: '0._id' })
  })
})

it('is in no bundle of the package itself', async () => {
  const codeOf = (entry: string): Promise<string> => bundled(fileURLToPath(new URL(`../src/${entry}.ts`, import.meta.url)))
  expect(await codeOf('directory')).toContain('x-kinvey-master-create-user')
  expect(await codeOf('index')).not.toMatch(/x-kinvey-master|masterSecret/)
})
