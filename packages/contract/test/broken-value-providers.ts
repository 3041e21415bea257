import { type Json, type JsonObject, type User, type UserBackend, type UserError, userId } from '@userport/core'
import { around, type Broken, type Make, withBackend, withProvider } from './breaking.js'

const everywhere = (value: Json, change: (value: Json) => Json): Json => {
  if (Array.isArray(value)) return value.map((one) => everywhere(one, change))
  if (typeof value !== 'object' || value === null) return change(value)
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, everywhere(one as Json, change)]))
}

/** A service that stores another value than the one it was given. */
const storing = (change: (value: Json) => Json): Make =>
  withBackend((backend) => ({
    updateProfile: ({ set = {}, ...more }, session, options) =>
      backend.updateProfile({ ...more, set: everywhere(set, change) as JsonObject }, session, options),
  }))

const storingTexts = (change: (text: string) => Json): Make => storing((value) => (typeof value === 'string' ? change(value) : value))

const cut = (value: Json, depth: number): Json => {
  if (typeof value !== 'object' || value === null) return value
  if (depth === 0) return JSON.stringify(value)
  return Array.isArray(value)
    ? value.map((one) => cut(one, depth - 1))
    : Object.fromEntries(Object.entries(value).map(([name, one]) => [name, cut(one as Json, depth - 1)]))
}

const telling = (change: (user: User) => User): Make =>
  withBackend((backend) => ({
    signUp: (input, options) =>
      around(backend.signUp(input, options), async (run) => {
        const outcome = await run()
        return outcome._tag === 'Left' ? outcome : { ...outcome, right: { ...outcome.right, user: change(outcome.right.user) } }
      }),
  }))

const failing = (name: 'signIn' | 'signUp', change: (error: UserError) => UserError): Make =>
  withProvider((provider) => ({
    [name]: (...input: Parameters<typeof provider.signUp>) =>
      around<User>((provider[name] as typeof provider.signUp)(...input), async (run) => {
        const outcome = await run()
        return outcome._tag === 'Left' ? { ...outcome, left: change(outcome.left) } : outcome
      }),
  }))

const claiming = (claims: (capabilities: UserBackend['capabilities']) => Partial<UserBackend['capabilities']>): Make =>
  withBackend(({ capabilities }) => ({ capabilities: { ...capabilities, ...claims(capabilities) } }))

