import { describe, expect, it } from 'vitest'
import { type Backend, newPerson, type Person, random, useBackends } from './backend.js'

const newBackend = useBackends()

const tokenFor = async (backend: Backend, { username }: Person): Promise<string> => {
  await backend.call('User.sendPasswordResetToken', { username })
  return (await backend.world.outbox.next({ to: username })).code ?? ''
}

describe('User.sendPasswordResetToken', () => {
  it('mails a token to the username', async () => {
    const backend = newBackend()
    const { username } = await backend.register()
    expect(await backend.call('User.sendPasswordResetToken', { username })).toMatchObject({ status: 200, session: null, result: {} })
    const mail = await backend.world.outbox.next()
    expect(mail).toMatchObject({ channel: 'email', to: username, purpose: 'password-reset', username })
    expect(mail.code).toMatch(/^[0-9a-f]{16}$/)
    expect(mail.text).toContain(mail.code)
    expect(mail.text).not.toContain('%')
  })

  it('mails it to the property that is named', async () => {
    const backend = newBackend()
    const person = { ...newPerson(), username: random('name') }
    await backend.register({ mail: 'elsewhere@example.com' }, person)
    await backend.call('User.sendPasswordResetToken', { username: person.username, options: { emailPropertyName: 'mail' } })
    expect((await backend.world.outbox.next()).to).toBe('elsewhere@example.com')
  })

  it('uses the template that is named', async () => {
    const mailTemplates = { welcome_back: { subject: 'Hello', body: 'Type %PASSWORD_RESET_TOKEN% ($&) or %PASSWORD_RESET_TOKEN%.' } }
    const backend = newBackend({ mailTemplates })
    const { username } = await backend.register()
    await backend.call('User.sendPasswordResetToken', { username, options: { templateName: 'welcome_back' } })
    const { subject, text, code } = await backend.world.outbox.next()
    expect({ subject, text }).toEqual({ subject: 'Hello', text: `Type ${code} ($&) or ${code}.` })
  })

  it.each([
    ['an unknown template', { templateName: 'missing' }],
    ['a template without the placeholder', { templateName: 'empty' }],
    ['a property that was never set', { emailPropertyName: 'missing' }],
    ['a property that is no address', { emailPropertyName: 'age' }],
    ['a property name that is no text', { emailPropertyName: 7 }],
    ['options that are no object', 'mail'],
  ])('refuses %s', async (_, options) => {
    const backend = newBackend({ mailTemplates: { ...newBackend().world.settings.mailTemplates, empty: { subject: 'x', body: 'x' } } })
    const { username } = await backend.register({ age: 21 })
    const reply = await backend.call('User.sendPasswordResetToken', { username, options })
    expect(reply.error).toMatchObject({ code: -32602, data: { options: expect.any(String) } })
    expect(backend.world.outbox.messages()).toEqual([])
  })

  it('refuses an unknown user', async () => {
    const reply = await newBackend().call('User.sendPasswordResetToken', { username: newPerson().username })
    expect(reply.error).toMatchObject({ code: -32602, data: { username: expect.any(String) } })
  })

  it('fails with 13 while somebody is signed in', async () => {
    const backend = newBackend()
    const { username, session } = await backend.register()
    const reply = await backend.call('User.sendPasswordResetToken', { username, __session: session })
    expect(reply.error?.code).toBe(13)
    expect(backend.world.outbox.messages()).toEqual([])
  })

  it('works with a session that has ended', async () => {
    const backend = newBackend({ sessionLifetime: 1_000 })
    const { username, session } = await backend.register()
    backend.world.clock.advance(1_000)
    expect((await backend.call('User.sendPasswordResetToken', { username, __session: session })).error).toBeUndefined()
  })
})

