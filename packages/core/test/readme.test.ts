import { readFile } from 'node:fs/promises'
import nock from 'nock'
import { afterEach, describe, expect, it } from 'vitest'
import { errorTags, toPromises } from '../src/index.js'
import { provider } from './readme/own-backend.js'
import { acme } from './readme/own-vendor.js'
import { ofMyOwn } from './readme/stores.js'
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

describe('the vendor of one’s own', () => {
  afterEach(() => nock.cleanAll())

  it('works', async () => {
    const site = 'https://acme.example'
    const { username, password, identifiers, identifier } = credentials()
    const answer = { id: 'u1', name: username, token: 't1' }
    nock(site).post('/join', { name: username, password }).reply(200, answer)
    nock(site, { reqheaders: { authorization: 'Bearer t1' } })
      .post('/rename', { displayName: 'A' })
      .reply(200, { ...answer, displayName: 'A' })
    nock(site, { reqheaders: { authorization: 'Bearer t1' } })
      .post('/me')
      .reply(401, { error: 'DEAD_TOKEN' })
    nock(site).post('/login').reply(403, { error: 'BAD_LOGIN' })
    nock(site).post('/taken', { name: username }).reply(200, { taken: true })
    const users = toPromises(acme.createProvider({ site }, { store: ofMyOwn }))
    expect((await users.signUp({ identifiers, password })).username).toBe(username)
    expect((await users.updateProfile({ displayName: 'A' })).displayName).toBe('A')
    await expect(users.refresh()).rejects.toMatchObject({ _tag: 'SessionExpired' })
    expect(users.activeUser()).toBeNull()
    await expect(users.signIn({ identifier, password })).rejects.toMatchObject({ _tag: 'InvalidCredentials', code: 'BAD_LOGIN' })
    expect(await users.usernameExists(username)).toBe(true)
    expect(nock.isDone()).toBe(true)
  })
})
