import { userId } from '@userport/core'
import { describe, expect, it } from 'vitest'
import { serve } from '../../core/test/support/wire.js'
import { type KiiClause, kiiPoint } from '../src/index.js'
import { asApp, asUser, backend, id, left, onTheWire, origin, right, session } from './support/fixtures.js'

onTheWire()

const { extension } = backend
const app = '/api/apps/app1'
const notes = `${app}/users/${id}/buckets/notes`
const inJson = { ...asUser(), 'content-type': 'application/json' }
const stored = {
  _id: 'one',
  _created: 1_700_000_000_000,
  _modified: 1_700_000_001_000,
  _owner: id,
  _version: '3',
  _dataType: 'score',
  _calculated: { away: 12.5 },
  points: 1,
  place: kiiPoint(35, 139),
}
const object = {
  id: 'one',
  version: '3',
  createdAt: '2023-11-14T22:13:20.000Z',
  modifiedAt: '2023-11-14T22:13:21.000Z',
  owner: id,
  type: 'score',
  calculated: { away: 12.5 },
  fields: { points: 1, place: { _type: 'point', lat: 35, lon: 139 } },
}

describe('groups and topics: exact requests', () => {
  it.each([
    ['memberOfGroups', 'is_member'],
    ['ownerOfGroups', 'owner'],
  ] as const)('%s', async (name, by) => {
    const sent = serve(origin, [200, { groups: [{ groupID: 'g1', name: 'Readers', owner: id }, { groupID: 'g2' }] }])
    expect(await right(extension[name](undefined, session))).toEqual({
      value: [{ id: 'g1', name: 'Readers', owner: userId(id) }, { id: 'g2' }],
      session,
    })
    const headers = { ...asUser(), accept: 'application/vnd.kii.GroupsRetrievalResponse+json' }
    expect(sent).toEqual([{ method: 'GET', path: `${app}/groups/?${by}=${id}`, headers, body: '' }])
  })

  it('listTopics: the first page and one more', async () => {
    const sent = serve(origin, [200, { topics: [{ topicID: 'news' }], paginationKey: 'a=b' }], [200, { topics: [] }])
    expect((await right(extension.listTopics(undefined, session))).value).toEqual({ topics: ['news'], nextPaginationKey: 'a=b' })
    expect((await right(extension.listTopics({ paginationKey: 'a=b' }, session))).value).toEqual({ topics: [], nextPaginationKey: null })
    expect(sent.map(({ path }) => path)).toEqual([`${app}/users/${id}/topics`, `${app}/users/${id}/topics?paginationKey=a%3Db`])
  })
})

