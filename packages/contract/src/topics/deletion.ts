import { sessionWorks } from '../context.js'
import { activeUserOf, reasonsOf } from '../device.js'
import { fails, same, succeeds } from '../expectations.js'
import { credentials, freshValue } from '../person.js'
import type { Condition, Requirement, Topic } from '../requirement.js'

const needsPassword: Condition = {
  when: ({ capabilities: { deleteUser } }) => deleteUser !== false && deleteUser.password === 'required',
  otherwise: 'no password is needed',
}

const requirements: readonly Requirement[] = [
  {
    id: 'DEL-1',
    title: 'ends the active user here and for good',
    run: async (context) => {
      const { device, person } = await context.account()
      await succeeds(device.provider.deleteUser(needsPassword.when(context) ? { password: person.password } : {}))
      same(device.provider.state(), { status: 'signedOut' }, 'state')
      same(reasonsOf(device), ['signedUp', 'deleted'], 'reasons told')
      same(await succeeds((await device.restart()).provider.restore()), null, 'user after a restart')
    },
  },
  {
    id: 'DEL-2',
    title: 'afterwards nobody can sign in',
    run: async (context) => {
      const { device, person } = await context.account()
      await succeeds(device.provider.deleteUser({ password: person.password }))
      const { provider } = await context.device()
      const signIn = provider.signIn({ identifier: person.identifier, password: person.password })
      await fails(signIn, 'InvalidCredentials', 'UserNotFound', 'UserDisabled')
    },
  },
  {
    id: 'DEL-3',
    title: 'a wrong password deletes nobody',
    only: needsPassword,
    run: async (context) => {
      const { device, user } = await context.account()
      await fails(device.provider.deleteUser({ password: freshValue(context, 'password') }), 'InvalidCredentials')
      same(activeUserOf(device).id, user.id, 'active user')
      await sessionWorks(device)
    },
  },
  {
    id: 'DEL-4',
    title: 'the password must be given, which costs no request',
    only: needsPassword,
    run: async (context) => {
      const { device } = await context.account()
      const { field } = await context.withoutRequest(() => fails(device.provider.deleteUser(), 'InvalidInput'))
      same(field, 'password', 'field')
      await sessionWorks(device)
    },
  },
  {
    id: 'DEL-5',
    title: 'an anonymous user is deleted without a password',
    needs: ['anonymous'],
    run: async (context) => {
      const device = await context.anonymous()
      await succeeds(device.provider.deleteUser())
      same(device.provider.state(), { status: 'signedOut' }, 'state')
    },
  },
  {
    id: 'DEL-6',
    title: 'there is nobody to delete when nobody is active, which costs no request',
    run: async (context) => {
      const { provider } = await context.device()
      await context.withoutRequest(() => fails(provider.deleteUser({ password: freshValue(context, 'password') }), 'NotSignedIn'))
    },
  },
  {
    id: 'DEL-7',
    title: 'a name that is said to be free afterwards can be had again',
    only: {
      when: ({ capabilities: { deleteUser } }) => deleteUser !== false && deleteUser.usernameAfterwards === 'free',
      otherwise: 'the service does not say what becomes of the name',
    },
    run: async (context) => {
      const { device, person } = await context.account()
      const { username } = await succeeds(device.provider.deleteUser({ password: person.password }))
      same(username, 'free', 'username')
      await succeeds((await context.device()).provider.signUp(credentials(person)))
    },
  },
]

export const deletion: Topic = {
  title: 'deletion',
  requirements: requirements.map((one) => ({ ...one, needs: ['deleteUser', ...(one.needs ?? [])] })),
}
