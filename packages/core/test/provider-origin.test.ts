import { describe, expect, it } from 'vitest'
import { backendOf, createProvider, memoryStore, type Result, toPromises } from '../src/index.js'
import { createMemoryBackend, createMemoryProvider } from '../src/memory.js'

describe('what a provider was made of', () => {
  it('is its backend and its options, for whoever builds on them', () => {
    const backend = createMemoryBackend()
    const options = { store: memoryStore(), namespace: 'mine', deadline: 5_000 }
    const provider = createProvider(backend, options)
    expect(backendOf(provider)?.backend).toBe(backend)
    expect(backendOf(provider)?.options).toBe(options)
  })

  it('is not known of a view of it, a copy or anything else', () => {
    const provider = createMemoryProvider()
    for (const other of [toPromises(provider), { ...provider }, createMemoryBackend(), {}]) expect(backendOf(other)).toBeUndefined()
  })

  it('is no part of it that a log would show', () => {
    expect(Object.keys(createMemoryProvider())).not.toContain('backend')
  })
})

describe('the promise view', () => {
  it('covers the operations of a migration too', async () => {
    const answer =
      (text: string): Result<string> =>
      async () => ({ _tag: 'Right', right: text })
    const users = toPromises({ migration: { tail: () => answer('tail'), subscribe: () => () => 'stopped' } })
    expect(await users.migration.tail()).toBe('tail')
    expect(users.migration.subscribe()()).toBe('stopped')
  })
})
