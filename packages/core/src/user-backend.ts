import type * as E from '#fp-ts/Either'
import type { Capabilities, OperationCapability, ResetChannel, ResetFacts, SecondFactor } from './capabilities.js'
import type { SecondFactorStep, UserError } from './errors.js'
import type { Result } from './result.js'
import type { Rules } from './rules.js'
import type { StopSignal } from './stop-signal.js'
import type { Identifier, Identifiers, Profile, ProfileChange, PublicUser, Session, User, UserId, VendorName } from './user.js'

/** What every call takes besides its input. */
export interface CallOptions {
  /** Ends the operation with `Cancelled`. */
  readonly signal?: StopSignal
  /** Milliseconds until the operation ends with `Timeout`; 30,000 where nothing else is configured. */
  readonly deadline?: number
  /** The id of this device, for vendors that want one. Without it one is made for the session. */
  readonly device?: string
  /**
   * Called, and waited for, whenever a session comes into being that must not be lost while the operation goes on
   * (the only credential of an anonymous user; an upgrade that takes several steps). A server may leave it out.
   */
  readonly keep?: (session: Session) => Promise<void>
  /**
   * Called, and waited for, when an operation fails whose session the vendor renewed on the way: `session` takes the place of `before`,
   * which the operation was given. Where time ran out or the app gave up, that is not waited for: it may come a moment later. A server that
   * leaves it out may lose the session by a refusal.
   */
  readonly renewed?: (session: Session, before: Session) => Promise<void>
  /** What `continueSignIn` gave for a device that is to be trusted. */
  readonly trustedDevice?: string
}

export interface SignUp {
  readonly identifiers: Identifiers
  readonly password: string
  readonly profile?: Profile
}

export interface SignIn {
  readonly identifier: Identifier
  readonly password: string
}

export interface Upgrade extends SignUp {}

export interface PasswordChange {
  readonly current?: string
  readonly next: string
}

export type ResetIdentifier =
  | Identifier
  | { readonly id: UserId; readonly username?: never; readonly email?: never; readonly phone?: never }

export interface ResetRequest {
  readonly identifier: ResetIdentifier
  /** The vendor's first channel that fits the identifier, where absent. */
  readonly channel?: ResetChannel
}

interface ResetReceipt extends Omit<ResetFacts, 'completion'> {
  readonly type: 'password-reset'
  readonly vendor: VendorName
  readonly channel: ResetChannel
  readonly identifier: ResetIdentifier
  /** ISO 8601. */
  readonly requestedAt: string
}

/** The reset ends on the vendor's page behind the link that was sent. */
export interface HostedResetTicket extends ResetReceipt {
  readonly completion: 'hosted'
}

/** The reset ends in the app, with the code that was sent. */
export interface InAppResetTicket extends ResetReceipt {
  readonly completion: 'in-app'
}

/** A receipt for a reset request: what was asked for and what will happen. JSON, without any secret. */
export type ResetTicket = HostedResetTicket | InAppResetTicket

/** The parts of a reset link, for a page of the app's own. It is a secret until it is used. */
export interface ResetLink {
  readonly type: 'reset-link'
  readonly vendor: VendorName
  readonly identifier: string
  readonly parameters: Readonly<Record<string, string>>
}

export interface ResetByCode {
  readonly ticket: InAppResetTicket
  readonly code: string
  /** Left out where the vendor makes the password. */
  readonly newPassword?: string
}

export interface ResetByLink {
  readonly link: ResetLink
  readonly newPassword: string
}

/** A user and what proves it. */
export interface SignedIn {
  readonly user: User
  readonly session: Session
}

/** Something that did not go as asked, though the operation as a whole did. */
export interface Warning {
  readonly code: 'not-stored' | 'anonymous-user-left-behind' | 'attribute-not-copied'
  readonly message: string
}

export interface Upgraded extends SignedIn {
  /** `replaced`: the account has a new id; data that refers to the old one must be moved by the app. */
  readonly identity: 'kept' | 'replaced'
  readonly previousId: UserId
  readonly warnings: readonly Warning[]
}

