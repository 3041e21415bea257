import type { Identifier, Session, User } from '@userport/core'
import type { Moved } from './settings.js'

/** Somebody whom the source has let in just now. */
export interface Proven {
  readonly user: User
  /** The session at the source. */
  readonly session: Session
  /** What they signed in with there. */
  readonly identifier: Identifier
  readonly password: string
  /** The password for the target, where the old one will not do. */
  readonly newPassword?: string
  readonly how: Moved['how']
}
