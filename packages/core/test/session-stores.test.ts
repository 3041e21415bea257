import { randomUUID } from 'node:crypto'
import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { memoryStore, type SessionStore } from '../src/index.js'
import { fileStore } from '../src/node.js'
import { FakeService } from './support/fake-service.js'
import { somebody } from './support/fake-vendor.js'
import { failureOf, successOf } from './support/results.js'
import { start } from './support/start.js'

let parent: string
let folder: string
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'userport-'))
  folder = join(parent, 'sessions')
})
afterEach(() => rm(parent, { recursive: true, force: true }))

const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8)

describe.each([
  ['memoryStore', () => memoryStore()],
  ['fileStore', () => fileStore(folder)],
] as readonly (readonly [string, () => SessionStore])[])('%s', (_, create) => {
  it('keeps text under a name', async () => {
    const store = create()
    const text = JSON.stringify({ text: ' ünï ✓ \n', id: randomUUID() })
    await store.set('a', text)
    await store.set('b', 'other')
    expect(await store.get('a')).toBe(text)
    await store.remove('a')
    expect(await store.get('a')).toBeUndefined()
    expect(await store.get('b')).toBe('other')
  })

  it('knows nothing at first, and forgetting nothing is no error', async () => {
    const store = create()
    expect(await store.get('nobody')).toBeUndefined()
    await store.remove('nobody')
  })

  it('ends concurrent writes as the last one', async () => {
    const store = create()
    await Promise.all(Array.from({ length: 30 }, async (_unused, turn) => store.set('name', String(turn))))
    expect(await store.get('name')).toBe('29')
  })

  it('reads what was written before, though nobody waited for it', async () => {
    const store = create()
    const written = store.set('name', 'new')
    expect(await store.get('name')).toBe('new')
    await written
  })
})

describe('fileStore', () => {
  it('lets nobody but the owner read: folder 0700, files 0600', async () => {
    await fileStore(folder).set('session', 'secret')
    expect(await modeOf(folder)).toBe('700')
    for (const name of await readdir(folder)) expect(await modeOf(join(folder, name))).toBe('600')
  })

  it('makes a file of its own for every name, inside the folder', async () => {
    const store = fileStore(folder)
    const names = ['../outside', 'a/b', 'a%2Fb', '..', 'ü', 'a.json']
    for (const name of names) await store.set(name, name)
    for (const name of names) expect(await store.get(name)).toBe(name)
    expect(await readdir(parent)).toEqual(['sessions'])
    expect(await readdir(folder)).toHaveLength(names.length)
  })

  it('outlives the process', async () => {
    await fileStore(folder).set('session', 'text')
    expect(await fileStore(folder).get('session')).toBe('text')
  })

  it('has the old text or the new one after a crash, never half of it, and sweeps away what the crash left', async () => {
    const store = fileStore(folder)
    await store.set('session', 'old')
    const leftover = join(folder, '.session.json.12345.tmp')
    await writeFile(leftover, '{"half', { mode: 0o600 })
    await utimes(leftover, 0, 0)
    expect(await fileStore(folder).get('session')).toBe('old')
    await fileStore(folder).set('session', 'new')
    expect(await fileStore(folder).get('session')).toBe('new')
    expect(await readdir(folder)).toEqual(['session.json'])
  })

  it('leaves alone what another process is writing', async () => {
    const store = fileStore(folder)
    await store.set('session', 'old')
    const underway = '.session.json.12345.tmp'
    await writeFile(join(folder, underway), '{"half')
    await fileStore(folder).set('session', 'new')
    expect(await readdir(folder)).toContain(underway)
  })

  it('bears two stores on one folder', async () => {
    const stores = [fileStore(folder), fileStore(folder)]
    const text = 'x'.repeat(20_000)
    await Promise.all(stores.flatMap((store, index) => Array.from({ length: 20 }, async () => store.set('session', `${index}${text}`))))
    const found = await fileStore(folder).get('session')
    expect(found?.slice(1)).toBe(text)
    expect(await readdir(folder)).toEqual(['session.json'])
  })

  it('rejects what it cannot write or read, and works again afterwards', async () => {
    await writeFile(folder, 'a file where the folder should be')
    const store = fileStore(folder)
    await expect(store.set('session', 'text')).rejects.toThrow()
    await expect(store.get('session')).rejects.toThrow()
    await rm(folder)
    await store.set('session', 'text')
    expect(await store.get('session')).toBe('text')
  })

  it('carries a user from one process to the next', async () => {
    const service = new FakeService()
    const user = await successOf(start({ service, options: { store: fileStore(folder) } }).provider.signUp(somebody()))
    expect(await successOf(start({ service, options: { store: fileStore(folder) } }).provider.restore())).toEqual(user)
  })

  it('in a folder that cannot be read is Unavailable, not signed out', async () => {
    await writeFile(folder, 'a file where the folder should be')
    const { provider } = start({ options: { store: fileStore(folder) } })
    await failureOf(provider.restore(), 'Unavailable')
    expect(provider.state()).toEqual({ status: 'restoring' })
  })
})
