import type { OperationContext } from '@userport/core'
import type { KiiConfig } from './config.js'
import type { KiiCalls } from './endpoints.js'
import { account } from './operations/account.js'
import { addresses } from './operations/address.js'
import type { Operations, Parts } from './operations/parts.js'
import { password } from './operations/password.js'
import { signingIn } from './operations/sign-in.js'

/** How our operations map to Kii's calls. */
export const operations = (calls: KiiCalls, { at, keep, carriedOut }: OperationContext, config: KiiConfig): Operations => {
  const parts: Parts = { calls, at, keep, carriedOut, config }
  return { ...signingIn(parts), ...account(parts), ...addresses(parts), ...password(parts) }
}
