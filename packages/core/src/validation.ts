import { type Capabilities, hasCapability, type ResetChannel } from './capabilities.js'
import { type At, type UserError, userError } from './errors.js'
import { brokenAttribute, brokenRule, pathSegment, type Rules, type TextRule } from './rules.js'
import type { Identifier, IdentifierKind, Identifiers, Profile, ProfileChange, Session, VendorName } from './user.js'
import type {
  Contacts,
  IdentityProof,
  OperationName,
  PasswordChange,
  ResetByCode,
  ResetByLink,
  ResetIdentifier,
  ResetRequest,
  SecondFactorAnswer,
  SignUp,
  UserCriteria,
  UserOperations,
} from './user-backend.js'

/** What is wrong with an argument. */
export interface BrokenInput {
  readonly field: string
  readonly rule: string
}

export type Complaint = BrokenInput | { readonly capability: string; readonly instead?: string } | undefined

export const errorOf = (at: At, complaint: Exclude<Complaint, undefined>): UserError =>
  'capability' in complaint ? userError('Unsupported', at, complaint) : userError('InvalidInput', at, complaint)

/** Whose rules and capabilities an argument must fit. */
interface Checker {
  readonly name: VendorName
  readonly rules: Rules
  readonly capabilities: Capabilities
}

type Check<Input> = (input: Input, vendor: Checker, session: Session) => Complaint

export const identifierKinds: readonly IdentifierKind[] = ['username', 'email', 'phone']
const given: TextRule = {}
const givenPassword: TextRule = { mayBeBlank: true }

export const text = (field: string, rule: TextRule, value: unknown): BrokenInput | undefined => {
  const broken = brokenRule(rule, value)
  return broken === undefined ? undefined : { field, rule: broken }
}

export const optional = (field: string, rule: TextRule, value: unknown): BrokenInput | undefined =>
  value === undefined ? undefined : text(field, rule, value)

export const first = (...complaints: readonly Complaint[]): Complaint => complaints.find((complaint) => complaint !== undefined)

/** The kind of an identifier that has exactly one. */
export const kindOf = (identifier: Identifier | ResetIdentifier): IdentifierKind | undefined =>
  identifierKinds.find((kind) => (identifier as Identifiers)[kind] !== undefined)

export const profile = (rules: Rules, input: Profile | undefined): Complaint =>
  input === undefined
    ? undefined
    : first(
        optional('displayName', rules.displayName, input.displayName),
        optional('locale', rules.locale, input.locale),
        optional('country', rules.country, input.country),
        brokenAttribute(rules.attributes, input.attributes ?? {}),
      )

const account: Check<SignUp> = ({ identifiers = {}, password, profile: about }, { rules, capabilities }) => {
  const enough = capabilities.signUp.identifiers
  if (!identifierKinds.some((kind) => identifiers[kind] !== undefined)) return { field: enough.join(' or '), rule: 'must not be empty' }
  return first(
    ...identifierKinds.map((kind) => optional(kind, rules[kind], identifiers[kind])),
    enough.some((kind) => identifiers[kind] !== undefined)
      ? undefined
      : { field: enough.join(' or '), rule: 'must be given: nothing else can sign in here' },
    text('password', rules.password, password),
    profile(rules, about),
  )
}

const oneIdentifier = ({ rules, capabilities }: Checker, of: 'signIn' | 'findUser', identifier: Identifier | undefined): Complaint => {
  const kind = identifier === undefined ? undefined : kindOf(identifier)
  if (kind === undefined) return { field: 'identifier', rule: 'must have a username, an email or a phone' }
  const facts = capabilities[of]
  if (!hasCapability(capabilities, `${of}.${kind}`)) {
    return { capability: `${of}.${kind}`, instead: facts === false ? undefined : `${of} by ${facts.identifiers.join(' or ')}` }
  }
  const { reservedPrefixes: _, minLength: __, ...rule } = rules[kind]
  return text(kind, rule, (identifier as Identifiers)[kind])
}

