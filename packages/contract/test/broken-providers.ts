import type { SessionStore, UserProvider } from '@userport/core'
import { around, type Broken, withBackend, withProvider } from './breaking.js'

const writesLater = (store: SessionStore): SessionStore => ({
  ...store,
  set: (name, value) => void setTimeout(() => void store.set(name, value), 30),
})

/** Faults in signing up and in, sessions, anonymous users, profiles and passwords. */
export const brokenProviders: readonly Broken[] = [
  {
    what: 'loses the anonymous user when an upgrade fails',
    caughtBy: 'UPG-5',
    make: withBackend((backend, service) => ({
      upgrade: (input, session, options) =>
        around(backend.upgrade(input, session, options), async (run) => {
          const outcome = await run()
          if (outcome._tag === 'Left') service.expireSessions(session.userId)
          return outcome
        }),
    })),
  },
  {
    what: 'claims to keep the id of an upgraded user and replaces it',
    caughtBy: 'UPG-2',
    settings: { upgrade: 'replaced' },
    make: withBackend((backend) => ({ capabilities: { ...backend.capabilities, upgrade: { identity: 'kept' } } })),
  },
  {
    what: 'signs a second user in over the first',
    caughtBy: 'SIN-5',
    make: withProvider((provider) => ({ signIn: (input, choice) => provider.signIn(input, { replace: true, ...choice }) })),
  },
  {
    what: 'brings a user back who signed out during a refresh',
    caughtBy: 'SES-6',
    make: withProvider((provider) => {
      let refreshed: ReturnType<UserProvider['activeUser']>
      return {
        refresh: (options) =>
          around(provider.refresh(options), async (run) => {
            const before = provider.activeUser()
            const outcome = await run()
            refreshed = before
            return outcome
          }),
        activeUser: () => provider.activeUser() ?? refreshed,
      }
    }),
  },
  {
    what: 'asks the server for what it does not support',
    caughtBy: 'CAP-1.usernameExists',
    settings: { without: ['usernameExists'] },
    make: withProvider((provider) => ({
      usernameExists: (username) =>
        around(provider.usernameExists(username), async (run) => {
          await provider.forgotUsername({ email: 'somebody@example.com' })()
          return run()
        }),
    })),
  },
  {
    what: 'puts the input into an error',
    caughtBy: 'SEC-1',
    make: withBackend((backend) => ({
      signIn: (input, options) =>
        around(backend.signIn(input, options), async (run) => {
          const outcome = await run()
          return outcome._tag === 'Left' ? { ...outcome, left: { ...outcome.left, cause: { input } } } : outcome
        }),
    })),
  },
  {
    what: 'hides the input in an error behind a member that is not enumerable',
    caughtBy: 'SEC-1',
    make: withProvider((provider) => ({
      signIn: (input, options) =>
        around(provider.signIn(input, options), async (run) => {
          const outcome = await run()
          if (outcome._tag === 'Left') Object.defineProperty(outcome.left, 'config', { value: new Map([['data', JSON.stringify(input)]]) })
          return outcome
        }),
    })),
  },
  {
    what: 'shows the user as it was before an update',
    caughtBy: 'PRO-1',
    make: withBackend((backend) => ({
      updateProfile: (change, session, options) =>
        around(backend.updateProfile(change, session, options), async (run) => {
          const before = await backend.fetchUser(session, options)()
          const outcome = await run()
          return outcome._tag === 'Right' ? before : outcome
        }),
    })),
  },
  {
    what: 'sends a sign-up again when its answer is lost',
    caughtBy: 'SUP-10',
    make: withBackend((backend) => ({
      signUp: (input, options) =>
        around(backend.signUp(input, options), async (run) => {
          const outcome = await run()
          return outcome._tag === 'Left' && outcome.left._tag === 'OutcomeUnknown'
            ? backend.signUp({ ...input, identifiers: { email: 'again@example.com' } })()
            : outcome
        }),
    })),
  },
  {
    what: 'takes no connection at the start for a dead session',
    caughtBy: 'ACT-4.offline',
    make: withProvider((provider) => ({
      restore: (options) =>
        around(provider.restore(options), async (run) => {
          const outcome = await run()
          const state = provider.state()
          if (state.status === 'signedIn' && state.stale) await provider.signOut({ discardAnonymous: true })()
          return outcome
        }),
    })),
  },
  {
    what: 'says signed out before the store was read',
    caughtBy: 'ACT-1',
    make: withProvider((provider) => ({ activeUser: () => provider.activeUser() ?? null })),
  },
  {
    what: 'trims passwords',
    caughtBy: 'SUP-11',
    make: withBackend((backend) => ({
      signUp: (input, options) => backend.signUp({ ...input, password: input.password.trim() }, options),
      signIn: (input, options) => backend.signIn({ ...input, password: input.password.trim() }, options),
    })),
  },
  {
    what: 'tells of an anonymous user before its credential is stored',
    caughtBy: 'ANO-4',
    make: withProvider(
      () => ({}),
      (options) => (options.store === undefined ? options : { ...options, store: writesLater(options.store) }),
    ),
  },
  {
    what: 'makes another anonymous user each time',
    caughtBy: 'ANO-2',
    make: withProvider((provider) => ({
      signInAnonymously: (profile, options) =>
        around(provider.signInAnonymously(profile, options), async (run) => {
          await provider.signOut({ discardAnonymous: true })()
          return run()
        }),
    })),
  },
  {
    what: 'puts the code into the reset ticket',
    caughtBy: 'RST-2.sms-code',
    make: withBackend((backend, service) => ({
      requestPasswordReset: (input, options) =>
        around(backend.requestPasswordReset(input, options), async (run) => {
          const outcome = await run()
          const code = service.inbox.messages().at(-1)?.code
          return outcome._tag === 'Right' ? { ...outcome, right: { ...outcome.right, code } } : outcome
        }),
    })),
  },
  {
    what: 'ends sessions at the request and says they live',
    caughtBy: 'RST-5.email-link',
    make: withBackend((backend, service) => ({
      requestPasswordReset: (input, options) =>
        around(backend.requestPasswordReset(input, options), async (run) => {
          const outcome = await run()
          service.expireSessions()
          return outcome
        }),
    })),
  },
  {
    what: 'takes the code of a reset for anybody’s',
    caughtBy: 'RST-15.email-code',
    make: withBackend((backend, service) => ({
      completePasswordReset: (input, options) => {
        if ('link' in input) return backend.completePasswordReset(input, options)
        const owner = service.inbox.messages().find(({ code }) => code === input.code)
        const identifier = owner === undefined ? input.ticket.identifier : { email: owner.to }
        return backend.completePasswordReset({ ...input, ticket: { ...input.ticket, identifier } }, options)
      },
    })),
  },
  {
    what: 'makes a request for each of several refreshes',
    caughtBy: 'SES-5',
    make: withProvider((provider) => ({
      refresh: (options) =>
        around(provider.refresh(options), async (run) => {
          await provider.usernameExists('somebody')()
          return run()
        }),
    })),
  },
  {
    what: 'waits for ever when the server is silent',
    caughtBy: 'FLT-hang.usernameExists',
    make: withBackend((backend) => ({
      usernameExists: (username, options) =>
        around(backend.usernameExists(username, options), async (run) => {
          const outcome = await run()
          return outcome._tag === 'Left' ? new Promise<never>(() => undefined) : outcome
        }),
    })),
  },
  {
    what: 'throws at bad input',
    caughtBy: 'INP-1.9',
    make: withProvider((provider) => ({
      signUp: (input, options) => {
        const { identifiers, ...rest } = input
        return provider.signUp({ identifiers, ...rest }, options)
      },
    })),
  },
  {
    what: 'says that a user is deleted who is not',
    caughtBy: 'DEL-2',
    make: withBackend(() => ({ deleteUser: () => async () => ({ _tag: 'Right', right: undefined }) })),
  },
]
