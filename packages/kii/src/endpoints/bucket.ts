import { endpointsOf, type HttpRequest, type JsonObject, Nothing } from '@userport/core'
import * as t from '#io-ts'
import type { KiiConfig } from '../config.js'
import type { KiiClause } from '../extension/clauses.js'
import {
  CountWire,
  counter,
  type KiiObject,
  KiiObjectWire,
  type KiiSaved,
  ObjectsWire,
  SavedWire,
  toObject,
  toSaved,
} from '../extension/codecs.js'
import { type KiiBucket, qualified } from '../extension/uris.js'
import { call, type Own, ownPath } from '../request.js'

const endpoint = endpointsOf<KiiConfig>()

/** An object in a bucket of the signed-in user. */
export interface KiiObjectKey extends KiiBucket {
  readonly id: string
}

/** Write only where the object still has this version. */
export interface KiiExpected {
  readonly ifMatch?: string
}

export interface KiiNewObject extends KiiBucket {
  readonly fields: JsonObject
  /** What the app calls this kind of object. */
  readonly type?: string
}

export interface KiiObjectPatch extends KiiObjectKey, KiiExpected {
  /** The fields that change; the others stay. */
  readonly fields: JsonObject
}

export interface KiiReplacement extends KiiObjectKey, KiiExpected {
  /** All fields. */
  readonly fields: JsonObject
  /** Fail where there is an object with this id. */
  readonly onlyNew?: boolean
}

export interface KiiCount extends KiiBucket {
  /** All objects, where absent. */
  readonly clause?: KiiClause
}

export interface KiiQuery extends KiiCount {
  /** A field, or `_calculated.NAME`. */
  readonly orderBy?: string
  /** Ascending, where absent. */
  readonly descending?: boolean
  /** Objects on a page at most; Kii may give fewer. */
  readonly limit?: number
  /** `nextPaginationKey` of the page before, for the same query. */
  readonly paginationKey?: string
}

/** A page of what a query found. */
export interface KiiObjects {
  readonly objects: readonly KiiObject[]
  /** For the next page; `null` on the last. */
  readonly nextPaginationKey: string | null
}

const objectsPath = (input: Own & KiiBucket): string => `${ownPath(input)}/buckets/${qualified(input)}/objects`
const objectPath = (input: Own & KiiObjectKey): string => `${objectsPath(input)}/${encodeURIComponent(input.id)}`

const expecting = ({ ifMatch, onlyNew }: KiiExpected & { readonly onlyNew?: boolean }): HttpRequest['headers'] => ({
  ...(ifMatch === undefined ? {} : { 'if-match': `"${ifMatch}"` }),
  ...(onlyNew === true ? { 'if-none-match': '*' } : {}),
})

const query = (config: KiiConfig, input: Own & KiiBucket, bucketQuery: object, page: object = {}): HttpRequest =>
  call(config, {
    method: 'POST',
    path: `${ownPath(input)}/buckets/${qualified(input)}/query`,
    session: input.session,
    type: 'QueryRequest',
    body: { ...page, bucketQuery },
  })

/** Objects in the buckets of a user. */
export const bucketEndpoints = {
  /** Kii makes the id, so that a second request makes a second object. */
  createObject: endpoint({
    effect: 'once',
    request: (input: Own & KiiNewObject, config) =>
      call(config, {
        method: 'POST',
        path: objectsPath(input),
        session: input.session,
        headers: { 'content-type': input.type === undefined ? 'application/json' : `application/vnd.${config.appId}.${input.type}+json` },
        body: input.fields,
      }),
    response: t.intersection([SavedWire, t.type({ objectID: t.string })]),
    result: (wire, _, { etag }): KiiSaved => toSaved(wire, wire.objectID, etag),
  }),

  getObject: endpoint({
    effect: 'read',
    request: (input: Own & KiiObjectKey, config) => call(config, { method: 'GET', path: objectPath(input), session: input.session }),
    response: KiiObjectWire,
    result: (wire, { id }): KiiObject | null => toObject(wire, id),
  }),

  /** The method is said in a header, as Kii's own SDK says it. */
  patchObject: endpoint({
    effect: 'write',
    request: (input: Own & KiiObjectPatch, config) =>
      call(config, {
        method: 'POST',
        path: objectPath(input),
        session: input.session,
        type: 'json',
        headers: { 'x-http-method-override': 'PATCH', ...expecting(input) },
        body: input.fields,
      }),
    response: KiiObjectWire,
    result: (wire, { id }): KiiObject => toObject(wire, id),
  }),

  replaceObject: endpoint({
    effect: 'write',
    request: (input: Own & KiiReplacement, config) =>
      call(config, {
        method: 'PUT',
        path: objectPath(input),
        session: input.session,
        type: 'json',
        headers: expecting(input),
        body: input.fields,
      }),
    response: SavedWire,
    result: (wire, { id }, { etag }): KiiSaved => toSaved(wire, id, etag),
  }),

  deleteObject: endpoint({
    effect: 'write',
    request: (input: Own & KiiObjectKey & KiiExpected, config) =>
      call(config, { method: 'DELETE', path: objectPath(input), session: input.session, headers: expecting(input) }),
    response: Nothing,
    result: () => undefined,
  }),

  queryObjects: endpoint({
    effect: 'read',
    request: (input: Own & KiiQuery, config) => {
      const { clause = { type: 'all' }, orderBy, limit, paginationKey } = input
      const { descending = orderBy === undefined ? undefined : false } = input
      return query(config, input, { clause, orderBy, descending }, { bestEffortLimit: limit, paginationKey })
    },
    response: ObjectsWire,
    result: ({ results, nextPaginationKey }): KiiObjects => ({
      objects: results.map((wire) => toObject(wire, wire._id)),
      nextPaginationKey: nextPaginationKey ?? null,
    }),
  }),

  countObjects: endpoint({
    effect: 'read',
    request: (input: Own & KiiCount, config) => {
      const { clause = { type: 'all' } } = input
      return query(config, input, { clause, aggregations: [{ type: 'COUNT', putAggregationInto: counter }] })
    },
    response: CountWire,
    result: ({ aggregations }): number => aggregations[counter],
  }),
}
