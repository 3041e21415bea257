const minute = 60_000
const day = 24 * 60 * minute

/**
 * The console switches of a Kinvey environment, and the points of the protocol that no source settles.
 * Durations are in milliseconds.
 */
export interface KinveySettings {
  readonly appName: string
  /** The only app secret accepted; any other is refused with InvalidCredentials. */
  readonly appSecret: string
  readonly masterSecret: string
  /** The API version of a request without `X-Kinvey-API-Version`. */
  readonly apiVersion: 3 | 4 | 5 | 6
  /**
   * `required`: only verified users can log in, and no user is created without an email.
   * `auto`: a verification mail goes out at sign-up and when the email changes.
   * `since`: users created before this ISO date are exempt from `required`; `null` exempts nobody.
   */
  readonly emailVerification: { readonly required: boolean; readonly auto: boolean; readonly since: string | null }
  /** What the mail server reports right after a verification mail; `null`: nothing. Only delivered and unreported mails reach the outbox. */
  readonly verificationDelivery: 'delivered' | 'bounce' | 'deferred' | 'dropped' | null
  readonly verificationLinkLifetime: number
  readonly resetLinkLifetime: number
  /** A reset page of the app's own: the mailed link opens it with `kid`, `user`, `time`, `nonce` and `sig`; `null` for the hosted one. */
  readonly ownResetPage: string | null
  /** What the hosted reset page names the parameters that it submits to `user-password-reset-complete`. */
  readonly resetCompleteFields: { readonly time: string; readonly nonce: string; readonly sig: string; readonly password: string }
  /**
   * The permission of the users collection. `shared`: everyone signed in reads, only oneself writes.
   * `private`: one sees only oneself. `full`: everyone signed in reads and writes everyone.
   */
  readonly usersPermission: 'private' | 'shared' | 'full'
  /**
   * Whose accounts at third parties are vouched for: by provider, then by access token, the account with its `id`.
   * Besides, the token `<provider>-token-<id>` stands for the account of that id.
   */
  readonly socialTokens: Readonly<Record<string, Readonly<Record<string, { readonly id: string; readonly [fact: string]: unknown }>>>>
  /** Who can log in at Mobile Identity Connect: passwords by username. They are users of the app from their first login on. */
  readonly micUsers: Readonly<Record<string, string>>
  /** The life of an access token of Mobile Identity Connect, and of the session it opens. */
  readonly micTokenLifetime: number
  /** A user without an authenticator must set one up to log in (API v6 on). */
  readonly mfaRequired: boolean
  readonly mfaSessionLifetime: number
  readonly trustedDeviceLifetime: number
  /** Unsettled: whether a login at API v6 answers `{mfaRequired, user, authToken}` instead of the plain user. */
  readonly wrapV6Login: boolean
  /** Unsettled: the HTTP status of a login before the email is verified. */
  readonly emailVerificationRequiredStatus: number
  /** Unsettled: the HTTP status of a login or a session of a user who is locked down. */
  readonly userLockedDownStatus: number
  /** Unsettled: a new password ends all sessions and a PUT answers a fresh token (`renew`), or it ends none (`keep`). */
  readonly tokenOnPasswordChange: 'renew' | 'keep'
  /** Unsettled: whether attributes absent from a PUT are removed (`replace`) or kept (`merge`). System fields are always kept. */
  readonly putSemantics: 'replace' | 'merge'
}

export const defaultSettings: KinveySettings = {
  appName: 'Sandbox',
  appSecret: 'app-secret',
  masterSecret: 'master-secret',
  apiVersion: 4,
  emailVerification: { required: false, auto: false, since: null },
  verificationDelivery: null,
  verificationLinkLifetime: 5 * day,
  resetLinkLifetime: 20 * minute,
  ownResetPage: null,
  resetCompleteFields: { time: 'time', nonce: 'nonce', sig: 'sig', password: 'password' },
  usersPermission: 'shared',
  socialTokens: {},
  micUsers: {},
  micTokenLifetime: 60 * minute,
  mfaRequired: false,
  mfaSessionLifetime: 10 * minute,
  trustedDeviceLifetime: 30 * day,
  wrapV6Login: false,
  emailVerificationRequiredStatus: 403,
  userLockedDownStatus: 401,
  tokenOnPasswordChange: 'renew',
  putSemantics: 'replace',
}
