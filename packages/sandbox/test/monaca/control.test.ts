import { expect, it } from 'vitest'
import { useBackends } from './backend.js'

const newBackend = useBackends()

it('shows users without their secrets', async () => {
  const backend = newBackend()
  const { id, username, password } = await backend.register({ email: 'someone@example.com', age: 21 })
  const [row] = backend.world.users()
  expect(row).toMatchObject({
    id,
    username,
    email: 'someone@example.com',
    anonymous: false,
    disabled: false,
    document: { _id: id, age: 21 },
  })
  expect(JSON.stringify(row)).not.toMatch(new RegExp(`scrypt|${password}`))
})

it('shows one row for each live sign-in, without its id', async () => {
  const backend = newBackend({ sessionLifetime: 10_000 })
  backend.world.clock.freeze(1_600_000_000_000)
  const person = await backend.register()
  backend.world.clock.advance(4_000)
  const { session } = await backend.call('User.getProperties', { names: [], __session: person.session })
  await backend.login(person)
  expect(backend.world.sessions()).toEqual([
    { userId: person.id, createdAt: 1_600_000_000_000, expiresAt: 1_600_000_014_000 },
    { userId: person.id, createdAt: 1_600_000_004_000, expiresAt: 1_600_000_014_000 },
  ])
  expect(JSON.stringify(backend.world.sessions())).not.toContain(session)
  backend.world.clock.advance(10_000)
  expect(backend.world.sessions()).toEqual([])
})

it('seeds users who can sign in', async () => {
  const backend = newBackend()
  const seeded = backend.world.seed(3)
  const logins = await Promise.all(seeded.map(({ username = '', password }) => backend.login({ username, password })))
  expect(logins.map(({ result }) => result?.user?._id)).toEqual(seeded.map(({ id }) => id))
  expect(backend.world.users()).toHaveLength(3)
})

it('goes back to a snapshot with users, sessions and login tokens', async () => {
  const backend = newBackend()
  const person = await backend.register({ age: 21 })
  const snapshot: unknown = JSON.parse(JSON.stringify(backend.world.snapshot()))
  await backend.call('User.unregister', { password: person.password, __session: person.session })
  backend.world.restore(snapshot)
  expect(await backend.isLive(person.session)).toBe(true)
  expect((await backend.call('User.autoLogin', { loginToken: person.loginToken })).result?.user).toMatchObject({ _id: person.id, age: 21 })
})
