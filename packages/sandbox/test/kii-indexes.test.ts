import { expect, test } from 'vitest'
import { bearer, freshName, type Reply, type TestApp, testApps, withSession } from './support.js'

const newApp = testApps()
const password = 'pass-1234'

const signIn = (app: TestApp, username: string): Promise<Reply> => app.kii('POST', 'oauth2/token', { username, password })

async function member(app: TestApp): Promise<{ readonly name: string; readonly email: string; readonly auth: Record<string, string> }> {
  const name = freshName()
  const email = `${name}@example.com`
  const { json } = await app.kii('POST', 'users', { loginName: name, emailAddress: email, password }, withSession)
  return { name, email, auth: bearer(json._accessToken) }
}

test('a name and an address that were given up are free again', async () => {
  const app = newApp()
  const { name, email, auth } = await member(app)
  await app.kii('POST', 'users/me', { loginName: freshName(), emailAddress: `${freshName()}@example.com` }, auth)
  expect([(await signIn(app, name)).status, (await signIn(app, email)).status]).toEqual([400, 400])
  expect((await app.kii('POST', 'users', { loginName: name, emailAddress: email, password })).status).toBe(201)
})

test('the name and the address of a deleted user are free again', async () => {
  const app = newApp()
  const { name, email, auth } = await member(app)
  await app.kii('DELETE', 'users/me', undefined, auth)
  expect((await app.kii('POST', 'users', { loginName: name, emailAddress: email, password })).status).toBe(201)
})

test('a restored app finds its users by name, address and token, and no later ones', async () => {
  const app = newApp()
  const early = await member(app)
  const snapshot = app.world.snapshot()
  const late = await member(app)
  app.world.restore(snapshot)
  expect([(await signIn(app, early.name)).status, (await signIn(app, early.email)).status]).toEqual([200, 200])
  expect([(await signIn(app, late.name)).status, (await signIn(app, late.email)).status]).toEqual([400, 400])
  await app.kii('PUT', 'users/me/password', { oldPassword: password, newPassword: 'other-5678' }, early.auth)
  expect((await app.kii('GET', 'users/me', undefined, early.auth)).status).toBe(403)
})

test('a user who is deleted while becoming a normal one takes no name', async () => {
  const app = newApp()
  const { json } = await app.kii('POST', 'users', {}, withSession)
  const loginName = freshName()
  const [upgrade] = await Promise.all([
    app.kii('POST', 'users/me', { loginName, password }, bearer(json._accessToken)),
    app.kii('DELETE', 'users/me', undefined, bearer(json._accessToken)),
  ])
  expect([200, 403, 404]).toContain(upgrade.status)
  expect((await app.kii('POST', 'users', { loginName, password })).status).toBe(201)
})
