import type { Rules } from '@userport/core'

/** The patterns that Kii's own SDK checks, and the limits of its REST documentation. */
export const rules: Rules = {
  username: { pattern: { source: '^[a-zA-Z0-9\\-_\\\\.]{3,64}$', says: '3 to 64 letters, digits, dots, hyphens or underscores' } },
  email: { pattern: { source: '^[^@]+@[^@]+$', says: 'an e-mail address' } },
  phone: {
    pattern: {
      source: '^\\+?[0-9]{10,}$',
      says: 'a phone number of at least 10 digits, with + and country code unless the country is given',
    },
  },
  password: { pattern: { source: '^[\\x20-\\x7E]{4,50}$', says: '4 to 50 printable ASCII characters' }, mayBeBlank: true },
  displayName: { maxLength: 50 },
  locale: {},
  country: { pattern: { source: '^[a-zA-Z]{2}$', says: 'a country code of two letters' } },
  attributes: {
    key: { pattern: { source: '^[^_]', says: 'a name without an underscore in front' } },
    reserved: [
      'userID',
      'internalUserID',
      'id',
      'loginName',
      'displayName',
      'country',
      'locale',
      'emailAddress',
      'emailAddressVerified',
      'phoneNumber',
      'phoneNumberVerified',
      'password',
      'passwordChangedAt',
      'disabled',
      'created',
      'createdAt',
      'modified',
      'modifiedAt',
    ],
    maxBytes: 63 * 1024,
  },
}