export interface ResetCompleted {
  /** The vendor made the password and sent it; there is no session. */
  readonly temporaryPasswordDelivered: boolean
  /** Where completing signs in. */
  readonly signedIn?: SignedIn
}

export interface SignedOutReport {
  /** `revoked`: the server forgot the session. `local`: it has no such call. `failed`: it could not be told. */
  readonly server: 'revoked' | 'local' | 'failed'
}

/** A sign-in that waits for a second factor. `pending` proves the first one: keep it as a secret, and give all of it to `continueSignIn`. */
export interface PendingSignIn {
  readonly pending: Session
  readonly factors: readonly SecondFactor[]
  readonly authenticators: SecondFactorStep['authenticators']
}

export interface SecondFactorAnswer {
  readonly factor: SecondFactor
  readonly code: string
  /** Which of the authenticators made the code; the first one where absent. */
  readonly authenticator?: string
  /** Do not ask again on this device, where the vendor has that. */
  readonly trustDevice?: boolean
}

export type Contacts = { readonly email: string; readonly phone?: never } | { readonly phone: string; readonly email?: never }

/** What a third party gave as proof, e.g. `{ access_token }`, in that party's own words. */
export interface IdentityProof {
  readonly provider: string
  readonly tokens: Readonly<Record<string, string | number>>
}

export interface IdentitySignIn extends IdentityProof {
  /** Make a user where there is none with this identity (default: yes). */
  readonly create?: boolean
  readonly profile?: Profile
}

/** What to look for; all that are given must match. */
export interface UserCriteria {
  readonly username?: string
  readonly email?: string
  readonly firstName?: string
  readonly lastName?: string
  readonly identity?: { readonly provider: string; readonly id: string }
}

/** The vendor's own token, for its other services. */
export interface AccessToken {
  readonly token: string
  /** Milliseconds since 1970, where the vendor says. */
  readonly expiresAt?: number
}

/** A token that proves a device, so that it is not asked for a second factor again. */
export interface DeviceTrust {
  readonly trustedDevice?: string
}

/**
 * One vendor's user service without any state: whoever calls keeps the session and gives it back.
 * An operation that is given a session answers with the session that is valid afterwards, which may be a new one.
 * Besides the failures that are named with an operation, each may end in `InvalidInput`, `Unsupported`, `Configuration`, `Cancelled` and
 * what a service and the way to it can do (`Network`, `Timeout`, `Unavailable`, `RateLimited`, `OutcomeUnknown`, `Protocol`, `Forbidden`,
 * `Vendor`); one that is given a session, in `SessionExpired`.
 */
