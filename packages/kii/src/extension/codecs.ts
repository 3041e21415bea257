import { defined, fieldsWhere, type JsonObject, type UserId, userId } from '@userport/core'
import * as t from '#io-ts'
import { when } from '../codecs.js'

/** An object in a bucket. Times in ISO 8601. */
export interface KiiObject {
  readonly id: string
  readonly fields: JsonObject
  /** For `ifMatch`. */
  readonly version?: string
  readonly createdAt?: string
  readonly modifiedAt?: string
  readonly owner?: UserId
  /** What the app called its kind of object when it was made. */
  readonly type?: string
  /** What the clause of the query calculated, e.g. a distance in metres. */
  readonly calculated?: JsonObject
}

/** What Kii says of an object that was just written. */
export type KiiSaved = Pick<KiiObject, 'id' | 'version' | 'createdAt' | 'modifiedAt'>

export const KiiObjectWire = t.intersection([
  t.partial({
    _created: t.number,
    _modified: t.number,
    _owner: t.string,
    _version: t.union([t.string, t.number]),
    _dataType: t.string,
    _calculated: t.UnknownRecord,
  }),
  t.UnknownRecord,
])
export type KiiObjectWire = t.TypeOf<typeof KiiObjectWire>

export const SavedWire = t.partial({ objectID: t.string, createdAt: t.number, modifiedAt: t.number })
export type SavedWire = t.TypeOf<typeof SavedWire>

export const GroupsWire = t.type({
  groups: t.array(t.intersection([t.type({ groupID: t.string }), t.partial({ name: t.string, owner: t.string })])),
})

const key = t.union([t.string, t.null])

export const TopicsWire = t.intersection([t.type({ topics: t.array(t.type({ topicID: t.string })) }), t.partial({ paginationKey: key })])

export const ObjectsWire = t.intersection([
  t.type({ results: t.array(t.intersection([t.type({ _id: t.string }), KiiObjectWire])) }),
  t.partial({ nextPaginationKey: key }),
])

export const counter = 'count_field'

export const CountWire = t.type({ aggregations: t.type({ [counter]: t.number }) })

export const toObject = (wire: KiiObjectWire, id: string): KiiObject =>
  defined({
    id,
    // The app's own names have no underscore in front.
    fields: fieldsWhere(wire, (name) => !name.startsWith('_')) as JsonObject,
    version: wire._version === undefined ? undefined : String(wire._version),
    createdAt: when(wire._created),
    modifiedAt: when(wire._modified),
    owner: wire._owner === undefined ? undefined : userId(wire._owner),
    type: wire._dataType,
    calculated: wire._calculated as JsonObject | undefined,
  })

/** @param etag Quoted; a browser may not show it. */
export const toSaved = ({ createdAt, modifiedAt }: SavedWire, id: string, etag: string | undefined): KiiSaved =>
  defined({ id, version: etag?.replace(/^W\/|"/g, ''), createdAt: when(createdAt), modifiedAt: when(modifiedAt) })
