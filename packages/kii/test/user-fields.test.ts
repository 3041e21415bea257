import { describe, expect, it } from 'vitest'
import { failure, value } from '../../core/test/support/vendor-results.js'
import { start } from './support/apps.js'

describe('a user', () => {
  it('says when it was created, where the app shows that', async () => {
    const { world, newcomer } = start({ userShowsTimes: true })
    world.clock.freeze(1_700_000_000_000)
    const { users } = await newcomer()
    world.clock.advance(5_000)
    expect((await value(users.refresh())).createdAt).toBe('2023-11-14T22:13:20.000Z')
  })

  it('has no time of creation where the app shows none', async () => {
    const { users } = await start({ userShowsTimes: false }).newcomer()
    expect(await value(users.refresh())).not.toHaveProperty('createdAt')
  })

  it('names the social accounts that are linked, to its owner alone', async () => {
    const { world, newcomer } = start({ exposeFullUserDataToOthers: true })
    const [owner, other] = [await newcomer(), await newcomer()]
    expect(owner.user.identities).toEqual([])
    Object.assign(world.data.users[owner.user.id] ?? {}, { thirdPartyAccounts: { facebook: { id: '4711', type: 'facebook' } } })
    expect((await value(owner.users.refresh())).identities).toEqual([{ provider: 'facebook', id: '4711' }])
    expect((await value(other.users.findUser({ username: owner.username })))?.identities).toEqual([])
  })

  it.each(['soon', 5])('may have an attribute that is called like a part of a token: %j', async (expires_in) => {
    const { device } = start()
    const users = device()
    expect((await value(users.signInAnonymously({ attributes: { expires_in } }))).attributes).toEqual({ expires_in })
    expect(users.accessToken()).toEqual({ token: expect.any(String) })
    expect((await value(users.updateProfile({ set: { level: 1 } }))).attributes).toEqual({ expires_in, level: 1 })
  })

  it('is seen to be disabled and enabled again', async () => {
    const { directory, newcomer } = start({ exposeFullUserDataToOthers: true })
    const [{ user, username }, { users }] = [await newcomer(), await newcomer()]
    const status = async () => (await value(users.findUser({ username })))?.status
    expect(await status()).toBe('enabled')
    await value(directory.suspend(user.id))
    expect(await status()).toBe('disabled')
    await value(directory.restore(user.id))
    expect(await status()).toBe('enabled')
  })
})

it('attributes that are too large together with those that are there are named, though each change by itself is small enough', async () => {
  const { newcomer } = start()
  const { users } = await newcomer({ profile: { attributes: { novel: 'x'.repeat(40_000) } } })
  expect(await failure(users.updateProfile({ set: { sequel: 'x'.repeat(40_000) } }))).toMatchObject({
    _tag: 'InvalidInput',
    field: 'attributes',
    code: 'INVALID_INPUT_DATA',
  })
  expect(Object.keys(users.activeUser()?.attributes ?? {})).toEqual(['novel'])
})
