import { describe, expect, it } from 'vitest'
import { resetThroughPage } from '../test/kinvey-app.js'
import { ann, app, existingPerson, User, useNodeSdk } from './kinvey-node-client.js'
import { rejection } from './kinvey-sdk-results.js'

const minute = 60_000
const day = 24 * 60 * minute

useNodeSdk()

describe('email verification', () => {
  it('KV25 KV26 KV27 KV28 KV33 goes from sent over resent to confirmed', async () => {
    await User.signup(ann)
    expect(await User.verifyEmail(ann.username)).toBe('')
    expect((await User.me()).metadata.emailVerification).toBe('sent')
    await User.verifyEmail(ann.username)
    const resent = await User.me()
    expect(resent.metadata.emailVerification).toBe('resent')
    expect(resent.isEmailVerified()).toBe(false)
    const { link = '' } = await app.world.outbox.next({ to: ann.email, purpose: 'verification' })
    await fetch(link)
    expect((await User.me()).isEmailVerified()).toBe(true)
  })

  it('KV25 rejects an unknown user', async () => {
    expect((await rejection(() => User.verifyEmail(ann.username))).name).toBe('NotFoundError')
  })

  it('KV25 rejects a user without an email', async () => {
    await User.signup({ username: ann.username, password: ann.password })
    expect((await rejection(() => User.verifyEmail(ann.username))).name).toBe('ParameterValueOutOfRangeError')
  })

  it.each(['a b', 'a+b@example.com', 'a?b', 'a#b'])('KV25 finds the username %j in the path', async (suffix) => {
    await User.signup({ ...ann, username: `${ann.username}${suffix}` })
    expect(await User.verifyEmail(`${ann.username}${suffix}`)).toBe('')
  })
})

describe('password reset', () => {
  it('KV36 KV38 KV39 KV40 ends the sessions at once, keeps the old password until the page is submitted, then takes the new one', async () => {
    await User.signup(ann)
    expect(await User.resetPassword(ann.username)).toBe('')
    expect((await rejection(() => User.me())).name).toBe('InvalidCredentialsError')
    expect((await User.login(ann.username, ann.password)).data).toMatchObject({ _kmd: { passwordReset: { status: 'InProgress' } } })

    const { link = '' } = await app.world.outbox.next({ to: ann.email, purpose: 'password-reset' })
    expect((await resetThroughPage(link, 'chosen-anew')).status).toBe(200)
    await User.logout()
    expect((await rejection(() => User.login(ann.username, ann.password))).name).toBe('InvalidCredentialsError')
    expect((await User.login(ann.username, 'chosen-anew')).username).toBe(ann.username)
    await app.world.outbox.next({ to: ann.email, purpose: 'password-changed' })
  })

  it('KV36 takes an email for the username', async () => {
    const { email } = await existingPerson()
    expect(await User.resetPassword(email)).toBe('')
    await app.world.outbox.next({ to: email, purpose: 'password-reset' })
  })

  it('KV36 rejects an unknown user', async () => {
    expect(await rejection(() => User.resetPassword(ann.username))).toMatchObject({
      name: 'NotFoundError',
      message: 'This user does not exist for this app backend.',
      code: 404,
    })
  })
})

describe('forgotten username', () => {
  it('KV43 is mailed', async () => {
    const { email, username } = await existingPerson()
    expect(await User.forgotUsername(email)).toBe('')
    expect((await app.world.outbox.next({ to: email, purpose: 'forgot-username' })).username).toBe(username)
  })

  it('KV43 resolves for an unknown address and mails nothing', async () => {
    expect(await User.forgotUsername(ann.email)).toBe('')
    expect(app.world.outbox.messages()).toEqual([])
  })
})

describe('the settings of email verification', () => {
  it('KV23 let users in who were created before the date', async () => {
    const { username, password } = await existingPerson()
    const later = new Date(app.world.clock.now() + 1_000).toISOString()
    app.world.set({ emailVerification: { required: true, auto: false, since: later } })
    expect((await User.login(username, password)).isEmailVerified()).toBe(false)
    await User.logout()
    app.world.clock.advance(2_000)
    const fresh = await existingPerson()
    expect((await rejection(() => User.login(fresh.username, fresh.password))).name).toBe('KinveyError')
  })

  it('KV24 send the mail at sign-up and when the address changes', async () => {
    app.world.set({ emailVerification: { required: false, auto: true, since: null } })
    await User.signup(ann)
    await app.world.outbox.next({ to: ann.email, purpose: 'verification' })
    await User.update({ email: `new-${ann.email}` })
    await app.world.outbox.next({ to: `new-${ann.email}`, purpose: 'verification' })
  })
})

