type Awaitable<A> = A | Promise<A>

/** A message that the service sent, as its receiver reads it. */
export interface ContractMessage {
  readonly channel: 'email' | 'sms'
  readonly to: string
  readonly purpose: string
  readonly code?: string
  readonly link?: string
  /** The password that the service made, where the message delivers one. */
  readonly password?: string
  readonly username?: string
}

/** What a test waits for. Purposes: `verification`, `password-reset`, `generated-password`, `forgot-username`. */
export interface WantedMessage {
  readonly to?: string
  readonly channel?: ContractMessage['channel']
  readonly purpose?: 'verification' | 'password-reset' | 'generated-password' | 'forgot-username'
}

/**
 * What can go wrong between app and service. With `truncated` (half of the answer) and `replyLost` the service does the work;
 * with all others it does nothing. `html`: a page of a proxy with status 200; `shape`: JSON that the service never sends;
 * `rateLimited`: to be tried again in 7 seconds.
 */
export const faultKinds = ['offline', 'hang', 'unavailable', 'rateLimited', 'html', 'shape', 'truncated', 'replyLost'] as const
export type FaultKind = (typeof faultKinds)[number]

/** What somebody with a second factor has at hand. */
export interface SecondFactorKit {
  /** What the authenticator shows; another code each time, for at least two times in a row. */
  code(): Awaitable<string>
  /** At least two; each works once. */
  readonly recoveryCodes: readonly string[]
}

/** How the suite reaches the other side of a provider: its service, the mailboxes of its users, and the network between. */
export interface ContractControl<Message extends ContractMessage = ContractMessage> {
  /** The next message that fits and was not handed out before. Rejects where none comes. */
  readonly inbox: {
    next(wanted?: WantedMessage): Promise<Message>
    /** Everything sent so far, handed out or not, the oldest first. */
    messages?(): Awaitable<readonly Message[]>
  }
  /** Ends a reset on the service's own page. Without a new password where the service makes it. */
  openResetPage(message: Message, newPassword?: string): Promise<void>
  /** Opens the link of a verification message, or gives its code back. */
  confirmContact(message: Message): Promise<void>
  /** From now on new addresses count only once they are verified, or not; answers what held before. */
  requireVerification?(required: boolean): Awaitable<boolean>
  /** The service forgets the sessions of one user, or of all, with every means to renew them. */
  expireSessions(userId?: string): Awaitable<void>
  /** The sessions of one user run out; they can be renewed. Leave it out where nothing can be renewed. */
  outdateSessions?(userId: string): Awaitable<void>
  /** Bars a user. Leave it out where users cannot be barred. */
  disable?(userId: string): Awaitable<void>
  /** Users with a second factor. Leave it out where the suite cannot make one. */
  readonly secondFactor?: {
    /** From now on the password alone does not sign this user in. */
    enrol(userId: string): Awaitable<SecondFactorKit>
    /** A code of an authenticator is refused the second time. */
    readonly codesWorkOnce: boolean
    /** A device that gave a code can be spared it the next time. */
    readonly trustsDevices: boolean
  }
  /** What a third party gives out as proof that somebody has this identity there: the tokens of an `IdentityProof`. */
  identityProof?(provider: string, id: string): Awaitable<Readonly<Record<string, string | number>>>
  /** What the vendor's old SDK would have left in its store for this user, signed in: texts by name. Leave it out where nothing is taken over. */
  legacySession?(userId: string): Awaitable<Readonly<Record<string, string>>>
  /** Strikes every request, or the next `times`, until `clear`. */
  readonly faults: { set(kind: FaultKind, times?: number): Awaitable<void>; clear(): Awaitable<void> }
  /** Requests that reached the service so far. */
  requestCount(): Awaitable<number>
  /** Users that the service has, anonymous ones included. */
  userCount(): Awaitable<number>
}
