import { describe, expect, it } from 'vitest'
import {
  asAdministrator,
  failure,
  freshEmail,
  freshName,
  freshPhone,
  kiiApps,
  password,
  register,
  type Sdk,
  settled,
} from './kii-support.js'

const newApp = kiiApps()

/** What a function of the SDK throws: objects of its own, which are no errors. */
function thrown(act: () => unknown): unknown {
  try {
    act()
  } catch (error) {
    return error
  }
  return 'nothing'
}

describe('constructors', () => {
  const combinations: readonly (readonly [
    string,
    (sdk: Sdk, email: string, phone: string, name: string) => ReturnType<Sdk['KiiUser']['userWithID']>,
    string,
  ])[] = [
    [
      'userWithCredentials',
      ({ KiiUser }, email, phone, name) => KiiUser.userWithCredentials(email, phone, name, password),
      'email phone name',
    ],
    ['userWithEmailAddress', ({ KiiUser }, email) => KiiUser.userWithEmailAddress(email, password), 'email'],
    [
      'userWithEmailAddressAndPhoneNumber',
      ({ KiiUser }, email, phone) => KiiUser.userWithEmailAddressAndPhoneNumber(email, phone, password),
      'email phone',
    ],
    [
      'userWithEmailAddressAndUsername',
      ({ KiiUser }, email, _phone, name) => KiiUser.userWithEmailAddressAndUsername(email, name, password),
      'email name',
    ],
    ['userWithPhoneNumber', ({ KiiUser }, _email, phone) => KiiUser.userWithPhoneNumber(phone, password), 'phone'],
    [
      'userWithPhoneNumberAndUsername',
      ({ KiiUser }, _email, phone, name) => KiiUser.userWithPhoneNumberAndUsername(phone, name, password),
      'phone name',
    ],
    ['userWithUsername', ({ KiiUser }, _email, _phone, name) => KiiUser.userWithUsername(name, password), 'name'],
  ]

  it.each(combinations)('KS18 KS19 KS20 KS21 KS23 KS24 KS26 %s: each of its identifiers signs in', async (_what, make, given) => {
    const sdk = newApp().device()
    const identifiers = { email: freshEmail(), phone: freshPhone(), name: freshName() }
    const user = await settled(make(sdk, identifiers.email, identifiers.phone, identifiers.name).register())
    for (const [kind, identifier] of Object.entries(identifiers)) {
      const outcome = await sdk.KiiUser.authenticate(identifier, password).then(
        (signedIn) => signedIn.getID(),
        () => 'refused',
      )
      expect([kind, outcome]).toEqual([kind, given.split(' ').includes(kind) ? user.getID() : 'refused'])
    }
  })

  it('KI29 KS22 KS25 userWithID and userWithURI refer to a user', async () => {
    const sdk = newApp().device()
    const user = await register(sdk)
    const [byId, byUri] = [sdk.KiiUser.userWithID(user.getID()), sdk.KiiUser.userWithURI(user.objectURI() ?? '')]
    await settled(byId.refresh())
    await settled(byUri.refresh())
    expect([user.objectURI(), byId.getUsername(), byUri.getUsername()]).toEqual([
      `kiicloud://users/${user.getID()}`,
      user.getUsername(),
      user.getUsername(),
    ])
  })

  it('KS29 bad input throws before anything is sent', () => {
    const app = newApp()
    const sdk = app.device()
    const { KiiUser } = sdk
    const user = KiiUser.userWithUsername(freshName(), password)
    const rules = [
      [() => KiiUser.userWithUsername('a', password), sdk.InvalidUsernameException],
      [() => KiiUser.userWithUsername(freshName(), 'abc'), sdk.InvalidPasswordException],
      [() => KiiUser.userWithUsername(freshName(), 'pässwort'), sdk.InvalidPasswordException],
      [() => KiiUser.userWithEmailAddress('nobody', password), sdk.InvalidEmailException],
      [() => KiiUser.userWithPhoneNumber('12345', password), sdk.InvalidPhoneNumberException],
      [() => user.setDisplayName(''), sdk.InvalidDisplayNameException],
      [() => user.setDisplayName('x'.repeat(51)), sdk.InvalidDisplayNameException],
      [() => user.setCountry('Japan'), sdk.InvalidCountryException],
      [() => KiiUser.userWithURI('kiicloud://groups/one'), sdk.InvalidURIException],
      [() => KiiUser.userWithID(''), sdk.InvalidArgumentException],
    ] as const
    for (const [act, exception] of rules) expect(thrown(act)).toBeInstanceOf(exception)
    expect(app.world.requests.all()).toEqual([])
  })

  it('KS29 a bad identifier or address rejects before anything is sent', async () => {
    const app = newApp()
    const { KiiUser } = app.device()
    expect(await failure(KiiUser.authenticate('??', password))).toBe('User identifier should be one of user name, phone number or email')
    expect(await failure(KiiUser.authenticate(freshName(), 'abc'))).toMatch(/^Unable to set password/)
    expect(await failure(KiiUser.resetPassword('nobody'))).toMatch(/email/i)
    expect(app.world.requests.all()).toEqual([])
  })
})

