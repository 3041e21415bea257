/** What Monaca Backend's users can do (https://docs.monaca.io/en/reference/monaca_api/cloud/user/). */
export const capabilities = {
  signUp: { identifiers: ['username'] },
  signIn: { identifiers: ['username'] },
  signOut: { server: 'revokes' },
  anonymous: { custody: 'generated-credentials' },
  upgrade: { identity: 'replaced' },
  attributeRemoval: false,
  changePassword: { current: 'required', otherSessions: 'unknown' },
  passwordReset: {
    'email-code': {
      completion: 'in-app',
      ownPage: false,
      newPassword: 'chosen',
      sessionsEnd: 'unknown',
      oldPasswordWorks: 'until-completion',
      lifetime: 'unknown',
      signsIn: true,
      precondition: 'email-property',
    },
  },
  resetByCode: true,
  resetByLink: false,
  forgotUsername: false,
  usernameExists: { answers: 'unavailable' },
  findUser: false,
  deleteUser: { password: 'required' },
} as const
