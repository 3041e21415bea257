import type { Identifiers, User } from '@userport/core'
import type { RecordChange } from '../ledger/ledger.js'
import { isLocal } from '../mapping/map-contacts.js'
import type { Mapped, Target } from '../mapping/map-user.js'

export type Moving = Extract<Mapped, { readonly decision: 'move' }>

export const isMove = (mapped: Mapped): mapped is Moving => mapped.decision === 'move'

/** A user who is to move. */
export interface Planned {
  readonly user: User
  readonly mapped: Moving
  /** The row says `creating` already; otherwise `planned`. */
  readonly isWritten?: boolean
  /** An earlier try may have got through: look before creating. */
  readonly unsure?: boolean
}

/** A user on the way to the target. */
export interface Move extends Planned {
  /** Called when the ledger holds what became of it, or when it is left as it is. */
  readonly settled: () => void
}

/** What the ledger is to say of a user; `undefined`: the row stays as it is, and whoever goes on looks it up. */
export type Settlement = RecordChange | undefined

/**
 * Is there anything by which a user whose creation is in doubt can be found at the target, and which it gives to nobody twice?
 * An id that we chose, or whatever people sign in with there. A local number is found by its country alone, which no look-up has.
 */
export const hasHandle = ({ capabilities: { signIn, find } }: Target, { id, identifiers = {} }: Moving['input']): boolean => {
  const { phone = '', ...others } = identifiers
  const known: Identifiers = isLocal(phone) ? others : identifiers
  return (
    id !== undefined || signIn.identifiers.some((kind) => known[kind] !== undefined && find !== false && find.identifiers.includes(kind))
  )
}
