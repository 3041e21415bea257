import type { IdentifierKind } from '@userport/core'
import { type Account, type ContractContext, proveContact } from './context.js'
import type { ContractMessage } from './control.js'
import { check, succeeds } from './expectations.js'
import { type Condition, controlHas } from './requirement.js'

export type ContactKind = 'email' | 'phone'
export const contactKinds: readonly ContactKind[] = ['email', 'phone']

/** Verification can be demanded by the suite. */
export const verifiable: Condition = controlHas('requireVerification', 'the suite cannot make addresses need verification')

/** Everything that was sent can be looked at. */
export const readable: Condition = {
  when: ({ control }) => control.inbox.messages !== undefined,
  otherwise: 'the messages that were sent cannot be looked at',
}

/** Runs something while new addresses count only once they are verified. */
export const withVerification = async <A>(context: ContractContext, act: () => Promise<A>): Promise<A> => {
  const before = await context.control.requireVerification?.(true)
  try {
    return await act()
  } finally {
    await context.control.requireVerification?.(before ?? false)
  }
}

export interface Unproved extends Account {
  readonly address: string
}

/** Runs something with somebody whose address waits for its proof. */
export const unproved = async <A>(context: ContractContext, kind: ContactKind, act: (somebody: Unproved) => Promise<A>): Promise<A> => {
  const account = await context.account({ with: [kind] })
  const withAddress = (one: Account): Unproved => ({ ...one, address: one.person.identifiers[kind] ?? '' })
  if (account.user[kind]?.verified !== true) return act(withAddress(account))
  return withVerification(context, async () => act(withAddress(await context.account({ with: [kind] }))))
}

/** Somebody whose address counts. */
export const proved = async (context: ContractContext, kind: ContactKind, ...more: readonly IdentifierKind[]): Promise<Account> => {
  const account = await context.account({ with: [kind, ...more] })
  const { verification } = context.capabilities
  const isSent = (await verificationsTo(context, account.person.identifiers[kind] ?? '')).length > 0
  if (account.user[kind]?.verified === false && verification && verification[kind] && !isSent)
    await succeeds(account.device.provider.requestVerification({ kind }))
  await proveContact(context, account.device, kind)
  return account
}

/** What was sent to prove an address, the oldest first. */
export const verificationsTo = async ({ control }: ContractContext, address: string): Promise<readonly ContractMessage[]> =>
  ((await control.inbox.messages?.()) ?? []).filter(({ to, purpose }) => to === address && purpose === 'verification')

/** Asks for a verification and gives what was sent. */
export const askedVerification = async (
  context: ContractContext,
  kind: ContactKind,
  { device, address }: Unproved,
): Promise<ContractMessage> => {
  await succeeds(device.provider.requestVerification({ kind }))
  const message = (await verificationsTo(context, address)).at(-1)
  check(message !== undefined, `a message must be sent to ${address}`)
  return message
}
