import { type Capabilities, hasCapability, type ResetChannel } from './capabilities.js'
import { type At, type UserError, userError } from './errors.js'
import { brokenAttribute, brokenRule, pathSegment, type Rules, type TextRule } from './rules.js'
import type { Identifier, IdentifierKind, Identifiers, Profile, ProfileChange, Session, VendorName } from './user.js'
import type {
  AccessToken,
  Contacts,
  IdentityProof,
  IdentitySignIn,
  OperationName,
  PasswordChange,
  ResetByCode,
  ResetByLink,
  ResetIdentifier,
  ResetRequest,
  SecondFactorAnswer,
  SignIn,
  SignUp,
  UserCriteria,
} from './user-backend.js'

/** What is wrong with an argument. */
export interface BrokenInput {
  readonly field: string
  readonly rule: string
}

export type Complaint = BrokenInput | { readonly capability: string; readonly instead?: string } | undefined

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

const account = (rules: Rules, capabilities: Capabilities, { identifiers = {}, password, profile: about }: SignUp): Complaint => {
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

const oneIdentifier = (
  rules: Rules,
  capabilities: Capabilities,
  of: 'signIn' | 'findUser',
  identifier: Identifier | undefined,
): Complaint => {
  const kind = identifier === undefined ? undefined : kindOf(identifier)
  if (kind === undefined) return { field: 'identifier', rule: 'must have a username, an email or a phone' }
  const facts = capabilities[of]
  if (!hasCapability(capabilities, `${of}.${kind}`)) {
    return { capability: `${of}.${kind}`, instead: facts === false ? undefined : `${of} by ${facts.identifiers.join(' or ')}` }
  }
  const { reservedPrefixes: _, minLength: __, ...rule } = rules[kind]
  return text(kind, rule, (identifier as Identifiers)[kind])
}

const change = (rules: Rules, capabilities: Capabilities, { displayName, locale, country, set, remove }: ProfileChange): Complaint => {
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

const passwordChange = (rules: Rules, capabilities: Capabilities, { current, next }: PasswordChange): Complaint => {
  const needed = capabilities.changePassword !== false && capabilities.changePassword.current === 'required'
  return first(needed || current !== undefined ? text('current', givenPassword, current) : undefined, text('next', rules.password, next))
}

const resetRequest = (rules: Rules, capabilities: Capabilities, { identifier, channel }: ResetRequest): Complaint => {
  const channels = Object.keys(capabilities.passwordReset || {}) as ResetChannel[]
  if (channel !== undefined && !channels.includes(channel))
    return { capability: `passwordReset.${channel}`, instead: channels.join(' or ') }
  if (identifier !== undefined && 'id' in identifier) return text('id', pathSegment, identifier.id)
  const kind = identifier === undefined ? undefined : kindOf(identifier)
  if (kind === undefined) return { field: 'identifier', rule: 'must have a username, an email, a phone or an id' }
  const { reservedPrefixes: _, minLength: __, ...rule } = rules[kind]
  return text(kind, rule, (identifier as Identifiers)[kind])
}

const completion = (rules: Rules, capabilities: Capabilities, vendor: VendorName, input: ResetByCode | ResetByLink): Complaint => {
  if ('link' in input) {
    if (!capabilities.resetByLink)
      return { capability: 'resetByLink', instead: capabilities.resetByCode ? 'a ticket and its code' : undefined }
    if (input.link?.vendor !== vendor) return { field: 'link', rule: `must come from parseResetLink of ${vendor}` }
    return text('newPassword', rules.password, input.newPassword)
  }
  if (!capabilities.resetByCode)
    return { capability: 'resetByCode', instead: capabilities.resetByLink ? 'parseResetLink and the link' : undefined }
  const { ticket, code, newPassword } = input
  if (ticket?.vendor !== vendor || ticket.completion !== 'in-app') return { field: 'ticket', rule: `must be an in-app ticket of ${vendor}` }
  return first(
    text('code', given, code),
    ticket.newPassword === 'chosen'
      ? text('newPassword', rules.password, newPassword)
      : optional('newPassword', rules.password, newPassword),
  )
}

const deletion = (capabilities: Capabilities, password: string | undefined, session: Session): Complaint =>
  capabilities.deleteUser !== false && capabilities.deleteUser.password === 'required' && session.kind === 'registered'
    ? text('password', givenPassword, password)
    : undefined

const contactKind = (capability: string, offered: Readonly<Record<string, unknown>>, kind: unknown): Complaint =>
  kind !== 'email' && kind !== 'phone'
    ? { field: 'kind', rule: 'must be email or phone' }
    : offered[kind] === false
      ? { capability: `${capability}.${kind}` }
      : undefined

const contact = (rules: Rules, { changeContact }: Capabilities, input: Contacts): Complaint => {
  const kind = (['email', 'phone'] as const).find((one) => input[one] !== undefined)
  if (kind === undefined || (input.email !== undefined && input.phone !== undefined)) {
    return { field: 'contact', rule: 'must have an email or a phone, one at a time' }
  }
  return changeContact && !changeContact.kinds.includes(kind)
    ? { capability: `changeContact.${kind}` }
    : text(kind, rules[kind], input[kind])
}

const proof = ({ identities }: Capabilities, { provider, tokens }: IdentityProof): Complaint => {
  const broken = text('provider', given, provider)
  if (broken !== undefined) return broken
  if (identities && identities.providers !== 'any' && !identities.providers.includes(provider)) {
    return { field: 'provider', rule: `must be one of ${identities.providers.join(', ')}` }
  }
  const some = typeof tokens === 'object' && tokens !== null && Object.keys(tokens).length > 0
  return some ? undefined : { field: 'tokens', rule: 'must hold what the provider gave as proof' }
}

const criteria = ({ findUsers }: Capabilities, wanted: UserCriteria): Complaint => {
  const named = Object.entries(wanted).filter(([, value]) => value !== undefined)
  if (named.length === 0) return { field: 'criteria', rule: 'must name something to look for' }
  const lacking = named.find(([name]) => findUsers && !(findUsers.criteria as readonly string[]).includes(name))
  return lacking === undefined
    ? undefined
    : { capability: `findUsers.${lacking[0]}`, instead: findUsers ? findUsers.criteria.join(' or ') : undefined }
}

const secondFactor = ({ secondFactor: offered }: Capabilities, { factor, code }: SecondFactorAnswer): Complaint =>
  offered && !offered.factors.includes(factor)
    ? { field: 'factor', rule: `must be one of ${offered.factors.join(', ')}` }
    : text('code', given, code)

const takesObject: ReadonlySet<OperationName> = new Set<OperationName>([
  'signUp',
  'upgrade',
  'signIn',
  'signInAnonymously',
  'updateProfile',
  'changePassword',
  'requestPasswordReset',
  'completePasswordReset',
  'forgotUsername',
  'findUser',
  'deleteUser',
  'continueSignIn',
  'signInWithToken',
  'signInWithIdentity',
  'requestVerification',
  'confirmVerification',
  'changeContact',
  'linkIdentity',
  'findUsers',
])

/** What every vendor checks before any request: the arguments against its rules and its capabilities. */
export const checkInput = (
  name: OperationName,
  args: readonly unknown[],
  vendor: { readonly name: VendorName; readonly rules: Rules; readonly capabilities: Capabilities },
): UserError | undefined => {
  const { rules, capabilities } = vendor
  const at: At = { vendor: vendor.name, operation: name }
  const [input, session] = args
  const complaint = ((): Complaint => {
    if (takesObject.has(name) && (typeof input !== 'object' || input === null)) return { field: 'input', rule: 'must be an object' }
    switch (name) {
      case 'signUp':
      case 'upgrade':
        return account(rules, capabilities, input as SignUp)
      case 'signIn':
        return (
          oneIdentifier(rules, capabilities, name, (input as SignIn).identifier) ??
          text('password', givenPassword, (input as SignIn).password)
        )
      case 'signInAnonymously':
        return profile(rules, input as Profile)
      case 'updateProfile':
        return change(rules, capabilities, input as ProfileChange)
      case 'changePassword':
        return passwordChange(rules, capabilities, input as PasswordChange)
      case 'requestPasswordReset':
        return resetRequest(rules, capabilities, input as ResetRequest)
      case 'completePasswordReset':
        return completion(rules, capabilities, vendor.name, input as ResetByCode | ResetByLink)
      case 'forgotUsername':
        return text('email', rules.email, (input as { readonly email: string }).email)
      case 'usernameExists':
        return text('username', rules.username, input)
      case 'findUser':
        return oneIdentifier(rules, capabilities, name, input as Identifier)
      case 'deleteUser':
        return deletion(capabilities, (input as { readonly password?: string }).password, session as Session)
      case 'continueSignIn':
        return secondFactor(capabilities, input as SecondFactorAnswer)
      case 'signInWithToken':
        return text('token', given, (input as AccessToken).token)
      case 'signInWithIdentity':
        return proof(capabilities, input as IdentityProof) ?? profile(rules, (input as IdentitySignIn).profile)
      case 'linkIdentity':
        return proof(capabilities, input as IdentityProof)
      case 'unlinkIdentity':
        return text('provider', given, input)
      case 'requestVerification':
        return contactKind('verification', capabilities.verification || {}, (input as { readonly kind: unknown }).kind)
      case 'confirmVerification':
        return (
          contactKind('verification', capabilities.verification || {}, (input as { readonly kind: unknown }).kind) ??
          text('code', given, (input as { readonly code: unknown }).code)
        )
      case 'changeContact':
        return contact(rules, capabilities, input as Contacts)
      case 'changeUsername':
        return text('username', rules.username, input)
      case 'findUsers':
        return criteria(capabilities, input as UserCriteria)
      case 'signOutEverywhere':
      case 'suspendUser':
      case 'signOut':
      case 'fetchUser':
      case 'renewSession':
        return undefined
    }
  })()
  if (complaint === undefined) return undefined
  return 'capability' in complaint ? userError('Unsupported', at, complaint) : userError('InvalidInput', at, complaint)
}
