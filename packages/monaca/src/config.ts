import { BaseUrl, NonEmpty, PathSegment, positive } from '@userport/core'
import * as t from '#io-ts'
import { Fields } from './fields.js'

/** What an app must say to reach its users at Monaca Backend. */
export const MonacaConfig = t.intersection([
  t.type({
    /** The backend's URL without its id, e.g. `https://cloud.monaca.mobi/`. */
    endpoint: BaseUrl,
    backendId: PathSegment,
    apiKey: NonEmpty,
  }),
  t.partial({
    /** The properties that hold what other vendors have fields for; each has its own name where absent. */
    fields: Fields,
    /** The property that reset mails go to; `fields.email` where absent. `_username`: the usernames are addresses. */
    emailPropertyName: NonEmpty,
    /** The mail template for resets; Monaca's `send_password_token` where absent. */
    templateName: NonEmpty,
    /** What becomes of other sessions when a password is reset: not documented, so unknown unless the app says so. */
    sessionsAfterReset: t.union([t.literal('end'), t.literal('stay')]),
    /** Seconds that a reset token lives, as set in the console. */
    resetTokenLifetime: positive('a number of seconds, more than 0'),
  }),
])
export type MonacaConfig = t.TypeOf<typeof MonacaConfig>
