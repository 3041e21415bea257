import { createRequire } from 'node:module'
import { userId } from '@userport/core'
import { describe, expect, it } from 'vitest'
import { kiiObjectUri, kiiUserUri, parseKiiObjectUri, parseKiiUserUri } from '../src/index.js'

interface Sdk {
  readonly Kii: { readonly initializeWithSite: (appId: string, appKey: string, site: string) => void }
  readonly KiiUser: {
    readonly userWithID: (id: string) => {
      readonly objectURI: () => string
      readonly bucketWithName: Bucket
      readonly encryptedBucketWithName: Bucket
    }
  }
}
type Bucket = (name: string) => { readonly createObjectWithID: (id: string) => { readonly objectURI: () => string } }

const { Kii, KiiUser } = (createRequire(import.meta.url)('kii-cloud-sdk') as { readonly create: () => Sdk }).create()
Kii.initializeWithSite('app1', 'key1', 'http://127.0.0.1:9/api')
const id = userId('e4a3b2c1-0000-11e6-9999-22000b0c0d0e')

describe('URIs are those of Kii’s own SDK, and lead back', () => {
  it('of a user', () => {
    const uri = kiiUserUri(id)
    expect(uri).toBe(KiiUser.userWithID(id).objectURI())
    expect(parseKiiUserUri(uri)).toBe(id)
  })

  it.each([
    [false, 'bucketWithName'],
    [true, 'encryptedBucketWithName'],
  ] as const)('of an object, in an encrypted bucket: %s', (encrypted, method) => {
    const place = { userId: id, bucket: 'notes', ...(encrypted ? { encrypted } : {}), id: 'one' }
    const uri = kiiObjectUri(place)
    expect(uri).toBe(KiiUser.userWithID(id)[method]('notes').createObjectWithID('one').objectURI())
    expect(parseKiiObjectUri(uri)).toEqual(place)
  })

  it.each(['', 'kiicloud://users/', 'kiicloud://groups/g1', `https://users/${id}`, `kiicloud://users/${id}/buckets/notes`])(
    'and not of anything else: %j',
    (uri) => {
      expect([parseKiiUserUri(uri), parseKiiObjectUri(uri)]).toEqual([null, null])
    },
  )
})
