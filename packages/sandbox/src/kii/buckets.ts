import type { Json } from '../json.js'
import { type KiiCall, param } from './call.js'
import { requireSelfOrAdmin } from './caller.js'
import type { Bucket, KiiUser, StoredObject } from './data.js'
import { KiiError } from './errors.js'
import { targetUser } from './find-user.js'

/** A bucket in the scope of a user, who alone with the administrator may use it. */
export interface UserBucket {
  readonly owner: KiiUser
  readonly name: string
  /** Absent as long as nothing was ever saved in it. */
  readonly objects: Bucket | undefined
}

const reserved = new Set(['users', 'devices', 'installations', 'internal', 'things'])

export function bucketOf(call: KiiCall): UserBucket {
  const owner = targetUser(call)
  requireSelfOrAdmin(call, owner)
  const name = param(call, 'bucket')
  const plainName = name.replace(/^CRYPTO:/, '')
  if (!/^[a-zA-Z0-9-][\w-]{1,63}$/.test(plainName) || reserved.has(plainName)) {
    throw new KiiError('INVALID_BUCKET', `${name} is not a name for a bucket`, { bucketID: name, appID: call.world.appId })
  }
  return { owner, name, objects: ownValue(owner.buckets ?? {}, name) }
}

/** Saving the first object makes the bucket. */
export function putObject({ owner, name }: UserBucket, object: StoredObject): void {
  owner.buckets ??= {}
  const objects = ownValue(owner.buckets, name) ?? {}
  owner.buckets[name] = objects
  objects[object.id] = object
}

export function objectIn({ objects = {} }: UserBucket, id: string): StoredObject | undefined {
  return ownValue(objects, id)
}

/** Strings in an encrypted bucket can be compared for equality alone. */
export const isEncrypted = ({ name }: UserBucket): boolean => name.startsWith('CRYPTO:')

/** An object with its system fields. */
export function objectView({ id, createdAt, modifiedAt, version, dataType, fields }: StoredObject, { owner }: UserBucket): Json {
  return {
    ...fields,
    _id: id,
    _created: createdAt,
    _modified: modifiedAt,
    _owner: owner.userID,
    ...(dataType === undefined ? {} : { _dataType: dataType }),
    _version: String(version),
  }
}

export function bucketNotFound({ world }: KiiCall, { owner, name }: UserBucket): KiiError {
  return new KiiError('BUCKET_NOT_FOUND', `Bucket ${name} was not found`, { bucketID: name, userID: owner.userID, appID: world.appId })
}

function ownValue<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}
