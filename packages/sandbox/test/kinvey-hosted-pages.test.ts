import { beforeEach, describe, expect, it } from 'vitest'
import { type KinveyApp, newPerson, type Person, resetThroughPage } from './kinvey-app.js'
import { kinveyApps } from './kinvey-apps.js'
import type { KinveyClient } from './kinvey-client.js'

const minute = 60_000
const day = 24 * 60 * minute
const invalidLink = { status: 400, body: { error: 'InvalidOrMissingNonce' } }

const startApp = kinveyApps()
let app: KinveyApp
let client: KinveyClient
let ann: Person

beforeEach(async () => {
  ;({ app, client, ann } = startApp())
})

async function mailedLink(path: string, purpose: 'verification' | 'password-reset'): Promise<string> {
  await client.call('POST', `/rpc/:kid/${ann.username}/${path}`)
  const { link } = await app.world.outbox.next({ to: ann.email, purpose })
  if (link === undefined) throw new Error('the mail has no link')
  return link
}

const resetLink = (): Promise<string> => mailedLink('user-password-reset-initiate', 'password-reset')
const verificationLink = (): Promise<string> => mailedLink('user-email-verification-initiate', 'verification')

const open = async (link: string): Promise<{ readonly status: number; readonly body: unknown }> => {
  const response = await fetch(link)
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false
  return { status: response.status, body: isJson ? await response.json() : await response.text() }
}

const submit = async (
  link: string,
  fields: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly body: unknown }> => {
  const { origin, pathname, searchParams } = new URL(link)
  const body = new URLSearchParams({ ...Object.fromEntries(searchParams), ...fields })
  const response = await fetch(origin + pathname.replace('-process', '-complete'), { method: 'POST', body })
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false
  return { status: response.status, body: isJson ? await response.json() : await response.text() }
}

const submitAsJson = async (
  link: string,
  fields: Readonly<Record<string, unknown>>,
): Promise<{ readonly status: number; readonly body: unknown }> => {
  const { origin, pathname, searchParams } = new URL(link)
  const body = JSON.stringify({ ...Object.fromEntries(searchParams), ...fields })
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(origin + pathname.replace('-process', '-complete'), { method: 'POST', headers, body })
  const text = await response.text()
  return { status: response.status, body: response.ok ? text : JSON.parse(text) }
}

const verificationStatus = async (token: string): Promise<unknown> => {
  const { body } = await client.call('GET', '/user/:kid/_me', { as: { token } })
  return (body as { _kmd: { emailVerification?: { status: string } } })._kmd.emailVerification?.status
}