/** Faults in what is stored, what is shown and what is declared. */
export const brokenValueProviders: readonly Broken[] = [
  {
    what: 'takes a text that looks like a date for a date',
    caughtBy: 'PRO-1',
    make: storingTexts((text) => (/^\d{4}-\d\d-\d\d$/.test(text) ? new Date(text).toISOString() : text)),
  },
  {
    what: 'takes a text of digits for a number',
    caughtBy: 'PRO-1',
    make: storingTexts((text) => (/^\d+$/.test(text) ? Number(text) : text)),
  },
  { what: 'takes the blanks off a text', caughtBy: 'PRO-1', make: storingTexts((text) => text.trim()) },
  { what: 'cuts a long text', caughtBy: 'PRO-1', make: storingTexts((text) => text.slice(0, 255)) },
  { what: 'escapes a text for a page', caughtBy: 'PRO-1', make: storingTexts((text) => text.replaceAll('<', '&lt;')) },
  {
    what: 'has no room for a huge number',
    caughtBy: 'PRO-1',
    make: storing((value) => (typeof value === 'number' ? Math.min(value, 2 ** 64) : value)),
  },
  {
    what: 'turns what is nested deep into a text',
    caughtBy: 'PRO-1',
    make: withBackend((backend) => ({
      updateProfile: ({ set = {}, ...more }, session, options) =>
        backend.updateProfile({ ...more, set: cut(set, 4) as JsonObject }, session, options),
    })),
  },
  { what: 'writes accented letters in another way', caughtBy: 'PRO-2', make: storingTexts((text) => text.normalize('NFC')) },
  {
    what: 'loses a display name that is not ASCII',
    caughtBy: 'SUP-4',
    make: telling(({ displayName = '', ...user }) => ({ ...user, displayName: displayName.replace(/[^ -~]/g, '?') })),
  },
  {
    what: 'forgets the locale and the country of an anonymous user',
    caughtBy: 'ANO-16',
    make: withBackend((backend) => ({
      signInAnonymously: ({ locale: _, country: __, ...profile } = {}, options) => backend.signInAnonymously(profile, options),
    })),
  },
  { what: 'tells times in words', caughtBy: 'SUP-12', make: telling((user) => ({ ...user, createdAt: 'yesterday' })) },
  {
    what: 'wants a password to delete, and says that it does not',
    caughtBy: 'DEL-1',
    make: claiming(() => ({ deleteUser: { password: 'not-needed', usernameAfterwards: 'free' } })),
  },
  {
    what: 'lets a new address wait, and says that it counts at once',
    caughtBy: 'CNT-10.email',
    settings: { changedContact: 'at-once' },
    make: withBackend((backend) => ({
      changeContact: ({ email = '' }, session, options) =>
        around(backend.fetchUser(session, options), async (run) => {
          const outcome = await run()
          if (outcome._tag === 'Left') return outcome
          const { user } = outcome.right
          return {
            ...outcome,
            right: { ...outcome.right, user: { ...user, email: { address: '', verified: false, ...user.email, pending: email } } },
          }
        }),
    })),
  },
  {
    what: 'finds somebody by an address that nobody has proved',
    caughtBy: 'LKP-8.email',
    make: withBackend(({ vendor }, service) => ({
      findUser:
        ({ email }, session) =>
        async () => {
          const found = [...service.parts.state.accounts.values()].find((account) => account.email?.address === email)
          const user = found === undefined ? null : ({ id: userId(found.id), vendor, kind: 'registered', status: 'enabled' } as const)
          return { _tag: 'Right', right: { user, session } }
        },
    })),
  },
  {
    what: 'leaves the other sessions alive when the password changes',
    caughtBy: 'PWD-4',
    make: withBackend((backend, service) => ({
      changePassword: (input, session, options) =>
        around(backend.changePassword(input, session, options), async (run) => {
          const { sessions } = service.parts.state
          const before = [...sessions]
          const outcome = await run()
          for (const [token, stored] of before) sessions.set(token, stored)
          return outcome
        }),
    })),
  },
  {
    what: 'makes a second user by an upgrade',
    caughtBy: 'UPG-4',
    make: withBackend((backend) => ({
      upgrade: (input, session, options) =>
        around(backend.upgrade(input, session, options), async (run) => {
          await backend.signInAnonymously({})()
          return run()
        }),
    })),
  },
  {
    what: 'keeps one of the identifiers given to an upgrade',
    caughtBy: 'UPG-15',
    make: withBackend((backend) => ({
      upgrade: ({ identifiers: { username = '' }, ...input }, session, options) =>
        backend.upgrade({ ...input, identifiers: { username } }, session, options),
    })),
  },
  {
    what: 'says that a refusal is worth trying again',
    caughtBy: 'SIN-2',
    make: failing('signIn', (error) => ({ ...error, retryable: true })),
  },
  {
    what: 'says that an account was made where no request arrived',
    caughtBy: 'FLT-offline.signUp',
    make: failing('signUp', (error) => ({ ...error, accountCreated: true })),
  },
  {
    what: 'asks for a reset again when the answer is lost',
    caughtBy: 'RST-14.email-link',
    make: withBackend((backend) => ({
      requestPasswordReset: (input, options) =>
        around(backend.requestPasswordReset(input, options), async (run) => {
          const outcome = await run()
          return outcome._tag === 'Left' ? run() : outcome
        }),
    })),
  },
  {
    what: 'does not listen to a signal',
    caughtBy: 'CAN-1.updateProfile',
    make: withProvider((provider) => ({
      updateProfile: (change, { signal: _, ...options } = {}) => provider.updateProfile(change, options),
    })),
  },
  {
    what: 'asks the server at the start though nobody is stored',
    caughtBy: 'ACT-2',
    make: withProvider((provider) => ({
      restore: (options) =>
        around(provider.restore(options), async (run) => {
          await provider.usernameExists('somebody')()
          return run()
        }),
    })),
  },
]
