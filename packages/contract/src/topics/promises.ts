import { isUserError, toPromises, UserportError } from '@userport/core'
import { check, fails, same, succeeds } from '../expectations.js'
import { credentials } from '../person.js'
import type { Topic } from '../requirement.js'

const rejectionOf = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => check(false, 'the promise must reject'),
    (cause: unknown) => cause,
  )

export const promises: Topic = {
  title: 'the promise view',
  requirements: [
    {
      id: 'PRM-1',
      title: 'fulfils with the value of the operation',
      run: async (context) => {
        const { provider } = await context.device()
        const person = context.person()
        const user = await toPromises(provider).signUp(credentials(person))
        same(user, provider.activeUser(), 'user')
        same(await toPromises(provider).restore(), user, 'restored user')
        await toPromises(provider).signOut()
      },
    },
    {
      id: 'PRM-2',
      title: 'rejects with a UserportError that carries the same error and its fields',
      run: async (context) => {
        const { identifier, password } = context.person()
        const { provider } = await context.device()
        const error = await fails(provider.signIn({ identifier, password }))
        const rejection = await rejectionOf(toPromises(provider).signIn({ identifier, password }))
        check(rejection instanceof UserportError && rejection instanceof Error, 'the rejection must be a UserportError')
        same(rejection.error, error, 'error')
        check(isUserError(rejection, error._tag) && !isUserError(rejection, 'Cancelled'), 'the tag must be told')
        const { message: _, ...fields } = error
        for (const [name, value] of Object.entries(fields)) same(Reflect.get(rejection, name), value, name)
      },
    },
    {
      id: 'PRM-3',
      title: 'rejects for bad input and for what is not there, like everything else',
      run: async (context) => {
        const { provider } = await context.device()
        check(
          isUserError(await rejectionOf(toPromises(provider).signUp({ identifiers: {}, password: '' })), 'InvalidInput'),
          'bad input must reject',
        )
        check(isUserError(await rejectionOf(toPromises(provider).refresh()), 'NotSignedIn'), 'a refresh of nobody must reject')
        const link = await rejectionOf(toPromises(provider).parseResetLink('no link'))
        check(isUserError(link, 'InvalidInput', 'Unsupported'), 'what is no link must reject')
      },
    },
    {
      id: 'PRM-4',
      title: 'answers at once what needs nobody’s answer',
      run: async (context) => {
        const { device, user } = await context.account()
        const view = toPromises(device.provider)
        same(view.activeUser(), user, 'active user')
        same(view.state(), device.provider.state(), 'state')
        same(view.capabilities, device.provider.capabilities, 'capabilities')
        let heard = 0
        const stop = view.subscribe(() => {
          heard += 1
        })
        await succeeds(device.provider.refresh())
        stop()
        await view.refresh()
        same(heard, 1, 'changes heard')
      },
    },
  ],
}
