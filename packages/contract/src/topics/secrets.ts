import { toPromises } from '@userport/core'
import type { ContractContext } from '../context.js'
import { everythingTold, parsed, storedSecrets } from '../device.js'
import { check, fails, succeeds } from '../expectations.js'
import { credentials, freshValue } from '../person.js'
import { hides } from '../reachable-text.js'
import type { Topic } from '../requirement.js'

const refusals = async (context: ContractContext): Promise<readonly { readonly seen: unknown; readonly secrets: readonly string[] }[]> => {
  const { person, device } = await context.account()
  const other = await context.device()
  const wrong = freshValue(context, 'password')
  const secrets = [person.password, wrong, ...storedSecrets(device.store)]
  const errors = [
    await fails(other.provider.signIn({ identifier: person.identifier, password: wrong })),
    await fails(other.provider.signUp({ ...credentials(person), password: wrong })),
    await fails(device.provider.signIn({ identifier: person.identifier, password: person.password })),
    await fails(device.provider.updateProfile({ set: { odd: (() => wrong) as never } })),
    await fails(
      other.provider.signUp({ identifiers: person.identifiers, password: `\u0000${wrong}\u0000`.repeat(50), profile: { displayName: '' } }),
    ),
  ]
  if (context.capabilities.changePassword !== false) {
    errors.push(await fails(device.provider.changePassword({ current: wrong, next: person.password })))
  }
  await context.control.expireSessions(device.provider.activeUser()?.id)
  errors.push(await fails(device.provider.refresh()))
  return errors.map((seen) => ({ seen, secrets }))
}

export const secrets: Topic = {
  title: 'secrets',
  requirements: [
    {
      id: 'SEC-1',
      title: 'a refusal holds no password and no token',
      run: async (context) => {
        for (const { seen, secrets: hidden } of await refusals(context)) hides(seen, hidden, 'the error')
      },
    },
    {
      id: 'SEC-2',
      title: 'neither users nor states nor changes hold a password or a token',
      run: async (context) => {
        const { device, person, user } = await context.account({ with: ['email'] })
        const known = [person.password, ...storedSecrets(device.store)]
        check(known.length > 1, 'the store must hold a session')
        await succeeds(device.provider.updateProfile({ set: { color: 'blue' } }))
        await succeeds(device.provider.refresh())
        hides([user, everythingTold(device)], [...known, ...storedSecrets(device.store)], 'what the provider tells')
        await succeeds(device.provider.signOut())
        hides(everythingTold(device), known, 'what the provider tells after signing out')
      },
    },
    {
      id: 'SEC-3',
      title: 'the store keeps the secrets apart from the profile, and no password of a registered user',
      run: async (context) => {
        const { device, person } = await context.account()
        const known = storedSecrets(device.store)
        check(known.length > 0, 'the store must hold a session')
        const entries = [...device.store.entries.values()]
        hides(
          entries.filter((text) => !('secrets' in parsed(text))),
          known,
          'what the store keeps beside the session',
        )
        hides(entries, [person.password], 'the store')
      },
    },
    {
      id: 'SEC-4',
      title: 'what an anonymous user tells holds no credential',
      needs: ['anonymous'],
      run: async (context) => {
        const device = await context.anonymous()
        hides(everythingTold(device), storedSecrets(device.store), 'what the provider tells')
        hides(await fails(device.provider.signOut()), storedSecrets(device.store), 'the refusal')
      },
    },
    {
      id: 'SEC-5',
      title: 'a refused upgrade and its merge ticket hold no credential and no password',
      needs: ['anonymous', 'upgrade'],
      run: async (context) => {
        const { person } = await context.account()
        const device = await context.anonymous()
        const error = await fails(device.provider.upgrade(credentials(person)), 'IdentifierTaken')
        hides([error, everythingTold(device)], [person.password, ...storedSecrets(device.store)], 'the refusal')
      },
    },
    {
      id: 'SEC-6',
      title: 'a rejection of the promise view holds no secret, its stack included',
      run: async (context) => {
        const { person } = await context.account()
        const { provider } = await context.device()
        const password = freshValue(context, 'password')
        const rejection: unknown = await toPromises(provider)
          .signIn({ identifier: person.identifier, password })
          .catch((cause: unknown) => cause)
        hides(rejection, [password], 'the rejection')
      },
    },
    {
      id: 'SEC-7',
      title: 'what is reported of a failing store holds no secret',
      run: async (context) => {
        const device = await context.device()
        device.store.refuse = { set: true }
        const person = context.person()
        await succeeds(device.provider.signUp(credentials(person)))
        check(device.problems.length > 0, 'the refusal must be reported')
        device.store.refuse = {}
        await succeeds(device.provider.refresh())
        hides(everythingTold(device), [person.password, ...storedSecrets(device.store)], 'what the provider tells')
      },
    },
  ],
}
