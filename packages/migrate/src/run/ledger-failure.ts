import { type UserError, userError } from '@userport/core'
import { LedgerFailure } from '../ledger/ledger.js'

const at = { vendor: 'ledger', operation: 'migrate' }

/** What the ledger refused with, as everything else fails. What is no refusal is a fault of ours, and says nothing of a user. */
export const failureOf = (cause: unknown): UserError =>
  cause instanceof LedgerFailure
    ? userError('Unavailable', at, { code: cause.reason, message: cause.message })
    : userError('Vendor', at, { code: 'internal', message: 'userport failed inside this migration. Please report it.' })
