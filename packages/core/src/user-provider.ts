import type { Either } from '#fp-ts/Either'
import type { ActiveState } from './active-state.js'
import type { Capabilities } from './capabilities.js'
import type { MergeTicket, SecondFactorStep, UserError } from './errors.js'
import type { Result } from './result.js'
import type { KernelOptions, Listener } from './session-kernel.js'
import type { SessionStore } from './session-store.js'
import type { Profile, ProfileChange, PublicUser, User, UserId } from './user.js'
import type {
  AccessToken,
  CallOptions,
  Contacts,
  Extended,
  Extension,
  IdentityProof,
  IdentitySignIn,
  Narrowed,
  PasswordChange,
  ResetByCode,
  ResetByLink,
  ResetLink,
  ResetRequest,
  ResetTicket,
  SecondFactorAnswer,
  SignedOutReport,
  SignIn,
  SignUp,
  Upgrade,
  UserBackend,
  UserCriteria,
  Warning,
} from './user-backend.js'

export type ProviderCall = Pick<CallOptions, 'signal' | 'deadline'>

/**
 * What becomes of the active user when somebody else signs in. Where it is not said, that fails with `AlreadySignedIn` or
 * `WouldLoseAnonymousUser`, before any request where it can be known.
 */
export interface Replacing {
  /** Sign in though a registered user is active. */
  readonly replace?: boolean
  /** What becomes of an active anonymous user: a merge ticket sets it aside, `discard` loses the one who is active when this is called, for good. */
  readonly anonymous?: MergeTicket | 'discard' | undefined
}

export interface UpgradedUser {
  readonly user: User
  /** `replaced`: the account has a new id; data that refers to the old one must be moved by the app. */
  readonly identity: 'kept' | 'replaced'
  readonly previousId: UserId
  readonly warnings: readonly Warning[]
}

export interface SignOutReport extends SignedOutReport {
  /** Identity providers at which the person stays signed in: their own sign-on outlives ours. */
  readonly remains: readonly string[]
}

/** What removing a user leaves behind. */
export interface Removal {
  /** May somebody sign up with the username again? `unknown`: the vendor does not say. */
  readonly username: 'free' | 'taken' | 'unknown'
}

export interface ResetOutcome {
  /** The vendor made the password and sent it. */
  readonly temporaryPasswordDelivered: boolean
  /** The user that completing signed in; `null` where the vendor signs nobody in. */
  readonly user: User | null
}

export interface MergeChoice {
  /** Which attributes of the anonymous user go to the account: those it lacks (default), all, none, or what you make of the two. */
  readonly copy?: 'missing' | 'all' | 'none' | ((anonymous: User, account: User) => ProfileChange)
  /** Leave the anonymous user on the server. */
  readonly keepAnonymous?: boolean
}

/** A user set aside by signing in with a merge ticket. */
export interface PendingMerge {
  readonly ticket: MergeTicket
  readonly anonymous: User
}

/**
 * One configured backend with at most one active user: what an app works with. What is about that user is for the one who is active
 * when it is called: if somebody else signs in before its turn comes, it ends in `Cancelled`, without a request. Besides the failures
 * that are named with an operation, each may end in `InvalidInput`, `Unsupported`, `Configuration`, `Cancelled` and what a service and
 * the way to it can do (`Network`, `Timeout`, `Unavailable`, `RateLimited`, `OutcomeUnknown`, `Protocol`, `Forbidden`, `Vendor`); one
 * that needs an active user, in `NotSignedIn` or `SessionExpired`.
 */
