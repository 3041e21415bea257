/** What Kinvey's users can do (https://devcenter.kinvey.com/rest/guides/users). */
export const capabilities = {
  signUp: { identifiers: ['username'] },
  signIn: { identifiers: ['username'] },
  signOut: { server: 'revokes' },
  anonymous: { custody: 'generated-credentials' },
  upgrade: { identity: 'kept' },
  attributeRemoval: true,
  changePassword: { current: 'optional', otherSessions: 'unknown' },
  passwordReset: {
    'email-link': {
      completion: 'hosted',
      ownPage: true,
      newPassword: 'chosen',
      sessionsEnd: 'at-request',
      oldPasswordWorks: 'until-completion',
      lifetime: 1200,
      signsIn: false,
      precondition: 'email-on-record',
    },
  },
  resetByCode: false,
  resetByLink: true,
  forgotUsername: true,
  usernameExists: { answers: 'exists' },
  findUser: { identifiers: ['username', 'email'], verifiedOnly: false },
  deleteUser: { password: 'not-needed' },
} as const
