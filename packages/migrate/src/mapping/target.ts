import type { UserDirectory } from '@userport/core'

/** Of a target, what decides how people arrive there. See `targetOf`. */
export type Target = Pick<UserDirectory, 'vendor' | 'capabilities' | 'rules'>

/**
 * `username`: instead of the user's own, after a conflict; the caller has made it within the rules (`nextUsername`). For somebody
 * anonymous it is the name of the placeholder; without it the placeholder has none, and the vendor makes one up where it needs one.
 * `id`: where the target lets it be chosen.
 */
export interface Choice {
  readonly username?: string
  readonly id?: string
}
