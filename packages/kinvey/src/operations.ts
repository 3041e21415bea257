import type { OperationContext } from '@userport/core'
import type { KinveyConfig } from './config.js'
import type { KinveyCalls } from './endpoints.js'
import { account } from './operations/account.js'
import { identities } from './operations/identities.js'
import { lookup } from './operations/lookup.js'
import { type Operations, partsOf } from './operations/parts.js'
import { password } from './operations/password.js'
import { signingIn } from './operations/sign-in.js'

/** How our operations map to Kinvey's calls. */
export const operations = (calls: KinveyCalls, context: OperationContext, config: KinveyConfig): Operations => {
  const parts = partsOf(calls, context, config)
  return { ...signingIn(parts), ...identities(parts), ...account(parts), ...password(parts), ...lookup(parts) }
}
