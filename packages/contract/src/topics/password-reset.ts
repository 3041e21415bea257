import { sessionWorks } from '../context.js'
import { check, leftOf, same, succeeds } from '../expectations.js'
import type { Requirement, Topic } from '../requirement.js'
import { reachable, resetChannels, takeResetMessage } from '../resetting.js'
import { resetOnChannel } from './reset-on-channel.js'

const inGeneral: readonly Requirement[] = [
  {
    id: 'RST-20',
    title: 'without a channel named, a declared one is used',
    needs: ['passwordReset.email-link'],
    run: async (context) => {
      const account = await reachable(context, 'email-link')
      const { provider } = await context.device()
      const { channel } = await succeeds(provider.requestPasswordReset({ identifier: account.person.identifier }))
      check(context.capabilities.passwordReset !== false && channel in context.capabilities.passwordReset, `${channel} is not declared`)
      same((await takeResetMessage(context, channel, account)).to, account.person.identifiers.email, 'receiver')
    },
  },
  {
    id: 'RST-21',
    title: 'somebody unknown gets no message, and with enumerationSafe is not told apart by the tag UserNotFound',
    run: async (context) => {
      const { identifier } = context.person()
      const { provider } = await context.device({ enumerationSafe: true })
      const outcome = await provider.requestPasswordReset({ identifier })()
      if (outcome._tag === 'Left') leftOf(outcome, 'InvalidCredentials')
    },
  },
  {
    id: 'RST-22',
    title: 'a request that fails leaves the active user signed in',
    run: async (context) => {
      const { device } = await context.account()
      const { identifier } = context.person()
      await device.provider.requestPasswordReset({ identifier })()
      await sessionWorks(device)
    },
  },
  {
    id: 'RST-23',
    title: 'what is no reset link is refused without a request',
    needs: ['resetByLink'],
    run: async (context) => {
      const { provider } = await context.device()
      await context.withoutRequest(() => {
        for (const url of ['', 'not a link', 'https://example.com/', 'javascript:alert(1)'])
          leftOf(provider.parseResetLink(url), 'InvalidInput')
      })
    },
  },
]

const channelRequirements = resetChannels.flatMap((channel) =>
  resetOnChannel(channel).map(
    (one): Requirement => ({ ...one, title: `${channel}: ${one.title}`, needs: [`passwordReset.${channel}`, ...(one.needs ?? [])] }),
  ),
)

export const passwordReset: Topic = {
  title: 'password reset',
  requirements: [...channelRequirements, ...inGeneral].map((one) => ({ ...one, needs: ['passwordReset', ...(one.needs ?? [])] })),
}
