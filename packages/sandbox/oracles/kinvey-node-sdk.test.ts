import { createRequire } from 'node:module'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Sandbox, startSandbox } from '../src/index.js'
import { type KinveyApp, newApp, newPerson, type Person, resetThroughPage } from '../test/kinvey-app.js'
import { lastValue, rejection } from './kinvey-sdk-results.js'

interface SdkUser {
  readonly _id: string
  readonly username: string
  readonly authtoken: string
  readonly data: Readonly<Record<string, unknown>>
  readonly metadata: { readonly emailVerification?: string }
  readonly isEmailVerified: () => boolean
  readonly me: () => Promise<SdkUser>
}

interface Sdk {
  readonly init: (config: object) => unknown
  readonly ping: () => Promise<{ readonly version: string; readonly kinvey: string }>
  readonly client: () => { readonly setActiveUser: (data: object) => unknown }
  readonly Query: new () => { readonly equalTo: (field: string, value: unknown) => object }
  readonly User: {
    readonly signup: (data?: object, options?: object) => Promise<SdkUser>
    readonly login: (username: unknown, password?: string) => Promise<SdkUser>
    readonly logout: () => Promise<unknown>
    readonly me: () => Promise<SdkUser>
    readonly update: (data: object) => Promise<SdkUser | null>
    readonly getActiveUser: () => SdkUser | null
    readonly exists: (username: string) => Promise<boolean>
    readonly verifyEmail: (username: string) => Promise<unknown>
    readonly resetPassword: (username: string) => Promise<unknown>
    readonly forgotUsername: (email: string) => Promise<unknown>
    readonly lookup: (query?: object) => Parameters<typeof lastValue<readonly Readonly<Record<string, unknown>>[]>>[0]
    readonly remove: (id: string, options?: { readonly hard: boolean }) => Promise<unknown>
    readonly connectIdentity: (provider: string, tokens: object) => Promise<unknown>
  }
}

const Kinvey: Sdk = createRequire(import.meta.url)('kinvey-node-sdk')
const { User } = Kinvey

let sandbox: Sandbox
let app: KinveyApp
let ann: Person

const init = (changes: object = {}): void => {
  const { host, appKey, appSecret } = app.connection
  Kinvey.init({ appKey, appSecret, apiHostname: host, micHostname: host, ...changes })
}

const initAdmin = (): void => {
  init({ masterSecret: app.connection.masterSecret })
}

/** A second person of the app; nobody is signed in afterwards. */
async function existingPerson(): Promise<Person & { readonly id: string }> {
  const person = newPerson()
  const { _id } = await User.signup(person, { state: false })
  return { ...person, id: _id }
}

beforeAll(async () => {
  sandbox = await startSandbox({ vendors: ['kinvey'] })
})

afterAll(() => sandbox.stop())

beforeEach(() => {
  app = newApp(sandbox)
  ann = newPerson()
  init()
})

describe('signup', () => {
  it('makes the user active, with every field and a token', async () => {
    const user = await User.signup({ ...ann, colour: 'red' })
    expect(user.data).toMatchObject({ username: ann.username, email: ann.email, colour: 'red' })
    expect(User.getActiveUser()?.authtoken).toBe(user.authtoken)
    expect((await User.me()).username).toBe(ann.username)
  })

  it('makes an implicit user from nothing', async () => {
    const user = await User.signup()
    expect(user.username).toMatch(/^[0-9a-f-]{36}$/)
    expect((await User.me())._id).toBe(user._id)
  })

  it('keeps nobody active with {state: false}', async () => {
    await User.signup(ann, { state: false })
    expect(User.getActiveUser()).toBeNull()
  })

  it('rejects a taken username', async () => {
    const { username } = await existingPerson()
    expect(await rejection(() => User.signup({ ...ann, username }))).toMatchObject({
      name: 'UserAlreadyExistsError',
      message: 'This username is already taken. Please retry your request with a different username.',
      code: 409,
    })
  })

  it('throws while a user is active', async () => {
    await User.signup(ann)
    expect((await rejection(() => User.signup(newPerson()))).name).toBe('ActiveUserError')
  })

  it('rejects a user without an email where verification is required', async () => {
    app.world.set({ emailVerification: { required: true, auto: false, since: null } })
    expect(await rejection(() => User.signup({ username: ann.username, password: ann.password }))).toMatchObject({
      name: 'KinveyError',
      code: 400,
    })
  })
})