const change: Check<ProfileChange> = ({ displayName, locale, country, set, remove }, { rules, capabilities }) => {
  const names = remove ?? []
  if (names.length > 0 && !capabilities.attributeRemoval) {
    return { capability: 'attributeRemoval', instead: 'set the attribute to null' }
  }
  if ([displayName, locale, country].every((value) => value === undefined) && Object.keys(set ?? {}).length + names.length === 0) {
    return { field: 'change', rule: 'must name something to change' }
  }
  const twice = names.find((name) => set !== undefined && Object.hasOwn(set, name))
  if (twice !== undefined) return { field: `attributes.${twice}`, rule: 'is set and removed at once' }
  return first(
    profile(rules, { displayName, locale, country, attributes: set }),
    brokenAttribute({ ...rules.attributes, maxBytes: undefined }, Object.fromEntries(names.map((name) => [name, null]))),
  )
}

const passwordChange: Check<PasswordChange> = ({ current, next }, { rules, capabilities }) => {
  const needed = capabilities.changePassword !== false && capabilities.changePassword.current === 'required'
  return first(needed || current !== undefined ? text('current', givenPassword, current) : undefined, text('next', rules.password, next))
}

const resetIdentifier = (identifier: ResetIdentifier | undefined, rules: Rules): Complaint => {
  if (identifier !== undefined && 'id' in identifier) return text('id', pathSegment, identifier.id)
  const kind = identifier === undefined ? undefined : kindOf(identifier)
  if (kind === undefined) return { field: 'identifier', rule: 'must have a username, an email, a phone or an id' }
  const { reservedPrefixes: _, minLength: __, ...rule } = rules[kind]
  return text(kind, rule, (identifier as Identifiers)[kind])
}

const resetRequest: Check<ResetRequest> = ({ identifier, channel }, { rules, capabilities }) => {
  const channels = Object.keys(capabilities.passwordReset || {}) as ResetChannel[]
  if (channel !== undefined && !channels.includes(channel))
    return { capability: `passwordReset.${channel}`, instead: channels.join(' or ') }
  return resetIdentifier(identifier, rules)
}

const completion: Check<ResetByCode | ResetByLink> = (input, { name: vendor, rules, capabilities }) => {
  if ('link' in input) {
    if (!capabilities.resetByLink)
      return { capability: 'resetByLink', instead: capabilities.resetByCode ? 'a ticket and its code' : undefined }
    if (input.link?.vendor !== vendor) return { field: 'link', rule: `must come from parseResetLink of ${vendor}` }
    return text('newPassword', rules.password, input.newPassword)
  }
  if (!capabilities.resetByCode)
    return { capability: 'resetByCode', instead: capabilities.resetByLink ? 'parseResetLink and the link' : undefined }
  const { ticket, code, newPassword } = input
  // It was kept as JSON, perhaps by somebody else.
  const isWhole = ticket?.vendor === vendor && ticket.completion === 'in-app' && resetIdentifier(ticket.identifier, rules) === undefined
  if (!isWhole) return { field: 'ticket', rule: `must be an in-app ticket of ${vendor}` }
  return first(
    text('code', given, code),
    ticket.newPassword === 'chosen'
      ? text('newPassword', rules.password, newPassword)
      : optional('newPassword', rules.password, newPassword),
  )
}

const deletion: Check<{ readonly password?: string }> = ({ password }, { capabilities }, session) =>
  capabilities.deleteUser !== false && capabilities.deleteUser.password === 'required' && session.kind === 'registered'
    ? text('password', givenPassword, password)
    : undefined

const verifiable = ({ kind }: { readonly kind: unknown }, { capabilities: { verification } }: Checker): Complaint => {
  if (kind !== 'email' && kind !== 'phone') return { field: 'kind', rule: 'must be email or phone' }
  return verification && verification[kind] === false ? { capability: `verification.${kind}` } : undefined
}

