import { describe, expect, test } from 'vitest'
import { bearer, freshName, type Json, type TestApp, testApps, withSession } from './support.js'

const newApp = testApps()

async function member(app: TestApp): Promise<{ readonly id: string; readonly auth: Record<string, string> }> {
  const { json } = await app.kii('POST', 'users', { loginName: freshName(), password: 'pass-1234' }, withSession)
  return { id: String(json.userID), auth: bearer(json._accessToken) }
}

async function administrator(app: TestApp): Promise<Record<string, string>> {
  const { clientId, clientSecret } = app.world.settings
  return bearer((await app.kii('POST', 'oauth2/token', { client_id: clientId, client_secret: clientSecret })).json.access_token)
}

const outcome = ({ status, json }: { status: number; json: Json }): unknown[] => [status, json.errorCode]

describe('an object', () => {
  const objects = 'users/me/buckets/notes/objects'

  test('is made, changed and read with its version', async () => {
    const app = newApp()
    const { id, auth } = await member(app)
    const type = { ...auth, 'content-type': `application/vnd.${app.appId}.note+json` }
    const made = await app.kii('POST', objects, { text: 'one', _owner: 'nobody' }, type)
    const path = `${objects}/${String(made.json.objectID)}`
    expect([made.status, made.headers.etag, made.headers.location]).toEqual([
      201,
      '"1"',
      `${app.origin}/api/apps/${app.appId}/users/${id}/buckets/notes/objects/${String(made.json.objectID)}`,
    ])
    const patched = await app.kii('POST', path, { more: 2 }, { ...auth, 'x-http-method-override': 'PATCH', 'if-match': '"1"' })
    expect([patched.status, patched.headers.etag]).toEqual([200, '"2"'])
    const read = await app.kii('GET', path, undefined, auth)
    expect([read.headers.etag, read.json]).toEqual([
      '"2"',
      {
        text: 'one',
        more: 2,
        _id: made.json.objectID,
        _created: made.json.createdAt,
        _modified: expect.any(Number),
        _owner: id,
        _dataType: 'note',
        _version: '2',
      },
    ])
    expect(outcome(await app.kii('PUT', path, {}, { ...auth, 'if-match': '1' }))).toEqual([409, 'OBJECT_VERSION_IS_STALE'])
    expect((await app.kii('PUT', path, {}, { ...auth, 'if-match': '2' })).json).toEqual({ modifiedAt: expect.any(Number) })
    expect(outcome(await app.kii('DELETE', path, undefined, { ...auth, 'if-match': '2' }))).toEqual([409, 'OBJECT_VERSION_IS_STALE'])
    expect((await app.kii('DELETE', path, undefined, auth)).status).toBe(204)
  })

  test.each(['a', '__proto__', 'has space', 'x'.repeat(101)])('has no such id: %s', async (id) => {
    const app = newApp()
    const { auth } = await member(app)
    expect(outcome(await app.kii('PUT', `${objects}/${encodeURIComponent(id)}`, {}, auth))).toEqual([400, 'INVALID_INPUT_DATA'])
  })

  test('is open to the administrator, and to nobody without a token', async () => {
    const app = newApp()
    const { id, auth } = await member(app)
    await app.kii('PUT', `${objects}/first`, { text: 'one' }, auth)
    const path = `users/${id}/buckets/notes/objects/first`
    expect((await app.kii('GET', path, undefined, await administrator(app))).json.text).toBe('one')
    expect(outcome(await app.kii('GET', path))).toEqual([401, 'UNAUTHORIZED'])
  })
})

