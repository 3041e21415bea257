import type { UserProvider } from '@userport/core'
import type { MonacaExtension } from './extension.js'

type Counterpart = keyof UserProvider | `extension.${keyof MonacaExtension & string}`

const row = (place: string, name: string, operation: Counterpart, args = '', note?: string) => ({
  call: `monaca.cloud.${place}.${name}`,
  patterns: [`monaca.cloud.${place}.${name}($$$)`],
  operation,
  example: `monaca.cloud.${place}.${name}(${args})`,
  note,
})

const user = (name: string, operation: Counterpart, args?: string, note?: string) => row('User', name, operation, args, note)
const device = (name: string, operation: Counterpart, args?: string) =>
  row('Device', name, operation, args, 'Kept with the device, whoever is signed in.')

// `elsewhere`: the counterpart with other vendors, where properties are attributes of the user. `needs`: more than the operation's own capability.
const calls = [
  user('register', 'signUp', "'ann', password, { age: 21 }"),
  { ...user('validate', 'extension.validate', "'ann'"), elsewhere: 'signUp' },
  user('unregister', 'deleteUser', 'password'),
  user('login', 'signIn', "'ann', password"),
  user('isAuthenticated', 'state', '', 'Also tells whether it is known yet.'),
  user('autoLogin', 'restore'),
  user('logout', 'signOut', '', 'Refuses to lose an anonymous user unless told to.'),
  user('updatePassword', 'changePassword', 'old, password'),
  user(
    'sendPasswordResetToken',
    'requestPasswordReset',
    "'ann', { emailPropertyName: 'email' }",
    '`emailPropertyName` and `templateName` are in the configuration.',
  ),
  { ...user('resetPasswordAndLogin', 'completePasswordReset', "'ann', password, token"), needs: 'resetByCode' },
  { ...user('getProperty', 'extension.getProperty', "'age'"), elsewhere: 'activeUser' },
  { ...user('getProperties', 'extension.getProperties', "['age']"), elsewhere: 'activeUser' },
  { ...user('saveProperty', 'extension.saveProperty', "'age', 21"), elsewhere: 'updateProfile' },
  { ...user('saveProperties', 'extension.saveProperties', '{ age: 21 }'), elsewhere: 'updateProfile' },
  { ...user('_oid', 'activeUser', '', '`id` of the user.'), patterns: ['monaca.cloud.User._oid'], example: 'monaca.cloud.User._oid' },
  device('getProperty', 'extension.getDeviceProperties', "'level'"),
  device('getProperties', 'extension.getDeviceProperties', "['level']"),
  device('saveProperty', 'extension.saveDeviceProperties', "'level', 3"),
  device('saveProperties', 'extension.saveDeviceProperties', '{ level: 3 }'),
] as const

/** What Monaca’s `monaca.cloud` has for users, for finding it in the source of an app. Plain data. */
export const sdk = {
  /** Tells a file that uses the SDK: the source of a regular expression. */
  marker: '\\bmonaca\\.cloud\\b',
  /** What its calls begin with; an app may have given it another name. */
  roots: ['monaca.cloud.User', 'monaca.cloud.Device', 'monaca.cloud'],
  /** The types by which TypeScript names a user of the SDK. */
  userTypes: [],
  calls,
} as const
