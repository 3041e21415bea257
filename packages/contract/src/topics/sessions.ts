import { sessionWorks } from '../context.js'
import { activeUserOf, type Device, reasonsOf } from '../device.js'
import { check, fails, rightOf, same, succeeds } from '../expectations.js'
import type { Topic } from '../requirement.js'

const isOver = async (device: Device): Promise<void> => {
  same(device.provider.state(), { status: 'signedOut' }, 'state')
  same(reasonsOf(device).at(-1), 'expired', 'last reason told')
  same(await succeeds((await device.restart()).provider.restore()), null, 'user after a restart')
}

export const sessions: Topic = {
  title: 'sessions',
  requirements: [
    {
      id: 'SES-1',
      title: 'a refresh ends the session that the server calls dead',
      run: async (context) => {
        const { device, user } = await context.account()
        await context.control.expireSessions(user.id)
        await fails(device.provider.refresh(), 'SessionExpired')
        await isOver(device)
      },
    },
    {
      id: 'SES-2',
      title: 'a write ends the session that the server calls dead',
      run: async (context) => {
        const { device, user } = await context.account()
        await context.control.expireSessions(user.id)
        await fails(device.provider.updateProfile({ set: { color: 'blue' } }), 'SessionExpired')
        await isOver(device)
      },
    },
    {
      id: 'SES-3',
      title: 'a restart finds the session that the server calls dead, and nobody is active',
      run: async (context) => {
        const { device, user } = await context.account()
        await context.control.expireSessions(user.id)
        const again = await device.restart()
        same(await succeeds(again.provider.restore()), null, 'restored')
        await isOver(again)
      },
    },
    {
      id: 'SES-4',
      title: 'after a dead session the same person can sign in again',
      run: async (context) => {
        const { device, person, user } = await context.account()
        await context.control.expireSessions(user.id)
        await fails(device.provider.refresh(), 'SessionExpired')
        same((await succeeds(device.provider.signIn({ identifier: person.identifier, password: person.password }))).id, user.id, 'id')
      },
    },
    {
      id: 'SES-5',
      title: 'several refreshes at once are one request',
      run: async (context) => {
        const { device, user } = await context.account()
        const count = async (times: number): Promise<number> => {
          const before = await context.control.requestCount()
          const users = await Promise.all(Array.from({ length: times }, () => succeeds(device.provider.refresh())))
          for (const { id } of users) same(id, user.id, 'id')
          return (await context.control.requestCount()) - before
        }
        const one = await count(1)
        check(one > 0, 'a refresh must ask the server')
        same(await count(5), one, 'requests of five refreshes')
      },
    },
    {
      id: 'SES-6',
      title: 'a refresh under way does not bring back a user who signed out',
      run: async (context) => {
        const { device } = await context.account()
        const { provider } = device
        const refreshing = provider.refresh()()
        await succeeds(provider.signOut())
        await refreshing
        same(provider.state(), { status: 'signedOut' }, 'state')
        same(provider.activeUser(), null, 'active user')
        same(reasonsOf(device).at(-1), 'signedOut', 'last reason told')
        same(await succeeds((await device.restart()).provider.restore()), null, 'user after a restart')
      },
    },
    {
      id: 'SES-7',
      title: 'a refresh under way does not take the place of a newer update',
      run: async (context) => {
        const { device } = await context.account({ profile: { attributes: { color: 'blue' } } })
        const { provider } = device
        await Promise.all([provider.refresh()(), provider.updateProfile({ set: { color: 'green' } })(), provider.refresh()()])
        same(activeUserOf(device).attributes.color, 'green', 'color of the active user')
        same((await sessionWorks(device)).attributes.color, 'green', 'color on the server')
      },
    },
    {
      id: 'SES-8',
      title: 'a refresh under way does not mix two users',
      run: async (context) => {
        const other = await context.account()
        const { device } = await context.account()
        const { provider } = device
        const refreshing = provider.refresh()()
        const { identifier, password } = other.person
        await succeeds(provider.signIn({ identifier, password }, { replace: true }))
        await refreshing
        same(activeUserOf(device).id, other.user.id, 'active user')
        await sessionWorks(device)
      },
    },
    {
      id: 'SES-9',
      title: 'a session that ran out is renewed, once for all operations that need it',
      only: { when: ({ control }) => control.outdateSessions !== undefined, otherwise: 'a session cannot be renewed' },
      run: async (context) => {
        const { device, user } = await context.account()
        await context.control.outdateSessions?.(user.id)
        const outcomes = await Promise.all([
          device.provider.refresh()(),
          device.provider.updateProfile({ set: { color: 'blue' } })(),
          device.provider.refresh()(),
        ])
        for (const outcome of outcomes) rightOf<unknown>(outcome)
        same(activeUserOf(device).id, user.id, 'active user')
        await sessionWorks(device)
        const again = await device.restart()
        same((await succeeds(again.provider.restore()))?.id, user.id, 'user after a restart')
      },
    },
    {
      id: 'SES-10',
      title: 'a session that ran out is renewed at the start',
      only: { when: ({ control }) => control.outdateSessions !== undefined, otherwise: 'a session cannot be renewed' },
      run: async (context) => {
        const { device, user } = await context.account()
        await context.control.outdateSessions?.(user.id)
        const again = await device.restart()
        same((await succeeds(again.provider.restore()))?.id, user.id, 'restored')
        await sessionWorks(again)
      },
    },
    {
      id: 'SES-11',
      title: 'a user that is deleted elsewhere is active no more',
      needs: ['deleteUser'],
      run: async (context) => {
        const { device, person } = await context.account()
        const other = await context.device()
        await succeeds(other.provider.signIn({ identifier: person.identifier, password: person.password }))
        await succeeds(other.provider.deleteUser({ password: person.password }))
        await fails(device.provider.refresh(), 'SessionExpired', 'UserNotFound', 'UserDisabled')
      },
    },
  ],
}
