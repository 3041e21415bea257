import { describe, expect, it } from 'vitest'
import { newPerson } from '../test/kinvey-app.js'
import { ann, app, asMaster, existingPerson, init, initAdmin, Kinvey, User, useNodeSdk } from './kinvey-node-client.js'
import { lastValue, rejection } from './kinvey-sdk-results.js'

useNodeSdk()

describe('signup', () => {
  it('KV01 KV02 KV06 KV08 KV10 makes the user active, with every field and a token', async () => {
    const user = await User.signup({ ...ann, colour: 'red' })
    expect(user.data).toMatchObject({ username: ann.username, email: ann.email, colour: 'red' })
    expect(User.getActiveUser()?.authtoken).toBe(user.authtoken)
    expect((await User.me()).username).toBe(ann.username)
  })

  it('KV05 KV11 makes an implicit user from nothing', async () => {
    const user = await User.signup()
    expect(user.username).toMatch(/^[0-9a-f-]{36}$/)
    expect((await User.me())._id).toBe(user._id)
  })

  it('KV08 keeps nobody active with {state: false}', async () => {
    await User.signup(ann, { state: false })
    expect(User.getActiveUser()).toBeNull()
  })

  it('KV09 rejects a taken username', async () => {
    const { username } = await existingPerson()
    expect(await rejection(() => User.signup({ ...ann, username }))).toMatchObject({
      name: 'UserAlreadyExistsError',
      message: 'This username is already taken. Please retry your request with a different username.',
      code: 409,
    })
  })

  it('KV01 throws while a user is active', async () => {
    await User.signup(ann)
    expect((await rejection(() => User.signup(newPerson()))).name).toBe('ActiveUserError')
  })

  it('KV22 rejects a user without an email where verification is required', async () => {
    app.world.set({ emailVerification: { required: true, auto: false, since: null } })
    expect(await rejection(() => User.signup({ username: ann.username, password: ann.password }))).toMatchObject({
      name: 'KinveyError',
      code: 400,
    })
  })
})

describe('login', () => {
  it('KV04 KV14 resolves with the user, a token and no password', async () => {
    const { username, password } = await existingPerson()
    const user = await User.login(username, password)
    expect(user.data).toMatchObject({ username, _kmd: { llt: expect.stringMatching(/^\d{4}-.*Z$/) } })
    expect(user.data).not.toHaveProperty('password')
    expect((await User.me()).username).toBe(username)
  })

  it('KV15 takes an object too', async () => {
    const { username, password } = await existingPerson()
    expect((await User.login({ username, password })).username).toBe(username)
  })

  it('KV14 rejects a wrong password with a request id', async () => {
    const { username } = await existingPerson()
    expect(await rejection(() => User.login(username, 'wrong'))).toMatchObject({
      name: 'InvalidCredentialsError',
      message: 'Invalid credentials. Please retry your request with correct credentials.',
      code: 401,
      kinveyRequestId: expect.stringMatching(/^[0-9a-f]{32}$/),
    })
  })

  it('KV14 rejects an unknown user like a wrong password', async () => {
    expect((await rejection(() => User.login(ann.username, ann.password))).name).toBe('InvalidCredentialsError')
  })

  it('KV14 is case-sensitive about the username', async () => {
    const { username, password } = await existingPerson()
    expect((await rejection(() => User.login(username.toUpperCase(), password))).name).toBe('InvalidCredentialsError')
  })

  it('KV22 rejects an unverified user where verification is required', async () => {
    app.world.set({ emailVerification: { required: true, auto: false, since: null } })
    const { username, password } = await existingPerson()
    expect(await rejection(() => User.login(username, password))).toMatchObject({ name: 'KinveyError', code: 403 })
  })

  it('KV22 KV24 KV33 lets a verified user in where verification is required', async () => {
    app.world.set({ emailVerification: { required: true, auto: true, since: null } })
    const { username, password, email } = await existingPerson()
    const { link = '' } = await app.world.outbox.next({ to: email, purpose: 'verification' })
    await fetch(link)
    expect((await User.login(username, password)).isEmailVerified()).toBe(true)
  })

  it('KV45 rejects a suspended user', async () => {
    const { username, password, id } = await existingPerson()
    initAdmin()
    await User.remove(id)
    expect((await rejection(() => User.login(username, password))).name).toBe('InvalidCredentialsError')
  })

  it('rejects a user who is locked down', async () => {
    const { username, password, id } = await existingPerson()
    await asMaster('POST', '/rpc/:kid/lockdown-user', { userId: id, setLockdownStateTo: true })
    expect(await rejection(() => User.login(username, password))).toMatchObject({ name: 'InsufficientCredentialsError', code: 401 })
  })

  it('rejects a wrong app secret', async () => {
    const { username, password } = await existingPerson()
    init({ appSecret: 'another' })
    expect((await rejection(() => User.login(username, password))).name).toBe('InvalidCredentialsError')
  })

  it('KV01 rejects while a user is active', async () => {
    await User.signup(ann)
    expect((await rejection(() => User.login(ann.username, ann.password))).name).toBe('ActiveUserError')
  })
})

