import type { Capabilities } from '../capabilities.js'
import type { Implementation, OperationContext } from '../define-backend.js'
import { ownAccount } from './account.js'
import { answering } from './answering.js'
import { entrances } from './entrances.js'
import { lookup } from './lookup.js'
import type { ServiceParts } from './parts.js'
import { completeReset, requestReset } from './reset.js'

/** How the service answers each operation. */
export const operationsOf =
  (parts: ServiceParts) =>
  (context: OperationContext): Implementation<Capabilities> => {
    const answers = answering(parts, context)
    return {
      ...entrances(answers),
      ...ownAccount(answers),
      ...lookup(answers),
      requestPasswordReset: (input) => answers.ask('write', () => requestReset(parts, context, input)),
      completePasswordReset: (input) => answers.ask('once', () => completeReset(parts, context, input)),
    }
  }
