/** The console switches of a Kii app. Lifetimes are in seconds. */
export interface KiiSettings {
  /** A new e-mail address counts only once its link was opened. */
  readonly emailVerificationRequired: boolean
  /** A new phone number counts only once its code was sent back. */
  readonly phoneVerificationRequired: boolean
  /** Other users see the whole user, not just the names. */
  readonly exposeFullUserDataToOthers: boolean
  readonly defaultTokenLifetime: number
  /** The latest `expiresAt` that a sign-in may ask for. */
  readonly maxTokenLifetime: number
  readonly refreshTokenEnabled: boolean
  /** Whether a reset makes up a password and sends it, or lets the user choose one. */
  readonly passwordResetFlow: 'generated' | 'chosen'
  /** How often a wrong code may be given before the PIN, the verification code or the limited token is void. */
  readonly maxWrongCodes: number
  /** The `scope` of the token that the password alone gives a user with a second factor. Undocumented. */
  readonly limitedTokenScope: string
  readonly limitedTokenLifetime: number
  /** The error of a limited token used for anything but the second factor. Undocumented. */
  readonly limitedTokenError: 'UNAUTHORIZED' | 'WRONG_TOKEN'
  /** Whether asking for a reset already ends all sessions. Undocumented: the reset itself certainly does. */
  readonly revokeOnResetRequest: boolean
  readonly minimumPasswordLength: number
  readonly clientId: string
  readonly clientSecret: string
  readonly resetLinkLifetime: number
  readonly pinLifetime: number
  readonly verificationLifetime: number
  /** Whether country codes are stored in upper case. Undocumented. */
  readonly upperCaseCountry: boolean
  /** Whether a 401 is a bare `{}`, as some live replies were. */
  readonly bareUnauthorizedBody: boolean
  /** The largest page of a user query; a larger `bestEffortLimit` is cut to it. */
  readonly userQueryPageSize: number
  /** Whether a user query shows locale and custom fields too. No reply that shows them is known. */
  readonly userQueryShowsCustomFields: boolean
  /** Whether a user's document shows createdAt and modifiedAt. The SDKs read them; no reply that has them is known. */
  readonly userShowsTimes: boolean
  /** So many users that exist only as a rule, besides those who registered: see `generated-users.ts`. */
  readonly generatedUsers: number
  readonly topicPageSize: number
  readonly objectQueryPageSize: number
  /** Whether querying a bucket that nothing was ever saved in finds nothing, or fails. Undocumented. */
  readonly missingBucket: 'empty' | 'BUCKET_NOT_FOUND'
}

/** 68 years: what Kii calls unlimited. */
export const unlimitedLifetime = 2_147_483_647

const hour = 3_600

export const defaultKiiSettings: KiiSettings = {
  emailVerificationRequired: false,
  phoneVerificationRequired: false,
  exposeFullUserDataToOthers: false,
  defaultTokenLifetime: unlimitedLifetime,
  maxTokenLifetime: unlimitedLifetime,
  refreshTokenEnabled: false,
  passwordResetFlow: 'generated',
  maxWrongCodes: 10,
  limitedTokenScope: 'mfa',
  limitedTokenLifetime: 600,
  limitedTokenError: 'UNAUTHORIZED',
  revokeOnResetRequest: false,
  minimumPasswordLength: 4,
  clientId: 'sandbox-client-id',
  clientSecret: 'sandbox-client-secret',
  resetLinkLifetime: hour,
  pinLifetime: hour,
  verificationLifetime: 5 * 24 * hour,
  upperCaseCountry: false,
  bareUnauthorizedBody: false,
  userQueryPageSize: 200,
  userQueryShowsCustomFields: false,
  userShowsTimes: false,
  generatedUsers: 0,
  topicPageSize: 50,
  objectQueryPageSize: 200,
  missingBucket: 'BUCKET_NOT_FOUND',
}
