import { type UserError, userError } from '@userport/core'
import type { StopReason } from './control.js'

/** Why a run ended early, for an operator. */
export const saying = (reason: StopReason): string => {
  switch (reason.kind) {
    case 'aborted':
      return 'It was told to stop.'
    case 'lease-lost':
      return 'Another process took the ledger over.'
    case 'impatient':
      return `${reason.error.vendor} was down for too long: ${reason.error._tag}.`
    case 'failed':
      return reason.error._tag
  }
}

/** The failure of an operation that ends early and has nothing else to say that with. */
export const interrupted = (reason: StopReason): UserError => {
  if (reason.kind === 'impatient' || reason.kind === 'failed') return reason.error
  return userError('Cancelled', { vendor: 'ledger', operation: 'migrate' }, { message: saying(reason) })
}
