import { isUserError, type UserError } from '@userport/core'
import { LedgerFailure } from '@userport/migrate'
import { exitCodes } from '../exit-codes.js'
import { NoLedger } from './ledger-file.js'
import type { Ending } from './output.js'

const failed = (error: object, text: string): Ending => ({ code: exitCodes.failed, result: { status: 'failed', error }, text })

/** An error of a vendor, for an operator. What was only cancelled is no failure. */
export const failureOf = ({ _tag, vendor, operation, message, code, status }: UserError): Ending => {
  if (_tag === 'Cancelled')
    return { code: exitCodes.interrupted, result: { status: 'interrupted', reasons: [message] }, text: `Interrupted. ${message}` }
  const details = [_tag, code, status].filter((detail) => detail !== undefined).join(', ')
  const from = vendor === 'userport' || message.startsWith(`${vendor}: `) ? '' : `${vendor}: `
  // A configuration's error names the path and the fix; there is nothing to add.
  const text = `${from}${message}${_tag === 'Configuration' ? '' : ` (${operation}: ${details})`}`
  return failed(
    { tag: _tag, vendor, operation, message, ...(code === undefined ? {} : { code }), ...(status === undefined ? {} : { status }) },
    text,
  )
}

// Such an error names the file and what is wrong with it.
const isOfFileSystem = (cause: unknown): cause is Error => cause instanceof Error && 'syscall' in cause

/** What a command was ended by, if that is something that can happen. A fault of ours is thrown on. */
export const endingOf = (cause: unknown): Ending => {
  if (isUserError(cause)) return failureOf(cause.error)
  if (cause instanceof LedgerFailure)
    return failed({ tag: 'Ledger', reason: cause.reason, message: cause.message }, `Ledger: ${cause.message}`)
  if (cause instanceof NoLedger) return failed({ tag: 'NoLedger', message: cause.message }, cause.message)
  if (isOfFileSystem(cause)) return failed({ tag: 'File', message: cause.message }, cause.message)
  throw cause
}
