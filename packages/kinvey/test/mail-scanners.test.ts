import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { account, entered, newPerson, right, useSandbox } from './support/people.js'

const newApp = useSandbox()

it('a reset link survives being opened, read and parsed by everybody but its owner, without a request', async () => {
  const { backend, world } = newApp()
  const person = newPerson()
  await right(backend.signUp(account(person)))
  await right(backend.requestPasswordReset({ identifier: { username: person.username } }))
  const { link: url = '' } = await world.outbox.next({ to: person.email, purpose: 'password-reset' })
  const opened = await Promise.all([fetch(url), fetch(url), fetch(url)])
  expect(opened.map(({ status }) => status)).toEqual([200, 200, 200])

  world.requests.clear()
  const parsed = [1, 2, 3].map(() => backend.parseResetLink(url))
  expect(world.requests.all()).toEqual([])

  const link = parsed[0]
  if (link?._tag !== 'Right') throw new Error('the link cannot be read')
  const newPassword = randomUUID()
  await right(backend.completePasswordReset({ link: link.right, newPassword }))
  const { user } = await entered(backend.signIn({ identifier: { username: person.username }, password: newPassword }))
  expect(user.username).toBe(person.username)
})
