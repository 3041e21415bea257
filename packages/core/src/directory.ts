import * as E from '#fp-ts/Either'
import type { UserError } from './errors.js'
import type { Result } from './result.js'
import type { Rules } from './rules.js'
import type { Identifier, IdentifierKind, Identifiers, Profile, ProfileChange, User, UserId, VendorName } from './user.js'
import type { CallOptions } from './user-backend.js'

/** What an operator can do with all users of one vendor. */
export interface DirectoryCapabilities {
  readonly count: boolean
  /** What the users of this vendor can sign in with: somebody who has none of these cannot. */
  readonly signIn: { readonly identifiers: readonly IdentifierKind[] }
  /** How pages follow each other: `keyset` and `cursor` do not shift while users come and go, `page-number` does. */
  readonly list: { readonly paging: 'keyset' | 'cursor' | 'page-number' | 'file' }
  readonly find: false | { readonly identifiers: readonly IdentifierKind[] }
  readonly create:
    | false
    | {
        /** A user may be made without a login, to be claimed later. */
        readonly placeholder: boolean
        /** E-mail or phone may be marked as verified. */
        readonly verified: readonly ('email' | 'phone')[]
        /** The id may be chosen. */
        readonly chosenId: boolean
        /** The time of creation may be carried over. */
        readonly createdAt: boolean
      }
  readonly update: boolean
  /** Without the old password. */
  readonly setPassword: boolean
  readonly suspend: boolean
  readonly erase: boolean
}

export type DirectoryCall = Pick<CallOptions, 'signal' | 'deadline'>

export interface UserPage {
  readonly users: readonly User[]
  /** Where the next page begins; `null` after the last one. Plain text: a run that was stopped goes on from it. */
  readonly next: string | null
}

export interface NewUser {
  /** Chosen by the caller. Needs `create.chosenId`. */
  readonly id?: string
  readonly identifiers?: Identifiers
  /** Without one, and with identifiers, the account cannot be signed in to until a password is set. */
  readonly password?: string
  readonly profile?: Profile
  /** Which contacts are verified already. Needs `create.verified`. */
  readonly verified?: { readonly email?: boolean; readonly phone?: boolean }
  /** ISO 8601. Needs `create.createdAt`. */
  readonly createdAt?: string
}

/** A change of a user. An anonymous one or a placeholder that gets identifiers becomes an account, under the same id. */
export interface DirectoryUpdate extends ProfileChange {
  readonly identifiers?: Identifiers
}

/**
 * All users of one app, for an operator who holds the app's admin keys. Never for a browser. Besides the failures that are named with an
 * operation, each may end in `InvalidInput`, `Unsupported` (see `capabilities`), `Configuration` (wrong keys too), `Cancelled` and what a
 * service and the way to it can do.
 */
export interface DirectoryOperations {
  /** How many users there are. */
  count(options?: DirectoryCall): Result<number>
  /** A page of users in a stable order; `limit`: at most so many. Passwords are never among what a vendor shows. */
  list(input: { readonly cursor?: string; readonly limit?: number }, options?: DirectoryCall): Result<UserPage>
  /** `null` where there is no such user. */
  get(id: UserId, options?: DirectoryCall): Result<User | null>
  /** `null` where nobody is found. */
  find(identifier: Identifier, options?: DirectoryCall): Result<User | null>
  /** Makes an account or a placeholder. Fails with `IdentifierTaken`, `PasswordRejected`, `OutcomeUnknown`; `accountCreated` where only what follows failed. */
  create(input: NewUser, options?: DirectoryCall): Result<User>
  /** What is not named stays as it is. Fails with `UserNotFound`, `IdentifierTaken`. */
  update(id: UserId, change: DirectoryUpdate, options?: DirectoryCall): Result<User>
  /** Without the old one. Fails with `UserNotFound`, `PasswordRejected`, `Forbidden` (a user without a login). */
  setPassword(id: UserId, password: string, options?: DirectoryCall): Result<void>
  /** Bars a user until `restore`. Fails with `UserNotFound`. */
  suspend(id: UserId, options?: DirectoryCall): Result<void>
  /** Lets a suspended user in again. Fails with `UserNotFound`. */
  restore(id: UserId, options?: DirectoryCall): Result<void>
  /** Removes a user for good. One who is gone already is no failure. */
  erase(id: UserId, options?: DirectoryCall): Result<void>
}

/** The admin port of one vendor. */
export interface UserDirectory extends DirectoryOperations {
  readonly vendor: VendorName
  readonly capabilities: DirectoryCapabilities
  readonly rules: Rules
}

/** Every user of a directory, one after the other, a page held at a time. Ends after the first failure, which it yields. */
export async function* usersOf(
  directory: Pick<UserDirectory, 'list'>,
  from: { readonly cursor?: string; readonly limit?: number } = {},
): AsyncGenerator<E.Either<UserError, User>, void, undefined> {
  let cursor: string | null | undefined = from.cursor
  while (cursor !== null) {
    const page: E.Either<UserError, UserPage> = await directory.list({ ...from, cursor })()
    if (E.isLeft(page)) {
      yield page
      return
    }
    for (const user of page.right.users) yield E.right(user)
    cursor = page.right.next
  }
}
