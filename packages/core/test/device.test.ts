import { expect, it } from 'vitest'
import * as TE from '#fp-ts/TaskEither'
import { createProvider, defineBackend, type SessionStore, type UserProvider, userError, userId } from '../src/index.js'
import { brittleStore } from './support/brittle-store.js'
import { capabilities, rules, somebody } from './support/fake-vendor.js'
import { successOf } from './support/results.js'

/** A vendor that wants a device with every call, and tells which it got as the user's id. */
const deviceVendor = (store: SessionStore): UserProvider => {
  const lacking = {
    ...capabilities,
    anonymous: false,
    upgrade: false,
    changePassword: false,
    passwordReset: false,
    resetByCode: false,
    usernameExists: false,
    findUser: false,
    deleteUser: false,
  } as const
  const backend = defineBackend(lacking)({
    name: 'devices',
    rules,
    usesDevice: true,
    operations: ({ at, device = 'none' }) => {
      const id = userId(device)
      const signedIn = TE.right({
        user: { id, vendor: 'devices', kind: 'registered', identities: [], attributes: {}, status: 'enabled', vendorData: {} },
        session: { vendor: 'devices', userId: id, kind: 'registered', secrets: { access: 'access-1' } },
      } as const)
      const refused = () => TE.left(userError('Forbidden', at, {}))
      return {
        signUp: () => signedIn,
        signIn: () => signedIn,
        fetchUser: () => signedIn,
        signOut: () => TE.right({ server: 'local' }),
        renewSession: refused,
        updateProfile: refused,
      }
    },
  })
  return createProvider(backend, { store })
}

it('the id of the device is made once, survives signing out and a restart, and is no secret of the session', async () => {
  const store = brittleStore()
  const first = deviceVendor(store)
  const { id } = await successOf(first.signUp(somebody()))
  expect(id).toMatch(/^[0-9a-f-]{36}$/)
  await successOf(first.signOut())
  expect((await successOf(first.signIn(somebody()))).id).toBe(id)
  await successOf(first.signOut())
  expect((await successOf(deviceVendor(store).signIn(somebody()))).id).toBe(id)
})

it('is one for operations at the same time', async () => {
  const store = brittleStore()
  const provider = deviceVendor(store)
  await successOf(provider.signUp(somebody()))
  const users = await Promise.all([successOf(provider.refresh()), successOf(provider.signIn(somebody(), { replace: true }))])
  expect(new Set(users.map(({ id }) => id)).size).toBe(1)
})

it('lives in memory where the store fails, so that operations go on', async () => {
  const store = brittleStore()
  store.health.set = 'fails'
  const provider = deviceVendor(store)
  const { id } = await successOf(provider.signUp(somebody()))
  await successOf(provider.signOut())
  expect((await successOf(provider.signIn(somebody()))).id).toBe(id)
})

it('stays the same in a store that could not be read for a while', async () => {
  const store = brittleStore()
  const { id } = await successOf(deviceVendor(store).signUp(somebody()))
  const forgetful: SessionStore = {
    ...store,
    get: async (name) => {
      if (name.endsWith('.device')) throw new Error('the store cannot get')
      return store.get(name)
    },
  }
  await successOf(deviceVendor(forgetful).signIn(somebody(), { replace: true }))
  expect((await successOf(deviceVendor(store).signIn(somebody(), { replace: true }))).id).toBe(id)
})