describe('objects: exact requests', () => {
  it.each([
    [{}, '/buckets/notes/objects', 'application/json'],
    [{ encrypted: true }, '/buckets/CRYPTO:notes/objects', 'application/json'],
    [{ type: 'score' }, '/buckets/notes/objects', 'application/vnd.app1.score+json'],
  ])('createObject with %j', async (more, path, type) => {
    const sent = serve(origin, [201, { objectID: 'one', createdAt: 1_700_000_000_000, dataType: type }, { etag: '"1"' }])
    const saved = await right(extension.createObject({ bucket: 'notes', fields: { points: 1 }, ...more }, session))
    expect(saved).toEqual({ value: { id: 'one', version: '1', createdAt: '2023-11-14T22:13:20.000Z' }, session })
    const headers = { ...asUser(), 'content-type': type }
    expect(sent).toEqual([{ method: 'POST', path: `${app}/users/${id}${path}`, headers, body: { points: 1 } }])
  })

  it('createObject leaves a lost answer unknown', async () => {
    serve(origin, [502, ''])
    expect(await left(extension.createObject({ bucket: 'notes', fields: {} }, session))).toMatchObject({
      _tag: 'OutcomeUnknown',
      operation: 'createObject',
    })
  })

  it('getObject', async () => {
    const sent = serve(origin, [200, stored])
    expect(await right(extension.getObject({ bucket: 'notes', id: 'one' }, session))).toEqual({ value: object, session })
    expect(sent).toEqual([{ method: 'GET', path: `${notes}/objects/one`, headers: asUser(), body: '' }])
  })

  it.each(['OBJECT_NOT_FOUND', 'BUCKET_NOT_FOUND'])('getObject finds nothing: %s', async (errorCode) => {
    serve(origin, [404, { errorCode, message: 'words' }])
    expect((await right(extension.getObject({ bucket: 'notes', id: 'one' }, session))).value).toBeNull()
  })

  it('getObject tells no more than Kii does', async () => {
    serve(origin, [200, {}])
    expect((await right(extension.getObject({ bucket: 'notes', id: 'one' }, session))).value).toStrictEqual({ id: 'one', fields: {} })
  })

  it('getObject tells what else went wrong', async () => {
    serve(origin, [403, { errorCode: 'WRONG_TOKEN', message: 'words' }])
    expect(await left(extension.getObject({ bucket: 'notes', id: 'one' }, session))).toMatchObject({ _tag: 'SessionExpired' })
  })

  it('patchObject says its method in a header, and the version that it expects', async () => {
    const sent = serve(origin, [200, { _modified: 1_700_000_001_000, _version: 4, points: 2 }])
    const patched = await right(extension.patchObject({ bucket: 'notes', id: 'one', fields: { points: 2 }, ifMatch: '3' }, session))
    expect(patched.value).toEqual({ id: 'one', version: '4', modifiedAt: object.modifiedAt, fields: { points: 2 } })
    const headers = { ...inJson, 'x-http-method-override': 'PATCH', 'if-match': '"3"' }
    expect(sent).toEqual([{ method: 'POST', path: `${notes}/objects/one`, headers, body: { points: 2 } }])
  })

  it.each([
    [{}, {}],
    [{ ifMatch: '3' }, { 'if-match': '"3"' }],
    [{ onlyNew: true }, { 'if-none-match': '*' }],
  ])('replaceObject with %j', async (more, expected) => {
    const sent = serve(origin, [200, { modifiedAt: 1_700_000_001_000 }, { etag: '"4"' }])
    const saved = await right(extension.replaceObject({ bucket: 'notes', id: 'one', fields: { points: 2 }, ...more }, session))
    expect(saved.value).toEqual({ id: 'one', version: '4', modifiedAt: object.modifiedAt })
    expect(sent).toEqual([{ method: 'PUT', path: `${notes}/objects/one`, headers: { ...inJson, ...expected }, body: { points: 2 } }])
  })

  it.each([
    [{}, {}],
    [{ ifMatch: '3' }, { 'if-match': '"3"' }],
  ])('deleteObject with %j', async (more, expected) => {
    const sent = serve(origin, [204])
    expect(await right(extension.deleteObject({ bucket: 'notes', id: 'one', ...more }, session))).toEqual({ value: undefined, session })
    expect(sent).toEqual([{ method: 'DELETE', path: `${notes}/objects/one`, headers: { ...asUser(), ...expected }, body: '' }])
  })

  it('queryObjects with everything, and with nothing', async () => {
    const sent = serve(origin, [200, { results: [stored], nextPaginationKey: '200/2' }], [200, { results: [] }])
    const clause: KiiClause = { type: 'eq', field: 'points', value: 1 }
    const page = await right(
      extension.queryObjects({ bucket: 'notes', clause, orderBy: 'points', descending: true, limit: 2, paginationKey: '200/1' }, session),
    )
    expect(page.value).toEqual({ objects: [object], nextPaginationKey: '200/2' })
    expect((await right(extension.queryObjects({ bucket: 'notes' }, session))).value).toEqual({ objects: [], nextPaginationKey: null })
    const request = { method: 'POST', path: `${notes}/query`, headers: asUser('QueryRequest') }
    expect(sent).toEqual([
      {
        ...request,
        body: { bestEffortLimit: 2, paginationKey: '200/1', bucketQuery: { clause, orderBy: 'points', descending: true } },
      },
      { ...request, body: { bucketQuery: { clause: { type: 'all' } } } },
    ])
  })

  it('queryObjects says the order, since Kii documents both as its default', async () => {
    const sent = serve(origin, [200, { results: [] }])
    await right(extension.queryObjects({ bucket: 'notes', orderBy: 'points' }, session))
    expect(sent[0]?.body).toEqual({ bucketQuery: { clause: { type: 'all' }, orderBy: 'points', descending: false } })
  })

  it('countObjects', async () => {
    const sent = serve(origin, [200, { aggregations: { count_field: 7 } }])
    expect((await right(extension.countObjects({ bucket: 'notes' }, session))).value).toBe(7)
    const aggregations = [{ type: 'COUNT', putAggregationInto: 'count_field' }]
    expect(sent[0]).toMatchObject({ path: `${notes}/query`, body: { bucketQuery: { clause: { type: 'all' }, aggregations } } })
  })

  it('carry no type where there is no body', async () => {
    const sent = serve(origin, [200, stored])
    await right(extension.getObject({ bucket: 'notes', id: 'one' }, session))
    expect(sent[0]?.headers).toEqual({ ...asApp, authorization: 'Bearer T1' })
  })
})

