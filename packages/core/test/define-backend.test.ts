import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import * as E from '#fp-ts/Either'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import {
  type Capabilities,
  defineBackend,
  type Implementation,
  operationCapability,
  operationNames,
  type Result,
  type UserBackend,
  userError,
} from '../src/index.js'
import { createMemoryProvider, createMemoryService } from '../src/memory.js'
import { fakeBackend } from './support/fake-backend.js'
import { FakeService } from './support/fake-service.js'
import { capabilities, rules, somebody } from './support/fake-vendor.js'
import { failureOf, successOf, tagOf } from './support/results.js'

const session = { vendor: 'fake', userId: 'u1' as never, kind: 'registered', secrets: {} } as const

const lacksAll = {
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
  usernameExists: false,
  findUser: false,
  deleteUser: false,
} as const satisfies Capabilities

const never: Result<never> = () => new Promise(() => undefined)
const must = (): Result<never> => {
  throw new Error('called, though the vendor does not have it')
}
const least = (operation: () => Result<never>): Implementation<typeof lacksAll> => ({
  signUp: operation,
  signIn: operation,
  signOut: operation,
  fetchUser: operation,
  renewSession: operation,
  updateProfile: operation,
})
const minimal = (operation: () => Result<never> = must): UserBackend =>
  defineBackend(lacksAll)({ name: 'least', rules, operations: () => least(operation) })

const inputs = { ...somebody(), email: 'a@example.com', next: 'new one', current: 'old one' }

describe('what a vendor lacks', () => {
  it.each(Object.entries(operationCapability))('%s refuses with Unsupported and names %s', async (name, capability) => {
    const input = name === 'usernameExists' ? inputs.username : inputs
    const call = minimal()[name as keyof typeof operationCapability] as (...args: readonly unknown[]) => Result<unknown>
    expect(await failureOf(call(input, session), 'Unsupported')).toMatchObject({ capability, vendor: 'least', operation: name })
  })

  it.each([
    ['signIn', 'signInWithIdentity'],
    ['link', 'linkIdentity'],
    ['link', 'unlinkIdentity'],
  ] as const)('identities without %s: %s is refused without a request, whoever is active', async (use, name) => {
    const service = createMemoryService({ without: [`identities.${use}`] })
    const provider = createMemoryProvider({ service })
    const proof = { provider: 'facebook', tokens: { access_token: 'token' } }
    const call = () => (name === 'unlinkIdentity' ? provider.unlinkIdentity('facebook') : provider[name](proof))
    for (const prepare of [() => provider.restore(), () => provider.signUp(somebody())]) {
      await successOf<unknown>(prepare())
      const before = service.requestCount()
      expect(await failureOf(call(), 'Unsupported')).toMatchObject({ capability: `identities.${use}`, operation: name })
      expect(service.requestCount()).toBe(before)
    }
  })

  it('a part of a capability is refused as well, with what to use instead', async () => {
    const backend = minimal()
    expect(await failureOf(backend.signIn({ identifier: { email: 'a@example.com' }, password: 'x' }), 'Unsupported')).toMatchObject({
      capability: 'signIn.email',
      instead: 'signIn by username',
    })
    expect(await failureOf(backend.updateProfile({ remove: ['a'] }, session), 'Unsupported')).toMatchObject({
      capability: 'attributeRemoval',
    })
    await failureOf(backend.completePasswordReset({ link: {} as never, newPassword: 'secret' }), 'Unsupported')
    expect(backend.parseResetLink('https://example.com')).toMatchObject({
      left: { _tag: 'Unsupported', capability: 'resetByLink', operation: 'parseResetLink' },
    })
  })
})

it('a session with a secret that is none is told where it is made', async () => {
  const user = {
    ...somebody(),
    id: 'u1',
    vendor: 'least',
    kind: 'registered',
    identities: [],
    attributes: {},
    status: 'enabled',
    vendorData: {},
  }
  const made = { vendor: 'least', userId: 'u1', kind: 'registered', secrets: { token: undefined, other: 'planted' } }
  const backend = minimal(() => TE.right({ user, session: made } as never))
  const error = await failureOf(backend.signUp({ identifiers: { username: 'alice' }, password: 'correct horse' }), 'Protocol')
  expect(error).toMatchObject({ path: 'session.secrets.token', operation: 'signUp', carriedOut: true, retryable: false })
  expect(JSON.stringify(error)).not.toContain('planted')
})

