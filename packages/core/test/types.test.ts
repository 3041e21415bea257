import { createKii, type createKiiBackend } from '@userport/kii'
import { describe, expect, expectTypeOf, it } from 'vitest'
import * as TE from '#fp-ts/TaskEither'
import * as t from '#io-ts'
import {
  type Capabilities,
  createProvider,
  defineBackend,
  defineVendor,
  type Result,
  toPromises,
  type UserBackend,
  type UserBackendOf,
  type UserProvider,
  type UserProviderOf,
  userError,
} from '../src/index.js'
import { fakeBackend } from './support/fake-backend.js'
import { FakeService } from './support/fake-service.js'
import { type capabilities, rules, somebody } from './support/fake-vendor.js'
import { errorOf } from './support/results.js'

const few = {
  signUp: { identifiers: ['username'] },
  signIn: { identifiers: ['username'] },
  signOut: { server: 'local' },
  anonymous: false,
  upgrade: false,
  attributeRemoval: false,
  changePassword: false,
  passwordReset: false,
  resetByCode: false,
  resetByLink: false,
  forgotUsername: false,
  usernameExists: { answers: 'exists' },
  findUser: false,
  deleteUser: false,
} as const satisfies Capabilities

const refuse = (): Result<never> => TE.left(userError('Forbidden', { vendor: 'few', operation: 'any' }, {}))
const base = { signUp: refuse, signIn: refuse, signOut: refuse, fetchUser: refuse, renewSession: refuse, updateProfile: refuse }
const complete = { ...base, usernameExists: () => TE.right(true) }
const fewBackend = defineBackend(few)({ name: 'few', rules, operations: () => complete })

describe('a provider whose vendor is known at compile time', () => {
  const provider = createProvider<typeof few>(fewBackend)

  it('has what its capabilities promise', () => {
    expectTypeOf(provider.usernameExists).toBeCallableWith('alice')
    expectTypeOf(provider.capabilities.usernameExists.answers).toEqualTypeOf<'exists'>()
    expectTypeOf(provider.signIn).toEqualTypeOf<UserProvider['signIn']>()
  })

  it('cannot be called for what it lacks; who does it all the same is refused', async () => {
    // @ts-expect-error: no anonymous users
    expect((await errorOf(provider.signInAnonymously()))._tag).toBe('Unsupported')
    // @ts-expect-error: no upgrade
    expect((await errorOf(provider.upgrade(somebody())))._tag).toBe('Unsupported')
    // @ts-expect-error: no password change
    expect((await errorOf(provider.changePassword({ next: 'x' })))._tag).toBe('Unsupported')
    // @ts-expect-error: no reset
    expect((await errorOf(provider.requestPasswordReset(somebody())))._tag).toBe('Unsupported')
    // @ts-expect-error: no reset, so nothing to complete
    expect((await errorOf(provider.completePasswordReset({ link: {}, newPassword: 'x' })))._tag).toBe('Unsupported')
    // @ts-expect-error: no look-up
    expect((await errorOf(provider.findUser({ username: 'alice' })))._tag).toBe('Unsupported')
    // @ts-expect-error: no look-up by the Promise view either
    await expect(toPromises(provider).findUser({ username: 'alice' })).rejects.toMatchObject({ _tag: 'Unsupported' })
  })

  it('takes for the completion of a reset only what the vendor has', () => {
    const byCode = createProvider<typeof capabilities>(fakeBackend(new FakeService()))
    const link = { type: 'reset-link', vendor: 'fake', identifier: 'a', parameters: {} } as const
    // @ts-expect-error: by code alone
    expect(typeof byCode.completePasswordReset({ link, newPassword: 'x' })).toBe('function')
    expectTypeOf(byCode.completePasswordReset).parameter(0).toHaveProperty('ticket')
  })

  it('is a provider like any other for code that takes any', () => {
    expectTypeOf(provider).toExtend<UserProvider>()
    expectTypeOf<UserProviderOf<typeof capabilities>>().toExtend<UserProvider>()
    expectTypeOf(fewBackend).toExtend<UserBackend>()
    expectTypeOf<UserBackendOf<typeof capabilities>>().toExtend<UserBackend>()
    expectTypeOf<ReturnType<typeof createKii>>().toExtend<UserProvider>()
    expectTypeOf<ReturnType<typeof createKiiBackend>>().toExtend<UserBackend>()
    const any: UserProvider = provider
    expect(any.vendor).toBe('few')
  })
})

