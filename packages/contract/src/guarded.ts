import type { Result, UserProvider } from '@userport/core'
import { type ContractContext, sessionWorks } from './context.js'
import { activeUserOf, type Device } from './device.js'
import { fails, same } from './expectations.js'

/** Demands that nobody takes the place of an active registered user unasked, and that the refusal costs no request. */
export const refusedOverRegistered = async (
  context: ContractContext,
  device: Device,
  enter: (provider: UserProvider) => Result<unknown>,
): Promise<void> => {
  const { id } = activeUserOf(device)
  await context.withoutRequest(() => fails(enter(device.provider), 'AlreadySignedIn'))
  same((await sessionWorks(device)).id, id, 'active user')
}

/** The same for an anonymous one, whom it would lose. */
export const refusedOverAnonymous = async (
  context: ContractContext,
  device: Device,
  enter: (provider: UserProvider) => Result<unknown>,
): Promise<void> => {
  const { id } = activeUserOf(device)
  await context.withoutRequest(() => fails(enter(device.provider), 'WouldLoseAnonymousUser'))
  const user = await sessionWorks(device)
  same({ id: user.id, kind: user.kind }, { id, kind: 'anonymous' }, 'active user')
}
