import type { CapabilityName, UserProvider } from '@userport/core'
import type { KiiExtension } from './extension.js'

type Counterpart = keyof UserProvider | `extension.${keyof KiiExtension & string}` | 'createUserProvider'

interface Row {
  readonly example: string
  readonly note?: string
  /** What it answers with, at once or later, is a user of the SDK. */
  readonly gives?: 'user'
  /** A name that many other objects have too. */
  readonly common?: true
  /** What the operation needs of a vendor, where that is more than its own capability. */
  readonly needs?: CapabilityName
}

const row = (call: string, pattern: string, operation: Counterpart | null, more: Row) => ({ call, patterns: [pattern], operation, ...more })

const kii = (name: string, operation: Counterpart | null, example: string, note?: string) =>
  row(`Kii.${name}`, `Kii.${name}($$$)`, operation, { example, note })

const social = (name: string, operation: Counterpart | null, example: string, note: string) =>
  row(`KiiSocialConnect.${name}`, `KiiSocialConnect.${name}($$$)`, operation, { example, note })

const onClass = (name: string, operation: Counterpart | null, example: string, more: Omit<Row, 'example'> = {}) =>
  row(`KiiUser.${name}`, `KiiUser.${name}($$$)`, operation, { example, ...more })

const giving = (name: string, operation: Counterpart | null, example: string, more: Omit<Row, 'example' | 'gives'> = {}) =>
  onClass(name, operation, example, { ...more, gives: 'user' })

const resetting = (method: string, needs: CapabilityName) => ({
  ...onClass(
    'resetPasswordWithNotificationMethod',
    'requestPasswordReset',
    `KiiUser.resetPasswordWithNotificationMethod(id, '${method}')`,
    {
      note: channels,
      needs,
    },
  ),
  patterns: [`'${method}'`, `"${method}"`].flatMap((text) =>
    [text, `${text}, $$$`].map((args) => `KiiUser.resetPasswordWithNotificationMethod($ID, ${args})`),
  ),
})

/** `$USER` stands for an expression that is a user. */
const ofUser = (name: string, operation: Counterpart | null, args = '', note?: string) =>
  row(`KiiUser#${name}`, `$USER.${name}($$$)`, operation, { example: `user.${name}(${args})`, note })

const common = (name: string, operation: Counterpart | null, args = '', note?: string) =>
  ({ ...ofUser(name, operation, args, note), common: true }) as const

const building = (name: string, needs: CapabilityName, args: string) =>
  giving(name, 'signUp', `KiiUser.${name}(${args})`, { note: builder, needs })

const kindIsSaid = 'The kind of the identifier is said: `{ username }`, `{ email }`, `{ phone }`.'
const secondStep = 'The step comes with `SecondFactorRequired`.'
const channels = 'The method is the channel: `email-link`, `sms-link` or `sms-code`.'
const operator = 'For servers: `createKiiDirectory` of `@userport/kii/directory` holds the admin keys.'
const keptByProvider = 'The provider keeps the active user itself.'
const builder = 'Only describes a user; together with `register`.'
const localReference = 'Makes a local reference only: an id is a plain value here.'
const thirdParties = 'No counterpart for Kii, which shows linked accounts only; vendors with capability `identities` have it.'
const later = 'Changes the object only, until `save`; here one call does both.'
const pushing = 'No counterpart: push messages are no business of users.'