describe('login', () => {
  it('resolves with the user, a token and no password', async () => {
    const { username, password } = await existingPerson()
    const user = await User.login(username, password)
    expect(user.data).toMatchObject({ username, _kmd: { llt: expect.stringMatching(/^\d{4}-.*Z$/) } })
    expect(user.data).not.toHaveProperty('password')
    expect((await User.me()).username).toBe(username)
  })

  it('takes an object too', async () => {
    const { username, password } = await existingPerson()
    expect((await User.login({ username, password })).username).toBe(username)
  })

  it('rejects a wrong password with a request id', async () => {
    const { username } = await existingPerson()
    expect(await rejection(() => User.login(username, 'wrong'))).toMatchObject({
      name: 'InvalidCredentialsError',
      message: 'Invalid credentials. Please retry your request with correct credentials.',
      code: 401,
      kinveyRequestId: expect.stringMatching(/^[0-9a-f]{32}$/),
    })
  })

  it('rejects an unknown user like a wrong password', async () => {
    expect((await rejection(() => User.login(ann.username, ann.password))).name).toBe('InvalidCredentialsError')
  })

  it('is case-sensitive about the username', async () => {
    const { username, password } = await existingPerson()
    expect((await rejection(() => User.login(username.toUpperCase(), password))).name).toBe('InvalidCredentialsError')
  })

  it('rejects an unverified user where verification is required', async () => {
    app.world.set({ emailVerification: { required: true, auto: false, since: null } })
    const { username, password } = await existingPerson()
    expect(await rejection(() => User.login(username, password))).toMatchObject({ name: 'KinveyError', code: 403 })
  })

  it('lets a verified user in where verification is required', async () => {
    app.world.set({ emailVerification: { required: true, auto: true, since: null } })
    const { username, password, email } = await existingPerson()
    const { link = '' } = await app.world.outbox.next({ to: email, purpose: 'verification' })
    await fetch(link)
    expect((await User.login(username, password)).isEmailVerified()).toBe(true)
  })

  it('rejects a suspended user', async () => {
    const { username, password, id } = await existingPerson()
    initAdmin()
    await User.remove(id)
    expect((await rejection(() => User.login(username, password))).name).toBe('InvalidCredentialsError')
  })

  it('rejects a user who is locked down', async () => {
    const { username, password, id } = await existingPerson()
    const { host, appKey, masterSecret } = app.connection
    await fetch(`${host}/rpc/${appKey}/lockdown-user`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${appKey}:${masterSecret}`)}`, 'content-type': 'application/json' },
      body: JSON.stringify({ userId: id, setLockdownStateTo: true }),
    })
    expect(await rejection(() => User.login(username, password))).toMatchObject({ name: 'InsufficientCredentialsError', code: 401 })
  })

  it('rejects a wrong app secret', async () => {
    const { username, password } = await existingPerson()
    init({ appSecret: 'another' })
    expect((await rejection(() => User.login(username, password))).name).toBe('InvalidCredentialsError')
  })

  it('rejects while a user is active', async () => {
    await User.signup(ann)
    expect((await rejection(() => User.login(ann.username, ann.password))).name).toBe('ActiveUserError')
  })
})

