import { randomUUID } from 'node:crypto'
import type { Capabilities, ResetFacts, Rules } from '../../src/index.js'

const reset = {
  ownPage: false,
  newPassword: 'chosen',
  oldPasswordWorks: 'until-completion',
  lifetime: 'unknown',
  signsIn: false,
  precondition: 'email-on-record',
} as const satisfies Partial<ResetFacts>

/** A vendor that has almost everything, with two roads of reset that end sessions at different times. */
export const capabilities = {
  signUp: { identifiers: ['username'] },
  signIn: { identifiers: ['username'] },
  signOut: { server: 'revokes' },
  anonymous: { custody: 'token' },
  upgrade: { identity: 'kept' },
  attributeRemoval: true,
  changePassword: { current: 'required', otherSessions: 'end' },
  passwordReset: {
    'email-code': { ...reset, completion: 'in-app', sessionsEnd: 'at-completion' },
    'email-link': { ...reset, completion: 'hosted', sessionsEnd: 'at-request' },
  },
  resetByCode: true,
  resetByLink: false,
  forgotUsername: false,
  usernameExists: { answers: 'exists' },
  findUser: { identifiers: ['username'], verifiedOnly: false },
  deleteUser: { password: 'not-needed', usernameAfterwards: 'free' },
} as const satisfies Capabilities

export const rules: Rules = {
  username: { minLength: 3 },
  email: {},
  phone: {},
  password: { minLength: 4, mayBeBlank: true },
  displayName: {},
  locale: {},
  country: {},
  attributes: { key: {}, reserved: ['id'], maxBytes: 1000 },
}

/** Fresh credentials, never used before. */
export const somebody = () => {
  const username = `user-${randomUUID()}`
  const password = `pass-${randomUUID()}`
  return { username, password, identifiers: { username }, identifier: { username } }
}
