import { describe, expect, it } from 'vitest'
import type { SdkBucket, SdkClause, SdkObject } from './kii-sdk.js'
import { failure, kiiApps, register, type Sdk, settled } from './kii-support.js'

const newApp = kiiApps()

async function bucketOfNewUser(): Promise<{ readonly sdk: Sdk; readonly bucket: SdkBucket }> {
  const sdk = newApp().device()
  return { sdk, bucket: (await register(sdk)).bucketWithName('scores') }
}

async function saved(bucket: SdkBucket, fields: Readonly<Record<string, unknown>>): Promise<SdkObject> {
  const object = bucket.createObject()
  for (const [key, value] of Object.entries(fields)) object.set(key, value)
  return settled(object.save())
}

describe('a bucket', () => {
  const kinds = ['bucketWithName', 'encryptedBucketWithName'] as const

  it.each(kinds)('KI01 KI06 of %s keeps, changes and deletes an object', async (method) => {
    const user = await register(newApp().device())
    const bucket = user[method]('scores')
    const object = await saved(bucket, { name: 'one', points: 1 })
    expect([object.getID(), object.getCreated()]).toEqual([expect.stringMatching(/^[\w-]{36}$/), expect.any(Number)])

    object.set('points', 2)
    await settled(object.save())
    const copy = bucket.createObjectWithID(object.getID())
    await settled(copy.refresh())
    expect([copy.get('name'), copy.get('points')]).toEqual(['one', 2])

    await settled(copy.delete())
    expect(await failure(object.refresh())).toMatch(/^OBJECT_NOT_FOUND: /)
  })

  it.each(kinds)('KI01 KI06 of %s dies with its user', async (method) => {
    const app = newApp()
    const user = await register(app.device())
    const object = await saved(user[method]('scores'), { points: 1 })
    await settled(user.delete())
    const stranger = app.device()
    await register(stranger)
    const again = stranger.KiiUser.userWithID(user.getID())[method]('scores').createObjectWithID(object.getID())
    expect(await failure(again.refresh())).toMatch(/^USER_NOT_FOUND: /)
  })

  it.each(kinds)('KI01 KI06 of %s is closed to others', async (method) => {
    const app = newApp()
    const user = await register(app.device())
    await saved(user[method]('scores'), { points: 1 })
    const stranger = app.device()
    await register(stranger)
    const theirs = stranger.KiiUser.userWithID(user.getID())[method]('scores')
    expect(await failure(theirs.executeQuery(null))).toMatch(/^UNAUTHORIZED: /)
    expect(await failure(theirs.createObject().save())).toMatch(/^UNAUTHORIZED: /)
  })
})