describe('the password reset page', () => {
  it('is linked with time, nonce and signature, and says whose password it is', async () => {
    await client.signUp(ann)
    const link = new URL(await resetLink())
    expect(link.pathname).toBe(`/rpc/${app.connection.appKey}/${ann.username}/user-password-reset-process`)
    expect([...link.searchParams.keys()]).toEqual(['time', 'nonce', 'sig'])
    const page = await fetch(link)
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(await page.text()).toContain(ann.username)
  })

  it('escapes what users wrote', async () => {
    const username = `<b>${ann.username}</b>`
    await client.signUp({ ...ann, username })
    await client.call('POST', `/rpc/:kid/${encodeURIComponent(username)}/user-password-reset-initiate`)
    const { link = '' } = await app.world.outbox.next({ to: ann.email })
    expect((await open(link)).body).toContain(`&lt;b&gt;${ann.username}`)
  })

  it('changes the password once', async () => {
    await client.signUp(ann)
    const link = await resetLink()
    expect((await resetThroughPage(link, 'first')).status).toBe(200)
    expect(await submit(link, { password: 'second' })).toMatchObject(invalidLink)
    expect(await open(link)).toMatchObject(invalidLink)
    expect((await client.logIn({ ...ann, password: 'first' })).status).toBe(200)
  })

  it('changes the password once when submitted twice at the same time', async () => {
    await client.signUp(ann)
    const link = await resetLink()
    const replies = await Promise.all([submit(link, { password: 'first' }), submit(link, { password: 'second' })])
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 400])
  })

  it('takes its parameters as JSON too', async () => {
    await client.signUp(ann)
    expect((await submitAsJson(await resetLink(), { password: 'new-one' })).status).toBe(200)
    expect((await client.logIn({ ...ann, password: 'new-one' })).status).toBe(200)
  })

  it.each<readonly [unknown, string]>([
    [null, 'MissingRequestParameter'],
    [true, 'ParameterValueOutOfRange'],
    [{ toString: 1 }, 'ParameterValueOutOfRange'],
  ])('keeps the link when the password in JSON is %j', async (password, error) => {
    await client.signUp(ann)
    const link = await resetLink()
    expect(await submitAsJson(link, { password })).toMatchObject({ status: 400, body: { error } })
    expect((await submit(link, { password: 'new-one' })).status).toBe(200)
  })

  it('takes the time as a number, and refuses a proof that is no text', async () => {
    await client.signUp(ann)
    const link = await resetLink()
    const time = Number(new URL(link).searchParams.get('time'))
    for (const name of ['time', 'nonce', 'sig']) {
      expect(await submitAsJson(link, { password: 'new-one', [name]: { toString: 1 } })).toMatchObject(invalidLink)
    }
    expect((await submitAsJson(link, { password: 'new-one', time })).status).toBe(200)
  })

  it('keeps the link when the form is blank', async () => {
    await client.signUp(ann)
    const link = await resetLink()
    expect(await submit(link, { password: '' })).toMatchObject({ status: 400, body: { error: 'ParameterValueOutOfRange' } })
    expect(await submit(link, {})).toMatchObject({ status: 400, body: { error: 'MissingRequestParameter' } })
    expect((await submit(link, { password: 'new-one' })).status).toBe(200)
  })

  it('makes older links worthless once one is used', async () => {
    await client.signUp(ann)
    const older = await resetLink()
    await submit(await resetLink(), { password: 'new-one' })
    expect(await open(older)).toMatchObject(invalidLink)
  })

  it('lives for twenty minutes', async () => {
    app.world.clock.freeze()
    await client.signUp(ann)
    const link = await resetLink()
    app.world.clock.advance(20 * minute - 1)
    expect((await open(link)).status).toBe(200)
    app.world.clock.advance(1)
    expect(await open(link)).toMatchObject(invalidLink)
    expect(await submit(link, { password: 'too-late' })).toMatchObject(invalidLink)
    expect((await client.logIn(ann)).status).toBe(200)
  })

  it.each(['time', 'nonce', 'sig'])('refuses a forged %s', async (name) => {
    await client.signUp(ann)
    const link = new URL(await resetLink())
    link.searchParams.set(name, `${link.searchParams.get(name)}0`)
    expect(await open(link.href)).toMatchObject(invalidLink)
    expect(await submit(link.href, { password: 'forged' })).toMatchObject(invalidLink)
  })

  it('refuses a signature of as many letters, whatever they are', async () => {
    await client.signUp(ann)
    const link = new URL(await resetLink())
    link.searchParams.set('sig', 'é'.repeat(link.searchParams.get('sig')?.length ?? 0))
    expect(await open(link.href)).toMatchObject(invalidLink)
  })

  it('refuses the link of a verification mail', async () => {
    await client.signUp(ann)
    const link = await verificationLink()
    expect(await open(link.replace('user-email-verification-process', 'user-password-reset-process'))).toMatchObject(invalidLink)
  })

  it('refuses the link of a user suspended since, also after the restore', async () => {
    const { _id } = await client.signUp(ann)
    const link = await resetLink()
    await client.call('DELETE', `/user/:kid/${_id}`, { as: 'master' })
    expect(await open(link)).toMatchObject(invalidLink)
    await client.call('POST', `/user/:kid/${_id}/_restore`, { as: 'master' })
    expect(await open(link)).toMatchObject(invalidLink)
  })

  it('submits under the names that the settings give', async () => {
    app.world.set({ resetCompleteFields: { time: 't', nonce: 'n', sig: 's', password: 'newPassword' } })
    await client.signUp(ann)
    const link = await resetLink()
    expect((await open(link)).body).toContain('name="newPassword"')
    expect(await submit(link, { password: 'wrong-names' })).toMatchObject(invalidLink)
    const [t = '', n = '', s = ''] = new URL(link).searchParams.values()
    expect((await submit(link, { t, n, s, newPassword: 'new-one' })).status).toBe(200)
  })

  it('is mailed to nobody without an address', async () => {
    const { username, password } = ann
    await client.signUp({ username, password })
    const { status, body } = await client.call('POST', `/rpc/:kid/${username}/user-password-reset-initiate`)
    expect([status, body]).toMatchObject([400, { error: 'ParameterValueOutOfRange' }])
    expect(app.world.outbox.messages()).toEqual([])
  })
})

describe('a password reset', () => {
  it('is no longer in progress once it is complete', async () => {
    const { _id } = await client.signUp(ann)
    const link = await resetLink()
    const metadata = async (): Promise<unknown> => (await client.call('GET', `/user/:kid/${_id}`, { as: 'master' })).body
    expect(await metadata()).toMatchObject({ _kmd: { passwordReset: { status: 'InProgress' } } })
    await submit(link, { password: 'new-one' })
    expect(await metadata()).not.toHaveProperty('_kmd.passwordReset')
  })

  it('ends the sessions opened since it was asked for', async () => {
    await client.signUp(ann)
    const link = await resetLink()
    const { body } = await client.logIn(ann)
    const { authtoken } = (body as { _kmd: { authtoken: string } })._kmd
    await submit(link, { password: 'new-one' })
    expect(await client.meStatus(authtoken)).toBe(401)
  })
})

