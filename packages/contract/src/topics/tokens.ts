import type { ContractContext } from '../context.js'
import { afterRestart, sessionWorks } from '../context.js'
import type { Device } from '../device.js'
import { activeUserOf, everythingTold, reasonsOf } from '../device.js'
import { check, fails, same, succeeds } from '../expectations.js'
import { refusedOverAnonymous, refusedOverRegistered } from '../guarded.js'
import { randomText } from '../person.js'
import { hides } from '../reachable-text.js'
import type { Requirement, Topic } from '../requirement.js'

const tokenOf = ({ provider }: Device): string => {
  const token = provider.accessToken()?.token
  check(token !== undefined && token !== '', 'there must be an access token')
  return token
}

const someonesToken = async (context: ContractContext): Promise<string> => tokenOf((await context.account()).device)

const requirements: readonly Requirement[] = [
  {
    id: 'TOK-1',
    title: 'is there while somebody is signed in, and costs no request',
    run: async (context) => {
      const { device } = await context.account()
      const token = await context.withoutRequest(() => device.provider.accessToken())
      check(token !== null && token.token !== '', 'there must be an access token')
      await succeeds(device.provider.signOut())
      same(device.provider.accessToken(), null, 'access token of nobody')
    },
  },
  {
    id: 'TOK-8',
    title: 'of somebody who signed in says until when it is good, where that is known',
    only: {
      when: ({ capabilities: { accessToken } }) => accessToken !== undefined && accessToken !== false && accessToken.expires === 'known',
      otherwise: 'nobody knows how long a token is good',
    },
    run: async (context) => {
      const { identifier, password } = (await context.account()).person
      const { provider } = await context.device()
      await succeeds(provider.signIn({ identifier, password }))
      check((provider.accessToken()?.expiresAt ?? 0) > Date.now(), 'expiresAt must be in the future')
    },
  },
  {
    id: 'TOK-2',
    title: 'signs the same user in on another device, for good',
    run: async (context) => {
      const { device, user } = await context.account()
      const other = await context.device()
      same((await succeeds(other.provider.signInWithToken({ token: tokenOf(device) }))).id, user.id, 'id')
      same(reasonsOf(other), ['signedIn'], 'reasons told')
      same((await sessionWorks(other)).id, user.id, 'active user')
      same((await sessionWorks(await afterRestart(other))).id, user.id, 'user after a restart')
    },
  },
  {
    id: 'TOK-3',
    title: 'one that nobody gave out signs nobody in',
    run: async (context) => {
      const { provider } = await context.device()
      await fails(provider.signInWithToken({ token: randomText(40) }), 'SessionExpired')
      same(provider.activeUser(), null, 'active user')
    },
  },
  {
    id: 'TOK-4',
    title: 'a dead one signs nobody in',
    run: async (context) => {
      const { device, user } = await context.account()
      const token = tokenOf(device)
      await context.control.expireSessions(user.id)
      const { provider } = await context.device()
      await fails(provider.signInWithToken({ token }), 'SessionExpired')
      same(provider.activeUser(), null, 'active user')
    },
  },
  {
    id: 'TOK-5',
    title: 'signing in with one is refused without a request while a registered user is active',
    run: async (context) => {
      const token = await someonesToken(context)
      await refusedOverRegistered(context, (await context.account()).device, (provider) => provider.signInWithToken({ token }))
    },
  },
  {
    id: 'TOK-6',
    title: 'signing in with one is refused without a request where it would lose an anonymous user',
    needs: ['anonymous'],
    run: async (context) => {
      const token = await someonesToken(context)
      await refusedOverAnonymous(context, await context.anonymous(), (provider) => provider.signInWithToken({ token }))
    },
  },
  {
    id: 'TOK-7',
    title: 'is told to nobody who did not ask for it',
    run: async (context) => {
      const { device } = await context.account()
      const token = tokenOf(device)
      const other = await context.device()
      const user = await succeeds(other.provider.signInWithToken({ token }))
      hides([user, everythingTold(device), everythingTold(other)], [token], 'what the provider tells')
      await context.control.expireSessions(activeUserOf(other).id)
      const third = await context.device()
      hides(await fails(third.provider.signInWithToken({ token })), [token], 'the refusal')
    },
  },
  {
    id: 'TOK-9',
    title: 'an empty one is refused without a request',
    run: async (context) => {
      const { provider } = await context.device()
      for (const bad of [{ token: '' }, {}, undefined, { token: 7 }]) {
        await context.withoutRequest(() => fails(provider.signInWithToken(bad as never), 'InvalidInput'))
      }
    },
  },
]

export const tokens: Topic = {
  title: 'the vendor’s own token',
  requirements: requirements.map((one) => ({ ...one, needs: ['accessToken', ...(one.needs ?? [])] })),
}
