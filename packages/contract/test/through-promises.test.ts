import { isUserError, toPromises, type UserProvider } from '@userport/core'
import { createMemoryProvider, createMemoryService } from '@userport/core/memory'
import { describeUserProvider } from '../src/index.js'

// What answers at once is the same in both views.
const immediate = new Set(['state', 'activeUser', 'subscribe', 'close', 'accessToken', 'parseResetLink'])

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
    return [name, typeof member === 'function' && !immediate.has(name) ? wrapped : member]
  })
  return { ...(Object.fromEntries(members) as UserProvider), parseResetLink: provider.parseResetLink }
}

const service = createMemoryService()

describeUserProvider({
  name: 'memory, through its promise view',
  create: (options) => throughPromises(createMemoryProvider({ ...options, service })),
  control: service,
})
