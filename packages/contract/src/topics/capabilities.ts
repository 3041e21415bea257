import {
  brokenRule,
  type CapabilityName,
  type Identifier,
  operationCapability,
  type ResetChannel,
  type Result,
  type TextRule,
  type UserProvider,
} from '@userport/core'
import type { ContractContext } from '../context.js'
import { fails, leftOf, same } from '../expectations.js'
import { credentials, freshValue, identifierOf } from '../person.js'
import type { Requirement, Topic } from '../requirement.js'
import { resetChannels } from '../resetting.js'

type Operation = keyof typeof operationCapability

/** Each operation that a vendor may lack, called with a good argument. */
const calls: Readonly<Record<Operation, (provider: UserProvider, context: ContractContext) => Result<unknown>>> = {
  signInAnonymously: (provider) => provider.signInAnonymously(),
  upgrade: (provider, context) => provider.upgrade(credentials(context.person())),
  changePassword: (provider, context) =>
    provider.changePassword({ current: freshValue(context, 'password'), next: freshValue(context, 'password') }),
  requestPasswordReset: (provider, context) => provider.requestPasswordReset({ identifier: context.person().identifier }),
  forgotUsername: (provider, context) => provider.forgotUsername({ email: freshValue(context, 'email') }),
  usernameExists: (provider, context) => provider.usernameExists(freshValue(context, 'username')),
  findUser: (provider, context) => provider.findUser({ username: freshValue(context, 'username') }),
  deleteUser: (provider, context) => provider.deleteUser({ password: freshValue(context, 'password') }),
  requestVerification: (provider) => provider.requestVerification({ kind: 'email' }),
  confirmVerification: (provider) => provider.confirmVerification({ kind: 'phone', code: '123456' }),
  changeContact: (provider, context) => provider.changeContact({ email: freshValue(context, 'email') }),
  changeUsername: (provider, context) => provider.changeUsername(freshValue(context, 'username')),
  signInWithToken: (provider) => provider.signInWithToken({ token: 'token' }),
  continueSignIn: (provider) =>
    provider.continueSignIn(
      { type: 'second-factor', id: 'none', factors: ['totp'], authenticators: [] },
      { factor: 'totp', code: '123456' },
    ),
  signOutEverywhere: (provider) => provider.signOutEverywhere(),
  signInWithIdentity: (provider) => provider.signInWithIdentity({ provider: 'facebook', tokens: { access_token: 'token' } }),
  linkIdentity: (provider) => provider.linkIdentity({ provider: 'facebook', tokens: { access_token: 'token' } }),
  unlinkIdentity: (provider) => provider.unlinkIdentity('facebook'),
  findUsers: (provider, context) => provider.findUsers({ username: freshValue(context, 'username') }),
  suspendUser: (provider) => provider.suspendUser(),
}

const refuses = (
  id: string,
  title: string,
  lacks: CapabilityName,
  call: (provider: UserProvider, context: ContractContext) => Result<unknown>,
): Requirement => ({
  id,
  title: `${title} is refused without a request, whoever is active`,
  lacks: [lacks],
  run: async (context) => {
    for (const { provider } of [(await context.account()).device, await context.device()]) {
      const before = provider.activeUser()
      const { capability } = await context.withoutRequest(() => fails(call(provider, context), 'Unsupported'))
      same(capability, lacks, 'capability')
      same(provider.activeUser() ?? null, before ?? null, 'active user')
    }
  },
})

const operations = (Object.keys(operationCapability) as Operation[]).map((name) =>
  refuses(`CAP-1.${name}`, name, operationCapability[name], calls[name]),
)

const identifier = (context: ContractContext, kind: 'username' | 'email' | 'phone'): Identifier =>
  identifierOf(kind, { [kind]: freshValue(context, kind) })

