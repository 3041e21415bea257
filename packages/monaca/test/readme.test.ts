import { readFile } from 'node:fs/promises'
import { toPromises } from '@userport/core'
import { startSandbox } from '@userport/sandbox'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMonacaDirectory } from '../src/directory.js'
import { capabilities, createMonacaBackend } from '../src/index.js'
import { addPoints } from './readme/extension.js'
import { startApp } from './readme/first-start.js'
import { upgradeInPlace } from './readme/keep-the-id.js'
import { person, random } from './support/apps.js'

const read = (path: string): Promise<string> => readFile(new URL(path, import.meta.url), 'utf8')
const readme = await read('../README.md')

const sandbox = await startSandbox({ vendors: ['monaca'] })
afterAll(() => sandbox.stop())

let appId = ''
beforeEach(() => {
  appId = random('backend')
})

/** The two configurations of an app that nobody else uses, and the app as its owner sees it. */
const newApp = () => {
  const { endpoint = '', backendId = '', apiKey = '', managementUrl = '', managementKey = '' } = sandbox.connection('monaca', appId)
  const config = { endpoint, backendId, apiKey }
  return {
    world: sandbox.app('monaca', appId),
    config,
    management: { managementUrl, managementKey },
    backend: toPromises(createMonacaBackend(config)),
  }
}

it.each(['first-start', 'extension', 'keep-the-id'])('the README shows %s.ts as it is tested', async (name) => {
  expect(readme).toContain(`\`\`\`ts\n${await read(`./readme/${name}.ts`)}\`\`\``)
})

it('the README has a row for every capability', () => {
  expect(Object.keys(capabilities).filter((name) => !readme.includes(`\`${name}\``))).toEqual([])
})

describe('the first start after Monaca’s own library', () => {
  afterEach(() => vi.unstubAllGlobals())

  it('works as shown', async () => {
    const { config, backend } = newApp()
    const { username, password } = person()
    const { session } = await backend.signUp({ identifiers: { username }, password })
    const held = new Map([['monacaCloudLoginToken', session.secrets.loginToken ?? '']])
    vi.stubGlobal('localStorage', {
      getItem: (name: string) => held.get(name) ?? null,
      setItem: (name: string, value: string) => void held.set(name, value),
      removeItem: (name: string) => void held.delete(name),
    })
    const users = await startApp(config)
    expect(users.activeUser()).toMatchObject({ username })
    expect(held.has('monacaCloudLoginToken')).toBe(false)
    users.close()
  })
})

it('the extension works as shown', async () => {
  const { config, backend } = newApp()
  const { username, password } = person()
  await backend.signUp({ identifiers: { username }, password, profile: { attributes: { points: 5 } } })
  expect(await addPoints(config, username, password)).toEqual(['username is taken', 'properties is invalid'])
  const { user } = await backend.signIn({ identifier: { username }, password })
  expect(user.attributes).toEqual({ points: 15, level: 1 })
})

describe('an upgrade by a server that holds the management key', () => {
  it('leaves the device its generated password, all that signs the user in, until there is another one', async () => {
    const { management, backend } = newApp()
    const { session: anonymous } = await backend.signInAnonymously({})
    const generated = anonymous.secrets.password ?? ''
    const username = random('ann')
    await toPromises(createMonacaDirectory(management)).update(anonymous.userId, { identifiers: { username } })
    const dead = { sessionId: 'dead', loginToken: 'dead' }
    let { session, user } = await backend.fetchUser(anonymous)
    for (const _ of ['once', 'again'])
      ({ session, user } = await backend.renewSession({ ...session, secrets: { ...session.secrets, ...dead } }))
    expect(user).toMatchObject({ id: anonymous.userId, username, kind: 'registered' })
    expect(session.secrets.password).toBe(generated)
    const changed = await backend.changePassword({ current: generated, next: random('password') }, session)
    expect(changed.session.secrets).not.toHaveProperty('password')
    expect((await backend.fetchUser(changed.session)).user.username).toBe(username)
  })

  it('keeps the id, the properties and nobody else', async () => {
    const { world, config, management, backend } = newApp()
    const { user, session } = await backend.signInAnonymously({ displayName: 'Guest', attributes: { level: 3 } })
    const account = person()
    const upgraded = await upgradeInPlace(config, management, session, account)
    expect(upgraded).toMatchObject({
      id: user.id,
      user: { id: user.id, kind: 'registered', username: account.username, displayName: 'Guest', attributes: { level: 3 } },
      session: { userId: user.id, kind: 'registered' },
    })
    expect(JSON.stringify(upgraded.session)).not.toContain(session.secrets.password)
    expect(await backend.signIn({ identifier: { username: account.username }, password: account.password })).toMatchObject({
      user: { id: user.id },
    })
    expect(world.users()).toHaveLength(1)
  })

  it('to a taken name changes nothing', async () => {
    const { config, management, backend } = newApp()
    const taken = person()
    await backend.signUp({ identifiers: { username: taken.username }, password: taken.password })
    const { user, session } = await backend.signInAnonymously({})
    const refused = upgradeInPlace(config, management, session, { ...taken, password: random('other') })
    await expect(refused).rejects.toMatchObject({ tag: 'IdentifierTaken', identifier: 'username' })
    expect(await backend.renewSession(session)).toMatchObject({ user: { id: user.id, kind: 'anonymous' } })
  })

  it('to a refused password can be asked for again with another one', async () => {
    const { world, config, management, backend } = newApp()
    world.set({ minimumPasswordLength: 10 })
    const { user, session } = await backend.signInAnonymously({})
    const { username, password } = person()
    await expect(upgradeInPlace(config, management, session, { username, password: 'short-pw' })).rejects.toMatchObject({
      tag: 'PasswordRejected',
    })
    const again = await upgradeInPlace(config, management, session, { username, password })
    expect(again).toMatchObject({ id: user.id, user: { username } })
  })
})
