import type { Rules } from '@userport/core'

/** How the usernames of anonymous users begin: Monaca has none, so they are accounts with credentials made by this library. */
export const anonymousPrefix = 'userport-anonymous-'

const withoutSpaces = { source: '^\\S+$', says: 'without spaces' }

/**
 * The rules of `User.register` (https://docs.monaca.io/en/reference/monaca_api/cloud/user/). The console's minimum lengths are not known here.
 * A property that holds a field (`fields` of the configuration) is not the app's own.
 */
export const rules: Rules = {
  username: { maxLength: 255, pattern: withoutSpaces, reservedPrefixes: [anonymousPrefix] },
  email: {},
  phone: {},
  password: { maxLength: 80, pattern: withoutSpaces },
  displayName: {},
  locale: {},
  country: {},
  attributes: {
    key: { pattern: { source: '^[a-zA-Z][a-zA-Z0-9]*$', says: 'letters and digits, beginning with a letter' } },
    reserved: [],
    maxBytes: 500 * 1024,
  },
}
