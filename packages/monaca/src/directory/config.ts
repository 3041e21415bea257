import { BaseUrl, NonEmpty } from '@userport/core'
import * as t from '#io-ts'
import { Fields } from '../fields.js'

/** What an operator must say to reach all users of an app at Monaca Backend. The key opens everything: never for a browser. */
export const MonacaDirectoryConfig = t.intersection([
  t.type({
    /** The endpoint of the management API, as the console shows it. */
    managementUrl: BaseUrl,
    managementKey: NonEmpty,
  }),
  t.partial({
    /** The properties that hold what other vendors have fields for; each has its own name where absent. */
    fields: Fields,
    /** Properties to list beside those that Monaca names, which are the ones of its latest 100 users. */
    propertyNames: t.array(NonEmpty),
  }),
])
export type MonacaDirectoryConfig = t.TypeOf<typeof MonacaDirectoryConfig>

/** What must be said of a file that Monaca exported, where an app does not call its properties as we do. */
export const MonacaExportConfig = t.partial({ fields: Fields })
