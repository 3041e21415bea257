import { BaseUrl, NonEmpty } from '@userport/core'
import * as t from '#io-ts'

/** What an app must say to reach its users at Kinvey. */
export const KinveyConfig = t.intersection([
  t.type({
    /** The instance's address, e.g. `https://baas.kinvey.com`. */
    host: BaseUrl,
    appKey: NonEmpty,
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
    fields: t.partial({ displayName: NonEmpty, phone: NonEmpty, locale: NonEmpty, country: NonEmpty }),
    /** What the form of the reset page calls the new password (default `password`). */
    resetPasswordField: NonEmpty,
  }),
])
export type KinveyConfig = t.TypeOf<typeof KinveyConfig>

/** The attribute that holds each field. */
export interface FieldNames {
  readonly displayName: string
  readonly phone: string
  readonly locale: string
  readonly country: string
}

export const fieldNames = ({ fields }: KinveyConfig): FieldNames => ({
  displayName: 'displayName',
  phone: 'phone',
  locale: 'locale',
  country: 'country',
  ...fields,
})