const identifiers = (['username', 'email', 'phone'] as const).flatMap((kind): readonly Requirement[] => [
  {
    id: `CAP-2.signIn.${kind}`,
    title: `signing in by ${kind} is refused without a request`,
    lacks: [`signIn.${kind}`],
    run: async (context) => {
      const { provider } = await context.device()
      const signIn = provider.signIn({ identifier: identifier(context, kind), password: freshValue(context, 'password') })
      same((await context.withoutRequest(() => fails(signIn, 'Unsupported'))).capability, `signIn.${kind}`, 'capability')
    },
  },
  {
    id: `CAP-2.signUp.${kind}`,
    title: `signing up with a ${kind} alone is refused without a request`,
    lacks: [`signUp.${kind}`],
    run: async (context) => {
      const { provider } = await context.device()
      const signUp = provider.signUp({ identifiers: { [kind]: freshValue(context, kind) }, password: freshValue(context, 'password') })
      await context.withoutRequest(() => fails(signUp, 'InvalidInput', 'Unsupported'))
    },
  },
  {
    id: `CAP-2.findUser.${kind}`,
    title: `finding somebody by ${kind} is refused without a request`,
    needs: ['findUser'],
    lacks: [`findUser.${kind}`],
    run: async (context) => {
      const { device } = await context.account()
      const findUser = device.provider.findUser(identifier(context, kind))
      same((await context.withoutRequest(() => fails(findUser, 'Unsupported'))).capability, `findUser.${kind}`, 'capability')
    },
  },
])

const channels = resetChannels.map(
  (channel): Requirement => ({
    id: `CAP-3.${channel}`,
    title: `a reset by ${channel} is refused without a request`,
    needs: ['passwordReset'],
    lacks: [`passwordReset.${channel}`],
    run: async (context) => {
      const { provider } = await context.device()
      const request = provider.requestPasswordReset({ identifier: context.person().identifier, channel })
      same((await context.withoutRequest(() => fails(request, 'Unsupported'))).capability, `passwordReset.${channel}`, 'capability')
    },
  }),
)

const ticketOf = (vendor: string, channel: ResetChannel, context: ContractContext) => ({
  type: 'password-reset' as const,
  vendor,
  channel,
  identifier: context.person().identifier,
  requestedAt: new Date().toISOString(),
  completion: 'in-app' as const,
  ownPage: false,
  newPassword: 'chosen' as const,
  sessionsEnd: 'at-completion' as const,
  oldPasswordWorks: 'until-completion' as const,
  lifetime: 'unknown' as const,
  signsIn: false,
  precondition: 'verified-email' as const,
})

const plain = (value: object, what: string): void => same(JSON.parse(JSON.stringify(value)), value, `${what} as JSON`)

export const capabilities: Topic = {
  title: 'capabilities',
  requirements: [
    ...operations,
    ...identifiers,
    ...channels,
    {
      id: 'CAP-4',
      title: 'completing a reset with a code is refused without a request',
      lacks: ['resetByCode'],
      run: async (context) => {
        const { provider } = await context.device()
        const ticket = ticketOf(provider.vendor, 'email-code', context)
        const completion = provider.completePasswordReset({ ticket, code: '123456', newPassword: freshValue(context, 'password') })
        same((await context.withoutRequest(() => fails(completion, 'Unsupported'))).capability, 'resetByCode', 'capability')
      },
    },
    {
      id: 'CAP-5',
      title: 'completing a reset with a link is refused without a request, and no link is read',
      lacks: ['resetByLink'],
      run: async (context) => {
        const { provider } = await context.device()
        const link = { type: 'reset-link' as const, vendor: provider.vendor, identifier: 'kim', parameters: { code: '123456' } }
        const completion = provider.completePasswordReset({ link, newPassword: freshValue(context, 'password') })
        same((await context.withoutRequest(() => fails(completion, 'Unsupported'))).capability, 'resetByLink', 'capability')
        leftOf(provider.parseResetLink('https://example.com/reset?code=123456'), 'Unsupported')
      },
    },
    {
      id: 'CAP-6',
      title: 'capabilities and rules are plain data, and the rules can be applied',
      run: async (context) => {
        plain(context.capabilities, 'capabilities')
        plain(context.rules, 'rules')
        const { attributes, ...texts } = context.rules
        for (const rule of [attributes.key, ...(Object.values(texts) as TextRule[])])
          same(brokenRule(rule, 7), 'must be a text', 'rule for a number')
      },
    },
    {
      id: 'CAP-7',
      title: 'no token is handed out',
      lacks: ['accessToken'],
      run: async (context) => {
        const { device } = await context.account()
        same(await context.withoutRequest(() => device.provider.accessToken()), null, 'access token')
      },
    },
  ],
}