describe('a refreshed user', () => {
  it('KI10 KI12 KI15 KI17 KI22 KI23 KI32 KI38 KI39 KI40 shows what was set', async () => {
    const app = newApp()
    const user = app.device().KiiUser.userWithUsername(freshName(), password)
    user.setDisplayName('Dora')
    user.setCountry('JP')
    user.setLocale('ja')
    await settled(user.register())
    const again = await settled(app.device().KiiUser.authenticateWithToken(user.getAccessToken()))
    expect([again.getDisplayName(), again.getCountry(), again.getLocale(), again.getUsername()]).toEqual([
      'Dora',
      'JP',
      'ja',
      user.getUsername(),
    ])
    expect([again.getID(), again.getUUID()]).toEqual([user.getID(), user.getID()])
  })

  it('KI10 KI17 KI36 KI38 KI40 shows what was saved later', async () => {
    const app = newApp()
    const user = await register(app.device())
    user.setCountry('US')
    user.setLocale('de-AT')
    await settled(user.save())
    const again = await settled(app.device().KiiUser.authenticateWithToken(user.getAccessToken()))
    expect([again.getCountry(), again.getLocale()]).toEqual(['US', 'de-AT'])
  })

  it('KI07 KI37 keeps custom fields of every JSON type, and none that begins with an underscore', async () => {
    const app = newApp()
    const user = await register(app.device())
    const fields = { text: '日本 "x" % \\', number: 1.5, flag: false, list: [1, 'two', null], nested: { a: { b: [] } } }
    for (const [key, value] of Object.entries({ ...fields, _hidden: 1, '': 2 })) user.set(key, value)
    await settled(user.save())
    const again = await settled(app.device().KiiUser.authenticateWithToken(user.getAccessToken()))
    for (const [key, value] of Object.entries(fields)) expect([key, again.get(key)]).toEqual([key, value])
    expect([again.get('_hidden'), again.get('')]).toEqual([undefined, undefined])
  })

  it('KI11 shows when it was created, where the app does', async () => {
    const app = newApp({ userShowsTimes: true })
    app.world.clock.freeze(1_700_000_000_000)
    const user = await register(app.device())
    app.world.clock.advance(5_000)
    await settled(user.refresh())
    expect(user.getCreated()).toBe(1_700_000_000_000)
  })

  it('KI05 shows whether it is disabled', async () => {
    const app = newApp({ exposeFullUserDataToOthers: true })
    const [user, watcher] = [await register(app.device()), app.device()]
    await register(watcher)
    const seen = watcher.KiiUser.userWithID(user.getID())
    expect(seen.disabled()).toBeUndefined()
    for (const disabled of [true, false]) {
      expect((await asAdministrator(app, 'PUT', `users/${user.getID()}/status`, { disabled })).status).toBe(204)
      await settled(seen.refresh())
      expect(seen.disabled()).toBe(disabled)
    }
  })

  it('KI16 shows the linked social accounts to the user alone', async () => {
    const app = newApp({ exposeFullUserDataToOthers: true })
    const user = await register(app.device())
    expect(user.getLinkedSocialAccounts()).toEqual({})
    const stored = app.world.data.users[user.getID()]
    if (stored !== undefined) stored.thirdPartyAccounts = { facebook: { id: '4711', type: 'facebook' } }
    await settled(user.refresh())
    expect(user.getLinkedSocialAccounts()).toEqual({ facebook: { id: '4711', type: 'facebook' } })
    const watcher = app.device()
    await register(watcher)
    const seen = await settled(watcher.KiiUser.userWithID(user.getID()).refresh())
    expect(seen.getLinkedSocialAccounts()).toEqual({})
  })
})

describe('the session', () => {
  it('KS10 KS11 KS12 is known to the SDK alone', async () => {
    const app = newApp()
    const sdk = app.device()
    expect([sdk.KiiUser.loggedIn(), sdk.KiiUser.getCurrentUser()]).toEqual([false, null])
    const user = await register(sdk)
    expect([sdk.KiiUser.loggedIn(), sdk.KiiUser.getCurrentUser()?.getID()]).toEqual([true, user.getID()])
    const sent = app.world.requests.all().length
    sdk.KiiUser.logOut()
    expect([sdk.KiiUser.loggedIn(), sdk.KiiUser.getCurrentUser()]).toEqual([false, null])
    expect([app.world.requests.all().length, app.world.sessions().length]).toEqual([sent, 1])
  })

  it('KI08 KI09 KS03 comes back from the token object that the app kept', async () => {
    const app = newApp()
    const { Kii, KiiUser } = app.device()
    const name = (await settled(KiiUser.userWithUsername(freshName(), password).register())).getUsername() ?? ''
    Kii.setAccessTokenExpiration(3_600)
    const kept = (await settled(KiiUser.authenticate(name, password))).getAccessTokenObject()
    const again = await settled(app.device().KiiUser.authenticateWithToken(kept.access_token, null, kept.expires_at))
    expect(again.getAccessTokenObject()).toEqual(kept)
    expect(again.getAccessToken()).toBe(kept.access_token)
  })

  it('KI09 never expires unless the app says so', async () => {
    const user = await register(newApp().device())
    expect(user.getAccessTokenObject().expires_at.getFullYear()).toBeGreaterThan(2_080)
  })

  it('KS28 several apps work side by side', async () => {
    const [one, other] = [newApp(), newApp()]
    const [here, there] = [one.device(), other.device()]
    const name = freshName()
    const user = await settled(here.KiiUser.userWithUsername(name, password).register())
    expect([here.KiiUser.loggedIn(), there.KiiUser.loggedIn()]).toEqual([true, false])
    expect(await failure(there.KiiUser.authenticate(name, password))).toMatch(/^invalid_grant: /)
    expect(await failure(there.KiiUser.authenticateWithToken(user.getAccessToken()))).toMatch(/^WRONG_TOKEN: /)
  })

  it('KS30 a rejection names the user it was about', async () => {
    const user = await register(newApp().device())
    const error = await settled(user.updatePassword('wrong-1234', 'other-5678')).then(
      () => undefined,
      (reason: unknown) => reason,
    )
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({ target: user, message: 'WRONG_PASSWORD: The provided password is wrong' })
  })
})
