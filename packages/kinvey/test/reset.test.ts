import { randomUUID } from 'node:crypto'
import { type ResetLink, userId } from '@userport/core'
import { describe, expect, it } from 'vitest'
import { createKinveyEmailVerification } from '../src/index.js'
import { account, entered, left, newPerson, type Person, right, type TestApp, useSandbox } from './support/people.js'

const newApp = useSandbox()

const parsed = ({ backend }: TestApp, url: string): ResetLink => {
  const link = backend.parseResetLink(url)
  if (link._tag === 'Left') throw new Error(link.left.message)
  return link.right
}

/** Requests a reset and takes the mailed link apart. */
const requested = async (app: TestApp, { email, username }: Person): Promise<ResetLink> => {
  await right(app.backend.requestPasswordReset({ identifier: { username } }))
  const { link = '' } = await app.world.outbox.next({ to: email, purpose: 'password-reset' })
  return parsed(app, link)
}

const registered = async (app: TestApp): Promise<Person> => {
  const person = newPerson()
  await right(app.backend.signUp(account(person)))
  return person
}

describe('requesting a password reset', () => {
  it('ends the sessions at once, and the old password works until the reset is complete', async () => {
    const app = newApp()
    const person = newPerson()
    await right(app.provider.signUp(account(person)))
    const reasons: string[] = []
    app.provider.subscribe(({ reason }) => reasons.push(reason))
    const ticket = await right(app.provider.requestPasswordReset({ identifier: { email: person.email } }))
    expect(ticket).toMatchObject({ completion: 'hosted', ownPage: true, sessionsEnd: 'at-request', lifetime: 1200, channel: 'email-link' })
    expect(app.world.sessions()).toEqual([])
    expect([app.provider.activeUser(), reasons]).toEqual([null, ['revokedByReset']])
    expect((await right(app.provider.signIn({ identifier: { username: person.username }, password: person.password }))).username).toBe(
      person.username,
    )
  })

  it('is refused for a phone number or an id before anything is sent', async () => {
    const { backend, world } = newApp()
    const { user } = await right(backend.signInAnonymously({}))
    world.requests.clear()
    expect(await left(backend.requestPasswordReset({ identifier: { phone: '+81312345678' } }))).toMatchObject({ _tag: 'Unsupported' })
    expect(await left(backend.requestPasswordReset({ identifier: { id: user.id } }))).toMatchObject({ _tag: 'Unsupported' })
    expect(world.requests.all()).toEqual([])
  })
})

describe.each(['.', '..'])('a user called %s, of which a path would say something else', (username) => {
  it('signs up and in, and has an own address verified', async () => {
    const { backend, world } = newApp()
    const { email, password } = newPerson()
    const { session } = await right(backend.signUp({ identifiers: { username, email }, password }))
    await right(backend.requestVerification({ kind: 'email' }, session))
    expect(await world.outbox.next({ to: email, purpose: 'verification' })).toMatchObject({ to: email })
    expect(await entered(backend.signIn({ identifier: { username }, password }))).toMatchObject({ user: { username } })
  })

  it('resets the password by email alone, which is said before anything is sent', async () => {
    const { backend, world, config } = newApp({ trimPasswords: true })
    const { email, password } = newPerson()
    await right(backend.signUp({ identifiers: { username, email }, password }))
    world.requests.clear()
    const refused = { _tag: 'InvalidInput', field: 'username' }
    expect(await left(backend.requestPasswordReset({ identifier: { username: ` ${username}` } }))).toMatchObject(refused)
    expect(await left(createKinveyEmailVerification(config).request({ username }))).toMatchObject(refused)
    const link: ResetLink = { type: 'reset-link', vendor: 'kinvey', identifier: username, parameters: {} }
    expect(await left(backend.completePasswordReset({ link, newPassword: password }))).toMatchObject({
      _tag: 'InvalidInput',
      field: 'link',
    })
    expect(world.requests.all()).toEqual([])
    await right(backend.requestPasswordReset({ identifier: { email } }))
  })
})

describe('a reset by what Kinvey does not look for', () => {
  it.each([
    ['phone', { phone: '+15550100001' }],
    ['id', { id: userId('u1') }],
  ])('is refused before anything is sent: %s', async (kind, identifier) => {
    const { backend, world } = newApp()
    expect(await left(backend.requestPasswordReset({ identifier }))).toMatchObject({
      _tag: 'Unsupported',
      capability: `passwordReset.${kind}`,
      instead: 'a username or an email',
    })
    expect(world.requests.all()).toEqual([])
  })
})

