import { expect, it } from 'vitest'
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
