import type { BackendOptions, Result } from '@userport/core'
import type { KinveyConfig } from '../config.js'
import { type Call, sessionless } from './call.js'

/** Verification mails for somebody who cannot sign in before the address is verified. */
export interface KinveyEmailVerification {
  /** Sends the first mail or another; the link lives five days. Fails with `UserNotFound`, `Vendor` where the user has no address. */
  request(who: { readonly username: string } | { readonly email: string }, call?: Call): Result<void>
}

/** Needs no session: after a log-in that failed with `NotVerified` the username is all that the app must have kept. */
export const createKinveyEmailVerification = (config: KinveyConfig, options: BackendOptions = {}): KinveyEmailVerification => {
  const run = sessionless(config, options)
  return {
    request: (who, call = {}) => {
      const { username = '', email }: { readonly username?: string; readonly email?: string } = who ?? {}
      const [field, value] = email === undefined ? ['username', username] : ['email', email]
      return run('requestVerification', { [field]: value }, call, (calls) => calls.requestVerification(value))
    },
  }
}
