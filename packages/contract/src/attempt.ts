import type { CapabilityName, ProviderCall, Result } from '@userport/core'
import type { ContractContext } from './context.js'
import type { Device } from './device.js'
import type { Requirement } from './requirement.js'

export interface Prepared {
  readonly device: Device
  readonly call: (options: ProviderCall) => Result<unknown>
  /** What must never show up in an error of the call. */
  readonly secrets: readonly string[]
}

/** An operation that would succeed if nothing went wrong. */
export interface Attempt {
  readonly operation: string
  readonly needs?: readonly CapabilityName[]
  readonly only?: Requirement['only']
  /** `read`: changes nothing on the server. `ends`: may end the session it was called with. */
  readonly effect: 'read' | 'write' | 'ends'
  readonly prepare: (context: ContractContext) => Promise<Prepared>
}

/** When a requirement about an operation applies. */
export const applies = ({ needs = [], only = [] }: Attempt): Pick<Requirement, 'needs' | 'only'> => ({ needs, only })

export const asNobody =
  (
    prepare: (context: ContractContext, device: Device) => Promise<Pick<Prepared, 'call' | 'secrets'>> | Pick<Prepared, 'call' | 'secrets'>,
  ): Attempt['prepare'] =>
  async (context) => {
    const device = await context.device()
    return { device, ...(await prepare(context, device)) }
  }

export const asUser =
  (
    prepare: (context: ContractContext, device: Device, password: string) => Pick<Prepared, 'call'> & Partial<Prepared>,
  ): Attempt['prepare'] =>
  async (context) => {
    const { device, person } = await context.account()
    return { device, secrets: [person.password], ...prepare(context, device, person.password) }
  }
