import { describe, expect, it } from 'vitest'
import {
  administrator,
  asAdministrator,
  failure,
  freshEmail,
  freshName,
  freshPhone,
  kiiApps,
  password,
  register,
  settled,
} from './kii-support.js'

const newApp = kiiApps()

describe('pseudo users', () => {
  it('KP02 the kept token signs in again and again', async () => {
    const app = newApp()
    const user = await settled(app.device().KiiUser.registerAsPseudoUser(null))
    for (const { KiiUser } of [app.device(), app.device()]) {
      expect((await settled(KiiUser.authenticateWithToken(user.getAccessToken()))).getID()).toBe(user.getID())
    }
  })

  it('KP03 a lost token is a lost user: the next one is somebody else', async () => {
    const app = newApp()
    const { KiiUser } = app.device()
    const lost = await settled(KiiUser.registerAsPseudoUser(null, { score: 3 }))
    KiiUser.logOut()
    const next = await settled(KiiUser.registerAsPseudoUser(null))
    expect([next.getID() === lost.getID(), next.get('score'), app.world.users().length]).toEqual([false, undefined, 2])
  })

  it('KP04 use other features like a normal user', async () => {
    const sdk = newApp().device()
    const user = await settled(sdk.KiiUser.registerAsPseudoUser(null))
    user.set('level', 2)
    await settled(user.save())
    const object = user.bucketWithName('scores').createObject()
    await settled(object.save())
    await settled(sdk.KiiGroup.groupWithName('Readers').save())
    expect((await settled(user.memberOfGroups()))[1]).toHaveLength(1)
    const other = await register(sdk)
    expect((await settled(sdk.KiiUser.findUserByUsername(other.getUsername() ?? ''))).getID()).toBe(other.getID())
  })

  it.each([
    ['a user name', { username: freshName() }],
    ['an e-mail address', { emailAddress: freshEmail() }],
    ['a phone number', { phoneNumber: freshPhone() }],
  ])('KI31 KP05 KP06 with %s and a password they sign in from another device', async (_what, identity) => {
    const app = newApp()
    const user = await settled(app.device().KiiUser.registerAsPseudoUser(null, { score: 3 }))
    await settled(user.putIdentity(identity, password, null))
    const there = await settled(app.device().KiiUser.authenticate(Object.values(identity)[0] ?? '', password))
    await settled(there.refresh())
    expect([there.getID(), there.isPseudoUser()]).toEqual([user.getID(), false])
  })

  it('KI31 KP05 a user who has an identity puts no other', async () => {
    const user = await register(newApp().device())
    expect(await failure(user.putIdentity({ username: freshName() }, password, null))).toMatch(/has the identity already/)
  })

  it('KP07 instead of a token the device keeps a user name and a password that it made up', async () => {
    const app = newApp()
    const [name, secret] = [freshName(), freshName()]
    const user = await settled(app.device().KiiUser.userWithUsername(name, secret).register())
    const again = await settled(app.device().KiiUser.authenticate(name, secret))
    await settled(again.refresh())
    expect([again.getID(), again.isPseudoUser()]).toEqual([user.getID(), false])
  })

  it('KP08 nobody signed in is not a pseudo user', async () => {
    const app = newApp()
    const user = await settled(app.device().KiiUser.registerAsPseudoUser(null))
    const { KiiUser } = app.device()
    expect(KiiUser.loggedIn()).toBe(false)
    expect(await failure(KiiUser.userWithID(user.getID()).refresh())).toMatch(/^UNAUTHORIZED: /)
    expect(await failure(KiiUser.findUserByUsername(freshName()))).toBe('IllegalState: User is not logged in')
    expect(app.world.users()).toHaveLength(1)
  })

  it('KP09 an administrator deletes the one that the display name tells', async () => {
    const app = newApp()
    const { KiiUser } = app.device()
    const displayName = `Guest ${freshName()}`
    const user = await settled(KiiUser.registerAsPseudoUser(null, { displayName }))
    const other = await settled(KiiUser.registerAsPseudoUser(null, { displayName: 'Guest' }))
    const reply = await asAdministrator(app, 'POST', 'users/query', { userQuery: { clause: { type: 'all' } } })
    const { results } = (await reply.json()) as { readonly results: readonly { readonly userID: string; readonly displayName: string }[] }
    const found = results.find((row) => row.displayName === displayName)?.userID ?? ''
    expect(found).toBe(user.getID())
    await settled((await administrator(app)).userWithID(found).delete())
    expect(await failure(app.device().KiiUser.authenticateWithToken(user.getAccessToken()))).toMatch(/^WRONG_TOKEN: /)
    expect(app.world.users().map(({ id }) => id)).toEqual([other.getID()])
  })
})
