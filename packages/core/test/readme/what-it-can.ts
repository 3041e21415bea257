import type { Capabilities, Rules } from '@userport/core'

export const capabilities = {
  signUp: { identifiers: ['username'] },
  signIn: { identifiers: ['username'] },
  signOut: { server: 'local' },
  anonymous: false,
  upgrade: false,
  attributeRemoval: false,
  changePassword: false,
  passwordReset: false,
  resetByCode: false,
  resetByLink: false,
  forgotUsername: false,
  usernameExists: { answers: 'exists' },
  findUser: false,
  deleteUser: false,
} as const satisfies Capabilities

const text = { maxLength: 200 }
export const rules: Rules = {
  username: { minLength: 3, maxLength: 20 },
  password: { minLength: 8, mayBeBlank: true },
  email: text,
  phone: text,
  displayName: text,
  locale: text,
  country: text,
  attributes: { key: text, reserved: [], maxBytes: 10_000 },
}
