import { sessionWorks } from '../context.js'
import { reasonsOf } from '../device.js'
import { fails, same, succeeds } from '../expectations.js'
import type { Requirement, Topic } from '../requirement.js'

const requirements: readonly Requirement[] = [
  {
    id: 'EVW-1',
    title: 'signs out here, in the store too',
    run: async (context) => {
      const { device } = await context.account()
      same(await succeeds(device.provider.signOutEverywhere()), undefined, 'answer')
      same(device.provider.state(), { status: 'signedOut' }, 'state')
      same(reasonsOf(device), ['signedUp', 'signedOut'], 'reasons told')
      same(await succeeds((await device.restart()).provider.restore()), null, 'user after a restart')
    },
  },
  {
    id: 'EVW-2',
    title: 'ends the sessions of the other devices',
    run: async (context) => {
      const { device, person } = await context.account()
      const { identifier, password } = person
      const [one, two] = [await context.device(), await context.device()]
      for (const { provider } of [one, two]) await succeeds(provider.signIn({ identifier, password }))
      await succeeds(device.provider.signOutEverywhere())
      await fails(one.provider.refresh(), 'SessionExpired')
      same(one.provider.state(), { status: 'signedOut' }, 'state of the other device')
      same(await succeeds((await two.restart()).provider.restore()), null, 'user of a third device after a restart')
    },
  },
  {
    id: 'EVW-3',
    title: 'leaves other users alone, and the same person can sign in again',
    run: async (context) => {
      const other = await context.account()
      const { device, person, user } = await context.account()
      await succeeds(device.provider.signOutEverywhere())
      await sessionWorks(other.device)
      const { identifier, password } = person
      same((await succeeds(device.provider.signIn({ identifier, password }))).id, user.id, 'id')
      await sessionWorks(device)
    },
  },
  {
    id: 'EVW-4',
    title: 'is refused without a request where it would lose an anonymous user, and not where that is wanted',
    needs: ['anonymous'],
    run: async (context) => {
      const device = await context.anonymous()
      await context.withoutRequest(() => fails(device.provider.signOutEverywhere(), 'WouldLoseAnonymousUser'))
      same((await sessionWorks(device)).kind, 'anonymous', 'kind')
      await succeeds(device.provider.signOutEverywhere({ discardAnonymous: true }))
      same(device.provider.state(), { status: 'signedOut' }, 'state')
    },
  },
  {
    id: 'EVW-5',
    title: 'nobody’s sessions are refused without a request',
    run: async (context) => {
      const { provider } = await context.device()
      await context.withoutRequest(() => fails(provider.signOutEverywhere(), 'NotSignedIn'))
    },
  },
]

export const everywhere: Topic = {
  title: 'signing out everywhere',
  requirements: requirements.map((one) => ({ ...one, needs: ['signOutEverywhere', ...(one.needs ?? [])] })),
}