const contact: Check<Contacts> = (input, { rules, capabilities: { changeContact } }) => {
  const kind = (['email', 'phone'] as const).find((one) => input[one] !== undefined)
  if (kind === undefined || (input.email !== undefined && input.phone !== undefined)) {
    return { field: 'contact', rule: 'must have an email or a phone, one at a time' }
  }
  return changeContact && !changeContact.kinds.includes(kind)
    ? { capability: `changeContact.${kind}` }
    : text(kind, rules[kind], input[kind])
}

const proof = ({ provider, tokens }: IdentityProof, { capabilities: { identities } }: Checker): Complaint => {
  const broken = text('provider', given, provider)
  if (broken !== undefined) return broken
  if (identities && identities.providers !== 'any' && !identities.providers.includes(provider)) {
    return { field: 'provider', rule: `must be one of ${identities.providers.join(', ')}` }
  }
  const some = typeof tokens === 'object' && tokens !== null && Object.keys(tokens).length > 0
  return some ? undefined : { field: 'tokens', rule: 'must hold what the provider gave as proof' }
}

const criteria: Check<UserCriteria> = (wanted, { capabilities: { findUsers } }) => {
  const named = Object.entries(wanted).filter(([, value]) => value !== undefined)
  if (named.length === 0) return { field: 'criteria', rule: 'must name something to look for' }
  const lacking = named.find(([name]) => findUsers && !(findUsers.criteria as readonly string[]).includes(name))
  return lacking === undefined
    ? undefined
    : { capability: `findUsers.${lacking[0]}`, instead: findUsers ? findUsers.criteria.join(' or ') : undefined }
}

const secondFactor: Check<SecondFactorAnswer> = ({ factor, code }, { capabilities: { secondFactor: offered } }) =>
  offered && !offered.factors.includes(factor)
    ? { field: 'factor', rule: `must be one of ${offered.factors.join(', ')}` }
    : text('code', given, code)

/** The operations that take an argument besides the session. */
const checks: { readonly [Name in OperationName]?: Check<Parameters<UserOperations[Name]>[0]> } = {
  signUp: account,
  upgrade: account,
  signIn: ({ identifier, password }, vendor) => oneIdentifier(vendor, 'signIn', identifier) ?? text('password', givenPassword, password),
  signInAnonymously: (input, { rules }) => profile(rules, input),
  updateProfile: change,
  changePassword: passwordChange,
  requestPasswordReset: resetRequest,
  completePasswordReset: completion,
  forgotUsername: ({ email }, { rules }) => text('email', rules.email, email),
  usernameExists: (username, { rules }) => text('username', rules.username, username),
  findUser: (identifier, vendor) => oneIdentifier(vendor, 'findUser', identifier),
  deleteUser: deletion,
  continueSignIn: secondFactor,
  signInWithToken: ({ token }) => text('token', given, token),
  signInWithIdentity: (input, vendor) => proof(input, vendor) ?? profile(vendor.rules, input.profile),
  linkIdentity: proof,
  unlinkIdentity: (provider) => text('provider', given, provider),
  requestVerification: verifiable,
  confirmVerification: (input, vendor) => verifiable(input, vendor) ?? text('code', given, input.code),
  changeContact: contact,
  changeUsername: (username, { rules }) => text('username', rules.username, username),
  findUsers: criteria,
}

const takesText: ReadonlySet<OperationName> = new Set<OperationName>(['usernameExists', 'unlinkIdentity', 'changeUsername'])

/** What every vendor checks before any request: the arguments against its rules and its capabilities. */
export const checkInput = (name: OperationName, [input, session]: readonly unknown[], vendor: Checker): UserError | undefined => {
  const check = checks[name] as Check<unknown> | undefined
  if (check === undefined) return undefined
  const isOfItsType = takesText.has(name) || (typeof input === 'object' && input !== null)
  const complaint = isOfItsType ? check(input, vendor, session as Session) : { field: 'input', rule: 'must be an object' }
  return complaint === undefined ? undefined : errorOf({ vendor: vendor.name, operation: name }, complaint)
}
