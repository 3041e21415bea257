import { randomUUID } from 'node:crypto'
import { memoryStore } from '@userport/core'
import { User } from 'kinvey-js-sdk'
import { describe, expect, it } from 'vitest'
import { createKinvey, createMobileIdentityConnect } from '../src/index.js'
import { keptBySdk3, startOldSdk } from './support/old-sdk.js'
import { account, left, newPerson, right, type TestApp, useSandbox } from './support/people.js'

const newApp = useSandbox()
const hour = 3_600_000

const adopted = ({ backend }: TestApp, found: string | null) => backend.adoptable(async () => found)

const old = (more: object = {}): string => JSON.stringify({ _id: 'u1', username: 'ann', _kmd: { authtoken: 'T1' }, ...more })

const session = { vendor: 'kinvey', userId: 'u1', kind: 'registered', secrets: { token: 'T1' } }

describe('the session that Kinvey’s own SDK left', () => {
  it.each([4, 6] as const)('is taken over on the first start, at version %i', async (apiVersion) => {
    const app = newApp({ apiVersion })
    const person = newPerson()
    const legacyStore = startOldSdk(app.config, apiVersion)
    await User.signup({ ...person })
    await User.login(person.username, person.password)
    expect(legacyStore.names()).toEqual([`${app.config.appKey}.active_user`])
    const users = createKinvey(app.config, { legacyStore, store: memoryStore() })
    expect(await right(users.restore())).toMatchObject({ username: person.username, kind: 'registered' })
    expect(legacyStore.names()).toEqual([])
    expect((await right(users.updateProfile({ displayName: 'Ann' }))).displayName).toBe('Ann')
  })

  it('of an anonymous user is taken over with the credentials that only it had, its token being dead', async () => {
    const app = newApp()
    const { legacyStore, user } = await keptBySdk3(app.config)
    for (const token of Object.keys(app.world.data.sessions)) delete app.world.data.sessions[token]
    const users = createKinvey(app.config, { legacyStore, store: memoryStore() })
    expect(await right(users.restore())).toMatchObject({ id: user._id, kind: 'anonymous' })
    const upgraded = await right(users.upgrade(account(newPerson())))
    expect(upgraded).toMatchObject({ identity: 'kept', user: { id: user._id, kind: 'registered' } })
  })

  it('of an anonymous user who came back is one without credentials, still anonymous', async () => {
    const app = newApp()
    const { legacyStore } = await keptBySdk3(app.config, (user) => user.me())
    const users = createKinvey(app.config, { legacyStore, store: memoryStore() })
    expect((await right(users.restore()))?.kind).toBe('anonymous')
    expect(await left(users.signOut())).toMatchObject({ _tag: 'WouldLoseAnonymousUser' })
  })

  it('of Mobile Identity Connect is renewed by its refresh token', async () => {
    const app = newApp()
    const [username, password] = [randomUUID(), randomUUID()]
    app.world.set({ micUsers: { [username]: password } })
    const legacyStore = startOldSdk(app.config, 4)
    await User.loginWithMICUsingResourceOwnerCredentials(username, password)
    const { _id } = await User.loginWithMICUsingResourceOwnerCredentials(username, password)
    app.world.clock.advance(hour)
    const users = createKinvey(app.config, { legacyStore, store: memoryStore() })
    expect((await right(users.restore()))?.id).toBe(_id)
    const again = await right(createMobileIdentityConnect(app.config).byPassword({ username, password }))
    expect((await right(app.backend.signInWithIdentity(again))).user.id).toBe(_id)
  })

  it('stays where it is when it is dead for good', async () => {
    const app = newApp()
    const legacyStore = startOldSdk(app.config, 4)
    const person = newPerson()
    await User.signup({ ...person })
    await User.login(person.username, person.password)
    for (const token of Object.keys(app.world.data.sessions)) delete app.world.data.sessions[token]
    const users = createKinvey(app.config, { legacyStore, store: memoryStore() })
    expect(await right(users.restore())).toBeNull()
    expect(legacyStore.names()).toHaveLength(1)
  })

  it('is found under the name of this app alone', async () => {
    const { backend, config } = newApp()
    const asked: string[] = []
    const read = async (name: string): Promise<string> => old({ asked: asked.push(name) })
    expect(await backend.adoptable(read)).toEqual({ name: `${config.appKey}.active_user`, session })
    expect(asked).toEqual([`${config.appKey}.active_user`])
  })

  it('does not take along the password that a sign-up left in clear', async () => {
    expect(await adopted(newApp(), old({ password: 'hunter2' }))).toMatchObject({ session })
  })

  it('with a name that Kinvey made is an anonymous user’s, unless an identity is linked', async () => {
    const made = { username: randomUUID(), password: randomUUID() }
    const anonymous = await adopted(newApp(), old(made))
    expect(anonymous?.session).toEqual({ ...session, kind: 'anonymous', secrets: { token: 'T1', ...made } })
    const linked = await adopted(newApp(), old({ ...made, _socialIdentity: { facebook: { id: '7' } } }))
    expect(linked?.session).toEqual(session)
  })

  it.each([
    ['nothing', null],
    ['an empty text', ''],
    ['no JSON', '{'],
    ['null', 'null'],
    ['no user', JSON.stringify({ _kmd: { authtoken: 'T1' } })],
    ['no token', JSON.stringify({ _id: 'u1', _kmd: {} })],
    ['a token that is no header', JSON.stringify({ _id: 'u1', _kmd: { authtoken: 'T1\r\nX-Other: 1' } })],
  ])('is none where there is %s', async (_what, found) => {
    expect(await adopted(newApp(), found)).toBeNull()
  })
})
