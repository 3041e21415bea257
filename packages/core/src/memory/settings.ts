import type { Capabilities, ResetChannel, ResetFacts } from '../capabilities.js'
import type { Rules } from '../rules.js'

/** What can be switched off. */
export type MemoryCapability =
  | 'anonymous'
  | 'upgrade'
  | 'attributeRemoval'
  | 'changePassword'
  | 'passwordReset'
  | 'resetByCode'
  | 'resetByLink'
  | 'forgotUsername'
  | 'usernameExists'
  | 'findUser'
  | 'deleteUser'
  | 'verification'
  | 'confirmByCode'
  | 'changeContact'
  | 'changeUsername'
  | 'accessToken'
  | 'secondFactor'
  | 'signOutEverywhere'
  | 'identities'
  | 'identities.signIn'
  | 'identities.link'
  | 'findUsers'
  | 'suspendUser'

/** How a service in memory behaves: the switches that real vendors differ in. */
export interface MemorySettings {
  readonly without?: readonly MemoryCapability[]
  /** Default: username, email and phone. */
  readonly identifiers?: Capabilities['signIn']['identifiers']
  /** Where the credential of an anonymous user is (default `token`). */
  readonly custody?: 'token' | 'generated-credentials'
  /** Does an upgraded user keep its id (default `kept`)? */
  readonly upgrade?: 'kept' | 'replaced'
  /** Who makes the new password in a reset (default `chosen`)? */
  readonly resetPassword?: 'chosen' | 'generated'
  /** When a reset ends the user's sessions (default `at-completion`). */
  readonly resetEndsSessions?: 'at-request' | 'at-completion'
  /** Do addresses count only once they are verified (default no)? */
  readonly verificationRequired?: boolean
  /** Which addresses can be changed and verified (default: both). */
  readonly contacts?: readonly ('email' | 'phone')[]
  /** Does a changed address wait until it is verified, where addresses must be, or replace the old one `at-once` (default: it waits)? */
  readonly changedContact?: 'console-setting' | 'at-once'
  /** Milliseconds until a token runs out and the session is renewed (default: a day). */
  readonly sessionLifetime?: number
  /** Milliseconds that a request and its answer travel, each (default 1). */
  readonly latency?: number
}

/** A memory provider with everything on. */
export const memoryCapabilities = {
  signUp: { identifiers: ['username', 'email', 'phone'] },
  signIn: { identifiers: ['username', 'email', 'phone'] },
  signOut: { server: 'revokes' },
  anonymous: { custody: 'token' },
  upgrade: { identity: 'kept' },
  attributeRemoval: true,
  attributeWrites: 'each',
  changePassword: { current: 'required', otherSessions: 'end' },
  passwordReset: {
    'email-link': {
      completion: 'hosted',
      ownPage: true,
      newPassword: 'chosen',
      sessionsEnd: 'at-completion',
      oldPasswordWorks: 'until-completion',
      lifetime: 'unknown',
      signsIn: false,
      precondition: 'verified-email',
    },
    'email-code': {
      completion: 'in-app',
      ownPage: false,
      newPassword: 'chosen',
      sessionsEnd: 'at-completion',
      oldPasswordWorks: 'until-completion',
      lifetime: 'unknown',
      signsIn: true,
      precondition: 'verified-email',
    },
    'sms-link': {
      completion: 'hosted',
      ownPage: true,
      newPassword: 'chosen',
      sessionsEnd: 'at-completion',
      oldPasswordWorks: 'until-completion',
      lifetime: 'unknown',
      signsIn: false,
      precondition: 'verified-phone',
    },
    'sms-code': {
      completion: 'in-app',
      ownPage: false,
      newPassword: 'chosen',
      sessionsEnd: 'at-completion',
      oldPasswordWorks: 'until-completion',
      lifetime: 'unknown',
      signsIn: false,
      precondition: 'verified-phone',
    },
  },
  resetByCode: true,
  resetByLink: true,
  forgotUsername: true,
  usernameExists: { answers: 'exists' },
  findUser: { identifiers: ['username', 'email', 'phone'], verifiedOnly: true },
  deleteUser: { password: 'required', usernameAfterwards: 'free' },
  verification: { email: 'link', phone: 'code' },
  confirmByCode: true,
  changeContact: { kinds: ['email', 'phone'], replaces: 'console-setting' },
  changeUsername: true,
  accessToken: { expires: 'known' },
  secondFactor: { factors: ['totp', 'recovery-code'] },
  signOutEverywhere: true,
  identities: { providers: 'any', signIn: true, link: true },
  findUsers: { criteria: ['username', 'email', 'identity'] },
  suspendUser: true,
} as const satisfies Capabilities

