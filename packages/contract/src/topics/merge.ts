import type { MergeTicket } from '@userport/core'
import { type Account, afterRestart, type ContractContext, sessionWorks } from '../context.js'
import { activeUserOf, type Device } from '../device.js'
import { check, fails, same, succeeds } from '../expectations.js'
import { credentials } from '../person.js'
import type { Requirement, Topic } from '../requirement.js'
import { unharmed } from './upgrade.js'

interface Conflict {
  readonly account: Account
  readonly device: Device
  readonly anonymousId: string
  readonly ticket: MergeTicket
}

/** An anonymous user whose upgrade met an account that exists. */
const conflict = async (context: ContractContext): Promise<Conflict> => {
  const account = await context.account({ profile: { attributes: { color: 'red', visits: 1 } } })
  const device = await context.anonymous({ attributes: { color: 'blue', basket: ['tea'] } })
  const { mergeTicket } = await fails(device.provider.upgrade(credentials(account.person)), 'IdentifierTaken')
  check(mergeTicket !== undefined, 'the refusal must hold a merge ticket')
  return { account, device, anonymousId: activeUserOf(device).id, ticket: mergeTicket }
}

const entered = async (context: ContractContext): Promise<Conflict> => {
  const found = await conflict(context)
  const { identifier, password } = found.account.person
  const user = await succeeds(found.device.provider.signIn({ identifier, password }, { anonymous: found.ticket }))
  same(user.id, found.account.user.id, 'who signed in')
  return found
}

