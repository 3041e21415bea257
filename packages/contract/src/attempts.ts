import type { ResetChannel } from '@userport/core'
import { accountAttempts } from './account-attempts.js'
import { type Attempt, asNobody, asUser } from './attempt.js'
import type { ContractContext } from './context.js'
import { credentials, freshValue } from './person.js'
import { inAppTicket, requestReset, resetChannels } from './resetting.js'

const inAppChannel = ({ capabilities: { passwordReset } }: ContractContext): ResetChannel => {
  const channel = resetChannels.find((one) => passwordReset !== false && passwordReset[one]?.completion === 'in-app')
  if (channel === undefined) throw new Error('capabilities: resetByCode without a channel that ends in the app')
  return channel
}

const declaredChannel = ({ capabilities: { passwordReset } }: ContractContext): ResetChannel =>
  resetChannels.find((one) => passwordReset !== false && passwordReset[one] !== undefined) ?? 'email-link'

/** Every operation that may talk to the server. */
export const attempts: readonly Attempt[] = [
  {
    operation: 'restore',
    effect: 'read',
    prepare: async (context) => {
      const { device, person } = await context.account()
      const again = await device.restart()
      return { device: again, call: (options) => again.provider.restore(options), secrets: [person.password] }
    },
  },
  { operation: 'refresh', effect: 'read', prepare: asUser((_, { provider }) => ({ call: (options) => provider.refresh(options) })) },
  {
    operation: 'signUp',
    effect: 'write',
    prepare: asNobody((context, { provider }) => {
      const person = context.person()
      return { call: (options) => provider.signUp(credentials(person), options), secrets: [person.password] }
    }),
  },
  {
    operation: 'signIn',
    effect: 'read',
    prepare: asNobody(async (context, { provider }) => {
      const { identifier, password } = (await context.account()).person
      return { call: (options) => provider.signIn({ identifier, password }, options), secrets: [password] }
    }),
  },
  {
    operation: 'signInAnonymously',
    needs: ['anonymous'],
    effect: 'write',
    prepare: asNobody((_, { provider }) => ({ call: (options) => provider.signInAnonymously({}, options), secrets: [] })),
  },
  { operation: 'signOut', effect: 'ends', prepare: asUser((_, { provider }) => ({ call: (options) => provider.signOut(options) })) },
  {
    operation: 'updateProfile',
    effect: 'write',
    prepare: asUser((_, { provider }) => ({ call: (options) => provider.updateProfile({ set: { color: 'blue' } }, options) })),
  },
  {
    operation: 'upgrade',
    needs: ['anonymous', 'upgrade'],
    effect: 'ends',
    prepare: async (context) => {
      const device = await context.anonymous()
      const person = context.person()
      return { device, call: (options) => device.provider.upgrade(credentials(person), options), secrets: [person.password] }
    },
  },
  {
    operation: 'changePassword',
    needs: ['changePassword'],
    effect: 'ends',
    prepare: asUser((context, { provider }, current) => {
      const next = freshValue(context, 'password')
      return { call: (options) => provider.changePassword({ current, next }, options), secrets: [current, next] }
    }),
  },
  {
    operation: 'requestPasswordReset',
    needs: ['passwordReset'],
    effect: 'write',
    prepare: async (context) => {
      const channel = declaredChannel(context)
      const { person, asking } = await requestReset(context, channel)
      return {
        device: asking,
        call: (options) => asking.provider.requestPasswordReset({ identifier: person.identifier, channel }, options),
        secrets: [],
      }
    },
  },
  {
    operation: 'completePasswordReset',
    needs: ['passwordReset', 'resetByCode'],
    effect: 'write',
    prepare: async (context) => {
      const { ticket, message, asking } = await requestReset(context, inAppChannel(context))
      const newPassword = freshValue(context, 'password')
      const code = message.code ?? ''
      const input = { ticket: inAppTicket(ticket), code, ...(ticket.newPassword === 'generated' ? {} : { newPassword }) }
      return { device: asking, call: (options) => asking.provider.completePasswordReset(input, options), secrets: [code, newPassword] }
    },
  },
  {
    operation: 'forgotUsername',
    needs: ['forgotUsername'],
    effect: 'write',
    prepare: asNobody(async (context, { provider }) => {
      const { person } = await context.account({ with: ['email'] })
      return { call: (options) => provider.forgotUsername({ email: person.identifiers.email ?? '' }, options), secrets: [] }
    }),
  },
  {
    operation: 'usernameExists',
    needs: ['usernameExists'],
    effect: 'read',
    prepare: asNobody((context, { provider }) => {
      const username = freshValue(context, 'username')
      return { call: (options) => provider.usernameExists(username, options), secrets: [] }
    }),
  },
  {
    operation: 'findUser',
    needs: ['findUser'],
    effect: 'read',
    prepare: asUser((context, { provider }) => {
      const kind = context.capabilities.findUser === false ? undefined : context.capabilities.findUser.identifiers[0]
      const identifier = { [kind ?? 'username']: freshValue(context, kind ?? 'username') } as unknown as { readonly username: string }
      return { call: (options) => provider.findUser(identifier, options) }
    }),
  },
  {
    operation: 'deleteUser',
    needs: ['deleteUser'],
    effect: 'ends',
    prepare: asUser((_, { provider }, password) => ({ call: (options) => provider.deleteUser({ password }, options) })),
  },
  ...accountAttempts,
]
