import { randomUUID } from 'node:crypto'
import type { HttpClient, Profile, ProviderOptions } from '@userport/core'
import { type KiiSettings, type Sandbox, startSandbox } from '@userport/sandbox'
import { afterAll, beforeAll } from 'vitest'
import { value } from '../../../core/test/support/vendor-results.js'
import { createKiiDirectory, type KiiDirectoryConfig } from '../../src/directory.js'
import { createKii, createKiiBackend } from '../../src/index.js'

interface NewcomerOptions {
  readonly email?: boolean
  readonly phone?: boolean
  readonly profile?: Profile
}

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
  /** The app on a device of its own. */
  const device = (more: ProviderOptions = {}) => createKii({ site, appId, appKey }, more)
  /** Somebody who has just signed up, on a device of their own. */
  const newcomer = async (about: NewcomerOptions = {}) => {
    const who = person()
    const users = device()
    const { username, email, phone, password } = who
    const identifiers = { username, ...(about.email === true ? { email } : {}), ...(about.phone === true ? { phone } : {}) }
    const user = await value(users.signUp({ identifiers, password, ...(about.profile === undefined ? {} : { profile: about.profile }) }))
    return { ...who, users, user }
  }
  return { world, config, backend, device, newcomer, directory: createKiiDirectory(config, options), signIn }
}

/** Somebody new. */
export const person = () => {
  const name = `user-${randomUUID().slice(0, 13)}`
  const phone = `+8190${Math.floor(Math.random() * 1e8)
    .toString()
    .padStart(8, '0')}`
  return { username: name, phone, email: `${name}@example.com`, password: `pass-${randomUUID().slice(0, 18)}` }
}
