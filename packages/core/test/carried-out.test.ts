import { expect, it } from 'vitest'
import * as E from '#fp-ts/Either'
import * as TE from '#fp-ts/TaskEither'
import {
  afterwards,
  type CallOptions,
  createProvider,
  type ErrorTag,
  type UserBackend,
  type UserError,
  type UserProvider,
  userError,
} from '../src/index.js'
import { brittleStore } from './support/brittle-store.js'
import { fakeBackend } from './support/fake-backend.js'
import { FakeService } from './support/fake-service.js'
import { errorOf, successOf } from './support/results.js'

const at = { vendor: 'fake', operation: 'upgrade' }

/** An app whose anonymous user is upgraded by the vendor, before the rest of the operation fails. */
const upgraded = async (tag: ErrorTag, enumerationSafe = false) => {
  const service = new FakeService()
  const error = { ...userError(tag, at, {} as never), accountCreated: true, carriedOut: true } as UserError
  const backend = { ...fakeBackend(service), upgrade: () => TE.left(error) } as unknown as UserBackend
  const provider: UserProvider = createProvider(backend, { store: brittleStore(), enumerationSafe })
  await successOf(provider.signInAnonymously())
  return { provider, service }
}

const input = { identifiers: { username: 'alice' }, password: 'correct horse' }

it('is said too where the session died in between and cannot be renewed at the moment', async () => {
  const { provider, service } = await upgraded('SessionExpired')
  service.failNext('offline', 'renewSession')
  const error = await errorOf(provider.upgrade(input))
  expect(provider.activeUser()).not.toBeNull()
  expect(error).toMatchObject({ _tag: 'SessionExpired', carriedOut: true, accountCreated: true, retryable: false })
})

it('is said too where nothing is told that depends on whether a user exists', async () => {
  const { provider } = await upgraded('UserNotFound', true)
  const error = await errorOf(provider.upgrade(input))
  expect(error).toMatchObject({ _tag: 'InvalidCredentials', carriedOut: true, accountCreated: true })
})

it('leaves what was kept on the way, which may be the only credential of a user who is there', async () => {
  const service = new FakeService()
  const sound = fakeBackend(service)
  const made = service.begin(service.create({ attributes: {} }))
  const backend = {
    ...sound,
    signInAnonymously:
      (_: unknown, { keep }: CallOptions) =>
      async () => {
        await keep?.(made.session)
        return E.left({ ...userError('Unavailable', { ...at, operation: 'signInAnonymously' }, {}), retryable: false, carriedOut: true })
      },
  } as unknown as UserBackend
  const store = brittleStore()
  const first: UserProvider = createProvider(backend, { store })
  expect(await errorOf(first.signInAnonymously())).toMatchObject({ _tag: 'Unavailable', carriedOut: true })
  const second: UserProvider = createProvider(sound, { store })
  expect((await successOf(second.signInAnonymously())).id).toBe(made.user.id)
})

it.each([
  ['NotVerified', 'verify'],
  ['Forbidden', 'sign-in'],
  ['Network', 'sign-in'],
] as const)('leaves in place what a %s says to do, unless that is to try again', async (tag, userAction) => {
  const rest = TE.left<UserError>(userError(tag, at, { what: 'email' }))
  const error = await errorOf(afterwards(() => undefined, { userAction: 'sign-in' })(rest))
  expect(error).toMatchObject({ _tag: tag, carriedOut: true, retryable: false, userAction })
})
