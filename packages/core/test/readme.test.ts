import { readFile } from 'node:fs/promises'
import { runContract } from '@userport/contract'
import nock from 'nock'
import { afterEach, describe, expect, it } from 'vitest'
import { createProvider, errorTags, toPromises } from '../src/index.js'
import { accounts, backend, provider } from './readme/own-backend.js'
import { acme } from './readme/own-vendor.js'
import { ofMyOwn } from './readme/stores.js'
import type { capabilities } from './readme/what-it-can.js'
import { somebody } from './support/fake-vendor.js'

const read = (path: string): Promise<string> => readFile(new URL(path, import.meta.url), 'utf8')
const readme = await read('../README.md')
const credentials = () => {
  const { password } = somebody()
  const username = `u${password.slice(-10)}`
  return { username, password, identifiers: { username }, identifier: { username } }
}

it.each(['what-it-can', 'own-backend', 'own-vendor', 'stores'])('the README shows %s.ts as it is tested', async (name) => {
  expect(readme).toContain(`\`\`\`ts\n${await read(`./readme/${name}.ts`)}\`\`\``)
})

it('the README has no other code, and a word on every error', () => {
  expect(readme.match(/^```ts$/gm)).toHaveLength(4)
  expect(errorTags.filter((tag) => !readme.includes(`\`${tag}\``))).toEqual([])
})

it('the backend of one’s own works', async () => {
  const users = toPromises(provider)
  const account = credentials()
  const { id } = await users.signUp(account)
  await users.updateProfile({ set: { score: 3 } })
  await users.signOut()
  await expect(users.signIn({ ...account, password: 'wrong one' })).rejects.toMatchObject({ _tag: 'InvalidCredentials' })
  expect(await users.signIn(account)).toMatchObject({ id, attributes: { score: 3 } })
  expect(await users.usernameExists(account.username)).toBe(true)
  await expect(users.signUp(account, { replace: true })).rejects.toMatchObject({ _tag: 'IdentifierTaken' })
})

it('the backend of one’s own does what the contract demands of what it can, as far as it needs no server', async () => {
  const none = (): Promise<never> => Promise.reject(new Error('there is no such thing'))
  const verdicts = await runContract(
    {
      create: (options) => createProvider<typeof capabilities>(backend, options),
      control: {
        inbox: { next: none },
        openResetPage: none,
        confirmContact: none,
        expireSessions: none,
        faults: { set: none, clear: () => undefined },
        requestCount: () => 0,
        userCount: () => accounts.size,
      },
      make: { username: () => credentials().username },
    },
    { only: ['SUP-', 'SIN-', 'OUT-', 'PRO-', 'LKP-', 'CAP-', 'INP-', 'SEC-'] },
  )
  const inNeedOfOne = ['SUP-9', 'SUP-10', 'OUT-3', 'OUT-6', 'SEC-1']
  expect(verdicts.filter(({ id, status }) => status === 'failed' && !inNeedOfOne.includes(id))).toEqual([])
  expect(verdicts.filter(({ status }) => status === 'passed').length).toBeGreaterThan(60)
})

describe('the vendor of one’s own', () => {
  afterEach(() => nock.cleanAll())

  it('works', async () => {
    const site = 'https://acme.example'
    const { username, password, identifiers, identifier } = credentials()
    const answer = { id: 'u1', name: username, token: 't1', data: { score: 1 } }
    nock(site)
      .post('/join', { name: username, password, data: { score: 1 } })
      .reply(200, answer)
    nock(site, { reqheaders: { authorization: 'Bearer t1' } })
      .post('/change', { displayName: 'A', data: { score: 2 } })
      .reply(200, { ...answer, displayName: 'A', data: { score: 2 } })
    nock(site, { reqheaders: { authorization: 'Bearer t1' } })
      .post('/me')
      .reply(401, { error: 'DEAD_TOKEN' })
    nock(site).post('/login').reply(403, { error: 'BAD_LOGIN' })
    nock(site).post('/taken', { name: username }).reply(200, { taken: true })
    const users = toPromises(acme.createProvider({ site }, { store: ofMyOwn }))
    const made = await users.signUp({ identifiers, password, profile: { attributes: { score: 1 } } })
    expect(made).toMatchObject({ username, attributes: { score: 1 } })
    expect(made).not.toHaveProperty('displayName')
    expect(await users.updateProfile({ displayName: 'A', set: { score: 2 } })).toMatchObject({ displayName: 'A', attributes: { score: 2 } })
    await expect(users.refresh()).rejects.toMatchObject({ _tag: 'SessionExpired' })
    expect(users.activeUser()).toBeNull()
    await expect(users.signIn({ identifier, password })).rejects.toMatchObject({ _tag: 'InvalidCredentials', code: 'BAD_LOGIN' })
    expect(await users.usernameExists(username)).toBe(true)
    expect(nock.isDone()).toBe(true)
  })
})
