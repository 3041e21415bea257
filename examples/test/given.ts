import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Promises, toPromises, type UserProvider } from '@userport/core'
import type { KiiConfig } from '@userport/kii'
import type { KiiDirectoryConfig } from '@userport/kii/directory'
import type { KinveyConfig } from '@userport/kinvey'
import type { KinveyDirectoryConfig } from '@userport/kinvey/directory'
import type { Sandbox } from '@userport/sandbox'
import { Window } from 'happy-dom'
import { createUserProvider } from 'userport'

/** What the words of a README stand for. */
export interface Given {
  readonly provider: UserProvider
  readonly users: Promises<UserProvider>
  /** Somebody who has an account. */
  readonly username: string
  readonly password: string
  readonly newPassword: string
  readonly email: string
  readonly folder: string
  readonly site: string
  readonly appId: string
  readonly appKey: string
  readonly render: (...things: readonly unknown[]) => void
  readonly show: (text: string) => void
  readonly moveMyOwnDataTo: (id: string) => Promise<void>
  readonly askForCode: () => Promise<string>
  readonly linkThatWasOpened: () => Promise<string>
  readonly passphrase: string
  /** A browser's, empty. */
  readonly localStorage: Storage
  /** The app at Kii, where the user is, and an empty one at Kinvey; as an app and as an operator says it. */
  readonly kiiConfig: KiiConfig
  readonly kiiAdmin: KiiDirectoryConfig
  readonly kinveyConfig: KinveyConfig
  readonly kinveyAdmin: KinveyDirectoryConfig
}

/** A fresh app in a sandbox, with one registered user and the environment pointing to it. */
export const prepare = async (sandbox: Sandbox): Promise<Given> => {
  const { site = '', appId = '', appKey = '', clientId = '', clientSecret = '' } = sandbox.connection('kii')
  const kinvey = sandbox.connection('kinvey')
  const kinveyConfig = { host: kinvey['host'] ?? '', appKey: kinvey['appKey'] ?? '', appSecret: kinvey['appSecret'] ?? '' }
  Object.assign(process.env, { USERPORT_VENDOR: 'kii', USERPORT_SITE: site, USERPORT_APP_ID: appId, USERPORT_APP_KEY: appKey })
  const { outbox } = sandbox.app('kii', appId)
  const [username, password, email] = ['dora', 'correct horse', 'dora@example.com']
  const others = toPromises(await createUserProvider())
  await others.signUp({ identifiers: { username, email, phone: '+819012345678' }, password })
  others.close()
  const provider = await createUserProvider()
  return {
    kiiConfig: { site, appId, appKey },
    kiiAdmin: { site, appId, appKey, clientId, clientSecret },
    kinveyConfig,
    kinveyAdmin: { ...kinveyConfig, masterSecret: kinvey['masterSecret'] ?? '' },
    provider,
    users: toPromises(provider),
    username,
    password,
    newPassword: 'battery staple',
    email,
    folder: await mkdtemp(join(tmpdir(), 'userport-')),
    site,
    appId,
    appKey,
    render: () => undefined,
    show: () => undefined,
    moveMyOwnDataTo: async () => undefined,
    askForCode: async () => (await outbox.next({ purpose: 'password-reset' })).code ?? '',
    passphrase: 'a long passphrase',
    localStorage: new Window().localStorage as unknown as Storage,
    linkThatWasOpened: async () => (await outbox.next({ purpose: 'password-reset' })).link ?? '',
  }
}