describe('objects', () => {
  it('KI01 KI06 of a bucket and of the encrypted one of that name are apart', async () => {
    const user = await register(newApp().device())
    const [plain, encrypted] = [user.bucketWithName('notes'), user.encryptedBucketWithName('notes')]
    const object = await saved(encrypted, { text: 'secret' })
    expect(object.objectURI()).toBe(`kiicloud://users/${user.getID()}/buckets/CRYPTO:notes/objects/${object.getID()}`)
    expect(await failure(plain.createObjectWithID(object.getID()).refresh())).toMatch(/^OBJECT_NOT_FOUND: /)
  })

  it('KI01 save sends what changed, saveAllFields everything', async () => {
    const { bucket } = await bucketOfNewUser()
    const object = await saved(bucket, { name: 'one', points: 1 })
    const other = bucket.createObjectWithID(object.getID())
    other.set('points', 5)
    await settled(other.save())
    expect([other.get('name'), other.get('points')]).toEqual(['one', 5])

    const whole = bucket.createObjectWithID(object.getID())
    whole.set('only', true)
    await settled(whole.saveAllFields())
    await settled(object.refresh())
    expect([object.get('name'), object.get('points'), object.get('only')]).toEqual([undefined, undefined, true])
  })

  it('KI01 saveAllFields makes an object with the id that the app chose', async () => {
    const { bucket } = await bucketOfNewUser()
    const object = bucket.createObjectWithID('settings')
    object.set('theme', 'dark')
    await settled(object.saveAllFields(null, false))
    expect(object.getCreated()).toBeGreaterThan(0)
    const rival = bucket.createObjectWithID('settings')
    expect(await failure(rival.saveAllFields(null, false))).toMatch(/^OBJECT_ALREADY_EXISTS: /)
  })

  it('KI01 an object that somebody else changed is not overwritten unless the app wants it', async () => {
    const { bucket } = await bucketOfNewUser()
    const mine = await saved(bucket, { points: 1 })
    const theirs = bucket.createObjectWithID(mine.getID())
    await settled(theirs.refresh())
    theirs.set('points', 2)
    await settled(theirs.save(null, false))

    mine.set('points', 3)
    expect(await failure(mine.save(null, false))).toMatch(/^OBJECT_VERSION_IS_STALE: /)
    expect(await failure(mine.saveAllFields(null, false))).toMatch(/^OBJECT_VERSION_IS_STALE: /)
    await settled(mine.save())
    await settled(theirs.refresh())
    expect(theirs.get('points')).toBe(3)
  })

  it('KI01 an object found by a query carries its version', async () => {
    const { bucket } = await bucketOfNewUser()
    await saved(bucket, { points: 1 })
    const [found] = (await settled(bucket.executeQuery(null)))[1]
    found?.set('points', 2)
    await settled(found?.save(null, false) ?? Promise.reject(new Error('nothing found')))
    expect(found?.get('points')).toBe(2)
  })

  it('KI01 an object keeps its type', async () => {
    const { bucket } = await bucketOfNewUser()
    const object = bucket.createObjectWithType('score')
    await settled(object.save())
    const [found] = (await settled(bucket.executeQuery(null)))[1]
    expect(found?.getObjectType()).toBe('score')
  })

  it('KI01 a deleted bucket is gone with its objects', async () => {
    const { bucket } = await bucketOfNewUser()
    const object = await saved(bucket, { points: 1 })
    await settled(bucket.delete())
    expect(await failure(object.refresh())).toMatch(/^OBJECT_NOT_FOUND: /)
    expect(await failure(bucket.delete())).toMatch(/^BUCKET_NOT_FOUND: /)
  })

  it('KI01 a bad bucket name is refused', async () => {
    const user = await register(newApp().device())
    expect(await failure(user.bucketWithName('things').createObject().save())).toMatch(/^INVALID_BUCKET: /)
  })

  it.each([
    ['fails', 'BUCKET_NOT_FOUND', /^BUCKET_NOT_FOUND: /],
    ['finds nothing', 'empty', /^resolved$/],
  ] as const)('KI01 a query of a bucket that was never saved in %s', async (_what, missingBucket, outcome) => {
    const user = await register(newApp({ missingBucket }).device())
    expect(await failure(user.bucketWithName('scores').executeQuery(null))).toMatch(outcome)
  })
})

