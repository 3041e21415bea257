import { createRequire } from 'node:module'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { type Sandbox, startSandbox } from '../src/index.js'
import { type KinveyApp, newApp, newPerson, type Person } from '../test/kinvey-app.js'
import type { Observed } from './kinvey-sdk-results.js'

type Json = Readonly<Record<string, unknown>>

export interface SdkUser {
  readonly _id: string
  readonly username: string
  readonly authtoken: string
  readonly data: Json
  readonly _socialIdentity?: Readonly<Record<string, Json>>
  readonly metadata: { readonly emailVerification?: string }
  readonly isEmailVerified: () => boolean
  readonly me: () => Promise<SdkUser>
  readonly update: (data: object) => Promise<SdkUser>
  readonly connectIdentity: (provider: string, tokens: object) => Promise<SdkUser>
  readonly disconnectIdentity: (provider: string) => Promise<SdkUser>
}

interface UserClass {
  readonly signup: (data?: object, options?: object) => Promise<SdkUser>
  readonly signupWithIdentity: (provider: string, tokens: object) => Promise<SdkUser>
  readonly login: (username: unknown, password?: string) => Promise<SdkUser>
  readonly loginWithMIC: (redirectUri: string, grant: string, options: object) => Promise<SdkUser>
  readonly logout: () => Promise<unknown>
  readonly me: () => Promise<SdkUser>
  readonly update: (data: object) => Promise<SdkUser | null>
  readonly getActiveUser: () => SdkUser | null
  readonly exists: (username: string) => Promise<boolean>
  readonly verifyEmail: (username: string) => Promise<unknown>
  readonly resetPassword: (username: string) => Promise<unknown>
  readonly forgotUsername: (email: string) => Promise<unknown>
  readonly lookup: (query?: object) => Observed<readonly Json[]>
  readonly remove: (id: string, options?: { readonly hard: boolean }) => Promise<unknown>
  readonly restore: (id: string) => Promise<unknown>
  readonly connectIdentity: (provider: string, tokens: object) => Promise<SdkUser>
}

interface SdkQuery {
  readonly equalTo: (field: string, value: unknown) => SdkQuery
}

interface Sdk {
  readonly init: (config: object) => unknown
  readonly ping: () => Promise<{ readonly version: string; readonly kinvey: string }>
  readonly client: () => { readonly setActiveUser: (data: object) => unknown }
  readonly AuthorizationGrant: { readonly AuthorizationCodeAPI: string }
  readonly Query: new () => SdkQuery
  readonly User: UserClass & (new (data: object) => SdkUser)
}

export const Kinvey: Sdk = createRequire(import.meta.url)('kinvey-node-sdk')
export const { User } = Kinvey

let sandbox: Sandbox
/** The app of the running test, which nobody has used before it. */
export let app: KinveyApp
/** Somebody who is not signed up yet. */
export let ann: Person

/** Starts the SDK as after a restart of the process: nobody is active. */
export const init = (changes: object = {}): void => {
  const { host, appKey, appSecret } = app.connection
  Kinvey.init({ appKey, appSecret, apiHostname: host, micHostname: host, ...changes })
}

export const initAdmin = (): void => {
  init({ masterSecret: app.connection.masterSecret })
}

/** A second person of the app; nobody is signed in afterwards. */
export async function existingPerson(more: object = {}): Promise<Person & { readonly id: string }> {
  const person = newPerson()
  const { _id } = await User.signup({ ...person, ...more }, { state: false })
  return { ...person, id: _id }
}

/** What no SDK has a call for: a request with the master secret. */
export async function asMaster(method: string, path: string, body?: object): Promise<number> {
  const { host, appKey, masterSecret } = app.connection
  const { status } = await fetch(host + path.replace(':kid', appKey), {
    method,
    headers: { authorization: `Basic ${btoa(`${appKey}:${masterSecret}`)}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  return status
}

/** One sandbox for the file, one app for each of its tests. */
export function useNodeSdk(): void {
  beforeAll(async () => {
    sandbox = await startSandbox({ vendors: ['kinvey'] })
  })

  afterAll(() => sandbox.stop())

  beforeEach(() => {
    app = newApp(sandbox)
    ann = newPerson()
    init()
  })
}
