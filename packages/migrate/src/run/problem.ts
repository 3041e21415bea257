import type { UserError } from '@userport/core'
import type { MoveProblem } from '../ledger/ledger.js'

/** The problem of a user whose password is being set. It stays where nobody knows whether it was: only then may it be set again. */
export const claiming = 'claiming'

/** What an error says to an operator: never a value of the user's. */
export const problemOf = (error: UserError): MoveProblem => {
  const { _tag, operation, code, status } = error
  const told =
    error._tag === 'InvalidInput' ? `${error.field}: ${error.rule}` : [code, status].filter((word) => word !== undefined).join(' ')
  return { code: _tag, detail: told === '' ? operation : `${operation}: ${told}` }
}
