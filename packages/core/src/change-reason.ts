/** Why the active user changed. */
export type ChangeReason =
  | 'signedUp'
  | 'signedIn'
  | 'restored'
  | 'upgraded'
  | 'refreshed'
  | 'updated'
  | 'signedOut'
  | 'expired'
  | 'revokedByReset'
  | 'migrated'
  | 'deleted'
