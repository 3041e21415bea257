import type { UserError, UserId } from '@userport/core'
import { defaultPolicy } from '../policy.js'

/** Somebody has moved. */
export interface Moved {
  /** The id at the source: data of the app that refers to it is to be moved. */
  readonly previousId: UserId
  readonly id: UserId
  /** `session`: exchanged without a password. */
  readonly how: 'password' | 'second-factor' | 'reset' | 'session' | 'anonymous' | 'identity' | 'upgrade'
}

export interface MoveSettings {
  /** Percentage of the users of the source who are moved when they come (default 100); the others are signed in there as before. */
  readonly rollout?: number
  /** The source is never asked again: its sessions are over, its anonymous users are kept as lost. */
  readonly retired?: boolean
  /**
   * Where the target lets nobody sign in by e-mail (or phone), an address given as the username is tried as an address at the source
   * (default true).
   */
  readonly addressAsUsername?: boolean
  /** The attribute at the target that holds the user's id at the source; that of the bulk run. */
  readonly originAttribute?: string
  /** Milliseconds that an answer of the source is waited for when somebody signs in or up (default 10,000). */
  readonly patience?: number
  /** Wrong passwords for one identifier at the source, after which it is not asked for a while (default 10 in 10 minutes). */
  readonly throttle?: { readonly failures: number; readonly within: number }
  /** Failures of the source in a row after which it is not asked for so many milliseconds (default 5, for 30 seconds). */
  readonly breaker?: { readonly failures: number; readonly pause: number }
  /** Milliseconds that an operation may take where the call does not say (default 30,000). */
  readonly deadline?: number
  /** Told of everybody who moves, before the sign-in has ended. */
  readonly onMoved?: (moved: Moved) => unknown
  /** Hears of what no operation reports: somebody who cannot move and stays where they are. */
  readonly onProblem?: (problem: UserError) => void
}

export type Settings = Required<Omit<MoveSettings, 'onMoved' | 'onProblem'>> & Pick<MoveSettings, 'onMoved' | 'onProblem'>

export const settingsOf = (given: MoveSettings): Settings => ({
  rollout: given.rollout ?? 100,
  retired: given.retired ?? false,
  addressAsUsername: given.addressAsUsername ?? true,
  originAttribute: given.originAttribute ?? defaultPolicy.originAttribute,
  patience: given.patience ?? 10_000,
  throttle: given.throttle ?? { failures: 10, within: 600_000 },
  breaker: given.breaker ?? { failures: 5, pause: 30_000 },
  deadline: given.deadline ?? 30_000,
  ...(given.onMoved === undefined ? {} : { onMoved: given.onMoved }),
  ...(given.onProblem === undefined ? {} : { onProblem: given.onProblem }),
})
