import { describe, expect, it } from 'vitest'
import { ann, app, asMaster, init, Kinvey, type SdkUser, User, useNodeSdk } from './kinvey-node-client.js'
import { rejection } from './kinvey-sdk-results.js'

useNodeSdk()

const tokens = (provider: string, id = ann.username): object => ({ access_token: `${provider}-token-${id}`, expires_in: '3600' })

describe.each(['facebook', 'google', 'twitter', 'linkedIn'])('%s', (provider) => {
  it('KV04 KV55 KV56 connects: the first time a user is made, later the same comes back', async () => {
    const first = await User.connectIdentity(provider, tokens(provider))
    expect(first._socialIdentity).toMatchObject({ [provider]: { id: ann.username } })
    expect((await User.me())._id).toBe(first._id)
    init()
    const again = await User.connectIdentity(provider, tokens(provider))
    expect(again._id).toBe(first._id)
    expect(app.world.users()).toHaveLength(1)
  })

  it('KV57 logs in with tokens, and makes nobody', async () => {
    const identity = { _socialIdentity: { [provider]: tokens(provider) } }
    expect((await rejection(() => User.login(identity))).name).toBe('NotFoundError')
    const { _id } = await User.signupWithIdentity(provider, tokens(provider))
    init()
    expect((await User.login(identity))._id).toBe(_id)
  })

  it('KV58 signs up with tokens, once', async () => {
    const { _id } = await User.signupWithIdentity(provider, tokens(provider))
    expect((await User.me())._id).toBe(_id)
    init()
    expect((await rejection(() => User.signupWithIdentity(provider, tokens(provider)))).name).toBe('UserAlreadyExistsError')
  })

  it('KV59 is unlinked by null', async () => {
    await User.signup(ann)
    const user = User.getActiveUser()
    await user?.connectIdentity(provider, tokens(provider))
    await user?.update({ _socialIdentity: { [provider]: null } })
    await User.logout()
    const identity = { _socialIdentity: { [provider]: tokens(provider) } }
    expect((await rejection(() => User.login(identity))).name).toBe('NotFoundError')
    expect((await User.login(ann.username, ann.password)).username).toBe(ann.username)
  })
})

describe('identities', () => {
  it('KV54 are several for one user, who comes back by each', async () => {
    const { _id } = await User.signup(ann)
    for (const provider of ['facebook', 'google']) await User.getActiveUser()?.connectIdentity(provider, tokens(provider))
    for (const provider of ['facebook', 'google']) {
      await User.logout()
      expect((await User.connectIdentity(provider, tokens(provider)))._id).toBe(_id)
    }
  })

  it('KV07 KV54 stay linked when the cached user is saved', async () => {
    await User.connectIdentity('facebook', tokens('facebook'))
    await User.update({ first_name: 'Anna' })
    expect((await User.me())._socialIdentity).toMatchObject({ facebook: { id: ann.username } })
  })

  it('KV56 with a bad token are refused, and nobody is made', async () => {
    expect(await rejection(() => User.connectIdentity('facebook', { access_token: 'forged' }))).toMatchObject({
      name: 'InvalidCredentialsError',
      debug: expect.stringMatching(/^Error encountered authenticating against facebook: /),
    })
    expect(app.world.users()).toEqual([])
  })

  it('KV54 of somebody else are not linked', async () => {
    await User.connectIdentity('facebook', tokens('facebook'))
    await User.logout()
    await User.signup(ann)
    expect((await rejection(async () => User.getActiveUser()?.connectIdentity('facebook', tokens('facebook')))).name).toBe(
      'UserAlreadyExistsError',
    )
  })

  it('KV54 stay linked after disconnectIdentity, which leaves them out instead of sending null', async () => {
    const { _id } = await User.connectIdentity('facebook', tokens('facebook'))
    await User.getActiveUser()?.disconnectIdentity('facebook')
    await User.logout()
    expect((await User.connectIdentity('facebook', tokens('facebook')))._id).toBe(_id)
  })
})

describe('Mobile Identity Connect', () => {
  const logIn = async (changes: object = {}): Promise<SdkUser> => {
    const account = { username: ann.username, password: ann.password }
    app.world.set({ micUsers: { [account.username]: account.password } })
    return User.loginWithMIC('https://app.example/', Kinvey.AuthorizationGrant.AuthorizationCodeAPI, { ...account, ...changes })
  }

  it.each([{}, { micId: 'service' }, { version: 'v3' }])('KV55 logs in by the API grant and makes the user (%j)', async (options) => {
    const user = await logIn(options)
    expect(user._socialIdentity).toMatchObject({ kinveyAuth: { id: ann.username } })
    expect((await User.me())._id).toBe(user._id)
    await User.logout()
    expect((await logIn(options))._id).toBe(user._id)
  })

  it('KV55 refuses a wrong password, and makes nobody', async () => {
    await rejection(() => logIn({ password: 'wrong' }))
    expect(User.getActiveUser()).toBeNull()
    expect(app.world.users()).toEqual([])
  })

  it('KV16 renews the session by itself once it has ended', async () => {
    const { _id } = await logIn()
    app.world.clock.advance(3_600_000)
    expect((await User.me())._id).toBe(_id)
    expect(User.getActiveUser()?._id).toBe(_id)
  })

  it('KV20 outlives the log-out', async () => {
    const { _id, _socialIdentity: identities = {} } = await logIn()
    await User.logout()
    const { kinveyAuth = {} } = identities
    expect((await User.connectIdentity('kinveyAuth', kinveyAuth))._id).toBe(_id)
  })

  it('KV17 asks for a new log-in when the session cannot be renewed', async () => {
    const { _id } = await logIn()
    await asMaster('DELETE', `/user/:kid/${_id}?hard=true`)
    expect((await rejection(() => User.me())).name).toBe('InvalidCredentialsError')
  })

  it('has no login page without a browser', async () => {
    expect((await rejection(() => User.loginWithMIC('https://app.example/', 'AuthorizationCodeLoginPage', {}))).name).toBe('PopupError')
  })
})
