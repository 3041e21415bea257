import type { Capabilities, ResetChannel, ResetFacts } from '../capabilities.js'
import type { Rules } from '../rules.js'

/** What no memory service has. */
type Never =
  | 'verification'
  | 'confirmByCode'
  | 'changeContact'
  | 'changeUsername'
  | 'accessToken'
  | 'secondFactor'
  | 'signOutEverywhere'
  | 'identities'
  | 'findUsers'
  | 'suspendUser'

/** What a memory service may have. */
export type OfferedCapabilities = Omit<Capabilities, Never> & { readonly [Name in Never]?: undefined }

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
  deleteUser: { password: 'required' },
} as const satisfies OfferedCapabilities

/** What a service with these settings can do. */
export const capabilitiesOf = (settings: MemorySettings): OfferedCapabilities => {
  const all: OfferedCapabilities = memoryCapabilities
  const { without = [], identifiers = all.signIn.identifiers, resetPassword = 'chosen', resetEndsSessions = 'at-completion' } = settings
  const lacks = (...names: readonly MemoryCapability[]): boolean => names.some((name) => without.includes(name))
  const resetByCode = !lacks('passwordReset', 'resetByCode')
  const resetByLink = !lacks('passwordReset', 'resetByLink') && resetPassword === 'chosen'
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
