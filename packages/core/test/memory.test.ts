import { describe, expect, it } from 'vitest'
import { createMemoryProvider, createMemoryService } from '../src/memory.js'
import { failureOf, successOf } from './support/results.js'

describe('an address that somebody gave first and never proved', () => {
  const email = 'kim@example.com'
  const kim = { identifiers: { username: 'kim', email }, password: 'pass-kim' }

  /** A stranger names Kim's address, then Kim signs up with it and proves it. */
  const provedByKim = async () => {
    const service = createMemoryService({ verificationRequired: true })
    const onDevice = (): ReturnType<typeof createMemoryProvider> => createMemoryProvider({ service })
    await successOf(onDevice().signUp({ identifiers: { username: 'stranger', email }, password: 'pass-stranger' }))
    const strangersMessage = await service.inbox.next()
    const { id } = await successOf(onDevice().signUp(kim))
    await service.confirmContact(await service.inbox.next())
    return { service, onDevice, id, strangersMessage }
  }

  it('signs its owner in', async () => {
    const { onDevice, id } = await provedByKim()
    expect((await successOf(onDevice().signIn({ identifier: { email }, password: kim.password }))).id).toBe(id)
  })

  it('gets its owner a new password and a forgotten username', async () => {
    const { service, onDevice } = await provedByKim()
    await successOf(onDevice().requestPasswordReset({ identifier: { email }, channel: 'email-link' }))
    await service.openResetPage(await service.inbox.next({ purpose: 'password-reset' }), 'another')
    await successOf(onDevice().signIn({ identifier: { username: 'kim' }, password: 'another' }))
    await successOf(onDevice().forgotUsername({ email }))
    expect(await service.inbox.next({ purpose: 'forgot-username' })).toMatchObject({ to: email, username: 'kim' })
  })

  it('shows its owner to others', async () => {
    const { onDevice, id } = await provedByKim()
    const other = onDevice()
    await successOf(other.signInAnonymously())
    expect(await successOf(other.findUser({ email }))).toMatchObject({ id })
  })

  it('is nobody else’s any more', async () => {
    const { service, onDevice, strangersMessage } = await provedByKim()
    await failureOf(onDevice().signUp({ identifiers: { username: 'third', email }, password: 'pass-third' }), 'IdentifierTaken')
    await expect(service.confirmContact(strangersMessage)).rejects.toThrow('not valid any more')
  })
})