describe('queries', () => {
  const places = [
    { name: 'Anna', points: 1, ratio: 0.5, member: true },
    { name: 'Bert', points: 2, member: false },
    { name: 'Bea', points: 3, ratio: 2.5 },
    { name: 'Cleo', points: 4 },
  ]

  const clauses: readonly (readonly [string, (sdk: Sdk) => SdkClause, readonly string[]])[] = [
    ['equals', ({ KiiClause }) => KiiClause.equals('name', 'Bea'), ['Bea']],
    ['notEquals', ({ KiiClause }) => KiiClause.notEquals('points', 2), ['Anna', 'Bea', 'Cleo']],
    ['greaterThan', ({ KiiClause }) => KiiClause.greaterThan('points', 3), ['Cleo']],
    ['greaterThanOrEqual', ({ KiiClause }) => KiiClause.greaterThanOrEqual('points', 3), ['Bea', 'Cleo']],
    ['lessThan', ({ KiiClause }) => KiiClause.lessThan('points', 2), ['Anna']],
    ['lessThanOrEqual', ({ KiiClause }) => KiiClause.lessThanOrEqual('points', 2), ['Anna', 'Bert']],
    ['lessThan on strings', ({ KiiClause }) => KiiClause.lessThan('name', 'Bea'), ['Anna']],
    ['in', ({ KiiClause }) => KiiClause.inClause('points', [1, 4, 9]), ['Anna', 'Cleo']],
    ['startsWith', ({ KiiClause }) => KiiClause.startsWith('name', 'Be'), ['Bert', 'Bea']],
    ['hasField BOOLEAN', ({ KiiClause }) => KiiClause.hasField('member', 'BOOLEAN'), ['Anna', 'Bert']],
    ['hasField DECIMAL', ({ KiiClause }) => KiiClause.hasField('ratio', 'DECIMAL'), ['Anna', 'Bea']],
    ['hasField INTEGER', ({ KiiClause }) => KiiClause.hasField('name', 'INTEGER'), []],
    [
      'and, or, not',
      ({ KiiClause: c }) => c.and(c.not(c.equals('name', 'Anna')), c.or(c.lessThan('points', 3), c.equals('points', 4))),
      ['Bert', 'Cleo'],
    ],
  ]

  it.each(clauses)('KI01 clause %s', async (_what, clauseOf, expected) => {
    const { sdk, bucket } = await bucketOfNewUser()
    for (const fields of places) await saved(bucket, fields)
    const query = sdk.KiiQuery.queryWithClause(clauseOf(sdk))
    query.sortByAsc('points')
    const { 1: found } = await settled(bucket.executeQuery(query))
    expect(found.map((object) => object.get('name'))).toEqual(expected)
    expect((await settled(bucket.countWithQuery(query)))[2]).toBe(expected.length)
  })

  it('KI01 clauses geoBox and geoDistance, sorted by the distance', async () => {
    const { sdk, bucket } = await bucketOfNewUser()
    const point = sdk.KiiGeoPoint.geoPoint
    for (const [name, latitude, longitude] of [
      ['Osaka', 34.7, 135.5],
      ['Tokyo', 35.68, 139.77],
      ['Yokohama', 35.44, 139.64],
    ] as const) {
      const object = bucket.createObject()
      object.set('name', name)
      object.setGeoPoint('place', point(latitude, longitude))
      await settled(object.save())
    }
    const kanto = sdk.KiiQuery.queryWithClause(sdk.KiiClause.geoBox('place', point(36, 140), point(35, 139)))
    kanto.sortByDesc('name')
    expect((await settled(bucket.executeQuery(kanto)))[1].map((object) => object.get('name'))).toEqual(['Yokohama', 'Tokyo'])

    const near = sdk.KiiQuery.queryWithClause(sdk.KiiClause.geoDistance('place', point(35.45, 139.6), 100_000, 'away'))
    near.sortByAsc('_calculated.away')
    const { 1: found } = await settled(bucket.executeQuery(near))
    expect(found.map((object) => object.get('name'))).toEqual(['Yokohama', 'Tokyo'])
    expect(found[0]?.get('_calculated')).toEqual({ away: expect.closeTo(3_787, -2) })
  })

  it('KI01 pages follow each other until the last one, also while objects are deleted', async () => {
    const { sdk, bucket } = await bucketOfNewUser()
    for (const points of [5, 3, 1, 4, 2]) await saved(bucket, { points })
    const seen: unknown[] = []
    let query = sdk.KiiQuery.queryWithClause()
    query.setLimit(2)
    query.sortByDesc('points')
    for (let next: typeof query | null = query; next !== null; ) {
      query = next
      const page = await settled(bucket.executeQuery(query))
      for (const object of page[1]) {
        seen.push(object.get('points'))
        await settled(object.delete())
      }
      next = page[2]
    }
    expect(seen).toEqual([5, 4, 3, 2, 1])
  })

  it('KI01 count counts everything', async () => {
    const { bucket } = await bucketOfNewUser()
    for (const fields of places) await saved(bucket, fields)
    expect((await settled(bucket.count()))[2]).toBe(4)
  })

  it('KI06 an encrypted bucket compares strings for equality alone', async () => {
    const sdk = newApp().device()
    const bucket = (await register(sdk)).encryptedBucketWithName('notes')
    for (const fields of places) await saved(bucket, fields)
    const find = (clause: SdkClause): ReturnType<SdkBucket['executeQuery']> => bucket.executeQuery(sdk.KiiQuery.queryWithClause(clause))
    expect((await settled(find(sdk.KiiClause.equals('name', 'Bea'))))[1]).toHaveLength(1)
    expect((await settled(find(sdk.KiiClause.greaterThan('points', 2))))[1]).toHaveLength(2)
    expect(await failure(find(sdk.KiiClause.startsWith('name', 'B')))).toMatch(/^QUERY_NOT_SUPPORTED: /)
    expect(await failure(find(sdk.KiiClause.greaterThan('name', 'B')))).toMatch(/^QUERY_NOT_SUPPORTED: /)
  })
})
