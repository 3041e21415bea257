import type { CallOptions, Identifier, Result, Session, UserId } from '@userport/core'

type Call = Pick<CallOptions, 'signal' | 'deadline'>

/** `unknown`: nobody at the source has it. `waiting`: somebody who has not come yet. `come`: somebody who has. */
export type Standing = 'unknown' | 'waiting' | 'come'

/** What somebody shows who wants to move. The ledger believes none of it: it asks the source itself. */
export interface MoveProof {
  /** What the user signed in with at the source, and the password there. */
  readonly identifier: Identifier
  readonly password: string
  /** The session at the source that came of it: the proof of whoever had to give a second factor as well. */
  readonly session: Session
  /** The password to be set at the target; often the same. */
  readonly newPassword: string
}

export type Claim =
  /** The password is set: sign in with it. */
  | { readonly outcome: 'claimed'; readonly identifier: Identifier }
  /** The user has come before: this password opens nothing, unless it is that of the account. */
  | { readonly outcome: 'come'; readonly identifier: Identifier }
  /** There is no account yet: make one. */
  | { readonly outcome: 'absent' }

export type Exchange =
  | { readonly outcome: 'exchanged'; readonly session: Session }
  /** It cannot be exchanged; `session` is the one at the source that is valid now. */
  | { readonly outcome: 'stays'; readonly session: Session }
  /** The user has come on another device: this session is over. */
  | { readonly outcome: 'come' }

/** How many have come. */
export interface Tail {
  /** Everybody the ledger knows. */
  readonly people: number
  /** Signed in at the target since, or set a password there. */
  readonly come: number
  /** Moved, but never came. */
  readonly waiting: number
  /** Not moved: left behind, skipped or failed. */
  readonly behind: number
}

/**
 * What a move knows of the users of the source beyond what an app can know: who was made in bulk, who has come. It lives on a server,
 * with the admin keys. It must prove every user itself, by asking the source; what an app says is never enough.
 * `directoryLedger` is one over a bulk ledger; `remoteLedger` is the app's end of one behind a URL.
 */
export interface MoveLedger {
  standing(identifier: Identifier, call?: Call): Result<Standing>
  /** Sets the password of an account made in bulk. Fails with `InvalidCredentials` (the proof is none), `PasswordRejected`, `RateLimited`, `Unavailable`. */
  claim(proof: MoveProof, call?: Call): Result<Claim>
  /** A session at the target for one at the source, without a password. Fails with `SessionExpired`. */
  exchange?(session: Session, call?: Call): Result<Exchange>
  /** Somebody came by an account that was not made in bulk; the session at the source proves who. */
  record(move: { readonly from: Session; readonly targetId: UserId }, call?: Call): Result<void>
  tail(call?: Call): Result<Tail>
}
