import { afterRestart, canSignIn, sessionWorks } from '../context.js'
import { activeUserOf, reasonsOf } from '../device.js'
import { fails, same, succeeds } from '../expectations.js'
import { freshValue } from '../person.js'
import type { Requirement, Topic } from '../requirement.js'

const requirements: readonly Requirement[] = [
  {
    id: 'PWD-1',
    title: 'after a change the user is still signed in',
    run: async (context) => {
      const { device, person, user } = await context.account()
      const next = freshValue(context, 'password')
      same((await succeeds(device.provider.changePassword({ current: person.password, next }))).id, user.id, 'id')
      same(reasonsOf(device), ['signedUp', 'updated'], 'reasons told')
      await sessionWorks(device)
      same((await sessionWorks(await afterRestart(device))).id, user.id, 'user after a restart')
    },
  },
  {
    id: 'PWD-2',
    title: 'after a change the new password signs in and the old one does not',
    run: async (context) => {
      const { device, person, user } = await context.account()
      const next = freshValue(context, 'password')
      await succeeds(device.provider.changePassword({ current: person.password, next }))
      same((await canSignIn(context, person, next)).id, user.id, 'who signs in')
      const { provider } = await context.device()
      await fails(provider.signIn({ identifier: person.identifier, password: person.password }), 'InvalidCredentials')
    },
  },
  {
    id: 'PWD-3',
    title: 'a wrong current password changes nothing',
    run: async (context) => {
      const { device, person, user } = await context.account()
      const next = freshValue(context, 'password')
      await fails(device.provider.changePassword({ current: freshValue(context, 'password'), next }), 'InvalidCredentials')
      same(activeUserOf(device), user, 'active user')
      await sessionWorks(device)
      await canSignIn(context, person, person.password)
    },
  },
  {
    id: 'PWD-4',
    title: 'a change ends the other sessions',
    only: {
      when: ({ capabilities: { changePassword } }) => changePassword !== false && changePassword.otherSessions === 'end',
      otherwise: 'what becomes of the other sessions is unknown',
    },
    run: async (context) => {
      const { device, person } = await context.account()
      const other = await context.device()
      await succeeds(other.provider.signIn({ identifier: person.identifier, password: person.password }))
      await succeeds(device.provider.changePassword({ current: person.password, next: freshValue(context, 'password') }))
      await fails(other.provider.refresh(), 'SessionExpired')
      same(other.provider.state(), { status: 'signedOut' }, 'state of the other device')
      await sessionWorks(device)
    },
  },
  {
    id: 'PWD-5',
    title: 'the current password must be given, which costs no request',
    only: {
      when: ({ capabilities: { changePassword } }) => changePassword !== false && changePassword.current === 'required',
      otherwise: 'the current password may be left out',
    },
    run: async (context) => {
      const { device } = await context.account()
      const next = freshValue(context, 'password')
      const { field } = await context.withoutRequest(() => fails(device.provider.changePassword({ next }), 'InvalidInput'))
      same(field, 'current', 'field')
    },
  },
  {
    id: 'PWD-6',
    title: 'a new password that breaks a rule changes nothing, without a request',
    run: async (context) => {
      const { device, person } = await context.account()
      const { field } = await context.withoutRequest(() =>
        fails(device.provider.changePassword({ current: person.password, next: '' }), 'InvalidInput'),
      )
      same(field, 'next', 'field')
      await canSignIn(context, person, person.password)
    },
  },
  {
    id: 'PWD-7',
    title: 'nobody’s password is refused without a request',
    run: async (context) => {
      const { provider } = await context.device()
      const password = freshValue(context, 'password')
      await context.withoutRequest(() => fails(provider.changePassword({ current: password, next: password }), 'NotSignedIn'))
    },
  },
  {
    id: 'PWD-8',
    title: 'what is in the profile stays through a change',
    run: async (context) => {
      const { device, person } = await context.account({ profile: { displayName: 'Kim', attributes: { color: 'blue' } } })
      await succeeds(device.provider.changePassword({ current: person.password, next: freshValue(context, 'password') }))
      const { displayName, attributes } = await sessionWorks(device)
      same({ displayName, attributes }, { displayName: 'Kim', attributes: { color: 'blue' } }, 'profile')
    },
  },
  {
    id: 'PWD-9',
    title: 'after a lost reply one of the two passwords signs in, and a new session can be had',
    run: async (context) => {
      const { device, person, user } = await context.account()
      const next = freshValue(context, 'password')
      const outcome = await context.during(
        'replyLost',
        () => device.provider.changePassword({ current: person.password, next }, { deadline: 1_500 })(),
        1,
      )
      const { provider } = await context.device()
      const withNew = await provider.signIn({ identifier: person.identifier, password: next })()
      if (outcome._tag === 'Right') same(withNew._tag, 'Right', 'signing in with the new password after a success')
      const works = withNew._tag === 'Right' ? next : person.password
      same((await canSignIn(context, person, works)).id, user.id, 'who signs in')
    },
  },
]

export const password: Topic = {
  title: 'changing the password',
  requirements: requirements.map((one) => ({ ...one, needs: ['changePassword'] })),
}