describe('arguments', () => {
  it('of any kind never throw, reject or reach the vendor unchecked', async () => {
    const service = new FakeService()
    const backend = fakeBackend(service) as unknown as Readonly<Record<string, (...args: readonly unknown[]) => Result<unknown>>>
    const junk = fc.oneof(
      fc.anything(),
      fc.record(
        {
          identifier: fc.anything(),
          identifiers: fc.anything(),
          password: fc.anything(),
          profile: fc.anything(),
          set: fc.anything(),
          remove: fc.anything(),
        },
        { requiredKeys: [] },
      ),
      fc.record(
        {
          ticket: fc.anything(),
          link: fc.anything(),
          code: fc.anything(),
          newPassword: fc.anything(),
          channel: fc.anything(),
          identifier: fc.anything(),
        },
        { requiredKeys: [] },
      ),
    )
    const checked = operationNames.filter((name) => !['signOut', 'fetchUser', 'renewSession'].includes(name))
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...checked), junk, async (name, input) => {
        const before = service.calls.length
        const outcome = await (backend[name] ?? must)(input, session)()
        const refused = ['InvalidInput', 'Unsupported'].includes(tagOf(outcome))
        expect(service.calls.length - before).toBe(refused ? 0 : 1)
        if (E.isLeft(outcome)) expect(outcome.left.code).not.toBe('internal')
      }),
      { numRuns: 1_000 },
    )
  })

  it('that are no session are refused before the vendor sees them', async () => {
    const service = new FakeService()
    const backend = fakeBackend(service)
    for (const junk of [
      undefined,
      null,
      7,
      'session',
      {},
      { ...session, secrets: undefined },
      { ...session, secrets: { token: 7 } },
    ] as never[]) {
      for (const result of [
        backend.fetchUser(junk),
        backend.renewSession(junk),
        backend.signOut(junk),
        backend.updateProfile({ set: { level: 1 } }, junk),
        backend.deleteUser({ password: 'x' }, junk),
      ]) {
        expect(await failureOf(result, 'InvalidInput')).toMatchObject({ field: 'session' })
      }
    }
    expect(service.calls).toEqual([])
  })

  it.each([
    ['identifier as a text', { identifier: 'bob' }],
    ['identifier as null', { identifier: null }],
  ])('%s is InvalidInput', async (_, input) => {
    const backend = fakeBackend(new FakeService())
    await failureOf(backend.requestPasswordReset(input as never), 'InvalidInput')
    await failureOf(backend.signIn({ ...input, password: 'x' } as never), 'InvalidInput')
  })

  it('that refer to themselves are InvalidInput', async () => {
    const cyclic: { self?: unknown } = {}
    cyclic.self = cyclic
    const refused = fakeBackend(new FakeService()).signUp({ ...somebody(), profile: { attributes: cyclic as never } })
    expect(await failureOf(refused, 'InvalidInput')).toMatchObject({ vendor: 'fake', operation: 'signUp' })
  })

  it('that a link parser cannot read are InvalidInput', () => {
    const parsing = (parse: (url: string) => ReturnType<NonNullable<Parameters<ReturnType<typeof defineBackend>>[0]['parseResetLink']>>) =>
      defineBackend(lacksAll)({ name: 'least', rules, operations: () => least(must), parseResetLink: parse })
    const backend = parsing((url) => E.right({ identifier: new URL(url).hostname, parameters: {} }))
    expect(backend.parseResetLink('no link')).toMatchObject({ left: { _tag: 'InvalidInput', field: 'url', operation: 'parseResetLink' } })
    expect(backend.parseResetLink('https://some.example')).toMatchObject({
      right: { type: 'reset-link', vendor: 'least', identifier: 'some.example' },
    })
  })

  it('pass the vendor’s own check before any call', async () => {
    const operations = vi.fn(() => least(must))
    const picky = defineBackend(lacksAll)({
      name: 'least',
      rules,
      operations,
      check: () => ({ field: 'phone', rule: 'must begin with +' }),
    })
    expect(await failureOf(picky.signUp(somebody()), 'InvalidInput')).toMatchObject({
      field: 'phone',
      rule: 'must begin with +',
      operation: 'signUp',
    })
    expect(operations).not.toHaveBeenCalled()
  })
})

