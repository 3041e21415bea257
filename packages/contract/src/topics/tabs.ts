import { sessionWorks } from '../context.js'
import { activeUserOf, type Device, storedSecrets, testStore } from '../device.js'
import { check, same, succeeds } from '../expectations.js'
import type { Requirement, Topic } from '../requirement.js'

const hasChannel: Requirement['only'] = {
  when: () => typeof BroadcastChannel === 'function',
  otherwise: 'there is no BroadcastChannel here',
}

const heard = (device: Device, reason: string): Promise<void> => {
  const hears = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the other tab did not hear of ${reason}`)), 2_000)
    device.provider.subscribe((change) => {
      if (change.reason !== reason) return
      clearTimeout(timer)
      resolve()
    })
  })
  // A requirement that fails before it waits leaves it to nobody, and Node would end the process.
  hears.catch(() => undefined)
  return hears
}

const twoTabs = async (context: Parameters<Requirement['run']>[0], namespace: string): Promise<readonly [Device, Device]> => {
  const one = await context.device({ store: testStore(new Map(), true), namespace })
  const two = await one.restart()
  await succeeds(one.provider.restore())
  await succeeds(two.provider.restore())
  return [one, two]
}

const freshNamespace = (): string => `contract.${globalThis.crypto.randomUUID()}`

export const tabs: Topic = {
  title: 'several providers on one shared store',
  requirements: [
    {
      id: 'TAB-1',
      title: 'who signs in here is signed in there',
      only: hasChannel,
      run: async (context) => {
        const { person, user } = await context.account()
        const [one, two] = await twoTabs(context, freshNamespace())
        const other = heard(two, 'signedIn')
        await succeeds(one.provider.signIn({ identifier: person.identifier, password: person.password }))
        await other
        same(activeUserOf(two).id, user.id, 'active user of the other tab')
        await sessionWorks(two)
      },
    },
    {
      id: 'TAB-2',
      title: 'who signs out here is signed out there',
      only: hasChannel,
      run: async (context) => {
        const { person } = await context.account()
        const [one, two] = await twoTabs(context, freshNamespace())
        const enters = heard(two, 'signedIn')
        await succeeds(one.provider.signIn({ identifier: person.identifier, password: person.password }))
        await enters
        const leaves = heard(two, 'signedOut')
        await succeeds(one.provider.signOut())
        await leaves
        same(two.provider.state(), { status: 'signedOut' }, 'state of the other tab')
      },
    },
    {
      id: 'TAB-3',
      title: 'an update here is seen there',
      only: hasChannel,
      run: async (context) => {
        const { person } = await context.account()
        const [one, two] = await twoTabs(context, freshNamespace())
        const enters = heard(two, 'signedIn')
        await succeeds(one.provider.signIn({ identifier: person.identifier, password: person.password }))
        await enters
        const changes = heard(two, 'updated')
        await succeeds(one.provider.updateProfile({ set: { color: 'blue' } }))
        await changes
        same(activeUserOf(two).attributes.color, 'blue', 'color in the other tab')
      },
    },
    {
      id: 'TAB-4',
      title: 'what the tabs tell each other holds no secret',
      only: hasChannel,
      run: async (context) => {
        const { person } = await context.account()
        const namespace = freshNamespace()
        const messages: string[] = []
        const channel = new BroadcastChannel(namespace)
        channel.onmessage = ({ data }) => messages.push(JSON.stringify(data))
        try {
          const [one, two] = await twoTabs(context, namespace)
          const other = heard(two, 'signedIn')
          await succeeds(one.provider.signIn({ identifier: person.identifier, password: person.password }))
          await other
          const secrets = [...storedSecrets(one.store), person.password]
          check(secrets.length > 1, 'the store must hold a session')
          check(!secrets.some((secret) => messages.join().includes(secret)), 'a message between tabs held a secret')
        } finally {
          channel.close()
        }
      },
    },
    {
      id: 'TAB-5',
      title: 'a session that both renew at once stays alive',
      only: { when: ({ control }) => control.outdateSessions !== undefined, otherwise: 'a session cannot be renewed' },
      run: async (context) => {
        const { person, user } = await context.account()
        const store = testStore(new Map(), true)
        const one = await context.device({ store, namespace: freshNamespace() })
        await succeeds(one.provider.signIn({ identifier: person.identifier, password: person.password }))
        const two = await one.restart()
        await succeeds(two.provider.restore())
        await context.control.outdateSessions?.(user.id)
        await succeeds(one.provider.refresh())
        await succeeds(two.provider.refresh())
        await sessionWorks(one)
        await sessionWorks(two)
      },
    },
  ],
}
