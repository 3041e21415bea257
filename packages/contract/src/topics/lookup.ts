import { proveContact } from '../context.js'
import { fails, same, succeeds } from '../expectations.js'
import { freshValue, identifierOf } from '../person.js'
import { hides } from '../reachable-text.js'
import type { Requirement, Topic } from '../requirement.js'
import { contactKinds, unproved, verifiable } from '../verifying.js'

const findsBy = (['username', 'email', 'phone'] as const).map(
  (kind): Requirement => ({
    id: `LKP-3.${kind}`,
    title: `finds somebody else by ${kind}, and nobody by another one`,
    needs: ['findUser', `findUser.${kind}`],
    run: async (context) => {
      const wanted = await context.account({ with: [kind] })
      if (kind !== 'username' && context.capabilities.findUser !== false && context.capabilities.findUser.verifiedOnly) {
        await proveContact(context, wanted.device, kind)
      }
      const { device } = await context.account()
      const found = await succeeds(device.provider.findUser(identifierOf(kind, wanted.person.identifiers)))
      same(found?.id, wanted.user.id, 'id')
      hides(found, [wanted.person.password], 'a public profile')
      const nobody = identifierOf(kind, { [kind]: freshValue(context, kind) })
      same(await succeeds(device.provider.findUser(nobody)), null, 'user of an identifier that nobody has')
    },
  }),
)

const findsNobodyBy = contactKinds.map(
  (kind): Requirement => ({
    id: `LKP-8.${kind}`,
    title: `finds nobody by a ${kind} that waits for its proof, where that is declared`,
    needs: ['findUser', `findUser.${kind}`],
    only: [
      verifiable,
      {
        when: ({ capabilities: { findUser } }) => findUser !== false && findUser.verifiedOnly,
        otherwise: 'addresses that were not proved are found too',
      },
    ],
    run: (context) =>
      unproved(context, kind, async ({ address }) => {
        const { device } = await context.account()
        same(await succeeds(device.provider.findUser(identifierOf(kind, { [kind]: address }))), null, 'user found')
      }),
  }),
)

export const lookup: Topic = {
  title: 'looking up',
  requirements: [
    {
      id: 'LKP-1',
      title: 'a taken username exists, a free one does not',
      needs: ['usernameExists', 'signUp.username'],
      run: async (context) => {
        const username = freshValue(context, 'username')
        const { provider } = await context.device()
        same(await succeeds(provider.usernameExists(username)), false, 'before sign-up')
        const other = await context.device()
        await succeeds(other.provider.signUp({ identifiers: { username }, password: freshValue(context, 'password') }))
        same(await succeeds(provider.usernameExists(username)), true, 'after sign-up')
        same(provider.activeUser(), null, 'active user')
      },
    },
    {
      id: 'LKP-2',
      title: 'looking for a username makes no user',
      needs: ['usernameExists'],
      run: async (context) => {
        const { provider } = await context.device()
        const before = await context.control.userCount()
        await succeeds(provider.usernameExists(freshValue(context, 'username')))
        same(await context.control.userCount(), before, 'users')
      },
    },
    ...findsBy,
    ...findsNobodyBy,
    {
      id: 'LKP-4',
      title: 'finding somebody needs somebody signed in, and is refused without a request',
      needs: ['findUser', 'findUser.username'],
      run: async (context) => {
        const { provider } = await context.device()
        await context.withoutRequest(() => fails(provider.findUser({ username: freshValue(context, 'username') }), 'NotSignedIn'))
      },
    },
    {
      id: 'LKP-5',
      title: 'finding somebody does not change who is active',
      needs: ['findUser', 'findUser.username'],
      run: async (context) => {
        const wanted = await context.account({ with: ['username'] })
        const { device, user } = await context.account()
        await succeeds(device.provider.findUser({ username: wanted.person.identifiers.username ?? '' }))
        same(device.provider.activeUser(), user, 'active user')
      },
    },
    {
      id: 'LKP-6',
      title: 'a forgotten username is sent to its owner',
      needs: ['forgotUsername', 'signUp.username'],
      run: async (context) => {
        const { person } = await context.account({ with: ['username', 'email'] })
        const { provider } = await context.device()
        const email = person.identifiers.email ?? ''
        same(await succeeds(provider.forgotUsername({ email })), undefined, 'answer')
        const message = await context.control.inbox.next({ to: email, purpose: 'forgot-username' })
        same(message.username, person.identifiers.username, 'username')
      },
    },
    {
      id: 'LKP-7',
      title: 'asking for the username of an address that nobody has is answered alike',
      needs: ['forgotUsername'],
      run: async (context) => {
        const { provider } = await context.device()
        same(await succeeds(provider.forgotUsername({ email: freshValue(context, 'email') })), undefined, 'answer')
      },
    },
  ],
}
