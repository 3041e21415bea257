import { randomUUID } from 'node:crypto'
import type { InAppResetTicket } from '@userport/core'
import { createMemoryBackend, createMemoryProvider } from '@userport/core/memory'
import { type Sandbox, startSandbox } from '@userport/sandbox'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { migrating } from '../src/lazy.js'
import { failureOf, signInAs, someone, successOf, twoServices } from './support/lazy-memory.js'
import { appAt, moving } from './support/lazy-vendors.js'

describe('a password forgotten before the move', () => {
  it('is reset at the old service with a code, which moves the user where that signs in', async () => {
    const { from, to, resident, device } = twoServices()
    const kim = await resident()
    const { users, moves } = device()
    const ticket = await successOf(users.requestPasswordReset({ identifier: { email: kim.email }, channel: 'email-code' }))
    const message = await from.inbox.next({ to: kim.email, purpose: 'password-reset' })
    const kept = JSON.parse(JSON.stringify(ticket))
    expect(JSON.stringify(kept)).not.toContain(message.code)
    await failureOf(users.completePasswordReset({ ticket: kept, code: 'wrong', newPassword: 'New-password-1' }), 'ResetCodeInvalid')
    const { user } = await successOf(users.completePasswordReset({ ticket: kept, code: message.code ?? '', newPassword: 'New-password-1' }))
    expect(user?.attributes.migratedFrom).toBe(kim.user.id)
    expect(moves).toEqual([{ previousId: kim.user.id, id: user?.id, how: 'reset' }])
    expect(to.userCount()).toBe(1)
    await successOf(createMemoryProvider({ service: to }).signIn(signInAs({ ...kim, password: 'New-password-1' })))
    await failureOf(device().users.signIn(signInAs(kim)), 'InvalidCredentials')
  })

  it('may be reset to one that only the old service takes: another one is chosen for the new service', async () => {
    const { from, to, resident } = twoServices()
    const kim = await resident()
    const target = createMemoryBackend({ service: to })
    const strict = { ...target, rules: { ...target.rules, password: { ...target.rules.password, minLength: 8 } } }
    const users = migrating({ from: createMemoryProvider({ service: from }), to: strict })
    const ticket = await successOf(users.requestPasswordReset({ identifier: { email: kim.email }, channel: 'email-code' }))
    const { code = '' } = await from.inbox.next({ to: kim.email, purpose: 'password-reset' })
    const { step } = await failureOf(
      users.completePasswordReset({ ticket: ticket as InAppResetTicket, code, newPassword: 'short' }),
      'PasswordRejected',
    )
    if (step === undefined) throw new Error('there must be a step')
    const user = await successOf(users.migration.chooseNewPassword(step, 'long-enough-1'))
    expect(user.attributes.migratedFrom).toBe(kim.user.id)
    expect(users.activeUser()?.id).toBe(user.id)
  })

  it('is reset on a page of the app’s own, though both services read the link', async () => {
    const { from, to, resident, device } = twoServices()
    const kim = await resident()
    const { users } = device()
    await successOf(users.requestPasswordReset({ identifier: { email: kim.email } }))
    const { link = '' } = await from.inbox.next({ to: kim.email, purpose: 'password-reset' })
    const parsed = users.parseResetLink(link)
    if (parsed._tag === 'Left') throw new Error('the link must be read')
    await successOf(users.completePasswordReset({ link: JSON.parse(JSON.stringify(parsed.right)), newPassword: 'New-password-1' }))
    expect(to.userCount()).toBe(0)
    const user = await successOf(users.signIn(signInAs({ ...kim, password: 'New-password-1' })))
    expect(user.attributes.migratedFrom).toBe(kim.user.id)
    await failureOf(users.completePasswordReset({ link: parsed.right, newPassword: 'New-password-2' }), 'ResetCodeInvalid')
  })

  it('is reset at the new service once the user has moved, and nothing is sent from the old one', async () => {
    const { from, to, resident, device } = twoServices()
    const kim = await resident()
    const user = await successOf(device().users.signIn(signInAs(kim)))
    const { users } = device()
    const ticket = await successOf(users.requestPasswordReset({ identifier: { email: kim.email } }))
    expect(ticket).not.toHaveProperty('side')
    await to.openResetPage(await to.inbox.next({ to: kim.email, purpose: 'password-reset' }), 'New-password-1')
    expect(from.inbox.messages().filter(({ purpose }) => purpose === 'password-reset')).toEqual([])
    expect((await successOf(users.signIn(signInAs({ ...kim, password: 'New-password-1' })))).id).toBe(user.id)
  })

  it('of nobody is nobody’s', async () => {
    const { device } = twoServices()
    await failureOf(device().users.requestPasswordReset({ identifier: { email: someone().email } }), 'UserNotFound')
    const safe = device({ enumerationSafe: true })
    await failureOf(safe.users.requestPasswordReset({ identifier: { email: someone().email } }), 'InvalidCredentials')
  })

  it('waits while the old service is down', async () => {
    const { from, resident, device } = twoServices()
    const kim = await resident()
    from.faults.set('unavailable')
    await failureOf(device().users.requestPasswordReset({ identifier: { email: kim.email } }), 'Unavailable')
  })
})

it('a forgotten username is sent by whichever service knows it', async () => {
  const { from, to, resident, device } = twoServices()
  const kim = await resident()
  const { users } = device()
  expect(await successOf(users.forgotUsername({ email: kim.email }))).toBeUndefined()
  expect((await from.inbox.next({ to: kim.email, purpose: 'forgot-username' })).username).toBe(kim.username)
  await successOf(users.forgotUsername({ email: someone().email }))
  expect(to.inbox.messages()).toEqual([])
})

describe('at Kinvey, which does not read other apps’ links', () => {
  let sandbox: Sandbox
  beforeAll(async () => {
    sandbox = await startSandbox({ vendors: ['kinvey'] })
  })
  afterAll(() => sandbox.stop())

  it('a link of the old app is the old app’s', async () => {
    const source = appAt(sandbox, 'kinvey', `from-${randomUUID()}`)
    const target = appAt(sandbox, 'kinvey', `to-${randomUUID()}`)
    const kim = someone()
    const { username, email, password } = kim
    await successOf(source.open({}).signUp({ identifiers: { username, email }, password }))
    const users = moving(source, target)
    await successOf(users.requestPasswordReset({ identifier: { email } }))
    const { link = '' } = await source.control.inbox.next({ to: email, purpose: 'password-reset' })
    const parsed = users.parseResetLink(link)
    if (parsed._tag === 'Left') throw new Error('the link must be read')
    expect(parsed.right).toMatchObject({ side: 'source' })
    await successOf(users.completePasswordReset({ link: parsed.right, newPassword: 'New-password-1' }))
    await successOf(users.signIn(signInAs({ username, password: 'New-password-1' })))
    expect(target.world.users()).toHaveLength(1)
  })
})
