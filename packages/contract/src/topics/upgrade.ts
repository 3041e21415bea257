import { afterRestart, type ContractContext, canSignIn, sessionWorks } from '../context.js'
import { activeUserOf, type Device, reasonsOf } from '../device.js'
import { check, fails, leftOf, oneOf, rightOf, same, succeeds } from '../expectations.js'
import { credentials, primaryKind } from '../person.js'
import type { Requirement, Topic } from '../requirement.js'

const profile = { displayName: 'Guest', attributes: { color: 'blue', basket: ['tea', 2] } }

/** Demands that the anonymous user is as it was: here, on the server and after a restart. */
export const unharmed = async (context: ContractContext, device: Device, act: () => Promise<unknown>): Promise<void> => {
  const before = activeUserOf(device)
  const users = await context.control.userCount()
  await act()
  same(activeUserOf(device), before, 'anonymous user')
  const { kind, displayName, attributes } = await sessionWorks(device)
  same(
    { kind, displayName, attributes },
    { kind: 'anonymous', displayName: before.displayName, attributes: before.attributes },
    'anonymous user on the server',
  )
  same((await sessionWorks(await afterRestart(device))).id, before.id, 'user after a restart')
  same(await context.control.userCount(), users, 'users')
}

const failures = (['offline', 'hang', 'unavailable', 'rateLimited', 'html', 'shape'] as const).map(
  (kind): Requirement => ({
    id: `UPG-6.${kind}`,
    title: `leaves the anonymous user exactly as it was when it meets: ${kind}`,
    run: async (context) => {
      const device = await context.anonymous(profile)
      const person = context.person()
      await unharmed(context, device, () =>
        context.during(kind, () => fails(device.provider.upgrade(credentials(person), { deadline: 200 }))),
      )
      await succeeds(device.provider.upgrade(credentials(person)))
      await canSignIn(context, person, person.password)
    },
  }),
)

const losingReplies = async (context: ContractContext, times?: number): Promise<void> => {
  const device = await context.anonymous(profile)
  const before = activeUserOf(device)
  const person = context.person()
  const users = await context.control.userCount()
  const outcome = await context.during('replyLost', () => device.provider.upgrade(credentials(person), { deadline: 1_500 })(), times)
  // Network: it is known that nothing was done.
  if (outcome._tag === 'Left') leftOf(outcome, 'OutcomeUnknown', 'Network')
  if (hasKeptIds(context)) same(activeUserOf(device).id, before.id, 'active user')
  const again = await afterRestart(device)
  // An id that was replaced took the session with it: then the credentials are the way in.
  const now = again.provider.activeUser() === null ? await canSignIn(context, person, person.password) : await sessionWorks(again)
  same(now.attributes, before.attributes, 'attributes')
  if (outcome._tag === 'Right' || !again.provider.activeUser()) same(now.kind, 'registered', 'kind')
  check((await context.control.userCount()) <= users, 'no further user may be left behind')
  if (now.kind === 'registered') return void same((await canSignIn(context, person, person.password)).id, now.id, 'who signs in')
  const upgraded = await succeeds(again.provider.upgrade(credentials(person)))
  same((await canSignIn(context, person, person.password)).id, upgraded.user.id, 'who signs in')
}

const hasKeptIds = ({ capabilities: { upgrade: facts } }: ContractContext): boolean => facts !== false && facts.identity === 'kept'

