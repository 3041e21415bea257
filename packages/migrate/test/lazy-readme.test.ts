import { randomUUID } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryStore } from '@userport/core'
import { createKii } from '@userport/kii'
import { type Sandbox, startSandbox } from '@userport/sandbox'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { someone, successOf } from './support/lazy-memory.js'
import { openUsers, signIn } from './support/lazy-readme-app.js'
import { openHandler } from './support/lazy-readme-server.js'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await startSandbox({ vendors: ['kii', 'kinvey'] })
})
afterAll(() => sandbox.stop())

const configs = () => {
  const { site = '', appId = '', appKey = '', clientId = '', clientSecret = '' } = sandbox.connection('kii')
  const { host = '', appKey: key = '', appSecret = '', masterSecret = '' } = sandbox.connection('kinvey')
  return { kii: { site, appId, appKey }, kinvey: { host, appKey: key, appSecret }, admin: { clientId, clientSecret, masterSecret } }
}

const read = (path: string): Promise<string> => readFile(new URL(path, import.meta.url), 'utf8')

it.each(['app', 'server'])('the page shows %s.ts as it is tested', async (name) => {
  expect(await read('../docs/lazy.md')).toContain(`\`\`\`ts\n${await read(`./support/lazy-readme-${name}.ts`)}\`\`\``)
})

it('the app of the page moves somebody, with another password where that is needed', async () => {
  const { kii, kinvey } = configs()
  const { username, password } = someone()
  const before = await successOf(createKii(kii).signUp({ identifiers: { username }, password }))
  const told = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  const users = openUsers(kii, kinvey, memoryStore())
  const user = await signIn(users, username, password, async () => 'not needed')
  expect(user).toMatchObject({ vendor: 'kinvey', attributes: { migratedFrom: before.id } })
  expect(told.mock.calls).toEqual([[`data of ${before.id} now belongs to ${user.id}`]])
  told.mockRestore()
})

it('the server of the page answers', async () => {
  const { kii, kinvey, admin } = configs()
  const { clientId, clientSecret, masterSecret } = admin
  const path = join(tmpdir(), `userport-lazy-${randomUUID()}.db`)
  const { handle, close } = await openHandler({ ...kii, clientId, clientSecret }, { ...kinvey, masterSecret }, `file:${path}`)
  const body = JSON.stringify({ question: 'standing', input: { identifier: { username: someone().username } } })
  expect(await (await handle(new Request('http://127.0.0.1/', { method: 'POST', body }))).json()).toEqual({ answer: 'unknown' })
  await close()
  await Promise.all(['', '-wal', '-shm'].map((end) => rm(`${path}${end}`, { force: true })))
})
