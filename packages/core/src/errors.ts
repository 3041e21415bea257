import type { SecondFactor } from './capabilities.js'
import type { IdentifierKind, VendorName } from './user.js'

/**
 * Holds both sides of a failed upgrade: the anonymous user, still active, and the identifier that already belongs to an account.
 * Give it to `signIn(…, { anonymous: ticket })`. No secret in it.
 */
export interface MergeTicket {
  readonly type: 'merge'
  readonly vendor: VendorName
  readonly anonymousId: string
  /** Which of the identifiers is taken, where the vendor says. */
  readonly identifier?: IdentifierKind
}

/** What each kind of failure says besides the fields that all have. */
export interface ErrorDetails {
  /** An argument breaks a rule. Nothing was sent, unless `status` says that the vendor refused it. */
  InvalidInput: { readonly field: string; readonly rule: string }
  InvalidCredentials: object
  /** `mergeTicket`: on an upgrade, the way to sign in to the existing account without losing the anonymous user. */
  IdentifierTaken: { readonly identifier?: IdentifierKind; readonly mergeTicket?: MergeTicket }
  UserNotFound: object
  UserDisabled: object
  /** The vendor asks for a verified address first. */
  NotVerified: { readonly what: 'email' | 'phone' }
  NotSignedIn: object
  /** The password was right; a second factor is needed. See `continueSignIn`. */
  SecondFactorRequired: { readonly step: SecondFactorStep }
  AlreadySignedIn: object
  /** The active user has an account already, so there is nothing to upgrade. */
  NotAnonymous: object
  /** Going on would throw away the only credential of an anonymous user. */
  WouldLoseAnonymousUser: object
  /** The server's word that the session is dead. */
  SessionExpired: object
  Forbidden: object
  /** The vendor refused the new password. `minimumLength` in characters. `step`: on a sign-in that moves somebody, the way to end it. */
  PasswordRejected: { readonly rule?: string; readonly minimumLength?: number; readonly step?: NewPasswordStep }
  ResetCodeInvalid: object
  ResetCodeExpired: object
  VerificationCodeInvalid: object
  /** This vendor cannot do it; `instead`: what to use. No request was made. */
  Unsupported: { readonly capability: string; readonly instead?: string }
  /** `retryAfter` in seconds. */
  RateLimited: { readonly retryAfter?: number }
  /** The vendor answered that it cannot serve now. */
  Unavailable: object
  /** No connection, or it broke. */
  Network: object
  /** No answer within the deadline. */
  Timeout: object
  /** The app's `AbortSignal` fired, or the session changed under the operation. What was on its way by then may have been carried out. */
  Cancelled: object
  /** Whether the vendor carried it out could not be found out. Look before trying again. */
  OutcomeUnknown: object
  /** The answer is not what the vendor documents. `path` of the first mismatch, never its value. */
  Protocol: { readonly path: string; readonly expected: string }
  Configuration: { readonly path: string; readonly problem: string; readonly fix?: string }
  /** A failure that only this vendor has. See `code` and `status`. */
  Vendor: object
}

/**
 * A sign-in that waits for a second factor. Give it to `continueSignIn`. What proves the first factor is kept by the provider,
 * under `id`; there is no secret in it.
 */
export interface SecondFactorStep {
  readonly type: 'second-factor'
  readonly id: string
  readonly factors: readonly SecondFactor[]
  /** The devices that can make a code, where the vendor lists them. */
  readonly authenticators: readonly { readonly id: string; readonly name?: string; readonly type: string }[]
}

/**
 * A sign-in whose password was right where the user comes from and breaks a rule where the user goes. It ends with a new password;
 * who is waiting is kept by the provider, under `id`; there is no secret in it.
 */
export interface NewPasswordStep {
  readonly type: 'new-password'
  readonly id: string
}

export type ErrorTag = keyof ErrorDetails

/** What the person at the screen can do about it. */
export type UserAction = 'correct-input' | 'choose-another' | 'sign-in' | 'verify' | 'request-new-code' | 'try-again' | 'contact-support'

/** The fields of every error. Tags and fields are stable within a major version; `message` is not. */
export interface ErrorBase {
  readonly vendor: VendorName
  readonly operation: string
  readonly message: string
  /** The vendor's own code, verbatim; where no answer came, what became of the connection, such as `ECONNRESET` or `answer-not-awaited`. */
  readonly code?: string
  /** HTTP status. */
  readonly status?: number
  /** Trying the same call again later may succeed and does no harm. */
  readonly retryable: boolean
  readonly userAction?: UserAction
  /** The account was created before this step failed: offer sign-in, not sign-up. */
  readonly accountCreated?: true
  /** The vendor carried it out before this step failed: do not ask for it again. */
  readonly carriedOut?: true
}

/** Every way an operation can fail. Plain data: no `Error`, no cause, no request, no secret. */
export type UserError = { [Tag in ErrorTag]: { readonly _tag: Tag } & ErrorBase & ErrorDetails[Tag] }[ErrorTag]

export type UserErrorOf<Tag extends ErrorTag> = Extract<UserError, { readonly _tag: Tag }>

/** Where an error arose. */
export interface At {
  readonly vendor: VendorName
  readonly operation: string
}

interface TagFacts {
  readonly message: string
  readonly retryable?: true
  readonly userAction?: UserAction
}

