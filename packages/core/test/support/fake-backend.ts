import * as E from '#fp-ts/Either'
import {
  defineBackend,
  type ErrorDetails,
  type ErrorTag,
  type Implementation,
  type OperationContext,
  type OperationName,
  type Result,
  type Session,
  type SignedIn,
  type UserError,
  userError,
} from '../../src/index.js'
import type { FakeService } from './fake-service.js'
import { capabilities, rules } from './fake-vendor.js'

type Owner = NonNullable<ReturnType<FakeService['owner']>>

const creates: ReadonlySet<OperationName> = new Set<OperationName>(['signUp', 'signInAnonymously', 'upgrade'])

const operationsOn =
  (service: FakeService) =>
  ({ at, signal, unsure }: OperationContext): Implementation<typeof capabilities> => {
    const fail = <Tag extends ErrorTag>(tag: Tag, details: ErrorDetails[Tag]): E.Either<UserError, never> =>
      E.left(userError(tag, at, details))

    const call =
      <A>(name: OperationName, work: () => E.Either<UserError, A>): Result<A> =>
      async () => {
        unsure(creates.has(name))
        const fault = await service.arrive(name)
        if (fault === 'offline') return fail('Network', {})
        const outcome = work()
        await service.leave(name)
        unsure(false)
        if (signal.aborted) return fail('Cancelled', {})
        return fault === 'answer lost' ? fail('OutcomeUnknown', {}) : outcome
      }

    const asOwner = <A>(name: OperationName, session: Session, work: (owner: Owner) => E.Either<UserError, A>): Result<A> =>
      call(name, () => {
        const owner = service.owner(session)
        return owner === undefined ? fail('SessionExpired', {}) : work(owner)
      })

    return {
      signUp: ({ identifiers: { username = '' }, password, profile = {} }) =>
        call('signUp', () =>
          service.byName(username) === undefined
            ? E.right(service.begin(service.create({ username, password, attributes: profile.attributes ?? {} })))
            : fail('IdentifierTaken', { identifier: 'username' }),
        ),
      signIn: ({ identifier, password }) =>
        call('signIn', () => {
          const account = service.byName(identifier.username ?? '')
          if (account === undefined) return fail('UserNotFound', {})
          return account.password === password ? E.right(service.begin(account)) : fail('InvalidCredentials', {})
        }),
      signInAnonymously: ({ attributes = {} }) => call('signInAnonymously', () => E.right(service.begin(service.create({ attributes })))),
      signOut: (session) =>
        call('signOut', () => {
          service.revoke(session)
          return E.right({ server: 'revoked' as const })
        }),
      fetchUser: (session) => asOwner('fetchUser', session, (owner) => E.right(service.answer(owner, session))),
      renewSession: (session) =>
        call('renewSession', () => {
          const renewed = service.renew(session)
          return renewed === undefined ? fail('SessionExpired', {}) : E.right(renewed)
        }),
      updateProfile: ({ set = {}, remove = [] }, session) =>
        asOwner('updateProfile', session, (owner) => {
          owner.attributes = Object.fromEntries(Object.entries({ ...owner.attributes, ...set }).filter(([name]) => !remove.includes(name)))
          return E.right(service.answer(owner, session))
        }),
      upgrade: ({ identifiers: { username = '' }, password }, session) =>
        asOwner('upgrade', session, (owner) => {
          if (owner.username !== undefined) return fail('NotAnonymous', {})
          if (service.byName(username) !== undefined) return fail('IdentifierTaken', { identifier: 'username' })
          Object.assign(owner, { username, password })
          const after: SignedIn = service.answer(owner, session)
          return E.right({ ...after, identity: 'kept' as const, previousId: after.user.id, warnings: [] })
        }),
      changePassword: ({ current, next }, session) =>
        asOwner('changePassword', session, (owner) => {
          if (owner.password !== current) return fail('InvalidCredentials', {})
          owner.password = next
          service.revokeAll()
          return E.right(service.begin(owner))
        }),
      requestPasswordReset: ({ identifier, channel = 'email-code' }) =>
        call('requestPasswordReset', () => {
          const byLink = channel === 'email-link'
          if (byLink) service.revokeAll()
          const facts = capabilities.passwordReset[byLink ? 'email-link' : 'email-code']
          const ticket = { ...facts, type: 'password-reset', vendor: 'fake', channel, identifier, requestedAt: new Date().toISOString() }
          return E.right(ticket as never)
        }),
      completePasswordReset: (input) =>
        call('completePasswordReset', () => {
          const account = 'ticket' in input ? service.byName(input.ticket.identifier.username ?? '') : undefined
          if (account === undefined) return fail('ResetCodeInvalid', {})
          account.password = input.newPassword ?? ''
          service.revokeAll()
          return E.right({ temporaryPasswordDelivered: false })
        }),
      usernameExists: (username) => call('usernameExists', () => E.right(service.byName(username) !== undefined)),
      findUser: ({ username = '' }, session) =>
        asOwner('findUser', session, () => {
          const found = service.byName(username)
          return E.right({ user: found === undefined ? null : service.answer(found, session).user, session })
        }),
      deleteUser: (_, session) =>
        asOwner('deleteUser', session, (owner) => {
          service.accounts.delete(owner.id)
          return E.right(undefined)
        }),
    }
  }

/** A stateless backend over the fake service, built as anybody would build one of their own. */
export const fakeBackend = (service: FakeService) => defineBackend(capabilities)({ name: 'fake', rules, operations: operationsOn(service) })
