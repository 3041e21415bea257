import { describe, expect, test } from 'vitest'
import { bearer, freshName, type Json, type TestApp, testApps } from './support.js'

const newApp = testApps()

const admin = async (app: TestApp): Promise<Record<string, string>> => {
  const { clientId: client_id, clientSecret: client_secret } = app.world.settings
  return bearer((await app.kii('POST', 'oauth2/token', { client_id, client_secret })).json.access_token)
}

const listed = async (app: TestApp, bestEffortLimit: number): Promise<readonly Json[]> => {
  const auth = await admin(app)
  const seen: Json[] = []
  for (let paginationKey: unknown; ; ) {
    const { json } = await app.kii('POST', 'users/query', { userQuery: { clause: { type: 'all' } }, bestEffortLimit, paginationKey }, auth)
    seen.push(...(json.results as Json[]))
    paginationKey = json.nextPaginationKey
    if (paginationKey === undefined) return seen
  }
}

describe('users who exist as a rule', () => {
  test('are listed after those who registered, each once, whatever the size of a page', async () => {
    const app = newApp()
    app.world.set({ generatedUsers: 25 })
    const [registered] = app.world.seed(1)
    for (const size of [7, 13, 200]) {
      const ids = (await listed(app, size)).map(({ userID }) => userID)
      expect([ids[0], ids.length, new Set(ids).size]).toEqual([registered?.id, 26, 26])
    }
  })

  test('are read by the administrator as they are listed', async () => {
    const app = newApp()
    app.world.set({ generatedUsers: 3 })
    const auth = await admin(app)
    for (const { userID, loginName, emailAddress } of await listed(app, 2)) {
      const { status, json } = await app.kii('GET', `users/${String(userID)}`, undefined, auth)
      expect([status, json.userID, json.loginName, json.emailAddress]).toEqual([200, userID, loginName, emailAddress])
    }
  })

  test('are nobody to anybody else, and those beyond the count are nobody at all', async () => {
    const app = newApp()
    app.world.set({ generatedUsers: 2 })
    const last = String((await listed(app, 9)).at(-1)?.userID)
    const { json } = await app.kii('POST', 'users', { loginName: freshName(), password: 'pass-1234' })
    const { json: session } = await app.kii('POST', 'oauth2/token', { username: String(json.loginName), password: 'pass-1234' })
    const statuses = async (auth: Record<string, string>): Promise<number> =>
      (await app.kii('GET', `users/${last}`, undefined, auth)).status
    expect([await statuses(bearer(session.access_token)), await statuses(await admin(app))]).toEqual([404, 200])
    app.world.set({ generatedUsers: 1 })
    expect(await statuses(await admin(app))).toBe(404)
  })

  test('are in no snapshot and not among the users that the app holds', () => {
    const { world } = newApp()
    world.set({ generatedUsers: 1_000_000 })
    expect([world.users(), JSON.stringify(world.snapshot()).length < 5_000]).toEqual([[], true])
  })
})
