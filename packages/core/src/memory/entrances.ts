import * as E from '#fp-ts/Either'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import { defined } from '../fields.js'
import { orLookUp } from '../outcome.js'
import { type Identifiers, userId } from '../user.js'
import type { IdentityProof, UserOperations } from '../user-backend.js'
import { type Answering, about, type Outcome } from './answering.js'
import { takenKind } from './contacts.js'
import { pendingSignIn, useCode } from './second-factor.js'
import { type Account, accountOf, endSessions, findAccount, findByIdentity, forgetDevices, randomId, toUser } from './state.js'

type Entrances = Pick<
  UserOperations,
  | 'signUp'
  | 'signIn'
  | 'continueSignIn'
  | 'signInWithToken'
  | 'signInWithIdentity'
  | 'signInAnonymously'
  | 'fetchUser'
  | 'renewSession'
  | 'signOut'
  | 'signOutEverywhere'
>

/** The account that a third party vouches for, or `null` where nobody has that identity yet. */
export const vouchedFor = ({ parts: { state }, refuse }: Answering, { provider, tokens }: IdentityProof) => {
  const identity = state.identities.get(String(tokens.access_token))
  return identity === undefined || identity.provider !== provider
    ? refuse('InvalidCredentials', {})
    : E.right({ identity, owner: findByIdentity(state, identity) ?? null })
}

/** How the service answers whoever comes in, stays or leaves. */
export const entrances = (answers: Answering): Entrances => {
  const { parts, context, refuse, ask, askAs, signedIn, same, credentialsOf, add } = answers
  const { state, settings, capabilities } = parts

  const authenticated = (identifiers: Identifiers, password: string): Outcome<Account> => {
    const account = findAccount(state, identifiers)
    if (account?.password === undefined || account.password !== password) return refuse('InvalidCredentials', {})
    if (account.disabled) return refuse('UserDisabled', {})
    const what = identifiers.email !== undefined ? 'email' : identifiers.phone !== undefined ? 'phone' : undefined
    return what !== undefined && account[what]?.verified !== true ? refuse('NotVerified', { what }) : E.right(account)
  }

  const needsCode = ({ id, secondFactor }: Account): boolean =>
    Boolean(capabilities.secondFactor) && secondFactor !== undefined && state.trustedDevices.get(context.trustedDevice ?? '') !== id

  return {
    signUp: (input) =>
      pipe(
        ask('once', () => {
          const taken = takenKind(state, input.identifiers)
          return taken === undefined ? E.right(signedIn(add(credentialsOf(input)))) : refuse('IdentifierTaken', { identifier: taken })
        }),
        // Whoever can sign in with this password is the one who was just registered.
        orLookUp((unknown) =>
          pipe(
            ask('read', () => E.map(signedIn)(authenticated(input.identifiers, input.password))),
            TE.mapLeft(() => unknown),
          ),
        ),
      ),

    signIn: ({ identifier, password }) =>
      ask('write', () =>
        pipe(
          authenticated(identifier, password),
          E.map((account) => (needsCode(account) ? pendingSignIn(state, account) : signedIn(account))),
        ),
      ),

    continueSignIn: (answer, { secrets: { firstFactor = '' } }) =>
      ask('write', () => {
        const account = state.accounts.get(state.firstFactors.get(firstFactor) ?? '')
        if (account === undefined) return refuse('SessionExpired', {})
        if (!useCode(account, answer)) return refuse('InvalidCredentials', {})
        state.firstFactors.delete(firstFactor)
        if (answer.trustDevice !== true) return E.right(signedIn(account))
        const trustedDevice = randomId()
        state.trustedDevices.set(trustedDevice, account.id)
        return E.right({ ...signedIn(account), trustedDevice })
      }),

    signInWithToken: ({ token }) =>
      ask('read', () => {
        const session = { vendor: 'memory', userId: userId(''), kind: 'registered' as const, secrets: { token } }
        const account = accountOf(state, session)
        if (account === undefined) return refuse('SessionExpired', {})
        const { id, kind } = account
        const expiresAt = state.sessions.get(token)?.expiresAt
        return E.right({ user: toUser(account), session: { ...session, userId: userId(id), kind, ...defined({ expiresAt }) } })
      }),

    signInWithIdentity: ({ create = true, profile = {}, ...proof }) =>
      ask('write', () =>
        pipe(
          vouchedFor(answers, proof),
          E.flatMap(({ identity, owner }) => {
            if (owner?.disabled === true) return refuse('UserDisabled', {})
            if (owner === null && !create) return refuse('UserNotFound', {})
            const account = owner ?? add({ kind: 'registered', identities: [identity], ...about(profile) })
            return E.right({ ...signedIn(account), created: owner === null })
          }),
        ),
      ),

    signInAnonymously: (profile) =>
      ask('once', () =>
        E.right(signedIn(add({ ...about(profile), ...(settings.custody === 'generated-credentials' ? { credential: randomId() } : {}) }))),
      ),

    fetchUser: (session) => askAs('read', session, (account) => same(account, session)),

    renewSession: ({ secrets }) =>
      ask('write', () => {
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

    signOut: (session) =>
      ask('write', () => {
        state.sessions.delete(session.secrets.token ?? '')
        state.renewals.delete(session.secrets.renewal ?? '')
        return E.right({ server: 'revoked' as const })
      }),

    signOutEverywhere: (session) =>
      askAs('write', session, ({ id }) => {
        endSessions(state, id)
        forgetDevices(state, id)
        return E.right(undefined)
      }),
  }
}