export interface UserProvider {
  readonly vendor: string
  readonly capabilities: Capabilities
  readonly rules: UserBackend['rules']
  /** What is known of the active user now, without asking anybody. */
  state(): ActiveState
  /** The active user as last known; `null` when nobody is signed in, `undefined` while that is not known yet. */
  activeUser(): User | null | undefined
  /** Tells of every change of the active user, after it happened. Returns the way to stop. */
  subscribe(listener: Listener): () => void
  /** Lets go of listeners and of the channel to other tabs. The session stays. */
  close(): void
  /** Brings back the session from the store and has the server confirm it; without a connection the stored user stays, marked stale. */
  restore(options?: ProviderCall): Result<User | null>
  /** Asks the server for the active user. Several at once are one request. Fails with `NotSignedIn`, `SessionExpired`. */
  refresh(options?: ProviderCall): Result<User>
  /** Fails with `AlreadySignedIn`, `WouldLoseAnonymousUser` (see `upgrade`), `IdentifierTaken`, `PasswordRejected`, `OutcomeUnknown`. */
  signUp(input: SignUp, options?: ProviderCall & Replacing): Result<User>
  /** Fails with `InvalidCredentials`, `AlreadySignedIn`, `WouldLoseAnonymousUser`, `NotVerified`, `UserDisabled`, `SecondFactorRequired` (with a step). */
  signIn(input: SignIn, options?: ProviderCall & Replacing): Result<User>
  /**
   * Ends a sign-in that waits for a second factor; the step comes from `SecondFactorRequired`. Needs capability `secondFactor`. Fails with
   * `InvalidCredentials`, `SessionExpired` (it took too long, or too many codes were wrong), `InvalidInput` of a `step` that waits no more.
   */
  continueSignIn(step: SecondFactorStep, answer: SecondFactorAnswer, options?: ProviderCall & Replacing): Result<User>
  /** Signs in by a token of this vendor that the app kept, e.g. one from an older library. Needs capability `accessToken`. Fails with `SessionExpired`. */
  signInWithToken(input: AccessToken, options?: ProviderCall & Replacing): Result<User>
  /** Signs in by what a third party says of the user; `created` tells whether a user was made. Needs capability `identities.signIn`. Fails with `UserNotFound`, `InvalidCredentials`. */
  signInWithIdentity(input: IdentitySignIn, options?: ProviderCall & Replacing): Result<{ readonly user: User; readonly created: boolean }>
  /** The active anonymous user, or a new one. It is stored before this succeeds. Needs capability `anonymous`. Fails with `AlreadySignedIn`. */
  signInAnonymously(profile?: Profile, options?: ProviderCall): Result<User>
  /** Here first, on the server if it can be reached. Fails with `WouldLoseAnonymousUser` unless told `discardAnonymous`. */
  signOut(options?: ProviderCall & { readonly discardAnonymous?: boolean }): Result<SignOutReport>
  /** Ends every session of the user, on every device. Needs capability `signOutEverywhere`. Fails with `WouldLoseAnonymousUser` unless told. */
  signOutEverywhere(options?: ProviderCall & { readonly discardAnonymous?: boolean }): Result<void>
  /** Fails with `NotSignedIn`, `InvalidInput`, `Unsupported`. */
  updateProfile(change: ProfileChange, options?: ProviderCall): Result<User>
  /** Makes the anonymous user an account. On a failure it stays as it was, unless the error says `carriedOut`. Needs capability `upgrade`. Fails with `NotAnonymous`, `IdentifierTaken` (with a merge ticket), `PasswordRejected`. */
  upgrade(input: Upgrade, options?: ProviderCall): Result<UpgradedUser>
  /** The active user stays signed in. Needs capability `changePassword`. Fails with `InvalidCredentials`, `PasswordRejected`, `Forbidden` (an anonymous user). */
  changePassword(input: PasswordChange, options?: ProviderCall): Result<User>
  /**
   * Sends a code or a link for a new password. Needs capability `passwordReset`. Where the request itself ends sessions, the active user is
   * signed out with reason `revokedByReset`. Fails with `UserNotFound`, `NotVerified`, `UserDisabled`.
   */
  requestPasswordReset(input: ResetRequest, options?: ProviderCall): Result<ResetTicket>
  /** Sets the new password. Needs capability `resetByCode` or `resetByLink`. Fails with `ResetCodeInvalid`, `ResetCodeExpired`, `PasswordRejected`. */
  completePasswordReset(input: ResetByCode | ResetByLink, options?: ProviderCall & Replacing): Result<ResetOutcome>
  /** Takes a reset link apart, for a page of the app's own. Needs capability `resetByLink`. Fails with `InvalidInput`. */
  parseResetLink(url: string): Either<UserError, ResetLink>
  /** Sends the username to its owner. Answers alike whether or not there is one. Needs capability `forgotUsername`. */
  forgotUsername(input: { readonly email: string }, options?: ProviderCall): Result<void>
  /** Is the username somebody's, or, as the capability says, can it not be had? Needs capability `usernameExists`. */
  usernameExists(username: string, options?: ProviderCall): Result<boolean>
  /** Somebody else as far as the vendor shows them; `null` where nobody is found. Needs capability `findUser`. */
  findUser(identifier: SignIn['identifier'], options?: ProviderCall): Result<PublicUser | null>
  /** Removes the active user for good. Needs capability `deleteUser`. Fails with `InvalidCredentials` where a password is needed and wrong. */
  deleteUser(input?: { readonly password?: string }, options?: ProviderCall): Result<Removal>
  /** Bars the own account and signs out; only an operator can lift that. Needs capability `suspendUser`. */
  suspendUser(options?: ProviderCall): Result<Removal>
  /** Sends a verification message, the first or another. Needs capability `verification`. Fails with `Vendor` where there is nothing to verify. */
  requestVerification(input: { readonly kind: 'email' | 'phone' }, options?: ProviderCall): Result<void>
  /** Proves an address by the code that was sent to it. Needs capability `confirmByCode`. Fails with `VerificationCodeInvalid`. */
  confirmVerification(input: { readonly kind: 'email' | 'phone'; readonly code: string }, options?: ProviderCall): Result<User>
  /** A new address waits as `pending` where it must be verified first. Needs capability `changeContact`. Fails with `IdentifierTaken`. */
  changeContact(input: Contacts, options?: ProviderCall): Result<User>
  /** Gives an account another username. Needs capability `changeUsername`. Fails with `IdentifierTaken`, `Forbidden` (an anonymous user). */
  changeUsername(username: string, options?: ProviderCall): Result<User>
  /** Adds an identity of a third party. Needs capability `identities.link`. Fails with `IdentifierTaken` when it belongs to another user, `InvalidCredentials` when the proof is not good. */
  linkIdentity(input: IdentityProof, options?: ProviderCall): Result<User>
  /** Takes an identity of a third party away. Needs capability `identities.link`. */
  unlinkIdentity(provider: string, options?: ProviderCall): Result<User>
  /** Other users by several criteria, all of which must match. Needs capability `findUsers`. */
  findUsers(criteria: UserCriteria, options?: ProviderCall): Result<readonly PublicUser[]>
  /** The vendor's own token, for its other services; `null` when nobody is signed in. It is a secret. */
  accessToken(): AccessToken | null
  /** The only credential of the anonymous user, encrypted: for a backup or another device. The passphrase has at least 8 characters. Fails with `NotAnonymous`. */
  exportAnonymous(passphrase: string, options?: ProviderCall): Result<string>
  /** Makes the anonymous user of a backup the active one. Fails with `InvalidInput` when the passphrase is wrong, `SessionExpired`. */
  importAnonymous(backup: string, passphrase: string, options?: ProviderCall & Replacing): Result<User>
  /** Operations that only this vendor has. */
  readonly extension: ProviderExtension<Extension>
  /** The anonymous user that waits for `completeMerge` or `abortMerge`; it survives a restart. */
  pendingMerge(options?: ProviderCall): Result<PendingMerge | null>
  /**
   * Copies what the anonymous user had to the account, then removes the anonymous user. May be repeated until it succeeds. An anonymous
   * user whose session died cannot be removed from here: it stays at the vendor, its credential in the store. Fails with `InvalidInput` of
   * `merge` where nobody is set aside, of `copy` where the choice comes to nothing.
   */
  completeMerge(choice?: MergeChoice, options?: ProviderCall): Result<User>
  /** Signs the account out and makes the anonymous user the active one again. Fails with `WouldLoseAnonymousUser` over another one. */
  abortMerge(options?: ProviderCall): Result<User>
}

/** Operations that only one vendor has, for the active user. */
export type ProviderExtension<X> = {
  readonly [Name in keyof X]: X[Name] extends (input: infer Input, ...rest: never) => Result<Extended<infer A>>
    ? (...args: undefined extends Input ? [input?: Input, options?: ProviderCall] : [input: Input, options?: ProviderCall]) => Result<A>
    : never
}

/** The provider of a vendor that is known at compile time: what it lacks cannot be called, what only it has can. */
export type UserProviderOf<C extends Capabilities, X = Extension> = Narrowed<Omit<UserProvider, 'extension'>, C> & {
  readonly extension: ProviderExtension<X>
}

export interface ProviderOptions extends KernelOptions {
  /** Milliseconds that an operation may take where the call does not say (default 30,000). */
  readonly deadline?: number
  /** Where the vendor's old SDK kept its session: `restore()` takes it over on the first start. `localStorage` for an app in a browser. */
  readonly legacyStore?: SessionStore
  /** `UserNotFound` becomes `InvalidCredentials`, so that a sign-in does not tell which of the two was wrong. A reset, a sign-up or a look-up still succeeds or fails. */
  readonly enumerationSafe?: boolean
}
