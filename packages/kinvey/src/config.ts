import { BaseUrl, NonEmpty, PathSegment } from '@userport/core'
import * as t from '#io-ts'
import { Fields } from './fields.js'

/** What an app must say to reach its users at Kinvey. */
export const KinveyConfig = t.intersection([
  t.type({
    /** The instance's address, e.g. `https://baas.kinvey.com`. */
    host: BaseUrl,
    appKey: PathSegment,
    appSecret: NonEmpty,
  }),
  t.partial({
    /** Default 4: signing up and in is one request there, while version 6 takes two. */
    apiVersion: t.union([t.literal(3), t.literal(4), t.literal(5), t.literal(6)]),
    /** Where Mobile Identity Connect is; beside `host` where absent, e.g. `https://auth.kinvey.com`. */
    micHost: BaseUrl,
    /** For apps built with Kinvey's own SDK, which trims usernames and passwords before it sends them. */
    trimPasswords: t.boolean,
    /** Which attributes of the Kinvey user hold these fields; each its own name where absent. */
    fields: Fields,
    /** What the form of the reset page calls the new password (default `password`). */
    resetPasswordField: NonEmpty,
    /** What that form calls the parts of the link; each its own name where absent. */
    resetLinkFields: t.partial({ time: NonEmpty, nonce: NonEmpty, sig: NonEmpty }),
  }),
])
export type KinveyConfig = t.TypeOf<typeof KinveyConfig>
