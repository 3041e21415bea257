import { type CapabilityName, hasCapability, operationCapability } from '@userport/core'
import { meaningOfCapability } from '../planning/compare-capabilities.js'
import type { DiagnosedCall, Diagnosis, DiagnosisRow, SdkCall, Side } from './diagnosis.js'

/** Operations that every vendor has, and what says how they behave. */
const others: Readonly<Record<string, CapabilityName>> = {
  signUp: 'signUp',
  signIn: 'signIn',
  signOut: 'signOut',
  updateProfile: 'attributeWrites',
  completePasswordReset: 'passwordReset',
  parseResetLink: 'resetByLink',
  accessToken: 'accessToken',
}

const writesFields: Readonly<Record<string, readonly string[]>> = {
  signUp: ['username', 'email', 'phone', 'password', 'displayName', 'locale', 'country', 'attributes'],
  upgrade: ['username', 'email', 'phone', 'password', 'displayName', 'locale', 'country', 'attributes'],
  updateProfile: ['displayName', 'locale', 'country', 'attributes'],
  changePassword: ['password'],
  completePasswordReset: ['password'],
  changeUsername: ['username'],
  changeContact: ['email', 'phone'],
}

const capabilityOf = (operation: string): CapabilityName | undefined => {
  const known: Readonly<Record<string, CapabilityName>> = { ...others, ...operationCapability }
  return Object.hasOwn(known, operation) ? known[operation] : undefined
}

const isAbout = (capability: string, { area, capability: of }: DiagnosisRow): boolean =>
  area === 'capability' && (of === capability || of.startsWith(`${capability}.`) || capability.startsWith(`${of}.`))

/** What becomes of one call of the old SDK. */
export const diagnoseCall = (call: SdkCall, to: Side, { changes, lost }: Pick<Diagnosis, 'changes' | 'lost'>): DiagnosedCall => {
  const { operation } = call
  if (operation === null) return { ...call, outcome: 'lost', text: 'nothing takes its place' }
  const capability = call.capability ?? capabilityOf(operation)
  if (capability !== undefined && !hasCapability(to.capabilities, capability)) {
    return { ...call, outcome: 'lost', text: `${meaningOfCapability(capability)}: not at ${to.vendor}` }
  }
  const fields = writesFields[operation] ?? []
  const touched = [...lost, ...changes].filter(
    (row) => (capability !== undefined && isAbout(capability, row)) || (row.area === 'rules' && fields.includes(row.capability)),
  )
  const text = touched.map((row) => row.text).join('; ')
  return { ...call, outcome: touched.length === 0 ? 'works' : 'changes', text: text === '' ? 'as before' : text }
}
