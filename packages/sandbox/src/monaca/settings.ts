/** The console switches of one Monaca backend, and one switch for each point on which its documentation is silent. Times in milliseconds. */
export interface MonacaSettings {
  /** Whether a sign-in hands out a login token and `User.autoLogin` accepts one. */
  readonly autoLogin: boolean
  readonly loginTokenLifetime: number
  readonly minimumUsernameLength: number
  readonly minimumPasswordLength: number
  readonly resetTokenLifetime: number
  /** By template name. Only a body that contains `%PASSWORD_RESET_TOKEN%` can carry a reset token. */
  readonly mailTemplates: Readonly<Record<string, MailTemplate>>
  /** The keys of the management API; `null`: the one that `connection` hands out. An empty list switches the API off. */
  readonly managementKeys: readonly string[] | null
  /** Answers every app call with error 9999. */
  readonly monthlyCallLimitReached: boolean

  /** Undocumented: how long a session lasts, counted from sign-in or from its last renewal. */
  readonly sessionLifetime: number
  /** Undocumented: whether each call with a session is answered with a new session id. */
  readonly renewSession: 'always' | 'never'
  /** Undocumented: how long a session id works after it was renewed; 0: not at all. */
  readonly renewedSessionGrace: number
  /** Undocumented: what `User.autoLogin` does to the login token: keeps it with its full lifetime, replaces it, or says nothing and changes nothing. */
  readonly autoLoginToken: 'extended' | 'replaced' | 'unchanged'
  /** Undocumented: whether a completed reset ends the user's other sessions and login tokens. */
  readonly resetEndsOtherSessions: boolean
  /** Undocumented: whether a changed password ends the user's other sessions and login tokens. */
  readonly passwordChangeEndsOtherSessions: boolean
  /** Inferred: `true` answers an unknown user and a wrong password alike; `false` names the parameter at fault. */
  readonly loginFailuresAlike: boolean
  /** Undocumented: whether -32602 names the parameters at fault in `error.data`. */
  readonly errorData: boolean
  /** Undocumented: what `getProperties` says about a property that was never set. */
  readonly unsetProperties: 'omitted' | 'null'
  /** Inferred: the unit of `_createdAt` and `_updatedAt`. */
  readonly timestampUnit: 'milliseconds' | 'seconds'
  /** The reference spells it both ways. */
  readonly updatedAtName: '_updatedAt' | '_updateAt'
  /** Inferred: whether the management API may change `_username`, as the console may; otherwise it is ignored. */
  readonly managementMayRename: boolean
}

export interface MailTemplate {
  readonly subject: string
  readonly body: string
}

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

export const defaultSettings: MonacaSettings = {
  autoLogin: true,
  loginTokenLifetime: 30 * day,
  minimumUsernameLength: 4,
  minimumPasswordLength: 6,
  resetTokenLifetime: hour,
  mailTemplates: {
    send_password_token: {
      subject: 'Your password reset token',
      body: 'Use this token to choose a new password: %PASSWORD_RESET_TOKEN%',
    },
  },
  managementKeys: null,
  monthlyCallLimitReached: false,
  sessionLifetime: hour,
  renewSession: 'always',
  renewedSessionGrace: minute,
  autoLoginToken: 'extended',
  resetEndsOtherSessions: true,
  passwordChangeEndsOtherSessions: false,
  loginFailuresAlike: true,
  errorData: true,
  unsetProperties: 'omitted',
  timestampUnit: 'milliseconds',
  updatedAtName: '_updatedAt',
  managementMayRename: true,
}