describe('the verification page', () => {
  it('confirms the address, and may be opened again', async () => {
    const { token } = await client.signUp(ann)
    const link = await verificationLink()
    expect((await open(link)).status).toBe(200)
    expect((await open(link)).status).toBe(200)
    const { body } = await client.call('GET', '/user/:kid/_me', { as: { token } })
    expect(body).toMatchObject({
      _kmd: {
        emailVerification: {
          status: 'confirmed',
          emailAddress: ann.email,
          lastConfirmedAt: expect.any(String),
          lastStateChangeAt: expect.any(String),
        },
      },
    })
  })

  it('is followed by a mail that says so, once', async () => {
    await client.signUp(ann)
    const link = await verificationLink()
    await open(link)
    await open(link)
    const [, ...mails] = app.world.outbox.messages()
    expect(mails).toMatchObject([{ channel: 'email', to: ann.email, purpose: 'email-verified', username: ann.username }])
    expect(mails[0]).not.toHaveProperty('link')
  })

  it('lives for five days', async () => {
    app.world.clock.freeze()
    const { token } = await client.signUp(ann)
    const link = await verificationLink()
    app.world.clock.advance(5 * day)
    expect(await open(link)).toMatchObject(invalidLink)
    expect(await verificationStatus(token)).toBe('sent')
  })

  it('refuses the link to an address that the user has left', async () => {
    const { token, _id } = await client.signUp(ann)
    const link = await verificationLink()
    await client.call('PUT', `/user/:kid/${_id}`, { as: { token }, body: { ...ann, email: newPerson().email } })
    expect(await open(link)).toMatchObject(invalidLink)
  })

  it('refuses the link of a reset mail', async () => {
    await client.signUp(ann)
    const link = await resetLink()
    expect(await open(link.replace('user-password-reset-process', 'user-email-verification-process'))).toMatchObject(invalidLink)
  })
})

describe('the verification mail', () => {
  it.each(['username', 'email', '_id'] as const)('is asked for by %s', async (field) => {
    const user = await client.signUp(ann)
    const { status } = await client.call('POST', `/rpc/:kid/${user[field]}/user-email-verification-initiate`)
    expect(status).toBe(204)
    await app.world.outbox.next({ to: ann.email, purpose: 'verification' })
  })

  it.each([
    ['delivered', 1],
    ['deferred', 0],
    ['bounce', 0],
    ['dropped', 0],
  ] as const)('can be reported as %s', async (verificationDelivery, mails) => {
    app.world.set({ verificationDelivery })
    const { token } = await client.signUp(ann)
    await client.call('POST', `/rpc/:kid/${ann.username}/user-email-verification-initiate`)
    expect(await verificationStatus(token)).toBe(verificationDelivery)
    expect(app.world.outbox.messages()).toHaveLength(mails)
  })

  it('is not sent to a confirmed address', async () => {
    const { token } = await client.signUp(ann)
    await open(await verificationLink())
    app.world.outbox.clear()
    await client.call('POST', `/rpc/:kid/${ann.username}/user-email-verification-initiate`)
    expect(await verificationStatus(token)).toBe('confirmed')
    expect(app.world.outbox.messages()).toEqual([])
  })

  it.each([true, false])('goes out by itself at sign-up and with a new address: %s', async (auto) => {
    app.world.set({ emailVerification: { required: false, auto, since: null } })
    const { token, _id } = await client.signUp(ann)
    const { email } = newPerson()
    await client.call('PUT', `/user/:kid/${_id}`, { as: { token }, body: { ...ann, email } })
    expect(app.world.outbox.messages().map(({ to }) => to)).toEqual(auto ? [ann.email, email] : [])
  })

  it('is not sent by itself to a user without an address', async () => {
    app.world.set({ emailVerification: { required: false, auto: true, since: null } })
    const { token } = await client.signUp({ username: ann.username, password: ann.password })
    expect(await verificationStatus(token)).toBeUndefined()
  })
})

describe('required verification', () => {
  it.each([
    ['before', -day, 403],
    ['after', day, 200],
  ])('exempts nobody but users created before a date: a date %s the sign-up', async (_when, offset, status) => {
    const since = new Date(Date.now() + offset).toISOString()
    app.world.set({ emailVerification: { required: true, auto: false, since } })
    await client.signUp(ann)
    expect((await client.logIn(ann)).status).toBe(status)
  })

  it('does not let username and password in as Basic credentials', async () => {
    app.world.set({ emailVerification: { required: true, auto: false, since: null } })
    await client.signUp(ann)
    const as = { basic: `${ann.username}:${ann.password}` }
    expect(await client.call('GET', '/user/:kid/_me', { as })).toMatchObject({ status: 403, body: { error: 'EmailVerificationRequired' } })
  })

  it('starts anew with a new address', async () => {
    const { token, _id } = await client.signUp(ann)
    await open(await verificationLink())
    app.world.set({ emailVerification: { required: true, auto: false, since: null } })
    expect((await client.logIn(ann)).status).toBe(200)
    await client.call('PUT', `/user/:kid/${_id}`, { as: { token }, body: { ...ann, email: newPerson().email } })
    expect((await client.logIn(ann)).status).toBe(403)
  })
})
