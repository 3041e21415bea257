import { type ContractContext, canSignIn, proveContact, sessionWorks } from '../context.js'
import { activeUserOf } from '../device.js'
import { check, equal, fails, leftOf, oneOf, rightOf, same, succeeds } from '../expectations.js'
import { credentials, identifierOf, newPerson, primaryKind } from '../person.js'
import type { Requirement, Topic } from '../requirement.js'

const kinds = ['username', 'email', 'phone'] as const

const withOneIdentifier = kinds.map(
  (kind): Requirement => ({
    id: `SUP-2.${kind}`,
    title: `a ${kind} is enough for an account, or is refused until it is verified`,
    needs: [`signUp.${kind}`, `signIn.${kind}`],
    run: async (context) => {
      const person = newPerson(context, [], kind)
      const device = await context.device()
      const before = await context.control.userCount()
      const outcome = await device.provider.signUp(credentials(person))()
      if (outcome._tag === 'Left') {
        // A vendor may refuse such an account with a code that says no more than that.
        leftOf(outcome, 'NotVerified', 'Vendor')
        same(device.provider.activeUser(), null, 'active user')
        return same(await context.control.userCount(), before, 'users')
      }
      const user = rightOf(outcome)
      same(kind === 'username' ? user.username : user[kind]?.address, person.identifiers[kind], kind)
      if (kind !== 'username') await proveContact(context, device, kind)
      same((await canSignIn(context, person, person.password)).id, user.id, 'who signs in with it')
    },
  }),
)

const oneAccountAfterALostReply = async (context: ContractContext, times?: number): Promise<void> => {
  const { provider } = await context.device()
  const person = context.person()
  const before = await context.control.userCount()
  const outcome = await context.during('replyLost', () => provider.signUp(credentials(person), { deadline: 1_500 })(), times)
  if (outcome._tag === 'Left') {
    leftOf(outcome, 'OutcomeUnknown')
    same(provider.activeUser(), null, 'active user')
  } else {
    same(provider.activeUser()?.id, outcome.right.id, 'active user')
    await sessionWorks({ provider })
  }
  same(await context.control.userCount(), before + 1, 'users')
  await canSignIn(context, person, person.password)
}

