import type { OperationContext, SignedIn } from '@userport/core'
import { toUser } from './codecs.js'
import type { MonacaConfig } from './config.js'
import { type FieldNames, fieldNames } from './fields.js'
import type { Account } from './session.js'
import { createSteps, type MonacaCalls, type Steps } from './steps.js'
import { createUpgrade, type Upgrading } from './upgrade.js'

/** What the operations of one call are made of. */
export interface Kit {
  readonly calls: MonacaCalls
  readonly config: MonacaConfig
  readonly fields: FieldNames
  readonly context: OperationContext
  readonly steps: Steps
  readonly upgrading: Upgrading
  /** An account in the words of the port. */
  readonly signedIn: (account: Account) => SignedIn
}

export const createKit = (calls: MonacaCalls, context: OperationContext, config: MonacaConfig): Kit => {
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