describe('session', () => {
  it('KV18 KV19 ends with logout, on the server too', async () => {
    const { data } = await User.signup(ann)
    await User.logout()
    expect(User.getActiveUser()).toBeNull()
    Kinvey.client().setActiveUser(data)
    expect(await rejection(() => User.me())).toMatchObject({
      name: 'InvalidCredentialsError',
      debug: 'Authorization token invalid or expired',
    })
  })

  it('KV17 leaves the user who is refused with a dead token signed out', async () => {
    const { data } = await User.signup(ann)
    await User.logout()
    Kinvey.client().setActiveUser(data)
    await rejection(() => User.me())
    expect(User.getActiveUser()).toBeNull()
  })

  it('KV18 of one device survives the logout of another', async () => {
    const { data: first } = await User.signup(ann)
    init()
    await User.login(ann.username, ann.password)
    await User.logout()
    Kinvey.client().setActiveUser(first)
    expect((await User.me()).username).toBe(ann.username)
  })

  it('KV16 KV21 is restored after a restart from the saved user', async () => {
    const { data } = await User.signup(ann)
    const saved = JSON.parse(JSON.stringify(data))
    init()
    Kinvey.client().setActiveUser(saved)
    expect((await User.me()).username).toBe(ann.username)
  })

  it('KV03 lives on over me(), again and again', async () => {
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
  it('KV06 KV07 stores new fields and keeps the session', async () => {
    await User.signup(ann)
    await User.update({ first_name: 'Anna', nested: { list: [1, 2] } })
    expect((await User.me()).data).toMatchObject({ first_name: 'Anna', nested: { list: [1, 2] }, email: ann.email })
  })

  it('KV07 renames', async () => {
    await User.signup(ann)
    const renamed = newPerson().username
    await User.update({ username: renamed })
    await User.logout()
    expect((await User.login(renamed, ann.password)).username).toBe(renamed)
  })

  it('KV05 KV13 turns an implicit user into a named one', async () => {
    const { _id } = await User.signup()
    await User.update({ username: ann.username, password: ann.password, email: ann.email })
    await User.logout()
    expect((await User.login(ann.username, ann.password))._id).toBe(_id)
  })

  it('KV07 KV09 rejects a taken username and keeps the session', async () => {
    const { username } = await existingPerson()
    await User.signup(ann)
    expect((await rejection(() => User.update({ username }))).name).toBe('UserAlreadyExistsError')
    expect((await User.me()).username).toBe(ann.username)
  })

  it('KV07 sends the old password along without changing it', async () => {
    const { authtoken } = await User.signup(ann)
    await User.update({ first_name: 'Anna' })
    expect(User.getActiveUser()?.authtoken).toBe(authtoken)
  })

  it.each(['renew', 'keep'] as const)(
    'KV42 changes the password and keeps the session (tokenOnPasswordChange %s)',
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

  it('KV07 does nothing without an active user', async () => {
    expect(await User.update({ first_name: 'Anna' })).toBeNull()
  })
})

describe('an app that was installed anew', () => {
  it('KV17 has no active user, and asks for a log-in', async () => {
    await User.signup(ann)
    init()
    expect(User.getActiveUser()).toBeNull()
    expect((await rejection(() => User.me())).name).toBe('NoActiveUserError')
    expect((await User.login(ann.username, ann.password)).username).toBe(ann.username)
  })

  it('KV05 has lost its implicit user, and gets another', async () => {
    const { _id } = await User.signup()
    init()
    expect((await User.signup())._id).not.toBe(_id)
  })
})

describe('the cached user', () => {
  it('KV02 KV03 is as old as the last call, until me()', async () => {
    const { _id } = await User.signup(ann)
    await asMaster('PUT', `/user/:kid/${_id}`, { first_name: 'Changed elsewhere' })
    expect(User.getActiveUser()?.data).toMatchObject({ first_name: ann.first_name })
    expect((await User.me()).data).toMatchObject({ first_name: 'Changed elsewhere' })
    expect(User.getActiveUser()?.data).toMatchObject({ first_name: 'Changed elsewhere' })
  })

  it('KV18 loses unsaved changes with the log-out', async () => {
    const user = await User.signup(ann)
    Object.assign(user.data, { colour: 'unsaved' })
    await User.logout()
    expect((await User.login(ann.username, ann.password)).data).not.toHaveProperty('colour')
  })

  it('KV18 is not missed by a log-out without it', async () => {
    expect(await User.logout()).toBeNull()
    expect(app.world.requests.all()).toEqual([])
  })
})
