import { describe, expect, it } from 'vitest'
import type { InAppResetTicket, ResetTicket } from '../src/index.js'
import { createMemoryProvider, createMemoryService, type MemorySettings } from '../src/memory.js'
import { failureOf, successOf } from './support/results.js'

const person = (username: string, phone: string) => ({
  identifiers: { username, email: `${username}@example.com`, phone },
  password: `pass-${username}`,
})

const alice = person('alice', '+15550100001')
const bob = person('bob', '+15550100002')

/** Alice and Bob have accounts; Alice is signed in. */
const aliceOnHerDevice = async (settings: MemorySettings = {}) => {
  const service = createMemoryService(settings)
  const onDevice = (): ReturnType<typeof createMemoryProvider> => createMemoryProvider({ service })
  const provider = onDevice()
  const { id: bobsId } = await successOf(onDevice().signUp(bob))
  const { id } = await successOf(provider.signUp(alice))
  return { service, provider, onDevice, id, bobsId }
}

const inApp = (ticket: ResetTicket): InAppResetTicket => {
  if (ticket.completion !== 'in-app') throw new Error('not to be completed in the app')
  return ticket
}

describe('a reset that ends sessions at the request', () => {
  const settings = { resetEndsSessions: 'at-request' } as const

  it.each([
    ['email', { email: 'Alice@Example.com' }],
    ['username', { username: 'alice' }],
    ['phone', { phone: '+15550100001' }],
    ['id', undefined],
  ])('signs out whoever it is about, named by %s', async (_, named) => {
    const { provider, id } = await aliceOnHerDevice(settings)
    const identifier = named ?? { id }
    await successOf(provider.requestPasswordReset({ identifier, channel: 'email-link' }))
    expect(provider.state()).toEqual({ status: 'signedOut' })
  })

  it.each([
    ['email', { email: 'bob@example.com' }],
    ['username', { username: 'bob' }],
    ['phone', { phone: '+15550100002' }],
    ['id', undefined],
  ])('and is about somebody else, named by %s, signs nobody out here', async (_, named) => {
    const { provider, id, bobsId } = await aliceOnHerDevice(settings)
    const identifier = named ?? { id: bobsId }
    await successOf(provider.requestPasswordReset({ identifier, channel: 'email-link' }))
    expect((await successOf(provider.refresh())).id).toBe(id)
  })
})

describe('completing the reset of somebody else', () => {
  const begun = async (channel: 'email-code' | 'sms-code') => {
    const app = await aliceOnHerDevice()
    const { username, email, phone } = bob.identifiers
    const ticket = inApp(await successOf(app.onDevice().requestPasswordReset({ identifier: { username }, channel })))
    const to = channel === 'sms-code' ? phone : email
    const { code = '' } = await app.service.inbox.next({ to, purpose: 'password-reset' })
    return { ...app, completion: { ticket, code, newPassword: 'pass-new' } }
  }

  it('leaves the active user where it signs nobody in', async () => {
    const { provider, id, completion } = await begun('sms-code')
    expect(await successOf(provider.completePasswordReset(completion))).toEqual({ temporaryPasswordDelivered: false, user: null })
    expect((await successOf(provider.refresh())).id).toBe(id)
  })

  it('is refused where it signs in, before it takes the code', async () => {
    const { provider, id, bobsId, onDevice, completion } = await begun('email-code')
    await failureOf(provider.completePasswordReset(completion), 'AlreadySignedIn')
    expect((await successOf(provider.refresh())).id).toBe(id)
    const { identifiers, password } = bob
    expect((await successOf(onDevice().signIn({ identifier: { username: identifiers.username }, password }))).id).toBe(bobsId)
    expect(await successOf(provider.completePasswordReset(completion, { replace: true }))).toMatchObject({ user: { id: bobsId } })
    expect(provider.activeUser()?.id).toBe(bobsId)
  })
})

describe('a ticket that lost whom it is about on its way', () => {
  it.each([undefined, {}, { username: 7 }, { id: '..' }])('completes nothing: %o', async (identifier) => {
    const { onDevice } = await aliceOnHerDevice()
    const provider = onDevice()
    const asked = await successOf(provider.requestPasswordReset({ identifier: { username: 'bob' }, channel: 'sms-code' }))
    const ticket = { ...inApp(asked), identifier } as unknown as InAppResetTicket
    const error = await failureOf(provider.completePasswordReset({ ticket, code: '123456', newPassword: 'pass-new' }), 'InvalidInput')
    expect(error.field).toBe('ticket')
  })
})
