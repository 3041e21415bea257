import { axiosClient, type JsonObject, type User } from '@userport/core'
import type { KiiData, World } from '@userport/sandbox'
import { describe, expect, it } from 'vitest'
import { failure, value } from '../../core/test/support/vendor-results.js'
import { createKii, type KiiClause, kiiPoint } from '../src/index.js'
import { start } from './support/apps.js'

type KiiWorld = World<object, KiiData>

const addGroup = ({ data }: KiiWorld, name: string, owner: User, ...members: readonly User[]): string => {
  const groupID = `group-${Object.keys(data.groups).length}`
  data.groups[groupID] = { groupID, name, owner: owner.id, members: [owner, ...members].map(({ id }) => id) }
  return groupID
}

const setTopics = ({ data }: KiiWorld, { id }: User, topics: string[]): void => {
  const user = data.users[id]
  if (user === undefined) throw new Error(`there is no user ${id}`)
  user.topics = topics
}

describe('groups', () => {
  it('are those that the user owns, and those that the user belongs to', async () => {
    const { world, newcomer } = start()
    const [ann, ben] = [await newcomer(), await newcomer()]
    const id = addGroup(world, 'Readers', ann.user, ben.user)
    const group = { id, name: 'Readers', owner: ann.user.id }
    expect(await value(ann.users.extension.ownerOfGroups())).toEqual([group])
    expect(await value(ben.users.extension.memberOfGroups())).toEqual([group])
    expect(await value(ben.users.extension.ownerOfGroups())).toEqual([])
  })

  it('are not shown to nobody', async () => {
    const { world, device } = start()
    expect(await failure(device().extension.memberOfGroups())).toMatchObject({ _tag: 'NotSignedIn', operation: 'memberOfGroups' })
    expect(world.requests.all()).toEqual([])
  })
})

describe('an object that the access rights of its bucket keep from the user', () => {
  it('is Forbidden, and leaves the user signed in', async () => {
    const { config, newcomer } = start()
    const { username, password, user } = await newcomer()
    const http = axiosClient()
    const refusal = { status: 401, headers: {}, body: JSON.stringify({ errorCode: 'UNAUTHORIZED', message: 'Not authorized' }) }
    const send: typeof http.send = async (request, signal) => (request.url.includes('/buckets/') ? refusal : http.send(request, signal))
    const users = createKii({ site: config.site, appId: config.appId, appKey: config.appKey }, { http: { send } })
    await value(users.signIn({ identifier: { username }, password }))
    expect(await failure(users.extension.createObject({ bucket: 'scores', fields: {} }))).toMatchObject({ _tag: 'Forbidden', status: 401 })
    expect(users.activeUser()?.id).toBe(user.id)
  })
})

describe('topics', () => {
  it('come page by page until the last', async () => {
    const { world, newcomer } = start({ topicPageSize: 2 })
    const { users, user } = await newcomer()
    setTopics(world, user, ['one', 'two', 'three', 'four', 'five'])
    const pages: (readonly string[])[] = []
    for (let paginationKey: string | undefined, last = false; !last; ) {
      const page = await value(users.extension.listTopics(paginationKey === undefined ? undefined : { paginationKey }))
      pages.push(page.topics)
      paginationKey = page.nextPaginationKey ?? undefined
      last = paginationKey === undefined
    }
    expect(pages).toEqual([['one', 'two'], ['three', 'four'], ['five']])
  })

  it('of a user without any are none', async () => {
    const { users } = await start().newcomer()
    expect(await value(users.extension.listTopics())).toEqual({ topics: [], nextPaginationKey: null })
  })

  it('refuse a key that is stale', async () => {
    const { world, newcomer } = start({ topicPageSize: 1 })
    const { users, user } = await newcomer()
    setTopics(world, user, ['one', 'two'])
    const { nextPaginationKey } = await value(users.extension.listTopics())
    setTopics(world, user, ['two'])
    expect(await failure(users.extension.listTopics({ paginationKey: nextPaginationKey ?? '' }))).toMatchObject({
      _tag: 'InvalidInput',
      field: 'paginationKey',
      code: 'INVALID_INPUT_DATA',
    })
  })
})

