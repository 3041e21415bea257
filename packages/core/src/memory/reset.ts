import * as E from '#fp-ts/Either'
import type { ResetChannel, ResetFacts } from '../capabilities.js'
import type { OperationContext } from '../define-backend.js'
import { type UserError, userError } from '../errors.js'
import type { ResetByCode, ResetByLink, ResetCompleted, ResetIdentifier, ResetRequest, ResetTicket } from '../user-backend.js'
import { kindOf } from '../validation.js'
import type { MemoryMessage } from './outbox.js'
import type { ServiceParts } from './parts.js'
import { type Account, change, endSessions, findAccount, randomId, toUser } from './state.js'

const linkTo = (code: string): string => `https://accounts.example/reset?code=${code}`

const accountIn = ({ state }: ServiceParts, identifier: ResetIdentifier): Account | undefined =>
  'id' in identifier ? state.accounts.get(identifier.id) : findAccount(state, identifier)

export const requestReset = (parts: ServiceParts, { at }: OperationContext, input: ResetRequest): E.Either<UserError, ResetTicket> => {
  const channels = parts.capabilities.passwordReset as Readonly<Partial<Record<ResetChannel, ResetFacts>>>
  const fitting: ResetChannel = kindOf(input.identifier) === 'phone' ? 'sms-link' : 'email-link'
  const channel = input.channel ?? fitting
  const facts = channels[channel]
  if (facts === undefined) return E.left(userError('Unsupported', at, { capability: `passwordReset.${channel}` }))
  const account = accountIn(parts, input.identifier)
  if (account === undefined) return E.left(userError('UserNotFound', at, {}))
  if (account.kind === 'anonymous') return E.left(userError('Forbidden', at, {}))
  if (account.disabled) return E.left(userError('UserDisabled', at, {}))
  const what = channel.startsWith('sms') ? 'phone' : 'email'
  const contact = account[what]
  if (contact?.verified !== true) return E.left(userError('NotVerified', at, { what }))
  const code = randomId()
  parts.state.resets.set(code, account.id)
  parts.outbox.send({
    channel: what === 'phone' ? 'sms' : 'email',
    to: contact.address,
    purpose: 'password-reset',
    code,
    ...(facts.completion === 'hosted' ? { link: linkTo(code) } : {}),
  })
  if (facts.sessionsEnd === 'at-request') endSessions(parts.state, account.id)
  return E.right({
    ...facts,
    type: 'password-reset',
    vendor: 'memory',
    channel,
    identifier: input.identifier,
    requestedAt: new Date().toISOString(),
  })
}

/** Ends the reset that a code began; `undefined` where it began none. A code works once. */
export const setNewPassword = (
  { state, outbox, settings }: ServiceParts,
  code: string,
  channel: MemoryMessage['channel'],
  chosen: string | undefined,
): Account | undefined => {
  const account = state.accounts.get(state.resets.get(code) ?? '')
  if (account === undefined) return undefined
  const isGenerated = settings.resetPassword === 'generated'
  if (!isGenerated && chosen === undefined) throw new Error('a new password is needed')
  const password = isGenerated ? randomId() : (chosen as string)
  for (const [other, owner] of state.resets) if (owner === account.id) state.resets.delete(other)
  endSessions(state, account.id)
  const to = channel === 'sms' ? account.phone : account.email
  if (isGenerated && to !== undefined) outbox.send({ channel, to: to.address, purpose: 'generated-password', password })
  return change(state, account, { password })
}

export const completeReset = (
  parts: ServiceParts,
  { at }: OperationContext,
  input: ResetByCode | ResetByLink,
): E.Either<UserError, ResetCompleted> => {
  const isGenerated = parts.settings.resetPassword === 'generated'
  if ('link' in input) {
    const code = input.link.parameters.code ?? ''
    return setNewPassword(parts, code, 'email', input.newPassword) === undefined
      ? E.left(userError('ResetCodeInvalid', at, {}))
      : E.right({ temporaryPasswordDelivered: false })
  }
  const { ticket, code, newPassword } = input
  // A code is good for the user who asked for it alone.
  const isTheirs = parts.state.resets.get(code) === accountIn(parts, ticket.identifier)?.id
  const account = isTheirs ? setNewPassword(parts, code, ticket.channel === 'sms-code' ? 'sms' : 'email', newPassword) : undefined
  if (account === undefined) return E.left(userError('ResetCodeInvalid', at, {}))
  return E.right({
    temporaryPasswordDelivered: isGenerated,
    ...(ticket.signsIn ? { signedIn: { user: toUser(account), session: parts.newSession(account) } } : {}),
  })
}