describe('what is no reply of Kii', () => {
  const at = { bucket: 'notes', id: 'one' }
  const saving: readonly (readonly [body: object, path: string])[] = [
    [{ createdAt: 'soon' }, 'createdAt'],
    [{ modifiedAt: 'soon' }, 'modifiedAt'],
  ]

  it.each([
    [{}, 'groups'],
    [{ groups: [{ name: 'Readers' }] }, 'groups.0.groupID'],
    [{ groups: [{ groupID: 'g1', name: 7 }] }, 'groups.0.name'],
    [{ groups: [{ groupID: 'g1', owner: 7 }] }, 'groups.0.owner'],
  ])('to groups: %j', async (body, path) => {
    serve(origin, [200, body])
    expect(await left(extension.memberOfGroups(undefined, session))).toMatchObject({ _tag: 'Protocol', path })
  })

  it.each([
    [{}, 'topics'],
    [{ topics: [{}] }, 'topics.0.topicID'],
  ])('to listTopics: %j', async (body, path) => {
    serve(origin, [200, body])
    expect(await left(extension.listTopics(undefined, session))).toMatchObject({ _tag: 'Protocol', path })
  })

  it.each(['_created', '_modified', '_owner', '_dataType', '_calculated'])('to getObject: %s', async (path) => {
    serve(origin, [200, { [path]: [7] }])
    expect(await left(extension.getObject(at, session))).toMatchObject({ _tag: 'Protocol', path })
  })

  it.each([
    [{}, 'results'],
    [{ results: [{ points: 1 }] }, 'results.0._id'],
    [{ results: [{ _id: 'one', _created: 'soon' }] }, 'results.0._created'],
  ])('to queryObjects: %j', async (body, path) => {
    serve(origin, [200, body])
    expect(await left(extension.queryObjects({ bucket: 'notes' }, session))).toMatchObject({ _tag: 'Protocol', path })
  })

  it.each([
    [{}, 'aggregations'],
    [{ aggregations: {} }, 'aggregations.count_field'],
  ])('to countObjects: %j', async (body, path) => {
    serve(origin, [200, body])
    expect(await left(extension.countObjects({ bucket: 'notes' }, session))).toMatchObject({ _tag: 'Protocol', path })
  })

  it.each(saving)('to replaceObject: %j', async (body, path) => {
    serve(origin, [200, body])
    expect(await left(extension.replaceObject({ ...at, fields: {} }, session))).toMatchObject({ _tag: 'Protocol', path })
  })

  const made: readonly object[] = [{}, ...saving.map(([body]) => ({ objectID: 'one', ...body }))]
  it.each(made)('to createObject, which may have been carried out: %j', async (body) => {
    serve(origin, [201, body])
    expect(await left(extension.createObject({ bucket: 'notes', fields: {} }, session))).toMatchObject({ _tag: 'OutcomeUnknown' })
  })
})