describe('session', () => {
  it('ends with logout, on the server too', async () => {
    const { data } = await User.signup(ann)
    await User.logout()
    expect(User.getActiveUser()).toBeNull()
    Kinvey.client().setActiveUser(data)
    expect(await rejection(() => User.me())).toMatchObject({
      name: 'InvalidCredentialsError',
      debug: 'Authorization token invalid or expired',
    })
  })

  it('leaves the user who is refused with a dead token signed out', async () => {
    const { data } = await User.signup(ann)
    await User.logout()
    Kinvey.client().setActiveUser(data)
    await rejection(() => User.me())
    expect(User.getActiveUser()).toBeNull()
  })

  it('of one device survives the logout of another', async () => {
    const { data: first } = await User.signup(ann)
    init()
    await User.login(ann.username, ann.password)
    await User.logout()
    Kinvey.client().setActiveUser(first)
    expect((await User.me()).username).toBe(ann.username)
  })

  it('is restored after a restart from the saved user', async () => {
    const { data } = await User.signup(ann)
    const saved = JSON.parse(JSON.stringify(data))
    init()
    Kinvey.client().setActiveUser(saved)
    expect((await User.me()).username).toBe(ann.username)
  })

  it('lives on over me(), again and again', async () => {
    const { authtoken } = await User.signup(ann)
    await User.me()
    await User.me()
    expect(User.getActiveUser()?.authtoken).toBe(authtoken)
  })

  it('answers ping', async () => {
    await User.signup(ann)
    expect(await Kinvey.ping()).toMatchObject({ kinvey: 'hello Sandbox', version: expect.any(String) })
  })
})

describe('update', () => {
  it('stores new fields and keeps the session', async () => {
    await User.signup(ann)
    await User.update({ first_name: 'Anna', nested: { list: [1, 2] } })
    expect((await User.me()).data).toMatchObject({ first_name: 'Anna', nested: { list: [1, 2] }, email: ann.email })
  })

  it('renames', async () => {
    await User.signup(ann)
    const renamed = newPerson().username
    await User.update({ username: renamed })
    await User.logout()
    expect((await User.login(renamed, ann.password)).username).toBe(renamed)
  })

  it('turns an implicit user into a named one', async () => {
    const { _id } = await User.signup()
    await User.update({ username: ann.username, password: ann.password, email: ann.email })
    await User.logout()
    expect((await User.login(ann.username, ann.password))._id).toBe(_id)
  })

  it('rejects a taken username and keeps the session', async () => {
    const { username } = await existingPerson()
    await User.signup(ann)
    expect((await rejection(() => User.update({ username }))).name).toBe('UserAlreadyExistsError')
    expect((await User.me()).username).toBe(ann.username)
  })

  it('sends the old password along without changing it', async () => {
    const { authtoken } = await User.signup(ann)
    await User.update({ first_name: 'Anna' })
    expect(User.getActiveUser()?.authtoken).toBe(authtoken)
  })

  it.each(['renew', 'keep'] as const)(
    'changes the password and keeps the session (tokenOnPasswordChange %s)',
    async (tokenOnPasswordChange) => {
      app.world.set({ tokenOnPasswordChange })
      await User.signup(ann)
      await User.update({ password: 'the-new-one' })
      expect(await lastValue(User.lookup())).toHaveLength(1)
      await User.logout()
      expect((await rejection(() => User.login(ann.username, ann.password))).name).toBe('InvalidCredentialsError')
      expect((await User.login(ann.username, 'the-new-one')).username).toBe(ann.username)
    },
  )

  it('does nothing without an active user', async () => {
    expect(await User.update({ first_name: 'Anna' })).toBeNull()
  })
})

describe('exists', () => {
  it('is true for a taken name and false for a free one', async () => {
    const { username } = await existingPerson()
    expect(await User.exists(username)).toBe(true)
    expect(await User.exists(ann.username)).toBe(false)
  })

  it('is true for a suspended user and false for a deleted one', async () => {
    const suspended = await existingPerson()
    const deleted = await existingPerson()
    initAdmin()
    await User.remove(suspended.id)
    await User.remove(deleted.id, { hard: true })
    expect(await User.exists(suspended.username)).toBe(true)
    expect(await User.exists(deleted.username)).toBe(false)
  })
})

