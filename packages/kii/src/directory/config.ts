import { BaseUrl, NonEmpty, PathSegment } from '@userport/core'
import * as t from '#io-ts'
import { AtLeastOne } from '../config.js'

/** What an operator must say to reach all users of an app at Kii Cloud. The client id and secret open everything: never for a browser. */
export const KiiDirectoryConfig = t.intersection([
  t.type({
    /** The API's base, e.g. `https://api.kii.com/api`. */
    site: BaseUrl,
    appId: PathSegment,
    appKey: NonEmpty,
    clientId: NonEmpty,
    clientSecret: NonEmpty,
  }),
  t.partial({
    /** How many users of a page are read at the same time: Kii's list shows only some fields of each (default 32). */
    readsAtOnce: AtLeastOne,
  }),
])
export type KiiDirectoryConfig = t.TypeOf<typeof KiiDirectoryConfig>
