import type { SecondFactorStep } from '@userport/core'
import type { Account, ContractContext } from './context.js'
import type { SecondFactorKit } from './control.js'
import type { Device } from './device.js'
import { fails } from './expectations.js'
import { type Condition, controlHas } from './requirement.js'

export const canEnrol: Condition = controlHas('secondFactor', 'the suite cannot give anybody a second factor')

/** Somebody with a second factor, and what makes its codes. */
export interface Enrolled extends Account {
  readonly kit: SecondFactorKit
}

export const enrolled = async (context: ContractContext): Promise<Enrolled> => {
  const account = await context.account()
  const kit = await context.control.secondFactor?.enrol(account.user.id)
  if (kit === undefined) throw new Error('the suite cannot give anybody a second factor')
  return { ...account, kit }
}

/** Gives the password on a device; what is left to do is the step. */
export const passwordGiven = async (device: Device, { person: { identifier, password } }: Account): Promise<SecondFactorStep> =>
  (await fails(device.provider.signIn({ identifier, password }), 'SecondFactorRequired')).step

/** A sign-in, on a fresh device, that waits for the second factor. The account's own device is `own`. */
export const stepFor = async (
  context: ContractContext,
): Promise<Omit<Enrolled, 'device'> & { readonly own: Device; readonly device: Device; readonly step: SecondFactorStep }> => {
  const somebody = await enrolled(context)
  const device = await context.device()
  return { ...somebody, own: somebody.device, device, step: await passwordGiven(device, somebody) }
}
