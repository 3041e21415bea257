import { randomUUID } from 'node:crypto'
import type { HttpClient } from '@userport/core'
import { type MonacaSettings, type Sandbox, startSandbox } from '@userport/sandbox'
import { afterAll, beforeAll } from 'vitest'
import { createMonacaDirectory, type MonacaDirectoryConfig } from '../../src/directory.js'
import { createMonacaBackend } from '../../src/index.js'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await startSandbox({ vendors: ['monaca'] })
})
afterAll(() => sandbox.stop())

/** An app that nobody else uses. */
export const start = (
  settings: Partial<MonacaSettings> = {},
  options: { readonly http?: HttpClient; readonly deadline?: number } = {},
  more: Partial<MonacaDirectoryConfig> = {},
) => {
  const { endpoint = '', backendId = '', apiKey = '', managementUrl = '', managementKey = '' } = sandbox.connection('monaca')
  const config: MonacaDirectoryConfig = { managementUrl, managementKey, ...more }
  const world = sandbox.app('monaca', backendId)
  world.set(settings)
  const backend = createMonacaBackend({ endpoint, backendId, apiKey })
  const signIn = (username: string, password: string) => backend.signIn({ identifier: { username }, password })()
  return { world, config, directory: createMonacaDirectory(config, options), backend, signIn }
}

/** Somebody new. */
export const person = () => {
  const username = `user-${randomUUID()}`
  return { username, email: `${username}@example.com`, password: `pass-${randomUUID()}` }
}
