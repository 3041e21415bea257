import { brokenRule } from '@userport/core'
import { afterRestart, canSignIn, proveContact, sessionWorks } from '../context.js'
import { activeUserOf, reasonsOf } from '../device.js'
import { check, fails, leftOf, rightOf, same, succeeds } from '../expectations.js'
import { freshValue, identifierOf } from '../person.js'
import type { Requirement, Topic } from '../requirement.js'

const byKind = (['username', 'email', 'phone'] as const).map(
  (kind): Requirement => ({
    id: `SIN-1.${kind}`,
    title: `by ${kind}`,
    needs: [`signIn.${kind}`],
    run: async (context) => {
      const { device, person, user } = await context.account({ with: [kind] })
      if (kind !== 'username') await proveContact(context, device, kind)
      const other = await context.device()
      const identifier = identifierOf(kind, person.identifiers)
      same((await succeeds(other.provider.signIn({ identifier, password: person.password }))).id, user.id, 'id')
      same(reasonsOf(other), ['signedIn'], 'reasons told')
      await sessionWorks(other)
    },
  }),
)

export const signingIn: Topic = {
  title: 'signing in',
  requirements: [
    ...byKind,
    {
      id: 'SIN-2',
      title: 'a wrong password is refused and nobody becomes active',
      run: async (context) => {
        const { person } = await context.account()
        const { provider } = await context.device()
        const { vendor, message, retryable } = await fails(
          provider.signIn({ identifier: person.identifier, password: context.person().password }),
          'InvalidCredentials',
        )
        same({ vendor, retryable }, { vendor: provider.vendor, retryable: false }, 'error')
        check(message !== '', 'an error must have a message')
        same(provider.activeUser(), null, 'active user')
      },
    },
    {
      id: 'SIN-3',
      title: 'somebody unknown is refused',
      run: async (context) => {
        const { identifier, password } = context.person()
        const { provider } = await context.device()
        await fails(provider.signIn({ identifier, password }), 'InvalidCredentials', 'UserNotFound')
        same(provider.activeUser(), null, 'active user')
      },
    },
    {
      id: 'SIN-4',
      title: 'with enumerationSafe, somebody unknown and a wrong password cannot be told apart',
      run: async (context) => {
        const { person } = await context.account()
        const { provider } = await context.device({ enumerationSafe: true })
        const { identifier, password } = context.person()
        const unknown = await fails(provider.signIn({ identifier, password }), 'InvalidCredentials')
        same(unknown, await fails(provider.signIn({ identifier: person.identifier, password }), 'InvalidCredentials'), 'error')
      },
    },
    {
      id: 'SIN-5',
      title: 'is refused without a request while a registered user is active',
      run: async (context) => {
        const other = (await context.account()).person
        const { device, user } = await context.account()
        const { identifier, password } = other
        await context.withoutRequest(() => fails(device.provider.signIn({ identifier, password }), 'AlreadySignedIn'))
        same(activeUserOf(device).id, user.id, 'active user')
        await sessionWorks(device)
      },
    },
    {
      id: 'SIN-6',
      title: 'takes the place of the active user when told to replace it',
      run: async (context) => {
        const other = await context.account()
        const { device } = await context.account()
        const { identifier, password } = other.person
        same((await succeeds(device.provider.signIn({ identifier, password }, { replace: true }))).id, other.user.id, 'id')
        same((await sessionWorks(device)).id, other.user.id, 'active user')
        same((await sessionWorks(await afterRestart(device))).id, other.user.id, 'user after a restart')
      },
    },
    {
      id: 'SIN-7',
      title: 'a refused replacement keeps the active user',
      run: async (context) => {
        const { device, user } = await context.account()
        const { identifier, password } = context.person()
        await fails(device.provider.signIn({ identifier, password }, { replace: true }), 'InvalidCredentials', 'UserNotFound')
        same((await sessionWorks(device)).id, user.id, 'active user')
      },
    },
    {
      id: 'SIN-8',
      title: 'one of two sign-ins at once on one device takes place',
      run: async (context) => {
        const people = [(await context.account()).person, (await context.account()).person]
        const device = await context.device()
        const outcomes = await Promise.all(people.map(({ identifier, password }) => device.provider.signIn({ identifier, password })()))
        same(
          outcomes.map(({ _tag }) => _tag),
          ['Right', 'Left'],
          'outcomes',
        )
        for (const outcome of outcomes) {
          if (outcome._tag === 'Left') leftOf(outcome, 'AlreadySignedIn')
          else same(activeUserOf(device).id, rightOf(outcome).id, 'active user')
        }
        await sessionWorks(device)
      },
    },
    {
      id: 'SIN-9',
      title: 'the same user may be signed in on several devices',
      run: async (context) => {
        const { device, person } = await context.account()
        await canSignIn(context, person, person.password)
        await sessionWorks(device)
      },
    },
    {
      id: 'SIN-10',
      title: 'a username of digits is not taken for a phone number',
      needs: ['signIn.username', 'signIn.phone', 'signUp.username'],
      only: {
        when: ({ rules }) => brokenRule(rules.username, '819012345678') === undefined,
        otherwise: 'a username cannot be all digits',
      },
      run: async (context) => {
        const owner = await context.account({ with: ['phone'] })
        await proveContact(context, owner.device, 'phone')
        const phone = owner.person.identifiers.phone ?? ''
        const digits = phone.replace(/\D/g, '')
        const { provider } = await context.device()
        const password = freshValue(context, 'password')
        const namesake = await succeeds(provider.signUp({ identifiers: { username: digits }, password }))
        const one = await context.device()
        same((await succeeds(one.provider.signIn({ identifier: { username: digits }, password }))).id, namesake.id, 'whose username it is')
        const two = await context.device()
        same(
          (await succeeds(two.provider.signIn({ identifier: { phone }, password: owner.person.password }))).id,
          owner.user.id,
          'whose phone it is',
        )
      },
    },
    {
      id: 'SIN-11',
      title: 'a barred user cannot sign in, and their sessions are dead',
      only: { when: ({ control }) => control.disable !== undefined, otherwise: 'users cannot be barred' },
      run: async (context) => {
        const { device, person, user } = await context.account()
        await context.control.disable?.(user.id)
        const { provider } = await context.device()
        const { identifier, password } = person
        await fails(provider.signIn({ identifier, password }), 'UserDisabled', 'InvalidCredentials')
        same(provider.activeUser(), null, 'active user')
        await fails(device.provider.refresh(), 'UserDisabled', 'SessionExpired')
      },
    },
    {
      id: 'SIN-12',
      title: 'tells the same user as sign-up did',
      run: async (context) => {
        const { person, user } = await context.account({ profile: { displayName: 'Kim', attributes: { color: 'blue' } } })
        const { updatedAt: _, vendorData: __, ...before } = user
        const { updatedAt: ___, vendorData: ____, ...after } = await canSignIn(context, person, person.password)
        same(after, before, 'user')
      },
    },
    {
      id: 'SIN-13',
      title: 'works again after the same person signed out',
      run: async (context) => {
        const { device, person, user } = await context.account()
        await succeeds(device.provider.signOut())
        same((await succeeds(device.provider.signIn({ identifier: person.identifier, password: person.password }))).id, user.id, 'id')
      },
    },
  ],
}