describe('Kii', () => {
  const kii = createKii({ site: 'https://kii.example/api', appId: 'app', appKey: 'key' })
  it('cannot be asked for what it lacks', async () => {
    // @ts-expect-error: Kii sends no usernames
    expect(await errorOf(kii.forgotUsername({ email: 'a@example.com' }))).toMatchObject({
      _tag: 'Unsupported',
      capability: 'forgotUsername',
    })
    // @ts-expect-error: Kii does not tell whether a name is taken
    expect(await errorOf(kii.usernameExists('alice'))).toMatchObject({ _tag: 'Unsupported', capability: 'usernameExists' })
    expectTypeOf(kii.signInAnonymously).toEqualTypeOf<UserProvider['signInAnonymously']>()
  })
})

describe('the operations that an author brings', () => {
  it('must be those that the capabilities promise', () => {
    // @ts-expect-error: usernameExists is promised and missing
    const missing = defineBackend(few)({ name: 'few', rules, operations: () => base })
    // @ts-expect-error: findUser is forbidden
    const forbidden = defineBackend(few)({ name: 'few', rules, operations: () => ({ ...complete, findUser: refuse }) })
    // @ts-expect-error: nothing can complete a reset that cannot be requested
    const completing = defineBackend(few)({ name: 'few', rules, operations: () => ({ ...complete, completePasswordReset: refuse }) })
    expect([missing, forbidden, completing].map(({ vendor }) => vendor)).toEqual(['few', 'few', 'few'])
  })

  it('are those of the uses that identities are put to', () => {
    const linking = { ...few, identities: { providers: 'any', signIn: false, link: true } } as const satisfies Capabilities
    const links = { ...complete, linkIdentity: refuse, unlinkIdentity: refuse }
    const good = defineBackend(linking)({ name: 'few', rules, operations: () => links })
    // @ts-expect-error: linking is promised and missing
    const missing = defineBackend(linking)({ name: 'few', rules, operations: () => complete })
    // @ts-expect-error: signing in with an identity is forbidden
    const forbidden = defineBackend(linking)({ name: 'few', rules, operations: () => ({ ...links, signInWithIdentity: refuse }) })
    const none = { ...few, identities: false } as const satisfies Capabilities
    const without = defineBackend(none)({ name: 'few', rules, operations: () => complete })
    expect([good, missing, forbidden, without].map(({ vendor }) => vendor)).toEqual(['few', 'few', 'few', 'few'])
  })

  it('must be so in a vendor package as well', () => {
    const parts = {
      name: 'few',
      rules,
      config: t.type({ site: t.string }),
      appId: ({ site }: { readonly site: string }) => site,
      endpoints: {},
      errors: { body: t.type({ code: t.string }), code: ({ code }: { readonly code: string }) => code, tags: {} },
    }
    const good = defineVendor(few)({ ...parts, operations: () => complete })
    // @ts-expect-error: usernameExists is promised and missing
    const missing = defineVendor(few)({ ...parts, operations: () => base })
    // @ts-expect-error: findUser is forbidden
    const forbidden = defineVendor(few)({ ...parts, operations: () => ({ ...complete, findUser: refuse }) })
    // @ts-expect-error: no such tag
    const mistyped = defineVendor(few)({ ...parts, errors: { ...parts.errors, tags: { X: 'UserNotFond' } }, operations: () => complete })
    expect([good, missing, forbidden, mistyped].map(({ name }) => name)).toEqual(['few', 'few', 'few', 'few'])
  })
})

it('an identifier is exactly one, its kind said', () => {
  const backend = fakeBackend(new FakeService())
  // @ts-expect-error: two kinds at once
  expect(typeof backend.signIn({ identifier: { username: 'a', email: 'a@example.com' }, password: 'x' })).toBe('function')
  // @ts-expect-error: no kind
  expect(typeof backend.signIn({ identifier: 'alice', password: 'x' })).toBe('function')
})
