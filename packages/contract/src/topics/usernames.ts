import { sessionWorks } from '../context.js'
import { activeUserOf, reasonsOf } from '../device.js'
import { fails, same, succeeds } from '../expectations.js'
import { freshValue } from '../person.js'
import type { Requirement, Topic } from '../requirement.js'

const requirements: readonly Requirement[] = [
  {
    id: 'USN-1',
    title: 'the new one signs in as the same user, and the old one does not',
    needs: ['signUp.username', 'signIn.username'],
    run: async (context) => {
      const { person, device, user } = await context.account({ with: ['username'] })
      const username = freshValue(context, 'username')
      same((await succeeds(device.provider.changeUsername(username))).id, user.id, 'id')
      const one = await context.device()
      const { password } = person
      same((await succeeds(one.provider.signIn({ identifier: { username }, password }))).id, user.id, 'who signs in')
      const two = await context.device()
      const old = two.provider.signIn({ identifier: { username: person.identifiers.username ?? '' }, password })
      await fails(old, 'InvalidCredentials', 'UserNotFound')
    },
  },
  {
    id: 'USN-2',
    title: 'the returned user, the active user and the server agree, the rest stays, and the change is told',
    run: async (context) => {
      const { device } = await context.account({ profile: { displayName: 'Kim', attributes: { color: 'blue' } } })
      const username = freshValue(context, 'username')
      const user = await succeeds(device.provider.changeUsername(username))
      same(user.username, username, 'username')
      same(activeUserOf(device), user, 'active user')
      same(reasonsOf(device), ['signedUp', 'updated'], 'reasons told')
      const { username: stored, displayName, attributes } = await sessionWorks(device)
      same(
        { username: stored, displayName, attributes },
        { username, displayName: 'Kim', attributes: { color: 'blue' } },
        'user on the server',
      )
    },
  },
  {
    id: 'USN-3',
    title: 'somebody else’s is refused and changes nothing',
    run: async (context) => {
      const owner = await context.account({ with: ['username'] })
      const { device, user } = await context.account({ with: ['username'] })
      await fails(device.provider.changeUsername(owner.person.identifiers.username ?? ''), 'IdentifierTaken')
      same(activeUserOf(device).username, user.username, 'username')
      same((await sessionWorks(device)).username, user.username, 'username on the server')
    },
  },
  {
    id: 'USN-4',
    title: 'an empty one is refused without a request',
    run: async (context) => {
      const { provider } = (await context.account()).device
      same((await context.withoutRequest(() => fails(provider.changeUsername(''), 'InvalidInput'))).field, 'username', 'field')
    },
  },
  {
    id: 'USN-5',
    title: 'nobody’s is refused without a request',
    run: async (context) => {
      const { provider } = await context.device()
      await context.withoutRequest(() => fails(provider.changeUsername(freshValue(context, 'username')), 'NotSignedIn'))
    },
  },
]

export const usernames: Topic = {
  title: 'changing the username',
  requirements: requirements.map((one) => ({ ...one, needs: ['changeUsername', ...(one.needs ?? [])] })),
}
