import type { Identifier, InAppResetTicket, ResetChannel, ResetFacts, ResetTicket } from '@userport/core'
import { type Account, type ContractContext, proveContact } from './context.js'
import type { ContractMessage } from './control.js'
import type { Device } from './device.js'
import { check, same, succeeds } from './expectations.js'
import { freshValue } from './person.js'

export const resetChannels = ['email-link', 'email-code', 'sms-link', 'sms-code'] as const satisfies readonly ResetChannel[]

export const contactOf = (channel: ResetChannel): 'email' | 'phone' => (channel.startsWith('sms') ? 'phone' : 'email')

export const factsOf = ({ capabilities }: Pick<ContractContext, 'capabilities'>, channel: ResetChannel): ResetFacts => {
  const facts = capabilities.passwordReset === false ? undefined : capabilities.passwordReset[channel]
  if (facts === undefined) throw new Error(`there is no channel ${channel}`)
  return facts
}

/** Somebody who can be sent a reset on that channel. */
export const reachable = async (context: ContractContext, channel: ResetChannel): Promise<Account> => {
  const kind = contactOf(channel)
  const account = await context.account({ with: [kind] })
  const { precondition } = factsOf(context, channel)
  if (precondition === 'verified-email' || precondition === 'verified-phone') await proveContact(context, account.device, kind)
  return account
}

/** A reset under way. */
export interface Reset extends Account {
  readonly ticket: ResetTicket
  readonly message: ContractMessage
  /** The device, with nobody active, that asked for it. */
  readonly asking: Device
}

export const takeResetMessage = (context: ContractContext, channel: ResetChannel, { person }: Account): Promise<ContractMessage> =>
  context.control.inbox.next({ to: person.identifiers[contactOf(channel)] ?? '', purpose: 'password-reset' })

export const requestReset = async (context: ContractContext, channel: ResetChannel): Promise<Reset> => {
  const account = await reachable(context, channel)
  const asking = await context.device()
  const ticket = await succeeds(asking.provider.requestPasswordReset({ identifier: account.person.identifier, channel }))
  return { ...account, ticket, asking, message: await takeResetMessage(context, channel, account) }
}

export const inAppTicket = (ticket: ResetTicket): InAppResetTicket => {
  check(ticket.completion === 'in-app', 'the ticket must be one that is completed in the app')
  return ticket
}

const delivered = async (context: ContractContext, { person, ticket }: Reset): Promise<string> => {
  const to = person.identifiers[contactOf(ticket.channel)] ?? ''
  const { password } = await context.control.inbox.next({ to, purpose: 'generated-password' })
  check(password !== undefined, 'the message must deliver the password that was made')
  return password
}

/** Ends a reset as its ticket says; returns the password that holds afterwards. */
export const complete = async (context: ContractContext, reset: Reset): Promise<string> => {
  const { ticket, message, asking } = reset
  const chosen = freshValue(context, 'password')
  const newPassword = ticket.newPassword === 'generated' ? undefined : chosen
  if (ticket.completion === 'hosted') {
    await context.control.openResetPage(message, newPassword)
  } else {
    await succeeds(
      asking.provider.completePasswordReset({ ticket, code: message.code ?? '', ...(newPassword === undefined ? {} : { newPassword }) }),
    )
  }
  return newPassword === undefined || (await wasMade(context, reset, newPassword)) ? delivered(context, reset) : newPassword
}

/** Did the service make a password in place of the one it was given? Where its console decides that, only a sign-in can tell. */
export const wasMade = async (context: ContractContext, { ticket, person }: Reset, given: string): Promise<boolean> =>
  ticket.newPassword === 'console-setting' && !(await canStillSignIn(context, person.identifier, given))

export const canStillSignIn = async (context: ContractContext, identifier: Identifier, password: string): Promise<boolean> => {
  const { provider } = await context.device()
  const outcome = await provider.signIn({ identifier, password })()
  return outcome._tag === 'Right'
}

/** Facts that a vendor's console decides: where the capabilities leave one open, the ticket may say what the app's configuration says. */
const decisions: {
  readonly [Fact in keyof ResetFacts]?: { readonly open: ResetFacts[Fact]; readonly decided: (said: unknown) => boolean }
} = {
  newPassword: { open: 'console-setting', decided: (said) => said === 'chosen' || said === 'generated' },
  sessionsEnd: { open: 'unknown', decided: (said) => said === 'at-request' || said === 'at-completion' || said === 'never' },
  lifetime: { open: 'unknown', decided: (said) => typeof said === 'number' && said > 0 },
}

/** Demands that a ticket says what the capabilities say. */
export const saysWhatIsDeclared = (said: Pick<ResetTicket, keyof ResetFacts>, facts: ResetFacts): void => {
  same(Object.keys(said).sort(), Object.keys(facts).sort(), 'names of the facts in the ticket')
  for (const name of Object.keys(facts) as (keyof ResetFacts)[]) {
    const decision = decisions[name]
    if (decision?.open !== facts[name] || !decision.decided(said[name])) same(said[name], facts[name], name)
  }
}
