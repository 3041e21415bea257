import { type BackendOptions, brokenRule, pathSegment, type Result, userError } from '@userport/core'
import * as TE from '#fp-ts/TaskEither'
import type { KinveyConfig } from '../config.js'
import { trimmedBy } from '../operations/log-in.js'
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
      const [field, given] = email === undefined ? ['username', username] : ['email', email]
      return run('requestVerification', { [field]: given }, call, (calls, { at }) => {
        const usernameOrEmail = email ?? trimmedBy(config)(username)
        const rule = brokenRule(pathSegment, usernameOrEmail)
        return rule === undefined ? calls.requestVerification(usernameOrEmail) : TE.left(userError('InvalidInput', at, { field, rule }))
      })
    },
  }
}
