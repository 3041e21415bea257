import { describe, expect, it } from 'vitest'
import { person, random, useApps } from './support/apps.js'

const newApp = useApps()

describe.each([true, false])('-32602 (parameters named: %s)', (errorData) => {
  it('on a sign-up with a taken name', async () => {
    const app = newApp({ errorData })
    const { username, password } = person()
    await app.start().signUp({ identifiers: { username }, password })
    const again = app.start().signUp({ identifiers: { username }, password: random('other') })
    await expect(again).rejects.toMatchObject({ tag: 'IdentifierTaken', identifier: 'username' })
  })

  it('on a sign-up with a name that the console finds too short', async () => {
    const users = newApp({ errorData, minimumUsernameLength: 8 }).start()
    const { password } = person()
    const refused = users.signUp({ identifiers: { username: 'shorty' }, password })
    await expect(refused).rejects.toMatchObject({ tag: 'InvalidInput', field: 'username', rule: 'is shorter than this backend allows' })
  })

  it('on a sign-up with a password that the console finds too short', async () => {
    const app = newApp({ errorData, minimumPasswordLength: 10 })
    const { username } = person()
    await expect(app.start().signUp({ identifiers: { username }, password: 'short-pw' })).rejects.toMatchObject({ tag: 'PasswordRejected' })
    expect(app.usernames).toEqual([])
  })

  it('on a sign-in, whoever is wrong', async () => {
    const users = newApp({ errorData }).start()
    const { username, password } = person()
    await expect(users.signIn({ identifier: { username }, password })).rejects.toMatchObject({ tag: 'InvalidCredentials' })
  })

  it('on a changed password', async () => {
    const users = newApp({ errorData, minimumPasswordLength: 10 }).start()
    const { username, password } = person()
    await users.signUp({ identifiers: { username }, password })
    await expect(users.changePassword({ current: random('wrong'), next: random('next') })).rejects.toMatchObject({
      tag: 'InvalidCredentials',
    })
    await expect(users.changePassword({ current: password, next: 'short-pw' })).rejects.toMatchObject({ tag: 'PasswordRejected' })
    expect(await users.refresh()).toMatchObject({ username })
  })

  it('on a reset for nobody', async () => {
    const users = newApp({ errorData }).start()
    const { username } = person()
    await expect(users.requestPasswordReset({ identifier: { username } })).rejects.toMatchObject({ tag: 'UserNotFound' })
  })

  it('on a reset for somebody without an address', async () => {
    const app = newApp({ errorData })
    const { username, password } = person()
    await app.start().signUp({ identifiers: { username }, password })
    await expect(app.start().requestPasswordReset({ identifier: { username } })).rejects.toMatchObject({ tag: 'Vendor', code: '-32602' })
  })

  it('on a deletion with a wrong password', async () => {
    const users = newApp({ errorData }).start()
    const { username, password } = person()
    await users.signUp({ identifiers: { username }, password })
    await expect(users.deleteUser({ password: random('wrong') })).rejects.toMatchObject({ tag: 'InvalidCredentials' })
  })

  it('on the question whether a name can be had', async () => {
    const users = newApp({ errorData, minimumUsernameLength: 8 }).start()
    const { username, password } = person()
    await users.signUp({ identifiers: { username }, password })
    expect([
      await users.usernameExists(username),
      await users.usernameExists('shorty'),
      await users.usernameExists(person().username),
    ]).toEqual([true, true, false])
  })
})

it('keeps every secret out of its errors', async () => {
  const app = newApp()
  const users = app.start()
  const { username, password } = person()
  await users.signUp({ identifiers: { username }, password })
  const wrong = random('wrong')
  const errors = await Promise.all([
    users.changePassword({ current: wrong, next: random('next') }).catch((error: unknown) => error),
    app
      .start()
      .signIn({ identifier: { username }, password: wrong })
      .catch((error: unknown) => error),
    app
      .start()
      .signUp({ identifiers: { username }, password: wrong })
      .catch((error: unknown) => error),
  ])
  const text = errors.map((error) => `${JSON.stringify(error)} ${(error as Error).stack}`).join()
  expect(text).toContain('InvalidCredentials')
  expect(text).not.toContain(wrong)
  expect(text).not.toContain(app.config.apiKey)
})
