import * as E from '#fp-ts/Either'
import type { OperationContext } from '../define-backend.js'
import type { Effect } from '../endpoint.js'
import { type ErrorDetails, type ErrorTag, type UserError, userError } from '../errors.js'
import { defined } from '../fields.js'
import type { Result } from '../result.js'
import type { Profile, Session } from '../user.js'
import type { SignedIn, SignUp } from '../user-backend.js'
import { sendVerification } from './contacts.js'
import type { ServiceParts } from './parts.js'
import { type Account, accountOf, randomId, toUser } from './state.js'

export type Outcome<A> = E.Either<UserError, A>

export const about = ({ displayName, locale, country, attributes }: Profile): Partial<Account> =>
  defined({ displayName, locale, country, attributes })

/** What the answers of the service are made of. */
export interface Answering {
  readonly parts: ServiceParts
  readonly context: OperationContext
  readonly refuse: <Tag extends ErrorTag>(tag: Tag, details: ErrorDetails[Tag]) => E.Either<UserError, never>
  /** One request. */
  readonly ask: <A>(effect: Effect, handle: () => Outcome<A>) => Result<A>
  /** One request with a session; `SessionExpired` where nobody is behind it. */
  readonly askAs: <A>(effect: Effect, session: Session, handle: (account: Account) => Outcome<A>) => Result<A>
  readonly signedIn: (account: Account) => SignedIn
  /** The user as it is now, with the session that asked. */
  readonly same: (account: Account, session: Session) => Outcome<SignedIn>
  /** What a sign-up or an upgrade gives an account. */
  readonly credentialsOf: (input: SignUp) => Partial<Account>
  readonly add: (fields: Partial<Account>) => Account
}

export const answering = (parts: ServiceParts, context: OperationContext): Answering => {
  const { state, traffic } = parts
  const refuse: Answering['refuse'] = (tag, details) => E.left(userError(tag, context.at, details))
  const ask: Answering['ask'] = (effect, handle) => traffic.exchange(context, effect, handle)
  return {
    parts,
    context,
    refuse,
    ask,
    askAs: (effect, session, handle) =>
      ask(effect, () => {
        const account = accountOf(state, session)
        return account === undefined ? refuse('SessionExpired', {}) : handle(account)
      }),
    signedIn: (account) => ({ user: toUser(account), session: parts.newSession(account) }),
    same: (account, session) =>
      E.right({ user: toUser(account), session: account.kind === session.kind ? session : { ...session, kind: account.kind } }),

    credentialsOf: ({ identifiers, password, profile = {} }) => {
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
    },

    add: (fields) => {
      const now = new Date().toISOString()
      const account: Account = {
        id: randomId(),
        kind: 'anonymous',
        identities: [],
        attributes: {},
        disabled: false,
        createdAt: now,
        updatedAt: now,
        ...fields,
      }
      state.accounts.set(account.id, account)
      for (const kind of ['email', 'phone'] as const) sendVerification(parts, account, kind)
      return account
    },
  }
}
