import type { Either } from '#fp-ts/Either'
import type { Capabilities } from './capabilities.js'
import type { MergeTicket, SecondFactorStep, UserError } from './errors.js'
import type { Result } from './result.js'
import type { ActiveState, KernelOptions, Listener } from './session-kernel.js'
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

/** What becomes of the active user when somebody else signs in. */
export interface Replacing {
  /** Sign in though a registered user is active. */
  readonly replace?: boolean
  /** What becomes of an active anonymous user: a merge ticket sets it aside, `discard` loses it for good. */
  readonly anonymous?: MergeTicket | 'discard'
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

/** One configured backend with at most one active user: what an app works with. */
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
  /** Fails with `InvalidCredentials`, `AlreadySignedIn`, `WouldLoseAnonymousUser`, `NotVerified`, `SecondFactorRequired` (with a step). */
  signIn(input: SignIn, options?: ProviderCall & Replacing): Result<User>
  /** Ends a sign-in that waits for a second factor; the step comes from `SecondFactorRequired`. Needs capability `secondFactor`. Fails with `InvalidCredentials`. */
  continueSignIn(step: SecondFactorStep, answer: SecondFactorAnswer, options?: ProviderCall & Replacing): Result<User>
  /** Signs in by a token of this vendor that the app kept, e.g. one from an older library. Needs capability `accessToken`. Fails with `SessionExpired`. */
  signInWithToken(input: AccessToken, options?: ProviderCall & Replacing): Result<User>
  /** Signs in by what a third party says of the user; `created` tells whether a user was made. Needs capability `identities`. Fails with `UserNotFound`. */
  signInWithIdentity(input: IdentitySignIn, options?: ProviderCall & Replacing): Result<{ readonly user: User; readonly created: boolean }>
  /** The active anonymous user, or a new one. It is stored before this succeeds. Needs capability `anonymous`. Fails with `AlreadySignedIn`. */
  signInAnonymously(profile?: Profile, options?: ProviderCall): Result<User>
  /** Here first, on the server if it can be reached. Fails with `WouldLoseAnonymousUser` unless told `discardAnonymous`. */
  signOut(options?: ProviderCall & { readonly discardAnonymous?: boolean }): Result<SignOutReport>
  /** Ends every session of the user, on every device. Needs capability `signOutEverywhere`. */
  signOutEverywhere(options?: ProviderCall & { readonly discardAnonymous?: boolean }): Result<void>
  /** Fails with `NotSignedIn`, `InvalidInput`, `Unsupported`. */
  updateProfile(change: ProfileChange, options?: ProviderCall): Result<User>
  /** Makes the anonymous user an account. On any failure it stays as it was. Needs capability `upgrade`. Fails with `NotAnonymous`, `IdentifierTaken` (with a merge ticket). */
  upgrade(input: Upgrade, options?: ProviderCall): Result<UpgradedUser>
  /** The active user stays signed in. Needs capability `changePassword`. Fails with `InvalidCredentials`, `PasswordRejected`. */
  changePassword(input: PasswordChange, options?: ProviderCall): Result<User>
  /** Needs capability `passwordReset`. Where the request itself ends sessions, the active user is signed out with reason `revokedByReset`. */
  requestPasswordReset(input: ResetRequest, options?: ProviderCall): Result<ResetTicket>
  /** Needs capability `resetByCode` or `resetByLink`. Fails with `ResetCodeInvalid`, `ResetCodeExpired`, `PasswordRejected`. */
  completePasswordReset(input: ResetByCode | ResetByLink, options?: ProviderCall & Replacing): Result<ResetOutcome>
  parseResetLink(url: string): Either<UserError, ResetLink>
  /** Needs capability `forgotUsername`. */
  forgotUsername(input: { readonly email: string }, options?: ProviderCall): Result<void>
  /** Needs capability `usernameExists`. */
  usernameExists(username: string, options?: ProviderCall): Result<boolean>
  /** Needs capability `findUser`. `null` where nobody is found. Fails with `NotSignedIn`. */
  findUser(identifier: SignIn['identifier'], options?: ProviderCall): Result<PublicUser | null>
  /** Removes the active user for good. Needs capability `deleteUser`. Fails with `InvalidCredentials` where a password is needed and wrong. */
  deleteUser(input?: { readonly password?: string }, options?: ProviderCall): Result<Removal>
  /** Bars the own account and signs out; only an operator can lift that. Needs capability `suspendUser`. */
  suspendUser(options?: ProviderCall): Result<Removal>
  /** Sends a verification message, the first or another. Needs capability `verification`. */
  requestVerification(input: { readonly kind: 'email' | 'phone' }, options?: ProviderCall): Result<void>
  /** Proves an address by the code that was sent to it. Needs capability `confirmByCode`. Fails with `VerificationCodeInvalid`. */
  confirmVerification(input: { readonly kind: 'email' | 'phone'; readonly code: string }, options?: ProviderCall): Result<User>
  /** A new address waits as `pending` where it must be verified first. Needs capability `changeContact`. Fails with `IdentifierTaken`. */
  changeContact(input: Contacts, options?: ProviderCall): Result<User>
  /** Needs capability `changeUsername`. Fails with `IdentifierTaken`. */
  changeUsername(username: string, options?: ProviderCall): Result<User>
  /** Adds an identity of a third party. Needs capability `identities`. Fails with `IdentifierTaken` when it belongs to another user. */
  linkIdentity(input: IdentityProof, options?: ProviderCall): Result<User>
  /** Needs capability `identities`. */
  unlinkIdentity(provider: string, options?: ProviderCall): Result<User>
  /** Other users by several criteria, all of which must match. Needs capability `findUsers`. */
  findUsers(criteria: UserCriteria, options?: ProviderCall): Result<readonly PublicUser[]>
  /** The vendor's own token, for its other services; `null` when nobody is signed in. It is a secret. */
  accessToken(): AccessToken | null
  /** The only credential of the anonymous user, encrypted: for a backup or another device. Fails with `NotAnonymous`. */
  exportAnonymous(passphrase: string, options?: ProviderCall): Result<string>
  /** Makes the anonymous user of a backup the active one. Fails with `InvalidInput` when the passphrase is wrong, `SessionExpired`. */
  importAnonymous(backup: string, passphrase: string, options?: ProviderCall & Replacing): Result<User>
  /** Operations that only this vendor has. */
  readonly extension: ProviderExtension<Extension>
  /** The anonymous user that waits for `completeMerge` or `abortMerge`; it survives a restart. */
  pendingMerge(options?: ProviderCall): Result<PendingMerge | null>
  /** Copies what the anonymous user had to the account, then removes the anonymous user. May be repeated until it succeeds. */
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
  /** Never tells whether a user exists: `UserNotFound` becomes `InvalidCredentials`. */
  readonly enumerationSafe?: boolean
}