describe('an operation', () => {
  it('ends at its deadline: that of the call, else that of the backend', async () => {
    const backend = defineBackend(lacksAll)({ name: 'least', rules, deadline: 20, operations: () => least(() => never) })
    for (const options of [undefined, {}, { deadline: undefined }, { deadline: 5 }]) {
      const began = Date.now()
      expect(await failureOf(backend.fetchUser(session, options), 'Timeout')).toMatchObject({ vendor: 'least', operation: 'fetchUser' })
      expect(Date.now() - began).toBeLessThan(1_000)
    }
  })

  it('is lazy, and runs anew each time', async () => {
    const service = new FakeService()
    const signUp = fakeBackend(service).signUp(somebody())
    expect(service.calls).toEqual([])
    expect(tagOf(await signUp())).toBe('Right')
    expect(tagOf(await signUp())).toBe('IdentifierTaken')
  })

  it('can have a session stored on its way, and hears when that failed', async () => {
    const keeping = (keep: (kept: unknown) => Promise<void>) =>
      defineBackend({ ...lacksAll, deleteUser: { password: 'not-needed', usernameAfterwards: 'free' } })({
        name: 'least',
        rules,
        operations: (context) => ({ ...least(must), deleteUser: () => TE.map(() => undefined)(context.keep(session)) }),
      }).deleteUser({}, session, { keep })
    const kept: unknown[] = []
    await successOf(keeping(async (it) => void kept.push(it)))
    expect(kept).toEqual([session])
    await failureOf(
      keeping(() => Promise.reject(new Error('full'))),
      'Unavailable',
    )
  })

  it.each([
    ['is unknown to a server that keeps no session', {}, 'OutcomeUnknown'],
    ['may be tried again by whoever kept what came of it', { keep: async () => undefined }, 'Timeout'],
  ])('that runs out of time after its effect %s', async (_, options, tag) => {
    const backend = defineBackend({ ...lacksAll, anonymous: { custody: 'token' } })({
      name: 'least',
      rules,
      operations: ({ keep, unsure }) => ({
        ...least(must),
        signInAnonymously: () => {
          unsure(true)
          return TE.flatMap(() => never)(keep(session))
        },
      }),
    })
    await failureOf(backend.signInAnonymously({}, { deadline: 20, ...options }), tag as 'Timeout')
  })

  /** A backend whose vendor renews a session with refusals, and what callers hear of it. */
  const renewing = () => {
    const heard: string[] = []
    const backend: UserBackend = defineBackend(lacksAll)({
      name: 'least',
      rules,
      operations: ({ at, keep, renewed }) => ({
        ...least(must),
        updateProfile: ({ displayName = '' }, { userId }) =>
          pipe(
            keep(session),
            TE.flatMap(() => {
              if (displayName === 'another user') renewed?.({ userId: 'u2' as never, secrets: { token: 'new' } })
              if (['renewed', 'expired'].includes(displayName)) renewed?.({ userId, secrets: { token: 'new' } })
              return TE.left(userError(displayName === 'expired' ? 'SessionExpired' : 'Forbidden', at, {}))
            }),
          ),
      }),
    })
    const call = (caller: string, displayName: string) =>
      backend.updateProfile({ displayName }, session, {
        keep: async () => void heard.push(`${caller} kept`),
        renewed: async ({ secrets }, before) => void heard.push(`${caller} ${before.userId} ${secrets.token}`),
      })()
    return { call, heard }
  }

  it('tells each caller of its own session alone, though one call follows another', async () => {
    const { call, heard } = renewing()
    await call('alice', 'renewed')
    await call('bob', 'refused')
    await call('carol', 'renewed')
    expect(heard).toEqual(['alice kept', 'alice u1 new', 'bob kept', 'carol kept', 'carol u1 new'])
  })

  it.each(['another user', 'expired'])('does not tell of a session that takes the place of none: %s', async (what) => {
    const { call, heard } = renewing()
    await call('alice', what)
    expect(heard).toEqual(['alice kept'])
  })

  it('gets the device of the call', async () => {
    const seen: unknown[] = []
    const backend = defineBackend(lacksAll)({
      name: 'least',
      rules,
      operations: ({ device }) => {
        seen.push(device)
        return least(() => TE.left({} as never))
      },
    })
    await backend.fetchUser(session, { device: 'd1' })()
    expect(seen).toEqual(['d1'])
  })
})

it('capabilities are the same object for the app', () => {
  expect(fakeBackend(new FakeService()).capabilities).toBe(capabilities)
})
