import type { Rules } from '@userport/core'

/**
 * Kinvey documents hardly any rule. A blank username or password would make an implicit user; underscores, dots and dollars in a name
 * belong to Kinvey and to the database behind it. An attribute that holds a field (`fields` of the configuration) is not the app's either.
 */
export const rules: Rules = {
  username: {},
  email: { pattern: { source: '^[^@]+@[^@]+$', says: 'an e-mail address' } },
  phone: {},
  password: {},
  displayName: {},
  locale: {},
  country: {},
  attributes: {
    key: { pattern: { source: '^[^_$.][^.]*$', says: 'a name without a dot, and without an underscore or a dollar in front' } },
    reserved: ['username', 'password', 'email'],
  },
}
