import type { UserCriteria, UserCriterion } from '@userport/core'
import { activeUserOf } from '../device.js'
import { fails, same, succeeds } from '../expectations.js'
import { identityProvider, mayLink, proofOf, vouched } from '../identity.js'
import { freshValue, randomText } from '../person.js'
import { hides } from '../reachable-text.js'
import type { Condition, Requirement, Topic } from '../requirement.js'
import { proved } from '../verifying.js'

const by = (criterion: UserCriterion, is = true): Condition => ({
  when: ({ capabilities: { findUsers } }) =>
    findUsers !== undefined && findUsers !== false && findUsers.criteria.includes(criterion) === is,
  otherwise: `users are ${is ? 'not found' : 'found'} by ${criterion}`,
})

const criteria: readonly UserCriterion[] = ['username', 'email', 'firstName', 'lastName', 'identity']

const lacking = criteria.map(
  (criterion): Requirement => ({
    id: `FND-6.${criterion}`,
    title: `asking for a ${criterion} is refused without a request where nobody is found by it`,
    only: by(criterion, false),
    run: async (context) => {
      const { provider } = (await context.account()).device
      const wanted: UserCriteria = { [criterion]: criterion === 'identity' ? { provider: 'facebook', id: '1' } : 'kim' }
      const { capability } = await context.withoutRequest(() => fails(provider.findUsers(wanted), 'Unsupported'))
      same(capability, `findUsers.${criterion}`, 'capability')
    },
  }),
)

const requirements: readonly Requirement[] = [
  {
    id: 'FND-1',
    title: 'finds somebody by username, tells no secret, and finds nobody by a name that nobody has',
    only: by('username'),
    run: async (context) => {
      const wanted = await context.account({ with: ['username'] })
      const { device, user } = await context.account()
      const found = await succeeds(device.provider.findUsers({ username: wanted.person.identifiers.username ?? '' }))
      same(
        found.map(({ id }) => id),
        [wanted.user.id],
        'ids',
      )
      hides(found, [wanted.person.password], 'a public profile')
      same(await succeeds(device.provider.findUsers({ username: freshValue(context, 'username') })), [], 'users of that name')
      same(activeUserOf(device), user, 'active user')
    },
  },
  {
    id: 'FND-2',
    title: 'finds somebody by email',
    only: by('email'),
    run: async (context) => {
      const wanted = await proved(context, 'email')
      const { provider } = (await context.account()).device
      const found = await succeeds(provider.findUsers({ email: wanted.person.identifiers.email ?? '' }))
      same(
        found.map(({ id }) => id),
        [wanted.user.id],
        'ids',
      )
    },
  },
  {
    id: 'FND-3',
    title: 'finds somebody by the identity at a third party, and nobody by the same id at another',
    needs: ['identities'],
    only: [by('identity'), vouched, mayLink],
    run: async (context) => {
      const wanted = await context.account()
      const id = randomText()
      await succeeds(wanted.device.provider.linkIdentity(await proofOf(context, id)))
      const { provider } = (await context.account()).device
      const found = await succeeds(provider.findUsers({ identity: { provider: identityProvider(context), id } }))
      same(
        found.map((one) => one.id),
        [wanted.user.id],
        'ids',
      )
      const another = identityProvider(context, 1)
      if (another === identityProvider(context)) return
      same(await succeeds(provider.findUsers({ identity: { provider: another, id } })), [], 'users of that id elsewhere')
    },
  },
  {
    id: 'FND-4',
    title: 'all that is asked for must match',
    only: [by('username'), by('email')],
    run: async (context) => {
      const one = await proved(context, 'email', 'username')
      const two = await context.account({ with: ['username'] })
      const email = one.person.identifiers.email ?? ''
      const { provider } = two.device
      same(await succeeds(provider.findUsers({ username: two.person.identifiers.username ?? '', email })), [], 'users')
      const username = one.user.username ?? ''
      same((await succeeds(provider.findUsers({ username, email }))).length, 1, 'users')
    },
  },
  {
    id: 'FND-5',
    title: 'asking for nothing, or by nobody, is refused without a request',
    run: async (context) => {
      const { provider } = (await context.account()).device
      for (const nothing of [{}, undefined, { username: undefined }]) {
        await context.withoutRequest(() => fails(provider.findUsers(nothing as never), 'InvalidInput'))
      }
      const nobody = await context.device()
      await context.withoutRequest(() => fails(nobody.provider.findUsers({ username: freshValue(context, 'username') }), 'NotSignedIn'))
    },
  },
  ...lacking,
]

export const findUsers: Topic = {
  title: 'finding other users',
  requirements: requirements.map((one) => ({ ...one, needs: ['findUsers', ...(one.needs ?? [])] })),
}
