/** What becomes of users that cannot move as they are. Part of a run's identity: a ledger goes on only with the policy it began with. */
export interface MovePolicy {
  /**
   * An identifier that somebody at the target has already, or two users of the source whose identifiers differ only in case or in
   * their Unicode form. `skip`: the user stays behind. `link`: the ledger maps the user to whoever has it; nothing is written to that
   * account. `rename`: another username, see `renameTo`. `fail`: the dry run refuses, and a run reports the user.
   */
  readonly conflicts: 'skip' | 'link' | 'rename' | 'fail'
  /** How `rename` makes a username; `{username}` and `{n}` (2, 3, …) are replaced. */
  readonly renameTo: string
  /**
   * A field that breaks a rule of the target. `adapt`: the nearest that the target takes (an attribute gets another name, a username
   * other characters, a text is cut), counted as a loss. `skip`: the user stays behind. `fail`: as for conflicts.
   */
  readonly invalid: 'adapt' | 'skip' | 'fail'
  /**
   * Users without a login. Nobody but their own device can prove who they are. `leave`: they stay at the source, to be carried over
   * by `migrating` when their device comes. `move`: a placeholder without a login is made at the target, which the ledger maps to them.
   */
  readonly anonymous: 'leave' | 'move'
  /** The attribute at the target that holds the user's id at the source: it tells a user this run made from anybody else. */
  readonly originAttribute: string
}

export const defaultPolicy: MovePolicy = {
  conflicts: 'fail',
  renameTo: '{username}-{n}',
  invalid: 'fail',
  anonymous: 'leave',
  originAttribute: 'migratedFrom',
}