describe.each([{ bucket: 'notes' }, { bucket: 'notes', encrypted: true }])('a bucket %j', (bucket) => {
  it('keeps, changes, replaces and deletes an object', async () => {
    const { users, user } = await start().newcomer()
    const { createObject, getObject, patchObject, replaceObject, deleteObject } = users.extension
    const { id, version } = await value(createObject({ ...bucket, fields: { title: 'one', points: 1 }, type: 'note' }))
    expect(await value(getObject({ ...bucket, id }))).toMatchObject({
      id,
      version,
      owner: user.id,
      type: 'note',
      fields: { title: 'one', points: 1 },
      createdAt: expect.stringMatching(/^20.*Z$/),
    })
    expect((await value(patchObject({ ...bucket, id, fields: { points: 2 } }))).fields).toEqual({ title: 'one', points: 2 })
    await value(replaceObject({ ...bucket, id, fields: { points: 3 } }))
    expect((await value(getObject({ ...bucket, id })))?.fields).toEqual({ points: 3 })
    await value(deleteObject({ ...bucket, id }))
    expect(await value(getObject({ ...bucket, id }))).toBeNull()
  })

  it('does not overwrite what somebody else has changed', async () => {
    const { users } = await start().newcomer()
    const { createObject, patchObject, replaceObject, deleteObject, getObject } = users.extension
    const { id, version } = await value(createObject({ ...bucket, fields: { points: 1 } }))
    const { version: newer } = await value(patchObject({ ...bucket, id, fields: { points: 2 }, ifMatch: version }))
    const stale = { ...bucket, id, ifMatch: version }
    for (const late of [patchObject({ ...stale, fields: {} }), replaceObject({ ...stale, fields: {} }), deleteObject(stale)]) {
      expect(await failure(late)).toMatchObject({ _tag: 'Vendor', code: 'OBJECT_VERSION_IS_STALE', status: 409 })
    }
    const { version: newest } = await value(replaceObject({ ...bucket, id, fields: { points: 3 }, ifMatch: newer }))
    await value(deleteObject({ ...bucket, id, ifMatch: newest }))
    expect(await value(getObject({ ...bucket, id }))).toBeNull()
  })

  it('makes an object with an id of the app’s own, once', async () => {
    const { users } = await start().newcomer()
    const settings = { ...bucket, id: 'settings', fields: { theme: 'dark' }, onlyNew: true }
    expect(await value(users.extension.replaceObject(settings))).toMatchObject({ id: 'settings', version: '1' })
    expect(await failure(users.extension.replaceObject(settings))).toMatchObject({ _tag: 'Vendor', code: 'OBJECT_ALREADY_EXISTS' })
  })

  it('says that there is no such object', async () => {
    const { users } = await start().newcomer()
    const nowhere = { ...bucket, id: 'nowhere' }
    for (const lost of [users.extension.patchObject({ ...nowhere, fields: {} }), users.extension.deleteObject(nowhere)]) {
      expect(await failure(lost)).toMatchObject({ _tag: 'Vendor', code: 'OBJECT_NOT_FOUND', status: 404 })
    }
  })

  it.each(['BUCKET_NOT_FOUND', 'empty'] as const)('finds nothing where nothing was ever saved: %s', async (missingBucket) => {
    const { users } = await start({ missingBucket }).newcomer()
    expect(await value(users.extension.queryObjects(bucket))).toEqual({ objects: [], nextPaginationKey: null })
    expect(await value(users.extension.countObjects(bucket))).toBe(0)
  })
})

describe('objects', () => {
  it('of an encrypted bucket are not in the plain one of that name', async () => {
    const { users } = await start().newcomer()
    const { id } = await value(users.extension.createObject({ bucket: 'notes', encrypted: true, fields: { text: 'secret' } }))
    expect(await value(users.extension.getObject({ bucket: 'notes', id }))).toBeNull()
  })

  it('of one user are not another’s', async () => {
    const { newcomer } = start()
    const [ann, ben] = [await newcomer(), await newcomer()]
    const { id } = await value(ann.users.extension.createObject({ bucket: 'notes', fields: {} }))
    expect(await value(ben.users.extension.getObject({ bucket: 'notes', id }))).toBeNull()
  })

  it('are made once or not at all: a lost answer is unknown', async () => {
    const { world, newcomer } = start()
    const { users } = await newcomer()
    world.faults.add({ path: '/objects$', times: 1, kind: { type: 'reset', after: 'write' } })
    expect(await failure(users.extension.createObject({ bucket: 'notes', fields: {} }))).toMatchObject({ _tag: 'OutcomeUnknown' })
    expect(await value(users.extension.countObjects({ bucket: 'notes' }))).toBe(1)
  })

  it('in a bucket whose name is reserved are refused', async () => {
    const { users } = await start().newcomer()
    expect(await failure(users.extension.createObject({ bucket: 'things', fields: {} }))).toMatchObject({
      _tag: 'InvalidInput',
      field: 'bucket',
      code: 'INVALID_BUCKET',
    })
  })

  it('are reached with a session that was renewed on the way', async () => {
    const { world, newcomer } = start({ refreshTokenEnabled: true, defaultTokenLifetime: 60 })
    const { users } = await newcomer()
    const before = users.accessToken()?.token
    world.clock.advance(61_000)
    await value(users.extension.replaceObject({ bucket: 'notes', id: 'one', fields: {} }))
    expect(users.accessToken()?.token).not.toBe(before)
  })
})

