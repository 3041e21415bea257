import type { UserError } from '@userport/core'
import type { MoveProblem, RecordChange } from '../ledger/ledger.js'
import type { RunContext } from './context.js'
import { judge } from './judge.js'

/** The problem of a user whose password is being set. It stays where nobody knows whether it was: only then may it be set again. */
export const claiming = 'claiming'

/** What an error says to an operator: never a value of the user's. */
export const problemOf = (error: UserError): MoveProblem => {
  const { _tag, operation, code, status } = error
  const told =
    error._tag === 'InvalidInput' ? `${error.field}: ${error.rule}` : [code, status].filter((word) => word !== undefined).join(' ')
  return { code: _tag, detail: told === '' ? operation : `${operation}: ${told}` }
}

/** What becomes of a user about whom a vendor gave no answer; `undefined`: the run stops, and nothing. */
export const failedBy = (
  { control }: Pick<RunContext, 'control'>,
  sourceId: RecordChange['sourceId'],
  error: UserError,
): RecordChange | undefined => {
  if (judge(error) === 'stop') control.stop({ kind: 'failed', error })
  return control.stopped === undefined ? { sourceId, state: 'failed', problem: problemOf(error) } : undefined
}
