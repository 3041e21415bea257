import type { ResetChannel, ResetIdentifier } from '@userport/core'
import { describe, expect, it } from 'vitest'
import { value } from '../../core/test/support/vendor-results.js'
import { person, start } from './support/apps.js'

type Newcomer = Awaited<ReturnType<ReturnType<typeof start>['newcomer']>>

const roads: readonly (readonly [by: string, channel: ResetChannel, to: 'email' | 'phone', (who: Newcomer) => ResetIdentifier])[] = [
  ['the user id', 'email-link', 'email', ({ user }) => ({ id: user.id })],
  ['the user id', 'sms-code', 'phone', ({ user }) => ({ id: user.id })],
  ['the e-mail address', 'email-link', 'email', ({ email }) => ({ email })],
  ['the e-mail address', 'sms-code', 'phone', ({ email }) => ({ email })],
  ['the phone number', 'email-link', 'email', ({ phone }) => ({ phone })],
  ['the phone number', 'sms-code', 'phone', ({ phone }) => ({ phone })],
]

describe('a password reset', () => {
  it.each(roads)('by %s over %s goes to the %s', async (_, channel, to, identifierOf) => {
    const { world, newcomer, backend, signIn } = start({ passwordResetFlow: 'chosen' })
    const who = await newcomer({ email: true, phone: true })
    const ticket = await value(backend.requestPasswordReset({ identifier: identifierOf(who), channel }))
    const { code = '' } = await world.outbox.next({ to: who[to], purpose: 'password-reset' })
    if (ticket.completion === 'hosted') return
    const newPassword = person().password
    await value(backend.completePasswordReset({ ticket, code, newPassword }))
    expect(await signIn(who.username, newPassword)).toMatchObject({ right: { user: { id: who.user.id } } })
  })
})
