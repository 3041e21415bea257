import { sessionWorks } from '../context.js'
import { reasonsOf } from '../device.js'
import { fails, same, succeeds } from '../expectations.js'
import { credentials } from '../person.js'
import type { Requirement, Topic } from '../requirement.js'

const requirements: readonly Requirement[] = [
  {
    id: 'SUS-1',
    title: 'signs out here, and nobody can sign in to the account any more',
    run: async (context) => {
      const { device, person } = await context.account()
      same((await succeeds(device.provider.suspendUser())).username, 'taken', 'username')
      same(device.provider.state(), { status: 'signedOut' }, 'state')
      same(reasonsOf(device), ['signedUp', 'signedOut'], 'reasons told')
      const { provider } = await context.device()
      const { identifier, password } = person
      await fails(provider.signIn({ identifier, password }), 'UserDisabled', 'InvalidCredentials', 'UserNotFound')
      same(provider.activeUser(), null, 'active user')
    },
  },
  {
    id: 'SUS-2',
    title: 'ends the sessions of the other devices, and leaves other users alone',
    run: async (context) => {
      const stranger = await context.account()
      const { device, person } = await context.account()
      const other = await context.device()
      await succeeds(other.provider.signIn({ identifier: person.identifier, password: person.password }))
      await succeeds(device.provider.suspendUser())
      await fails(other.provider.refresh(), 'SessionExpired', 'UserDisabled', 'UserNotFound')
      await sessionWorks(stranger.device)
    },
  },
  {
    id: 'SUS-3',
    title: 'the account is barred, not gone: its name stays taken',
    run: async (context) => {
      const { device, person } = await context.account()
      await succeeds(device.provider.suspendUser())
      const { provider } = await context.device()
      await fails(provider.signUp(credentials(person)), 'IdentifierTaken')
    },
  },
  {
    id: 'SUS-4',
    title: 'nobody’s account is refused without a request',
    run: async (context) => {
      const { provider } = await context.device()
      await context.withoutRequest(() => fails(provider.suspendUser(), 'NotSignedIn'))
    },
  },
]

export const suspension: Topic = {
  title: 'suspension',
  requirements: requirements.map((one) => ({ ...one, needs: ['suspendUser', ...(one.needs ?? [])] })),
}