/** What a service with these settings can do. */
export const capabilitiesOf = (settings: MemorySettings): Capabilities => {
  const all: Capabilities = memoryCapabilities
  const { without = [], identifiers = all.signIn.identifiers, resetPassword = 'chosen', resetEndsSessions = 'at-completion' } = settings
  const lacks = (...names: readonly MemoryCapability[]): boolean => names.some((name) => without.includes(name))
  const resetByCode = !lacks('passwordReset', 'resetByCode')
  const resetByLink = !lacks('passwordReset', 'resetByLink') && resetPassword === 'chosen'
  const { contacts = ['email', 'phone'] } = settings
  const confirmByCode = !lacks('verification', 'confirmByCode')
  const factsOf = (facts: ResetFacts): ResetFacts => ({
    ...facts,
    ownPage: facts.ownPage && resetByLink,
    newPassword: resetPassword,
    sessionsEnd: resetEndsSessions,
    signsIn: facts.signsIn && resetPassword === 'chosen',
  })
  const channels = Object.entries(memoryCapabilities.passwordReset) as [ResetChannel, ResetFacts][]
  return {
    ...all,
    signUp: { identifiers },
    signIn: { identifiers },
    anonymous: lacks('anonymous') ? false : { custody: settings.custody ?? 'token' },
    upgrade: lacks('anonymous', 'upgrade') ? false : { identity: settings.upgrade ?? 'kept' },
    attributeRemoval: !lacks('attributeRemoval'),
    changePassword: lacks('changePassword') ? false : all.changePassword,
    passwordReset: lacks('passwordReset')
      ? false
      : Object.fromEntries(
          channels
            .filter(([, { completion }]) => completion === 'hosted' || resetByCode)
            .map(([channel, facts]) => [channel, factsOf(facts)]),
        ),
    resetByCode,
    resetByLink,
    forgotUsername: !lacks('forgotUsername'),
    usernameExists: lacks('usernameExists') ? false : all.usernameExists,
    findUser: lacks('findUser') ? false : { identifiers, verifiedOnly: true },
    deleteUser: lacks('deleteUser') ? false : all.deleteUser,
    verification: lacks('verification')
      ? false
      : { email: contacts.includes('email') && 'link', phone: contacts.includes('phone') && (confirmByCode ? 'code' : 'link') },
    confirmByCode,
    changeContact: lacks('changeContact') ? false : { kinds: contacts, replaces: settings.changedContact ?? 'console-setting' },
    changeUsername: !lacks('changeUsername'),
    accessToken: lacks('accessToken') ? false : all.accessToken,
    secondFactor: lacks('secondFactor') ? false : all.secondFactor,
    signOutEverywhere: !lacks('signOutEverywhere'),
    identities: lacks('identities') ? false : { providers: 'any', signIn: !lacks('identities.signIn'), link: !lacks('identities.link') },
    findUsers: lacks('findUsers') ? false : all.findUsers,
    suspendUser: !lacks('suspendUser'),
  }
}

export const rules: Rules = {
  username: { minLength: 3, maxLength: 64, pattern: { source: '^[\\w.@-]+$', says: 'letters, digits, dots, hyphens, underscores or @' } },
  email: { maxLength: 254, pattern: { source: '^[^@\\s]+@[^@\\s]+$', says: 'an e-mail address' } },
  phone: { pattern: { source: '^\\+[0-9]{8,15}$', says: 'a phone number with + and country code' } },
  password: { minLength: 4, maxLength: 100, mayBeBlank: true },
  displayName: { maxLength: 100 },
  locale: { maxLength: 35 },
  country: { pattern: { source: '^[A-Za-z]{2}$', says: 'a country code of two letters' } },
  attributes: {
    key: { pattern: { source: '^[^_$]', says: 'a name without an underscore or a dollar sign in front' } },
    reserved: ['id', 'username', 'email', 'phone', 'password'],
    maxBytes: 64 * 1024,
  },
}