describe('a query', () => {
  const query = (app: TestApp, auth: Record<string, string>, body: Json): ReturnType<TestApp['kii']> =>
    app.kii('POST', 'users/me/buckets/notes/query', body, auth)

  test.each([
    ['no clause', { bucketQuery: {} }, 'QUERY_NOT_SUPPORTED'],
    ['an unknown clause', { bucketQuery: { clause: { type: 'like', field: 'a' } } }, 'QUERY_NOT_SUPPORTED'],
    ['a range without limits', { bucketQuery: { clause: { type: 'range', field: 'a' } } }, 'QUERY_NOT_SUPPORTED'],
    ['another aggregation', { bucketQuery: { clause: { type: 'all' }, aggregations: [{ type: 'SUM' }] } }, 'QUERY_NOT_SUPPORTED'],
    ['a foreign pagination key', { bucketQuery: { clause: { type: 'all' } }, paginationKey: 'x' }, 'INVALID_INPUT_DATA'],
    ['a limit of zero', { bucketQuery: { clause: { type: 'all' } }, bestEffortLimit: 0 }, 'INVALID_INPUT_DATA'],
  ])('is refused with %s', async (_what, body, errorCode) => {
    const app = newApp()
    app.world.set({ missingBucket: 'empty' })
    const { auth } = await member(app)
    expect(outcome(await query(app, auth, body))).toEqual([400, errorCode])
  })

  test('answers at most a page of what the app allows', async () => {
    const app = newApp()
    app.world.set({ objectQueryPageSize: 2 })
    const { auth } = await member(app)
    for (const id of ['one', 'two', 'three']) await app.kii('PUT', `users/me/buckets/notes/objects/${id}`, {}, auth)
    const body = { bucketQuery: { clause: { type: 'all' } }, bestEffortLimit: 10 }
    const first = (await query(app, auth, body)).json
    const second = (await query(app, auth, { ...body, paginationKey: first.nextPaginationKey })).json
    expect([first.results, second.results].map((page) => (page as unknown[]).length)).toEqual([2, 1])
    expect(second).not.toHaveProperty('nextPaginationKey')
  })
})

describe('a group', () => {
  test('names the members that were not found', async () => {
    const app = newApp()
    const { id, auth } = await member(app)
    const { status, json } = await app.kii('POST', 'groups', { name: 'Readers', owner: id, members: ['nobody'] }, auth)
    expect([status, json]).toEqual([201, { groupID: expect.stringMatching(/^[0-9a-z]{25}$/), notFoundUsers: ['nobody'] }])
  })

  test('is made for anybody by whoever is signed in, but not for nobody', async () => {
    const app = newApp()
    const [one, other] = [await member(app), await member(app)]
    expect((await app.kii('POST', 'groups', { name: 'Readers', owner: other.id }, one.auth)).status).toBe(201)
    expect((await app.kii('GET', `groups?owner=${other.id}`, undefined, one.auth)).json.groups).toMatchObject([{ owner: other.id }])
    expect(outcome(await app.kii('POST', 'groups', { name: 'Readers', owner: 'nobody' }, one.auth))).toEqual([404, 'USER_NOT_FOUND'])
    expect(outcome(await app.kii('POST', 'groups', { name: 'Readers' }, one.auth))).toEqual([400, 'INVALID_INPUT_DATA'])
  })

  test('of anybody is listed for the administrator alone', async () => {
    const app = newApp()
    const { id, auth } = await member(app)
    await app.kii('POST', 'groups', { name: 'Readers', owner: id }, auth)
    const listed = await app.kii('GET', 'groups', undefined, await administrator(app))
    expect(listed.json.groups).toMatchObject([{ name: 'Readers', owner: id }])
    expect(outcome(await app.kii('GET', 'groups', undefined, auth))).toEqual([401, 'UNAUTHORIZED'])
  })

  test('is changed by its owner, and open to its members', async () => {
    const app = newApp()
    const [owner, other] = [await member(app), await member(app)]
    const { groupID } = (await app.kii('POST', 'groups', { name: 'Readers', owner: owner.id }, owner.auth)).json
    const path = `groups/${String(groupID)}`
    expect(outcome(await app.kii('PUT', `${path}/members/${other.id}`, undefined, other.auth))).toEqual([401, 'UNAUTHORIZED'])
    expect(outcome(await app.kii('GET', path, undefined, other.auth))).toEqual([401, 'UNAUTHORIZED'])
    expect((await app.kii('PUT', `${path}/members/${other.id}`, undefined, owner.auth)).status).toBe(204)
    expect((await app.kii('GET', path, undefined, other.auth)).json).toEqual({ groupID, name: 'Readers', owner: owner.id })
    expect((await app.kii('DELETE', `${path}/members/${other.id}`, undefined, owner.auth)).status).toBe(204)
    expect(outcome(await app.kii('DELETE', `${path}/members/${other.id}`, undefined, owner.auth))).toEqual([404, 'USER_NOT_FOUND'])
    expect(outcome(await app.kii('GET', 'groups/none', undefined, owner.auth))).toEqual([404, 'GROUP_NOT_FOUND'])
  })
})
