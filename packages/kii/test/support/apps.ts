import { randomUUID } from 'node:crypto'
import type { HttpClient } from '@userport/core'
import { type KiiSettings, type Sandbox, startSandbox } from '@userport/sandbox'
import { afterAll, beforeAll } from 'vitest'
import { createKiiDirectory, type KiiDirectoryConfig } from '../../src/directory.js'
import { createKiiBackend } from '../../src/index.js'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await startSandbox({ vendors: ['kii'] })
})
afterAll(() => sandbox.stop())

/** An app that nobody else uses. */
export const start = (settings: Partial<KiiSettings> = {}, options: { readonly http?: HttpClient; readonly deadline?: number } = {}) => {
  const { site = '', appId = '', appKey = '', clientId = '', clientSecret = '' } = sandbox.connection('kii')
  const config: KiiDirectoryConfig = { site, appId, appKey, clientId, clientSecret }
  const world = sandbox.app('kii', appId)
  world.set(settings)
  const backend = createKiiBackend({ site, appId, appKey })
  const signIn = (username: string, password: string) => backend.signIn({ identifier: { username }, password })()
  return { world, config, directory: createKiiDirectory(config, options), signIn }
}

/** Somebody new. */
export const person = () => {
  const name = `user-${randomUUID().slice(0, 13)}`
  return { username: name, email: `${name}@example.com`, password: `pass-${randomUUID().slice(0, 18)}` }
}
