import { type CapabilityName, hasCapability } from '@userport/core'
import type { ContractContext, Facts } from './context.js'

/** What else decides whether a requirement applies, and why it may not. */
export interface Condition {
  readonly when: (facts: Facts) => boolean
  readonly otherwise: string
}

/** One thing that holds for every provider that has what it needs. */
export interface Requirement {
  /** Stable: `UPG-3` stays `UPG-3`. */
  readonly id: string
  /** What holds. */
  readonly title: string
  /** Capabilities without which it does not apply. */
  readonly needs?: readonly CapabilityName[]
  /** Capabilities with which it does not apply. */
  readonly lacks?: readonly CapabilityName[]
  /** All of them must hold. */
  readonly only?: Condition | readonly Condition[]
  /** Throws where it does not hold. Runs by itself, in any order. */
  readonly run: (context: ContractContext) => Promise<void>
}

export interface Topic {
  readonly title: string
  readonly requirements: readonly Requirement[]
}

/** Why a requirement does not apply to a provider; `undefined` where it does. */
export const notApplicable = ({ needs = [], lacks = [], only }: Requirement, facts: Facts): string | undefined => {
  const missing = needs.find((name) => !hasCapability(facts.capabilities, name))
  if (missing !== undefined) return `needs capability ${missing}`
  const present = lacks.find((name) => hasCapability(facts.capabilities, name))
  if (present !== undefined) return `is about providers without ${present}`
  return [only].flat().find((condition) => condition !== undefined && !condition.when(facts))?.otherwise
}

/** Asks for a part of the control that not every provider's tests can bring. */
export const controlHas = (part: keyof Facts['control'], otherwise: string): Condition => ({
  when: ({ control }) => control[part] !== undefined,
  otherwise,
})
