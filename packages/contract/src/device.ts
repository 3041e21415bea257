import type { ActiveState, Change, ProviderOptions, SessionStore, User, UserError, UserProvider } from '@userport/core'
import { check } from './expectations.js'

/** A store whose content the suite can read and copy, and which can be made to refuse. */
export interface TestStore extends SessionStore {
  readonly entries: Map<string, string>
  refuse: { readonly get?: boolean; readonly set?: boolean }
}

export const testStore = (content: ReadonlyMap<string, string> = new Map(), shared = false): TestStore => {
  const entries = new Map(content)
  const store: TestStore = {
    entries,
    shared,
    refuse: {},
    get: async (name) => {
      if (store.refuse.get) throw new Error('the store cannot be read')
      return entries.get(name)
    },
    set: async (name, value) => {
      if (store.refuse.set) throw new Error('the store is full')
      entries.set(name, value)
    },
    remove: async (name) => void entries.delete(name),
  }
  return store
}

/** The suite's own stores only, so that it can look into them. */
export type DeviceOptions = Omit<ProviderOptions, 'store' | 'onProblem'> & { readonly store?: TestStore }

/** One installation of an app: a provider, what it stores, and what it told. */
export interface Device {
  readonly provider: UserProvider
  readonly store: TestStore
  readonly changes: readonly Change[]
  readonly problems: readonly UserError[]
  /** The same installation after a restart: another provider on the same store, or on a copy of what it held at some time. */
  restart(options?: DeviceOptions): Promise<Device>
}

export type CreateProvider = (options: ProviderOptions) => UserProvider | Promise<UserProvider>

export const openDevice = async (
  create: CreateProvider,
  opened: (provider: UserProvider) => void,
  options: DeviceOptions,
): Promise<Device> => {
  const store = options.store ?? testStore()
  const namespace = options.namespace ?? `contract.${globalThis.crypto.randomUUID()}`
  const problems: UserError[] = []
  const changes: Change[] = []
  const provider = await create({ ...options, store, namespace, onProblem: (problem) => problems.push(problem) })
  opened(provider)
  provider.subscribe((change) => changes.push(change))
  return {
    provider,
    store,
    changes,
    problems,
    restart: (more = {}) => openDevice(create, opened, { ...options, store, ...more, namespace }),
  }
}

/** The active user, who must be there. */
export const activeUserOf = ({ provider }: Pick<Device, 'provider'>): User => {
  const user = provider.activeUser()
  check(user !== null && user !== undefined, `somebody must be active; the state is ${provider.state().status}`)
  return user
}

export const isStale = (state: ActiveState): boolean => state.status === 'signedIn' && state.stale

export const reasonsOf = ({ changes }: Device): readonly string[] => changes.map(({ reason }) => reason)

/** All that a device ever told anybody. */
export const everythingTold = ({ provider, changes, problems }: Device): unknown => [
  provider.state(),
  provider.activeUser(),
  changes,
  problems,
]

interface StoredText {
  readonly secrets?: Readonly<Record<string, string>>
  readonly user?: { readonly id?: string; readonly username?: string }
}

/** What a device must never show: the values under `secrets` of every session in its store. The names of a user are none. */
export const storedSecrets = ({ entries }: TestStore): readonly string[] => {
  const texts = [...entries.values()].map((text): StoredText => parsed(text))
  const names = texts.flatMap(({ user }) => [user?.id, user?.username])
  return texts.flatMap(({ secrets = {} }) => Object.values(secrets)).filter((value) => !names.includes(value))
}

export const parsed = (text: string): object => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}
