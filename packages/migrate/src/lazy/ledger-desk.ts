import {
  type CallOptions,
  type Identifier,
  identifierOf,
  type Session,
  type SignedIn,
  type User,
  type UserBackend,
  type UserDirectory,
  type UserError,
  userError,
} from '@userport/core'
import * as E from '#fp-ts/Either'
import type { Ledger, MoveRecord } from '../ledger/ledger.js'
import { isOurs } from '../mapping/compare.js'
import type { Outcome } from './parts.js'
import type { Throttle } from './throttle.js'

/** One end of the move as the server has it: the admin port, and the users' own. */
export interface LedgerSide {
  readonly directory: UserDirectory
  readonly backend: UserBackend
}

/** What the ledger's answers are made of. */
export interface LedgerDesk {
  readonly ledger: Ledger
  readonly from: LedgerSide
  readonly to: LedgerSide
  readonly originAttribute: string
  readonly throttle: Throttle
}

export const recordOf = async ({ ledger }: LedgerDesk, id: string): Promise<MoveRecord | undefined> => (await ledger.get([id]))[0]

/**
 * Whose session at the source this is. A session comes from an app, and may say of itself what it likes: only the vendor's own token
 * in it is taken, and the source is asked whose that is.
 */
export const proved = async ({ from: { backend } }: LedgerDesk, session: Session, call: CallOptions): Outcome<SignedIn> => {
  const at = { vendor: backend.vendor, operation: 'exchange' }
  if (!backend.capabilities.accessToken) return E.left(userError('Unsupported', at, { capability: 'accessToken' }))
  const token = backend.accessToken(session)
  return token === null ? E.left(userError('SessionExpired', at, {})) : backend.signInWithToken(token, call)()
}

/** The account that the run made for a user of the source; `null` where there is none, or it is somebody else's by now. */
export const accountOf = async (
  { to, ledger, originAttribute }: LedgerDesk,
  { sourceId, state, targetId, targetName }: MoveRecord,
  call: CallOptions,
): Outcome<User | null> => {
  const ours = (user: User | null): User | null =>
    user !== null && (state === 'linked' || isOurs(user, sourceId, originAttribute)) ? user : null
  if (targetId !== null) return E.map(ours)(await to.directory.get(targetId, call)())
  const { find } = to.directory.capabilities
  if (targetName === null || find === false || !find.identifiers.includes('username')) return E.right(null)
  const found = E.map(ours)(await to.directory.find({ username: targetName }, call)())
  // The run died before it could write down what it had made.
  if (E.isRight(found) && found.right !== null) await ledger.change([{ sourceId, state: 'created', targetId: found.right.id }])
  return found
}

/** What an account is signed in to with. */
export const signInIdentifier = ({ to }: LedgerDesk, { username, email, phone }: User): Identifier | undefined => {
  const known = { username, email: email?.address, phone: phone?.address }
  for (const kind of to.backend.capabilities.signIn.identifiers) {
    const value = known[kind]
    if (value !== undefined) return identifierOf(kind, value)
  }
  return undefined
}

export const refused = (tag: 'InvalidCredentials' | 'Forbidden', operation: string): E.Either<UserError, never> =>
  E.left(userError(tag, { vendor: 'ledger', operation }, {}))