const requirements: readonly Requirement[] = [
  {
    id: 'UPG-1',
    title: 'makes the anonymous user a registered one that can sign in anywhere',
    run: async (context) => {
      const device = await context.anonymous(profile)
      const person = context.person()
      const { user } = await succeeds(device.provider.upgrade(credentials(person)))
      same(user.kind, 'registered', 'kind')
      same(activeUserOf(device), user, 'active user')
      same((await sessionWorks(device)).kind, 'registered', 'kind on the server')
      same((await sessionWorks(await afterRestart(device))).id, user.id, 'user after a restart')
      same((await canSignIn(context, person, person.password)).id, user.id, 'who signs in')
    },
  },
  {
    id: 'UPG-2',
    title: 'keeps or replaces the id as declared, and says which and what it was',
    run: async (context) => {
      const device = await context.anonymous()
      const before = activeUserOf(device)
      const { user, identity, previousId } = await succeeds(device.provider.upgrade(credentials(context.person())))
      same(identity, hasKeptIds(context) ? 'kept' : 'replaced', 'identity')
      same(previousId, before.id, 'previousId')
      same(user.id === before.id, identity === 'kept', 'whether the id is the same')
    },
  },
  {
    id: 'UPG-3',
    title: 'keeps what the anonymous user had and adds what it is given',
    run: async (context) => {
      const device = await context.anonymous(profile)
      const more = { locale: 'en', attributes: { color: 'green', size: 2 } }
      const { user } = await succeeds(device.provider.upgrade({ ...credentials(context.person()), profile: more }))
      for (const { displayName, locale, attributes } of [user, await sessionWorks(device)]) {
        same(
          { displayName, locale, attributes },
          { displayName: 'Guest', locale: 'en', attributes: { color: 'green', basket: ['tea', 2], size: 2 } },
          'profile',
        )
      }
    },
  },
  {
    id: 'UPG-15',
    title: 'every identifier given is on the user',
    run: async (context) => {
      const device = await context.anonymous()
      const person = context.person('email')
      const { user } = await succeeds(device.provider.upgrade(credentials(person)))
      for (const { email } of [user, await sessionWorks(device)]) same(email?.address, person.identifiers.email, 'email')
    },
  },
  {
    id: 'UPG-4',
    title: 'is told as one change, and leaves no further user behind',
    run: async (context) => {
      const device = await context.anonymous()
      const users = await context.control.userCount()
      await succeeds(device.provider.upgrade(credentials(context.person())))
      same(reasonsOf(device), ['signedIn', 'upgraded'], 'reasons told')
      same(await context.control.userCount(), users, 'users')
    },
  },
  {
    id: 'UPG-5',
    title: 'leaves the anonymous user exactly as it was when the name is taken, and hands out a merge ticket',
    run: async (context) => {
      const { person, user } = await context.account()
      const device = await context.anonymous(profile)
      const anonymousId = activeUserOf(device).id
      const another = { ...credentials(person), password: context.person().password }
      await unharmed(context, device, async () => {
        const { identifier, mergeTicket } = await fails(device.provider.upgrade(another), 'IdentifierTaken')
        oneOf(identifier, [undefined, primaryKind(context.capabilities)], 'which identifier is taken')
        same(mergeTicket?.anonymousId, anonymousId, 'the anonymous user in the ticket')
        same(JSON.parse(JSON.stringify(mergeTicket)), mergeTicket, 'the ticket as JSON')
      })
      same((await canSignIn(context, person, person.password)).id, user.id, 'whom the name belongs to')
    },
  },
  ...failures,
  {
    id: 'UPG-7',
    title: 'leaves the anonymous user exactly as it was when the password breaks a rule, without a request',
    run: async (context) => {
      const device = await context.anonymous(profile)
      await unharmed(context, device, () =>
        context.withoutRequest(() => fails(device.provider.upgrade({ ...credentials(context.person()), password: '' }), 'InvalidInput')),
      )
    },
  },
  {
    id: 'UPG-8',
    title: 'leaves the anonymous user exactly as it was when the app gives up',
    run: async (context) => {
      const device = await context.anonymous(profile)
      const abort = new AbortController()
      await unharmed(context, device, () =>
        context.during('hang', async () => {
          setTimeout(() => abort.abort(), 50)
          await fails(device.provider.upgrade(credentials(context.person()), { signal: abort.signal }), 'Cancelled')
        }),
      )
    },
  },
  {
    id: 'UPG-9',
    title: 'a lost reply loses nobody, and what happened can be found out',
    run: (context) => losingReplies(context, 1),
  },
  {
    id: 'UPG-10',
    title: 'lost replies to everything lose nobody, and what happened can be found out',
    run: (context) => losingReplies(context),
  },
  {
    id: 'UPG-11',
    title: 'is refused without a request to a registered user and to nobody',
    run: async (context) => {
      const { device } = await context.account()
      await context.withoutRequest(() => fails(device.provider.upgrade(credentials(context.person())), 'NotAnonymous'))
      await sessionWorks(device)
      const { provider } = await context.device()
      await context.withoutRequest(() => fails(provider.upgrade(credentials(context.person())), 'NotSignedIn'))
    },
  },
  {
    id: 'UPG-12',
    title: 'twice at once upgrades once',
    run: async (context) => {
      const device = await context.anonymous()
      const people = [context.person(), context.person()]
      const [one, two] = await Promise.all(people.map((person) => device.provider.upgrade(credentials(person))()))
      check(one !== undefined && two !== undefined, 'both must end')
      const { user } = rightOf(one)
      leftOf(two, 'NotAnonymous')
      same(activeUserOf(device).id, user.id, 'active user')
    },
  },
  {
    id: 'UPG-13',
    title: 'afterwards signing out is safe',
    run: async (context) => {
      const device = await context.anonymous()
      const person = context.person()
      const { user } = await succeeds(device.provider.upgrade(credentials(person)))
      await succeeds(device.provider.signOut())
      same(
        (await succeeds(device.provider.signIn({ identifier: person.identifier, password: person.password }))).id,
        user.id,
        'who signs in',
      )
    },
  },
  {
    id: 'UPG-14',
    title: 'an anonymous user whose session is dead is not upgraded, and nothing is created',
    only: {
      when: ({ capabilities: { anonymous } }) => anonymous !== false && anonymous.custody === 'token',
      otherwise: 'a dead session of an anonymous user can be renewed',
    },
    run: async (context) => {
      const device = await context.anonymous()
      const users = await context.control.userCount()
      await context.control.expireSessions(activeUserOf(device).id)
      await fails(device.provider.upgrade(credentials(context.person())), 'SessionExpired')
      same(await context.control.userCount(), users, 'users')
    },
  },
]

export const upgrade: Topic = { title: 'upgrade', requirements: requirements.map((one) => ({ ...one, needs: ['anonymous', 'upgrade'] })) }
