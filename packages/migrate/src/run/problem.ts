import type { UserError } from '@userport/core'
import type { MoveProblem } from '../ledger/ledger.js'

/** What an error says to an operator: never a value of the user's. */
export const problemOf = (error: UserError): MoveProblem => {
  const { _tag, operation, code, status } = error
  const told =
    error._tag === 'InvalidInput' ? `${error.field}: ${error.rule}` : [code, status].filter((word) => word !== undefined).join(' ')
  return { code: _tag, detail: told === '' ? operation : `${operation}: ${told}` }
}