export interface UserOperations {
  /** Creates an account and signs in. Fails with `IdentifierTaken`, `PasswordRejected`, `NotVerified`, `OutcomeUnknown`. */
  signUp(input: SignUp, options?: CallOptions): Result<SignedIn>
  /** Fails with `InvalidCredentials`, `UserDisabled`, `NotVerified`. A user with a second factor is not signed in yet: see `continueSignIn`. */
  signIn(input: SignIn, options?: CallOptions): Result<SignedIn | PendingSignIn>
  /** Ends a sign-in that waits for a second factor. Needs capability `secondFactor`. Fails with `InvalidCredentials` when the code is wrong, `SessionExpired` when it took too long. */
  continueSignIn(input: SecondFactorAnswer, pending: Session, options?: CallOptions): Result<SignedIn & DeviceTrust>
  /** Signs in by a token that the vendor gave earlier. Needs capability `accessToken`. Fails with `SessionExpired`. */
  signInWithToken(input: AccessToken, options?: CallOptions): Result<SignedIn>
  /** Signs in by what a third party says, or makes a user. Needs capability `identities.signIn`. Fails with `UserNotFound`, `InvalidCredentials`. */
  signInWithIdentity(input: IdentitySignIn, options?: CallOptions): Result<SignedIn & { readonly created: boolean }>
  /** Makes a user without a login. Needs capability `anonymous`. Fails with `OutcomeUnknown` when the answer is lost. */
  signInAnonymously(profile: Profile, options?: CallOptions): Result<SignedIn>
  /** Tells the server, where it has a call for it. */
  signOut(session: Session, options?: CallOptions): Result<SignedOutReport>
  /** The user as the server has it now. Fails with `SessionExpired` when the session is dead. */
  fetchUser(session: Session, options?: CallOptions): Result<SignedIn>
  /** A new session in place of a dead one, where the session holds the means. Fails with `SessionExpired` where it does not. */
  renewSession(session: Session, options?: CallOptions): Result<SignedIn>
  /** Fails with `InvalidInput`, `Unsupported` (a removal the vendor does not have). */
  updateProfile(change: ProfileChange, session: Session, options?: CallOptions): Result<SignedIn>
  /** Turns an anonymous user into an account. Needs capability `upgrade`. Fails with `IdentifierTaken`, `NotAnonymous`, `PasswordRejected`. The user stays as it was, unless the error says `carriedOut`. */
  upgrade(input: Upgrade, session: Session, options?: CallOptions): Result<Upgraded>
  /** The session lives on. Needs capability `changePassword`. Fails with `InvalidCredentials` when `current` is wrong, `PasswordRejected`, `Forbidden` (an anonymous user). */
  changePassword(input: PasswordChange, session: Session, options?: CallOptions): Result<SignedIn>
  /** Sends a code or a link for a new password. Needs capability `passwordReset`. Fails with `UserNotFound`, `NotVerified`, `UserDisabled`, `Unsupported` (a channel the vendor does not have). */
  requestPasswordReset(input: ResetRequest, options?: CallOptions): Result<ResetTicket>
  /** Sets the new password. Needs capability `resetByCode` or `resetByLink`. Fails with `ResetCodeInvalid`, `ResetCodeExpired`, `PasswordRejected`. */
  completePasswordReset(input: ResetByCode | ResetByLink, options?: CallOptions): Result<ResetCompleted>
  /** Sends the username to its owner. Answers alike whether or not there is one. Needs capability `forgotUsername`. */
  forgotUsername(input: { readonly email: string }, options?: CallOptions): Result<void>
  /** Is the username somebody's, or, as the capability says, can it not be had? Needs capability `usernameExists`. */
  usernameExists(username: string, options?: CallOptions): Result<boolean>
  /** Somebody else as far as the vendor shows them; `user: null` where nobody is found. Needs capability `findUser`. */
  findUser(
    identifier: Identifier,
    session: Session,
    options?: CallOptions,
  ): Result<{ readonly user: PublicUser | null; readonly session: Session }>
  /** Removes the user for good. Needs capability `deleteUser`. Fails with `InvalidCredentials` where a password is needed and wrong. */
  deleteUser(input: { readonly password?: string }, session: Session, options?: CallOptions): Result<void>
  /** Ends every session of the user, on every device. Needs capability `signOutEverywhere`. */
  signOutEverywhere(session: Session, options?: CallOptions): Result<void>
  /** Sends a verification message, the first or another. Needs capability `verification`. Fails with `Vendor` when there is no such address. */
  requestVerification(
    input: { readonly kind: 'email' | 'phone' },
    session: Session,
    options?: CallOptions,
  ): Result<{ readonly session: Session }>
  /** Proves an address by the code that was sent to it. Needs capability `confirmByCode`. Fails with `VerificationCodeInvalid`. */
  confirmVerification(
    input: { readonly kind: 'email' | 'phone'; readonly code: string },
    session: Session,
    options?: CallOptions,
  ): Result<SignedIn>
  /** A new address waits as `pending` where it must be verified first. Needs capability `changeContact`. Fails with `IdentifierTaken`. */
  changeContact(input: Contacts, session: Session, options?: CallOptions): Result<SignedIn>
  /** Gives an account another username. Needs capability `changeUsername`. Fails with `IdentifierTaken`, `Forbidden` (an anonymous user). */
  changeUsername(username: string, session: Session, options?: CallOptions): Result<SignedIn>
  /** Adds an identity to the user. Needs capability `identities.link`. Fails with `IdentifierTaken` when it belongs to another user, `InvalidCredentials` when the proof is not good. */
  linkIdentity(input: IdentityProof, session: Session, options?: CallOptions): Result<SignedIn>
  /** Takes an identity of a third party away. Needs capability `identities.link`. */
  unlinkIdentity(provider: string, session: Session, options?: CallOptions): Result<SignedIn>
  /** Other users by several criteria, all of which must match. Needs capability `findUsers`. */
  findUsers(
    criteria: UserCriteria,
    session: Session,
    options?: CallOptions,
  ): Result<{ readonly users: readonly PublicUser[]; readonly session: Session }>
  /** Bars the user's own account. Needs capability `suspendUser`. */
  suspendUser(session: Session, options?: CallOptions): Result<void>
}

