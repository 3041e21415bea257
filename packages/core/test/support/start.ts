import type { Change, ProviderOptions, UserError } from '../../src/index.js'
import { createProvider, type UserProvider } from '../../src/index.js'
import { type BrittleStore, brittleStore } from './brittle-store.js'
import { fakeBackend } from './fake-backend.js'
import { FakeService } from './fake-service.js'

/** An app: a provider over the fake vendor, its store, and what it told. */
export interface App {
  readonly service: FakeService
  readonly store: BrittleStore
  readonly provider: UserProvider
  readonly changes: readonly Change[]
  readonly problems: readonly UserError[]
  readonly reasons: () => readonly string[]
  /** The same app again: a new process with the same store and the same server. */
  readonly restart: (options?: ProviderOptions) => App
}

export const start = (
  parts: { readonly service?: FakeService; readonly store?: BrittleStore; readonly options?: ProviderOptions } = {},
): App => {
  const { service = new FakeService(), store = brittleStore(), options = {} } = parts
  const changes: Change[] = []
  const problems: UserError[] = []
  const provider: UserProvider = createProvider(fakeBackend(service), { store, onProblem: (problem) => problems.push(problem), ...options })
  provider.subscribe((change) => changes.push(change))
  return {
    service,
    store,
    provider,
    changes,
    problems,
    reasons: () => changes.map(({ reason }) => reason),
    restart: (more = {}) => {
      provider.close()
      return start({ service, store, options: { ...options, ...more } })
    },
  }
}
