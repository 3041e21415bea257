import { type BrokenInput, kindOf, type OperationName, type ResetRequest } from '@userport/core'
import type { MonacaConfig } from './config.js'
import { usedField } from './fields.js'

/** What is wrong with an argument here at Monaca, besides what the rules say. */
export const brokenInput = (operation: OperationName, input: unknown, config: MonacaConfig): BrokenInput | undefined => {
  if (operation === 'requestPasswordReset' && kindOf((input as ResetRequest).identifier) !== 'username') {
    return { field: 'identifier', rule: 'must be a username: Monaca finds nobody by anything else' }
  }
  return usedField(input, config)
}