const calls = [
  kii('initialize', 'createUserProvider', "Kii.initialize('id', 'key')", 'The keys are in the configuration.'),
  kii('initializeWithSite', 'createUserProvider', "Kii.initializeWithSite('id', 'key', KiiSite.JP)", 'The keys are in the configuration.'),
  kii('setAccessTokenExpiration', 'createUserProvider', 'Kii.setAccessTokenExpiration(3600)', '`sessionLifetime` in the configuration.'),
  kii('getAccessTokenExpiration', 'createUserProvider', 'Kii.getAccessTokenExpiration()', '`sessionLifetime` in the configuration.'),
  { ...kii('getCurrentUser', 'activeUser', 'Kii.getCurrentUser()'), gives: 'user' },
  { ...kii('currentUser', 'activeUser', 'Kii.currentUser()'), gives: 'user' },
  kii('setCurrentUser', null, 'Kii.setCurrentUser(user)', `No counterpart. ${keptByProvider}`),
  kii('loggedIn', 'state', 'Kii.loggedIn()', 'Also tells whether it is known yet.'),
  kii('logOut', 'signOut', 'Kii.logOut()', 'Refuses to lose an anonymous user unless told to.'),
  kii('authenticateAsAppAdmin', null, "Kii.authenticateAsAppAdmin('id', 'secret')", `No counterpart in an app. ${operator}`),
  kii('authenticateAsAdminWithToken', null, 'Kii.authenticateAsAdminWithToken(token)', `No counterpart in an app. ${operator}`),

  social('setupNetwork', null, 'KiiSocialConnect.setupNetwork(network, key, secret)', thirdParties),
  social('logIn', 'signInWithIdentity', 'KiiSocialConnect.logIn(network, options, callbacks)', thirdParties),
  social('linkCurrentUserWithNetwork', 'linkIdentity', 'KiiSocialConnect.linkCurrentUserWithNetwork(network)', thirdParties),
  social('unLinkCurrentUserFromNetwork', 'unlinkIdentity', 'KiiSocialConnect.unLinkCurrentUserFromNetwork(network)', thirdParties),
  social('getAccessTokenForNetwork', null, 'KiiSocialConnect.getAccessTokenForNetwork(network)', thirdParties),
  social('getAccessTokenExpirationForNetwork', null, 'KiiSocialConnect.getAccessTokenExpirationForNetwork(network)', thirdParties),
  social('getAccessTokenObjectForNetwork', null, 'KiiSocialConnect.getAccessTokenObjectForNetwork(network)', thirdParties),
  social('logOutAll', 'signOut', 'KiiSocialConnect.logOutAll()', thirdParties),

  giving('authenticate', 'signIn', "KiiUser.authenticate('ann', password)", { note: kindIsSaid }),
  giving('authenticateWithToken', 'signInWithToken', 'KiiUser.authenticateWithToken(token, null, expiresAt)'),
  giving('authenticateWithTotp', 'continueSignIn', 'KiiUser.authenticateWithTotp(user, code)', { note: secondStep }),
  giving('authenticateWithRecoveryCode', 'continueSignIn', 'KiiUser.authenticateWithRecoveryCode(user, code)', { note: secondStep }),
  onClass('completeResetPassword', 'completePasswordReset', 'KiiUser.completeResetPassword(id, pin, password)', {
    note: 'The code and the password are named, so that they cannot be swapped.',
    needs: 'resetByCode',
  }),
  giving('findUserByEmail', 'findUser', "KiiUser.findUserByEmail('ann@example.com')", { needs: 'findUser.email' }),
  giving('findUserByPhone', 'findUser', "KiiUser.findUserByPhone('+81312345678')", { needs: 'findUser.phone' }),
  giving('findUserByUsername', 'findUser', "KiiUser.findUserByUsername('ann')", { needs: 'findUser.username' }),
  giving('getCurrentUser', 'activeUser', 'KiiUser.getCurrentUser()'),
  onClass('loggedIn', 'state', 'KiiUser.loggedIn()', { note: 'Also tells whether it is known yet.' }),
  onClass('logOut', 'signOut', 'KiiUser.logOut()', { note: 'Refuses to lose an anonymous user unless told to.' }),
  giving('registerAsPseudoUser', 'signInAnonymously', 'KiiUser.registerAsPseudoUser(null, fields)', {
    note: 'Asking again gives the same user.',
  }),
  onClass('resetPassword', 'requestPasswordReset', "KiiUser.resetPassword('ann@example.com')"),
  resetting('SMS_PIN', 'passwordReset.sms-code'),
  resetting('SMS', 'passwordReset.sms-link'),
  onClass('resetPasswordWithNotificationMethod', 'requestPasswordReset', 'KiiUser.resetPasswordWithNotificationMethod(id, method)', {
    note: channels,
  }),
  giving('userWithCredentials', 'signUp', "KiiUser.userWithCredentials('a@example.com', null, 'ann', password)", { note: builder }),
  building('userWithEmailAddress', 'signUp.email', "'a@example.com', password"),
  building('userWithEmailAddressAndPhoneNumber', 'signUp.email', 'email, phone, password'),
  building('userWithEmailAddressAndUsername', 'signUp.username', 'email, name, password'),
  building('userWithPhoneNumber', 'signUp.phone', "'+81312345678', password"),
  building('userWithPhoneNumberAndUsername', 'signUp.username', 'phone, name, password'),
  building('userWithUsername', 'signUp.username', "'ann', password"),
  giving('userWithID', null, 'KiiUser.userWithID(id)', { note: localReference }),
  giving('userWithURI', null, 'KiiUser.userWithURI(uri)', {
    note: `${localReference} \`parseKiiUserUri\` of \`@userport/kii\` reads a URI.`,
  }),

  common('register', 'signUp', '', 'The builder and this are one call; the user is signed in.'),
  ofUser('putIdentity', 'upgrade', 'identity, password', 'On any failure the anonymous user stays as it was.'),
  common('update', 'updateProfile', 'identity, null, fields', 'Identifiers: `changeUsername`, `changeContact`.'),
  ofUser('updatePassword', 'changePassword', 'from, to', 'The user stays signed in.'),
  ofUser('changeEmail', 'changeContact', "'ann@example.com'"),
  ofUser('changePhone', 'changeContact', "'+81312345678'"),
  ofUser('verifyPhoneNumber', 'confirmVerification', 'code'),
  ofUser('verifyCredentials', 'confirmVerification', "'phone', code"),
  ofUser('resendVerification', 'requestVerification', "'email'"),
  ofUser('resendEmailVerification', 'requestVerification'),
  ofUser('resendPhoneNumberVerification', 'requestVerification'),
  common('save', 'updateProfile'),
  { ...common('refresh', 'refresh'), gives: 'user' },
  common('delete', 'deleteUser'),
  common('set', 'updateProfile', "'score', 3", later),
  common('get', 'activeUser', "'score'", '`attributes` of the user.'),
  ofUser('setDisplayName', 'updateProfile', "'Ann'", later),
  ofUser('setCountry', 'updateProfile', "'JP'", later),
  ofUser('setLocale', 'updateProfile', "'ja'", later),
  ofUser('getAccessToken', 'accessToken'),
  ofUser('getAccessTokenObject', 'accessToken'),
  ofUser('getID', 'activeUser', '', '`id` of the user.'),
  ofUser('getUUID', 'activeUser', '', '`id` of the user.'),
  ofUser('getUsername', 'activeUser', '', '`username` of the user.'),
  ofUser('getDisplayName', 'activeUser', '', '`displayName` of the user.'),
  ofUser('getCountry', 'activeUser', '', '`country` of the user.'),
  ofUser('getLocale', 'activeUser', '', '`locale` of the user.'),
  ofUser('getCreated', 'activeUser', '', '`createdAt` of the user, as ISO 8601.'),
  ofUser('getModified', 'activeUser', '', '`updatedAt` of the user, as ISO 8601.'),
  ofUser('getEmailAddress', 'activeUser', '', '`email.address` of the user.'),
  ofUser('getEmailVerified', 'activeUser', '', '`email.verified` of the user.'),
  ofUser('isEmailVerified', 'activeUser', '', '`email.verified` of the user.'),
  ofUser('getPendingEmailAddress', 'activeUser', '', '`email.pending` of the user.'),
  ofUser('getPhoneNumber', 'activeUser', '', '`phone.address` of the user.'),
  ofUser('getPhoneVerified', 'activeUser', '', '`phone.verified` of the user.'),
  ofUser('isPhoneVerified', 'activeUser', '', '`phone.verified` of the user.'),
  ofUser('getPendingPhoneNumber', 'activeUser', '', '`phone.pending` of the user.'),
  ofUser('getLinkedSocialAccounts', 'activeUser', '', '`identities` of the user.'),
  ofUser('isPseudoUser', 'activeUser', '', '`kind` of the user: `anonymous`.'),
  common('disabled', 'activeUser', '', '`status` of the user: `disabled`.'),
  ofUser(
    'getScope',
    null,
    '',
    'No counterpart: it tells of a sign-in that waits for a second factor, which is `SecondFactorRequired` here.',
  ),
  ofUser('objectURI', null, '', 'No counterpart for other vendors; `kiiUserUri` of `@userport/kii` makes it.'),
  ofUser('memberOfGroups', 'extension.memberOfGroups'),
  ofUser('ownerOfGroups', 'extension.ownerOfGroups'),
  ofUser('listTopics', 'extension.listTopics'),
  ofUser('topicWithName', 'extension.listTopics', "'news'"),
  ofUser('bucketWithName', 'extension.queryObjects', "'scores'", 'Operations on objects take the bucket’s name.'),
  ofUser('encryptedBucketWithName', 'extension.queryObjects', "'scores'", 'Operations on objects take the bucket’s name.'),
  ofUser('pushSubscription', null, '', pushing),
  ofUser('pushInstallation', null, '', pushing),
] as const

/** What `kii-cloud-sdk` has for users, for finding it in the source of an app. Plain data. */
export const sdk = {
  /** Tells a file that uses the SDK: the source of a regular expression. */
  marker: '\\bKii(?:User|Site|SocialConnect)?\\b',
  /** What its calls begin with; an app may have given it another name. */
  roots: ['KiiUser', 'Kii', 'KiiSocialConnect'],
  /** The types by which TypeScript names a user of the SDK. */
  userTypes: ['KiiUser'],
  calls,
} as const