it('KV12 the user kept at sign-up verifies the address later', async () => {
  app.world.set({ emailVerification: { required: true, auto: false, since: null } })
  const { data } = await User.signup(ann, { state: false })
  const kept = JSON.parse(JSON.stringify(data)) as { readonly username: string }
  await User.verifyEmail(kept.username)
  const { link = '' } = await app.world.outbox.next({ to: ann.email, purpose: 'verification' })
  await fetch(link)
  expect((await User.login(ann.username, ann.password)).isEmailVerified()).toBe(true)
})

describe('a verification mail', () => {
  const verification = async (): Promise<unknown> => {
    const { data } = await User.me()
    return (data as { readonly _kmd: { readonly emailVerification?: unknown } })._kmd.emailVerification
  }

  it.each([
    ['KV29', 'delivered'],
    ['KV30', 'bounce'],
    ['KV31', 'deferred'],
    ['KV32', 'dropped'],
  ] as const)('%s KV34 that the mail server reports as %s has that status, and its time', async (_row, status) => {
    app.world.set({ verificationDelivery: status })
    app.world.clock.freeze()
    await User.signup(ann)
    await User.verifyEmail(ann.username)
    const lastStateChangeAt = new Date(app.world.clock.now()).toISOString()
    expect(await verification()).toMatchObject({ status, emailAddress: ann.email, lastStateChangeAt })
    expect((await User.me()).isEmailVerified()).toBe(false)
    expect(app.world.outbox.messages()).toHaveLength(status === 'delivered' ? 1 : 0)
  })

  it('KV34 moves the time of the last change at every change', async () => {
    app.world.clock.freeze()
    await User.signup(ann)
    await User.verifyEmail(ann.username)
    const first = app.world.clock.now()
    app.world.clock.advance(60_000)
    await User.verifyEmail(ann.username)
    expect(await verification()).toMatchObject({ status: 'resent', lastStateChangeAt: new Date(first + 60_000).toISOString() })
  })

  it.each([
    [5 * day - 1_000, true],
    [5 * day, false],
  ])('KV25 has a link that verifies after %i ms: %s', async (age, verified) => {
    await User.signup(ann)
    await User.verifyEmail(ann.username)
    const { link = '' } = await app.world.outbox.next({ to: ann.email, purpose: 'verification' })
    app.world.clock.advance(age)
    await fetch(link)
    expect((await User.me()).isEmailVerified()).toBe(verified)
  })

  it('KV35 names the app, the user and the link, which opens a success page', async () => {
    app.world.set({ appName: 'Garden' })
    await User.signup(ann)
    await User.verifyEmail(ann.username)
    const { subject, text, link = '' } = await app.world.outbox.next({ to: ann.email, purpose: 'verification' })
    expect(subject).toContain('Garden')
    expect(text).toContain(ann.username)
    expect(text).toContain(link)
    expect(await (await fetch(link)).text()).toContain('Your email address is verified.')
  })
})

describe('a reset link', () => {
  const resetLink = async (): Promise<string> => {
    await User.signup(ann)
    await User.resetPassword(ann.username)
    return (await app.world.outbox.next({ to: ann.email, purpose: 'password-reset' })).link ?? ''
  }

  it('KV37 changes one password', async () => {
    const link = await resetLink()
    await resetThroughPage(link, 'the-first')
    expect((await fetch(link)).status).toBe(400)
    await User.logout()
    expect((await User.login(ann.username, 'the-first')).username).toBe(ann.username)
  })

  it('KV37 dies after twenty minutes', async () => {
    const link = await resetLink()
    app.world.clock.advance(20 * minute - 1_000)
    expect((await fetch(link)).status).toBe(200)
    app.world.clock.advance(1_000)
    expect((await fetch(link)).status).toBe(400)
  })

  it("KV41 to a page of the app's own carries what that page completes the reset with", async () => {
    app.world.set({ ownResetPage: 'https://app.example/reset' })
    const link = new URL(await resetLink())
    expect(link.origin + link.pathname).toBe('https://app.example/reset')
    const { kid, user, ...proof } = Object.fromEntries(link.searchParams)
    const { host } = app.connection
    const body = new URLSearchParams({ ...proof, password: 'chosen-there' })
    expect(Object.keys(proof)).toEqual(['time', 'nonce', 'sig'])
    expect((await fetch(`${host}/rpc/${kid}/${user}/user-password-reset-complete`, { method: 'POST', body })).status).toBe(200)
    await User.logout()
    expect((await User.login(ann.username, 'chosen-there')).username).toBe(ann.username)
  })
})
