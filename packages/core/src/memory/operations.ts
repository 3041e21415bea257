import * as E from '#fp-ts/Either'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import type { Implementation, OperationContext } from '../define-backend.js'
import { type ErrorDetails, type ErrorTag, type UserError, userError } from '../errors.js'
import { orLookUp } from '../outcome.js'
import type { IdentifierKind, Identifiers, Profile, PublicUser, Session } from '../user.js'
import type { SignedIn, SignUp, Upgraded } from '../user-backend.js'
import { completeReset, requestReset } from './reset.js'
import type { ServiceParts } from './service.js'
import type { OfferedCapabilities } from './settings.js'
import { type Account, accountOf, change, endSessions, findAccount, openSession, randomId, removeAccount, toUser } from './state.js'

type Outcome<A> = E.Either<UserError, A>

const defined = <A extends object>(fields: A): Partial<A> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<A>

/** How the service answers each operation. */
export const operationsOf =
  (parts: ServiceParts) =>
  (context: OperationContext): Implementation<OfferedCapabilities> => {
    const { at } = context
    const { state, outbox, settings, traffic } = parts

    const refuse = <Tag extends ErrorTag>(tag: Tag, details: ErrorDetails[Tag]): E.Either<UserError, never> =>
      E.left(userError(tag, at, details))
    const signedIn = (account: Account): SignedIn => ({ user: toUser(account), session: openSession(state, account) })
    const withAccount = <A>(session: Session, act: (account: Account) => Outcome<A>): Outcome<A> => {
      const account = accountOf(state, session)
      return account === undefined ? refuse('SessionExpired', {}) : act(account)
    }
    const same = (account: Account, session: Session): Outcome<SignedIn> =>
      E.right({ user: toUser(account), session: account.kind === session.kind ? session : { ...session, kind: account.kind } })

    const takenKind = (identifiers: Identifiers, except?: string): IdentifierKind | undefined =>
      (['username', 'email', 'phone'] as const).find((kind) => {
        const value = identifiers[kind]
        const owner = value === undefined ? undefined : findAccount(state, { [kind]: value }, except)
        // An address that nobody has proved is nobody's yet.
        return owner !== undefined && (kind === 'username' || owner[kind]?.verified === true)
      })

    const credentialsOf = ({ identifiers, password, profile = {} }: SignUp): Partial<Account> => {
      const { username, email, phone } = identifiers
      const verified = !parts.mustVerify()
      return defined({
        kind: 'registered' as const,
        username,
        email: email === undefined ? undefined : { address: email, verified },
        phone: phone === undefined ? undefined : { address: phone, verified },
        password,
        ...about(profile),
      })
    }
    const about = ({ displayName, locale, country, attributes }: Profile): Partial<Account> =>
      defined({ displayName, locale, country, attributes })

    const sendVerifications = ({ id, ...account }: Account): void => {
      for (const kind of ['email', 'phone'] as const) {
        const contact = account[kind]
        if (contact === undefined || contact.verified) continue
        const code = randomId()
        state.verifications.set(code, { userId: id, kind })
        outbox.send({ channel: kind === 'email' ? 'email' : 'sms', to: contact.address, purpose: 'verification', code })
      }
    }

    const add = (fields: Partial<Account>): Account => {
      const now = new Date().toISOString()
      const account: Account = {
        id: randomId(),
        kind: 'anonymous',
        attributes: {},
        disabled: false,
        createdAt: now,
        updatedAt: now,
        ...fields,
      }
      state.accounts.set(account.id, account)
      sendVerifications(account)
      return account
    }

    const register = (input: SignUp): Outcome<SignedIn> => {
      const taken = takenKind(input.identifiers)
      return taken === undefined ? E.right(signedIn(add(credentialsOf(input)))) : refuse('IdentifierTaken', { identifier: taken })
    }

    const enter = (identifiers: Identifiers, password: string): Outcome<SignedIn> => {
      const account = findAccount(state, identifiers)
      if (account?.password === undefined || account.password !== password) return refuse('InvalidCredentials', {})
      if (account.disabled) return refuse('UserDisabled', {})
      const what = identifiers.email !== undefined ? 'email' : identifiers.phone !== undefined ? 'phone' : undefined
      if (what !== undefined && account[what]?.verified !== true) return refuse('NotVerified', { what })
      return E.right(signedIn(account))
    }

    return {
      signUp: (input) =>
        pipe(
          traffic.exchange(context, 'once', () => register(input)),
          // Whoever can sign in with this password is the one who was just registered.
          orLookUp((unknown) =>
            pipe(
              traffic.exchange(context, 'read', () => enter(input.identifiers, input.password)),
              TE.mapLeft(() => unknown),
            ),
          ),
        ),

      signIn: ({ identifier, password }) => traffic.exchange(context, 'write', () => enter(identifier, password)),

      signInAnonymously: (profile) =>
        traffic.exchange(context, 'once', () =>
          E.right(
            signedIn(add({ ...about(profile), ...(settings.custody === 'generated-credentials' ? { credential: randomId() } : {}) })),
          ),
        ),

      signOut: (session) =>
        traffic.exchange(context, 'write', () => {
          state.sessions.delete(session.secrets.token ?? '')
          state.renewals.delete(session.secrets.renewal ?? '')
          return E.right({ server: 'revoked' as const })
        }),

      fetchUser: (session) => traffic.exchange(context, 'read', () => withAccount(session, (account) => same(account, session))),

      renewSession: ({ secrets }) =>
        traffic.exchange(context, 'write', () => {
          const { renewal = '', credential } = secrets
          const owner = state.renewals.get(renewal)
          // A renewal token works once.
          state.renewals.delete(renewal)
          const account =
            owner === undefined
              ? [...state.accounts.values()].find((one) => credential !== undefined && one.credential === credential)
              : state.accounts.get(owner)
          return account === undefined || account.disabled ? refuse('SessionExpired', {}) : E.right(signedIn(account))
        }),

      updateProfile: ({ set = {}, remove = [], ...predefined }, session) =>
        traffic.exchange(context, 'write', () =>
          withAccount(session, (account) => {
            const kept = Object.entries({ ...account.attributes, ...set }).filter(([name]) => !remove.includes(name))
            return same(change(state, account, { ...about(predefined), attributes: Object.fromEntries(kept) }), session)
          }),
        ),

      upgrade: (input, session) =>
        traffic.exchange(context, 'once', () =>
          withAccount(session, (account): Outcome<Upgraded> => {
            if (account.kind === 'registered') return refuse('NotAnonymous', {})
            const taken = takenKind(input.identifiers)
            if (taken !== undefined) return refuse('IdentifierTaken', { identifier: taken })
            const { credential: _, ...before } = account
            const credentials = credentialsOf(input)
            const fields = { ...credentials, attributes: { ...before.attributes, ...credentials.attributes } }
            const previousId = session.userId
            if (settings.upgrade === 'replaced') {
              const { displayName, locale, country } = before
              const after = add({ ...defined({ displayName, locale, country }), ...fields })
              removeAccount(state, account.id)
              return E.right({ ...signedIn(after), identity: 'replaced' as const, previousId, warnings: [] })
            }
            const after = change(state, before, fields)
            sendVerifications(after)
            const { credential: __, ...secrets } = session.secrets
            return E.right({
              user: toUser(after),
              session: { ...session, kind: 'registered' as const, secrets },
              identity: 'kept' as const,
              previousId,
              warnings: [],
            })
          }),
        ),

      changePassword: ({ current, next }, session) =>
        traffic.exchange(context, 'once', () =>
          withAccount(session, (account) => {
            if (account.password === undefined) return refuse('Forbidden', {})
            if (account.password !== current) return refuse('InvalidCredentials', {})
            endSessions(state, account.id)
            return E.right(signedIn(change(state, account, { password: next })))
          }),
        ),

      requestPasswordReset: (input) => traffic.exchange(context, 'write', () => requestReset(parts, context, input)),

      completePasswordReset: (input) => traffic.exchange(context, 'once', () => completeReset(parts, context, input)),

      forgotUsername: ({ email }) =>
        traffic.exchange(context, 'write', () => {
          const username = findAccount(state, { email })?.username
          if (username !== undefined) outbox.send({ channel: 'email', to: email, purpose: 'forgot-username', username })
          return E.right(undefined)
        }),

      usernameExists: (username) => traffic.exchange(context, 'read', () => E.right(findAccount(state, { username }) !== undefined)),

      findUser: (identifier, session) =>
        traffic.exchange(context, 'read', () =>
          withAccount(session, (): Outcome<{ readonly user: PublicUser | null; readonly session: Session }> => {
            const account = findAccount(state, identifier)
            const kind = (['email', 'phone'] as const).find((one) => identifier[one] !== undefined)
            if (account === undefined || (kind !== undefined && account[kind]?.verified !== true)) return E.right({ user: null, session })
            const { id, vendor, kind: userKind, status, username, displayName } = toUser(account)
            return E.right({ user: { id, vendor, kind: userKind, status, ...defined({ username, displayName }) }, session })
          }),
        ),

      deleteUser: ({ password }, session) =>
        traffic.exchange(context, 'once', () =>
          withAccount(session, (account) => {
            if (account.password !== undefined && account.password !== password) return refuse('InvalidCredentials', {})
            removeAccount(state, account.id)
            return E.right(undefined)
          }),
        ),
    }
  }
