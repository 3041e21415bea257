import type { SdkCall as Call, DiagnosedCall } from '@userport/migrate'
import type { KnownVendor } from '../../vendors.js'
import type { CallInSource } from './scan.js'

/** A call of an old SDK, and what becomes of it with the new vendor. */
export interface ToldCall extends Omit<DiagnosedCall, 'outcome'> {
  readonly column: number
  /** `none`: nothing takes its place, and nothing has to; see `note`. */
  readonly outcome: DiagnosedCall['outcome'] | 'none'
  /** False where only its name says that it is the SDK's. */
  readonly certain: boolean
  readonly note?: string
}

const extension = 'extension.'

/** The operation that takes the place of a call at another vendor: what only the old one has is not had there. */
const operationAt = (to: KnownVendor, { call, vendor }: CallInSource): string | null =>
  call.operation?.startsWith(extension) === true && vendor !== to ? (call.elsewhere ?? null) : call.operation

/** A call as the diagnosis takes it. */
export const asked = (to: KnownVendor, found: CallInSource): Call => {
  const { file, line, call } = found
  const { needs } = call
  return { file, line, call: call.call, operation: operationAt(to, found), ...(needs === undefined ? {} : { capability: needs }) }
}

/** What the diagnosis said of a call, with what the SDK's table says of it. */
export const told = (to: KnownVendor, found: CallInSource, diagnosed: DiagnosedCall): ToldCall => {
  const { column, certain, call, vendor } = found
  const common = { ...diagnosed, column, certain, ...(call.note === undefined ? {} : { note: call.note }) }
  if (call.operation === null) return { ...common, outcome: 'none', text: 'nothing takes its place' }
  if (operationAt(to, found) === null) return { ...common, text: `only ${vendor} has ${call.operation}` }
  return diagnosed.outcome === 'works' && call.note !== undefined ? { ...common, outcome: 'changes' } : common
}
