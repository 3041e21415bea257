import { describe, expect, it } from 'vitest'
import { newPerson } from '../test/kinvey-app.js'
import { ann, app, asMaster, existingPerson, init, initAdmin, Kinvey, User, useNodeSdk } from './kinvey-node-client.js'
import { lastValue, rejection } from './kinvey-sdk-results.js'

useNodeSdk()

describe('exists', () => {
  it('KV47 is true for a taken name and false for a free one', async () => {
    const { username } = await existingPerson()
    expect(await User.exists(username)).toBe(true)
    expect(await User.exists(ann.username)).toBe(false)
  })

  it('KV44 KV45 KV47 is true for a suspended user and false for a deleted one', async () => {
    const suspended = await existingPerson()
    const deleted = await existingPerson()
    initAdmin()
    await User.remove(suspended.id)
    await User.remove(deleted.id, { hard: true })
    expect(await User.exists(suspended.username)).toBe(true)
    expect(await User.exists(deleted.username)).toBe(false)
  })
})

describe('lookup', () => {
  it('KV51 finds by a documented field and shows no more than the discoverable ones', async () => {
    const bob = await existingPerson()
    await User.signup(ann)
    expect(await lastValue(User.lookup(new Kinvey.Query().equalTo('email', bob.email)))).toEqual([
      { _id: bob.id, username: bob.username, email: bob.email, first_name: bob.first_name },
    ])
  })

  it('KV53 finds everyone without a query', async () => {
    await existingPerson()
    await User.signup(ann)
    expect(await lastValue(User.lookup())).toHaveLength(2)
  })

  it('KV48 finds nobody by a value that nobody has', async () => {
    await User.signup(ann)
    expect(await lastValue(User.lookup(new Kinvey.Query().equalTo('username', newPerson().username)))).toEqual([])
  })

  it('KV45 leaves suspended users out', async () => {
    const { id, username } = await existingPerson()
    initAdmin()
    await User.remove(id)
    await User.signup(ann)
    expect(await lastValue(User.lookup(new Kinvey.Query().equalTo('username', username)))).toEqual([])
  })
})

describe('remove', () => {
  it('KV45 suspends oneself: the next call is refused', async () => {
    const { _id } = await User.signup(ann)
    await User.remove(_id)
    expect((await rejection(() => User.me())).name).toBe('InvalidCredentialsError')
    expect((await rejection(() => User.login(ann.username, ann.password))).name).toBe('InvalidCredentialsError')
  })

  it('KV44 KV46 frees the username with {hard: true}', async () => {
    const { _id } = await User.signup(ann)
    await User.remove(_id, { hard: true })
    init()
    expect((await User.signup(ann))._id).not.toBe(_id)
  })

  it('KV44 rejects an unknown id', async () => {
    initAdmin()
    expect((await rejection(() => User.remove('unknown'))).message).toBe('This user does not exist for this app backend.')
  })

  it('KV53 rejects somebody else and keeps the session', async () => {
    const { id } = await existingPerson()
    await User.signup(ann)
    expect((await rejection(() => User.remove(id))).name).toBe('InsufficientCredentialsError')
    expect((await User.me()).username).toBe(ann.username)
  })

  it('KV44 takes somebody else where the users collection is open to all', async () => {
    app.world.set({ usersPermission: 'full' })
    const { id, username } = await existingPerson()
    await User.signup(ann)
    await User.remove(id, { hard: true })
    expect(await User.exists(username)).toBe(false)
  })
})

describe('discovery', () => {
  it.each([
    ['KV48', 'username'],
    ['KV49', 'last_name'],
    ['KV50', 'first_name'],
    ['KV51', 'email'],
  ] as const)('%s finds by %s', async (_row, field) => {
    const bob = { ...(await existingPerson({ last_name: ann.username })), last_name: ann.username }
    await User.signup(ann)
    expect(await lastValue(User.lookup(new Kinvey.Query().equalTo(field, bob[field])))).toMatchObject([{ _id: bob.id }])
  })

  it('KV52 finds by the id of a Facebook account', async () => {
    const { _id } = await User.signupWithIdentity('facebook', { access_token: `facebook-token-${ann.username}` })
    expect(await lastValue(User.lookup(new Kinvey.Query().equalTo('_socialIdentity.facebook.id', ann.username)))).toMatchObject([{ _id }])
  })

  it('KV53 finds those who fulfil every criterion', async () => {
    const bob = await existingPerson()
    const other = await existingPerson()
    await User.signup(ann)
    const both = (email: string): object => new Kinvey.Query().equalTo('first_name', bob.first_name).equalTo('email', email)
    expect(await lastValue(User.lookup(both(bob.email)))).toMatchObject([{ _id: bob.id }])
    expect(await lastValue(User.lookup(both(other.email)))).toEqual([])
  })
})

describe('a suspended user', () => {
  it('KV45 comes back by the master secret only', async () => {
    const { id, username, password } = await existingPerson()
    initAdmin()
    await User.remove(id)
    expect((await rejection(() => User.restore(id))).name).toBe('KinveyError')
    expect((await rejection(() => User.login(username, password))).name).toBe('InvalidCredentialsError')
    expect(await asMaster('POST', `/user/:kid/${id}/_restore`)).toBe(204)
    expect((await User.login(username, password))._id).toBe(id)
  })

  it('KV46 keeps the username from others', async () => {
    const { id, username } = await existingPerson()
    initAdmin()
    await User.remove(id)
    expect((await rejection(() => User.signup({ ...ann, username }))).name).toBe('UserAlreadyExistsError')
  })
})
