import { describe, expect, it } from 'vitest'
import { account, entered, left, newPerson, right, useSandbox } from './support/people.js'

const newApp = useSandbox()
const versions = [3, 4, 5, 6] as const

/** What is special at Kinvey, each with the way out that users of this library have. */
describe('Kinvey', () => {
  it('makes an implicit user of an empty sign-up: it is refused before anything is sent', async () => {
    const { backend, world } = newApp()
    const empty = [{ username: '', password: '' }, { username: ' ', password: 'p' }, { username: 'u', password: '' }, { password: 'p' }]
    for (const { password, ...identifiers } of empty) {
      expect(await left(backend.signUp({ identifiers, password }))).toMatchObject({ _tag: 'InvalidInput' })
    }
    expect(world.requests.all()).toEqual([])
  })

  it.each(versions)('does not sign in by signing up in later versions: here it does in version %i too', async (apiVersion) => {
    const { provider } = newApp({ apiVersion })
    await right(provider.signUp(account(newPerson())))
    expect((await right(provider.refresh())).id).toBe(provider.activeUser()?.id)
  })

  it('has one active user: another log-in is refused, and nobody is asked', async () => {
    const { provider, world } = newApp()
    const { id } = await right(provider.signUp(account(newPerson())))
    world.requests.clear()
    const { username, password } = newPerson()
    expect(await left(provider.signIn({ identifier: { username }, password }))).toMatchObject({ _tag: 'AlreadySignedIn' })
    const proof = { provider: 'facebook', tokens: { access_token: 'x' } }
    expect(await left(provider.signInWithIdentity(proof))).toMatchObject({ _tag: 'AlreadySignedIn' })
    expect(await left(provider.signInWithToken({ token: 'x' }))).toMatchObject({ _tag: 'AlreadySignedIn' })
    expect([provider.activeUser()?.id, world.requests.all()]).toEqual([id, []])
  })

  it('kills the sessions when a reset is requested: the active user is told at once', async () => {
    const { provider, world } = newApp()
    const person = newPerson()
    await right(provider.signUp(account(person)))
    const reasons: string[] = []
    provider.subscribe(({ reason }) => reasons.push(reason))
    await right(provider.requestPasswordReset({ identifier: { username: person.username } }))
    expect([provider.activeUser(), reasons, world.sessions()]).toEqual([null, ['revokedByReset'], []])
  })

  it('keeps the username of a suspended user taken, and frees that of a deleted one', async () => {
    const { provider, backend } = newApp()
    const [suspended, deleted] = [newPerson(), newPerson()]
    await right(provider.signUp(account(suspended)))
    await right(provider.suspendUser())
    expect(await right(backend.usernameExists(suspended.username))).toBe(true)
    expect(await left(backend.signUp(account(suspended)))).toMatchObject({ _tag: 'IdentifierTaken', identifier: 'username' })
    await right(provider.signUp(account(deleted)))
    await right(provider.deleteUser())
    expect(await right(backend.usernameExists(deleted.username))).toBe(false)
    await right(backend.signUp(account(deleted)))
  })

  it('may be slower than anybody waits: what it does afterwards was never called undone', async () => {
    const { provider, world } = newApp()
    const wanted = account(newPerson())
    const slow = { method: 'POST', path: '/user/[^/]+$', times: 1, kind: { type: 'latency', milliseconds: 600 } } as const
    world.faults.add(slow)
    expect(await left(provider.signUp(wanted, { deadline: 500 }))).toMatchObject({ _tag: 'OutcomeUnknown', retryable: false })
    await expect.poll(() => world.users().length).toBe(1)
    await right(provider.signIn({ identifier: { username: wanted.identifiers.username }, password: wanted.password }))
    world.faults.add({ ...slow, method: 'DELETE', path: '/user/' })
    expect(await left(provider.deleteUser({}, { deadline: 500 }))).toMatchObject({ _tag: 'OutcomeUnknown', retryable: false })
    await expect.poll(() => world.users()).toEqual([])
  })

  it('replaces the user by a PUT: every change keeps what it does not name, and the session', async () => {
    const { provider } = newApp()
    const person = newPerson()
    const profile = { displayName: 'Ann', attributes: { first_name: 'Ann', level: 1 } }
    await right(provider.signUp({ ...account(person), profile }))
    const proof = { provider: 'facebook', tokens: { access_token: `facebook-token-${person.username}` } }
    await right(provider.linkIdentity(proof))
    await right(provider.changeContact({ phone: '+81312345678' }))
    await right(provider.changePassword({ next: `${person.password}!` }))
    await right(provider.updateProfile({ set: { level: 2 } }))
    await right(provider.changeUsername(`${person.username}-2`))
    expect(await right(provider.refresh())).toMatchObject({
      username: `${person.username}-2`,
      email: { address: person.email },
      phone: { address: '+81312345678' },
      displayName: 'Ann',
      attributes: { first_name: 'Ann', level: 2 },
      identities: [{ provider: 'facebook' }],
    })
  })

  it('says InvalidCredentials of everything: only a dead session ends the session', async () => {
    const { provider, world } = newApp()
    await right(provider.signUp(account(newPerson())))
    const forged = { provider: 'facebook', tokens: { access_token: 'forged' } }
    expect(await left(provider.linkIdentity(forged))).toMatchObject({ _tag: 'InvalidCredentials', code: 'InvalidCredentials' })
    expect(await left(provider.changePassword({ current: 'wrong', next: 'next' }))).toMatchObject({ _tag: 'InvalidCredentials' })
    const right_ = world.settings.appSecret
    world.set({ appSecret: 'another' })
    expect(await left(provider.usernameExists('anybody'))).toMatchObject({ _tag: 'Configuration' })
    world.set({ appSecret: right_ })
    expect((await right(provider.refresh())).id).toBe(provider.activeUser()?.id)
    for (const token of Object.keys(world.data.sessions)) delete world.data.sessions[token]
    expect(await left(provider.refresh())).toMatchObject({ _tag: 'SessionExpired' })
    expect(provider.activeUser()).toBeNull()
  })

  it('has an SDK that trims passwords: here a space is a character, unless the configuration says so', async () => {
    const { backend } = newApp()
    const { username, password } = newPerson()
    await right(backend.signUp({ identifiers: { username }, password: ` ${password} ` }))
    await entered(backend.signIn({ identifier: { username }, password: ` ${password} ` }))
    expect(await left(backend.signIn({ identifier: { username }, password }))).toMatchObject({ _tag: 'InvalidCredentials' })
    const trimming = newApp({ trimPasswords: true })
    await right(trimming.backend.signUp({ identifiers: { username }, password: ` ${password} ` }))
    await entered(trimming.backend.signIn({ identifier: { username }, password }))
  })

  it('has a name with spaces around it mean the same wherever it is given, where the configuration trims', async () => {
    const { provider } = newApp({ trimPasswords: true })
    const { username, password, email } = newPerson()
    const spaced = ` ${username} `
    expect(await right(provider.usernameExists(spaced))).toBe(false)
    await right(provider.signUp({ identifiers: { username: spaced, email }, password }))
    expect(await right(provider.usernameExists(spaced))).toBe(true)
    expect(await right(provider.findUser({ username: spaced }))).toMatchObject({ username })
    expect(await right(provider.findUsers({ username: spaced, email }))).toMatchObject([{ username }])
    await right(provider.requestPasswordReset({ identifier: { username: spaced } }))
    expect(provider.activeUser()).toBeNull()
  })
})
