import * as E from '#fp-ts/Either'
import { createProvider } from './create-provider.js'
import { defineBackend } from './define-backend.js'
import { operationsOf } from './memory/operations.js'
import { createMemoryService, legacyName, type MemoryService } from './memory/service.js'
import { type memoryCapabilities, rules } from './memory/settings.js'
import { readSession } from './stored.js'
import type { UserBackendOf } from './user-backend.js'
import type { ProviderOptions, UserProviderOf } from './user-provider.js'

export type { MemoryFault, MemoryFaults } from './memory/faults.js'
export type { MemoryMessage, MemoryOutbox } from './memory/outbox.js'
export type { MemorySecondFactor } from './memory/second-factor.js'
export { createMemoryService, type MemoryControl, type MemoryService } from './memory/service.js'
export { type MemoryCapability, type MemorySettings, memoryCapabilities } from './memory/settings.js'

export interface MemoryBackendOptions {
  /** The users and their sessions; a new, empty service where absent. Give the same one to several providers: they are several devices. */
  readonly service?: MemoryService
  /** Milliseconds that an operation may take, where the call does not say (default 30,000). */
  readonly deadline?: number
}

export type MemoryCapabilities = typeof memoryCapabilities

/** A user service in memory without state of its own, for tests. What its settings switch off refuses at run time. */
export const createMemoryBackend = (options: MemoryBackendOptions = {}): UserBackendOf<MemoryCapabilities> => {
  const { parts } = options.service ?? createMemoryService()
  const backend = defineBackend(parts.capabilities)({
    name: 'memory',
    rules,
    deadline: options.deadline,
    operations: operationsOf(parts),
    accessToken: ({ secrets: { token }, expiresAt }) =>
      parts.capabilities.accessToken && token !== undefined ? { token, ...(expiresAt === undefined ? {} : { expiresAt }) } : null,
    adoptable: async (read) => {
      const text = await read(legacyName)
      const session = typeof text === 'string' ? readSession(text) : undefined
      return session === undefined ? null : { session, name: legacyName }
    },
    ...(parts.capabilities.resetByLink
      ? {
          parseResetLink: (url: string) => {
            const code = URL.canParse(url) ? new URL(url).searchParams.get('code') : null
            return code === null
              ? E.left({ field: 'url', rule: 'must be a reset link of this service' })
              : E.right({ identifier: '', parameters: { code } })
          },
        }
      : {}),
  })
  return backend as unknown as UserBackendOf<MemoryCapabilities>
}

/**
 * A provider that keeps its users in memory, for an app's own tests: everything a vendor does, at once and without a server.
 * Its other side (messages, expired sessions, faults) is the `service` that it is given.
 */
export const createMemoryProvider = (options: MemoryBackendOptions & ProviderOptions = {}): UserProviderOf<MemoryCapabilities> =>
  createProvider<MemoryCapabilities>(createMemoryBackend(options), options)
