import type { Result } from '@userport/core'
import { describe, expect, it } from 'vitest'
import { serve } from '../../core/test/support/wire.js'
import { type KiiClause, kiiPoint } from '../src/index.js'
import { backend, left, onTheWire, origin, right, session } from './support/fixtures.js'

onTheWire()

const { extension } = backend
const key = { bucket: 'notes', id: 'one' }
const cycle: Record<string, unknown> = { type: 'not' }
cycle.clause = cycle

const clauses: readonly (readonly [clause: unknown, field: string])[] = [
  [null, 'clause.type'],
  [{ type: 'near' }, 'clause.type'],
  [{ type: 'toString' }, 'clause.type'],
  [{ type: 'eq', field: '', value: 1 }, 'clause.field'],
  [{ type: 'eq', field: 'points', value: null }, 'clause.value'],
  [{ type: 'eq', field: 'points', value: Number.NaN }, 'clause.value'],
  [{ type: 'in', field: 'points', values: [] }, 'clause.values'],
  [{ type: 'in', field: 'points', values: [1, {}] }, 'clause.values'],
  [{ type: 'in', field: 'points', values: 'all' }, 'clause.values'],
  [{ type: 'range', field: 'points' }, 'clause'],
  [{ type: 'range', field: 'points', lowerLimit: true }, 'clause.lowerLimit'],
  [{ type: 'range', field: 'points', upperLimit: 1, upperIncluded: 'no' }, 'clause.upperIncluded'],
  [{ type: 'prefix', field: 'name', prefix: 1 }, 'clause.prefix'],
  [{ type: 'hasField', field: 'name', fieldType: 'TEXT' }, 'clause.fieldType'],
  [{ type: 'geobox', field: 'place', box: { ne: { _type: 'point', lat: 1, lon: 1 } } }, 'clause.box'],
  [{ type: 'geodistance', field: 'place', center: { _type: 'point', lat: 91, lon: 1 }, radius: 1 }, 'clause.center'],
  [{ type: 'geodistance', field: 'place', center: { _type: 'point', lat: '1', lon: 1 }, radius: 1 }, 'clause.center'],
  [{ type: 'geodistance', field: 'place', center: { _type: 'point', lat: 1, lon: '1' }, radius: 1 }, 'clause.center'],
  [{ type: 'geodistance', field: 'place', center: { lat: 1, lon: 1 }, radius: 1 }, 'clause.center'],
  [{ type: 'geodistance', field: 'place', center: kiiPoint(1, -181), radius: 1 }, 'clause.center'],
  [{ type: 'geodistance', field: 'place', center: kiiPoint(1, 1), radius: '5' }, 'clause.radius'],
  [{ type: 'geobox', field: 'place', box: { sw: kiiPoint(1, 1) } }, 'clause.box'],
  [{ type: 'geobox', field: 'place' }, 'clause.box'],
  [{ type: 'geodistance', field: 'place', center: kiiPoint(1, 1), radius: 20_000_001 }, 'clause.radius'],
  [{ type: 'geodistance', field: 'place', center: { _type: 'point', lat: 1, lon: 1 }, radius: 0 }, 'clause.radius'],
  [
    { type: 'geodistance', field: 'p', center: { _type: 'point', lat: 1, lon: 1 }, radius: 1, putDistanceInto: '1' },
    'clause.putDistanceInto',
  ],
  [{ type: 'and', clauses: [] }, 'clause.clauses'],
  [{ type: 'and', clauses: { type: 'all' } }, 'clause.clauses'],
  [{ type: 'or', clauses: [{ type: 'all' }, { type: 'not', clause: { type: 'prefix' } }] }, 'clause.clauses.1.clause.field'],
  [cycle, 'input'],
]

const calls: readonly (readonly [what: string, run: () => Result<unknown>, field: string])[] = [
  ['no bucket', () => extension.createObject({ fields: {} } as never, session), 'bucket'],
  ['a path for a bucket', () => extension.createObject({ bucket: '../../me', fields: {} }, session), 'bucket'],
  ['a mark in the name of a bucket', () => extension.createObject({ bucket: 'CRYPTO:notes', fields: {} }, session), 'bucket'],
  ['a word for encrypted', () => extension.getObject({ ...key, encrypted: 'yes' as unknown as boolean }, session), 'encrypted'],
  ['two dots for an id, which would lead to the bucket', () => extension.deleteObject({ bucket: 'notes', id: '..' }, session), 'id'],
  ['a slash in an id', () => extension.getObject({ bucket: 'notes', id: 'a/b' }, session), 'id'],
  ['fields that are a list', () => extension.replaceObject({ ...key, fields: [] as never }, session), 'fields'],
  ['a field that Kii would drop', () => extension.patchObject({ ...key, fields: { _owner: 'me' } }, session), 'fields._owner'],
  ['a field that is no JSON', () => extension.createObject({ bucket: 'notes', fields: { at: new Date() as never } }, session), 'fields.at'],
  ['a type with a line break', () => extension.createObject({ bucket: 'notes', type: 'a\r\nb', fields: {} }, session), 'type'],
  ['a version with a quote', () => extension.deleteObject({ ...key, ifMatch: '1", "2' }, session), 'ifMatch'],
  ['a word for onlyNew', () => extension.replaceObject({ ...key, fields: {}, onlyNew: 1 as unknown as boolean }, session), 'onlyNew'],
  ['fields that are a text', () => extension.replaceObject({ ...key, fields: 'all' as never }, session), 'fields'],
  ['no objects on a page', () => extension.queryObjects({ bucket: 'notes', limit: 0 }, session), 'limit'],
  ['half an object on a page', () => extension.queryObjects({ bucket: 'notes', limit: 0.5 }, session), 'limit'],
  ['a word for descending', () => extension.queryObjects({ bucket: 'notes', descending: 'yes' as never }, session), 'descending'],
  ['an empty key of a page', () => extension.queryObjects({ bucket: 'notes', paginationKey: '' }, session), 'paginationKey'],
  ['an order by nothing', () => extension.queryObjects({ bucket: 'notes', orderBy: '' }, session), 'orderBy'],
  ['an empty key', () => extension.listTopics({ paginationKey: '' }, session), 'paginationKey'],
  ['nothing', () => extension.queryObjects(undefined as never, session), 'input'],
]

describe('the extension refuses without a request', () => {
  it.each(calls)('%s', async (_what, run, field) => {
    const sent = serve(origin)
    expect(await left(run())).toMatchObject({ _tag: 'InvalidInput', field, rule: expect.stringMatching(/./) })
    expect(sent).toEqual([])
  })

  it.each(clauses)('the clause %j', async (clause, field) => {
    const sent = serve(origin)
    const refused = await left(extension.countObjects({ bucket: 'notes', clause: clause as KiiClause }, session))
    expect(refused).toMatchObject({ _tag: 'InvalidInput', operation: 'countObjects', field, rule: expect.stringMatching(/./) })
    expect(sent).toEqual([])
  })
})

it('the extension takes places at the ends of the earth, one object on a page, and an object that is named by two characters', async () => {
  const sent = serve(origin, [200, { results: [] }], [204])
  const near = { type: 'geodistance', field: 'place', center: kiiPoint(-90, 180), radius: 20_000_000 } as const
  const clause = { type: 'or', clauses: [near, { type: 'in', field: 'points', values: [1] }] } as const
  await right(extension.queryObjects({ bucket: 'notes', clause, limit: 1 }, session))
  await right(extension.deleteObject({ bucket: 'no', id: 'a.' }, session))
  expect(sent).toHaveLength(2)
})
