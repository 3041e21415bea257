import { BaseUrl, NonEmpty, PathSegment } from '@userport/core'
import * as t from '#io-ts'
import { Fields } from '../fields.js'

/** What an operator must say to reach all users of an app at Kinvey. The master secret opens everything: never for a browser. */
export const KinveyDirectoryConfig = t.intersection([
  t.type({
    /** The instance's address, e.g. `https://baas.kinvey.com`. */
    host: BaseUrl,
    appKey: PathSegment,
    appSecret: NonEmpty,
    masterSecret: NonEmpty,
  }),
  t.partial({
    /** Default 4. */
    apiVersion: t.union([t.literal(3), t.literal(4), t.literal(5), t.literal(6)]),
    /** Which attributes of the Kinvey user hold these fields; each its own name where absent. */
    fields: Fields,
  }),
])
export type KinveyDirectoryConfig = t.TypeOf<typeof KinveyDirectoryConfig>
