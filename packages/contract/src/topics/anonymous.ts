import { afterRestart, sessionWorks } from '../context.js'
import { activeUserOf, isStale, reasonsOf, testStore } from '../device.js'
import { check, fails, leftOf, same, succeeds } from '../expectations.js'
import { credentials } from '../person.js'
import type { Requirement, Topic } from '../requirement.js'

const needs = ['anonymous'] as const

const custody = (wanted: 'token' | 'generated-credentials'): Requirement['only'] => ({
  when: ({ capabilities: { anonymous: facts } }) => facts !== false && facts.custody === wanted,
  otherwise: `the credential of an anonymous user is not: ${wanted}`,
})

const requirements: readonly Requirement[] = [
  {
    id: 'ANO-1',
    title: 'a user without any login is made and active',
    run: async (context) => {
      const device = await context.anonymous()
      same(activeUserOf(device).kind, 'anonymous', 'kind')
      same(reasonsOf(device), ['signedIn'], 'reasons told')
      same((await sessionWorks(device)).kind, 'anonymous', 'kind on the server')
    },
  },
  {
    id: 'ANO-2',
    title: 'asking again gives the same user, without a request',
    run: async (context) => {
      const device = await context.anonymous()
      const before = activeUserOf(device)
      const again = await context.withoutRequest(() => succeeds(device.provider.signInAnonymously()))
      same(again, before, 'user')
    },
  },
  {
    id: 'ANO-3',
    title: 'asking twice at once gives one user',
    run: async (context) => {
      const { provider } = await context.device()
      const before = await context.control.userCount()
      const [one, two] = await Promise.all([succeeds(provider.signInAnonymously()), succeeds(provider.signInAnonymously())])
      same(one.id, two.id, 'id')
      same(await context.control.userCount(), before + 1, 'users')
    },
  },
  {
    id: 'ANO-4',
    title: 'the credential is in the store before success is told',
    run: async (context) => {
      const device = await context.device()
      const user = await succeeds(device.provider.signInAnonymously())
      const copy = testStore(device.store.entries)
      same((await succeeds((await device.restart({ store: copy })).provider.restore()))?.id, user.id, 'user of the store at that moment')
    },
  },
  {
    id: 'ANO-5',
    title: 'it is no success when the store refuses, and the same user once it works again',
    run: async (context) => {
      const store = testStore()
      store.refuse = { set: true }
      const device = await context.device({ store })
      const before = await context.control.userCount()
      await fails(device.provider.signInAnonymously(), 'Unavailable')
      store.refuse = {}
      const user = await succeeds(device.provider.signInAnonymously())
      check((await context.control.userCount()) <= before + 1, 'there must be one anonymous user')
      same((await sessionWorks(await afterRestart(device))).id, user.id, 'user after a restart')
    },
  },
  {
    id: 'ANO-6',
    title: 'comes back after a restart',
    run: async (context) => {
      const device = await context.anonymous()
      const { id } = activeUserOf(device)
      const again = await afterRestart(device)
      same(activeUserOf(again).id, id, 'id')
      same(activeUserOf(again).kind, 'anonymous', 'kind')
      same((await succeeds(again.provider.signInAnonymously())).id, id, 'user when asked again')
    },
  },
  {
    id: 'ANO-7',
    title: 'asked for before restore, the stored user is given and no second one made',
    run: async (context) => {
      const device = await context.anonymous()
      const { id } = activeUserOf(device)
      const again = await device.restart()
      const before = await context.control.userCount()
      same((await succeeds(again.provider.signInAnonymously())).id, id, 'id')
      same(await context.control.userCount(), before, 'users')
    },
  },
  {
    id: 'ANO-8',
    title: 'stays when the start has no connection',
    run: async (context) => {
      const device = await context.anonymous()
      const again = await device.restart()
      const restored = await context.during('offline', () => succeeds(again.provider.restore({ deadline: 150 })))
      same(restored?.id, activeUserOf(device).id, 'id')
      check(isStale(again.provider.state()), 'the user must be marked stale')
      await sessionWorks(again)
    },
  },
  {
    id: 'ANO-9',
    title: 'signing out refuses, since it would lose the user, and loses nothing',
    run: async (context) => {
      const device = await context.anonymous()
      await context.withoutRequest(() => fails(device.provider.signOut(), 'WouldLoseAnonymousUser'))
      same((await sessionWorks(await afterRestart(device))).kind, 'anonymous', 'kind after a restart')
      await sessionWorks(device)
    },
  },
  {
    id: 'ANO-10',
    title: 'signing out discards the user when told to',
    run: async (context) => {
      const device = await context.anonymous()
      await succeeds(device.provider.signOut({ discardAnonymous: true }))
      same(device.provider.state(), { status: 'signedOut' }, 'state')
      same(await succeeds((await device.restart()).provider.restore()), null, 'user after a restart')
    },
  },
  {
    id: 'ANO-11',
    title: 'signing in refuses without a request, since it would lose the user',
    run: async (context) => {
      const { identifier, password } = (await context.account()).person
      const device = await context.anonymous()
      await context.withoutRequest(() => fails(device.provider.signIn({ identifier, password }), 'WouldLoseAnonymousUser'))
      await context.withoutRequest(() =>
        fails(device.provider.signIn({ identifier, password }, { replace: true }), 'WouldLoseAnonymousUser'),
      )
      same((await sessionWorks(device)).kind, 'anonymous', 'kind')
    },
  },
  {
    id: 'ANO-12',
    title: 'signing up refuses without a request, since it would lose the user',
    run: async (context) => {
      const device = await context.anonymous()
      await context.withoutRequest(() => fails(device.provider.signUp(credentials(context.person())), 'WouldLoseAnonymousUser'))
      same((await sessionWorks(device)).kind, 'anonymous', 'kind')
    },
  },
  {
    id: 'ANO-13',
    title: 'signing in discards the user when told to',
    run: async (context) => {
      const { person, user } = await context.account()
      const device = await context.anonymous()
      const { identifier, password } = person
      same((await succeeds(device.provider.signIn({ identifier, password }, { anonymous: 'discard' }))).id, user.id, 'id')
      same((await sessionWorks(await afterRestart(device))).id, user.id, 'user after a restart')
    },
  },
  {
    id: 'ANO-14',
    title: 'a sign-in that fails keeps the user, also when told to discard it',
    run: async (context) => {
      const device = await context.anonymous()
      const { identifier, password } = context.person()
      await fails(device.provider.signIn({ identifier, password }, { anonymous: 'discard' }), 'InvalidCredentials', 'UserNotFound')
      same((await sessionWorks(device)).kind, 'anonymous', 'kind')
      same((await sessionWorks(await afterRestart(device))).kind, 'anonymous', 'kind after a restart')
    },
  },
  {
    id: 'ANO-15',
    title: 'is refused without a request while a registered user is active',
    run: async (context) => {
      const { device } = await context.account()
      await context.withoutRequest(() => fails(device.provider.signInAnonymously(), 'AlreadySignedIn'))
      await sessionWorks(device)
    },
  },
  {
    id: 'ANO-16',
    title: 'keeps the profile it is given, and takes changes',
    run: async (context) => {
      const given = { displayName: 'Guest', locale: 'en', country: 'JP' }
      const device = await context.anonymous({ ...given, attributes: { color: 'blue' } })
      await succeeds(device.provider.updateProfile({ set: { size: 2 } }))
      const { kind, displayName, locale, country, attributes } = await sessionWorks(device)
      same(
        { kind, displayName, locale, country, color: attributes.color, size: attributes.size },
        { kind: 'anonymous', ...given, color: 'blue', size: 2 },
        'user',
      )
    },
  },
  {
    id: 'ANO-17',
    title: 'a lost reply leaves nobody half active, and asking again works',
    run: async (context) => {
      const { provider } = await context.device()
      const outcome = await context.during('replyLost', () => provider.signInAnonymously({}, { deadline: 1_500 })(), 1)
      if (outcome._tag === 'Left') {
        leftOf(outcome, 'OutcomeUnknown')
        same(provider.activeUser(), null, 'active user')
      }
      await succeeds(provider.signInAnonymously())
      await sessionWorks({ provider })
    },
  },
  {
    id: 'ANO-18',
    title: 'ends when its session dies, and the last trace of the credential is kept',
    only: custody('token'),
    run: async (context) => {
      const device = await context.anonymous()
      await context.control.expireSessions(activeUserOf(device).id)
      await fails(device.provider.refresh(), 'SessionExpired')
      same(device.provider.state(), { status: 'signedOut' }, 'state')
      same(reasonsOf(device).at(-1), 'expired', 'last reason told')
      check(
        [...device.store.entries.values()].some((text) => text.includes('"secrets"')),
        'the credential must still be in the store',
      )
    },
  },
  {
    id: 'ANO-19',
    title: 'gets a new session when the old one dies',
    only: custody('generated-credentials'),
    run: async (context) => {
      const device = await context.anonymous()
      const { id } = activeUserOf(device)
      await context.control.expireSessions(id)
      same((await sessionWorks(device)).id, id, 'id')
      await context.control.expireSessions(id)
      same((await sessionWorks(await afterRestart(device))).id, id, 'id after a restart')
    },
  },
]

export const anonymous: Topic = { title: 'the anonymous user', requirements: requirements.map((one) => ({ ...one, needs })) }
