import { BaseUrl, NonEmpty } from '@userport/core'
import * as t from '#io-ts'

/** What an operator must say to reach all users of an app at Kii Cloud. The client id and secret open everything: never for a browser. */
export const KiiDirectoryConfig = t.type({
  /** The API's base, e.g. `https://api.kii.com/api`. */
  site: BaseUrl,
  appId: NonEmpty,
  appKey: NonEmpty,
  clientId: NonEmpty,
  clientSecret: NonEmpty,
})
export type KiiDirectoryConfig = t.TypeOf<typeof KiiDirectoryConfig>
