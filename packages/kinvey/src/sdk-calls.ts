import type { UserProvider } from '@userport/core'
import type { KinveyExtension } from './extension.js'

type Counterpart = keyof UserProvider | `extension.${keyof KinveyExtension & string}` | 'createUserProvider'

interface Row {
  readonly example: string
  readonly note?: string
  /** What it answers with, at once or later, is a user of the SDK. */
  readonly gives?: 'user'
  /** A name that many other objects have too. */
  readonly common?: true
}

const row = (call: string, patterns: readonly string[], operation: Counterpart | null, more: Row) => ({
  call,
  patterns,
  operation,
  ...more,
})

const kinvey = (name: string, operation: Counterpart | null, args: string, note?: string) =>
  row(`Kinvey.${name}`, [`Kinvey.${name}($$$)`], operation, { example: `Kinvey.${name}(${args})`, note })

// Later SDKs export `User` by itself.
const onClass = (name: string, operation: Counterpart | null, args = '', note?: string) =>
  row(`Kinvey.User.${name}`, [`Kinvey.User.${name}($$$)`, `User.${name}($$$)`], operation, {
    example: `Kinvey.User.${name}(${args})`,
    note,
  })

// The same second factors as on a user, in a namespace of their own since SDK 6.
const onMfa = (name: string, operation: Counterpart, args = '', note?: string) =>
  row(`Kinvey.MFA.${name}`, [`Kinvey.MFA.${name}($$$)`, `MFA.${name}($$$)`], operation, { example: `Kinvey.MFA.${name}(${args})`, note })

const giving = (name: string, operation: Counterpart | null, args = '', note?: string) =>
  ({ ...onClass(name, operation, args, note), gives: 'user' }) as const

/** `$USER` stands for an expression that is a user. */
const ofUser = (name: string, operation: Counterpart | null, args = '', note?: string) =>
  row(`Kinvey.User#${name}`, [`$USER.${name}($$$)`], operation, { example: `user.${name}(${args})`, note })

const common = (name: string, operation: Counterpart | null, args = '', note?: string) =>
  ({ ...ofUser(name, operation, args, note), common: true }) as const

const entering = (name: string, operation: Counterpart | null, args = '', note?: string) =>
  ({ ...common(name, operation, args, note), gives: 'user' }) as const

const inConfiguration = 'The keys are in the configuration.'
const changing = 'A password: `changePassword`. A username: `changeUsername`. An e-mail address: `changeContact`.'
const thirdParty = 'The app gets the token of the third party and hands it over.'
const connect = 'With `createMobileIdentityConnect` of `@userport/kinvey`.'
const thenVerified = 'Then `extension.verifyAuthenticator`.'
const whereThereIsOne = 'Enabled where there is one.'
const eachRemoved = 'Each of them is removed.'
const secondFactor = 'A second factor is asked for by `SecondFactorRequired`.'
const live = 'No counterpart: live messages are no business of users.'
const status = '`email.verified` and `email.delivery` of the user.'
const removal = '`deleteUser` for good, `suspendUser` otherwise; only the active user. Others: `createKinveyDirectory`, on a server.'

