import type { Implementation, OperationContext, SignedIn } from '@userport/core'
import type { capabilities } from '../capabilities.js'
import { toUser } from '../codecs.js'
import type { MonacaConfig } from '../config.js'
import type { MonacaCalls } from '../endpoints.js'
import { type FieldNames, fieldNames } from '../fields.js'
import type { Account } from '../session.js'
import { createSteps, type Steps } from './steps.js'
import { createUpgrade, type Upgrading } from './upgrade.js'

/** The operations that Monaca's capabilities promise. */
export type Operations = Implementation<typeof capabilities>

/** What the operations are made of. */
export interface Parts {
  readonly calls: MonacaCalls
  readonly config: MonacaConfig
  readonly fields: FieldNames
  readonly context: OperationContext
  readonly steps: Steps
  readonly upgrading: Upgrading
  /** An account in the words of the port. */
  readonly signedIn: (account: Account) => SignedIn
}

export const partsOf = (calls: MonacaCalls, context: OperationContext, config: MonacaConfig): Parts => {
  const fields = fieldNames(config)
  const steps = createSteps(calls, context, fields)
  return {
    calls,
    config,
    fields,
    context,
    steps,
    upgrading: createUpgrade(steps, calls, context, fields),
    signedIn: ({ wire, session }) => ({ user: toUser(wire, fields), session }),
  }
}