export type OperationName = keyof UserOperations

/** A session of the vendor's old SDK, and the name under which that SDK keeps it. */
export interface Adoptable {
  readonly session: Session
  readonly name: string
}

/** The answer of an operation that only one vendor has, and the session that is valid afterwards. */
export interface Extended<A> {
  readonly value: A
  readonly session: Session
}

/** Operations that only one vendor has, each for a signed-in user. */
export interface Extension {
  // A property of any input: `never` accepts them all.
  readonly [name: string]: (input: never, session: Session, options?: CallOptions) => Result<Extended<unknown>>
}

/** The stateless layer of one vendor. */
export interface UserBackend extends UserOperations {
  readonly vendor: VendorName
  readonly capabilities: Capabilities
  readonly rules: Rules
  /** It wants the id of the device with every call (`CallOptions.device`). */
  readonly usesDevice?: boolean
  /** The vendor's own token in a session. Needs capability `accessToken`; `null` where there is none. */
  accessToken(session: Session): AccessToken | null
  /** What another library of this vendor left behind on this device, as a session to be tried; `null` where there is nothing. */
  adoptable(read: (name: string) => Promise<string | null | undefined>): Promise<Adoptable | null>
  /** Operations that only this vendor has. */
  readonly extension: Extension
  /** Takes a reset link apart, for a page of the app's own. Needs capability `resetByLink`. Fails with `InvalidInput`. */
  parseResetLink(url: string): E.Either<UserError, ResetLink>
}

/** Stands where a vendor has no such operation: calling it does not compile; at run time it refuses with `Unsupported`. */
export type Lacking<Capability extends string> = (unsupported: never & { readonly lacks: Capability }) => Result<never>

type CompletionInput<C extends Capabilities> =
  | (C['resetByCode'] extends true ? ResetByCode : never)
  | (C['resetByLink'] extends true ? ResetByLink : never)

// A capability that a vendor's table does not name is one it lacks.
type Offered<C extends Capabilities, Name extends string> = Name extends `${infer Whole}.${infer Part}`
  ? PartOf<Offered<C, Whole>, Part>
  : Name extends keyof C
    ? C[Name]
    : undefined

type PartOf<Facts, Part> = Facts extends false | undefined ? undefined : Part extends keyof Facts ? Facts[Part] : undefined

/** The operations among `Names` that a vendor with capabilities `C` lacks. */
export type MissingOperation<C extends Capabilities> = {
  [Name in keyof OperationCapability]: Offered<C, OperationCapability[Name]> extends false | undefined ? Name : never
}[keyof OperationCapability]

/** A view of the port in which what vendor `C` lacks cannot be called. */
export type Narrowed<Port, C extends Capabilities> = {
  [Name in keyof Port]: Name extends MissingOperation<C>
    ? Lacking<OperationCapability[Name & keyof OperationCapability]>
    : Name extends 'completePasswordReset'
      ? Port[Name] extends (input: never, ...rest: infer Rest) => infer Answer
        ? (input: CompletionInput<C>, ...rest: Rest) => Answer
        : never
      : Name extends 'signIn'
        ? Offered<C, 'secondFactor'> extends false | undefined
          ? Port[Name] extends (...args: infer Args) => Result<infer Answer>
            ? (...args: Args) => Result<Exclude<Answer, PendingSignIn>>
            : never
          : Port[Name]
        : Name extends 'capabilities'
          ? C
          : Port[Name]
}

/** The stateless layer of a vendor that is known at compile time, with what only that vendor has. */
export type UserBackendOf<C extends Capabilities, X = Extension> = Narrowed<Omit<UserBackend, 'extension'>, C> & { readonly extension: X }
