import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { inspect } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { startSandbox } from '../src/index.js'
import { appOf, freshName } from './support.js'

async function newFile(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'sandbox-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return path.join(folder, 'data.json')
}

test('users, settings and the outbox survive a restart', async () => {
  const dataFile = await newFile()
  const [loginName, password] = [freshName(), 'pass-1234']
  const first = await startSandbox({ vendors: ['kii'], dataFile })
  const before = appOf(first)
  before.world.set({ refreshTokenEnabled: true })
  await before.kii('POST', 'users', { loginName, password, emailAddress: `${loginName}@example.com` })
  await before.kii('POST', `users/LOGIN_NAME:${loginName}/password/request-reset`)
  await first.stop()

  const second = await startSandbox({ vendors: ['kii'], dataFile })
  try {
    const after = appOf(second, before.appId)
    expect(after.world.outbox.messages()).toMatchObject([{ to: `${loginName}@example.com` }])
    const { status, json } = await after.kii('POST', 'oauth2/token', { username: loginName, password })
    expect([status, json.refresh_token]).toEqual([200, expect.any(String)])
  } finally {
    await second.stop()
  }
})

test('is written soon after a change, not only at the end', async () => {
  const dataFile = await newFile()
  const sandbox = await startSandbox({ vendors: ['kii'], dataFile })
  try {
    const loginName = freshName()
    await appOf(sandbox).kii('POST', 'users', { loginName, password: 'pass-1234' })
    const deadline = performance.now() + 3_000
    let text = ''
    while (!text.includes(loginName) && performance.now() < deadline) {
      await pause(20)
      text = await readFile(dataFile, 'utf8').catch(() => '')
    }
    expect(text).toContain(loginName)
    expect(text).not.toContain('pass-1234')
  } finally {
    await sandbox.stop()
  }
})

test('a vendor that is not served keeps its apps', async () => {
  const dataFile = await newFile()
  const both = await startSandbox({ vendors: ['kii', 'monaca'], dataFile })
  both.app('monaca', 'kept')
  await both.stop()
  const one = await startSandbox({ vendors: ['kii'], dataFile })
  await one.stop()
  expect(JSON.parse(await readFile(dataFile, 'utf8'))).toMatchObject({ apps: [{ vendor: 'monaca', appId: 'kept' }] })
})

test('what is said of a broken file holds nothing of it', async () => {
  const dataFile = await newFile()
  await writeFile(dataFile, '{ "appKey": planted }')
  const error: unknown = await startSandbox({ vendors: ['kii'], dataFile }).catch((cause: unknown) => cause)
  expect(inspect(error)).toContain(`${dataFile} is not a data file of the sandbox: it is not valid JSON`)
  expect(inspect(error)).not.toContain('planted')
})

test('a file that cannot be written is named at the start, not only at the end', async () => {
  const dataFile = path.join(path.dirname(await newFile()), 'absent', 'data.json')
  await expect(startSandbox({ vendors: ['kii'], dataFile })).rejects.toThrow(`${dataFile} cannot be written: ENOENT`)
})

test('a file that cannot be read is named', async () => {
  const folder = path.dirname(await newFile())
  await expect(startSandbox({ vendors: ['kii'], dataFile: folder })).rejects.toThrow(`${folder} cannot be read: EISDIR`)
})

test.each(['{"version":1,"apps":[', '{"version":2,"apps":[]}', '[]', '{"version":1,"apps":[{"vendor":"kii","appId":"a","snapshot":{}}]}'])(
  'a broken file is a clear error and stays as it is: %s',
  async (content) => {
    const dataFile = await newFile()
    await writeFile(dataFile, content)
    await expect(startSandbox({ vendors: ['kii'], dataFile })).rejects.toThrow(`${dataFile} is not a data file of the sandbox`)
    expect(await readFile(dataFile, 'utf8')).toBe(content)
  },
)