describe('email verification', () => {
  it('goes from sent over resent to confirmed', async () => {
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

  it('rejects an unknown user', async () => {
    expect((await rejection(() => User.verifyEmail(ann.username))).name).toBe('NotFoundError')
  })

  it('rejects a user without an email', async () => {
    await User.signup({ username: ann.username, password: ann.password })
    expect((await rejection(() => User.verifyEmail(ann.username))).name).toBe('ParameterValueOutOfRangeError')
  })

  it.each(['a b', 'a+b@example.com', 'a?b', 'a#b'])('finds the username %j in the path', async (suffix) => {
    await User.signup({ ...ann, username: `${ann.username}${suffix}` })
    expect(await User.verifyEmail(`${ann.username}${suffix}`)).toBe('')
  })
})

describe('password reset', () => {
  it('ends the sessions at once, keeps the old password until the page is submitted, then takes the new one', async () => {
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

  it('takes an email for the username', async () => {
    const { email } = await existingPerson()
    expect(await User.resetPassword(email)).toBe('')
    await app.world.outbox.next({ to: email, purpose: 'password-reset' })
  })

  it('rejects an unknown user', async () => {
    expect(await rejection(() => User.resetPassword(ann.username))).toMatchObject({
      name: 'NotFoundError',
      message: 'This user does not exist for this app backend.',
      code: 404,
    })
  })
})

describe('forgotten username', () => {
  it('is mailed', async () => {
    const { email, username } = await existingPerson()
    expect(await User.forgotUsername(email)).toBe('')
    expect((await app.world.outbox.next({ to: email, purpose: 'forgot-username' })).username).toBe(username)
  })

  it('resolves for an unknown address and mails nothing', async () => {
    expect(await User.forgotUsername(ann.email)).toBe('')
    expect(app.world.outbox.messages()).toEqual([])
  })
})

describe('lookup', () => {
  it('finds by a documented field and shows no more than the discoverable ones', async () => {
    const bob = await existingPerson()
    await User.signup(ann)
    expect(await lastValue(User.lookup(new Kinvey.Query().equalTo('email', bob.email)))).toEqual([
      { _id: bob.id, username: bob.username, email: bob.email, first_name: bob.first_name },
    ])
  })

  it('finds everyone without a query', async () => {
    await existingPerson()
    await User.signup(ann)
    expect(await lastValue(User.lookup())).toHaveLength(2)
  })

  it('finds nobody by a value that nobody has', async () => {
    await User.signup(ann)
    expect(await lastValue(User.lookup(new Kinvey.Query().equalTo('username', newPerson().username)))).toEqual([])
  })

  it('leaves suspended users out', async () => {
    const { id, username } = await existingPerson()
    initAdmin()
    await User.remove(id)
    await User.signup(ann)
    expect(await lastValue(User.lookup(new Kinvey.Query().equalTo('username', username)))).toEqual([])
  })
})

describe('remove', () => {
  it('suspends oneself: the next call is refused', async () => {
    const { _id } = await User.signup(ann)
    await User.remove(_id)
    expect((await rejection(() => User.me())).name).toBe('InvalidCredentialsError')
    expect((await rejection(() => User.login(ann.username, ann.password))).name).toBe('InvalidCredentialsError')
  })

  it('frees the username with {hard: true}', async () => {
    const { _id } = await User.signup(ann)
    await User.remove(_id, { hard: true })
    init()
    expect((await User.signup(ann))._id).not.toBe(_id)
  })

  it('rejects an unknown id', async () => {
    initAdmin()
    expect((await rejection(() => User.remove('unknown'))).message).toBe('This user does not exist for this app backend.')
  })

  it('rejects somebody else and keeps the session', async () => {
    const { id } = await existingPerson()
    await User.signup(ann)
    expect((await rejection(() => User.remove(id))).name).toBe('InsufficientCredentialsError')
    expect((await User.me()).username).toBe(ann.username)
  })

  it('takes somebody else where the users collection is open to all', async () => {
    app.world.set({ usersPermission: 'full' })
    const { id, username } = await existingPerson()
    await User.signup(ann)
    await User.remove(id, { hard: true })
    expect(await User.exists(username)).toBe(false)
  })
})

describe('social identity', () => {
  it('is refused before a user is made', async () => {
    expect((await rejection(() => User.connectIdentity('facebook', { access_token: 'x' }))).name).toBe('FeatureUnavailableError')
    expect(app.world.users()).toEqual([])
  })
})
