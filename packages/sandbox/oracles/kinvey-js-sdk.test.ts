import { init, ping, Query, User } from 'kinvey-js-sdk'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Sandbox, startSandbox } from '../src/index.js'
import { type KinveyApp, newApp, newPerson, type Person, resetThroughPage } from '../test/kinvey-app.js'
import { localHost } from './kinvey-js-host.js'
import { lastValue, rejection } from './kinvey-sdk-results.js'

let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await startSandbox({ vendors: ['kinvey'] })
})

afterAll(() => sandbox.stop())

describe.each([4, 5, 6])('API version %i', (apiVersion) => {
  let app: KinveyApp
  let ann: Person
  let host: ReturnType<typeof localHost>

  const configure = (changes: object = {}): void => {
    const { appKey, appSecret } = app.connection
    init({ kinveyConfig: { appKey, appSecret, apiVersion, ...changes }, ...host })
  }

  const configureAdmin = (): void => {
    configure({ masterSecret: app.connection.masterSecret })
  }

  const signUpAndLogIn = async (person: Person): Promise<User> => {
    await User.signup(person)
    return User.login(person.username, person.password)
  }

  /** Signed up, not signed in. */
  const existingPerson = async (): Promise<Person & { readonly id: string }> => {
    const person = newPerson()
    const { _id } = await User.signup(person)
    return { ...person, id: _id }
  }

  beforeEach(() => {
    app = newApp(sandbox)
    ann = newPerson()
    host = localHost(app.connection.host)
    configure()
  })

  describe('signup', () => {
    it('KV06 KV10 resolves with the user and signs nobody in', async () => {
      const user = await User.signup({ ...ann, colour: 'red' })
      expect(user.data).toMatchObject({ ...ann, colour: 'red', _acl: { creator: user._id } })
      expect(await User.getActiveUser()).toBeNull()
    })

    it(`KV08 answers ${apiVersion < 6 ? 'with a token that lives' : 'without a token'}`, async () => {
      const user = await User.signup(ann)
      if (apiVersion >= 6) return expect(user._kmd.toPlainObject()).not.toHaveProperty('authtoken')
      const { host: origin, appKey } = app.connection
      const me = await fetch(`${origin}/user/${appKey}/_me`, { headers: { authorization: `Kinvey ${user.authtoken}` } })
      expect(await me.json()).toMatchObject({ username: ann.username })
    })

    it('KV05 KV11 makes an implicit user whose generated password works', async () => {
      const user = await User.signup({})
      const { username, password } = user.data as Record<'username' | 'password', string>
      expect((await User.login(username, password))._id).toBe(user._id)
    })

    it('KV09 rejects a taken username', async () => {
      const { username } = await existingPerson()
      expect(await rejection(() => User.signup({ ...ann, username }))).toMatchObject({
        name: 'UserAlreadyExistsError',
        message: 'This username is already taken. Please retry your request with a different username.',
      })
    })

    it('KV22 rejects a user without an email where verification is required', async () => {
      app.world.set({ emailVerification: { required: true, auto: false, since: null } })
      const { username, password } = ann
      expect((await rejection(() => User.signup({ username, password }))).message).toBe('The email address of this user must be verified.')
    })
  })

  describe('login', () => {
    it.each([false, true])('KV01 KV04 KV08 KV14 makes the user active (wrapV6Login %s)', async (wrapV6Login) => {
      app.world.set({ wrapV6Login })
      const user = await signUpAndLogIn(ann)
      expect(user.data).toMatchObject({ username: ann.username, _kmd: { llt: expect.any(String), authtoken: expect.any(String) } })
      expect(user.data).not.toHaveProperty('password')
      expect((await User.me()).username).toBe(ann.username)
    })

    it('KV14 rejects a wrong password', async () => {
      const { username } = await existingPerson()
      expect(await rejection(() => User.login(username, 'wrong'))).toMatchObject({
        name: 'InvalidCredentialsError',
        message: 'Invalid credentials. Please retry your request with correct credentials.',
      })
    })

    it('KV14 rejects an unknown user like a wrong password', async () => {
      expect((await rejection(() => User.login(ann.username, ann.password))).name).toBe('InvalidCredentialsError')
    })

    it.each([
      [401, 'InsufficientCredentialsError'],
      [403, 'InsufficientCredentialsError'],
      [400, 'KinveyError'],
    ])('KV22 rejects an unverified user with status %i', async (emailVerificationRequiredStatus, name) => {
      app.world.set({ emailVerification: { required: true, auto: false, since: null }, emailVerificationRequiredStatus })
      const { username, password } = await existingPerson()
      expect((await rejection(() => User.login(username, password))).name).toBe(name)
    })

    it('KV22 KV24 KV26 KV33 lets a verified user in where verification is required', async () => {
      app.world.set({ emailVerification: { required: true, auto: true, since: null } })
      const { username, password, email } = await existingPerson()
      const { link = '' } = await app.world.outbox.next({ to: email, purpose: 'verification' })
      await fetch(link)
      expect((await User.login(username, password)).isEmailVerified()).toBe(true)
    })

    it('rejects a wrong app secret', async () => {
      const { username, password } = await existingPerson()
      configure({ appSecret: 'another' })
      expect((await rejection(() => User.login(username, password))).name).toBe('InvalidCredentialsError')
    })

    it('KV01 rejects while a user is active', async () => {
      await signUpAndLogIn(ann)
      expect((await rejection(() => User.login(ann.username, ann.password))).name).toBe('ActiveUserError')
    })
  })

  describe('session', () => {
    it('KV18 KV19 ends with logout, on the server too', async () => {
      const { authtoken } = await signUpAndLogIn(ann)
      await User.logout()
      expect(await User.getActiveUser()).toBeNull()
      const { host: origin, appKey } = app.connection
      const me = await fetch(`${origin}/user/${appKey}/_me`, { headers: { authorization: `Kinvey ${authtoken}` } })
      expect(me.status).toBe(401)
    })

    it('KV19 ends on every device with invalidateTokens', async () => {
      const phone = host
      await signUpAndLogIn(ann)
      host = localHost(app.connection.host)
      configure()
      await User.login(ann.username, ann.password)
      await User.invalidateTokens()
      expect(await User.getActiveUser()).toBeNull()
      host = phone
      configure()
      expect((await rejection(() => User.me())).name).toBe('InvalidCredentialsError')
      expect(await User.getActiveUser()).toBeNull()
    })

    it('KV16 KV21 survives a restart', async () => {
      await signUpAndLogIn(ann)
      configure()
      expect((await User.me()).username).toBe(ann.username)
    })

    it('KV17 answers me() with null when nobody is signed in', async () => {
      expect(await User.me()).toBeNull()
    })

    it('answers ping', async () => {
      expect(await ping()).toMatchObject({ kinvey: 'hello Sandbox' })
    })

    it('survives a route that does not exist', async () => {
      await signUpAndLogIn(ann)
      expect(await rejection(() => User.registerForLiveService({}))).toMatchObject({
        name: 'NotFoundError',
        message: 'The requested endpoint does not exist.',
      })
      expect((await User.me()).username).toBe(ann.username)
    })
  })

  describe('update', () => {
    it('KV07 stores new fields and keeps the session', async () => {
      await signUpAndLogIn(ann)
      await User.update({ first_name: 'Anna' })
      await User.update({ last_name: 'Smith' })
      expect((await User.me()).data).toMatchObject({ first_name: 'Anna', last_name: 'Smith', email: ann.email })
    })

    it('KV07 KV09 rejects a taken username and keeps the session', async () => {
      const { username } = await existingPerson()
      await signUpAndLogIn(ann)
      expect((await rejection(() => User.update({ username }))).name).toBe('UserAlreadyExistsError')
      expect((await User.me()).username).toBe(ann.username)
    })

    it('KV53 rejects somebody else', async () => {
      const { id } = await existingPerson()
      await signUpAndLogIn(ann)
      expect((await rejection(() => new User({ _id: id }).update({ first_name: 'Anna' }, {}))).name).toBe('InsufficientCredentialsError')
    })

    it.each(['renew', 'keep'] as const)(
      'KV42 changes the password and keeps the session (tokenOnPasswordChange %s)',
      async (tokenOnPasswordChange) => {
        app.world.set({ tokenOnPasswordChange })
        await signUpAndLogIn(ann)
        await User.update({ password: 'the-new-one' })
        expect(await lastValue(User.lookup())).toHaveLength(1)
        await User.logout()
        expect((await rejection(() => User.login(ann.username, ann.password))).name).toBe('InvalidCredentialsError')
        expect((await User.login(ann.username, 'the-new-one')).username).toBe(ann.username)
      },
    )
  })

  describe('email flows', () => {
    it('KV25 KV26 KV27 KV33 verify an address', async () => {
      await signUpAndLogIn(ann)
      expect(await User.verifyEmail(ann.username)).toBe('')
      expect((await User.me()).metadata.emailVerification).toMatchObject({ status: 'sent', emailAddress: ann.email })
      const { link = '' } = await app.world.outbox.next({ to: ann.email, purpose: 'verification' })
      await fetch(link)
      expect((await User.me()).isEmailVerified()).toBe(true)
    })

    it('KV25 refuse to verify an unknown user', async () => {
      expect((await rejection(() => User.verifyEmail(ann.username))).name).toBe('NotFoundError')
    })

    it('KV36 KV38 reset a password', async () => {
      await signUpAndLogIn(ann)
      expect(await User.resetPassword(ann.username)).toBe('')
      expect((await rejection(() => User.me())).name).toBe('InvalidCredentialsError')
      const { link = '' } = await app.world.outbox.next({ to: ann.email, purpose: 'password-reset' })
      await resetThroughPage(link, 'chosen-anew')
      expect((await User.login(ann.username, 'chosen-anew')).username).toBe(ann.username)
    })

    it('KV36 refuse to reset the password of an unknown user', async () => {
      expect((await rejection(() => User.resetPassword(ann.username))).name).toBe('NotFoundError')
    })

    it('KV43 mail a forgotten username', async () => {
      const { email, username } = await existingPerson()
      expect(await User.forgotUsername(email)).toBe('')
      expect((await app.world.outbox.next({ to: email, purpose: 'forgot-username' })).username).toBe(username)
    })

    it('KV43 say nothing about an unknown address', async () => {
      expect(await User.forgotUsername(ann.email)).toBe('')
    })
  })

  describe('other users', () => {
    it('KV47 exist or not', async () => {
      const { username } = await existingPerson()
      expect(await User.exists(username)).toBe(true)
      expect(await User.exists(ann.username)).toBe(false)
    })

    it('KV50 are found by a documented field', async () => {
      const bob = await existingPerson()
      await signUpAndLogIn(ann)
      expect(await lastValue(User.lookup(new Query().equalTo('first_name', bob.first_name)))).toEqual([
        { _id: bob.id, username: bob.username, email: bob.email, first_name: bob.first_name },
      ])
    })

    it('KV51 are not found by what nobody has', async () => {
      await signUpAndLogIn(ann)
      expect(await lastValue(User.lookup(new Query().equalTo('email', newPerson().email)))).toEqual([])
    })
  })

  describe('remove', () => {
    it('KV45 KV46 KV47 suspends: the name stays taken, the login is refused', async () => {
      const { id, username, password } = await existingPerson()
      configureAdmin()
      await User.remove(id)
      expect(await User.exists(username)).toBe(true)
      expect((await rejection(() => User.login(username, password))).name).toBe('InvalidCredentialsError')
      await signUpAndLogIn(ann)
      expect(await lastValue(User.lookup(new Query().equalTo('username', username)))).toEqual([])
    })

    it('KV44 deletes with {hard: true}', async () => {
      const { id, username } = await existingPerson()
      configureAdmin()
      await User.remove(id, { hard: true })
      expect(await User.exists(username)).toBe(false)
    })

    it('KV45 of oneself signs out', async () => {
      configureAdmin()
      const { _id } = await signUpAndLogIn(ann)
      await User.remove(_id)
      expect(await User.getActiveUser()).toBeNull()
    })

    it('KV44 rejects an unknown id', async () => {
      configureAdmin()
      expect(await rejection(() => User.remove('unknown'))).toMatchObject({
        name: 'NotFoundError',
        message: 'This user does not exist for this app backend.',
      })
    })

    it('rejects a wrong master secret', async () => {
      const { id } = await existingPerson()
      configure({ masterSecret: 'another' })
      expect((await rejection(() => User.remove(id))).name).toBe('InvalidCredentialsError')
    })
  })
})