describe('User.resetPasswordAndLogin', () => {
  it('sets the password and signs in', async () => {
    const backend = newBackend()
    const person = await backend.register({ age: 21 })
    const token = await tokenFor(backend, person)
    const newPassword = random('new')
    const { result, session } = await backend.call('User.resetPasswordAndLogin', { username: person.username, newPassword, token })
    expect(result).toMatchObject({ user: { _id: person.id, age: 21 }, loginToken: expect.any(String) })
    expect(await backend.isLive(session)).toBe(true)
    expect((await backend.login(person)).error?.code).toBe(-32602)
    expect((await backend.login({ ...person, password: newPassword })).error).toBeUndefined()
  })

  it.each([
    [true, false],
    [false, true],
  ])('ends the earlier sessions and login tokens: %s', async (resetEndsOtherSessions, earlierLive) => {
    const backend = newBackend({ resetEndsOtherSessions })
    const person = await backend.register()
    const token = await tokenFor(backend, person)
    await backend.call('User.resetPasswordAndLogin', { username: person.username, newPassword: random('new'), token })
    expect(await backend.isLive(person.session)).toBe(earlierLive)
    const again = await backend.call('User.autoLogin', { loginToken: person.loginToken })
    expect(again.error === undefined).toBe(earlierLive)
  })

  it('takes a token once', async () => {
    const backend = newBackend()
    const person = await backend.register()
    const token = await tokenFor(backend, person)
    const reset = () => backend.call('User.resetPasswordAndLogin', { username: person.username, newPassword: random('new'), token })
    // Open connections first, so that the resets arrive together.
    await Promise.all(Array.from({ length: 10 }, () => backend.isLive(null)))
    const replies = await Promise.all(Array.from({ length: 10 }, reset))
    expect(replies.filter(({ error }) => error === undefined)).toHaveLength(1)
    expect((await reset()).error?.data).toEqual({ token: expect.any(String) })
  })

  it('takes the newest token only', async () => {
    const backend = newBackend()
    const person = await backend.register()
    const first = await tokenFor(backend, person)
    const second = await tokenFor(backend, person)
    const reset = (token: string) =>
      backend.call('User.resetPasswordAndLogin', { username: person.username, newPassword: random('new'), token })
    expect((await reset(first)).error?.code).toBe(-32602)
    expect((await reset(second)).error).toBeUndefined()
  })

  it('refuses a token when its lifetime is over, not before', async () => {
    const backend = newBackend({ resetTokenLifetime: 5_000 })
    backend.world.clock.freeze()
    const [early, late] = [await backend.register(), await backend.register()]
    const tokens = [await tokenFor(backend, early), await tokenFor(backend, late)]
    const newPassword = random('new')
    backend.world.clock.advance(4_999)
    const inTime = await backend.call('User.resetPasswordAndLogin', { username: early.username, newPassword, token: tokens[0] })
    backend.world.clock.advance(1)
    const tooLate = await backend.call('User.resetPasswordAndLogin', { username: late.username, newPassword, token: tokens[1] })
    expect(inTime.error).toBeUndefined()
    expect(tooLate.error).toMatchObject({ code: -32602, data: { token: expect.any(String) } })
  })

  it('refuses a wrong token, the token of another user and an unknown user alike', async () => {
    const backend = newBackend()
    const person = await backend.register()
    const foreign = await tokenFor(backend, await backend.register())
    const newPassword = random('new')
    const wrong = await backend.call('User.resetPasswordAndLogin', { username: person.username, newPassword, token: '000000' })
    const others = await backend.call('User.resetPasswordAndLogin', { username: person.username, newPassword, token: foreign })
    const unknown = await backend.call('User.resetPasswordAndLogin', { username: newPerson().username, newPassword, token: foreign })
    expect(wrong).toMatchObject({ status: 200, session: null, error: { code: -32602, data: { token: expect.any(String) } } })
    expect([others, unknown]).toEqual([wrong, wrong])
  })

  it.each(['pass word', 'abcde', 'x'.repeat(81)])('refuses the password "%s" and keeps the token', async (newPassword) => {
    const backend = newBackend()
    const person = await backend.register()
    const token = await tokenFor(backend, person)
    const refused = await backend.call('User.resetPasswordAndLogin', { username: person.username, newPassword, token })
    expect(refused.error).toEqual({ code: -32602, message: 'Invalid params', data: { newPassword: expect.any(String) } })
    const accepted = await backend.call('User.resetPasswordAndLogin', { username: person.username, newPassword: random('new'), token })
    expect(accepted.error).toBeUndefined()
  })
})
