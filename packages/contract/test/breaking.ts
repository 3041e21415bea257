import { createProvider, type ProviderOptions, type Result, type UserBackend, type UserProvider } from '@userport/core'
import { createMemoryBackend, createMemoryProvider, type MemoryService, type MemorySettings } from '@userport/core/memory'
import type { CreateProvider } from '../src/index.js'

export type Make = (service: MemoryService) => CreateProvider

/** A provider with one fault, and the requirement that must find it. */
export interface Broken {
  readonly what: string
  readonly caughtBy: string
  readonly settings?: MemorySettings
  readonly make: Make
}

export const withBackend =
  (change: (backend: UserBackend, service: MemoryService) => Partial<UserBackend>): Make =>
  (service) =>
  (options) => {
    const backend = createMemoryBackend({ service, ...options }) as unknown as UserBackend
    return createProvider({ ...backend, ...change(backend, service) }, options) as unknown as UserProvider
  }

export const withProvider =
  (
    change: (provider: UserProvider, service: MemoryService) => Partial<UserProvider>,
    more: (options: ProviderOptions) => ProviderOptions = (same) => same,
  ): Make =>
  (service) =>
  (options) => {
    const provider: UserProvider = createMemoryProvider({ ...more(options), service })
    return { ...provider, ...change(provider, service) }
  }

/** Does something else around an operation. */
export const around =
  <A>(operation: Result<A>, wrap: (run: Result<A>) => Promise<Awaited<ReturnType<Result<A>>>>): Result<A> =>
  () =>
    wrap(operation)
