import type { ResetChannel, ResetFacts } from '@userport/core'
import { canSignIn, sessionWorks } from '../context.js'
import { type Device, reasonsOf } from '../device.js'
import { check, fails, rightOf, same, succeeds } from '../expectations.js'
import { freshValue } from '../person.js'
import type { Requirement } from '../requirement.js'
import {
  canStillSignIn,
  complete,
  contactOf,
  factsOf,
  inAppTicket,
  reachable,
  requestReset,
  saysWhatIsDeclared,
  wasMade,
} from '../resetting.js'
import { readable, withVerification } from '../verifying.js'

const declares = (channel: ResetChannel, when: (facts: ResetFacts) => boolean, otherwise: string): Requirement['only'] => ({
  when: ({ capabilities }) => {
    const facts = capabilities.passwordReset === false ? undefined : capabilities.passwordReset[channel]
    return facts !== undefined && when(facts)
  },
  otherwise,
})

const isInApp = ({ completion }: ResetFacts): boolean => completion === 'in-app'

const isSignedOut = async ({ provider }: Device): Promise<void> => {
  await fails(provider.refresh(), 'SessionExpired')
  same(provider.state(), { status: 'signedOut' }, 'state')
}

/** What holds for a reset on one channel. */
export const resetOnChannel = (channel: ResetChannel): readonly Requirement[] => [
  {
    id: `RST-1.${channel}`,
    title: 'a request gives a ticket that says what is declared',
    run: async (context) => {
      const { ticket, person } = await requestReset(context, channel)
      const { type, vendor: _, channel: on, identifier, requestedAt, ...said } = ticket
      saysWhatIsDeclared(said, factsOf(context, channel))
      same({ type, on, identifier }, { type: 'password-reset', on: channel, identifier: person.identifier }, 'ticket')
      check(Math.abs(Date.parse(requestedAt) - Date.now()) < 60_000, 'requestedAt must be the time of the request')
    },
  },
  {
    id: `RST-2.${channel}`,
    title: 'the ticket is JSON and holds no secret',
    run: async (context) => {
      const { ticket, message } = await requestReset(context, channel)
      const text = JSON.stringify(ticket)
      same(JSON.parse(text), ticket, 'the ticket as JSON')
      for (const secret of [message.code, message.link, message.password]) {
        check(secret === undefined || !text.includes(secret), 'the ticket holds what only the message may hold')
      }
    },
  },
  {
    id: `RST-14.${channel}`,
    title: 'a request sends one message, also when its reply is lost',
    only: readable,
    run: async (context) => {
      const { person } = await reachable(context, channel)
      const { provider } = await context.device()
      const request = provider.requestPasswordReset({ identifier: person.identifier, channel }, { deadline: 1_500 })
      await context.during('replyLost', request, 1)
      const sent = ((await context.control.inbox.messages?.()) ?? []).filter(({ purpose }) => purpose === 'password-reset')
      same(sent.filter(({ to }) => to === person.identifiers[contactOf(channel)]).length, 1, 'messages sent')
    },
  },
  {
    id: `RST-3.${channel}`,
    title: 'the old password works until completion',
    run: async (context) => {
      const { person, user } = await requestReset(context, channel)
      same((await canSignIn(context, person, person.password)).id, user.id, 'who signs in')
    },
  },
  {
    id: `RST-4.${channel}`,
    title: 'after completion the new password signs in and the old one does not',
    run: async (context) => {
      const reset = await requestReset(context, channel)
      const password = await complete(context, reset)
      same((await canSignIn(context, reset.person, password)).id, reset.user.id, 'who signs in')
      same(await canStillSignIn(context, reset.person.identifier, reset.person.password), false, 'the old password signs in')
    },
  },
  {
    id: `RST-5.${channel}`,
    title: 'sessions live until the ticket says',
    only: declares(channel, ({ sessionsEnd }) => sessionsEnd !== 'at-request', 'sessions end at the request'),
    run: async (context) => {
      const reset = await requestReset(context, channel)
      const { sessionsEnd } = reset.ticket
      if (sessionsEnd === 'at-request') return isSignedOut(reset.device)
      if (sessionsEnd !== 'unknown') await sessionWorks(reset.device)
      await complete(context, reset)
      if (sessionsEnd === 'at-completion') await isSignedOut(reset.device)
      if (sessionsEnd === 'never') await sessionWorks(reset.device)
    },
  },
  {
    id: `RST-6.${channel}`,
    title: 'sessions end at the request',
    only: declares(channel, ({ sessionsEnd }) => sessionsEnd === 'at-request', 'sessions do not end at the request'),
    run: async (context) => {
      await isSignedOut((await requestReset(context, channel)).device)
    },
  },
  {
    id: `RST-7.${channel}`,
    title: 'a request of the active user signs out at once, with the reason revokedByReset',
    only: declares(channel, ({ sessionsEnd }) => sessionsEnd === 'at-request', 'sessions do not end at the request'),
    run: async (context) => {
      const { device, person } = await reachable(context, channel)
      await succeeds(device.provider.requestPasswordReset({ identifier: person.identifier, channel }))
      same(device.provider.state(), { status: 'signedOut' }, 'state')
      same(reasonsOf(device).at(-1), 'revokedByReset', 'last reason told')
      same(await succeeds((await device.restart()).provider.restore()), null, 'user after a restart')
    },
  },
  {
    id: `RST-8.${channel}`,
    title: 'completing in the app says what was declared: who made the password, and whether it signs in',
    needs: ['resetByCode'],
    only: declares(channel, isInApp, 'it does not end in the app'),
    run: async (context) => {
      const reset = await requestReset(context, channel)
      const { ticket, message, asking, user } = reset
      const isGenerated = ticket.newPassword === 'generated'
      const newPassword = freshValue(context, 'password')
      const outcome = await succeeds(
        asking.provider.completePasswordReset({
          ticket: inAppTicket(JSON.parse(JSON.stringify(ticket))),
          code: message.code ?? '',
          ...(isGenerated ? {} : { newPassword }),
        }),
      )
      same(outcome.temporaryPasswordDelivered, isGenerated || (await wasMade(context, reset, newPassword)), 'temporaryPasswordDelivered')
      same(outcome.user?.id, ticket.signsIn ? user.id : undefined, 'who is signed in')
      same(asking.provider.activeUser()?.id, ticket.signsIn ? user.id : undefined, 'active user')
      if (ticket.signsIn) await sessionWorks(asking)
    },
  },
  {
    id: `RST-9.${channel}`,
    title: 'a wrong code changes nothing',
    needs: ['resetByCode'],
    only: declares(channel, isInApp, 'it does not end in the app'),
    run: async (context) => {
      const { ticket, message, asking, person } = await requestReset(context, channel)
      const wrong = [...(message.code ?? '')].map((digit) => (digit === '7' ? '3' : '7')).join('')
      const newPassword = freshValue(context, 'password')
      const input = { ticket: inAppTicket(ticket), code: wrong, ...(ticket.newPassword === 'generated' ? {} : { newPassword }) }
      await fails(asking.provider.completePasswordReset(input), 'ResetCodeInvalid', 'ResetCodeExpired')
      same(asking.provider.activeUser(), null, 'active user')
      same(await canStillSignIn(context, person.identifier, newPassword), false, 'the new password signs in')
      await canSignIn(context, person, person.password)
    },
  },
  {
    id: `RST-10.${channel}`,
    title: 'a code works once',
    needs: ['resetByCode'],
    only: declares(channel, isInApp, 'it does not end in the app'),
    run: async (context) => {
      const reset = await requestReset(context, channel)
      const password = await complete(context, reset)
      const { provider } = await context.device()
      const more = reset.ticket.newPassword === 'generated' ? {} : { newPassword: freshValue(context, 'password') }
      const again = provider.completePasswordReset({ ticket: inAppTicket(reset.ticket), code: reset.message.code ?? '', ...more })
      await fails(again, 'ResetCodeInvalid', 'ResetCodeExpired')
      await canSignIn(context, reset.person, password)
    },
  },
  {
    id: `RST-11.${channel}`,
    title: 'a ticket for a hosted page is refused in the app, without a request',
    only: declares(channel, (facts) => !isInApp(facts), 'it ends in the app'),
    run: async (context) => {
      const { ticket, message, asking } = await requestReset(context, channel)
      const input = { ticket: ticket as never, code: message.code ?? 'any', newPassword: freshValue(context, 'password') }
      await context.withoutRequest(() => fails(asking.provider.completePasswordReset(input), 'InvalidInput', 'Unsupported'))
    },
  },
  {
    id: `RST-12.${channel}`,
    title: 'the app’s own page ends it with the parts of the link, once',
    needs: ['resetByLink'],
    only: declares(channel, ({ ownPage }) => ownPage, 'there is no page of the app’s own'),
    run: async (context) => {
      const { message, asking, person, user } = await requestReset(context, channel)
      const link = rightOf(asking.provider.parseResetLink(message.link ?? ''))
      const newPassword = freshValue(context, 'password')
      await succeeds(asking.provider.completePasswordReset({ link, newPassword }))
      same((await canSignIn(context, person, newPassword)).id, user.id, 'who signs in')
      await fails(
        asking.provider.completePasswordReset({ link, newPassword: freshValue(context, 'password') }),
        'ResetCodeInvalid',
        'ResetCodeExpired',
      )
      await canSignIn(context, person, newPassword)
    },
  },
  {
    id: `RST-13.${channel}`,
    title: 'an address that is not verified gets nothing',
    only: {
      when: (facts) =>
        facts.control.requireVerification !== undefined &&
        facts.capabilities.passwordReset !== false &&
        facts.capabilities.passwordReset[channel]?.precondition.startsWith('verified') === true,
      otherwise: 'the address need not be verified',
    },
    run: (context) =>
      withVerification(context, async () => {
        const { person } = await context.account({ with: [contactOf(channel)] })
        const { provider } = await context.device()
        const { what } = await fails(provider.requestPasswordReset({ identifier: person.identifier, channel }), 'NotVerified')
        same(what, contactOf(channel), 'what must be verified')
      }),
  },
  {
    id: `RST-15.${channel}`,
    title: 'the code of somebody else changes nobody’s password',
    needs: ['resetByCode'],
    only: declares(channel, isInApp, 'it does not end in the app'),
    run: async (context) => {
      const one = await requestReset(context, channel)
      const two = await requestReset(context, channel)
      const chosen = one.ticket.newPassword === 'generated' ? {} : { newPassword: freshValue(context, 'password') }
      const input = { ticket: inAppTicket(one.ticket), code: two.message.code ?? '', ...chosen }
      await fails(one.asking.provider.completePasswordReset(input), 'ResetCodeInvalid', 'ResetCodeExpired')
      for (const { person } of [one, two]) await canSignIn(context, person, person.password)
    },
  },
]
