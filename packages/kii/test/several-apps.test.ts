import { memoryStore } from '@userport/core'
import { expect, it } from 'vitest'
import { value } from '../../core/test/support/vendor-results.js'
import { person, start } from './support/apps.js'

it('several apps work side by side on one store, each with its own user', async () => {
  const store = memoryStore()
  const [one, two] = [start(), start()]
  const who = person()
  const account = { identifiers: { username: who.username }, password: who.password }
  const [inOne, inTwo] = [await value(one.device({ store }).signUp(account)), await value(two.device({ store }).signUp(account))]
  expect(inOne.id).not.toBe(inTwo.id)
  const [again, other] = [one.device({ store }), two.device({ store })]
  expect((await value(again.restore()))?.id).toBe(inOne.id)
  await value(again.signOut())
  expect((await value(other.restore()))?.id).toBe(inTwo.id)
})
