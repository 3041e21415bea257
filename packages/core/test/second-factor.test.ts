import { expect, it } from 'vitest'
import type { SessionStore } from '../src/index.js'
import { createMemoryProvider, createMemoryService } from '../src/memory.js'
import { failureOf, successOf, tagOf } from './support/results.js'

it('a device may be trusted by several people', async () => {
  const service = createMemoryService()
  const provider = createMemoryProvider({ service })
  const people = await Promise.all(
    ['alice', 'bob'].map(async (username) => {
      const elsewhere = createMemoryProvider({ service })
      const { id } = await successOf(elsewhere.signUp({ identifiers: { username }, password: 'correct' }))
      return { signIn: { identifier: { username }, password: 'correct' }, factor: service.secondFactor.enrol(id) }
    }),
  )
  for (const { signIn, factor } of people) {
    const { step } = await failureOf(provider.signIn(signIn), 'SecondFactorRequired')
    await successOf(provider.continueSignIn(step, { factor: 'totp', code: factor.code(), trustDevice: true }))
    await successOf(provider.signOut())
  }
  for (const { signIn } of people) {
    expect(tagOf(await provider.signIn(signIn)())).toBe('Right')
    await successOf(provider.signOut())
  }
})

it('a device that the store is slow to trust keeps nobody waiting beyond the deadline', async () => {
  const service = createMemoryService()
  const entries = new Map<string, string>()
  const store: SessionStore = {
    get: (name) => (name.endsWith('.trusted-device') ? new Promise(() => undefined) : entries.get(name)),
    set: (name, value) => void entries.set(name, value),
    remove: (name) => void entries.delete(name),
  }
  const elsewhere = createMemoryProvider({ service })
  const { id } = await successOf(elsewhere.signUp({ identifiers: { username: 'alice' }, password: 'correct' }))
  const factor = service.secondFactor.enrol(id)
  const provider = createMemoryProvider({ service, store })
  const { step } = await failureOf(provider.signIn({ identifier: { username: 'alice' }, password: 'correct' }), 'SecondFactorRequired')
  const begin = Date.now()
  const answer = { factor: 'totp', code: factor.code(), trustDevice: true } as const
  expect(await successOf(provider.continueSignIn(step, answer, { deadline: 300 }))).toMatchObject({ id })
  expect(Date.now() - begin).toBeLessThan(2_000)
}, 20_000)
