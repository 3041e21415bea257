import type { UserProvider } from '@userport/core'
import { around, type Broken, withBackend, withProvider } from './breaking.js'

/** Faults in addresses, tokens, second factors, identities, backups and other people. */
export const brokenAccountProviders: readonly Broken[] = [
  {
    what: 'leaves the sessions of other devices alive when it signs out everywhere',
    caughtBy: 'EVW-2',
    make: withBackend((backend) => ({
      signOutEverywhere: (session, options) => async () => {
        await backend.signOut(session, options)()
        return { _tag: 'Right', right: undefined }
      },
    })),
  },
  {
    what: 'calls a changed address verified at once',
    caughtBy: 'CNT-2.email',
    make: withBackend((backend) => ({
      changeContact: (input, session, options) =>
        around(backend.changeContact(input, session, options), async (run) => {
          const outcome = await run()
          if (outcome._tag === 'Left') return outcome
          const user = { ...outcome.right.user, email: { address: input.email ?? '', verified: true } }
          return { _tag: 'Right', right: { ...outcome.right, user } }
        }),
    })),
  },
  {
    what: 'lets a new address take the place of the old one before it is verified',
    caughtBy: 'CNT-3.phone',
    make: withBackend((backend, service) => ({
      changeContact: (input, session, options) =>
        around(backend.changeContact(input, session, options), async (run) => {
          const before = service.requireVerification(false)
          const outcome = await run()
          service.requireVerification(before)
          return outcome
        }),
    })),
  },
  {
    what: 'makes another user for the same identity each time',
    caughtBy: 'IDN-2',
    make: withBackend((backend, service) => ({
      signInWithIdentity: (input, options) =>
        backend.signInWithIdentity({ ...input, tokens: service.identityProof(input.provider, globalThis.crypto.randomUUID()) }, options),
    })),
  },
  {
    what: 'makes a user for an identity though told not to',
    caughtBy: 'IDN-3',
    make: withBackend((backend) => ({
      signInWithIdentity: (input, options) => backend.signInWithIdentity({ ...input, create: true }, options),
    })),
  },
  {
    what: 'accepts any code as the second factor',
    caughtBy: 'MFA-4',
    make: withBackend((backend, service) => ({
      continueSignIn: (answer, pending, options) =>
        backend.continueSignIn({ ...answer, code: service.secondFactor.enrol(pending.userId).code() }, pending, options),
    })),
  },
  {
    what: 'signs in somebody whose second factor is missing',
    caughtBy: 'MFA-1',
    make: withBackend((backend, service) => ({
      signIn: (input, options) =>
        around(backend.signIn(input, options), async (run) => {
          const outcome = await run()
          if (outcome._tag === 'Left' || !('pending' in outcome.right)) return outcome
          const { pending } = outcome.right
          return backend.continueSignIn({ factor: 'totp', code: service.secondFactor.enrol(pending.userId).code() }, pending)()
        }),
    })),
  },
  {
    what: 'lets a second factor take the place of an anonymous user unasked',
    caughtBy: 'MFA-12',
    make: withProvider((provider) => ({
      continueSignIn: (step, answer, choice) => provider.continueSignIn(step, answer, { anonymous: 'discard', ...choice }),
    })),
  },
  {
    what: 'verifies an address by whatever code',
    caughtBy: 'VER-4.phone',
    make: withBackend((backend, service) => ({
      confirmVerification: (input, session, options) =>
        backend.confirmVerification({ ...input, code: service.inbox.messages().at(-1)?.code ?? '' }, session, options),
    })),
  },
  {
    what: 'puts the password into the step',
    caughtBy: 'MFA-2',
    make: withProvider((provider) => ({
      signIn: (input, choice) =>
        around(provider.signIn(input, choice), async (run) => {
          const outcome = await run()
          return outcome._tag === 'Left' && outcome.left._tag === 'SecondFactorRequired'
            ? { ...outcome, left: { ...outcome.left, step: { ...outcome.left.step, id: btoa(input.password) } } }
            : outcome
        }),
    })),
  },
  {
    what: 'keeps an identity that was unlinked',
    caughtBy: 'IDN-10',
    make: withBackend((backend) => ({ unlinkIdentity: (_, session, options) => backend.fetchUser(session, options) })),
  },
  {
    what: 'looks at one of several criteria',
    caughtBy: 'FND-4',
    make: withBackend((backend) => ({ findUsers: ({ email }, session, options) => backend.findUsers({ email }, session, options) })),
  },
  {
    what: 'finds people by the id of an identity, wherever it is from',
    caughtBy: 'FND-3',
    make: withBackend((backend) => ({
      findUsers: ({ identity, ...others }, session, options) =>
        backend.findUsers(
          { ...others, ...(identity === undefined ? {} : { identity: { ...identity, provider: 'facebook' } }) },
          session,
          options,
        ),
    })),
  },
  {
    what: 'does not say what the user can do about wrong credentials',
    caughtBy: 'SIN-2',
    make: withBackend((backend) => ({
      signIn: (input, options) =>
        around(backend.signIn(input, options), async (run) => {
          const outcome = await run()
          if (outcome._tag === 'Right') return outcome
          const { userAction: _, ...error } = outcome.left
          return { _tag: 'Left', left: error }
        }),
    })),
  },
  {
    what: 'hands out the token of somebody who signed out',
    caughtBy: 'TOK-1',
    make: withProvider((provider) => {
      let last: ReturnType<UserProvider['accessToken']> = null
      return {
        accessToken: () => {
          last = provider.accessToken() ?? last
          return last
        },
      }
    }),
  },
  {
    what: 'forgets what the old library left though nothing was stored',
    caughtBy: 'ADO-2',
    make: withProvider(
      () => ({}),
      (options) => (options.store === undefined ? options : { ...options, store: { ...options.store, set: async () => undefined } }),
    ),
  },
  {
    what: 'backs the anonymous user up in clear',
    caughtBy: 'BKP-1',
    make: withProvider((provider, service) => ({
      exportAnonymous: (passphrase, options) =>
        around(provider.exportAnonymous(passphrase, options), async (run) => {
          const outcome = await run()
          const token = [...service.parts.state.sessions.keys()].at(-1)
          return outcome._tag === 'Right' ? { ...outcome, right: `${outcome.right}.${token}` } : outcome
        }),
    })),
  },
  {
    what: 'says that the account is barred and bars nobody',
    caughtBy: 'SUS-1',
    make: withBackend(() => ({ suspendUser: () => async () => ({ _tag: 'Right', right: undefined }) })),
  },
]
