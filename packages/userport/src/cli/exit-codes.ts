/** How a command can end. */
export const exitCodes = {
  done: 0,
  failed: 1,
  /** Refused by the dry run, by a policy, or for want of a confirmation: nothing was done. */
  refused: 2,
  /** Finished, and some users are in the retry file. */
  leftovers: 3,
  /** Stopped on the way; `resume` goes on with a run. */
  interrupted: 130,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]
