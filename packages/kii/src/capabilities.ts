const reset = {
  newPassword: 'console-setting',
  sessionsEnd: 'at-completion',
  oldPasswordWorks: 'until-completion',
  lifetime: 'unknown',
  ownPage: false,
  signsIn: false,
} as const

/** What Kii Cloud's users can do (https://docs.kii.com/en/guides/cloudsdk/rest/managing-users/). */
export const capabilities = {
  signUp: { identifiers: ['username', 'email', 'phone'] },
  signIn: { identifiers: ['username', 'email', 'phone'] },
  signOut: { server: 'local' },
  anonymous: { custody: 'token' },
  upgrade: { identity: 'kept' },
  attributeRemoval: true,
  attributeWrites: 'whole-document',
  changePassword: { current: 'required', otherSessions: 'end' },
  passwordReset: {
    'email-link': { ...reset, completion: 'hosted', precondition: 'verified-email' },
    'sms-code': { ...reset, completion: 'in-app', precondition: 'verified-phone' },
    'sms-link': { ...reset, completion: 'hosted', precondition: 'verified-phone' },
  },
  resetByCode: true,
  resetByLink: false,
  forgotUsername: false,
  usernameExists: false,
  findUser: { identifiers: ['username', 'email', 'phone'], verifiedOnly: true },
  deleteUser: { password: 'not-needed', usernameAfterwards: 'unknown' },
  verification: { email: 'link', phone: 'code' },
  confirmByCode: true,
  changeContact: { kinds: ['email', 'phone'], replaces: 'console-setting' },
  changeUsername: true,
  accessToken: { expires: 'known' },
  secondFactor: { factors: ['totp', 'recovery-code'] },
} as const