describe('a reset on a page of the app’s own', () => {
  it('sets the new password, once', async () => {
    const app = newApp()
    const person = await registered(app)
    const link = await requested(app, person)
    const newPassword = randomUUID()
    expect(await right(app.backend.completePasswordReset({ link, newPassword }))).toEqual({ temporaryPasswordDelivered: false })
    expect(app.world.sessions()).toEqual([])
    expect((await entered(app.backend.signIn({ identifier: { username: person.username }, password: newPassword }))).user.username).toBe(
      person.username,
    )
    expect(await left(app.backend.completePasswordReset({ link, newPassword: randomUUID() }))).toMatchObject({ _tag: 'ResetCodeInvalid' })
  })

  it('takes the link to that page, and from it only what proves the reset', async () => {
    const app = newApp()
    app.world.set({ ownResetPage: 'https://app.example/reset' })
    const person = await registered(app)
    const link = await requested(app, person)
    expect(link.identifier).toBe(person.username)
    expect(Object.keys(link.parameters)).toEqual(['time', 'nonce', 'sig'])
    const newPassword = randomUUID()
    await right(app.backend.completePasswordReset({ link, newPassword }))
    await entered(app.backend.signIn({ identifier: { username: person.username }, password: newPassword }))
  })

  it.each([{ password: 'new_password' }, { time: 't', nonce: 'n', sig: 's', password: 'new_password' }])(
    'submits under the names that the configuration says: %j',
    async ({ password, ...resetLinkFields }) => {
      const app = newApp({ resetPasswordField: password, resetLinkFields })
      app.world.set({ resetCompleteFields: { time: 'time', nonce: 'nonce', sig: 'sig', ...resetLinkFields, password } })
      const link = await requested(app, await registered(app))
      await right(app.backend.completePasswordReset({ link, newPassword: randomUUID() }))
    },
  )

  it('says that the link is too old when it is', async () => {
    const app = newApp()
    const person = await registered(app)
    app.world.clock.freeze(Date.now() - 1_201_000)
    const link = await requested(app, person)
    app.world.clock.reset()
    expect(await left(app.backend.completePasswordReset({ link, newPassword: randomUUID() }))).toMatchObject({
      _tag: 'ResetCodeExpired',
      code: 'InvalidOrMissingNonce',
    })
  })

  it('refuses a forged link', async () => {
    const app = newApp()
    const link = await requested(app, await registered(app))
    const forged = { ...link, parameters: { ...link.parameters, sig: 'forged' } }
    expect(await left(app.backend.completePasswordReset({ link: forged, newPassword: randomUUID() }))).toMatchObject({
      _tag: 'ResetCodeInvalid',
    })
  })

  it.each([
    [{ parameters: undefined }],
    [{ parameters: { time: '1', nonce: { $ne: '' }, sig: 's' } }],
    [{ identifier: undefined }],
    [{ identifier: '' }],
  ])('refuses a link of which %j is left, before anything is sent', async (part) => {
    const app = newApp()
    const link = { ...(await requested(app, await registered(app))), ...part } as ResetLink
    app.world.requests.clear()
    const refused = { _tag: 'InvalidInput', field: 'link' }
    expect(await left(app.backend.completePasswordReset({ link, newPassword: randomUUID() }))).toMatchObject(refused)
    expect(app.world.requests.all()).toEqual([])
  })

  it('is done when only the answer was lost, and leaves no session behind', async () => {
    const app = newApp()
    const link = await requested(app, await registered(app))
    app.world.faults.add({ path: 'complete$', times: 1, kind: { type: 'reset', after: 'write' } })
    await right(app.backend.completePasswordReset({ link, newPassword: randomUUID() }))
    expect(app.world.sessions()).toEqual([])
  })

  it('is not known to be done when a page of a proxy comes, and the log-in that would tell takes too long', async () => {
    const app = newApp()
    const link = await requested(app, await registered(app))
    app.world.faults.add({ path: 'complete$', kind: { type: 'html' } })
    app.world.faults.add({ path: 'login$', kind: { type: 'hang' } })
    const outcome = app.backend.completePasswordReset({ link, newPassword: randomUUID() }, { deadline: 500 })
    expect(await left(outcome)).toMatchObject({ _tag: 'OutcomeUnknown', retryable: false })
  })

  it('does not take the page of a proxy for Kinvey’s', async () => {
    const app = newApp()
    const link = await requested(app, await registered(app))
    app.world.faults.add({ path: 'complete$', times: 1, kind: { type: 'html' } })
    expect(await left(app.backend.completePasswordReset({ link, newPassword: randomUUID() }))).toMatchObject({ _tag: 'OutcomeUnknown' })
  })
})

describe('parsing a reset link', () => {
  it('gives the user and the parameters', () => {
    const app = newApp()
    const url = `${app.config.host}/rpc/${app.config.appKey}/ann%20%26%20bob/user-password-reset-process?time=1&nonce=n&sig=s`
    expect(parsed(app, url)).toEqual({
      type: 'reset-link',
      vendor: 'kinvey',
      identifier: 'ann & bob',
      parameters: { time: '1', nonce: 'n', sig: 's' },
    })
  })

  it('takes a name that Kinvey put into the path nearly raw', () => {
    const app = newApp()
    const url = `${app.config.host}/rpc/${app.config.appKey}/100%/user-password-reset-process?time=1&nonce=n&sig=s`
    expect(parsed(app, url).identifier).toBe('100%')
  })

  it.each([
    ['no URL', () => 'reset', 'URL'],
    ['another page', (base: string) => `${base}/somebody/user-email-verification-process?time=1&nonce=n&sig=s`, 'reset mail'],
    ['another app', (base: string) => `${base}-2/somebody/user-password-reset-process?time=1&nonce=n&sig=s`, 'this app'],
    ['another app on an own page', () => 'https://app.example/reset?kid=another&user=ann&time=1&nonce=n&sig=s', 'this app'],
    ['an own page without a user', () => 'https://app.example/reset?time=1&nonce=n&sig=s', 'reset mail'],
    ['no signature', (base: string) => `${base}/somebody/user-password-reset-process?time=1&nonce=n`, 'sig'],
  ])('refuses %s', (_, url, rule) => {
    const { backend, config } = newApp()
    const link = backend.parseResetLink(url(`${config.host}/rpc/${config.appKey}`))
    expect(link).toMatchObject({ _tag: 'Left', left: { _tag: 'InvalidInput', field: 'url', rule: expect.stringContaining(rule) } })
  })

  it('refuses everything with a configuration that is not valid', () => {
    const { backend } = newApp({ host: 'http://example.com' })
    expect(backend.parseResetLink('https://example.com')).toMatchObject({ _tag: 'Left', left: { _tag: 'Configuration', path: 'host' } })
  })
})
