import { type UserId, userId } from '@userport/core'

/** A bucket in the scope of the signed-in user. An encrypted one is another bucket than the plain one of that name. */
export interface KiiBucket {
  readonly bucket: string
  readonly encrypted?: boolean
}

/** Where an object is. */
export interface KiiObjectPlace extends KiiBucket {
  readonly userId: UserId
  readonly id: string
}

const mark = 'CRYPTO:'

/** The name of a bucket as Kii has it in paths and URIs. */
export const qualified = ({ bucket, encrypted }: KiiBucket): string => (encrypted === true ? `${mark}${bucket}` : bucket)

/** What Kii's SDK calls `objectURI` of a user. */
export const kiiUserUri = (id: UserId): string => `kiicloud://users/${id}`

/** The user of such a URI; `null` where it is none. */
export const parseKiiUserUri = (uri: string): UserId | null => {
  const [, id] = /^kiicloud:\/\/users\/([^/]+)$/i.exec(uri) ?? []
  return id === undefined ? null : userId(id)
}

/** What Kii's SDK calls `objectURI` of an object in a bucket of a user. */
export const kiiObjectUri = ({ userId: owner, id, ...bucket }: KiiObjectPlace): string =>
  `${kiiUserUri(owner)}/buckets/${qualified(bucket)}/objects/${id}`

/** The place of the object of such a URI; `null` where it is none. */
export const parseKiiObjectUri = (uri: string): KiiObjectPlace | null => {
  const [, owner, crypto, bucket, id] = /^kiicloud:\/\/users\/([^/]+)\/buckets\/(CRYPTO:)?([^/]+)\/objects\/([^/]+)$/i.exec(uri) ?? []
  if (owner === undefined || bucket === undefined || id === undefined) return null
  return { userId: userId(owner), bucket, ...(crypto === undefined ? {} : { encrypted: true }), id }
}
