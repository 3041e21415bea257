import type { At, Implementation, OperationContext } from '@userport/core'
import type { capabilities } from './capabilities.js'
import type { KiiConfig } from './config.js'
import type { KiiCalls } from './endpoints.js'
import { account } from './operations-account.js'
import { addresses } from './operations-address.js'
import { password } from './operations-password.js'
import { signingIn } from './operations-sign-in.js'

export type Operations = Implementation<typeof capabilities>

/** What the operations are made of. */
export interface Parts {
  readonly calls: KiiCalls
  readonly at: At
  readonly config: KiiConfig
}

/** How our operations map to Kii's calls. */
export const operations = (calls: KiiCalls, { at }: OperationContext, config: KiiConfig): Operations => {
  const parts: Parts = { calls, at, config }
  return { ...signingIn(parts), ...account(parts), ...addresses(parts), ...password(parts) }
}