const facts: Readonly<Record<ErrorTag, TagFacts>> = {
  InvalidInput: { message: 'An argument is not valid.', userAction: 'correct-input' },
  InvalidCredentials: { message: 'The identifier or the password is wrong.', userAction: 'correct-input' },
  IdentifierTaken: { message: 'The identifier belongs to another account.', userAction: 'choose-another' },
  UserNotFound: { message: 'There is no such user.', userAction: 'correct-input' },
  UserDisabled: { message: 'The user is disabled.', userAction: 'contact-support' },
  NotVerified: { message: 'The address must be verified first.', userAction: 'verify' },
  SecondFactorRequired: { message: 'A second factor is needed to sign in.', userAction: 'verify' },
  NotSignedIn: { message: 'Nobody is signed in.', userAction: 'sign-in' },
  AlreadySignedIn: { message: 'Somebody is signed in already. Sign out first, or pass { replace: true }.' },
  NotAnonymous: { message: 'The active user has an account already.' },
  WouldLoseAnonymousUser: {
    message: 'This would lose the anonymous user for good. Upgrade it, or say that it may be discarded.',
  },
  SessionExpired: { message: 'The session is no longer valid.', userAction: 'sign-in' },
  Forbidden: { message: 'The vendor does not allow this.' },
  PasswordRejected: { message: 'The vendor refused the new password.', userAction: 'correct-input' },
  ResetCodeInvalid: { message: 'The reset code is wrong.', userAction: 'correct-input' },
  ResetCodeExpired: { message: 'The reset code is no longer valid.', userAction: 'request-new-code' },
  VerificationCodeInvalid: { message: 'The verification code is wrong.', userAction: 'correct-input' },
  Unsupported: { message: 'This vendor cannot do that.' },
  RateLimited: { message: 'Too many requests.', retryable: true, userAction: 'try-again' },
  Unavailable: { message: 'The service is not available.', retryable: true, userAction: 'try-again' },
  Network: { message: 'The service could not be reached.', retryable: true, userAction: 'try-again' },
  Timeout: { message: 'The service did not answer in time.', retryable: true, userAction: 'try-again' },
  Cancelled: { message: 'The operation was cancelled.' },
  OutcomeUnknown: {
    message: 'It is not known whether the service carried this out. Try signing in before you try again.',
    userAction: 'sign-in',
  },
  Protocol: { message: 'The service answered in a form that its documentation does not have.' },
  Configuration: { message: 'The configuration is not valid.' },
  Vendor: { message: 'The service refused.' },
}

/** Every tag, for tables and exhaustive tests. */
export const errorTags: readonly ErrorTag[] = Object.keys(facts) as ErrorTag[]

/** What a tag means, in a sentence. */
export const meaningOf = (tag: ErrorTag): string => facts[tag].message

const written = (tag: ErrorTag, details: Readonly<Record<string, unknown>>): string => {
  const base = facts[tag].message
  switch (tag) {
    case 'InvalidInput':
      return `${String(details['field'])}: ${String(details['rule'])}`
    case 'Unsupported':
      return `This vendor has no ${String(details['capability'])}.${details['instead'] === undefined ? '' : ` Instead: ${String(details['instead'])}.`}`
    case 'Configuration':
      return `${String(details['path'])}: ${String(details['problem'])}${details['fix'] === undefined ? '' : ` ${String(details['fix'])}`}`
    case 'Protocol':
      return `${base} At "${String(details['path'])}": expected ${String(details['expected'])}.`
    default:
      return base
  }
}

/** Builds an error of one tag; everything that the tag implies is filled in. */
export const userError = <Tag extends ErrorTag>(
  tag: Tag,
  at: At,
  details: ErrorDetails[Tag] & Partial<Omit<ErrorBase, 'vendor' | 'operation'>>,
): UserErrorOf<Tag> => {
  const { retryable = false, userAction } = facts[tag]
  return {
    _tag: tag,
    vendor: at.vendor,
    operation: at.operation,
    retryable,
    ...(userAction === undefined ? {} : { userAction }),
    ...details,
    message: details.message ?? written(tag, details as Readonly<Record<string, unknown>>),
  } as unknown as UserErrorOf<Tag>
}

/**
 * The one class the Promise view rejects with. It carries the same `UserError`, and its fields can be read from it directly.
 */
export class UserportError extends Error {
  override readonly name = 'UserportError'
  readonly error: UserError
  constructor(error: UserError) {
    super(`${error._tag}: ${error.message}`)
    this.error = error
  }
  get tag(): ErrorTag {
    return this.error._tag
  }
}

/** A rejection of the Promise view whose tag is known: the fields of that error are on it. */
export type TaggedUserportError<Tag extends ErrorTag> = UserportError & UserErrorOf<Tag>

/** Makes the rejection for an error: a `UserportError` with the error's own fields on it. */
export const toUserportError = (error: UserError): UserportError => {
  const { message: _, ...fields } = error
  return Object.assign(new UserportError(error), fields)
}

/** Is this a rejection of the Promise view, and of these tags (any, where none is named)? */
export const isUserError = <Tag extends ErrorTag = ErrorTag>(value: unknown, ...tags: readonly Tag[]): value is TaggedUserportError<Tag> =>
  value instanceof UserportError && (tags.length === 0 || (tags as readonly ErrorTag[]).includes(value.tag))