const requirements: readonly Requirement[] = [
  {
    id: 'MRG-1',
    title: 'signing in with the ticket sets the anonymous user aside',
    run: async (context) => {
      const { device, anonymousId, account } = await entered(context)
      same((await sessionWorks(device)).id, account.user.id, 'active user')
      const pending = await succeeds(device.provider.pendingMerge())
      same(pending?.anonymous.id, anonymousId, 'user set aside')
      same(pending?.ticket.anonymousId, anonymousId, 'user in the ticket')
    },
  },
  {
    id: 'MRG-2',
    title: 'completing copies what the account lacks and ends the anonymous user',
    needs: ['deleteUser'],
    run: async (context) => {
      const { device, account } = await entered(context)
      const users = await context.control.userCount()
      const user = await succeeds(device.provider.completeMerge())
      same(user.id, account.user.id, 'id')
      same(user.attributes, { color: 'red', visits: 1, basket: ['tea'] }, 'attributes')
      same((await sessionWorks(device)).attributes, user.attributes, 'attributes on the server')
      same(await succeeds(device.provider.pendingMerge()), null, 'pending merge')
      check((await context.control.userCount()) <= users, 'no user may be added')
    },
  },
  {
    id: 'MRG-3',
    title: 'completing copies all, nothing, or what the app makes of the two',
    run: async (context) => {
      const all = await entered(context)
      const { attributes } = await succeeds(all.device.provider.completeMerge({ copy: 'all', keepAnonymous: true }))
      same(attributes, { color: 'blue', visits: 1, basket: ['tea'] }, 'attributes after all')
      const none = await entered(context)
      const untouched = await succeeds(none.device.provider.completeMerge({ copy: 'none', keepAnonymous: true }))
      same(untouched.attributes, { color: 'red', visits: 1 }, 'attributes after none')
      const own = await entered(context)
      const mixed = await succeeds(
        own.device.provider.completeMerge({
          copy: (anonymous, account) => ({ set: { color: `${anonymous.attributes.color} and ${account.attributes.color}` } }),
          keepAnonymous: true,
        }),
      )
      same(mixed.attributes, { color: 'blue and red', visits: 1 }, 'attributes of the app’s making')
    },
  },
  {
    id: 'MRG-4',
    title: 'aborting brings the anonymous user back, with a working session',
    run: async (context) => {
      const { device, anonymousId } = await entered(context)
      same((await succeeds(device.provider.abortMerge())).id, anonymousId, 'id')
      const user = await sessionWorks(device)
      same(
        { kind: user.kind, attributes: user.attributes },
        { kind: 'anonymous', attributes: { color: 'blue', basket: ['tea'] } },
        'anonymous user',
      )
      same((await sessionWorks(await afterRestart(device))).id, anonymousId, 'user after a restart')
      same(await succeeds(device.provider.pendingMerge()), null, 'pending merge')
    },
  },
  {
    id: 'MRG-5',
    title: 'the user set aside survives a restart',
    run: async (context) => {
      const { device, anonymousId, account } = await entered(context)
      const again = await afterRestart(device)
      same((await sessionWorks(again)).id, account.user.id, 'active user')
      same((await succeeds(again.provider.pendingMerge()))?.anonymous.id, anonymousId, 'user set aside')
      same((await succeeds(again.provider.abortMerge())).id, anonymousId, 'user after aborting')
      await sessionWorks(again)
    },
  },
  {
    id: 'MRG-6',
    title: 'the user set aside survives signing out of the account',
    needs: ['anonymous'],
    run: async (context) => {
      const { device, anonymousId } = await entered(context)
      await succeeds(device.provider.signOut())
      same((await succeeds(device.provider.signInAnonymously())).id, anonymousId, 'anonymous user')
      await sessionWorks(device)
    },
  },
  {
    id: 'MRG-7',
    title: 'a wrong password with the ticket leaves the anonymous user exactly as it was',
    run: async (context) => {
      const { device, account, ticket } = await conflict(context)
      const { identifier } = account.person
      await unharmed(context, device, () =>
        fails(device.provider.signIn({ identifier, password: context.person().password }, { anonymous: ticket }), 'InvalidCredentials'),
      )
      same(await succeeds(device.provider.pendingMerge()), null, 'pending merge')
    },
  },
  {
    id: 'MRG-8',
    title: 'the ticket of another anonymous user is refused without a request',
    run: async (context) => {
      const { ticket, account } = await conflict(context)
      const device = await context.anonymous()
      const { identifier, password } = account.person
      await unharmed(context, device, () =>
        context.withoutRequest(() => fails(device.provider.signIn({ identifier, password }, { anonymous: ticket }), 'InvalidInput')),
      )
    },
  },
  {
    id: 'MRG-9',
    title: 'signing in with the ticket changes nothing when the user cannot be set aside',
    run: async (context) => {
      const { device, account, ticket, anonymousId } = await conflict(context)
      device.store.refuse = { set: true }
      const { identifier, password } = account.person
      await fails(device.provider.signIn({ identifier, password }, { anonymous: ticket }), 'Unavailable')
      device.store.refuse = {}
      same(activeUserOf(device).id, anonymousId, 'active user')
      await sessionWorks(device)
    },
  },
  {
    id: 'MRG-10',
    title: 'a merge that fails half-way can be completed again',
    needs: ['deleteUser'],
    run: async (context) => {
      const { device } = await entered(context)
      await context.during('unavailable', () => fails(device.provider.completeMerge({}, { deadline: 400 })))
      same((await succeeds(device.provider.completeMerge())).attributes, { color: 'red', visits: 1, basket: ['tea'] }, 'attributes')
      same(await succeeds(device.provider.pendingMerge()), null, 'pending merge')
    },
  },
  {
    id: 'MRG-11',
    title: 'completing and aborting are refused without a request where nobody is set aside',
    run: async (context) => {
      const { device } = await context.account()
      await context.withoutRequest(() => fails(device.provider.completeMerge(), 'InvalidInput'))
      await context.withoutRequest(() => fails(device.provider.abortMerge(), 'InvalidInput'))
      await sessionWorks(device)
    },
  },
]

export const merge: Topic = {
  title: 'merging an anonymous user into an account',
  requirements: requirements.map((one) => ({ ...one, needs: ['anonymous', 'upgrade', ...(one.needs ?? [])] })),
}
