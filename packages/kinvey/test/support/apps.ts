import { randomUUID } from 'node:crypto'
import type { HttpClient } from '@userport/core'
import { type KinveySettings, type Sandbox, startSandbox } from '@userport/sandbox'
import { afterAll, beforeAll } from 'vitest'
import { createKinveyDirectory, type KinveyDirectoryConfig } from '../../src/directory.js'
import { createKinveyBackend } from '../../src/index.js'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await startSandbox({ vendors: ['kinvey'] })
})
afterAll(() => sandbox.stop())

/** An app that nobody else uses. */
export const start = (
  settings: Partial<KinveySettings> = {},
  options: { readonly http?: HttpClient; readonly deadline?: number } = {},
  more: Partial<KinveyDirectoryConfig> = {},
) => {
  const { host = '', appKey = '', appSecret = '', masterSecret = '' } = sandbox.connection('kinvey')
  const config: KinveyDirectoryConfig = { host, appKey, appSecret, masterSecret, ...more }
  const world = sandbox.app('kinvey', appKey)
  world.set(settings)
  const backend = createKinveyBackend({ host, appKey, appSecret })
  const signIn = (username: string, password: string) => backend.signIn({ identifier: { username }, password })()
  return { world, config, directory: createKinveyDirectory(config, options), backend, signIn }
}

/** Somebody new. */
export const person = () => {
  const username = `user-${randomUUID()}`
  return { username, email: `${username}@example.com`, password: `pass-${randomUUID()}` }
}
