import { randomUUID } from 'node:crypto'
import {
  type ErrorTag,
  type Identifiers,
  memoryStore,
  type Profile,
  type Result,
  type SessionStore,
  type User,
  type UserError,
  type UserErrorOf,
} from '@userport/core'
import { createMemoryProvider, createMemoryService, type MemorySettings } from '@userport/core/memory'
import { type MigratingOptions, type Moved, migrating } from '../../src/lazy.js'

export const successOf = async <A>(result: Result<A>): Promise<A> => {
  const outcome = await result()
  if (outcome._tag === 'Left') throw new Error(`expected a value, got ${outcome.left._tag}: ${outcome.left.message}`)
  return outcome.right
}

export const failureOf = async <Tag extends ErrorTag>(result: Result<unknown>, tag: Tag): Promise<UserErrorOf<Tag>> => {
  const outcome = await result()
  if (outcome._tag === 'Right') throw new Error(`expected ${tag}, got ${JSON.stringify(outcome.right)}`)
  if (outcome.left._tag !== tag) throw new Error(`expected ${tag}, got ${outcome.left._tag}: ${outcome.left.message}`)
  return outcome.left as UserErrorOf<Tag>
}

export const someone = (): { readonly username: string; readonly email: string; readonly password: string } => {
  const username = `u-${randomUUID().slice(0, 18)}`
  return { username, email: `${username}@example.com`, password: `Pass-${randomUUID().slice(0, 13)}` }
}

export type Person = ReturnType<typeof someone>

export type MoreOptions = Omit<MigratingOptions, 'from' | 'to'>

/** Two services in memory, with which every step of a move can be counted from outside; over HTTP the same is tested pair by pair. */
export const twoServices = (settings: { readonly from?: MemorySettings; readonly to?: MemorySettings } = {}) => {
  const from = createMemoryService(settings.from)
  const to = createMemoryService(settings.to)

  /** Somebody who signed up when there was only the old service. */
  const resident = async (about: { readonly identifiers?: Identifiers; readonly profile?: Profile } = {}) => {
    const person = someone()
    const { username, email, password } = person
    const old = createMemoryProvider({ service: from })
    const identifiers = about.identifiers ?? { username, email }
    const user = await successOf(old.signUp({ identifiers, password, ...(about.profile === undefined ? {} : { profile: about.profile }) }))
    return { ...person, user }
  }

  /** The app as it was before the move, and as it is now, on one device. */
  const device = (options: MoreOptions = {}, store: SessionStore = memoryStore()) => {
    const problems: UserError[] = []
    const moves: Moved[] = []
    const old = () => createMemoryProvider({ service: from, store, namespace: 'old' })
    const open = (more: MoreOptions = {}) => {
      const users = migrating({
        from: old(),
        to: createMemoryProvider({ service: to, store, namespace: 'new' }),
        onProblem: (problem: UserError) => void problems.push(problem),
        ...options,
        ...more,
      })
      users.migration.subscribe((moved) => void moves.push(moved))
      return users
    }
    return { old, open, users: open(), store, problems, moves }
  }

  const account = (service: typeof from, user: Pick<User, 'id'>) => service.parts.state.accounts.get(user.id)
  return {
    from,
    to,
    resident,
    device,
    atFrom: (user: Pick<User, 'id'>) => account(from, user),
    atTo: (user: Pick<User, 'id'>) => account(to, user),
  }
}

export const signInAs = ({ username, password }: Pick<Person, 'username' | 'password'>) => ({ identifier: { username }, password })
