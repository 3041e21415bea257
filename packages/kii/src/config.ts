import { BaseUrl, checked, NonEmpty, PathSegment } from '@userport/core'
import * as t from '#io-ts'

export const AtLeastOne = checked(
  'a whole number of at least 1',
  (value): value is number => Number.isSafeInteger(value) && Number(value) > 0,
)

/** What an app must say to reach its users at Kii Cloud. */
export const KiiConfig = t.intersection([
  t.type({
    /** The API's base, e.g. `https://api.kii.com/api`, without a slash at its end. */
    site: BaseUrl,
    appId: PathSegment,
    appKey: NonEmpty,
  }),
  t.partial({
    /** The console's switch for resets: does Kii make the new password (its default) or does the user choose it? Unset: not known to the app. */
    resetPassword: t.union([t.literal('generated'), t.literal('chosen')]),
    /** Seconds that a session may live, counted from sign-in or its renewal; Kii's own setting where absent, and after a sign-up. */
    sessionLifetime: AtLeastOne,
  }),
])
export type KiiConfig = t.TypeOf<typeof KiiConfig>
