import { randomUUID } from 'node:crypto'
import type { Json } from '../json.js'
import { bucketNotFound, bucketOf, objectIn, objectView, putObject, type UserBucket } from './buckets.js'
import { created, type Handler, jsonBody, type KiiCall, noContent, ok, param } from './call.js'
import type { StoredObject } from './data.js'
import { invalidInput, KiiError } from './errors.js'

export const createObject: Handler = (call) => insert(call, bucketOf(call), randomUUID())

export const readObject: Handler = (call) => {
  const bucket = bucketOf(call)
  const object = requireObject(call, bucket)
  return ok('ObjectRetrievalResponse', objectView(object, bucket), { etag: etag(object) })
}

/** `PATCH`: fields that are not sent stay; the reply shows all of them. */
export const patchObject: Handler = (call) => {
  const bucket = bucketOf(call)
  const object = requireObject(call, bucket)
  requireExpectedVersion(call, object)
  change(call, object, { ...object.fields, ...ownFields(call) })
  return ok('ObjectUpdateResponse', objectView(object, bucket), { etag: etag(object) })
}

/** `PUT`: the whole object, which is made under that id where there is none. */
export const replaceObject: Handler = (call) => {
  const bucket = bucketOf(call)
  const id = param(call, 'object')
  const object = objectIn(bucket, id)
  requireExpectedVersion(call, object)
  if (object === undefined) return insert(call, bucket, id)
  change(call, object, ownFields(call))
  return ok('ObjectUpdateResponse', { modifiedAt: object.modifiedAt }, { etag: etag(object) })
}

export const deleteObject: Handler = (call) => {
  const bucket = bucketOf(call)
  const object = requireObject(call, bucket)
  // A deletion looks at If-Match alone.
  if (call.request.header('if-match') !== undefined) requireExpectedVersion(call, object)
  delete bucket.objects?.[object.id]
  return noContent
}

export const deleteBucket: Handler = (call) => {
  const bucket = bucketOf(call)
  if (bucket.objects === undefined) throw bucketNotFound(call, bucket)
  delete bucket.owner.buckets?.[bucket.name]
  return noContent
}

function insert(call: KiiCall, bucket: UserBucket, id: string): ReturnType<Handler> {
  if (!/^(?!__proto__$)[\w.-]{2,100}$/.test(id))
    throw invalidInput('objectID must be 2 to 100 letters, digits, dashes, dots or underscores')
  const now = call.world.clock.now()
  const dataType = dataTypeOf(call)
  const object: StoredObject = {
    id,
    createdAt: now,
    modifiedAt: now,
    version: 1,
    ...(dataType === undefined ? {} : { dataType }),
    fields: ownFields(call),
  }
  putObject(bucket, object)
  const path = `users/${bucket.owner.userID}/buckets/${bucket.name}/objects/${id}`
  const body = { objectID: id, createdAt: now, modifiedAt: now, dataType: call.request.header('content-type') ?? 'application/json' }
  return created(call, 'ObjectCreationResponse', path, body, etag(object))
}

function change({ world }: KiiCall, object: StoredObject, fields: Json): void {
  object.fields = fields
  object.version += 1
  object.modifiedAt = world.clock.now()
}

function requireObject(call: KiiCall, bucket: UserBucket): StoredObject {
  const id = param(call, 'object')
  const object = objectIn(bucket, id)
  if (object === undefined) {
    throw new KiiError('OBJECT_NOT_FOUND', `Object ${id} was not found`, { objectID: id, bucketID: bucket.name, appID: call.world.appId })
  }
  return object
}

/** `If-Match` comes as the quoted tag or as the bare version. */
function requireExpectedVersion({ request, world }: KiiCall, object: StoredObject | undefined): void {
  const wanted = request.header('if-match')?.replaceAll('"', '')
  const fields = { objectID: object?.id, appID: world.appId }
  if (wanted !== undefined && wanted !== String(object?.version)) {
    throw new KiiError('OBJECT_VERSION_IS_STALE', 'The object has been changed in the meantime', fields)
  }
  if (request.header('if-none-match') === '*' && object !== undefined) {
    throw new KiiError('OBJECT_ALREADY_EXISTS', `Object ${object.id} already exists`, fields)
  }
}

function ownFields({ request }: KiiCall): Json {
  return Object.fromEntries(Object.entries(jsonBody(request)).filter(([key]) => !key.startsWith('_')))
}

/** `mydata` in `application/vnd.{appID}.mydata+json`. */
function dataTypeOf({ request, world }: KiiCall): string | undefined {
  const [, type] = /^application\/vnd\.(.+)\+json/.exec(request.header('content-type') ?? '') ?? []
  return type?.startsWith(`${world.appId}.`) ? type.slice(world.appId.length + 1) : undefined
}

const etag = ({ version }: StoredObject): string => `"${version}"`