const calls = [
  kinvey('init', 'createUserProvider', "{ appKey: 'key', appSecret: 'secret' }", inConfiguration),
  {
    ...kinvey(
      'initialize',
      'createUserProvider',
      "{ appKey: 'key', appSecret: 'secret' }",
      `${inConfiguration} \`restore\` brings back the active user.`,
    ),
    gives: 'user',
  },
  { ...kinvey('getActiveUser', 'activeUser', ''), gives: 'user' },
  kinvey('setActiveUser', null, 'user', 'No counterpart: the provider keeps the active user itself.'),

  giving('getActiveUser', 'activeUser'),
  giving('me', 'refresh'),
  {
    ...row('Kinvey.User.signup', ['Kinvey.User.signup()', 'User.signup()'], 'signInAnonymously', {
      example: 'Kinvey.User.signup()',
      note: 'An implicit user; asking again gives the same one.',
    }),
    gives: 'user',
  },
  giving('signup', 'signUp', "{ username: 'ann', password }", 'Signs in with every version of the API.'),
  giving('login', 'signIn', "'ann', password", secondFactor),
  giving('loginWithMFA', 'continueSignIn', "'ann', password, choose, complete", secondFactor),
  giving('loginWithRecoveryCode', 'continueSignIn', "'ann', password, code", secondFactor),
  giving('loginWithMIC', 'signInWithIdentity', "'app://'", connect),
  giving('loginWithRedirectUri', 'signInWithIdentity', "'app://'", connect),
  giving('loginWithMICUsingResourceOwnerCredentials', 'signInWithIdentity', "'ann', password", connect),
  giving('loginWithProvider', 'signInWithIdentity', "'facebook', token", thirdParty),
  giving('signupWithProvider', 'signInWithIdentity', "'google', token", thirdParty),
  giving('signupWithIdentity', 'signInWithIdentity', "'google', token", thirdParty),
  giving('signUpWithIdentity', 'signInWithIdentity', "'google', token", thirdParty),
  giving('connectIdentity', 'signInWithIdentity', "'facebook', token", `${thirdParty} For the active user: \`linkIdentity\`.`),
  giving('connect', 'signInWithIdentity', "'facebook', token", `${thirdParty} For the active user: \`linkIdentity\`.`),
  onClass('logout', 'signOut', '', 'Refuses to lose an anonymous user unless told to; says where the person stays signed in.'),
  onClass('invalidateTokens', 'signOutEverywhere'),
  {
    ...row('Kinvey.User.update', ['Kinvey.User.update($$$)', 'User.update($$$)', 'new Kinvey.User.update($$$)'], 'updateProfile', {
      example: 'Kinvey.User.update({ age: 21 })',
      note: changing,
    }),
    gives: 'user',
  },
  onClass('exists', 'usernameExists', "'ann'"),
  onClass('forgotUsername', 'forgotUsername', "'ann@example.com'"),
  onClass('resetPassword', 'requestPasswordReset', "'ann'", 'Ends every session at once, which the active user is told.'),
  onClass('verifyEmail', 'requestVerification', "'ann'", 'Of somebody who is not signed in: `createKinveyEmailVerification`.'),
  onClass('lookup', 'findUsers', 'query', 'Criteria by name in place of a query; no paging.'),
  onClass('find', 'findUsers', 'query', 'Criteria by name in place of a query; no paging.'),
  onClass('remove', 'deleteUser', "'id', { hard: true }", removal),
  onMfa('Authenticators.create', 'extension.addAuthenticator', "{ name: 'phone' }, verify", thenVerified),
  onMfa('Authenticators.list', 'extension.listAuthenticators'),
  onMfa('Authenticators.remove', 'extension.removeAuthenticator', 'id'),
  onMfa('listRecoveryCodes', 'extension.listRecoveryCodes'),
  onMfa('regenerateRecoveryCodes', 'extension.renewRecoveryCodes'),
  onMfa('isEnabled', 'extension.listAuthenticators', '', whereThereIsOne),
  onMfa('disable', 'extension.removeAuthenticator', '', eachRemoved),
  row('Kinvey.UserStore.removeById', ['Kinvey.UserStore.removeById($$$)', 'UserStore.removeById($$$)'], 'deleteUser', {
    example: "Kinvey.UserStore.removeById('id')",
    note: removal,
  }),
  onClass(
    'restore',
    null,
    "'id'",
    'No counterpart in an app: `restore` of `createKinveyDirectory` of `@userport/kinvey/directory`, on a server.',
  ),
  onClass('registerForLiveService', null, '', live),
  onClass('unregisterFromLiveService', null, '', live),
  {
    ...row('new Kinvey.User', ['new Kinvey.User($$$)', 'new User($$$)'], 'signUp', {
      example: 'new Kinvey.User()',
      note: 'Only describes a user; together with `signup`.',
    }),
    gives: 'user',
  },

  {
    ...row('Kinvey.User#signup', ['$USER.signup()'], 'signInAnonymously', {
      example: 'user.signup()',
      note: 'An implicit user; asking again gives the same one.',
    }),
    gives: 'user',
  },
  entering('signup', 'signUp', "{ username: 'ann', password }", 'Signs in with every version of the API.'),
  entering('login', 'signIn', "'ann', password", secondFactor),
  entering('me', 'refresh'),
  entering('update', 'updateProfile', '{ age: 21 }', changing),
  entering('save', 'updateProfile', '', changing),
  common('set', 'updateProfile', "'age', 21", changing),
  common('logout', 'signOut', '', 'Refuses to lose an anonymous user unless told to.'),
  ofUser('invalidateTokens', 'signOutEverywhere'),
  common('isActive', 'activeUser'),
  common('toJSON', 'activeUser', '', 'The user is plain data already.'),
  ofUser('isEmailVerified', 'activeUser', '', status),
  {
    ...row('Kinvey.User#metadata.emailVerification', ['$USER.metadata.emailVerification'], 'activeUser', {
      example: 'user.metadata.emailVerification',
      note: status,
    }),
  },
  {
    ...row('Kinvey.User#data', ['$USER.data'], 'activeUser', {
      example: 'user.data',
      note: '`attributes` of the user; `updateProfile` changes them.',
      common: true,
    }),
  },
  ofUser('verifyEmail', 'requestVerification'),
  ofUser('loginWithMIC', 'signInWithIdentity', "'app://'", connect),
  ofUser('connectIdentity', 'linkIdentity', "'facebook', token", thirdParty),
  ofUser('signupWithIdentity', 'signInWithIdentity', "'facebook', token", thirdParty),
  ofUser('disconnectIdentity', 'unlinkIdentity', "'facebook'"),
  row('Kinvey.User#_socialIdentity', ['$USER._socialIdentity.$PROVIDER = null'], 'unlinkIdentity', {
    example: 'user._socialIdentity.facebook = null',
    note: 'One call, without `update`.',
  }),
  ofUser('createAuthenticator', 'extension.addAuthenticator', "{ name: 'phone' }, verify", thenVerified),
  ofUser('listAuthenticators', 'extension.listAuthenticators'),
  ofUser('removeAuthenticator', 'extension.removeAuthenticator', 'id'),
  ofUser('listRecoveryCodes', 'extension.listRecoveryCodes'),
  ofUser('regenerateRecoveryCodes', 'extension.renewRecoveryCodes'),
  ofUser('isMFAEnabled', 'extension.listAuthenticators', '', whereThereIsOne),
  ofUser('disableMFA', 'extension.removeAuthenticator', '', eachRemoved),
  ofUser('registerForLiveService', null, '', live),
  ofUser('unregisterFromLiveService', null, '', live),
] as const

/** What Kinvey’s SDKs for JavaScript have for users, for finding it in the source of an app. Plain data. */
export const sdk = {
  /** Tells a file that uses the SDK: the source of a regular expression. */
  marker: '[Kk]invey',
  /** What its calls begin with; an app may have given it another name. */
  roots: ['Kinvey.User', 'Kinvey'],
  /** The types by which TypeScript names a user of the SDK. */
  userTypes: ['Kinvey.User', 'User'],
  calls,
} as const