describe('queries', () => {
  const rows: readonly JsonObject[] = [
    { name: 'Anna', points: 1, ratio: 0.5, member: true, place: kiiPoint(35.68, 139.77) },
    { name: 'Bert', points: 2, member: false, place: kiiPoint(34.7, 135.5) },
    { name: 'Bea', points: 3, ratio: 2.5 },
    { name: 'Cleo', points: 4, place: kiiPoint(35.44, 139.64) },
  ]

  const filled = async (encrypted = false) => {
    const { extension } = (await start().newcomer()).users
    const bucket = { bucket: 'scores', encrypted }
    for (const fields of rows) await value(extension.createObject({ ...bucket, fields }))
    const names = async (clause: KiiClause) =>
      (await value(extension.queryObjects({ ...bucket, clause, orderBy: 'points' }))).objects.map(({ fields }) => fields.name)
    return { ...extension, bucket, names }
  }

  const clauses: readonly (readonly [clause: KiiClause, found: readonly string[]])[] = [
    [{ type: 'all' }, ['Anna', 'Bert', 'Bea', 'Cleo']],
    [{ type: 'eq', field: 'name', value: 'Bea' }, ['Bea']],
    [{ type: 'eq', field: 'member', value: false }, ['Bert']],
    [{ type: 'in', field: 'points', values: [1, 4, 9] }, ['Anna', 'Cleo']],
    [{ type: 'range', field: 'points', lowerLimit: 2, upperLimit: 4, upperIncluded: false }, ['Bert', 'Bea']],
    [{ type: 'range', field: 'points', lowerLimit: 3, lowerIncluded: false }, ['Cleo']],
    [{ type: 'range', field: 'name', upperLimit: 'Bea' }, ['Anna', 'Bea']],
    [{ type: 'prefix', field: 'name', prefix: 'Be' }, ['Bert', 'Bea']],
    [{ type: 'hasField', field: 'ratio', fieldType: 'DECIMAL' }, ['Anna', 'Bea']],
    [{ type: 'not', clause: { type: 'eq', field: 'points', value: 2 } }, ['Anna', 'Bea', 'Cleo']],
    [
      {
        type: 'and',
        clauses: [
          { type: 'hasField', field: 'member', fieldType: 'BOOLEAN' },
          { type: 'eq', field: 'member', value: true },
        ],
      },
      ['Anna'],
    ],
    [
      {
        type: 'or',
        clauses: [
          { type: 'eq', field: 'points', value: 1 },
          { type: 'eq', field: 'points', value: 4 },
        ],
      },
      ['Anna', 'Cleo'],
    ],
    [{ type: 'geobox', field: 'place', box: { ne: kiiPoint(36, 140), sw: kiiPoint(35, 139) } }, ['Anna', 'Cleo']],
    [{ type: 'geodistance', field: 'place', center: kiiPoint(35.45, 139.6), radius: 10_000 }, ['Cleo']],
  ]

  it('find what each clause says, and count it', async () => {
    const { names, countObjects, bucket } = await filled()
    for (const [clause, found] of clauses) {
      expect([clause, await names(clause)]).toEqual([clause, found])
      expect([clause, await value(countObjects({ ...bucket, clause }))]).toEqual([clause, found.length])
    }
  })

  it('calculate a distance, and sort by it', async () => {
    const { queryObjects, bucket } = await filled()
    const clause: KiiClause = {
      type: 'geodistance',
      field: 'place',
      center: kiiPoint(35.45, 139.6),
      radius: 100_000,
      putDistanceInto: 'away',
    }
    const { objects } = await value(queryObjects({ ...bucket, clause, orderBy: '_calculated.away' }))
    expect(objects.map(({ fields }) => fields.name)).toEqual(['Cleo', 'Anna'])
    expect(objects[0]?.calculated).toEqual({ away: expect.closeTo(3_787, -2) })
  })

  it('come page by page until the last, in either order', async () => {
    const { queryObjects, bucket } = await filled()
    const pages: unknown[] = []
    for (let paginationKey: string | undefined, last = false; !last; ) {
      const page = await value(
        queryObjects({
          ...bucket,
          orderBy: 'points',
          descending: true,
          limit: 3,
          ...(paginationKey === undefined ? {} : { paginationKey }),
        }),
      )
      pages.push(page.objects.map(({ fields }) => fields.points))
      paginationKey = page.nextPaginationKey ?? undefined
      last = paginationKey === undefined
    }
    expect(pages).toEqual([[4, 3, 2], [1]])
  })

  it('refuse a key that is none of theirs', async () => {
    const { queryObjects, bucket } = await filled()
    expect(await failure(queryObjects({ ...bucket, paginationKey: 'made-up' }))).toMatchObject({
      _tag: 'InvalidInput',
      field: 'paginationKey',
    })
  })

  it('of an encrypted bucket compare texts for equality alone', async () => {
    const { queryObjects, names, bucket } = await filled(true)
    expect(await names({ type: 'eq', field: 'name', value: 'Bea' })).toEqual(['Bea'])
    expect(await failure(queryObjects({ ...bucket, clause: { type: 'prefix', field: 'name', prefix: 'B' } }))).toMatchObject({
      _tag: 'InvalidInput',
      field: 'clause',
      code: 'QUERY_NOT_SUPPORTED',
    })
  })
})