export const signingUp: Topic = {
  title: 'signing up',
  requirements: [
    {
      id: 'SUP-1',
      title: 'creates a registered user and signs in',
      run: async (context) => {
        const device = await context.device()
        const person = context.person()
        const kind = primaryKind(context.capabilities)
        const user = await succeeds(device.provider.signUp(credentials(person)))
        same(user.kind, 'registered', 'kind')
        same(user.vendor, device.provider.vendor, 'vendor')
        check(user.id !== '', 'the user must have an id')
        same(kind === 'username' ? user.username : user[kind]?.address, person.identifiers[kind], kind)
        same(activeUserOf(device), user, 'active user')
        await sessionWorks(device)
      },
    },
    ...withOneIdentifier,
    {
      id: 'SUP-3',
      title: 'the account can be signed in to from another device',
      run: async (context) => {
        const { person, user } = await context.account()
        same((await canSignIn(context, person, person.password)).id, user.id, 'id')
      },
    },
    {
      id: 'SUP-4',
      title: 'keeps the profile given at sign-up',
      run: async (context) => {
        const profile = { displayName: '金 Lee', locale: 'en', country: 'JP', attributes: { color: 'blue', visits: 3 } }
        const { device, user } = await context.account({ profile })
        for (const { displayName, locale, country, attributes } of [user, await sessionWorks(device)]) {
          same({ displayName, locale, country, attributes }, profile, 'profile')
        }
      },
    },
    {
      id: 'SUP-5',
      title: 'a taken identifier is refused, and creates nothing',
      run: async (context) => {
        const { person, user } = await context.account()
        const { provider } = await context.device()
        const before = await context.control.userCount()
        const another = { ...credentials(person), password: context.person().password }
        const { identifier } = await fails(provider.signUp(another), 'IdentifierTaken')
        oneOf(identifier, [undefined, primaryKind(context.capabilities)], 'which identifier is taken')
        same(provider.activeUser(), null, 'active user')
        same(await context.control.userCount(), before, 'users')
        same((await canSignIn(context, person, person.password)).id, user.id, 'whom the identifier belongs to')
      },
    },
    {
      id: 'SUP-6',
      title: 'is refused without a request while a registered user is active',
      run: async (context) => {
        const { device, user } = await context.account()
        await context.withoutRequest(() => fails(device.provider.signUp(credentials(context.person())), 'AlreadySignedIn'))
        same(activeUserOf(device).id, user.id, 'active user')
      },
    },
    {
      id: 'SUP-7',
      title: 'one of two people who want the same name at the same time gets it',
      run: async (context) => {
        const [one, two] = [await context.device(), await context.device()]
        const person = context.person()
        const before = await context.control.userCount()
        const second = { ...credentials(person), password: context.person().password }
        const outcomes = await Promise.all([one.provider.signUp(credentials(person))(), two.provider.signUp(second)()])
        same(outcomes.filter(({ _tag }) => _tag === 'Right').length, 1, 'accounts created')
        for (const outcome of outcomes) if (outcome._tag === 'Left') leftOf(outcome, 'IdentifierTaken')
        same(await context.control.userCount(), before + 1, 'users')
      },
    },
    {
      id: 'SUP-8',
      title: 'two sign-ups at once on one device make one user',
      run: async (context) => {
        const { provider } = await context.device()
        const before = await context.control.userCount()
        const outcomes = await Promise.all([1, 2].map(() => provider.signUp(credentials(context.person()))()))
        same(
          outcomes.map(({ _tag }) => _tag),
          ['Right', 'Left'],
          'outcomes',
        )
        for (const outcome of outcomes) if (outcome._tag === 'Left') leftOf(outcome, 'AlreadySignedIn')
        same(await context.control.userCount(), before + 1, 'users')
      },
    },
    {
      id: 'SUP-9',
      title: 'a lost reply leaves one account, which is found again or reported as unknown',
      run: (context) => oneAccountAfterALostReply(context, 1),
    },
    {
      id: 'SUP-10',
      title: 'lost replies to everything leave one account',
      run: (context) => oneAccountAfterALostReply(context),
    },
    {
      id: 'SUP-11',
      title: 'a password is taken as it is, spaces included, or refused',
      run: async (context) => {
        const person = context.person()
        const password = ` ${person.password} `
        const { provider } = await context.device()
        const outcome = await provider.signUp({ ...credentials(person), password })()
        if (outcome._tag === 'Left') return void leftOf(outcome, 'InvalidInput', 'PasswordRejected')
        same((await canSignIn(context, person, password)).id, outcome.right.id, 'who signs in with the spaces')
        const trimmed = await (await context.device()).provider.signIn({ identifier: person.identifier, password: person.password })()
        leftOf(trimmed, 'InvalidCredentials')
      },
    },
    {
      id: 'SUP-12',
      title: 'the user is plain data that survives JSON',
      run: async (context) => {
        const { user } = await context.account({ with: ['email'], profile: { displayName: 'Kim' } })
        check(equal(JSON.parse(JSON.stringify(user)), user), 'the user must equal its own JSON')
        for (const time of [user.createdAt, user.updatedAt]) {
          check(time === undefined || new Date(Date.parse(time) || 0).toISOString() === time, 'a time must be ISO 8601')
        }
      },
    },
    {
      id: 'SUP-13',
      title: 'every identifier given is on the user',
      run: async (context) => {
        const { device, person } = await context.account({ with: ['email'] })
        const user = await sessionWorks(device)
        same(user.email?.address, person.identifiers.email, 'email')
        same(identifierOf('email', person.identifiers), { email: user.email?.address }, 'identifier')
      },
    },
  ],
}
