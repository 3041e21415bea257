import type { User } from '@userport/core'
import { sessionWorks } from '../context.js'
import { activeUserOf, everythingTold, reasonsOf } from '../device.js'
import { check, fails, leftOf, same, succeeds } from '../expectations.js'
import { refusedOverAnonymous, refusedOverRegistered } from '../guarded.js'
import { identityProvider, mayLink, maySignIn, proofOf, vouched } from '../identity.js'
import { randomText } from '../person.js'
import { hides } from '../reachable-text.js'
import type { Condition, Requirement, Topic } from '../requirement.js'

const severalProviders: Condition = {
  when: ({ capabilities: { identities } }) =>
    identities !== undefined && identities !== false && (identities.providers === 'any' || identities.providers.length > 1),
  otherwise: 'there is one third party',
}

const providersOf = ({ identities }: User): readonly string[] => identities.map(({ provider }) => provider).sort()

const requirements: readonly Requirement[] = [
  {
    id: 'IDN-1',
    title: 'somebody new gets an account, and it is said so',
    only: maySignIn,
    run: async (context) => {
      const device = await context.device()
      const users = await context.control.userCount()
      const profile = { displayName: 'Kim', attributes: { color: 'blue' } }
      const { user, created } = await succeeds(device.provider.signInWithIdentity({ ...(await proofOf(context)), profile }))
      same(created, true, 'created')
      same(await context.control.userCount(), users + 1, 'users')
      same(providersOf(user), [identityProvider(context)], 'identities')
      same({ displayName: user.displayName, attributes: user.attributes }, profile, 'profile')
      same(activeUserOf(device), user, 'active user')
      same(reasonsOf(device), ['signedIn'], 'reasons told')
      same(providersOf(await sessionWorks(device)), [identityProvider(context)], 'identities on the server')
    },
  },
  {
    id: 'IDN-2',
    title: 'the same person on another device is the same user, and nobody is made',
    only: maySignIn,
    run: async (context) => {
      const id = randomText()
      const { provider } = await context.device()
      const { user } = await succeeds(provider.signInWithIdentity(await proofOf(context, id)))
      const users = await context.control.userCount()
      const other = await context.device()
      const again = await succeeds(other.provider.signInWithIdentity(await proofOf(context, id)))
      same({ id: again.user.id, created: again.created }, { id: user.id, created: false }, 'answer')
      same(await context.control.userCount(), users, 'users')
      await sessionWorks(other)
    },
  },
  {
    id: 'IDN-3',
    title: 'nobody is made where that is not wanted',
    only: maySignIn,
    run: async (context) => {
      const { provider } = await context.device()
      const users = await context.control.userCount()
      await fails(provider.signInWithIdentity({ ...(await proofOf(context)), create: false }), 'UserNotFound')
      same(provider.activeUser(), null, 'active user')
      same(await context.control.userCount(), users, 'users')
    },
  },
  {
    id: 'IDN-4',
    title: 'one new person on two devices at once is one user',
    only: maySignIn,
    run: async (context) => {
      const proof = await proofOf(context)
      const users = await context.control.userCount()
      const devices = [await context.device(), await context.device()]
      const outcomes = await Promise.all(devices.map(({ provider }) => provider.signInWithIdentity(proof)()))
      check(
        outcomes.some(({ _tag }) => _tag === 'Right'),
        'one of them must succeed',
      )
      for (const outcome of outcomes) if (outcome._tag === 'Left') leftOf(outcome, 'IdentifierTaken')
      same(await context.control.userCount(), users + 1, 'users')
    },
  },
  {
    id: 'IDN-5',
    title: 'what nobody vouches for signs nobody in',
    only: maySignIn,
    run: async (context) => {
      const { provider } = await context.device()
      const users = await context.control.userCount()
      const forged = { provider: identityProvider(context), tokens: { access_token: randomText() } }
      const error = await fails(provider.signInWithIdentity(forged), 'InvalidCredentials')
      hides(error, [forged.tokens.access_token], 'the refusal')
      same(provider.activeUser(), null, 'active user')
      same(await context.control.userCount(), users, 'users')
    },
  },
  {
    id: 'IDN-6',
    title: 'signing in with one is refused without a request while a registered user is active',
    only: maySignIn,
    run: async (context) => {
      const proof = await proofOf(context)
      await refusedOverRegistered(context, (await context.account()).device, (provider) => provider.signInWithIdentity(proof))
    },
  },
  {
    id: 'IDN-7',
    title: 'signing in with one is refused without a request where it would lose an anonymous user',
    needs: ['anonymous'],
    only: maySignIn,
    run: async (context) => {
      const proof = await proofOf(context)
      await refusedOverAnonymous(context, await context.anonymous(), (provider) => provider.signInWithIdentity(proof))
    },
  },
  {
    id: 'IDN-8',
    title: 'a linked one is on the user and signs that user in',
    only: [maySignIn, mayLink],
    run: async (context) => {
      const { device, user } = await context.account({ profile: { attributes: { color: 'blue' } } })
      const id = randomText()
      const linked = await succeeds(device.provider.linkIdentity(await proofOf(context, id)))
      same({ id: linked.id, providers: providersOf(linked) }, { id: user.id, providers: [identityProvider(context)] }, 'user')
      same(linked.attributes, { color: 'blue' }, 'attributes')
      same(activeUserOf(device), linked, 'active user')
      same(reasonsOf(device), ['signedUp', 'updated'], 'reasons told')
      same(providersOf(await sessionWorks(device)), [identityProvider(context)], 'identities on the server')
      const other = await context.device()
      const entered = await succeeds(other.provider.signInWithIdentity(await proofOf(context, id)))
      same({ id: entered.user.id, created: entered.created }, { id: user.id, created: false }, 'who signs in')
    },
  },
  {
    id: 'IDN-9',
    title: 'one that belongs to somebody else is not linked',
    only: mayLink,
    run: async (context) => {
      const id = randomText()
      const owner = await context.account()
      await succeeds(owner.device.provider.linkIdentity(await proofOf(context, id)))
      const { device } = await context.account()
      await fails(device.provider.linkIdentity(await proofOf(context, id)), 'IdentifierTaken')
      same(providersOf(activeUserOf(device)), [], 'identities')
      same(providersOf(await sessionWorks(device)), [], 'identities on the server')
    },
  },
  {
    id: 'IDN-10',
    title: 'one that is unlinked is gone, and signs nobody in',
    only: [maySignIn, mayLink],
    run: async (context) => {
      const { device } = await context.account()
      const id = randomText()
      await succeeds(device.provider.linkIdentity(await proofOf(context, id)))
      const user = await succeeds(device.provider.unlinkIdentity(identityProvider(context)))
      same(user.identities, [], 'identities')
      same((await sessionWorks(device)).identities, [], 'identities on the server')
      const { provider } = await context.device()
      await fails(provider.signInWithIdentity({ ...(await proofOf(context, id)), create: false }), 'UserNotFound')
    },
  },
  {
    id: 'IDN-11',
    title: 'linking and unlinking one leaves the others',
    only: [mayLink, severalProviders],
    run: async (context) => {
      const { device } = await context.account()
      const [first, second] = [identityProvider(context), identityProvider(context, 1)]
      await succeeds(device.provider.linkIdentity(await proofOf(context, randomText(), first)))
      const both = await succeeds(device.provider.linkIdentity(await proofOf(context, randomText(), second)))
      same(providersOf(both), [first, second].sort(), 'identities of both')
      same(providersOf(await succeeds(device.provider.unlinkIdentity(first))), [second], 'identities after unlinking one')
    },
  },
  {
    id: 'IDN-12',
    title: 'neither the user nor what is told holds a token of the third party',
    only: mayLink,
    run: async (context) => {
      const { device } = await context.account()
      const proof = await proofOf(context)
      const user = await succeeds(device.provider.linkIdentity(proof))
      await succeeds(device.provider.refresh())
      hides([user, everythingTold(device)], Object.values(proof.tokens).map(String), 'what the provider tells')
    },
  },
  {
    id: 'IDN-13',
    title: 'a proof of nothing is refused without a request',
    only: [maySignIn, mayLink],
    run: async (context) => {
      const { device } = await context.account()
      const nobody = await context.device()
      const provider = identityProvider(context)
      for (const bad of [undefined, {}, { provider: '', tokens: { access_token: 'x' } }, { provider, tokens: {} }, { provider }]) {
        await context.withoutRequest(() => fails(nobody.provider.signInWithIdentity(bad as never), 'InvalidInput'))
        await context.withoutRequest(() => fails(device.provider.linkIdentity(bad as never), 'InvalidInput'))
      }
      await context.withoutRequest(() => fails(device.provider.unlinkIdentity(''), 'InvalidInput'))
    },
  },
  {
    id: 'IDN-14',
    title: 'nobody’s is linked or unlinked, which costs no request',
    only: mayLink,
    run: async (context) => {
      const { provider } = await context.device()
      const proof = await proofOf(context)
      await context.withoutRequest(() => fails(provider.linkIdentity(proof), 'NotSignedIn'))
      await context.withoutRequest(() => fails(provider.unlinkIdentity(proof.provider), 'NotSignedIn'))
    },
  },
  {
    id: 'IDN-15',
    title: 'signing out says that the third party still knows the person',
    only: mayLink,
    run: async (context) => {
      const { device } = await context.account()
      await succeeds(device.provider.linkIdentity(await proofOf(context)))
      same((await succeeds(device.provider.signOut())).remains, [identityProvider(context)], 'where the person stays signed in')
    },
  },
]

export const identities: Topic = {
  title: 'identities of third parties',
  requirements: requirements.map((one) => ({
    ...one,
    needs: ['identities', ...(one.needs ?? [])],
    only: [vouched, ...[one.only ?? []].flat()],
  })),
}
