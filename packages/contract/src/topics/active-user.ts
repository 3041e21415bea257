import { sessionWorks } from '../context.js'
import { activeUserOf, isStale, reasonsOf, testStore } from '../device.js'
import { check, equal, fails, same, succeeds } from '../expectations.js'
import type { Requirement, Topic } from '../requirement.js'

const withoutAnAnswer = (['offline', 'hang', 'unavailable', 'rateLimited', 'html', 'shape'] as const).map(
  (kind): Requirement => ({
    id: `ACT-4.${kind}`,
    title: `stays, marked stale, when the start meets: ${kind}`,
    run: async (context) => {
      const { device, user } = await context.account({ profile: { attributes: { color: 'blue' } } })
      const again = await device.restart()
      const restored = await context.during(kind, () => succeeds(again.provider.restore({ deadline: 150 })))
      same(restored, user, 'user')
      same(again.provider.activeUser(), user, 'active user')
      check(isStale(again.provider.state()), 'the user must be marked stale')
      await sessionWorks(again)
      check(!isStale(again.provider.state()), 'the user must not be stale once the server confirmed it')
    },
  }),
)

export const activeUser: Topic = {
  title: 'the active user',
  requirements: [
    {
      id: 'ACT-1',
      title: 'is not known, which is not signed out, until the store was looked up',
      run: async (context) => {
        const { provider } = await context.device()
        same(provider.state(), { status: 'restoring' }, 'state')
        same(provider.activeUser(), undefined, 'active user')
      },
    },
    {
      id: 'ACT-2',
      title: 'is nobody when the store is empty, found out without a request',
      run: async (context) => {
        const { provider } = await context.device()
        same(await context.withoutRequest(() => succeeds(provider.restore())), null, 'restored')
        same(provider.state(), { status: 'signedOut' }, 'state')
        same(provider.activeUser(), null, 'active user')
      },
    },
    {
      id: 'ACT-3',
      title: 'comes back after a restart',
      run: async (context) => {
        const { device, user } = await context.account()
        const again = await device.restart()
        same((await succeeds(again.provider.restore()))?.id, user.id, 'id')
        same(reasonsOf(again), ['restored'], 'reasons told')
        check(!isStale(again.provider.state()), 'the user must not be stale')
        await sessionWorks(again)
      },
    },
    ...withoutAnAnswer,
    {
      id: 'ACT-5',
      title: 'is found in the store by any operation, without restore',
      run: async (context) => {
        const { device, user } = await context.account()
        const { provider } = await device.restart()
        same((await succeeds(provider.updateProfile({ set: { color: 'green' } }))).id, user.id, 'id')
      },
    },
    {
      id: 'ACT-6',
      title: 'has a fetching time that moves on with a refresh',
      run: async (context) => {
        const { device } = await context.account()
        const fetchedAt = (): string => {
          const state = device.provider.state()
          check(state.status === 'signedIn', 'somebody must be active')
          return state.fetchedAt
        }
        const before = fetchedAt()
        await new Promise((resolve) => setTimeout(resolve, 10))
        await sessionWorks(device)
        check(fetchedAt() > before, 'fetchedAt must be later after a refresh')
      },
    },
    {
      id: 'ACT-7',
      title: 'costs no request to look at',
      run: async (context) => {
        const { device, user } = await context.account()
        await context.withoutRequest(() => {
          same(device.provider.activeUser(), user, 'active user')
          same(device.provider.state().status, 'signedIn', 'state')
        })
      },
    },
    {
      id: 'ACT-8',
      title: 'each change is told after it happened, with its reason',
      run: async (context) => {
        const { device, person } = await context.account()
        const { provider, changes } = device
        const untrue: string[] = []
        provider.subscribe(({ reason, user, state }) => {
          if (!equal(provider.activeUser(), user) || !equal(provider.state(), state)) untrue.push(reason)
        })
        await succeeds(provider.updateProfile({ set: { color: 'blue' } }))
        await succeeds(provider.refresh())
        await succeeds(provider.signOut())
        await succeeds(provider.signIn({ identifier: person.identifier, password: person.password }))
        same(reasonsOf(device), ['signedUp', 'updated', 'refreshed', 'signedOut', 'signedIn'], 'reasons told')
        same(
          changes.map(({ user }) => user?.attributes.color),
          [undefined, 'blue', 'blue', undefined, 'blue'],
          'users told',
        )
        same(untrue, [], 'changes that were not yet true')
      },
    },
    {
      id: 'ACT-9',
      title: 'any operation can be called from inside a listener',
      run: async (context) => {
        const { person } = await context.account()
        const { provider } = await context.device()
        const done = new Promise<void>((resolve, reject) => {
          provider.subscribe(({ reason }) => {
            if (reason !== 'signedIn') return
            const work = async (): Promise<void> => {
              await succeeds(provider.refresh())
              await succeeds(provider.updateProfile({ set: { color: 'blue' } }))
              await succeeds(provider.signOut())
            }
            work().then(resolve, reject)
          })
        })
        await succeeds(provider.signIn({ identifier: person.identifier, password: person.password }))
        await done
        same(provider.state(), { status: 'signedOut' }, 'state')
      },
    },
    {
      id: 'ACT-10',
      title: 'a listener that throws harms neither the operation nor the other listeners, and is reported',
      run: async (context) => {
        const device = await context.device()
        device.provider.subscribe(() => {
          throw new Error('a listener of the app')
        })
        let heard = 0
        device.provider.subscribe(() => {
          heard += 1
        })
        const { identifiers, password } = context.person()
        await succeeds(device.provider.signUp({ identifiers, password }))
        await new Promise((resolve) => setTimeout(resolve, 5))
        same(heard, 1, 'changes heard by the other listener')
        same(device.problems.length, 1, 'problems reported')
      },
    },
    {
      id: 'ACT-11',
      title: 'a listener that was taken back hears nothing more',
      run: async (context) => {
        const { device } = await context.account()
        let heard = 0
        const stop = device.provider.subscribe(() => {
          heard += 1
        })
        await succeeds(device.provider.refresh())
        stop()
        await succeeds(device.provider.refresh())
        same(heard, 1, 'changes heard')
      },
    },
    {
      id: 'ACT-12',
      title: 'stays in memory, said to be unstored, when the store refuses',
      run: async (context) => {
        const store = testStore()
        store.refuse = { set: true }
        const device = await context.device({ store })
        const { identifiers, password } = context.person()
        const user = await succeeds(device.provider.signUp({ identifiers, password }))
        same(activeUserOf(device).id, user.id, 'active user')
        const state = device.provider.state()
        same(state.status === 'signedIn' && state.stored, false, 'stored')
        check(device.problems.length > 0, 'the refusal must be reported')
        await sessionWorks(device)
      },
    },
    {
      id: 'ACT-13',
      title: 'is not taken for nobody when the store cannot be read',
      run: async (context) => {
        const { device, user } = await context.account()
        const again = await device.restart()
        device.store.refuse = { get: true }
        await context.withoutRequest(() => fails(again.provider.restore(), 'Unavailable'))
        same(again.provider.state(), { status: 'restoring' }, 'state')
        device.store.refuse = {}
        same((await succeeds(again.provider.restore()))?.id, user.id, 'user once the store can be read')
      },
    },
    {
      id: 'ACT-14',
      title: 'is nobody when the store holds something unreadable, which is reported',
      run: async (context) => {
        const { device } = await context.account()
        for (const name of device.store.entries.keys()) device.store.entries.set(name, '{"half')
        const again = await device.restart()
        same(await succeeds(again.provider.restore()), null, 'restored')
        check(again.problems.length > 0, 'the unreadable content must be reported')
      },
    },
    {
      id: 'ACT-15',
      title: 'belongs to one provider: another one with a store of its own knows nobody',
      run: async (context) => {
        await context.account()
        const { provider } = await context.device()
        same(await succeeds(provider.restore()), null, 'restored')
        await context.withoutRequest(() => fails(provider.refresh(), 'NotSignedIn'))
      },
    },
  ],
}
