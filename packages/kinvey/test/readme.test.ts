import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { toPromises } from '@userport/core'
import { expect, it } from 'vitest'
import { setUp } from './readme/second-factor.js'
import { mailAgain, signInBySso } from './readme/signed-out.js'
import { filledIn } from './support/log-in-page.js'
import { account, newPerson, right, useSandbox } from './support/people.js'
import { totp } from './support/totp.js'

const newApp = useSandbox()

const read = (path: string): Promise<string> => readFile(new URL(path, import.meta.url), 'utf8')
const readme = await read('../README.md')

it.each(['second-factor', 'signed-out'])('the README shows %s.ts as it is tested', async (name) => {
  expect(readme).toContain(`\`\`\`ts\n${await read(`./readme/${name}.ts`)}\`\`\``)
})

it('the README sets up a second factor', async () => {
  const { provider, world } = newApp({ apiVersion: 6 })
  world.clock.freeze()
  await right(provider.signUp(account(newPerson())))
  expect(await setUp(toPromises(provider), async (secret) => totp(secret, world.clock.now()))).toHaveLength(10)
  expect(await right(provider.extension.listAuthenticators())).toMatchObject([{ name: 'Phone' }])
})

it('the README sends a verification mail again', async () => {
  const { backend, config, world } = newApp()
  const person = newPerson()
  await right(backend.signUp(account(person)))
  await mailAgain(config, person.username)
  expect(await world.outbox.next({ to: person.email, purpose: 'verification' })).toMatchObject({ username: person.username })
})

it('the README signs in by Mobile Identity Connect', async () => {
  const { provider, config, world } = newApp()
  const form = { username: randomUUID(), password: randomUUID() }
  world.set({ micUsers: { [form.username]: form.password } })
  const { created, user } = await signInBySso(toPromises(provider), config, (url) => filledIn(url, form))
  expect({ created, identities: user.identities }).toEqual({ created: true, identities: [{ provider: 'kinveyAuth', id: form.username }] })
})

it('the README has a word on each operation that only Kinvey has', () => {
  const missing = Object.keys(newApp().backend.extension).filter((name) => !readme.includes(`\`${name}(`))
  expect(missing).toEqual([])
})
