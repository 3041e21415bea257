import type { OperationContext } from '@userport/core'
import type { MonacaConfig } from './config.js'
import type { MonacaCalls } from './endpoints.js'
import { account } from './operations/account.js'
import { type Operations, partsOf } from './operations/parts.js'
import { password } from './operations/password.js'
import { signingIn } from './operations/sign-in.js'

/** How our operations map to Monaca's calls. */
export const operations = (calls: MonacaCalls, context: OperationContext, config: MonacaConfig): Operations => {
  const parts = partsOf(calls, context, config)
  return { ...signingIn(parts), ...account(parts), ...password(parts) }
}
