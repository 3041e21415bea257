import type { IdentifierKind } from './user.js'

/** The roads on which a vendor lets somebody set a new password. */
export type ResetChannel = 'email-link' | 'email-code' | 'sms-link' | 'sms-code'

/** What a password reset does on one channel. */
export interface ResetFacts {
  /** Where it ends: on the vendor's page behind a link, or in the app with a code. */
  readonly completion: 'hosted' | 'in-app'
  /** Whether the app's own page may end it, with the parts of the link. */
  readonly ownPage: boolean
  /** Who makes the new password; `console-setting`: the vendor's console decides. */
  readonly newPassword: 'chosen' | 'generated' | 'console-setting'
  readonly sessionsEnd: 'at-request' | 'at-completion' | 'never' | 'unknown'
  readonly oldPasswordWorks: 'until-completion'
  /** Seconds that the link or code lives. */
  readonly lifetime: number | 'unknown'
  readonly signsIn: boolean
  readonly precondition: 'verified-email' | 'verified-phone' | 'email-on-record' | 'email-property'
}

/**
 * What one vendor can do: plain data with literal types, the only place where support is stated.
 * Documentation, types, refusals and the contract suite are derived from it.
 */
export interface Capabilities {
  /** Identifiers that are enough, each by itself, for an account one can sign in to. */
  readonly signUp: { readonly identifiers: readonly IdentifierKind[] }
  readonly signIn: { readonly identifiers: readonly IdentifierKind[] }
  /** `revokes`: the server forgets the session; `local`: the vendor has no such call, the token lives on until it expires. */
  readonly signOut: { readonly server: 'revokes' | 'local' }
  /** Where the only credential of an anonymous user is. `token`: lost token, lost user. */
  readonly anonymous: false | { readonly custody: 'token' | 'generated-credentials' }
  /** Does an upgraded anonymous user keep its id? */
  readonly upgrade: false | { readonly identity: 'kept' | 'replaced' }
  readonly attributeRemoval: boolean
  /**
   * How attributes are written. `whole-document`: read, merged and written back together; what another device changes in the
   * instant between is lost, and the vendor has no way to notice. `each`: only those that were named.
   */
  readonly attributeWrites?: 'whole-document' | 'each'
  readonly changePassword: false | { readonly current: 'required' | 'optional'; readonly otherSessions: 'end' | 'unknown' }
  readonly passwordReset: false | { readonly [Channel in ResetChannel]?: ResetFacts }
  /** `completePasswordReset` with a code from a message. */
  readonly resetByCode: boolean
  /** `completePasswordReset` with the parts of a link, on a page of the app's own. */
  readonly resetByLink: boolean
  readonly forgotUsername: boolean
  /** `unavailable`: the vendor tells that a name cannot be had, not whether somebody has it. */
  readonly usernameExists: false | { readonly answers: 'exists' | 'unavailable' }
  readonly findUser: false | { readonly identifiers: readonly IdentifierKind[]; readonly verifiedOnly: boolean }
  /** `usernameAfterwards`: may somebody sign up with the name again? */
  readonly deleteUser: false | { readonly password: 'required' | 'not-needed'; readonly usernameAfterwards: 'free' | 'unknown' }
  /** `requestVerification`: what the vendor sends to an address to prove it. */
  readonly verification?: false | { readonly email: 'link' | 'code' | false; readonly phone: 'link' | 'code' | false }
  /** `confirmVerification` with a code from a message. */
  readonly confirmByCode?: boolean
  /** `changeContact`. `replaces`: at once, or once the new address is verified where the vendor's console asks for that. */
  readonly changeContact?: false | { readonly kinds: readonly ('email' | 'phone')[]; readonly replaces: 'at-once' | 'console-setting' }
  readonly changeUsername?: boolean
  /** `accessToken` and `signInWithToken`: the vendor's own token, for its other services and for other devices. */
  readonly accessToken?: false | { readonly expires: 'known' | 'unknown' }
  /** Users may have to give a second factor when they sign in. */
  readonly secondFactor?: false | { readonly factors: readonly SecondFactor[] }
  readonly signOutEverywhere?: boolean
  /** Social and enterprise identities; `any`: whatever the vendor's console knows. */
  readonly identities?: false | { readonly providers: 'any' | readonly string[]; readonly signIn: boolean; readonly link: boolean }
  /** `findUsers`: by which of these; all that are given must match. */
  readonly findUsers?: false | { readonly criteria: readonly UserCriterion[] }
  /** The user can bar the own account; only an operator can lift that. */
  readonly suspendUser?: boolean
}

export type SecondFactor = 'totp' | 'recovery-code'

export type UserCriterion = 'username' | 'email' | 'firstName' | 'lastName' | 'identity'

/** A capability, or a part of it: one identifier, one channel, one use. */
export type CapabilityName =
  | keyof Capabilities
  | `${'signUp' | 'signIn' | 'findUser'}.${IdentifierKind}`
  | `passwordReset.${ResetChannel}`
  | `upgrade.${'kept' | 'replaced'}`
  | `identities.${'signIn' | 'link'}`

/** Which capability switches an operation on. An operation that is not named here is had by every vendor. */
export const operationCapability = {
  signInAnonymously: 'anonymous',
  upgrade: 'upgrade',
  changePassword: 'changePassword',
  requestPasswordReset: 'passwordReset',
  forgotUsername: 'forgotUsername',
  usernameExists: 'usernameExists',
  findUser: 'findUser',
  deleteUser: 'deleteUser',
  requestVerification: 'verification',
  confirmVerification: 'confirmByCode',
  changeContact: 'changeContact',
  changeUsername: 'changeUsername',
  signInWithToken: 'accessToken',
  continueSignIn: 'secondFactor',
  signOutEverywhere: 'signOutEverywhere',
  signInWithIdentity: 'identities.signIn',
  linkIdentity: 'identities.link',
  unlinkIdentity: 'identities.link',
  findUsers: 'findUsers',
  suspendUser: 'suspendUser',
} as const satisfies Readonly<Record<string, CapabilityName>>

export type OperationCapability = typeof operationCapability

/** Does a vendor have it? `hasCapability(kii, 'passwordReset.sms-code')`. */
export const hasCapability = (capabilities: Capabilities, name: CapabilityName): boolean => {
  const [key, part] = name.split('.') as [keyof Capabilities, string | undefined]
  const value: unknown = Object.hasOwn(capabilities, key) ? capabilities[key] : false
  if (value === false || value === undefined) return false
  if (part === undefined) return true
  const facts = value as { readonly identifiers?: readonly string[]; readonly identity?: string; readonly [channel: string]: unknown }
  if (key === 'passwordReset' || key === 'identities') return Object.hasOwn(facts, part) && facts[part] !== false
  return facts.identifiers?.includes(part) === true || facts.identity === part
}

/** The names that a vendor lacks, of those an app needs. */
export const missingCapabilities = (capabilities: Capabilities, required: readonly CapabilityName[]): readonly CapabilityName[] =>
  required.filter((name) => !hasCapability(capabilities, name))
