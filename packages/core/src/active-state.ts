import type { ChangeReason } from './change-reason.js'
import type { Held } from './session-storage.js'
import type { User } from './user.js'

/** `restoring`: not looked up yet, which is not the same as signed out. */
export type ActiveState =
  | { readonly status: 'restoring' }
  | { readonly status: 'signedOut' }
  | {
      readonly status: 'signedIn'
      readonly user: User
      /** When the server last said so, ISO 8601. */
      readonly fetchedAt: string
      /** The server has not confirmed it since this provider started. */
      readonly stale: boolean
      /** The session is in the store, so it survives a restart. */
      readonly stored: boolean
    }

export interface Change {
  readonly reason: ChangeReason
  /** The active user after the change. */
  readonly user: User | null
  readonly state: ActiveState
}

/** What is held, as listeners and apps see it: without the session. */
export const stateOf = (held: Held | null | undefined): ActiveState => {
  if (held === undefined) return { status: 'restoring' }
  if (held === null) return { status: 'signedOut' }
  const { user, fetchedAt, stale, stored } = held
  return { status: 'signedIn', user, fetchedAt, stale, stored }
}
