import { isUserError, toPromises, type UserProvider } from '@userport/core'
import { createMemoryProvider, createMemoryService } from '@userport/core/memory'
import { describeUserProvider } from '../src/index.js'

const operations = new Set([
  'restore',
  'refresh',
  'signUp',
  'signIn',
  'signInAnonymously',
  'signOut',
  'updateProfile',
  'upgrade',
  'changePassword',
  'requestPasswordReset',
  'completePasswordReset',
  'forgotUsername',
  'usernameExists',
  'findUser',
  'deleteUser',
  'pendingMerge',
  'completeMerge',
  'abortMerge',
])

type Call = (...args: readonly unknown[]) => Promise<unknown>

const caught = (cause: unknown): unknown => {
  if (isUserError(cause)) return { _tag: 'Left', left: cause.error }
  throw cause
}

/** The promise view turned back into values: what a wrapper loses on the way, the suite finds. */
const throughPromises = (provider: UserProvider): UserProvider => {
  const view = toPromises(provider)
  const members = Object.entries(view).map(([name, member]) => {
    const call = member as Call
    const wrapped =
      (...args: readonly unknown[]) =>
      () =>
        call(...args).then((right) => ({ _tag: 'Right', right }), caught)
    return [name, operations.has(name) ? wrapped : member]
  })
  return { ...(Object.fromEntries(members) as UserProvider), parseResetLink: provider.parseResetLink }
}

const service = createMemoryService()

describeUserProvider({
  name: 'memory, through its promise view',
  create: (options) => throughPromises(createMemoryProvider({ ...options, service })),
  control: service,
})
