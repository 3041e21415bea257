import { sessionWorks } from '../context.js'
import { reasonsOf, testStore } from '../device.js'
import { oneOf, same, succeeds } from '../expectations.js'
import type { Topic } from '../requirement.js'

export const signingOut: Topic = {
  title: 'signing out',
  requirements: [
    {
      id: 'OUT-1',
      title: 'ends the active user here, in the store too',
      run: async (context) => {
        const { device } = await context.account()
        const { server } = await succeeds(device.provider.signOut())
        same(server, context.capabilities.signOut.server === 'revokes' ? 'revoked' : 'local', 'what became of the session')
        same(device.provider.state(), { status: 'signedOut' }, 'state')
        same(await succeeds((await device.restart()).provider.restore()), null, 'user after a restart')
      },
    },
    {
      id: 'OUT-2',
      title: 'may be repeated, without a request',
      run: async (context) => {
        const { device } = await context.account()
        await succeeds(device.provider.signOut())
        await context.withoutRequest(() => succeeds(device.provider.signOut()))
        same(reasonsOf(device), ['signedUp', 'signedOut'], 'reasons told')
      },
    },
    {
      id: 'OUT-3',
      title: 'works without a connection and says that the server was not told',
      run: async (context) => {
        const { device } = await context.account()
        const { server } = await context.during('offline', () => succeeds(device.provider.signOut({ deadline: 1_000 })))
        oneOf(server, ['local', 'failed'], 'what became of the session')
        same(device.provider.state(), { status: 'signedOut' }, 'state')
        same(await succeeds((await device.restart()).provider.restore()), null, 'user after a restart')
      },
    },
    {
      id: 'OUT-4',
      title: 'ends the session on the server',
      only: { when: ({ capabilities }) => capabilities.signOut.server === 'revokes', otherwise: 'the vendor cannot revoke a session' },
      run: async (context) => {
        const { device } = await context.account()
        const copy = testStore(device.store.entries)
        await succeeds(device.provider.signOut())
        const thief = await device.restart({ store: copy })
        same(await succeeds(thief.provider.restore()), null, 'user of a copied session')
      },
    },
    {
      id: 'OUT-5',
      title: 'leaves the other devices of the user signed in',
      run: async (context) => {
        const { device, person } = await context.account()
        const other = await context.device()
        await succeeds(other.provider.signIn({ identifier: person.identifier, password: person.password }))
        await succeeds(other.provider.signOut())
        await sessionWorks(device)
      },
    },
    {
      id: 'OUT-6',
      title: 'comes first: the state changes before the server answers',
      run: async (context) => {
        const { device } = await context.account()
        const answer = context.during('hang', async () => {
          const report = device.provider.signOut({ deadline: 250 })()
          await new Promise((resolve) => setTimeout(resolve, 100))
          same(device.provider.state(), { status: 'signedOut' }, 'state while the server is silent')
          return report
        })
        same((await answer)._tag, 'Right', 'outcome')
      },
    },
    {
      id: 'OUT-7',
      title: 'says that the person stays signed in nowhere else, where there is no third party',
      run: async (context) => {
        const { device } = await context.account()
        same((await succeeds(device.provider.signOut())).remains, [], 'where the person stays signed in')
        const { provider } = await context.device()
        same(await context.withoutRequest(() => succeeds(provider.signOut())), { server: 'local', remains: [] }, 'report on nobody')
      },
    },
  ],
}
